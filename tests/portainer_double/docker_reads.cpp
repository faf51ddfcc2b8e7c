#include "portainer_double/docker.hpp"
#include "portainer_double/docker_filters.hpp"
#include "portainer_double/docker_proxy.hpp"
#include "portainer_double/host.hpp"

#include <algorithm>
#include <array>

namespace portainer_double {
namespace {

constexpr std::string_view host_id = "32GY:T6HD:OWDE:PASM:K3ZN:YCWO:2REI:2BZD:P2KF:N4CJ:ATW6:OIJJ";

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

Answer list_containers(Proxied& p) {
    const std::string_view all = p.call.request.parameter("all");
    const bool stopped_too = all == "1" || all == "true";
    const DockerFilters filters(p.call.request.parameter("filters"));
    Json list = Json::array();
    for (auto at = p.host.containers.rbegin(); at != p.host.containers.rend(); ++at) { // the newest first
        const bool runs = at->state == "running" || at->state == "paused" || at->state == "restarting";
        if ((!stopped_too && !runs) || !filters.fits(at->name, at->labels) || !filters.fits_state(at->state)) continue;
        if (is_blacklisted(p.call.world, at->labels) || !may_see(p, at->id, at->labels)) continue;
        list.push_back(decorated(p, render_container_line(p.call.world, *at), at->id, at->labels));
    }
    return json_answer(list);
}

Answer inspect_container(Proxied& p) {
    const Container* container = find_container(p.host, p.parts[1]);
    if (container == nullptr) return docker_problem(404, "No such container: " + p.parts[1]);
    if (!may_see(p, container->id, container->labels)) return hidden_object();
    return json_answer(decorated(p, render_container(*container), container->id, container->labels));
}

Answer list_networks(Proxied& p) {
    const DockerFilters filters(p.call.request.parameter("filters"));
    Json list = Json::array();
    for (const Network& network : p.host.networks) {
        const bool sees = is_system_network(network) || may_see(p, network.id, network.labels);
        if (!sees || !filters.fits(network.name, network.labels)) continue;
        list.push_back(decorated(p, render_network(p.host, network), network.id, network.labels));
    }
    return json_answer(list);
}

Answer inspect_network(Proxied& p) {
    const Network* network = find_network(p.host, p.parts[1]);
    if (network == nullptr) return docker_problem(404, "network " + p.parts[1] + " not found");
    if (!is_system_network(*network) && !may_see(p, network->id, network->labels)) return hidden_object();
    return json_answer(decorated(p, render_network(p.host, *network), network->id, network->labels));
}

std::string volume_resource(const Volume& volume) { return volume.name + "_" + std::string(host_id); }

Json decorated_volume(const Proxied& p, const Volume& volume) {
    Json shown = decorated(p, render_volume(volume), volume_resource(volume), volume.labels);
    shown["ResourceID"] = volume_resource(volume);
    return shown;
}

Answer list_volumes(Proxied& p) {
    const DockerFilters filters(p.call.request.parameter("filters"));
    Json list = Json::array();
    for (const Volume& volume : p.host.volumes) {
        const bool sees = may_see(p, volume_resource(volume), volume.labels);
        if (sees && filters.fits(volume.name, volume.labels)) list.push_back(decorated_volume(p, volume));
    }
    return json_answer({{"Volumes", std::move(list)}, {"Warnings", nullptr}});
}

Answer inspect_volume(Proxied& p) {
    const auto at = std::ranges::find_if(p.host.volumes, [&](const Volume& v) { return v.name == p.parts[1]; });
    if (at == p.host.volumes.end()) return docker_problem(404, "get " + p.parts[1] + ": no such volume");
    if (!may_see(p, volume_resource(*at), at->labels)) return hidden_object();
    return json_answer(decorated_volume(p, *at));
}

Answer list_images(Proxied& p) {
    Json list = Json::array();
    for (const Image& image : p.host.images) list.push_back(render_image(image));
    return json_answer(list);
}

Answer inspect_image(Proxied& p) {
    const std::string& name = p.parts[1];
    const auto at = std::ranges::find_if(p.host.images, [&](const Image& i) { return i.id == name || i.tag == name; });
    if (at == p.host.images.end()) return docker_problem(404, "No such image: " + name);
    return json_answer({{"Id", at->id}, {"RepoTags", Json::array({at->tag})}, {"RepoDigests", Json::array()}});
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

std::optional<Answer> read_standalone(Proxied& p) {
    for (const Reading& reading : readings) {
        if (p.parts.size() != reading.parts || p.parts.front() != reading.first) continue;
        if (!reading.last.empty() && p.parts.back() != reading.last) continue;
        Answer answer = reading.read(p);
        answer.length_known = reading.rewritten;
        return answer;
    }
    return std::nullopt;
}

} // namespace portainer_double
