#include "cli/export_folder.hpp"

#include "base/file.hpp"
#include "base/text.hpp"
#include "capture/capture.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <system_error>

namespace mooring::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_list_bytes = std::size_t{64} << 20U;
constexpr std::string_view list_head =
    "# The files of this export: `mooring export --force` replaces them and nothing else.\n";

std::string shown(const fs::path& path) { return printable(path.string()); }

// A line of the list that names a file inside the folder; others are nobody's.
bool leads_inside(std::string_view line) {
    if (line.empty() || line.starts_with('#') || line.starts_with('/')) return false;
    return std::ranges::none_of(split(line, '/'),
                                [](std::string_view part) { return part.empty() || part == "." || part == ".."; });
}

// Files are removed without following links; folders only when they are empty afterwards.
Result<void> remove_old(const fs::path& folder) {
    const Result<std::string> list = read_file(folder / capture::list_name, most_list_bytes);
    if (!list && list.error().kind == ErrorKind::not_found) return {};
    if (!list) return std::unexpected(list.error());
    std::error_code failed;
    for (const std::string_view line : split(*list, '\n')) {
        if (!leads_inside(line)) continue;
        const fs::path file = folder / line;
        if (fs::is_directory(fs::symlink_status(file, failed))) continue;
        fs::remove(file, failed);
        for (fs::path parent = file.parent_path(); parent != folder && !parent.empty(); parent = parent.parent_path()) {
            fs::remove(parent, failed); // refuses what is not empty
        }
    }
    return {};
}

Result<void> make_folder(const fs::path& folder, bool is_private) {
    std::error_code failed;
    fs::create_directories(folder, failed);
    if (!failed && is_private) fs::permissions(folder, fs::perms::owner_all, failed);
    if (failed) return fail(ErrorKind::io, fmt::format("cannot make {}: {}", shown(folder), failed.message()));
    return {};
}

} // namespace

Result<void> check_export_folder(const fs::path& folder, bool force) {
    std::error_code failed;
    const fs::file_status status = fs::status(folder, failed);
    if (status.type() == fs::file_type::not_found) return {};
    if (!fs::is_directory(status)) return fail(ErrorKind::invalid_input, shown(folder) + " exists and is not a folder");
    const bool empty = fs::is_empty(folder, failed);
    if (failed) return fail(ErrorKind::io, fmt::format("cannot look into {}: {}", shown(folder), failed.message()));
    if (empty) return {};
    const bool ours = fs::is_regular_file(fs::symlink_status(folder / capture::list_name, failed));
    if (!ours)
        return fail(ErrorKind::invalid_input,
                    shown(folder) + " is not empty, and no export made it: name another folder");
    if (!force)
        return fail(ErrorKind::invalid_input, shown(folder) + " holds an export already; --force replaces its files");
    return {};
}

Result<void> write_export(const fs::path& folder, const std::vector<capture::File>& files, bool is_private) {
    if (Result<void> made = make_folder(folder, is_private); !made) return made;
    if (Result<void> removed = remove_old(folder); !removed) return removed;
    std::string list(list_head);
    for (const capture::File& file : files) list += file.path + "\n";
    // First, so that an export that ends half way can be replaced.
    if (Result<void> written = write_file_atomically(folder / capture::list_name, list); !written) return written;
    for (const capture::File& file : files) {
        const fs::path path = folder / file.path;
        if (Result<void> made = make_folder(path.parent_path(), false); !made) return made;
        const unsigned mode = file.is_private ? 0600 : 0644;
        if (Result<void> written = write_file_atomically(path, file.bytes, mode); !written) return written;
    }
    return {};
}

} // namespace mooring::cli
