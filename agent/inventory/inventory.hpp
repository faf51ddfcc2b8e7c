// The stacks that a token sees, and what may be read of each: `mooring list` and `mooring show`.
#pragma once

#include "model/answer.hpp"
#include "model/docker.hpp"
#include "model/verdict.hpp"
#include "portainer/api.hpp"

#include <functional>
#include <string>
#include <vector>

namespace mooring::inventory {

// A line of what runs; names and states as Docker tells them.
struct Running {
    std::string name;
    std::string image;
    std::string state; // "running", "exited"; of a swarm service "2 of 3 tasks"
};

// One record of the list, which is read whole by being listed, with what else was tried.
struct Reading {
    StackRecord record;
    std::string environment; // its name; "" where the token may not know it
    Reply file;
    std::size_t file_bytes = 0; // of a file that was read
    Reply runtime;              // of the environment's containers or services; not_asked on Kubernetes
    std::vector<Running> running;
    std::string remedy; // for the first of them that failed; "" if none did
};

struct ServerInventory {
    ServerResult server;         // identity, list_complete, error, exit_code as of a check
    std::vector<Reading> stacks; // by environment, name and id
};

// Reads the list, then one file a stack and one list of what runs an environment. `wanted` narrows it before files are
// read.
portainer::Awaitable<ServerInventory> take_inventory(portainer::Api& api, std::string name, std::string url,
                                                     std::function<bool(const StackRecord&)> wanted);

} // namespace mooring::inventory
