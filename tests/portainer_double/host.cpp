#include "portainer_double/host.hpp"

#include "base/file.hpp"
#include "base/text.hpp"
#include "portainer_double/deploy.hpp"

#include <algorithm>
#include <cstdlib>
#include <sstream>

namespace portainer_double {
namespace {

std::string project_of(const Labels& labels) {
    const auto at = labels.find("com.docker.compose.project");
    return at == labels.end() ? std::string() : at->second;
}

// What compose writes on everything it makes for a project.
void add_project_labels(const World& world, Labels& labels, const std::string& project, const std::string& hashed) {
    const bool library = world.rules().compose_is_a_library;
    labels["com.docker.compose.project"] = project;
    labels["com.docker.compose.version"] = library ? "" : "2.29.2";
    if (library && !hashed.empty()) labels["com.docker.compose.config-hash"] = mooring::to_hex(mooring::sha256(hashed));
}

Network& ensure_network(World& world, Host& host, const std::string& project, const std::string& key,
                        const NamedObject& wanted) {
    const std::string name = wanted.name.empty() ? project + "_" + key : wanted.name;
    if (Network* existing = find_network(host, name); existing != nullptr) return *existing;
    Network& made = host.networks.emplace_back();
    made.id = world.take_hash();
    made.name = name;
    made.subnet = host.next_subnet++;
    made.created = world.now();
    made.labels = wanted.labels;
    made.labels["com.docker.compose.network"] = key;
    add_project_labels(world, made.labels, project, "network " + name);
    return made;
}

void ensure_volumes(World& world, Host& host, const std::string& project, const Project& plan) {
    for (const auto& [key, wanted] : plan.volumes) {
        const std::string name = wanted.name.empty() ? project + "_" + key : wanted.name;
        if (wanted.external || std::ranges::any_of(host.volumes, [&](const Volume& v) { return v.name == name; }))
            continue;
        Labels labels = wanted.labels;
        add_project_labels(world, labels, project, "volume " + name);
        labels["com.docker.compose.volume"] = key;
        host.volumes.push_back({.name = name, .labels = std::move(labels), .created = world.now()});
    }
}

std::string two_digits(int value) {
    constexpr std::string_view digits = "0123456789abcdef";
    return {digits[static_cast<std::size_t>(value / 16 % 16)], digits[static_cast<std::size_t>(value % 16)]};
}

Attachment attach(World& world, Network& network) {
    Attachment made;
    made.network_id = network.id;
    made.endpoint_id = world.take_hash();
    if (network.subnet == 0) return made;
    const int second = network.subnet % 256;
    const int last = network.next_address;
    made.address = "172." + std::to_string(second) + ".0." + std::to_string(last);
    made.gateway = "172." + std::to_string(second) + ".0.1";
    made.mac = "02:42:ac:" + two_digits(second) + ":00:" + two_digits(last);
    return made;
}

void connect(World& world, Host& host, Container& container, const std::string& project, const ServicePlan& service,
             const Project& plan) {
    if (!service.network_mode.empty()) {
        container.network_mode = service.network_mode;
        if (Network* network = find_network(host, service.network_mode); network != nullptr) {
            container.networks[network->name] = attach(world, *network);
        }
        return;
    }
    const std::vector<std::string> defaulted{"default"};
    for (const std::string& key : service.networks.empty() ? defaulted : service.networks) {
        const auto wanted = plan.networks.find(key);
        Network& network =
            ensure_network(world, host, project, key, wanted == plan.networks.end() ? NamedObject{} : wanted->second);
        if (container.network_mode.empty()) container.network_mode = network.name;
        container.networks[network.name] = attach(world, network);
    }
}

Labels compose_labels(const World& world, const Stack& stack, const ServicePlan& service, std::int64_t number,
                      const std::string& image_id) {
    const std::string folder = "/data/compose/" + std::to_string(stack.id);
    Labels labels = service.labels;
    labels["com.docker.compose.config-hash"] = mooring::to_hex(mooring::sha256(service.canonical));
    labels["com.docker.compose.container-number"] = std::to_string(number);
    labels["com.docker.compose.depends_on"] = "";
    labels["com.docker.compose.image"] = image_id;
    labels["com.docker.compose.oneoff"] = "False";
    add_project_labels(world, labels, project_name(stack), {});
    labels["com.docker.compose.project.config_files"] = folder + "/" + stack.entry_point;
    labels["com.docker.compose.project.working_dir"] = folder;
    labels["com.docker.compose.service"] = service.name;
    const bool has_env_file = stack.env && !stack.env->empty() && !world.rules().compose_is_a_library;
    if (has_env_file) labels["com.docker.compose.project.environment_file"] = folder + "/stack.env";
    return labels;
}

Container make_container(World& world, Host& host, const Stack& stack, const Project& plan, const ServicePlan& service,
                         std::int64_t number) {
    const std::string project = project_name(stack);
    const Image* image = find_image(host, service.image);
    Container made;
    made.id = world.take_hash();
    made.name = container_name(project, service, number);
    made.image = service.image;
    made.image_id = image == nullptr ? "sha256:" + mooring::to_hex(mooring::sha256(service.image)) : image->id;
    made.command = service.entrypoint;
    made.command.insert(made.command.end(), service.command.begin(), service.command.end());
    made.env = service.env;
    made.labels = compose_labels(world, stack, service, number, made.image_id);
    made.created = world.now();
    made.health = service.unhealthy ? "unhealthy" : service.has_healthcheck ? "healthy" : "";
    made.restart_policy = service.restart;
    if (service.ends) {
        made.state = service.restart.empty() || service.restart == "no" ? "exited" : "restarting";
        made.exit_code = 1;
    }
    made.mounts = service.mounts;
    for (Mount& mount : made.mounts) {
        if (mount.volume.empty() && mount.source.empty()) {
            mount.volume = world.take_hash(); // as Docker calls what nobody gave a name
            continue;
        }
        const auto wanted = plan.volumes.find(mount.volume);
        const bool named = wanted != plan.volumes.end() && !wanted->second.name.empty();
        if (!mount.volume.empty()) mount.volume = named ? wanted->second.name : project + "_" + mount.volume;
    }
    connect(world, host, made, project, service, plan);
    return made;
}

void up_one(World& world, Host& host, const Stack& stack, const Project& plan, const ServicePlan& service,
            std::int64_t number, bool recreate) {
    Container* existing = find_container_named(host, container_name(project_name(stack), service, number));
    const std::string hash = mooring::to_hex(mooring::sha256(service.canonical));
    if (existing == nullptr) {
        Container made = make_container(world, host, stack, plan, service, number);
        host.containers.push_back(std::move(made));
        return;
    }
    const Image* image = find_image(host, service.image);
    const bool same_image = image == nullptr || existing->labels["com.docker.compose.image"] == image->id;
    if (existing->labels["com.docker.compose.config-hash"] == hash && same_image && !recreate) {
        if (service.ends) return;
        if (existing->state != "running") existing->started = world.now();
        existing->state = "running";
        return;
    }
    Container made = make_container(world, host, stack, plan, service, number);
    if (world.rules().compose_is_a_library)
        made.labels["com.docker.compose.replace"] = service.name + "-" + std::to_string(number);
    host.containers.erase(host.containers.begin() + (existing - host.containers.data()));
    host.containers.push_back(std::move(made));
}

// Compose starts what is in no profile and what the stack's own COMPOSE_PROFILES names.
bool is_active(const ServicePlan& service, const Stack& stack) {
    if (service.profiles.empty()) return true;
    std::string named;
    for (const EnvVar& variable : stack.env.value_or(std::vector<EnvVar>{})) {
        if (variable.name == "COMPOSE_PROFILES") named = variable.value;
    }
    std::istringstream profiles(named);
    for (std::string profile; std::getline(profiles, profile, ',');) {
        profile = mooring::trim(profile);
        if (profile == "*" || std::ranges::find(service.profiles, profile) != service.profiles.end()) return true;
    }
    return false;
}

bool is_of_service(const Container& container, const std::string& project, const std::string& service) {
    const auto at = container.labels.find("com.docker.compose.service");
    return belongs_to(container, project) && at != container.labels.end() && at->second == service;
}

int number_of(const Container& container) {
    const auto at = container.labels.find("com.docker.compose.container-number");
    return at == container.labels.end() ? 0 : std::atoi(at->second.c_str());
}

} // namespace

std::string container_name(const std::string& project, const ServicePlan& service, std::int64_t number) {
    if (!service.container_name.empty()) return service.container_name;
    return project + "-" + service.name + "-" + std::to_string(number);
}

bool belongs_to(const Container& container, const std::string& project) {
    return project_of(container.labels) == project;
}

void compose_up(World& world, Host& host, const Stack& stack, const Project& plan, const UpOptions& options) {
    const std::string project = project_name(stack);
    ensure_volumes(world, host, project, plan);
    for (const ServicePlan& service : plan.services) {
        if (!is_active(service, stack)) continue;
        for (std::int64_t number = 1; number <= service.replicas; ++number) {
            up_one(world, host, stack, plan, service, number, options.recreate);
        }
    }
    if (!options.prune) return;
    std::erase_if(host.containers, [&](const Container& container) {
        const auto service = container.labels.find("com.docker.compose.service");
        if (!belongs_to(container, project) || service == container.labels.end()) return false;
        return std::ranges::none_of(plan.services, [&](const ServicePlan& s) { return s.name == service->second; });
    });
}

void down(Host& host, const std::string& project) {
    std::erase_if(host.containers, [&](const Container& container) { return belongs_to(container, project); });
    std::erase_if(host.networks, [&](const Network& network) { return project_of(network.labels) == project; });
}

bool scale(World& world, Host& host, const std::string& project, const std::string& service, std::size_t count) {
    std::vector<Container> ours;
    for (const Container& container : host.containers) {
        if (is_of_service(container, project, service)) ours.push_back(container);
    }
    if (ours.empty()) return false;
    std::ranges::sort(ours, {}, number_of);
    std::erase_if(host.containers, [&](const Container& c) { return is_of_service(c, project, service); });
    for (int number = number_of(ours.back()) + 1; ours.size() < count; ++number) {
        Container made = ours.front();
        made.id = world.take_hash();
        made.name = project + "-" + service + "-" + std::to_string(number);
        made.labels["com.docker.compose.container-number"] = std::to_string(number);
        made.created = made.started = world.now();
        made.state = "running";
        made.exit_code = 0;
        ours.push_back(std::move(made));
    }
    ours.resize(count);
    host.containers.insert(host.containers.end(), ours.begin(), ours.end());
    return true;
}

namespace {

template <typename Items>
auto find_by_beginning(Items& items, const std::string& beginning) -> decltype(&items.front()) {
    const auto begins = [&](const auto& item) { return item.id.starts_with(beginning); };
    const auto at = std::ranges::find_if(items, begins);
    const bool only =
        !beginning.empty() && at != items.end() && std::find_if(at + 1, items.end(), begins) == items.end();
    return only ? &*at : nullptr;
}

} // namespace

Container* find_container_named(Host& host, const std::string& name) {
    const auto at = std::ranges::find_if(host.containers, [&](const Container& c) { return c.name == name; });
    return at == host.containers.end() ? nullptr : &*at;
}

Container* find_container(Host& host, const std::string& name_or_id) {
    Container* named = find_container_named(host, name_or_id);
    return named != nullptr ? named : find_by_beginning(host.containers, name_or_id);
}

Network* find_network(Host& host, const std::string& name_or_id) {
    const auto at = std::ranges::find_if(host.networks,
                                         [&](const Network& n) { return n.name == name_or_id || n.id == name_or_id; });
    return at != host.networks.end() ? &*at : find_by_beginning(host.networks, name_or_id);
}

} // namespace portainer_double
