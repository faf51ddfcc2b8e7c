#include "portainer_double/docker.hpp"

#include "portainer_double/docker_templates.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace portainer_double {
namespace {

Json container_spec(const SwarmService& service) {
    Json spec = Json::object();
    if (!service.command.empty()) spec["Args"] = service.command;
    if (!service.env.empty()) spec["Env"] = service.env;
    spec["Image"] = service.image;
    spec["Isolation"] = "default";
    spec["Labels"] = Json::object();
    if (!service.stack.empty()) spec["Labels"]["com.docker.stack.namespace"] = service.stack;
    spec["Privileges"] = {{"CredentialSpec", nullptr}, {"SELinuxContext", nullptr}};
    return spec;
}

Json task_template(const SwarmService& service) {
    Json targets = Json::array();
    for (const std::string& id : service.networks) targets.push_back({{"Target", id}});
    return {{"ContainerSpec", container_spec(service)},
            {"ForceUpdate", 0},
            {"Networks", std::move(targets)},
            {"Placement", Json::object()},
            {"Resources", Json::object()}};
}

Json render_network_attachment(const Host& host, const std::string& id) {
    const auto at = std::ranges::find_if(host.networks, [&](const Network& network) { return network.id == id; });
    const std::string name = at == host.networks.end() ? id : at->name;
    const std::string driver = at == host.networks.end() ? "overlay" : at->driver;
    Json labels = Json::object();
    if (name == "host") labels["com.docker.swarm.predefined"] = "true";
    return {{"Network",
             {{"CreatedAt", docker_time(host.swarm_created)},
              {"DriverState", {{"Name", driver}}},
              {"ID", id},
              {"IPAMOptions", {{"Driver", Json::object()}}},
              {"Spec",
               {{"DriverConfiguration", {{"Name", driver}}},
                {"Labels", std::move(labels)},
                {"Name", name},
                {"Scope", "swarm"}}},
              {"UpdatedAt", docker_time(host.swarm_created)},
              {"Version", {{"Index", 7}}}}}};
}

Json service_mode(const SwarmService& service) {
    const std::int64_t count = service.replicas;
    if (service.job && service.global) return {{"GlobalJob", Json::object()}};
    if (service.job) return {{"ReplicatedJob", {{"MaxConcurrent", count}, {"TotalCompletions", count}}}};
    if (service.global) return {{"Global", Json::object()}};
    return {{"Replicated", {{"Replicas", count}}}};
}

Json service_status(const Host& host, const SwarmService& service) {
    const auto in_state = [&](std::string_view state) {
        return std::ranges::count_if(host.tasks,
                                     [&](const SwarmTask& t) { return t.service == service.id && t.state == state; });
    };
    const std::int64_t wanted = service.global ? 1 : service.replicas;
    return {{"CompletedTasks", in_state("complete")},
            {"DesiredTasks", service.job ? 0 : wanted},
            {"RunningTasks", in_state("running")}};
}

} // namespace

Json render_swarm(const Host& host) {
    Json shown = Json::parse(swarm_template);
    shown["ID"] = host.swarm_id;
    shown["CreatedAt"] = docker_time(host.swarm_created);
    shown["UpdatedAt"] = docker_time(host.swarm_created);
    return shown;
}

Json render_service(const Host& host, const SwarmService& service, bool with_status) {
    Json labels(service.labels);
    if (labels.is_null()) labels = Json::object();
    if (!service.stack.empty()) {
        labels["com.docker.stack.image"] = service.label_image;
        labels["com.docker.stack.namespace"] = service.stack;
    }
    Json addresses = Json::array();
    for (const std::string& id : service.networks) addresses.push_back({{"NetworkID", id}});
    Json task = task_template(service);
    task["Runtime"] = "container";
    Json shown{{"CreatedAt", docker_time(service.created)},
               {"Endpoint", {{"Spec", {{"Mode", "vip"}}}, {"VirtualIPs", std::move(addresses)}}},
               {"ID", service.id}};
    if (with_status) shown["ServiceStatus"] = service_status(host, service);
    shown["Spec"] = {{"EndpointSpec", {{"Mode", "vip"}}},
                     {"Labels", std::move(labels)},
                     {"Mode", service_mode(service)},
                     {"Name", service.name},
                     {"TaskTemplate", std::move(task)}};
    shown["UpdatedAt"] = docker_time(service.updated);
    shown["Version"] = {{"Index", service.version}};
    return shown;
}

Json render_task(const Host& host, const SwarmTask& task, const SwarmService& service) {
    Json attachments = Json::array();
    for (const std::string& id : service.networks) attachments.push_back(render_network_attachment(host, id));
    Json status{{"Message", task.state == "running" ? "started" : task.state},
                {"PortStatus", Json::object()},
                {"State", task.state}};
    if (!task.error.empty()) status["Err"] = task.error;
    status["Timestamp"] = docker_time(task.created);
    return {{"CreatedAt", docker_time(task.created)},
            {"DesiredState", task.desired},
            {"ID", task.id},
            {"Labels", Json::object()},
            {"NetworksAttachments", std::move(attachments)},
            {"NodeID", host.node_id},
            {"ServiceID", task.service},
            {"Slot", task.slot},
            {"Spec", task_template(service)},
            {"Status", std::move(status)},
            {"UpdatedAt", docker_time(task.created)},
            {"Version", {{"Index", task.version}}}};
}

} // namespace portainer_double
