#include "capture/parts.hpp"

#include "base/text.hpp"
#include "compose/compose.hpp"
#include "model/names.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <ranges>

namespace mooring::capture {
namespace {

// What one service came to: nothing of it runs, all of it ended with 0, and in words.
struct End {
    bool any_stopped = false;
    bool all_well = true;
    std::string words;
};
using Ends = std::map<std::string, End>; // by the service's name in the file

void add(Ends& ends, const std::string& service, bool stopped, bool well, const std::string& words) {
    End& end = ends[service];
    end.any_stopped = end.any_stopped || stopped;
    end.all_well = end.all_well && stopped && well;
    if (stopped && end.words.empty()) end.words = words;
}

Ends ends_of_containers(const std::string& project, const std::vector<Container>& containers) {
    Ends ends;
    for (const Container& one : containers) {
        if (one.oneoff || one.project != project) continue;
        const bool stopped = one.state == "exited";
        const std::string_view status = one.status;
        const std::size_t end = status.find(')');
        const bool coded = status.starts_with("Exited (") && end != std::string_view::npos;
        const std::string code = coded ? std::string(status.substr(7, end - 6)) : std::string();
        add(ends, one.service, stopped, code == "(0)", printable(code.empty() ? "exited" : "exited " + code, 40));
    }
    return ends;
}

Ends ends_of_tasks(const std::string& project, const std::vector<SwarmService>& services,
                   const std::vector<SwarmTask>& tasks) {
    Ends ends;
    const std::string prefix = project + "_";
    for (const SwarmService& service : services) {
        if (service.namespace_ != project || service.running_tasks.value_or(0) > 0) continue;
        const std::string name = service.name.starts_with(prefix) ? service.name.substr(prefix.size()) : service.name;
        for (const SwarmTask& task : tasks) {
            if (task.service_id != service.id || task.state == "shutdown") continue;
            const bool stopped = task.state == "complete" || task.state == "failed" || task.state == "rejected";
            add(ends, name, stopped, task.state == "complete", printable(task.state, 40));
        }
    }
    return ends;
}

Ends ends_of(const StackRecord& record, const Seen& seen) {
    const std::string project = normalise_stack_name(record.name);
    const auto runs = seen.runs.find(record.environment);
    if (runs == seen.runs.end()) return {};
    if (record.type == StackType::standalone && runs->second.containers.value)
        return ends_of_containers(project, *runs->second.containers.value);
    const bool tasks = runs->second.services.value && runs->second.tasks.value;
    if (record.type == StackType::swarm && tasks)
        return ends_of_tasks(project, *runs->second.services.value, *runs->second.tasks.value);
    return {};
}

std::string_view profiles_of(const StackRecord& record) {
    const auto found =
        std::ranges::find(record.env | std::views::reverse, std::string_view("COMPOSE_PROFILES"), &EnvVar::name);
    return found == record.env.rend() ? std::string_view() : found->value.reveal();
}

bool may_be_a_job(const compose::ServiceFacts& service, const StackRecord& record) {
    const bool restarts = record.type == StackType::swarm ? service.restarts_in_swarm : service.restarts;
    return !restarts && !service.serves;
}

} // namespace

Stopped stopped_services(const StackRecord& record, std::string_view file, const Seen& seen) {
    Stopped out;
    if (record.status == static_cast<std::int64_t>(StackStatus::inactive)) return out;
    const Ends ends = ends_of(record, seen);
    if (ends.empty()) return out;
    const auto loaded = compose::load(file);
    if (!loaded) return out;
    compose::ProjectFacts project = compose::facts(*loaded, normalise_stack_name(record.name));
    compose::activate(project, profiles_of(record));
    for (const compose::ServiceFacts& service : project.services) {
        const auto found = ends.find(service.name);
        if (found == ends.end() || !found->second.any_stopped) continue;
        if (service.in_profile || service.replicas == 0) continue;
        if (service.job && found->second.all_well) continue; // the file says so itself
        if (!service.job && found->second.all_well && may_be_a_job(service, record))
            out.jobs.push_back(service.name);
        else
            out.others.push_back(fmt::format("{} ({})", printable(service.name, 100), found->second.words));
    }
    return out;
}

} // namespace mooring::capture
