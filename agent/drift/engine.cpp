#include "drift/engine.hpp"

#include "base/file.hpp"
#include "compare/parts.hpp"
#include "drift/judge.hpp"
#include "drift/observe.hpp"
#include "net/client.hpp"
#include "runtime/parts.hpp"

#include <algorithm>
#include <utility>

namespace mooring::drift {
namespace {

namespace asio = boost::asio;
using asio::awaitable;

// The environment's name as people know it, for --only.
std::string environment_name(const Row& row, const ServerFacts& facts) {
    return match::resolve_environment(row, facts).name;
}

// For the memory: which jobs of this file are there, so that they may be pruned later.
void add_jobs_there(StackId id, const ServerFacts& server, int round, ContentFacts& file) {
    const StackRecord* record = match::find_listed(server, round, id);
    if (record == nullptr || !file.actual) return;
    const auto runtime = server.runtime.find(record->environment);
    if (runtime == server.runtime.end()) return;
    for (std::string& name : runtime::jobs_there(*record, *file.actual, runtime->second)) {
        const auto at = std::ranges::lower_bound(file.jobs_seen, name);
        if (at == file.jobs_seen.end() || *at != name) file.jobs_seen.insert(at, std::move(name));
    }
}

// The answer that a server gives which cannot be asked at all.
Reply not_sent(const std::string& problem) {
    Reply reply{.call = Call::identity, .outcome = Outcome::unavailable};
    reply.message = problem;
    return reply;
}

} // namespace

// load -> OBSERVE -> JUDGE -> report, for one server.
awaitable<void> Run::State::run_server(ServerRun& server) {
    server.facts.name = server.target.name;
    server.facts.url = server.target.url;
    server.facts.now = started_at;

    if (server.target.api != nullptr) {
        co_await observe_server(*server.target.api, server.facts);
    } else {
        server.facts.identity_before.reply = not_sent(server.target.problem);
    }
    server.result = judge_server(server.facts);
    server.result.url = server.target.url;
    if (server.result.exit_code != 0) {
        match::name_by_memory(server.facts, *server.before);
        judge_all_without_server(server);
        co_return;
    }
    server.answered = true;
    match::believe_memory(server.facts, *server.before);
    match::index_facts(server.facts);
    co_await observe_names(*server.target.api, server.stacks, server.facts, options.workers);
    if (must_end(server)) co_return;
    co_await judge_server_rows(server);
    if (server.contradiction && !server.ending && !server.ended) {
        begin_without_memory(server);
        co_await judge_server_rows(server);
    }
    if (!server.ended) must_end(server);
    server.ended = true;
}

// Every row of the server, from the lists that were read.
awaitable<void> Run::State::judge_server_rows(ServerRun& server) {
    server.rows = match::expand(server.stacks, server.facts, server.narrowed);
    choose_rows(server);
    co_await observe_runtime(*server.target.api, server.rows, server.facts, options.workers);
    if (must_end(server)) co_return;
    std::vector<std::size_t> all(server.chosen.size());
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = i;
    co_await judge_rows(server, 1, std::move(all));
}

// A record that only its remembered id shows contradicts its memory: nothing that was judged with it stands.
void Run::State::begin_without_memory(ServerRun& server) {
    match::disbelieve(server.facts, *server.contradiction);
    server.facts.list_again = {};
    server.facts.identity_after_again = {};
    match::index_facts(server.facts);
    drop_rows(server);
    server.narrowed = false;
}

void Run::State::drop_rows(ServerRun& server) {
    done -= static_cast<std::size_t>(std::ranges::count_if(server.judged, [](const auto& one) { return !!one; }));
    total -= server.chosen.size();
    server.chosen.clear();
    server.judged.clear();
    server.files.clear();
}

// Credentials that are refused half way judge nothing, not even what was read before (design §3.2, the table's first
// rows): every row says so instead.
bool Run::State::must_end(ServerRun& server) {
    server.result = judge_server(server.facts);
    server.result.url = server.target.url;
    if (server.result.exit_code == 0 && server.ending) end_server(server.result, *server.ending, server.facts);
    if (server.result.exit_code == 0) return false;
    drop_rows(server);
    server.answered = false;
    judge_all_without_server(server);
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
    match::index_facts(server.facts);
    co_await judge_rows(server, 2, std::move(again));
}

awaitable<bool> Run::State::judge_row(ServerRun& server, int round, std::size_t index) {
    const Row& row = server.rows[server.chosen[index]];
    StackFacts facts;
    facts.round = round;
    std::unique_ptr<const compare::Content> content;
    if (options.hooks.desired_facts) {
        facts.desired = options.hooks.desired_facts(*row.stack);
    } else {
        content = compare::Content::load(*row.stack);
        facts.desired = content->facts();
        facts.objects = content->objects();
    }
    if (!server.clusters) server.clusters = std::make_unique<ClusterReader>(*server.target.api, server.facts);
    const Asking asking{.api = *server.target.api,
                        .server = server.facts,
                        .clusters = *server.clusters,
                        .judge = options.judge,
                        .digest = digest,
                        .full_verify = options.full_verify,
                        .desired = content.get(),
                        .compare_file = options.hooks.compare_file};
    const bool needs_second_list = co_await observe_row(row, facts, asking);
    if (const StackRecord* other = match::contradicting_record(facts, server.facts.memory))
        server.contradiction = *other;
    if (needs_second_list) co_return true;
    if (const Reply* ending = ending_reply(facts)) {
        server.ending = *ending;
        co_return false;
    }

    Assessment assessment = assess(row, server.facts, facts, options.judge);
    const auto id = assessment.result.id;
    if (options.hooks.on_judged) options.hooks.on_judged(*row.stack, assessment.result);
    if (digest && id && facts.file.value) {
        add_jobs_there(*id, server.facts, round, *facts.file.value);
        facts.file.value->actual.reset(); // the memory needs only the digests; with 10,000 stacks the rest is much
        facts.file.value->objects.reset();
        server.files[*id] = std::move(*facts.file.value);
    }
    keep(server, index, std::move(assessment));
    co_return false;
}

void Run::State::keep(ServerRun& server, std::size_t index, Assessment assessment) {
    server.judged[index] = std::move(assessment);
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
    bool narrowed = true; // whatever a selector reaches, more may be hidden
    server.rows = match::expand(server.stacks, server.facts, narrowed);
    choose_rows(server);
    const Reply* ending = ending_reply(server.facts);
    if (ending == nullptr && server.ending) ending = &*server.ending;
    for (std::size_t i = 0; i < server.chosen.size(); ++i) {
        const Row& row = server.rows[server.chosen[i]];
        keep(server, i, {.desired = row.stack, .result = judge_without_server(row, server.facts, ending)});
    }
    server.ended = true;
}

Run::Run(Desired desired, std::vector<Target> targets, const Memory& memory, const Clock& clock, RunOptions options)
    : state_(std::make_unique<State>(std::move(desired), clock, std::move(options))) {
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
        static const ServerMemory nothing;
        const auto known = memory.servers.find(target.name);
        server.before = known == memory.servers.end() ? &nothing : &known->second;
        for (const DesiredStack& stack : server.stacks) {
            if (stack.tie) server.facts.tied[stack.tie->id] = stack.where;
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

std::vector<Run::Read> Run::read() const {
    std::vector<Read> out;
    for (const ServerRun& server : state_->servers) {
        out.push_back({.facts = server.facts, .claimed = match::claimed_ids(server.rows, server.facts)});
    }
    return out;
}

const std::vector<DesiredStack>& Run::declared() const { return state_->desired.stacks; }
const std::vector<DesiredScope>& Run::scopes() const { return state_->desired.scopes; }
bool Run::manifests_whole() const { return state_->desired.complete; }

const Assessment* Observation::in(EnvironmentId environment) const {
    const auto found = std::ranges::find_if(rows, [&](const Assessment& row) {
        return row.record != nullptr ? row.record->environment == environment
                                     : row.result.environment_id == environment;
    });
    return found == rows.end() ? nullptr : &*found;
}

awaitable<Observation> observe_stack(DesiredStack stack, Target target, const Memory& memory, const Clock& clock,
                                     RunOptions options) {
    Desired desired;
    desired.stacks.push_back(std::move(stack));
    std::vector<Target> targets;
    targets.push_back(std::move(target));
    Observation seen;
    seen.run = std::make_unique<Run>(std::move(desired), std::move(targets), memory, clock, std::move(options));
    co_await seen.run->execute();
    seen.report = seen.run->report();
    seen.rows = seen.run->assessments();
    co_return seen;
}

} // namespace mooring::drift
