// What the program does to itself.
#pragma once

namespace mooring::cli {

// From here on no core is written and no other process of this user may look into the memory, which is about to hold a
// token. Afterwards /proc/self/fd is closed to the process, too, so files given as /dev/fd/N must have been read.
void forbid_cores();

} // namespace mooring::cli
