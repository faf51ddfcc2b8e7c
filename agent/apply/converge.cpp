#include "apply/readings.hpp"

#include "apply/apply.hpp"
#include "base/text.hpp"
#include "model/stack.hpp"

#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

namespace mooring::apply {
namespace {

namespace asio = boost::asio;
using asio::awaitable;
using Steady = std::chrono::steady_clock;

constexpr const char* started_anew = "it is as it should be, and its containers are started anew again and again";

awaitable<void> wait(std::chrono::milliseconds time) {
    asio::steady_timer timer(co_await asio::this_coro::executor, time);
    co_await timer.async_wait(asio::use_awaitable);
}

// The declaration for the one environment that was written, with what runs asked for whatever the manifest says.
DesiredStack to_be_seen(const drift::Assessment& seen, EnvironmentId environment) {
    DesiredStack stack = *seen.desired;
    stack.environment = EnvironmentRef{.id = environment, .name = {}};
    stack.runtime = true;
    stack.suspended.reset();
    return stack;
}

// What still differs, for people: the first three.
std::string differences_of(const drift::Assessment* row, const std::set<std::string>& accepted) {
    if (row == nullptr) return "it was not judged";
    std::vector<std::string> parts;
    for (const Change& change : row->result.changes) {
        if (accepted.contains(change.path)) continue;
        const std::string is = change.secret
                                   ? std::string("differs")
                                   : fmt::format("is {} and is declared as {}", change.actual.value_or("not there"),
                                                 change.desired.value_or("not there"));
        parts.push_back(fmt::format("{} {}", change.path, is));
        if (parts.size() == 3) break;
    }
    if (parts.empty()) parts.push_back(row->result.message);
    return join(parts, "; ");
}

// One look, and what lived then.
struct Sighting {
    Look look = Look::unread;
    std::string differences;
    std::optional<std::vector<Life>> lives;
};

awaitable<Sighting> see(Workshop& workshop, Server& server, const drift::Assessment& seen, EnvironmentId environment,
                        const std::string& project) {
    DesiredStack stack = to_be_seen(seen, environment);
    drift::RunOptions options = workshop.look;
    drift::Target target = server.target;
    const drift::Observation observation = co_await drift::observe_stack(
        std::move(stack), std::move(target), workshop.memory, workshop.clock, std::move(options));
    const drift::Assessment* row = observation.in(environment);
    const std::set<std::string> accepted = accepted_paths(seen);
    Sighting sighting{.look = look_at(row, accepted), .differences = differences_of(row, accepted), .lives = {}};
    const StackType type = seen.desired->type;
    if (type == StackType::kubernetes) co_return sighting; // its rollouts say when they are over
    sighting.lives = co_await read_lives(*server.target.api, environment, project, type);
    if (sighting.look == Look::in_sync && !sighting.lives) {
        sighting.look = Look::unread;
        sighting.differences = "nobody can say whether a container was started anew";
    }
    co_return sighting;
}

bool same_lives(const Sighting& one, const Sighting& other) { return one.lives == other.lives; }

} // namespace

Look look_at(const drift::Assessment* row, const std::set<std::string>& accepted) {
    if (row == nullptr) return Look::unread;
    const Verdict verdict = row->result.verdict;
    if (verdict == Verdict::pending) return Look::starting;
    if (verdict == Verdict::denied || verdict == Verdict::unreachable) return Look::unread;
    const bool only_accepted =
        verdict == Verdict::drifted &&
        std::ranges::all_of(row->result.changes, [&](const Change& change) { return accepted.contains(change.path); });
    if (verdict != Verdict::in_sync && !only_accepted) return Look::differs;
    return row->runtime_read ? Look::in_sync : Look::unread;
}

std::chrono::seconds settle_time(const WriteSettings& settings, StackType type, std::chrono::seconds start_period) {
    if (settings.limits.settle) return *settings.limits.settle;
    const std::chrono::seconds usual = type == StackType::swarm ? std::chrono::minutes(5) : std::chrono::minutes(2);
    constexpr std::chrono::seconds to_be_checked{30}; // the health check that follows a start period
    return std::max(usual, start_period.count() == 0 ? usual : start_period + to_be_checked);
}

awaitable<void> converge(Workshop& workshop, Server& server, const drift::Assessment& seen,
                         std::chrono::seconds start_period, PartResult& written, const Running& ran) {
    const auto settle = workshop.pace.settle.value_or(settle_time(server.settings, seen.desired->type, start_period));
    const auto apart = workshop.pace.between_looks;
    const EnvironmentId environment = seen.record ? seen.record->environment : seen.result.environment_id.value_or(0);
    const std::string project = normalise_stack_name(seen.record ? seen.record->name : seen.desired->name);
    const auto end = Steady::now() + settle;
    std::optional<Sighting> before;
    Sighting last;
    for (int looks = 0; looks < 1000; ++looks) {
        last = co_await see(workshop, server, seen, environment, project);
        if (last.look == Look::in_sync && before && same_lives(*before, last)) {
            written.outcome = PartOutcome::done;
            co_return;
        }
        const bool good = last.look == Look::in_sync;
        const bool may_be_seen_again = good && !before; // even if that ends a little later
        if (good) before = last;
        if (!good) before.reset();
        if (Steady::now() >= end && !may_be_seen_again) break;
        co_await wait(good ? apart : std::min(apart, std::chrono::milliseconds(2000)));
    }
    if (last.look == Look::unread) {
        written.outcome = PartOutcome::sent;
        written.message = "what came of it could not be read: " + last.differences;
        co_return;
    }
    if (last.look == Look::in_sync) last.differences = started_anew;
    const Running runs = co_await read_running(*server.target.api, environment, project, seen.desired->type);
    std::vector<std::string> gone;
    const bool meant_to_stop = seen.desired->state == DesiredState::stopped;
    if (ran && runs && !meant_to_stop) std::ranges::set_difference(*ran, *runs, std::back_inserter(gone));
    written.outcome = gone.empty() ? PartOutcome::not_converged : PartOutcome::outage;
    written.fell = gone;
    written.message = gone.empty() ? last.differences
                                   : fmt::format("{} ran before and {} not run any more: {}", join(gone, ", "),
                                                 gone.size() == 1 ? "does" : "do", last.differences);
}

awaitable<void> runs_again(Workshop& workshop, Server& server, const StackRecord& record,
                           std::chrono::seconds start_period, PartResult& written, const Running& ran) {
    const auto settle =
        workshop.pace.settle.value_or(settle_time(server.settings, StackType::standalone, start_period));
    const auto apart = workshop.pace.between_looks;
    const std::string project = normalise_stack_name(record.name);
    const auto end = Steady::now() + settle;
    std::optional<std::vector<Life>> before;
    for (int looks = 0; looks < 1000; ++looks) {
        const Running runs =
            co_await read_running(*server.target.api, record.environment, project, StackType::standalone);
        written = put_back(std::move(written), ran, runs);
        const bool good = written.outcome == PartOutcome::done;
        std::optional<std::vector<Life>> lives;
        if (good) lives = co_await read_lives(*server.target.api, record.environment, project, StackType::standalone);
        if (good && before && before == lives) co_return;
        const bool may_be_seen_again = good && !before; // even if that ends a little later
        before = std::move(lives);
        if (Steady::now() >= end && !may_be_seen_again) break;
        co_await wait(good ? apart : std::min(apart, std::chrono::milliseconds(2000)));
    }
    if (written.outcome != PartOutcome::done) co_return;
    written.outcome = PartOutcome::not_converged;
    written.message = started_anew;
}

std::vector<Life> lives_of_tasks(const std::vector<SwarmService>& services, const std::vector<SwarmTask>& tasks,
                                 std::string_view project) {
    std::vector<Life> lives;
    for (const SwarmTask& task : tasks) {
        if (task.desired_state != "running") continue; // what ended stays listed for a while
        const auto service = std::ranges::find(services, task.service_id, &SwarmService::id);
        if (service == services.end() || service->namespace_ != project) continue;
        lives.push_back(
            {.name = fmt::format("{}.{}.{}", service->name, task.slot, task.id), .created_at = task.created_at});
    }
    std::ranges::sort(lives, {}, &Life::name);
    return lives;
}

awaitable<std::optional<std::vector<Life>>> read_lives(portainer::Api& api, EnvironmentId environment,
                                                       std::string project, StackType type) {
    constexpr std::size_t most = 100;
    if (type == StackType::swarm) {
        const Answer<std::vector<SwarmService>> services = co_await api.services(environment);
        if (!services.value) co_return std::nullopt;
        const Answer<std::vector<SwarmTask>> tasks = co_await api.tasks(environment);
        if (!tasks.value) co_return std::nullopt;
        co_return lives_of_tasks(*services.value, *tasks.value, project);
    }
    const Answer<std::vector<Container>> containers = co_await api.containers(environment);
    if (!containers.value) co_return std::nullopt;
    std::vector<Life> lives;
    for (const Container& one : *containers.value) {
        if (one.project != project || lives.size() >= most) continue;
        Life life{.name = one.name, .created_at = one.created_at};
        const Answer<ContainerDetail> detail = co_await api.container(environment, one.name);
        if (!detail.value && detail.reply.outcome != Outcome::object_absent) co_return std::nullopt;
        if (detail.value) {
            life.started_at = detail.value->started_at;
            life.restarts = detail.value->restart_count;
        }
        lives.push_back(std::move(life));
    }
    std::ranges::sort(lives, {}, &Life::name);
    co_return lives;
}

} // namespace mooring::apply
