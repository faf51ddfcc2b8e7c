#include "drift/engine.hpp"

#include "base/crypto.hpp"
#include "compose/compose.hpp"
#include "drift/conclude.hpp"
#include "drift/judge.hpp"
#include "drift/match.hpp"
#include "drift/observe.hpp"
#include "drift/remember.hpp"
#include "model/names.hpp"
#include "net/parallel.hpp"

#include <algorithm>
#include <span>
#include <tuple>
#include <utility>

namespace mooring::drift {
namespace {

namespace asio = boost::asio;
using asio::awaitable;

// One server's part of a run.
struct ServerRun {
    Target target;
    std::span<const DesiredStack> stacks; // those declared for this server
    ServerFacts facts;
    ServerMemory before;
    ServerResult result;
    std::vector<Row> rows;                          // all of them, before --only
    std::vector<std::size_t> chosen;                // indices of rows to be judged
    std::vector<std::optional<StackResult>> judged; // by index of `chosen`
    std::vector<StackResult> extra;
    std::map<StackId, ContentFacts> files;
    bool narrowed = false; // a selector may have reached less than it would with more rights
    bool answered = false; // identity, environments and list are there
    bool ended = false;
    std::optional<StackRecord> contradiction; // read by its remembered id: the memory is that of another time
    std::optional<Reply> ending; // a stack's reply that ends the server's run: the token was withdrawn meanwhile
};

// The desired file, parsed once for comparing and for what it would run; nullopt for Git, Kubernetes, and a file that
// does not load (comparing says why).
std::optional<compose::File> desired_file(const DesiredStack& stack) {
    const auto* content = std::get_if<DesiredContent>(&stack.source);
    if (content == nullptr || stack.type == StackType::kubernetes) return std::nullopt;
    auto file = compose::load(content->text);
    if (!file) return std::nullopt;
    return std::move(*file);
}

// The environment's name as people know it, for --only.
std::string environment_name(const Row& row, const ServerFacts& facts) { return resolve_environment(row, facts).name; }

auto report_order(const StackResult& result) {
    return std::tie(result.server, result.environment_name, result.name, result.environment_id, result.id);
}

} // namespace

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

    awaitable<void> run_server(ServerRun& server);
    awaitable<void> judge_server_rows(ServerRun& server);
    void begin_without_memory(ServerRun& server);
    awaitable<void> judge_rows(ServerRun& server, int round, std::vector<std::size_t> wanted);
    awaitable<bool> judge_row(ServerRun& server, int round, std::size_t index);
    bool must_end(ServerRun& server);
    void choose_rows(ServerRun& server);
    void judge_all_without_server(ServerRun& server);
    void keep(ServerRun& server, std::size_t index, StackResult result);
    std::string run_id() const;
};

// load -> OBSERVE -> JUDGE -> report, for one server.
awaitable<void> Run::State::run_server(ServerRun& server) {
    portainer::Api& api = *server.target.api;
    server.facts.name = server.target.name;
    server.facts.now = started_at;

    co_await observe_server(api, server.facts);
    server.result = judge_server(server.facts);
    server.result.url = server.target.url;
    if (server.result.exit_code != 0) {
        judge_all_without_server(server);
        co_return;
    }
    server.answered = true;
    believe_memory(server.facts, server.before);
    index_facts(server.facts);
    co_await observe_names(api, server.stacks, server.facts, options.workers);
    if (must_end(server)) co_return;
    co_await judge_server_rows(server);
    if (server.contradiction && !server.ending && !server.ended) {
        begin_without_memory(server);
        co_await judge_server_rows(server);
    }
    server.ended = true;
    must_end(server);
}

// Every row of the server, from the lists that were read.
awaitable<void> Run::State::judge_server_rows(ServerRun& server) {
    server.rows = expand(server.stacks, server.facts, server.narrowed);
    choose_rows(server);
    co_await observe_runtime(*server.target.api, server.rows, server.facts, options.workers);
    if (must_end(server)) co_return;
    std::vector<std::size_t> all(server.chosen.size());
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = i;
    co_await judge_rows(server, 1, std::move(all));
}

