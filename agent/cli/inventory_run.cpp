#include "cli/inventory_run.hpp"

#include "cli/exit_code.hpp"
#include "cli/process.hpp"
#include "cli/progress.hpp"
#include "cli/run_until_done.hpp"
#include "model/names.hpp"
#include "net/parallel.hpp"

#include <algorithm>
#include <optional>
#include <ostream>

namespace mooring::cli {
namespace {

// What a run lives in, in the order in which it is taken down from below.
struct Round {
    boost::asio::io_context io{1};
    std::vector<ServerConnection> servers;
    std::vector<std::unique_ptr<portainer::Api>> apis;
    std::function<bool(const StackRecord&)> wanted;
    std::vector<std::optional<inventory::ServerInventory>> read; // by index of servers
};

portainer::Awaitable<void> read_one(Round& round, std::size_t i) {
    const ServerConnection& server = round.servers[i];
    round.read[i] =
        co_await inventory::take_inventory(*round.apis[i], server.name, url_without_user(server.url), round.wanted);
}

portainer::Awaitable<void> read_all(Round& round) {
    auto one = [&round](std::size_t i) { return read_one(round, i); };
    co_await net::for_each_bounded(round.servers.size(), round.servers.size(), one);
}

Result<void> connect(const config::Config& config, const MakeApi& make_api, const Progress& progress, Round& round) {
    portainer::Hooks hooks;
    hooks.under_way = progress.under_way();
    for (const config::ServerEntry& entry : config.servers) {
        if (!config.default_server.empty() && entry.server.name != config.default_server) continue;
        auto api = make_api(round.io.get_executor(), entry.server, hooks);
        if (!api) return while_doing("server " + entry.server.name, api.error());
        round.servers.push_back(entry.server);
        round.apis.push_back(std::move(*api));
    }
    return {};
}

} // namespace

Result<Inventories> take_inventories(const config::Config& config, const MakeApi& make_api,
                                     const std::function<bool(const StackRecord&)>& wanted, Console& console) {
    Progress progress(console);
    auto round = std::make_unique<Round>();
    round->wanted = wanted;
    if (const Result<void> connected = connect(config, make_api, progress, *round); !connected)
        return std::unexpected(connected.error());
    round->read.resize(round->servers.size());
    close_memory();
    progress.start();
    const int ended_by = run_until_done(round->io, read_all(*round), progress);
    progress.clear();
    Inventories out{.exit_code = ended_by};
    for (auto& server : round->read) {
        if (!server) continue;
        out.exit_code = first_of(out.exit_code, server->server.exit_code);
        out.servers.push_back(std::move(*server));
    }
    if (ended_by != 0) leave_behind(std::move(round));
    return out;
}

} // namespace mooring::cli
