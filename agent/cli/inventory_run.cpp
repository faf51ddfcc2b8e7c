#include "cli/inventory_run.hpp"

#include "cli/exit_code.hpp"
#include "cli/process.hpp"
#include "cli/progress.hpp"
#include "cli/run_until_done.hpp"
#include "model/names.hpp"
#include "net/parallel.hpp"
#include "report/text.hpp"

#include <algorithm>
#include <optional>
#include <ostream>

namespace mooring::cli {
namespace {

struct Round {
    std::vector<ServerConnection> servers;
    std::vector<std::unique_ptr<portainer::Api>> apis;
    std::function<bool(const StackRecord&)> wanted;
    std::vector<std::optional<doctor::ServerInventory>> read; // by index of servers
};

portainer::Awaitable<void> read_one(Round& round, std::size_t i) {
    const ServerConnection& server = round.servers[i];
    round.read[i] =
        co_await doctor::take_inventory(*round.apis[i], server.name, url_without_user(server.url), round.wanted);
}

portainer::Awaitable<void> read_all(Round& round) {
    auto one = [&round](std::size_t i) { return read_one(round, i); };
    co_await net::for_each_bounded(round.servers.size(), round.servers.size(), one);
}

} // namespace

bool ready_to_connect(config::Loaded& loaded, Console& console) {
    Diagnostics& problems = loaded.diagnostics;
    const auto add = [&problems](Diagnostics more) { std::ranges::move(more, std::back_inserter(problems)); };
    if (!has_errors(problems)) add(config::require_servers(loaded.config));
    if (!has_errors(problems))
        add(config::read_credentials(loaded.config, console.variables, config::read_standard_input));
    report::TextOptions options;
    options.colour = wants_colour(console, loaded.config.color, console.err_is_terminal);
    options.width = console.err_width;
    console.err << report::diagnostics_text(problems, options);
    return !has_errors(problems);
}

Result<Inventories> take_inventories(const config::Config& config, const MakeApi& make_api,
                                     const std::function<bool(const StackRecord&)>& wanted, Console& console) {
    Progress progress(console);
    boost::asio::io_context io{1}; // outlives the connections of the APIs
    Round round{.wanted = wanted};
    portainer::Hooks hooks;
    hooks.under_way = progress.under_way();
    for (const config::ServerEntry& entry : config.servers) {
        if (!config.default_server.empty() && entry.server.name != config.default_server) continue;
        auto api = make_api(io.get_executor(), entry.server, hooks);
        if (!api) return std::unexpected(api.error());
        round.servers.push_back(entry.server);
        round.apis.push_back(std::move(*api));
    }
    round.read.resize(round.servers.size());
    close_memory();
    progress.start();
    const bool interrupted = run_until_done(io, read_all(round), progress);
    progress.clear();
    Inventories out{.exit_code = interrupted ? exit_interrupted : exit_ok};
    for (auto& server : round.read) {
        if (!server) continue;
        out.exit_code = first_of(out.exit_code, server->server.exit_code);
        out.servers.push_back(std::move(*server));
    }
    return out;
}

} // namespace mooring::cli
