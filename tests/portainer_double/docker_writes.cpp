// Writes about networks, volumes and services, and pruning (portainer-api.md §6). What is not emulated answers 404.
#include "portainer_double/docker.hpp"
#include "portainer_double/docker_proxy.hpp"
#include "portainer_double/host.hpp"

#include <algorithm>
#include <array>

namespace portainer_double {
namespace {

bool runs_now(const Container& container) {
    return container.state == "running" || container.state == "paused" || container.state == "restarting";
}

Json sent_object(const Proxied& p) {
    Json body = Json::parse(p.call.request.body, nullptr, false);
    return body.is_object() ? body : Json::object();
}

std::string text_in(const Json& object, const char* key) {
    const auto at = object.find(key);
    return at != object.end() && at->is_string() ? at->get<std::string>() : std::string();
}

Labels labels_in(const Json& object) {
    Labels labels;
    const auto at = object.find("Labels");
    if (at == object.end() || !at->is_object()) return labels;
    for (const auto& [key, value] : at->items()) labels[key] = value.is_string() ? value.get<std::string>() : "";
    return labels;
}

Answer create_network(Proxied& p) {
    const Json sent = sent_object(p);
    const std::string name = text_in(sent, "Name");
    if (find_network(p.host, name) != nullptr)
        return docker_problem(409, "network with name " + name + " already exists");
    Network& made = p.host.networks.emplace_back();
    made.id = p.call.world.take_hash();
    made.name = name;
    made.subnet = p.host.next_subnet++;
    made.created = p.call.world.now();
    made.labels = labels_in(sent);
    return created_object(p, {{"Id", made.id}, {"Warning", ""}}, made.id, 4);
}

Answer delete_network(Proxied& p) {
    const std::string& name = p.parts[1];
    const std::string missing = "network " + name + " not found";
    const Network* network = find_network(p.host, name);
    if (auto refused = refuse_object(p, name, network == nullptr ? nullptr : &network->labels, missing))
        return *refused;
    if (network == nullptr) return docker_problem(404, missing);
    constexpr std::array predefined{"bridge", "host", "none"};
    if (std::ranges::find(predefined, network->name) != predefined.end())
        return docker_problem(403, network->name + " is a pre-defined network and cannot be removed");
    const bool used = std::ranges::any_of(
        p.host.containers, [&](const Container& c) { return runs_now(c) && c.networks.contains(network->name); });
    if (used) {
        return docker_problem(403, "error while removing network: network " + network->name + " id " + network->id +
                                       " has active endpoints");
    }
    p.host.networks.erase(p.host.networks.begin() + (network - p.host.networks.data()));
    forget_object(p, name);
    return empty_answer(204);
}

Answer create_volume(Proxied& p) {
    const Json sent = sent_object(p);
    std::string name = text_in(sent, "Name");
    if (name.empty()) name = p.call.world.take_hash();
    Volume* volume = find_volume(p.host, name);
    if (volume == nullptr) {
        p.host.volumes.push_back({.name = name, .labels = labels_in(sent), .created = p.call.world.now()});
        volume = &p.host.volumes.back();
    }
    const std::string resource = volume_resource(p.host, name);
    Json shown = render_volume(*volume);
    shown["ResourceID"] = resource;
    return created_object(p, std::move(shown), resource, 3);
}

std::vector<std::string> users_of_volume(const Host& host, const std::string& name) {
    std::vector<std::string> ids;
    for (const Container& container : host.containers) {
        if (std::ranges::any_of(container.mounts, [&](const Mount& m) { return m.volume == name; }))
            ids.push_back(container.id);
    }
    return ids;
}

Answer delete_volume(Proxied& p) {
    const std::string& name = p.parts[1];
    const std::string missing = "get " + name + ": no such volume";
    const std::string resource = volume_resource(p.host, name);
    const Volume* volume = find_volume(p.host, name);
    if (auto refused = refuse_object(p, resource, volume == nullptr ? nullptr : &volume->labels, missing))
        return *refused;
    if (volume == nullptr) return docker_problem(404, missing);
    std::string users;
    for (const std::string& id : users_of_volume(p.host, name)) users += (users.empty() ? "" : ", ") + id;
    if (!users.empty()) return docker_problem(409, "remove " + name + ": volume is in use - [" + users + "]");
    std::erase_if(p.host.volumes, [&](const Volume& v) { return v.name == name; });
    forget_object(p, resource);
    return empty_answer(204);
}

Answer delete_service(Proxied& p) {
    if (p.host.swarm_id.empty()) return not_a_swarm_manager();
    const std::string& name = p.parts[1];
    const std::string missing = "service " + name + " not found";
    const SwarmService* service = find_service(p.host, name);
    const Labels labels = service == nullptr ? Labels{} : labels_of(*service);
    if (auto refused = refuse_object(p, name, service == nullptr ? nullptr : &labels, missing)) return *refused;
    if (service == nullptr) return docker_problem(404, missing);
    remove_service(p.host, service->id);
    forget_object(p, name);
    return empty_answer(200);
}

Json list_or_null(const std::vector<std::string>& names) { return names.empty() ? Json(nullptr) : Json(names); }

Answer prune(Proxied& p) {
    std::vector<std::string> gone;
    const std::string& kind = p.parts.front();
    if (kind == "containers") {
        for (const Container& c : p.host.containers) {
            if (!runs_now(c)) gone.push_back(c.id);
        }
        std::erase_if(p.host.containers, [](const Container& c) { return !runs_now(c); });
        return json_answer({{"ContainersDeleted", list_or_null(gone)}, {"SpaceReclaimed", 0}});
    }
    if (kind == "volumes") {
        for (const Volume& v : p.host.volumes) {
            if (users_of_volume(p.host, v.name).empty()) gone.push_back(v.name);
        }
        std::erase_if(p.host.volumes, [&](const Volume& v) { return std::ranges::find(gone, v.name) != gone.end(); });
        return json_answer({{"VolumesDeleted", list_or_null(gone)}, {"SpaceReclaimed", 0}});
    }
    if (kind == "images") return json_answer({{"ImagesDeleted", nullptr}, {"SpaceReclaimed", 0}});
    if (auto refused = refuse_object(p, "prune", nullptr, "network prune not found")) return *refused;
    return json_answer({{"NetworksDeleted", nullptr}});
}

struct Writing {
    std::string_view method;
    std::string_view first;
    std::string_view second; // "" any
    std::size_t parts;
    Answer (*write)(Proxied&);
};

constexpr std::array writings{
    Writing{"POST", "containers", "create", 2, create_container},
    Writing{"POST", "containers", "prune", 2, prune},
    Writing{"POST", "networks", "create", 2, create_network},
    Writing{"POST", "networks", "prune", 2, prune},
    Writing{"POST", "volumes", "create", 2, create_volume},
    Writing{"POST", "volumes", "prune", 2, prune},
    Writing{"POST", "images", "prune", 2, prune},
    Writing{"DELETE", "networks", "", 2, delete_network},
    Writing{"DELETE", "volumes", "", 2, delete_volume},
    Writing{"DELETE", "services", "", 2, delete_service},
    Writing{"DELETE", "containers", "", 2, write_container},
    Writing{"POST", "containers", "", 3, write_container},
};

} // namespace

Answer write_docker(Proxied& p) {
    for (const Writing& writing : writings) {
        const bool fits = writing.method == p.call.request.method && writing.parts == p.parts.size() &&
                          writing.first == p.parts.front() && (writing.second.empty() || writing.second == p.parts[1]);
        if (fits) return writing.write(p);
    }
    return docker_problem(404, "page not found");
}

} // namespace portainer_double
