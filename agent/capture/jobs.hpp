// Which services of a stack had ended when it was exported. Private to this folder.
#pragma once

#include "capture/capture.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mooring::capture {

struct Stopped {
    std::vector<std::string> jobs;   // ended with 0, and nothing speaks against their being meant to (design §3.3)
    std::vector<std::string> others; // "web (exited (143))": with these the export is not in sync
};

// Of a Docker stack that Portainer does not call stopped; empty where what runs could not be read, or the file does not
// load. `file`: the text on the server.
Stopped stopped_services(const StackRecord& record, std::string_view file, const Seen& seen);

} // namespace mooring::capture
