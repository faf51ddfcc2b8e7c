#include "cli/process.hpp"

#include "base/file.hpp"

#include <algorithm>
#include <malloc.h>
#include <sys/prctl.h>
#include <sys/resource.h>

namespace mooring::cli {

void write_no_cores() {
    const rlimit none{.rlim_cur = 0, .rlim_max = 0};
    ::setrlimit(RLIMIT_CORE, &none);
}

void close_memory() {
#ifndef __SANITIZE_ADDRESS__ // the leak checker looks at its own process from a second one
    ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
}

std::string container_in(std::string_view mountinfo) {
    constexpr std::string_view folder = "containers/";
    constexpr std::size_t length = 64;
    const auto is_hex = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
    for (std::size_t at = mountinfo.find(folder); at != std::string_view::npos; at = mountinfo.find(folder, at + 1)) {
        const std::string_view id = mountinfo.substr(at + folder.size(), length);
        const std::size_t end = at + folder.size() + length;
        if (id.size() == length && std::ranges::all_of(id, is_hex) && end < mountinfo.size() && mountinfo[end] == '/')
            return std::string(id);
    }
    return {};
}

std::string own_container() {
    constexpr std::size_t most = std::size_t{1} << 20U;
    const auto mounts = read_file("/proc/self/mountinfo", most);
    return mounts ? container_in(*mounts) : std::string();
}

void share_one_heap() { ::mallopt(M_ARENA_MAX, 1); }

} // namespace mooring::cli