// A record that only its remembered id shows contradicts its memory: nothing that was judged with it stands.
void Run::State::begin_without_memory(ServerRun& server) {
    disbelieve(server.facts, *server.contradiction);
    server.facts.list_again = {};
    server.facts.identity_after_again = {};
    index_facts(server.facts);
    done -= server.chosen.size();
    total -= server.chosen.size();
    server.chosen.clear();
    server.judged.clear();
    server.files.clear();
    server.narrowed = false;
}

// Credentials that are refused half way judge nothing, not even what was read before (design §3.2, the table's first
// rows).
bool Run::State::must_end(ServerRun& server) {
    server.result = judge_server(server.facts);
    server.result.url = server.target.url;
    if (server.result.exit_code == 0 && server.ending) end_server(server.result, *server.ending, server.facts);
    if (server.result.exit_code == 0) return false;
    server.chosen.clear();
    server.judged.clear();
    server.answered = false;
    server.ended = true;
    return true;
}

// Judges rows side by side; those that need the second list are judged anew after it.
awaitable<void> Run::State::judge_rows(ServerRun& server, int round, std::vector<std::size_t> wanted) {
    std::vector<std::size_t> again;
    auto one = [&](std::size_t i) -> awaitable<void> {
        if (server.ending) co_return;
        const bool needs_second_list = co_await judge_row(server, round, wanted[i]);
        if (needs_second_list) again.push_back(wanted[i]);
    };
    co_await net::for_each_bounded(wanted.size(), options.workers, one);
    if (again.empty() || server.ending) co_return;
    std::ranges::sort(again);
    co_await observe_list_again(*server.target.api, server.facts, options.debounce);
    index_facts(server.facts);
    co_await judge_rows(server, 2, std::move(again));
}

awaitable<bool> Run::State::judge_row(ServerRun& server, int round, std::size_t index) {
    const Row& row = server.rows[server.chosen[index]];
    StackFacts facts;
    facts.round = round;
    std::optional<compose::File> file;
    if (options.hooks.desired_facts) {
        facts.desired = options.hooks.desired_facts(*row.stack);
    } else {
        file = desired_file(*row.stack);
        if (file) facts.desired = compose::facts(*file, normalise_stack_name(row.stack->name));
    }
    const Asking asking{.api = *server.target.api,
                        .server = server.facts,
                        .judge = options.judge,
                        .digest = digest,
                        .full_verify = options.full_verify,
                        .desired = file ? &*file : nullptr,
                        .compare_file = options.hooks.compare_file};
    const bool needs_second_list = co_await observe_row(row, facts, asking);
    if (const StackRecord* other = contradicting_record(facts, server.facts.memory)) server.contradiction = *other;
    if (needs_second_list) co_return true;
    if (const Reply* ending = ending_reply(facts)) {
        server.ending = *ending;
        co_return false;
    }

    StackResult result = judge(row, server.facts, facts, options.judge);
    if (options.hooks.on_judged) options.hooks.on_judged(*row.stack, result);
    if (digest && result.id && facts.file.value) {
        facts.file.value->actual.reset(); // the memory needs only the digests; with 10,000 stacks the rest is much
        server.files[*result.id] = std::move(*facts.file.value);
    }
    keep(server, index, std::move(result));
    co_return false;
}

void Run::State::keep(ServerRun& server, std::size_t index, StackResult result) {
    server.judged[index] = std::move(result);
    ++done;
    if (options.on_progress) options.on_progress(done, total);
}

// Extra is judged against the whole desired set, so that --only must not narrow `rows`, only what is asked and shown.
void Run::State::choose_rows(ServerRun& server) {
    for (std::size_t i = 0; i < server.rows.size(); ++i) {
        const Row& row = server.rows[i];
        if (!options.only || options.only(row.stack->name, environment_name(row, server.facts), row.stack->labels)) {
            server.chosen.push_back(i);
        }
    }
    server.judged.resize(server.chosen.size());
    total += server.chosen.size();
}

void Run::State::judge_all_without_server(ServerRun& server) {
    bool ignored = false;
    server.rows = expand(server.stacks, server.facts, ignored);
    // Refused credentials and added headers judge nothing (design §3.2): there are no rows then, only the server's
    // error.
    if (server.result.exit_code == 69) choose_rows(server);
    for (std::size_t i = 0; i < server.chosen.size(); ++i) {
        keep(server, i, judge_without_server(server.rows[server.chosen[i]], server.facts));
    }
    server.ended = true;
}

