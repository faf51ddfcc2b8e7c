// What may be done to containers through the proxy (portainer-api.md §6), as Docker 20.10 answers it.
#include "portainer_double/docker_proxy.hpp"
#include "portainer_double/host.hpp"

#include <algorithm>
#include <array>

namespace portainer_double {
namespace {

std::string missing_container(const std::string& name) { return "No such container: " + name; }

Answer not_modified() { return empty_answer(304); }

Answer settled_in(Container& container, const char* state, int exit_code) {
    container.state = state;
    container.exit_code = exit_code;
    return empty_answer(204);
}

bool runs(const Container& container) { return container.state == "running" || container.state == "restarting"; }

Answer start(Container& container, const std::string&) {
    if (runs(container)) return not_modified();
    if (container.state == "paused") return docker_problem(409, "cannot start a paused container, try unpause instead");
    return settled_in(container, "running", 0);
}

// What the recorded containers run does not listen to SIGTERM.
Answer stop(Container& container, const std::string&) {
    if (!runs(container) && container.state != "paused") return not_modified();
    return settled_in(container, "exited", 137);
}

Answer restart(Container& container, const std::string&) { return settled_in(container, "running", 0); }

Answer kill(Container& container, const std::string& name) {
    if (!runs(container) && container.state != "paused")
        return docker_problem(409,
                              "Cannot kill container: " + name + ": Container " + container.id + " is not running");
    return settled_in(container, "exited", 137);
}

Answer pause(Container& container, const std::string&) {
    if (container.state == "paused") return docker_problem(409, "Container " + container.id + " is already paused");
    if (!runs(container)) return docker_problem(409, "Container " + container.id + " is not running");
    return settled_in(container, "paused", 0);
}

Answer unpause(Container& container, const std::string&) {
    if (container.state != "paused") return docker_problem(500, "Container " + container.id + " is not paused");
    return settled_in(container, "running", 0);
}

struct Action {
    std::string_view name;
    Answer (*act)(Container&, const std::string& as_named);
};

constexpr std::array actions{Action{"start", start}, Action{"stop", stop},   Action{"restart", restart},
                             Action{"kill", kill},   Action{"pause", pause}, Action{"unpause", unpause}};

Answer name_in_use(const std::string& name, const Container& other) {
    return docker_problem(409, "Conflict. The container name \"/" + name + "\" is already in use by container \"" +
                                   other.id +
                                   "\". You have to remove (or rename) that container to be able to reuse that name.");
}

Answer rename(Proxied& p, Container& container) {
    const std::string name(p.call.request.parameter("name"));
    if (const Container* other = find_container_named(p.host, name); other != nullptr) return name_in_use(name, *other);
    container.name = name;
    return empty_answer(204);
}

Answer remove(Proxied& p, const Container& container) {
    const std::string_view force = p.call.request.parameter("force");
    const bool forced = force == "1" || force == "true";
    const bool paused = container.state == "paused";
    if (!forced && (runs(container) || paused)) {
        return docker_problem(409, "You cannot remove a " + std::string(paused ? "paused" : "running") + " container " +
                                       container.id + ". " + (paused ? "Unpause and then stop" : "Stop") +
                                       " the container before attempting removal or force remove");
    }
    forget_object(p, p.parts[1]);
    p.host.containers.erase(p.host.containers.begin() + (&container - p.host.containers.data()));
    return empty_answer(204);
}

struct Restriction {
    std::string_view setting;
    std::string_view words;
    bool (*used)(const Json& host_config);
};

bool not_empty(const Json& object, const char* key) {
    const auto at = object.find(key);
    return at != object.end() && !at->is_null() && !at->empty();
}

constexpr std::array restrictions{
    Restriction{"allowPrivilegedModeForRegularUsers", "Forbidden to use privileged mode",
                [](const Json& config) { return config.contains("Privileged") && config["Privileged"] == true; }},
    Restriction{"allowHostNamespaceForRegularUsers", "Forbidden to use pid host namespace",
                [](const Json& config) { return config.contains("PidMode") && config["PidMode"] == "host"; }},
    Restriction{"allowDeviceMappingForRegularUsers", "Forbidden to use device mapping",
                [](const Json& config) { return not_empty(config, "Devices"); }},
    Restriction{"allowSysctlSettingForRegularUsers", "Forbidden to use sysctl settings",
                [](const Json& config) { return not_empty(config, "Sysctls"); }},
    Restriction{"allowContainerCapabilitiesForRegularUsers", "Forbidden to use container capabilities",
                [](const Json& config) { return not_empty(config, "CapAdd") || not_empty(config, "CapDrop"); }},
    Restriction{"allowBindMountsForRegularUsers", "Forbidden to use bind mounts",
                [](const Json& config) {
                    return not_empty(config, "Binds") && std::ranges::any_of(config["Binds"], [](const Json& bind) {
                               return bind.is_string() && bind.get<std::string>().starts_with('/');
                           });
                }},
};

std::optional<Answer> refuse_host_config(const Proxied& p, const Json& config) {
    if (p.call.caller.is_administrator()) return std::nullopt;
    for (const Restriction& r : restrictions) {
        const auto setting = p.environment.security.find(std::string(r.setting));
        const bool allowed = setting == p.environment.security.end() || setting->second;
        if (allowed || !r.used(config)) continue;
        return proxy_failed(r.words, r.setting == "allowContainerCapabilitiesForRegularUsers" ? 500 : 403);
    }
    return std::nullopt;
}

template <typename Value>
Value part_of(const Json& object, const char* key) {
    const auto at = object.find(key);
    try {
        return at == object.end() || at->is_null() ? Value{} : at->get<Value>();
    } catch (const Json::exception&) {
        return {};
    }
}

} // namespace

Answer create_container(Proxied& p) {
    const Json sent = Json::parse(p.call.request.body, nullptr, false);
    if (!sent.is_object()) return docker_problem(400, "EOF");
    const Json config =
        sent.contains("HostConfig") && sent["HostConfig"].is_object() ? sent["HostConfig"] : Json::object();
    if (auto refused = refuse_host_config(p, config)) return *refused;
    const auto image = part_of<std::string>(sent, "Image");
    const Image* known = find_image(p.host, image);
    if (known == nullptr) return docker_problem(404, "No such image: " + image);
    Container made;
    made.id = p.call.world.take_hash();
    made.name = p.call.request.parameter("name");
    if (made.name.empty()) made.name = "unnamed_" + made.id.substr(0, 6);
    if (const Container* other = find_container_named(p.host, made.name); other != nullptr)
        return name_in_use(made.name, *other);
    made.image = image;
    made.image_id = known->id;
    made.command = part_of<std::vector<std::string>>(sent, "Cmd");
    made.env = part_of<std::vector<std::string>>(sent, "Env");
    made.labels = part_of<Labels>(sent, "Labels");
    made.created = p.call.world.now();
    made.state = "created";
    made.network_mode = part_of<std::string>(config, "NetworkMode");
    if (made.network_mode.empty()) made.network_mode = "default";
    p.host.containers.push_back(made);
    return created_object(p, {{"Id", made.id}, {"Warnings", Json::array()}}, made.id, 1);
}

Answer write_container(Proxied& p) {
    const std::string& name = p.parts[1];
    Container* container = find_container(p.host, name);
    const Labels* labels = container == nullptr ? nullptr : &container->labels;
    if (auto refused = refuse_object(p, name, labels, missing_container(name))) return *refused;
    const bool removes = p.call.request.method == "DELETE";
    const auto action = std::ranges::find_if(actions, [&](const Action& a) { return a.name == p.parts.back(); });
    const bool renames = p.parts.back() == "rename";
    if (!removes && !renames && action == actions.end()) return docker_problem(404, "page not found");
    if (container == nullptr) return docker_problem(404, missing_container(name));
    if (removes) return remove(p, *container);
    if (renames) return rename(p, *container);
    const bool ran = runs(*container);
    Answer answer = action->act(*container, name);
    if (runs(*container) && (!ran || action->name == "restart") && action->name != "unpause")
        container->started = p.call.world.now();
    return answer;
}

std::optional<Answer> refuse_looking_inside(const Proxied& p) {
    const bool inside = p.parts.size() == 3 && p.parts[2] != "json";
    if (!inside || (p.parts[0] != "containers" && p.parts[0] != "services")) return std::nullopt;
    const std::string& name = p.parts[1];
    if (p.parts[0] == "services") {
        const SwarmService* service = find_service(p.host, name);
        const Labels labels = service == nullptr ? Labels{} : labels_of(*service);
        return refuse_object(p, name, service == nullptr ? nullptr : &labels, "service " + name + " not found");
    }
    const Container* container = find_container(p.host, name);
    const Labels* labels = container == nullptr ? nullptr : &container->labels;
    if (auto refused = refuse_object(p, name, labels, missing_container(name))) return refused;
    if (container == nullptr) return docker_problem(404, missing_container(name));
    return std::nullopt;
}

} // namespace portainer_double
