#include "serve/process_figures.hpp"

#include "base/text.hpp"

#include <charconv>
#include <dirent.h>
#include <fcntl.h>
#include <fstream>
#include <string>
#include <sys/resource.h>
#include <unistd.h>

namespace mooring::serve {
namespace {

double seconds_of(const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

// /proc/self/fd is closed to a process that may not be looked into (cli/process.hpp): then each number is tried.
double count_descriptors(rlim_t most) {
    double count = 0;
    if (DIR* folder = ::opendir("/proc/self/fd"); folder != nullptr) {
        while (const dirent* entry = ::readdir(folder)) {
            if (entry->d_name[0] != '.') ++count;
        }
        ::closedir(folder);
        return count - 1; // the folder's own
    }
    for (rlim_t fd = 0; fd < most && fd < 4096; ++fd) {
        if (::fcntl(static_cast<int>(fd), F_GETFD) >= 0) ++count;
    }
    return count;
}

} // namespace

ProcessFigures process_figures() {
    ProcessFigures out;
    std::ifstream statm("/proc/self/statm");
    double pages = 0;
    double resident = 0;
    if (statm >> pages >> resident) out.resident_bytes = resident * static_cast<double>(::sysconf(_SC_PAGESIZE));
    rusage usage{};
    if (::getrusage(RUSAGE_SELF, &usage) == 0)
        out.cpu_seconds = seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime);
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) out.most_descriptors = static_cast<double>(limit.rlim_cur);
    out.open_descriptors = count_descriptors(limit.rlim_cur);
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);) {
        if (!line.starts_with("Threads:")) continue;
        const std::string_view digits = trim(std::string_view(line).substr(8));
        int threads = 0;
        std::from_chars(digits.data(), digits.data() + digits.size(), threads);
        out.threads = threads;
    }
    return out;
}

} // namespace mooring::serve
