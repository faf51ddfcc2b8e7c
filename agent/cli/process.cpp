#include "cli/process.hpp"

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

void share_one_heap() { ::mallopt(M_ARENA_MAX, 1); }

} // namespace mooring::cli
