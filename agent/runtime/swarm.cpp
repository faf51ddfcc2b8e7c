// Swarm: services with the stack's namespace label, and their tasks.
#include "base/text.hpp"
#include "runtime/parts.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <string_view>

namespace mooring::runtime {
namespace {

// Before API 1.41 the services do not say how many tasks run, and none says how a job's tasks ended: then the list of
// tasks must have been read.
bool can_count(const RuntimePair& pair, const SwarmServices& services, Comparison& out) {
    if (pair.runtime.tasks.value) return true;
    const auto says = [](const SwarmService* service) { return service->running_tasks.has_value(); };
    const bool all_say = std::ranges::all_of(services, [&](const auto& entry) { return says(entry.second); }) &&
                         std::ranges::all_of(strangers_of(pair.runtime, pair.project), says) &&
                         std::ranges::none_of(pair.file.services, &compose::ServiceFacts::job);
    if (all_say && !pair.runtime.tasks.reply.denied() && !pair.runtime.tasks.reply.unavailable()) return true;
    out.unread.emplace_back("runtime");
    out.refusal = pair.runtime.tasks.reply;
    return false;
}

void compare_stopped(const RuntimePair& pair, const SwarmServices& services, Comparison& out) {
    const auto say = [&](const std::string& name, const SwarmService& service) {
        const std::int64_t running = count_tasks(service, pair.runtime).running;
        if (running == 0) return;
        add_runtime_change(pair, Subject::unwanted, name, service_path(name) + ".running", "0", std::to_string(running),
                           out);
    };
    for (const auto& [name, service] : services) say(name, *service);
    for (const SwarmService* service : strangers_of(pair.runtime, pair.project)) say(service->name, *service);
}

void compare_job(const RuntimePair& pair, const compose::ServiceFacts& declared, const SwarmService& service,
                 Comparison& out) {
    const std::string failed = failed_tasks(service, pair.runtime);
    if (failed.empty()) return;
    add_runtime_change(pair, Subject::job, declared.name, service_path(declared.name) + ".tasks", "complete",
                       printable(pair.secrets.mask(failed), 200), out);
}

// An update that stands still leaves tasks as they were, and one that was taken back a spec that is not the file's:
// both are for people. One that is under way is waited for.
void compare_update(const RuntimePair& pair, const compose::ServiceFacts& declared, const SwarmService& service,
                    Comparison& out) {
    constexpr std::array<std::string_view, 3> wrong{"paused", "rollback_paused", "rollback_completed"};
    const std::string path = service_path(declared.name);
    if (is_updating(service))
        out.rolling.push_back(path +
                              (service.update_state == "updating" ? " is being updated" : " is being rolled back"));
    if (std::ranges::find(wrong, service.update_state) == wrong.end()) return;
    add_runtime_change(pair, Subject::update, declared.name, path + ".update", "completed", service.update_state, out);
}

// One part of a service's own spec that is not as the file says: files that were not read may say so.
void say_spec(const RuntimePair& pair, Subject subject, const compose::ServiceFacts& declared, std::string_view field,
              const std::string& wanted, const std::string& actual, Comparison& out) {
    if (pair.file.more_files)
        return leave_open(
            "runtime.replicas", declared, field,
            fmt::format("the entry file says {}, the swarm says {}; {}", wanted, actual, more_files_unread), out);
    add_runtime_change(pair, subject, declared.name, fmt::format("{}.{}", service_path(declared.name), field), wanted,
                       actual, out);
}

// A job of which the file itself starts none is started by a scheduler, which sets the spec's number and may leave it
// when the job has ended. One that runs or has ended is right (design §3.3), and how many that are says the scheduler.
bool is_scheduled(const compose::ServiceFacts& declared, const SwarmService& service) {
    const bool by_scheduler = declared.job && declared.replicas == 0 && !declared.in_profile;
    return by_scheduler && !service.global && !service.mode.empty() && service.mode == declared.mode;
}

// Whether the service's own spec is compared: both say of which kind it is, and it is to run.
bool has_spec(const RuntimePair& pair, const compose::ServiceFacts& declared, const SwarmService& service) {
    const bool told = !service.mode.empty() && !declared.mode.empty();
    return told && !declared.in_profile && !stop_explains(pair.stack, pair.record);
}

// Whether the service's own spec asks for another number than the file. A job that the manifest alone calls so may
// have been set to none when it had ended.
bool is_scaled(const RuntimePair& pair, const compose::ServiceFacts& declared, const SwarmService& service) {
    if (!has_spec(pair, declared, service) || service.mode != declared.mode || service.global) return false;
    const Expected expected = expected_count(declared);
    const bool ended = declared.job && service.mode == "replicated" && service.replicas == 0;
    return !expected.at_least && !ended && !is_scheduled(declared, service) && service.replicas != expected.count;
}

// Whether the change of the spec's number says all of a shortage: what the swarm was told to run runs. Where it was not
// told in a change, files that were not read may say so.
bool is_by_scaling(const RuntimePair& pair, const Shortage& shortage, const SwarmServices& services) {
    const auto found = services.find(shortage.service.name);
    if (found == services.end() || pair.file.more_files) return false;
    const std::int64_t told = found->second->replicas;
    return is_scaled(pair, shortage.service, *found->second) && told < shortage.expected.count &&
           shortage.running >= told;
}

// The service's own spec: of which kind it is and how many it asks for, whatever runs at this moment. The engine
// changes no service's kind: a deployment would be refused. One scaling by hand is one change, with what runs in it.
void compare_mode(const RuntimePair& pair, const compose::ServiceFacts& declared, const SwarmService& service,
                  std::int64_t running, Comparison& out) {
    if (has_spec(pair, declared, service) && service.mode != declared.mode)
        return say_spec(pair, Subject::tasks, declared, "mode", declared.mode, service.mode, out);
    if (!is_scaled(pair, declared, service)) return;
    const Expected expected = expected_count(declared);
    std::string actual = std::to_string(service.replicas);
    if (running != service.replicas) actual += fmt::format(" ({} running)", running);
    const bool unwanted = !expected.any() && running > 0;
    say_spec(pair, unwanted ? Subject::unwanted : Subject::scaled, declared, "replicas", expected.text(), actual, out);
}

void compare_service(const RuntimePair& pair, const compose::ServiceFacts& declared, const SwarmService& service,
                     Comparison& out) {
    const Expected expected = expected_count(declared);
    const TaskCount tasks = count_tasks(service, pair.runtime);
    const bool scheduled = is_scheduled(declared, service);
    const bool as_the_swarm_says = (declared.global && expected.any()) || scheduled;
    const bool by_scaling = is_scaled(pair, declared, service) && !pair.file.more_files;
    if (!as_the_swarm_says && !expected.at_least && !by_scaling && tasks.running > expected.count)
        report_surplus(pair, declared, expected, tasks.running, out);
    compare_mode(pair, declared, service, tasks.running, out);
    const bool started = scheduled && (service.replicas > 0 || tasks.running > 0);
    if (!expected.any() && !started) return;
    compare_update(pair, declared, service, out);
    if (declared.job) compare_job(pair, declared, service, out);
    if (tasks.completed > 0 && tasks.running < expected.count) note_ended(declared, declared.restarts_in_swarm, out);
    compare_image(pair, declared, service, out);
}

// A global service for which the swarm has no fitting node is no shortage, but a stack of which nothing runs is not in
// sync.
void compare_standstill(const RuntimePair& pair, const SwarmServices& services, Comparison& out) {
    const bool nothing_runs = std::ranges::none_of(
        services, [&](const auto& entry) { return count_tasks(*entry.second, pair.runtime).running > 0; });
    if (!nothing_runs || !out.changes.empty() || stop_explains(pair.stack, pair.record)) return;
    for (const compose::ServiceFacts& service : pair.file.services) {
        if (!service.global || service.job || service.in_profile || !services.contains(service.name)) continue;
        add_runtime_change(pair, Subject::tasks, service.name, service_path(service.name) + ".running", "at least 1",
                           "0", out);
    }
}

void say_foreign(const RuntimePair& pair, std::string_view name, const SwarmService& service, Comparison& out) {
    const std::int64_t running = count_tasks(service, pair.runtime).running;
    report_foreign(pair, name, fmt::format("a service with {} running {}", running, running == 1 ? "task" : "tasks"),
                   out);
}

std::set<std::string> names_of(const SwarmServices& services) {
    std::set<std::string> names;
    for (const auto& [name, service] : services) names.insert(name);
    return names;
}

} // namespace

void compare_services(const RuntimePair& pair, Comparison& out) {
    const SwarmServices services = services_of(pair.runtime, pair.project);
    if (!can_count(pair, services, out)) return;
    if (wants_stopped(pair.stack)) {
        compare_stopped(pair, services, out);
        return;
    }
    for (const Shortage& shortage : shortages(pair.record, pair.file, pair.runtime)) {
        if (!is_by_scaling(pair, shortage, services)) report_shortage(pair, shortage, out);
    }
    compare_jobs(pair, names_of(services), out);
    for (const compose::ServiceFacts& service : pair.file.services) {
        const auto found = services.find(service.name);
        const std::int64_t up = found == services.end() ? 0 : count_tasks(*found->second, pair.runtime).running;
        report_open(pair, service, up, out);
    }
    for (const auto& [name, service] : services) {
        const auto declared = std::ranges::find(pair.file.services, name, &compose::ServiceFacts::name);
        if (declared != pair.file.services.end()) {
            compare_service(pair, *declared, *service, out);
            continue;
        }
        say_foreign(pair, name, *service, out);
    }
    for (const SwarmService* service : strangers_of(pair.runtime, pair.project))
        say_foreign(pair, service->name, *service, out);
    compare_standstill(pair, services, out);
}

} // namespace mooring::runtime
