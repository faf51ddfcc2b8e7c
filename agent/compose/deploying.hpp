// What deploying a file does beside making it so, and what it takes of its host: for plans (reconcile.md §3.1 to §3.3),
// not for verdicts. Pure.
#pragma once

#include "compose/compose.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace mooring::compose {

// Paths in the notation of differences; all lists are sorted.
struct Deploying {
    std::vector<std::string> dropped_services; // the actual file has them, the desired one does not: containers stay
    std::vector<std::string>
        data; // a volume that exists is declared otherwise, or a mount is lost or comes from elsewhere
    std::vector<std::string> new_references; // variables without a default that the actual file does not refer to
};
Deploying deploying(const File& desired, const File& actual);

struct Footprint {
    std::vector<std::string>
        claims; // what no two stacks of one engine can have: "port 8080/tcp", "container web", "bind /srv/x"
    std::vector<std::string> relative_binds;    // paths of mounts that lie in the stack's own folder, by its id
    std::vector<std::string> anonymous_volumes; // paths of mounts whose data no later container finds again
    // What a stack whose file is a text cannot have, since there is nothing beside it: "services.web.build".
    std::vector<std::string> needs_files;
    std::chrono::seconds start_period{0}; // the longest of a health check: until then a service may be starting
    bool needs_stack_env = false;         // reads `stack.env`, which exists only where the stack has a variable
};
Footprint footprint(const File& file);

} // namespace mooring::compose
