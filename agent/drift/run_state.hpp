// What a run knows while it lasts. Private to this folder: engine.cpp goes the way, run_report.cpp tells what came of
// it.
#pragma once

#include "drift/engine.hpp"
#include "drift/facts.hpp"
#include "drift/observe.hpp"

#include <boost/asio/awaitable.hpp>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace mooring::drift {

// One server's part of a run.
struct ServerRun {
    Target target;
    std::span<const DesiredStack> stacks; // those declared for this server
    ServerFacts facts;
    ServerMemory before;
    ServerResult result;
    std::vector<Row> rows;                         // all of them, before --only
    std::vector<std::size_t> chosen;               // indices of rows to be judged
    std::vector<std::optional<Assessment>> judged; // by index of `chosen`
    std::map<StackId, ContentFacts> files;
    std::unique_ptr<ClusterReader> clusters; // made with the first row
    bool narrowed = false;                   // a selector may have reached less than it would with more rights
    bool answered = false;                   // identity, environments and list are there
    bool ended = false;
    std::optional<StackRecord> contradiction; // read by its remembered id: the memory is that of another time
    std::optional<Reply> ending; // a stack's reply that ends the server's run: the token was withdrawn meanwhile
};

struct Run::State {
    Desired desired;
    const Memory& before;
    const Clock& clock;
    RunOptions options;
    MakeDigest digest;
    std::vector<ServerRun> servers;
    UnixSeconds started_at = 0;
    std::optional<UnixSeconds> finished_at;
    std::size_t total = 0;
    std::size_t done = 0;

    State(Desired wanted, const Memory& memory, const Clock& time, RunOptions how)
        : desired(std::move(wanted)), before(memory), clock(time), options(std::move(how)) {}

    boost::asio::awaitable<void> run_server(ServerRun& server);
    boost::asio::awaitable<void> judge_server_rows(ServerRun& server);
    void begin_without_memory(ServerRun& server);
    void drop_rows(ServerRun& server); // and what was counted of them
    boost::asio::awaitable<void> judge_rows(ServerRun& server, int round, std::vector<std::size_t> wanted);
    boost::asio::awaitable<bool> judge_row(ServerRun& server, int round, std::size_t index);
    bool must_end(ServerRun& server);
    void choose_rows(ServerRun& server);
    void judge_all_without_server(ServerRun& server);
    void keep(ServerRun& server, std::size_t index, Assessment assessment);
    std::string run_id() const;
    std::vector<Assessment> assessments_of(const ServerRun& server) const;
    void add_remarks(const ServerRun& server, Report& report) const;
    bool is_whole(const ServerRun& server) const;
};

} // namespace mooring::drift
