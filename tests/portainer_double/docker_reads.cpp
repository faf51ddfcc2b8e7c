#include "base/text.hpp"
#include "portainer_double/docker.hpp"
#include "portainer_double/docker_filters.hpp"
#include "portainer_double/docker_proxy.hpp"
#include "portainer_double/host.hpp"
#include "portainer_double/render.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <initializer_list>
#include <map>

namespace portainer_double {
namespace {

bool is_system_network(const Network& network) {
    constexpr std::array names{"bridge", "host", "ingress", "nat", "none"};
    return std::ranges::find(names, network.name) != names.end();
}

// Labels of the settings' BlackListedLabels drop containers from the list, for administrators too.
bool is_blacklisted(const World& world, const Labels& labels) {
    return std::ranges::any_of(world.hidden_labels, [&](const EnvVar& hidden) {
        const auto at = labels.find(hidden.name);
        return at != labels.end() && at->second == hidden.value;
    });
}

bool is_true(std::string_view text) {
    const std::string value = mooring::to_lower(mooring::trim(text));
    return !value.empty() && value != "0" && value != "no" && value != "false" && value != "none";
}

// Docker's own answer to filters that it does not know.
std::optional<Answer> refuse_filters(const DockerFilters& filters, std::initializer_list<std::string_view> known) {
    if (filters.broken()) return docker_problem(400, "invalid filter");
    const std::string unknown = filters.unknown(known);
    if (unknown.empty()) return std::nullopt;
    return docker_problem(400, "Invalid filter '" + unknown + "'");
}

Answer list_containers(Proxied& p) {
    const DockerFilters filters(p.call.request.parameter("filters"));
    if (auto refused =
            refuse_filters(filters, {"ancestor", "before", "exited", "expose", "health", "id", "is-task", "isolation",
                                     "label", "name", "network", "publish", "since", "status", "volume"}))
        return *refused;
    std::size_t limit = 0;
    const std::string_view most = p.call.request.parameter("limit");
    std::from_chars(most.data(), most.data() + most.size(), limit);
    const bool asks_state = !filters.wanted("status").empty();
    const bool stopped_too = is_true(p.call.request.parameter("all")) || limit > 0 || asks_state;
    Json list = Json::array();
    std::size_t chosen = 0;
    for (auto at = p.host.containers.rbegin(); at != p.host.containers.rend(); ++at) { // the newest first
        const bool runs = at->state == "running" || at->state == "paused" || at->state == "restarting";
        if ((!stopped_too && !runs) || !filters.fits(*at)) continue;
        if (limit > 0 && ++chosen > limit) break;
        if (is_blacklisted(p.call.world, at->labels) || !may_see(p, at->id, at->labels)) continue;
        list.push_back(decorated(p, render_container_line(p.call.world, p.host, *at), at->id, at->labels));
    }
    return json_answer(list);
}

Answer inspect_container(Proxied& p) {
    const Container* container = find_container(p.host, p.parts[1]);
    if (container == nullptr) return docker_problem(404, "No such container: " + p.parts[1]);
    if (!may_see(p, container->id, container->labels)) return hidden_object();
    return json_answer(decorated(p, render_container(*container), container->id, container->labels));
}

// Docker's own networks are everybody's, with a control that is made up for the answer.
Json decorated_network(const Proxied& p, const Network& network) {
    Json shown = decorated(p, render_network(p.host, network), network.id, network.labels);
    if (!is_system_network(network)) return shown;
    ResourceControl system;
    system.resource_id = network.id;
    system.type = 4;
    system.open = true;
    Json control = render_control(&system);
    control["System"] = true;
    shown["Portainer"] = {{"ResourceControl", std::move(control)}};
    return shown;
}

Answer list_networks(Proxied& p) {
    const DockerFilters filters(p.call.request.parameter("filters"));
    if (auto refused = refuse_filters(filters, {"dangling", "driver", "id", "label", "name", "scope", "type"}))
        return *refused;
    Json list = Json::array();
    for (const Network& network : p.host.networks) {
        const bool sees = is_system_network(network) || may_see(p, network.id, network.labels);
        if (!sees || !filters.fits(network)) continue;
        list.push_back(decorated_network(p, network));
    }
    return json_answer(list);
}

Answer inspect_network(Proxied& p) {
    const Network* network = find_network(p.host, p.parts[1]);
    if (network == nullptr) return docker_problem(404, "network " + p.parts[1] + " not found");
    if (!is_system_network(*network) && !may_see(p, network->id, network->labels)) return hidden_object();
    return json_answer(decorated_network(p, *network));
}

Json decorated_volume(const Proxied& p, const Volume& volume) {
    const std::string resource = volume_resource(p.host, volume.name);
    Json shown = decorated(p, render_volume(volume), resource, volume.labels);
    shown["ResourceID"] = resource;
    return shown;
}

Answer list_volumes(Proxied& p) {
    const DockerFilters filters(p.call.request.parameter("filters"));
    if (auto refused = refuse_filters(filters, {"dangling", "driver", "label", "name"})) return *refused;
    Json list = Json::array();
    for (const Volume& volume : p.host.volumes) {
        const bool sees = may_see(p, volume_resource(p.host, volume.name), volume.labels);
        if (sees && filters.fits(p.host, volume)) list.push_back(decorated_volume(p, volume));
    }
    return json_answer({{"Volumes", std::move(list)}, {"Warnings", nullptr}});
}

Answer inspect_volume(Proxied& p) {
    const Volume* volume = find_volume(p.host, p.parts[1]);
    if (volume == nullptr) return docker_problem(404, "get " + p.parts[1] + ": no such volume");
    if (!may_see(p, volume_resource(p.host, volume->name), volume->labels)) return hidden_object();
    return json_answer(decorated_volume(p, *volume));
}

Answer list_images(Proxied& p) {
    std::map<std::string, std::vector<std::string>> names; // by id
    std::vector<std::string> ids;
    for (const Image& image : p.host.images) {
        if (!names.contains(image.id)) ids.push_back(image.id);
        names[image.id].push_back(image.tag);
    }
    Json list = Json::array();
    for (const std::string& id : ids) list.push_back(render_image(id, names[id]));
    return json_answer(list);
}

Answer inspect_image(Proxied& p) {
    std::string name = p.parts[1]; // may hold slashes, escaped or not
    for (std::size_t i = 2; i + 1 < p.parts.size(); ++i) name += "/" + p.parts[i];
    const Image* found = find_image(p.host, name);
    if (found == nullptr)
        return docker_problem(404, "no such image: " + name + ": No such image: " + familiar_name(name));
    std::vector<std::string> names;
    for (const Image& image : p.host.images) {
        if (image.id == found->id) names.push_back(image.tag);
    }
    const Json line = render_image(found->id, names);
    const bool nameless = names == std::vector<std::string>{""};
    return json_answer(
        {{"Id", found->id},
         {"RepoTags", nameless ? Json::array() : line["RepoTags"]},
         {"RepoDigests", nameless || line["RepoDigests"].is_null() ? Json::array() : line["RepoDigests"]}});
}

Answer show_info(Proxied& p) { return json_answer(render_info(p.host)); }
Answer show_version(Proxied&) { return json_answer(render_docker_version()); }
Answer ping(Proxied&) { return text_answer(200, "text/plain; charset=utf-8", "OK"); }

struct Reading {
    std::string_view first; // part of the path
    std::string_view last;  // "" any
    std::size_t parts;
    Answer (*read)(Proxied&);
    bool rewritten; // by Portainer, which then knows the length
};

constexpr std::array readings{
    Reading{"containers", "json", 2, list_containers, true},
    Reading{"containers", "json", 3, inspect_container, true},
    Reading{"networks", "networks", 1, list_networks, true},
    Reading{"networks", "", 2, inspect_network, true},
    Reading{"volumes", "volumes", 1, list_volumes, true},
    Reading{"volumes", "", 2, inspect_volume, true},
    Reading{"images", "json", 2, list_images, false},
    Reading{"images", "json", 3, inspect_image, false},
    Reading{"info", "info", 1, show_info, false},
    Reading{"version", "version", 1, show_version, false},
    Reading{"_ping", "_ping", 1, ping, false},
};

} // namespace

Volume* find_volume(Host& host, const std::string& name) {
    const auto at = std::ranges::find_if(host.volumes, [&](const Volume& v) { return v.name == name; });
    return at == host.volumes.end() ? nullptr : &*at;
}

std::optional<Answer> read_standalone(Proxied& p) {
    for (const Reading& reading : readings) {
        const bool fits =
            reading.first == "images" && reading.parts == 3 ? p.parts.size() >= 3 : p.parts.size() == reading.parts;
        if (!fits || p.parts.front() != reading.first) continue;
        if (!reading.last.empty() && p.parts.back() != reading.last) continue;
        Answer answer = reading.read(p);
        answer.length_known = reading.rewritten;
        return answer;
    }
    return std::nullopt;
}

} // namespace portainer_double
