#include "portainer_double/docker.hpp"
#include "portainer_double/docker_filters.hpp"
#include "portainer_double/docker_proxy.hpp"

#include <algorithm>

namespace portainer_double {
namespace {

Labels labels_of(const SwarmService& service) {
    Labels labels = service.labels;
    if (!service.stack.empty()) labels["com.docker.stack.namespace"] = service.stack;
    return labels;
}

const SwarmService* find_service(const Host& host, const std::string& name_or_id) {
    const auto at = std::ranges::find_if(
        host.services, [&](const SwarmService& s) { return s.name == name_or_id || s.id == name_or_id; });
    return at == host.services.end() ? nullptr : &*at;
}

Answer list_services(Proxied& p) {
    const DockerFilters filters(p.call.request.parameter("filters"));
    const std::string_view status = p.call.request.parameter("status");
    const bool with_status = status == "true" || status == "1";
    std::vector<const SwarmService*> services;
    for (const SwarmService& service : p.host.services) services.push_back(&service);
    std::ranges::sort(services, {}, &SwarmService::id);
    Json list = Json::array();
    for (const SwarmService* service : services) {
        const Labels labels = labels_of(*service);
        if (!may_see(p, service->id, labels) || !filters.fits(service->name, labels)) continue;
        list.push_back(decorated(p, render_service(p.host, *service, with_status), service->id, labels));
    }
    return json_answer(list);
}

Answer inspect_service(Proxied& p) {
    const SwarmService* service = find_service(p.host, p.parts[1]);
    if (service == nullptr) return docker_problem(404, "service " + p.parts[1] + " not found");
    const Labels labels = labels_of(*service);
    if (!may_see(p, service->id, labels)) return hidden_object();
    return json_answer(decorated(p, render_service(p.host, *service, false), service->id, labels));
}

// A task is seen by whoever sees its service.
Answer list_tasks(Proxied& p) {
    const DockerFilters filters(p.call.request.parameter("filters"));
    std::vector<const SwarmTask*> tasks;
    for (const SwarmTask& task : p.host.tasks) tasks.push_back(&task);
    std::ranges::sort(tasks, {}, &SwarmTask::id);
    Json list = Json::array();
    for (const SwarmTask* task : tasks) {
        const SwarmService* service = find_service(p.host, task->service);
        if (service == nullptr || !filters.names_service(service->name, service->id)) continue;
        const Labels labels = labels_of(*service);
        if (!may_see(p, service->id, labels)) continue;
        list.push_back(decorated(p, render_task(p.host, *task, *service), service->id, labels));
    }
    return json_answer(list);
}

Answer list_nodes(Proxied& p) {
    return json_answer(
        {{{"ID", p.host.node_id},
          {"Spec", {{"Labels", Json::object()}, {"Role", "manager"}, {"Availability", "active"}}},
          {"Description", {{"Hostname", "docker-host"}}},
          {"Status", {{"State", "ready"}, {"Addr", "127.0.0.1"}}},
          {"ManagerStatus", {{"Leader", true}, {"Reachability", "reachable"}, {"Addr", "127.0.0.1:2377"}}}}});
}

} // namespace

std::optional<Answer> read_swarm(Proxied& p) {
    const std::string& first = p.parts.front();
    if (first != "swarm" && first != "services" && first != "tasks" && first != "nodes") return std::nullopt;
    if (p.host.swarm_id.empty()) return not_a_swarm_manager();
    std::optional<Answer> answer;
    if (p.parts.size() == 1) {
        answer = first == "swarm"      ? json_answer(render_swarm(p.host))
                 : first == "services" ? list_services(p)
                 : first == "tasks"    ? list_tasks(p)
                                       : list_nodes(p);
    } else if (first == "services") {
        answer = inspect_service(p);
    }
    if (answer) answer->length_known = true;
    return answer;
}

} // namespace portainer_double
