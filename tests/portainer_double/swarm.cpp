#include "portainer_double/host.hpp"

#include <algorithm>

namespace portainer_double {
namespace {

std::vector<std::string> network_ids(World& world, Host& host, const Stack& stack, const ServicePlan& service,
                                     const Project& plan) {
    std::vector<std::string> ids;
    const std::vector<std::string> defaulted{"default"};
    for (const std::string& key : service.networks.empty() ? defaulted : service.networks) {
        const auto wanted = plan.networks.find(key);
        const std::string chosen = wanted == plan.networks.end() ? std::string() : wanted->second.name;
        const std::string name = chosen.empty() ? stack.name + "_" + key : chosen;
        Network* network = find_network(host, name);
        if (network == nullptr) {
            network = &host.networks.emplace_back();
            network->id = world.take_short_id();
            network->name = name;
            network->driver = "overlay";
            network->scope = "swarm";
            network->created = world.now();
            network->labels["com.docker.stack.namespace"] = stack.name;
        }
        ids.push_back(network->id);
    }
    return ids;
}

bool is_of_service(const Container& container, const SwarmService& service) {
    const auto at = container.labels.find("com.docker.swarm.service.id");
    return at != container.labels.end() && at->second == service.id;
}

// What a task runs, named as swarm names it: "shop_web.1.6l1tfb66ad4z...".
void run_task(World& world, Host& host, const SwarmService& service, const SwarmTask& task) {
    const std::string name = service.name + "." + std::to_string(task.slot) + "." + task.id;
    const Image* image = find_image(host, service.image);
    Container& made = host.containers.emplace_back();
    made.id = world.take_hash();
    made.name = name;
    made.image = service.image;
    if (image != nullptr) made.image_id = image->id;
    if (service.job) made.state = "exited";
    made.command = service.command;
    made.env = service.env;
    made.created = world.now();
    made.labels = {{"com.docker.swarm.node.id", host.node_id},      {"com.docker.swarm.service.id", service.id},
                   {"com.docker.swarm.service.name", service.name}, {"com.docker.swarm.task", ""},
                   {"com.docker.swarm.task.id", task.id},           {"com.docker.swarm.task.name", name}};
    if (!service.stack.empty()) made.labels["com.docker.stack.namespace"] = service.stack;
    for (const Network& network : host.networks) {
        if (std::ranges::find(service.networks, network.id) == service.networks.end()) continue;
        made.network_mode = network.name;
        made.networks[network.name] = {
            .network_id = network.id, .endpoint_id = world.take_hash(), .address = {}, .gateway = {}, .mac = {}};
    }
}

void stop_tasks(Host& host, const SwarmService& service) {
    std::erase_if(host.tasks, [&](const SwarmTask& task) { return task.service == service.id; });
    std::erase_if(host.containers, [&](const Container& container) { return is_of_service(container, service); });
}

void restart_tasks(World& world, Host& host, const SwarmService& service) {
    stop_tasks(host, service);
    const std::int64_t wanted = service.global ? 1 : service.replicas;
    for (std::int64_t slot = 1; slot <= wanted; ++slot) {
        SwarmTask& task = host.tasks.emplace_back();
        task.id = world.take_short_id();
        task.service = service.id;
        task.slot = slot;
        task.created = world.now();
        if (!ensure_image(world, host, service.image)) {
            task.state = "rejected";
            task.error = "No such image: " + service.image;
        } else {
            if (service.job) task.state = task.desired = "complete";
            run_task(world, host, service, task);
        }
    }
}

} // namespace

void update_service(World& world, Host& host, SwarmService& service) {
    service.updated = world.now();
    service.version += 10;
    restart_tasks(world, host, service);
}

void replace_failed_tasks(World& world, Host& host) {
    for (const SwarmService& service : host.services) {
        if (!service.fails) continue;
        std::vector<SwarmTask> fresh;
        for (SwarmTask& task : host.tasks) {
            if (task.service != service.id || task.state != "running") continue;
            SwarmTask& next = fresh.emplace_back(task);
            next.id = world.take_short_id();
            next.created = world.now();
            ++world.revision;
            task.state = "failed";
            task.desired = "shutdown";
            task.error = "task: non-zero exit (1)";
        }
        host.tasks.insert(host.tasks.end(), fresh.begin(), fresh.end());
    }
}

void swarm_up(World& world, Host& host, const Stack& stack, const Project& project, bool prune) {
    for (const ServicePlan& plan : project.services) {
        const std::string name = stack.name + "_" + plan.name;
        auto at = std::ranges::find_if(host.services, [&](const SwarmService& s) { return s.name == name; });
        const bool is_new = at == host.services.end();
        if (is_new) {
            host.services.push_back({.id = world.take_short_id(),
                                     .name = name,
                                     .image = {},
                                     .label_image = {},
                                     .command = {},
                                     .env = {},
                                     .labels = {},
                                     .stack = stack.name,
                                     .networks = {},
                                     .created = world.now()});
            at = host.services.end() - 1;
        }
        at->image = at->label_image = plan.image;
        at->command = plan.command;
        at->env = plan.env;
        at->labels = plan.service_labels;
        at->global = plan.global;
        at->job = plan.job;
        at->fails = plan.ends && !plan.job;
        at->replicas = plan.replicas;
        at->networks = network_ids(world, host, stack, plan, project);
        at->updated = world.now();
        at->version += is_new ? 3 : 10;
        restart_tasks(world, host, *at);
    }
    if (!prune) return;
    std::erase_if(host.services, [&](const SwarmService& service) {
        if (service.stack != stack.name) return false;
        const bool kept = std::ranges::any_of(
            project.services, [&](const ServicePlan& plan) { return stack.name + "_" + plan.name == service.name; });
        if (!kept) stop_tasks(host, service);
        return !kept;
    });
}

void remove_service(Host& host, const std::string& id) {
    const auto at = std::ranges::find_if(host.services, [&](const SwarmService& service) { return service.id == id; });
    if (at == host.services.end()) return;
    stop_tasks(host, *at);
    host.services.erase(at);
}

void swarm_down(Host& host, const std::string& stack) {
    for (const SwarmService& service : host.services) {
        if (service.stack == stack) stop_tasks(host, service);
    }
    std::erase_if(host.services, [&](const SwarmService& service) { return service.stack == stack; });
    std::erase_if(host.networks, [&](const Network& network) {
        const auto at = network.labels.find("com.docker.stack.namespace");
        return at != network.labels.end() && at->second == stack;
    });
}

void make_swarm(World& world, Host& host, std::string swarm_id) {
    host.swarm_id = swarm_id.empty() ? world.take_short_id() : std::move(swarm_id);
    host.node_id = world.take_short_id();
    host.swarm_created = world.now();
    if (find_network(host, "ingress") != nullptr) return;
    Network& ingress = host.networks.emplace_back();
    ingress.id = world.take_short_id();
    ingress.name = "ingress";
    ingress.driver = "overlay";
    ingress.scope = "swarm";
    ingress.created = world.now();
    Network& bridge = host.networks.emplace_back();
    bridge.id = world.take_hash();
    bridge.name = "docker_gwbridge";
    bridge.subnet = 17;
    bridge.created = world.now();
}

void leave_swarm(Host& host) {
    std::erase_if(host.containers, [](const Container& c) { return c.labels.contains("com.docker.swarm.task.id"); });
    std::erase_if(host.networks, [](const Network& network) { return network.scope == "swarm"; });
    host.services.clear();
    host.tasks.clear();
    host.swarm_id.clear();
}

} // namespace portainer_double
