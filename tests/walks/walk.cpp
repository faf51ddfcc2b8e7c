#include "walks/walk.hpp"

#include "base/clock.hpp"
#include "drift/engine.hpp"
#include "ledger/memory_json.hpp"
#include "report/format.hpp"
#include "walks/content.hpp"
#include "walks/stage.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <stdexcept>

namespace mooring::walks {
namespace {

// A port that nobody listens on: of TCP's reserved ones.
constexpr const char* nobody = "http://127.0.0.1:1";

bool is_down(const std::vector<Disturbance>& faults) {
    return std::ranges::any_of(faults, [](const Disturbance& fault) { return fault.kind == "refused"; });
}

ServerConnection connection_to(const std::string& url, const char* token) {
    ServerConnection connection;
    connection.name = "main";
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

drift::RunOptions options_of(const World& world) {
    drift::RunOptions options;
    options.debounce = std::chrono::milliseconds(0);
    options.workers = 4;
    if (world.keyed) options.digest_key = Secret(std::string(32, 'k'));
    options.mooring_version = "walk";
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

void finish(boost::asio::io_context& context, drift::Run& run) {
    std::exception_ptr failure;
    boost::asio::co_spawn(context, run.execute(), [&failure](std::exception_ptr thrown) { failure = thrown; });
    context.run();
    if (failure) std::rethrow_exception(failure);
}

// Each state that has one permission less than this one.
std::vector<std::pair<std::string, State>> lessened(const State& state) {
    std::vector<std::pair<std::string, State>> all;
    const auto less = [&](std::string what) -> State& { return all.emplace_back(std::move(what), state).second; };
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

Walker::Walker() { server_.start(); }

Seen Walker::run(const World& world, const State& state, const char* token, const Memory& memory, Watch& watch) {
    server_.reset_requests();
    const bool down = is_down(watch.first ? world.first_faults : world.faults);
    boost::asio::io_context context(1);
    auto api = portainer::make_api(context.get_executor(), connection_to(down ? nobody : server_.url(), token));
    if (!api) throw std::runtime_error(api.error().message);
    WatchedApi watched(**api, watch);
    const FixedClock clock(state.clock);
    const drift::Target target{.name = "main", .url = "http://portainer.example.test", .api = &watched};
    drift::Run run(desired_of(world), {target}, memory, clock, options_of(world));
    finish(context, run);
    Seen seen{.report = run.report(), .memory = run.memory(), .files = watch.files, .calls = watch.calls};
    seen.outputs = outputs_of(seen.report, seen.memory);
    seen.requests = server_.requests().by_route;
    return seen;
}

Walk Walker::walk(const World& world, bool thorough, const Lies& lies) {
    Walk walk;
    Memory memory;
    if (world.remembers) {
        stage(server_, world, world.start);
        disturb(server_, world.first_faults);
        Watch watch;
        watch.first = true;
        const char* token = world.first_by_administrator ? administrator_token : reader_token;
        walk.first = run(world, world.start, token, memory, watch);
        memory = walk.first->memory;
    }
    const State state = after_steps(world);
    stage(server_, world, state);
    disturb(server_, world.faults);
    Watch watch{.lies = lies};
    if (!world.declared.empty()) {
        watch.desired_text = file_text(world.declared.front().kind, world.declared.front().content);
    }
    if (!world.meanwhile.empty()) {
        watch.at = world.meanwhile_at;
        watch.meanwhile = [&] { stage(server_, world, after_all(world)); };
    }
    walk.judged = run(world, state, reader_token, memory, watch);
    if (!thorough || !world.calm()) return walk;

    Watch same{.lies = lies};
    same.desired_text = watch.desired_text;
    walk.again = run(world, state, reader_token, memory, same);
    for (const auto& [what, less] : lessened(state)) {
        stage(server_, world, less);
        Watch other;
        walk.lessened.push_back({what, run(world, less, reader_token, memory, other)});
    }
    return walk;
}

} // namespace mooring::walks
