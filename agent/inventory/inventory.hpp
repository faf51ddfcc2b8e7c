// The stacks that a token sees, and what may be read of each: `mooring list` and `mooring show`.
#pragma once

#include "model/answer.hpp"
#include "model/verdict.hpp"
#include "portainer/api.hpp"
#include "report/formats.hpp"
#include "report/layout.hpp"

#include <functional>
#include <nlohmann/json_fwd.hpp>
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

// Inventories as text and JSON. Pure; a variable's value is in neither, nor anything computed from one.

// `mooring list`: a table, and below it why something may not be read and what to do.
std::string list_text(const std::vector<ServerInventory>& servers, int exit_code, const report::TextOptions& options);
// The contract of schema/list.schema.json.
std::string list_json(const std::vector<ServerInventory>& servers, int exit_code);

// `mooring show`: every record of one name, then what a check says of it, with all that was asked.
std::string show_text(const std::vector<ServerInventory>& servers, const std::vector<StackResult>& judged,
                      const report::TextOptions& options);
// The contract of schema/show.schema.json.
std::string show_json(const std::vector<ServerInventory>& servers, const std::vector<StackResult>& judged,
                      int exit_code);

// What both commands have in common.
// "shop", "(no name)".
std::string name_text(const StackRecord& record);
// "file", "git"; also where the token is not shown from which repository.
std::string source_text(const StackRecord& record);
// "standalone", "unknown".
std::string type_text(const StackRecord& record);
// "active", "status 7".
std::string status_text(std::int64_t status);
// "production", "#4" where the token may not know its name.
std::string environment_text(const Reading& reading);
// "GET /api/stacks/7/file -> 403 ...".
std::string request_text(const Reply& reply);
// "main  https://...  2.43.0  as alice (user, list filtered)", and why it could not be read.
std::string server_lines(const ServerResult& server, const report::Paint& paint, std::optional<std::size_t> width);
nlohmann::ordered_json json_of(const Reading& reading);
nlohmann::ordered_json servers_json(const std::vector<ServerInventory>& servers);

} // namespace mooring::inventory
