// The middle of the route on one screen: observe -> judge -> conclude, for all servers of a run. load comes before it
// and report after it (agent/cli/check.cpp has the whole).
#pragma once

#include "base/clock.hpp"
#include "base/secret.hpp"
#include "drift/judge.hpp"
#include "drift/observe.hpp"
#include "drift/situation.hpp"
#include "portainer/api.hpp"

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace mooring::drift {

// A server to be read. `api` outlives the run; without one `problem` says why the server cannot be asked (a token that
// cannot be read), and its stacks are unreachable.
struct Target {
    std::string name; // in the configuration
    std::string url;  // for people; without user part
    portainer::Api* api = nullptr;
    std::string problem;
};

// The places at which a run lets a recording listen, and at which a replay answers for texts that it does not have
// (agent/snapshot). Whatever is empty is as if it were not there.
struct RunHooks {
    // What a desired file would run, instead of reading its text.
    std::function<std::optional<compose::ProjectFacts>(const DesiredStack&)> desired_facts;
    // Called in place of `compare`, which compares the server's file of this id with the desired one.
    std::function<ContentFacts(const DesiredStack&, StackId, const std::function<ContentFacts()>& compare)>
        compare_file;
    std::function<void(const DesiredStack&, const StackResult&)> on_judged; // after each row
};

struct RunOptions {
    JudgeOptions judge;
    std::chrono::milliseconds debounce{2000}; // between the first list and the second (design §3.2, complete_list)
    std::chrono::seconds full_verify{3600};   // a file is read again at least this often
    std::size_t workers = 8;                  // stacks of one server under way at once
    std::set<Verdict> fail_on{all_verdicts.begin(), all_verdicts.end()};
    // Which stacks are asked for and shown, by name, environment ("": its name is not known) and labels; empty: all.
    std::function<bool(const std::string&, const std::string&, const std::map<std::string, std::string>&)> only;
    std::function<void(std::size_t done, std::size_t total)> on_progress; // after each stack; may be empty
    Secret digest_key;                                                    // of the memory; empty: no file is skipped
    std::string mooring_version;
    RunHooks hooks;
};

// One run over all targets. Everything it is given outlives it. Runs on the executor of execute()'s coroutine, one
// thread.
class Run {
  public:
    Run(Desired desired, std::vector<Target> targets, const Memory& memory, const Clock& clock, RunOptions options);
    Run(const Run&) = delete;
    Run& operator=(const Run&) = delete;
    ~Run();

    // Observes and judges all targets side by side. Ends when every row has its verdict; never throws for what a server
    // does.
    boost::asio::awaitable<void> execute();

    // Every row that was judged, waivers applied, and what nobody declared, in the report's order. Valid as long as the
    // run is.
    std::vector<Assessment> assessments() const;

    // What was read of one server, and the records that some manifest means, whatever --only left out.
    struct Read {
        const ServerFacts& facts;
        std::set<StackId> claimed;
    };
    // In the order of the targets. Valid as long as the run is.
    std::vector<Read> read() const;
    // All that is declared, whether --only left it out or not. Valid as long as the run is.
    const std::vector<DesiredStack>& declared() const;
    const std::vector<DesiredScope>& scopes() const;
    // Every manifest was read.
    bool manifests_whole() const;

    // What is known now. Before execute() has ended (interrupted): only the rows judged so far, marked partial.
    Report report() const;

    // The memory after the run, of the servers that answered; rows that were not judged leave what was remembered
    // before. What came of it is merged into what is kept, which other runs write as well.
    Memory memory() const;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

// One stack, read and judged again outside a whole run: what it stands on (identity, environments, both lists, file,
// what runs) is asked anew, so that nothing before it counts. As a run over that stack alone would, with `options`.
struct Observation {
    std::unique_ptr<Run> run;
    Report report;
    std::vector<Assessment> rows; // one; as many as environments when a selector declares it

    // The row in this environment; nullptr if there is none.
    const Assessment* in(EnvironmentId environment) const;
};
boost::asio::awaitable<Observation> observe_stack(DesiredStack stack, Target target, const Memory& memory,
                                                  const Clock& clock, RunOptions options);

// What a run knows while it lasts. Private to this folder: engine.cpp goes the way, run_report.cpp tells what came of
// it.

// One server's part of a run.
struct ServerRun {
    Target target;
    std::span<const DesiredStack> stacks; // those declared for this server
    ServerFacts facts;
    const ServerMemory* before = nullptr; // what is known from earlier runs, in the memory that the run was given
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
    const Clock& clock;
    RunOptions options;
    MakeDigest digest;
    std::vector<ServerRun> servers;
    UnixSeconds started_at = 0;
    std::optional<UnixSeconds> finished_at;
    std::size_t total = 0;
    std::size_t done = 0;

    State(Desired wanted, const Clock& time, RunOptions how)
        : desired(std::move(wanted)), clock(time), options(std::move(how)) {}

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
    std::vector<StackResult> extras_of(const ServerRun& server) const;
    std::vector<Assessment> assessments_of(const ServerRun& server) const;
    std::vector<StackResult> results() const;
    void add_remarks(const ServerRun& server, Report& report) const;
    bool is_whole(const ServerRun& server) const;
};

} // namespace mooring::drift
