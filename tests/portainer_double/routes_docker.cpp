#include "portainer_double/docker.hpp"
#include "portainer_double/host.hpp"
#include "portainer_double/render.hpp"
#include "portainer_double/routes.hpp"

#include "base/text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace portainer_double {
namespace {

struct Proxied {
    Call& call;
    const Environment& environment;
    Host& host;
    std::vector<std::string> parts; // of the path behind /docker/, without the version
};

constexpr std::string_view host_id = "32GY:T6HD:OWDE:PASM:K3ZN:YCWO:2REI:2BZD:P2KF:N4CJ:ATW6:OIJJ";

Answer hidden() { return docker_problem(403, "access denied to resource"); }

const ResourceControl* control_for(const Proxied& p, const std::string& id, const Labels& labels) {
    return control_of_object(p.call.world, p.environment.id, id, labels);
}

bool is_system_network(const Network& network) {
    constexpr std::array names{"bridge", "host", "ingress", "nat", "none"};
    return std::ranges::find(names, network.name) != names.end();
}

Json decorated(Json object, const ResourceControl* control) {
    if (control != nullptr) object["Portainer"] = {{"ResourceControl", render_control(control)}};
    return object;
}

// Docker's `filters` parameter: {"label":["a=b"],"name":["x"]}; unknown filters fit everything.
class DockerFilters {
  public:
    explicit DockerFilters(const Call& call)
        : value_(Json::parse(std::string(call.request.parameter("filters")), nullptr, false)) {}

    bool fits(const std::string& name, const Labels& labels) const {
        return every("label",
                     [&](const std::string& wanted) {
                         const std::size_t equals = wanted.find('=');
                         const auto at = labels.find(wanted.substr(0, equals));
                         return at != labels.end() &&
                                (equals == std::string::npos || at->second == wanted.substr(equals + 1));
                     }) &&
               any("name", [&](const std::string& wanted) { return name.find(wanted) != std::string::npos; });
    }
    bool names_service(const std::string& name, const std::string& id) const {
        return any("service", [&](const std::string& wanted) { return wanted == name || wanted == id; });
    }

  private:
    Json value_;