std::string Run::State::run_id() const {
    std::string inputs = std::to_string(started_at);
    for (const ServerRun& server : servers) inputs += "\n" + server.target.name + " " + server.target.url;
    for (const DesiredStack& stack : desired.stacks) inputs += "\n" + stack.name + " " + stack.where.file;
    return to_hex(sha256(inputs)).substr(0, 16);
}

Run::Run(Desired desired, std::vector<Target> targets, const Memory& memory, const Clock& clock, RunOptions options)
    : state_(std::make_unique<State>(std::move(desired), memory, clock, std::move(options))) {
    State& state = *state_;
    if (!state.options.digest_key.empty()) {
        state.digest = [key = state.options.digest_key](std::string_view text) {
            return to_hex(hmac_sha256(key.reveal(), text));
        };
        state.options.judge.digest = state.digest;
    }
    // By server, so that each has its stacks in one piece and no text is held twice.
    std::ranges::stable_sort(state.desired.stacks, {}, &DesiredStack::server);
    for (Target& target : targets) {
        ServerRun server;
        server.stacks = std::ranges::equal_range(state.desired.stacks, target.name, {}, &DesiredStack::server);
        if (const auto known = memory.servers.find(target.name); known != memory.servers.end()) {
            server.before = known->second;
        }
        server.target = std::move(target);
        server.result.name = server.target.name; // what an interrupted run can say of it
        server.result.url = server.target.url;
        state.servers.push_back(std::move(server));
    }
}

Run::~Run() = default;

awaitable<void> Run::execute() {
    State& state = *state_;
    state.started_at = state.clock.unix_seconds();
    auto one = [&state](std::size_t i) -> awaitable<void> { co_await state.run_server(state.servers[i]); };
    co_await net::for_each_bounded(state.servers.size(), state.servers.size(), one);
    state.finished_at = state.clock.unix_seconds();
}

Report Run::report() const {
    const State& state = *state_;
    Report report;
    report.run_id = state.run_id();
    report.started_at = state.started_at;
    report.finished_at = state.finished_at.value_or(state.clock.unix_seconds());
    report.mooring_version = state.options.mooring_version;
    report.partial = !state.finished_at;
    report.diagnostics = state.desired.diagnostics;
    for (const ServerRun& server : state.servers) {
        report.servers.push_back(server.result);
        for (const auto& judged : server.judged) {
            if (judged) report.stacks.push_back(*judged);
        }
        std::ranges::copy(server.facts.diagnostics, std::back_inserter(report.diagnostics));
        std::ranges::copy(suspension_diagnostics(server.stacks, state.started_at),
                          std::back_inserter(report.diagnostics));
        if (!server.answered || !server.ended) continue;
        std::ranges::copy(scope_diagnostics(state.desired, server.facts), std::back_inserter(report.diagnostics));
        for (StackResult& extra :
             find_extra(state.desired, server.rows, server.facts, claimed_ids(server.rows, server.facts),
                        state.options.judge, server.narrowed)) {
            if (state.options.only && !state.options.only(extra.name, extra.environment_name, {})) continue;
            report.stacks.push_back(std::move(extra));
        }
    }
    apply_waivers(report.stacks, state.desired.waivers, state.started_at);
    report.waivers = accepted_waivers(report.stacks, state.desired.waivers);
    // A waiver for a stack that --only left out, or that was not reached, is not unused.
    if (!state.options.only && !report.partial) {
        std::ranges::copy(waiver_diagnostics(report.stacks, state.desired.waivers, state.started_at),
                          std::back_inserter(report.diagnostics));
    }
    std::ranges::sort(report.stacks, {}, report_order);
    report.summary = summarise(report.stacks);
    report.exit_code = exit_code(report, state.options.fail_on, has_errors(state.desired.diagnostics));
    return report;
}

Memory Run::memory() const {
    const State& state = *state_;
    Memory after = state.before;
    for (const ServerRun& server : state.servers) {
        if (!server.answered) continue;
        std::vector<StackResult> results;
        for (const auto& judged : server.judged) {
            if (judged) results.push_back(*judged);
        }
        after.servers[server.target.name] = remember(server.facts, server.before, server.files, results, state.digest);
    }
    return after;
}

} // namespace mooring::drift
