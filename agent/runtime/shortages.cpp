// Who should run and does not, and who is not in a list that may not show all.
#include "model/stack.hpp"
#include "runtime/parts.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string_view>

namespace mooring::runtime {
namespace {

// The predictable container names of a service that the list of the environment lacks, of the first `count`.
std::vector<std::string> missing_container_names(const compose::ServiceFacts& service, std::string_view project,
                                                 std::int64_t count, const RuntimeFacts& runtime) {
    std::vector<std::string> names;
    if (service.container_name_symbolic) return names;
    if (service.container_name) {
        if (!has_container_named(runtime, *service.container_name)) names.push_back(*service.container_name);
        return names;
    }
    for (std::int64_t i = 1; i <= std::min(count, most_names_asked); ++i) {
        std::string name = std::string(project) + "-" + service.name + "-" + std::to_string(i);
        if (!has_container_named(runtime, name)) names.push_back(std::move(name));
    }
    return names;
}

std::optional<Shortage> container_shortage(const compose::ServiceFacts& service, std::string_view project,
                                           const ContainersByService& containers, const RuntimeFacts& runtime) {
    const Expected expected = expected_count(service);
    std::int64_t running = 0;
    std::int64_t there = 0;
    if (const auto found = containers.find(service.name); found != containers.end()) {
        there = static_cast<std::int64_t>(found->second.size());
        running = std::ranges::count_if(found->second, [&](const Container* container) {
            return container->state == "running" && !restarts_in_a_loop(runtime, *container);
        });
    }
    if (running >= expected.count) return std::nullopt;
    return Shortage{.service = service,
                    .expected = expected,
                    .running = running,
                    .names = missing_container_names(service, project, expected.count, runtime),
                    .unasked = std::max<std::int64_t>(0, expected.count - most_names_asked),
                    .predictable = !service.container_name_symbolic,
                    .reason = {},
                    .subject = there < expected.count ? Subject::gone : Subject::short_of};
}

// Global services run as often as the swarm says: once a fitting node.
Expected expected_tasks(const compose::ServiceFacts& service, const TaskCount& tasks) {
    if (!service.global || service.in_profile) return expected_count(service);
    return {.count = tasks.wanted.value_or(1), .at_least = !tasks.wanted};
}

std::string reason_of(const TaskCount& tasks) {
    if (!tasks.error.empty() || tasks.completed == 0) return tasks.error;
    return std::to_string(tasks.completed) + (tasks.completed == 1 ? " task" : " tasks") + " ended with 0";
}

// A swarm keeps to its spec by itself: redeploying helps only where the spec is not the file's.
Subject subject_of(const SwarmService* service, const Expected& expected) {
    if (service == nullptr) return Subject::gone;
    const bool as_declared = service->global || service->replicas >= expected.count;
    return as_declared ? Subject::tasks : Subject::scaled;
}

std::optional<Shortage> service_shortage(const compose::ServiceFacts& service, std::string_view project,
                                         const SwarmServices& services, const RuntimeFacts& runtime) {
    const auto found = services.find(service.name);
    const bool there = found != services.end();
    const TaskCount tasks = there ? count_tasks(*found->second, runtime) : TaskCount{};
    const Expected expected = expected_tasks(service, tasks);
    if (tasks.running >= expected.count) return std::nullopt;
    std::vector<std::string> names;
    if (!there) names.push_back(std::string(project) + "_" + service.name);
    return Shortage{.service = service,
                    .expected = expected,
                    .running = tasks.running,
                    .names = std::move(names),
                    .unasked = there ? 0 : expected.count - 1, // one name stands for all its tasks
                    .predictable = true,
                    .reason = reason_of(tasks),
                    .subject = subject_of(there ? found->second : nullptr, expected)};
}

// Whether a list that lacks the service's names may be right all the same.
bool may_be_unlisted(const DesiredStack& stack, const compose::ServiceFacts& service) {
    return wants_stopped(stack) || service.job || !expected_count(service).any();
}

} // namespace

TaskCount count_tasks(const SwarmService& service, const RuntimeFacts& runtime) {
    TaskCount count{.running = 0, .wanted = service.desired_tasks, .completed = 0, .error = {}};
    std::set<std::int64_t> completed;
    std::set<std::int64_t> taken; // slots with a task that is to run: an ended one before it was replaced
    std::int64_t running = 0;
    std::int64_t wanted = 0;
    for (const SwarmTask* task : tasks_of(runtime, service.id)) {
        const bool current = task->desired_state == "running" || task->desired_state == "ready";
        if (current) ++wanted;
        if (current) taken.insert(task->slot);
        if (task->desired_state == "running" && task->state == "running") ++running;
        if (task->state == "complete") completed.insert(task->slot);
        if (!task->error.empty() && (current || count.error.empty())) count.error = task->error;
    }
    std::erase_if(completed, [&taken](std::int64_t slot) { return taken.contains(slot); });
    count.running = service.running_tasks.value_or(running);
    if (!count.wanted && wanted > 0) count.wanted = wanted;
    count.completed = static_cast<std::int64_t>(completed.size());
    return count;
}

std::string failed_tasks(const SwarmService& service, const RuntimeFacts& runtime) {
    constexpr std::array<std::string_view, 3> bad{"failed", "rejected", "orphaned"};
    std::map<std::int64_t, const SwarmTask*> failed;
    std::set<std::int64_t> well; // slots that ended with 0, or have a task that is still to end
    for (const SwarmTask* task : tasks_of(runtime, service.id)) {
        const bool is_bad = std::ranges::find(bad, task->state) != bad.end();
        if (is_bad) failed[task->slot] = task;
        const bool is_over = is_bad || task->state == "shutdown" || task->state == "remove";
        if (!is_over) well.insert(task->slot);
    }
    std::erase_if(failed, [&well](const auto& entry) { return well.contains(entry.first); });
    if (failed.empty()) return {};
    const SwarmTask& first = *failed.begin()->second;
    return first.error.empty() ? first.state : first.state + " (" + first.error + ")";
}

Names unlisted_names(const DesiredStack& stack, const StackRecord& record, const compose::ProjectFacts& file,
                     const RuntimeFacts& runtime) {
    Names out;
    const std::string project = normalise_stack_name(record.name);
    const bool swarm = record.type == StackType::swarm;
    const SwarmServices services = swarm ? services_of(runtime, project) : SwarmServices{};
    for (const compose::ServiceFacts& service : file.services) {
        if (!may_be_unlisted(stack, service)) continue;
        if (swarm && !services.contains(service.name)) out.emplace_back(service.name, project + "_" + service.name);
        if (swarm) continue;
        const std::int64_t count = std::max<std::int64_t>(1, expected_count(service).count);
        for (std::string& name : missing_container_names(service, project, count, runtime)) {
            out.emplace_back(service.name, std::move(name));
        }
    }
    return out;
}

std::vector<Shortage> shortages(const StackRecord& record, const compose::ProjectFacts& file,
                                const RuntimeFacts& runtime) {
    std::vector<Shortage> out;
    const std::string project = normalise_stack_name(record.name);
    const bool swarm = record.type == StackType::swarm;
    const ContainersByService containers = swarm ? ContainersByService{} : containers_of(runtime, project);
    const SwarmServices services = swarm ? services_of(runtime, project) : SwarmServices{};
    for (const compose::ServiceFacts& service : file.services) {
        if (service.job) continue; // it ends, and what has ended may have been removed
        auto short_of = swarm ? service_shortage(service, project, services, runtime)
                              : container_shortage(service, project, containers, runtime);
        if (short_of) out.push_back(*std::move(short_of));
    }
    return out;
}

} // namespace mooring::runtime