    std::vector<std::string> wanted(const char* key) const {
        std::vector<std::string> texts;
        if (!value_.is_object() || !value_.contains(key)) return texts;
        const Json& list = value_[key];
        if (list.is_object()) {
            for (const auto& [text, on] : list.items()) texts.push_back(text);
        }
        if (list.is_array()) {
            for (const Json& text : list) texts.push_back(text.get<std::string>());
        }
        return texts;
    }
    template <typename Fits>
    bool every(const char* key, Fits fits) const {
        return std::ranges::all_of(wanted(key), fits);
    }
    template <typename Fits>
    bool any(const char* key, Fits fits) const {
        const auto texts = wanted(key);
        return texts.empty() || std::ranges::any_of(texts, fits);
    }
};

Answer list_containers(Proxied& p) {
    const std::string_view all = p.call.request.parameter("all");
    const bool stopped_too = all == "1" || all == "true";
    const DockerFilters filters(p.call);
    Json list = Json::array();
    for (auto at = p.host.containers.rbegin(); at != p.host.containers.rend(); ++at) { // the newest first
        const bool runs = at->state == "running" || at->state == "paused" || at->state == "restarting";
        if ((!stopped_too && !runs) || !filters.fits(at->name, at->labels)) continue;
        const ResourceControl* control = control_for(p, at->id, at->labels);
        if (!may_use_resource(p.call.caller, control)) continue;
        list.push_back(decorated(render_container_line(p.call.world, *at), control));
    }
    return json_answer(list);
}

Answer inspect_container(Proxied& p) {
    const Container* container = find_container(p.host, p.parts[1]);
    if (container == nullptr) return docker_problem(404, "No such container: " + p.parts[1]);
    const ResourceControl* control = control_for(p, container->id, container->labels);
    if (!may_use_resource(p.call.caller, control)) return hidden();
    return json_answer(decorated(render_container(*container), control));
}

Answer list_networks(Proxied& p) {
    const DockerFilters filters(p.call);
    Json list = Json::array();
    for (const Network& network : p.host.networks) {
        const ResourceControl* control = control_for(p, network.id, network.labels);
        const bool sees = is_system_network(network) || may_use_resource(p.call.caller, control);
        if (sees && filters.fits(network.name, network.labels))
            list.push_back(decorated(render_network(p.host, network), control));
    }
    return json_answer(list);
}

Answer inspect_network(Proxied& p) {
    const Network* network = find_network(p.host, p.parts[1]);
    if (network == nullptr) return docker_problem(404, "network " + p.parts[1] + " not found");
    const ResourceControl* control = control_for(p, network->id, network->labels);
    if (!is_system_network(*network) && !may_use_resource(p.call.caller, control)) return hidden();
    return json_answer(decorated(render_network(p.host, *network), control));
}

std::string volume_resource(const Volume& volume) { return volume.name + "_" + std::string(host_id); }

Json decorated_volume(const Proxied& p, const Volume& volume) {
    Json shown = decorated(render_volume(volume), control_for(p, volume_resource(volume), volume.labels));
    shown["ResourceID"] = volume_resource(volume);
    return shown;
}

Answer list_volumes(Proxied& p) {
    const DockerFilters filters(p.call);
    Json list = Json::array();
    for (const Volume& volume : p.host.volumes) {
        const bool sees = may_use_resource(p.call.caller, control_for(p, volume_resource(volume), volume.labels));
        if (sees && filters.fits(volume.name, volume.labels)) list.push_back(decorated_volume(p, volume));
    }
    return json_answer({{"Volumes", std::move(list)}, {"Warnings", nullptr}});
}

Answer inspect_volume(Proxied& p) {
    const auto at = std::ranges::find_if(p.host.volumes, [&](const Volume& v) { return v.name == p.parts[1]; });
    if (at == p.host.volumes.end()) return docker_problem(404, "get " + p.parts[1] + ": no such volume");
    if (!may_use_resource(p.call.caller, control_for(p, volume_resource(*at), at->labels))) return hidden();
    return json_answer(decorated_volume(p, *at));
}

Labels labels_of(const SwarmService& service) {
    Labels labels = service.labels;
    if (!service.stack.empty()) labels["com.docker.stack.namespace"] = service.stack;
    return labels;
}

Answer not_a_manager() {
    return docker_problem(503,
                          "This node is not a swarm manager. Use \"docker swarm init\" or \"docker swarm join\" to "
                          "connect this node to swarm and try again.");
}

Answer list_services(Proxied& p) {
    if (p.host.swarm_id.empty()) return not_a_manager();
    const DockerFilters filters(p.call);
    const bool with_status = p.call.request.parameter("status") == "true" || p.call.request.parameter("status") == "1";
    std::vector<const SwarmService*> services;
    for (const SwarmService& service : p.host.services) services.push_back(&service);
    std::ranges::sort(services, {}, &SwarmService::id);
    Json list = Json::array();
    for (const SwarmService* service : services) {
        const Labels labels = labels_of(*service);
        const ResourceControl* control = control_for(p, service->id, labels);
        if (!may_use_resource(p.call.caller, control) || !filters.fits(service->name, labels)) continue;
        list.push_back(decorated(render_service(p.host, *service, with_status), control));
    }
    return json_answer(list);
}

const SwarmService* find_service(const Host& host, const std::string& name_or_id) {
    const auto at = std::ranges::find_if(
        host.services, [&](const SwarmService& s) { return s.name == name_or_id || s.id == name_or_id; });
    return at == host.services.end() ? nullptr : &*at;
}

Answer inspect_service(Proxied& p) {
    if (p.host.swarm_id.empty()) return not_a_manager();
    const SwarmService* service = find_service(p.host, p.parts[1]);
    if (service == nullptr) return docker_problem(404, "service " + p.parts[1] + " not found");
    const ResourceControl* control = control_for(p, service->id, labels_of(*service));
    if (!may_use_resource(p.call.caller, control)) return hidden();
    return json_answer(decorated(render_service(p.host, *service, false), control));
}

Answer list_tasks(Proxied& p) {
    if (p.host.swarm_id.empty()) return not_a_manager();
    const DockerFilters filters(p.call);
    std::vector<const SwarmTask*> tasks;
    for (const SwarmTask& task : p.host.tasks) tasks.push_back(&task);
    std::ranges::sort(tasks, {}, &SwarmTask::id);
    Json list = Json::array();
    for (const SwarmTask* task : tasks) {
        const SwarmService* service = find_service(p.host, task->service);
        if (service == nullptr || !filters.names_service(service->name, service->id)) continue;
        const ResourceControl* control = control_for(p, service->id, labels_of(*service));
        if (!may_use_resource(p.call.caller, control)) continue;
        list.push_back(decorated(render_task(p.host, *task, *service), control));
    }
    return json_answer(list);
}

Answer show_swarm(Proxied& p) { return p.host.swarm_id.empty() ? not_a_manager() : json_answer(render_swarm(p.host)); }

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

Answer read(Proxied& p) {
    struct Reading {
        std::string_view first;
        std::string_view last;
        std::size_t parts;
        Answer (*read)(Proxied&);
    };
    constexpr std::array readings{
        Reading{"containers", "json", 2, list_containers}, Reading{"containers", "json", 3, inspect_container},
        Reading{"networks", "networks", 1, list_networks}, Reading{"networks", "", 2, inspect_network},
        Reading{"volumes", "volumes", 1, list_volumes},    Reading{"volumes", "", 2, inspect_volume},
        Reading{"services", "services", 1, list_services}, Reading{"services", "", 2, inspect_service},
        Reading{"tasks", "tasks", 1, list_tasks},          Reading{"swarm", "swarm", 1, show_swarm},
        Reading{"images", "json", 2, list_images},         Reading{"images", "json", 3, inspect_image},
    };
    for (const Reading& reading : readings) {
        const bool fits = p.parts.size() == reading.parts && p.parts.front() == reading.first &&
                          (reading.last.empty() || p.parts.back() == reading.last);
        if (fits) return reading.read(p);
    }
    const std::string& only = p.parts.front();
    if (only == "info") return json_answer(render_info(p.host));
    if (only == "version") return json_answer(render_docker_version());
    if (only == "_ping") return text_answer(200, "text/plain; charset=utf-8", "OK");
    return docker_problem(404, "page not found");
}

// Writes reach only what the recordings show of them: who may not. A permitted one answers 204 and changes nothing.
Answer write(Proxied& p) {
    if (p.call.world.rules().broken_docker_write && p.call.request.header("content-type").empty()) {
        return problem(500, "Unable to proxy the request via the Docker socket", "Mime: no media type");
    }
    if (!p.call.caller.is_administrator() && p.parts.back() == "prune") return hidden();
    if (p.parts.front() == "containers" && p.parts.size() > 2) {
        const Container* container = find_container(p.host, p.parts[1]);
        if (container == nullptr && !p.call.caller.is_administrator())
            return docker_problem(404, "No such container: " + p.parts[1]);
        if (container != nullptr && !may_use_resource(p.call.caller, control_for(p, container->id, container->labels)))
            return hidden();
    }
    return empty_answer(204);
}

Answer proxy(Call& call) {
    const auto id = route_id(call, 0, "environment identifier");
    if (!id) return id.error();
    const Environment* environment = call.world.find_environment(*id);
    if (environment == nullptr) return not_in_bucket(no_environment_message, "endpoints", *id);
    if (!may_use_environment(call.caller, call.world, *environment)) return environment_denied();
    Proxied p{.call = call, .environment = *environment, .host = call.world.host_of(*environment), .parts = {}};
    if (!p.host.reachable)
        return problem(502, "Unable to proxy the request via the Docker socket",
                       "dial unix /var/run/docker.sock: connect: connection refused");
    for (const std::string_view part : mooring::split(std::string_view(call.parameters[1]).substr(1), '/'))
        p.parts.push_back(percent_decode(part, false));
    if (p.parts.front().starts_with("v1.") && p.parts.size() > 1) p.parts.erase(p.parts.begin());
    return call.request.method == "GET" || call.request.method == "HEAD" ? read(p) : write(p);
}

constexpr std::array table{Route{"*", "/api/endpoints/{}/docker/*", Auth::user, proxy}};

} // namespace

std::span<const Route> docker_routes() { return table; }

} // namespace portainer_double
