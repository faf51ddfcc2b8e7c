#include "walks/walk.hpp"

#include "base/clock.hpp"
#include "cli/output.hpp"
#include "drift/engine.hpp"
#include "ledger/json.hpp"
#include "report/formats.hpp"
#include "walks/content.hpp"
#include "walks/manifests.hpp"
#include "walks/stage.hpp"
#include "walks/truth.hpp"

#include <algorithm>
#include <memory>
#include <stdexcept>

namespace mooring::walks {
namespace {

// A port that nobody listens on: of TCP's reserved ones.
constexpr const char* nobody = "http://127.0.0.1:1";

std::vector<Disturbance> faults_in(const World& world, Round round) {
    if (round == Round::later) return {};
    return round == Round::first ? world.first_faults : world.faults;
}

bool is_down(const std::vector<Disturbance>& faults) {
    return std::ranges::any_of(faults, [](const Disturbance& fault) { return fault.kind == "refused"; });
}

ServerConnection connection_to(const char* name, const std::string& url, const char* token) {
    ServerConnection connection;
    connection.name = name;
    connection.url = url;
    connection.token = Secret(token);
    connection.request_timeout = std::chrono::seconds(20);
    connection.deadline = std::chrono::seconds(60);
    connection.retries = {.attempts = 2,
                          .base = std::chrono::milliseconds(0),
                          .most = std::chrono::milliseconds(0),
                          .retry_after_most = std::chrono::milliseconds(0)};
    return connection;
}

// How an agent counts absences.
void count_absences(const World& world, const Lies& lies, drift::JudgeOptions& judge) {
    judge.absence_in_two_runs = world.agent && !lies.one_absence;
    judge.absence_window = std::chrono::seconds(window);
    judge.absences_apart = std::chrono::seconds(most_apart);
}

drift::RunOptions options_of(const World& world, const Lies& lies) {
    drift::RunOptions options;
    options.debounce = std::chrono::milliseconds(0);
    options.workers = 4;
    if (world.keyed) options.digest_key = Secret(std::string(32, 'k'));
    options.mooring_version = "walk";
    if (world.agent) count_absences(world, lies, options.judge);
    if (world.only.empty()) return options;
    std::vector<std::string> words;
    words.reserve(world.only.size());
    for (const Chosen& chosen : world.only) {
        words.push_back(chosen.kind + (chosen.kind == "label" ? "=team=" : "=") + chosen.glob);
    }
    auto only = cli::Only::parse(words);
    if (!only) throw std::runtime_error(only.error().message);
    options.only = [only = *std::move(only)](const auto& name, const auto& environment, const auto& labels) {
        return only.matches(name, environment, labels);
    };
    return options;
}

std::map<std::string, std::string> outputs_of(const Report& report, const Memory& memory) {
    using report::Format;
    std::map<std::string, std::string> outputs;
    for (const Format format :
         {Format::text, Format::json, Format::junit, Format::sarif, Format::markdown, Format::github, Format::csv}) {
        outputs[std::string(to_string(format))] = render(report, format, {});
    }
    report::TextOptions narrow{.colour = true, .width = 60, .quiet = false, .show_values = false};
    outputs["terminal"] = render(report, Format::text, narrow);
    outputs["memory"] = ledger::write_memory(memory);
    return outputs;
}

// The branch answers slower than the main server; never so slow that a deadline passes.
void set_condition(portainer_double::Double& branch, Condition condition) {
    branch.clear_faults();
    if (condition != Condition::slow) return;
    branch.add_fault({.kind = portainer_double::FaultKind::latency, .path_prefix = "/api/", .milliseconds = 4});
}

// Each state that has one permission less than this one.
std::vector<std::pair<std::string, State>> lessened(const State& state) {
    std::vector<std::pair<std::string, State>> all;
    const auto less = [&](std::string what) -> State& { return all.emplace_back(std::move(what), state).second; };
    less("token").token = false;
    if (state.administrator) less("role").administrator = false;
    if (state.administrator) return all;
    if (state.in_team) less("team").in_team = false;
    for (std::size_t i = 0; i < state.places.size(); ++i) {
        less("environment " + state.places[i].name).places[i].open_to = Sharing::others;
        less("stack management of " + state.places[i].name).places[i].management = false;
    }
    for (std::size_t i = 0; i < state.stacks.size(); ++i) {
        less("stack " + state.stacks[i].name).stacks[i].sharing = Sharing::none;
    }
    return all;
}

} // namespace

Walker::Walker() {
    server_.start();
    branch_.start();
}

void Walker::stage_all(const World& world, const State& state, Round round) {
    stage(server_, world, state);
    disturb(server_, faults_in(world, round));
    if (!world.branch.configured) return;
    State there = world.branch.state;
    there.clock = state.clock;
    if (round != Round::first) there.token = world.branch.condition != Condition::refusing;
    stage(branch_, world, there);
    set_condition(branch_, round == Round::first ? Condition::fine : world.branch.condition);
}

std::vector<ServerConnection> Walker::connections(const World& world, const char* token, Round round) const {
    const bool down = is_down(faults_in(world, round));
    std::vector<ServerConnection> servers{connection_to("main", down ? nobody : server_.url(), token)};
    if (!world.branch.configured) return servers;
    const bool branch_down = round != Round::first && world.branch.condition == Condition::down;
    servers.push_back(connection_to("branch", branch_down ? nobody : branch_.url(), token));
    return servers;
}

Seen Walker::run(const World& world, const State& state, const char* token, const Memory& memory, Watch& watch) {
    server_.reset_requests();
    branch_.reset_requests();
    boost::asio::io_context context(1);
    std::vector<std::unique_ptr<portainer::Api>> real;
    Watch branch_watch;
    std::vector<std::unique_ptr<WatchedApi>> watched;
    std::vector<drift::Target> targets;
    for (const ServerConnection& server : connections(world, token, watch.round)) {
        auto api = portainer::make_api(context.get_executor(), server);
        if (!api) throw std::runtime_error(api.error().message);
        real.push_back(*std::move(api));
        watched.push_back(std::make_unique<WatchedApi>(*real.back(), watched.empty() ? watch : branch_watch));
        targets.push_back({.name = server.name, .url = "http://portainer.example.test", .api = watched.back().get()});
    }
    const FixedClock clock(state.clock);
    drift::Run run(desired_, targets, memory, clock, options_of(world, watch.lies));
    finish(context, run);
    Seen seen{.report = run.report(), .memory = run.memory(), .files = watch.files, .calls = watch.calls};
    seen.branch_files = branch_watch.files;
    seen.outputs = outputs_of(seen.report, seen.memory);
    seen.requests = server_.requests().by_route;
    seen.requests.merge(branch_.requests().by_route);
    return seen;
}

// What the manifests say, said directly or through a folder of them.
Desired Walker::declared(const World& world) {
    if (!world.detours.manifests) return desired_of(world);
    const Folder folder;
    write_manifests(world, folder.path());
    return load_manifests(world, folder.path());
}

Memory Walker::kept(const World& world, const Seen& seen, const Memory& before, Walk& walk) {
    if (shared_) return shared_->record(seen.report, before, seen.memory, desired_, walk.compared);
    if (world.detours.ledger) return through_ledger(seen.report, seen.memory, desired_, walk.compared);
    return through_file(seen.memory, walk.compared);
}

Walk Walker::walk(const World& world, bool thorough, const Lies& lies) {
    Walk walk;
    Memory memory;
    desired_ = declared(world);
    shared_ = world.detours.writers ? std::make_unique<SharedLedger>(lies.careless_writer) : nullptr;
    if (world.remembers) {
        stage_all(world, world.start, Round::first);
        Watch watch;
        watch.round = Round::first;
        const char* token = world.first_by_administrator ? administrator_token : reader_token;
        walk.first = run(world, world.start, token, memory, watch);
        memory = kept(world, *walk.first, memory, walk);
    }
    const State state = after_steps(world);
    stage_all(world, state, Round::judged);
    Watch watch{.lies = lies};
    if (!world.declared.empty()) {
        watch.desired_text = file_text(world.declared.front().kind, world.declared.front().content);
    }
    if (!world.meanwhile.empty()) {
        watch.at = world.meanwhile_at;
        watch.meanwhile = [&] { stage(server_, world, after_all(world)); };
    }
    walk.judged = run(world, state, reader_token, memory, watch);
    const bool clusters = std::ranges::any_of( // what runs there is in no snapshot
        world.declared, [](const Declared& one) { return one.kind == Kind::kubernetes; });
    if (world.detours.snapshot && world.calm() && !clusters) {
        const FixedClock clock(state.clock);
        walk.judged.outputs["snapshot"] = through_snapshot(desired_, connections(world, reader_token, Round::judged),
                                                           memory, clock, options_of(world, lies), walk.compared);
    }
    if (thorough && world.calm()) look_again(world, state, memory, watch.desired_text, lies, walk);
    const State last = after_later(world);
    if (!last.token) return walk;
    stage_all(world, last, Round::later);
    Watch later{.round = Round::later, .lies = lies, .desired_text = watch.desired_text};
    const Memory left = shared_ ? kept(world, walk.judged, memory, walk) : walk.judged.memory;
    walk.later = run(world, last, reader_token, left, later);
    return walk;
}

// The judged run once more, and with each permission less.
void Walker::look_again(const World& world, const State& state, const Memory& memory, const std::string& desired_text,
                        const Lies& lies, Walk& walk) {
    Watch same{.lies = lies, .desired_text = desired_text};
    walk.again = run(world, state, reader_token, memory, same);
    for (const auto& [what, less] : lessened(state)) {
        stage(server_, world, less);
        Watch other;
        walk.lessened.push_back({what, run(world, less, reader_token, memory, other)});
    }
}

} // namespace mooring::walks
