// Who should run and does not.
#include "drift/runtime_lists.hpp"
#include "model/names.hpp"

#include <algorithm>
#include <set>

namespace mooring::drift {
namespace {

std::optional<Shortage> container_shortage(const compose::ServiceFacts& service, std::string_view project,
                                           const ContainersByService& containers, const RuntimeFacts& runtime) {
    Expected expected = expected_count(service);
    std::int64_t running = 0;
    if (const auto found = containers.find(service.name); found != containers.end()) {
        for (const Container* container : found->second) {
            if (container->state == "running") ++running;
            if (has_ended(*container, service)) --expected.count;
        }
    }
    if (running >= expected.count) return std::nullopt;
    return Shortage{.service = service,
                    .expected = expected,
                    .running = running,
                    .names = missing_container_names(service, project, runtime),
                    .unasked = std::max<std::int64_t>(0, expected.count - most_names_asked),
                    .predictable = !service.container_name_symbolic,
                    .reason = {}};
}

// Global services run as often as the swarm says: once a fitting node.
Expected expected_tasks(const compose::ServiceFacts& service, const TaskCount& tasks) {
    if (!service.global || service.in_profile) return expected_count(service);
    return {.count = tasks.wanted.value_or(1), .at_least = !tasks.wanted};
}

std::optional<Shortage> service_shortage(const compose::ServiceFacts& service, std::string_view project,
                                         const SwarmServices& services, const RuntimeFacts& runtime) {
    const auto found = services.find(service.name);
    const bool there = found != services.end();
    const TaskCount tasks = there ? count_tasks(*found->second, runtime) : TaskCount{};
    Expected expected = expected_tasks(service, tasks);
    if (!service.restarts_in_swarm) expected.count -= tasks.completed;
    if (tasks.running >= expected.count) return std::nullopt;
    std::vector<std::string> names;
    if (!there) names.push_back(std::string(project) + "_" + service.name);
    return Shortage{.service = service,
                    .expected = expected,
                    .running = tasks.running,
                    .names = std::move(names),
                    .unasked = there ? 0 : expected.count - 1, // one name stands for all its tasks
                    .predictable = true,
                    .reason = tasks.error};
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

std::vector<std::pair<std::string, std::string>>
unlisted_names(const StackRecord& record, const compose::ProjectFacts& file, const RuntimeFacts& runtime) {
    std::vector<std::pair<std::string, std::string>> out;
    const std::string project = normalise_stack_name(record.name);
    const bool swarm = record.type == StackType::swarm;
    const SwarmServices services = swarm ? services_of(runtime, project) : SwarmServices{};
    for (const compose::ServiceFacts& service : file.services) {
        if (swarm && !services.contains(service.name)) out.emplace_back(service.name, project + "_" + service.name);
        if (swarm) continue;
        for (std::string& name : missing_container_names(service, project, runtime)) {
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
        auto short_of = swarm ? service_shortage(service, project, services, runtime)
                              : container_shortage(service, project, containers, runtime);
        if (short_of) out.push_back(*std::move(short_of));
    }
    return out;
}

} // namespace mooring::drift
