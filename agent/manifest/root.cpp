#include "manifest/root.hpp"

#include "base/file.hpp"

#include <algorithm>
#include <string_view>
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

// Whether a path has nothing that lexically_normal() would change, which is costly to ask of each of 10,000 files.
bool is_normal(std::string_view relative) {
    return !relative.empty() && relative.find_first_of("./") != 0 && !relative.ends_with('/') &&
           !relative.contains("//") && !relative.contains("/.");
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
    root.in_front_ = (root.given_ / "x").lexically_normal().generic_string();
    root.in_front_.pop_back();
    return root;
}

std::string Root::shown(const fs::path& relative) const {
    if (relative.empty()) return given_.generic_string();
    if (is_normal(relative.native())) return in_front_ + relative.native();
    return (given_ / relative).lexically_normal().generic_string();
}

fs::path Root::written(const fs::path& relative) const {
    if (is_normal(relative.native())) return canonical_ / relative;
    return (canonical_ / relative).lexically_normal(); // an absolute path takes the root's place
}

Result<fs::path> Root::resolve(const fs::path& relative) const {
    const fs::path joined = written(relative);
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
