#include "manifest/root.hpp"

#include "base/file.hpp"

#include <algorithm>
#include <system_error>

namespace mooring::manifest {
namespace {

namespace fs = std::filesystem;

std::unexpected<Error> refused(const std::error_code& code) {
    const bool is_gone = code == std::errc::no_such_file_or_directory || code == std::errc::not_a_directory;
    return fail(is_gone ? ErrorKind::not_found : ErrorKind::io, code.message());
}

bool is_within(const fs::path& path, const fs::path& folder) {
    return std::ranges::mismatch(folder, path).in1 == folder.end();
}

} // namespace

Result<Root> Root::open(const fs::path& given) {
    std::error_code code;
    Root root;
    root.given_ = given.empty() ? fs::path(".") : given;
    root.canonical_ = fs::canonical(root.given_, code);
    if (code) return refused(code);
    if (!fs::is_directory(root.canonical_, code)) {
        if (code) return refused(code);
        root.only_file_ = root.canonical_.filename();
        root.canonical_ = root.canonical_.parent_path();
        root.given_ = root.given_.has_parent_path() ? root.given_.parent_path() : fs::path(".");
    }
    return root;
}

std::string Root::shown(const fs::path& relative) const {
    if (relative.empty()) return given_.generic_string();
    return (given_ / relative).lexically_normal().generic_string();
}

Result<fs::path> Root::resolve(const fs::path& relative) const {
    const fs::path joined = (canonical_ / relative).lexically_normal(); // an absolute path takes the root's place
    if (!is_within(joined, canonical_)) return fail(ErrorKind::invalid_input, "it lies outside the manifest folder");
    std::error_code code;
    fs::path real = fs::canonical(joined, code);
    if (code) return refused(code);
    if (!is_within(real, canonical_)) {
        return fail(ErrorKind::invalid_input, "it is a link that leads outside the manifest folder");
    }
    return real;
}

Result<std::string> read_resolved(const fs::path& path, std::size_t most) {
    auto bytes = read_file(path, most);
    if (bytes) return bytes;
    const Error& error = bytes.error();
    if (error.kind == ErrorKind::limit) return fail(error.kind, "it is larger than " + std::to_string(most) + " bytes");
    const std::size_t colon = error.message.rfind(": ");
    return fail(error.kind, colon == std::string::npos ? error.message : error.message.substr(colon + 2));
}

} // namespace mooring::manifest
