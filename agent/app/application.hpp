// The composition root: builds every object of the program in order and runs the command that was asked for.
#pragma once

namespace mooring::app {

// The whole program. Returns the exit code; never throws.
int run(int argc, const char* const* argv);

} // namespace mooring::app
