#include "cli/replay.hpp"

#include "snapshot/tape.hpp"

#include <algorithm>

namespace mooring::cli {
namespace {

// A connection in name only: nothing is sent.
std::vector<config::ServerEntry> servers_of(const snapshot::Snapshot& kept) {
    std::vector<config::ServerEntry> servers;
    for (const snapshot::ServerAnswers& answers : kept.servers) {
        config::ServerEntry entry;
        entry.server.name = answers.name;
        entry.server.url = answers.url;
        servers.push_back(std::move(entry));
    }
    return servers;
}

} // namespace

Result<CheckResult> replay(const snapshot::Snapshot& kept, const CheckOptions& options, Console& console) {
    CheckInputs inputs{.config = {}, .desired = kept.desired, .memory = {}, .hooks = snapshot::replay_hooks(kept)};
    inputs.config.servers = servers_of(kept);
    inputs.config.relist_after = std::chrono::milliseconds(0); // both lists are there already
    inputs.memory.memory = kept.memory;
    const MakeApi make_api = [&kept](const boost::asio::any_io_executor&, const ServerConnection& server,
                                     const portainer::Hooks&) -> Result<std::unique_ptr<portainer::Api>> {
        return snapshot::replay_api(*std::ranges::find(kept.servers, server.name, &snapshot::ServerAnswers::name));
    };
    const snapshot::ReplayClock clock(kept);
    Console at_that_time{.in = console.in,
                         .out = console.out,
                         .err = console.err,
                         .variables = console.variables,
                         .clock = clock,
                         .out_is_terminal = console.out_is_terminal,
                         .err_is_terminal = console.err_is_terminal,
                         .out_width = console.out_width,
                         .err_width = console.err_width};
    return run_check(std::move(inputs), options, make_api, at_that_time);
}

} // namespace mooring::cli
