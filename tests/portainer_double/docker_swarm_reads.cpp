#include "portainer_double/docker.hpp"
#include "portainer_double/docker_filters.hpp"
#include "portainer_double/docker_proxy.hpp"
#include "portainer_double/host.hpp"

#include <algorithm>

namespace portainer_double {
namespace {

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
        if (!may_see(p, service->id, labels) || !filters.fits(*service, labels)) continue;
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
    replace_failed_tasks(p.call.world, p.host);
    const DockerFilters filters(p.call.request.parameter("filters"));
    std::vector<const SwarmTask*> tasks;
    for (const SwarmTask& task : p.host.tasks) tasks.push_back(&task);
    std::ranges::sort(tasks, {}, &SwarmTask::id);
    Json list = Json::array();
    for (const SwarmTask* task : tasks) {
        const SwarmService* service = find_service(p.host, task->service);
        if (service == nullptr || !filters.fits(*task, *service, labels_of(*service))) continue;
        const Labels labels = labels_of(*service);
        if (!may_see(p, service->id, labels)) continue;
        list.push_back(decorated(p, render_task(p.host, *task, *service), service->id, labels));
    }
    return json_answer(list);
}

Answer inspect_task(Proxied& p) { // passed through: a task has no control of its own
    const auto task = std::ranges::find_if(p.host.tasks, [&](const SwarmTask& t) { return t.id == p.parts[1]; });
    if (task == p.host.tasks.end()) return docker_problem(404, "task " + p.parts[1] + " not found");
    return json_answer(render_task(p.host, *task, *find_service(p.host, task->service)));
}

Json render_node(const Host& host) {
    return {{"ID", host.node_id},
            {"Spec", {{"Labels", Json::object()}, {"Role", "manager"}, {"Availability", "active"}}},
            {"Description", {{"Hostname", "docker-host"}}},
            {"Status", {{"State", "ready"}, {"Addr", "127.0.0.1"}}},
            {"ManagerStatus", {{"Leader", true}, {"Reachability", "reachable"}, {"Addr", "127.0.0.1:2377"}}}};
}

Answer inspect_node(Proxied& p) {
    const bool known = p.parts[1] == "self" || p.parts[1] == p.host.node_id || p.parts[1] == "docker-host";
    return known ? json_answer(render_node(p.host)) : docker_problem(404, "node " + p.parts[1] + " not found");
}

// Administrators see what lets nodes join, too.
Answer show_swarm(Proxied& p) {
    Json swarm = render_swarm(p.host);
    if (!p.call.caller.is_administrator()) return json_answer(swarm);
    const Json info = render_info(p.host);
    swarm["TLSInfo"] = info["Swarm"]["Cluster"]["TLSInfo"];
    swarm["JoinTokens"] = {{"Worker", "SWMTKN-1-" + p.host.node_id + "-worker"},
                           {"Manager", "SWMTKN-1-" + p.host.node_id + "-manager"}};
    return json_answer(swarm);
}

} // namespace

Labels labels_of(const SwarmService& service) {
    Labels labels = service.labels;
    if (!service.stack.empty()) labels["com.docker.stack.namespace"] = service.stack;
    return labels;
}

SwarmService* find_service(Host& host, const std::string& name_or_id) {
    const auto at = std::ranges::find_if(
        host.services, [&](const SwarmService& s) { return s.name == name_or_id || s.id == name_or_id; });
    return at == host.services.end() ? nullptr : &*at;
}

std::optional<Answer> read_swarm(Proxied& p) {
    const std::string& first = p.parts.front();
    if (first != "swarm" && first != "services" && first != "tasks" && first != "nodes") return std::nullopt;
    if (p.host.swarm_id.empty()) return not_a_swarm_manager();
    std::optional<Answer> answer;
    if (p.parts.size() == 1) {
        answer = first == "swarm"      ? show_swarm(p)
                 : first == "services" ? list_services(p)
                 : first == "tasks"    ? list_tasks(p)
                                       : json_answer(Json::array({render_node(p.host)}));
    } else if (p.parts.size() == 2 && first != "swarm") {
        answer = first == "services" ? inspect_service(p) : first == "tasks" ? inspect_task(p) : inspect_node(p);
    }
    if (answer) answer->length_known = true;
    return answer;
}

} // namespace portainer_double
