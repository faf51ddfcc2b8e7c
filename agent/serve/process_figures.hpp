// What the system says of this process, for the metrics and the soak test.
#pragma once

namespace mooring::serve {

// 0 where the system does not say.
struct ProcessFigures {
    double resident_bytes = 0;
    double cpu_seconds = 0;
    double open_descriptors = 0;
    double most_descriptors = 0;
    double threads = 0;
};
ProcessFigures process_figures();

} // namespace mooring::serve
