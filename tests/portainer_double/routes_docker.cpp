// /endpoints/{id}/docker/...: environment checks, then Docker's answer under Portainer's access rules (portainer-api.md
// §6).
#include "portainer_double/docker_proxy.hpp"
#include "portainer_double/render.hpp"

#include "base/text.hpp"

#include <array>

namespace portainer_double {
namespace {

bool is_for_administrators(const Proxied& p) {
    const std::string& first = p.parts.front();
    const bool prunes = p.parts.size() == 2 && p.parts[1] == "prune" && (first == "containers" || first == "volumes");
    return prunes || ((first == "nodes" || first == "swarm") && p.parts.size() > 1);
}

Answer proxy(Call& call) {
    const auto id = route_id(call, 0, "environment identifier");
    if (!id) return id.error();
    const Environment* environment = call.world.find_environment(*id);
    if (environment == nullptr) return not_in_bucket(no_environment_message, "endpoints", *id);
    if (!may_use_environment(call.caller, call.world, *environment)) return environment_denied();
    Proxied p{.call = call, .environment = *environment, .host = call.world.host_of(*environment), .parts = {}};
    if (!p.host.reachable) return proxy_failed("Dial unix /var/run/docker.sock: connect: connection refused", 502);
    for (const std::string_view part : mooring::split(std::string_view(call.parameters[1]).substr(1), '/')) {
        p.parts.push_back(percent_decode(part, false));
    }
    if (p.parts.front().starts_with("v1.") && p.parts.size() > 1) p.parts.erase(p.parts.begin());
    if (is_for_administrators(p) && !call.caller.is_administrator()) return refused_beforehand(p);
    if (call.request.method != "GET" && call.request.method != "HEAD") return write_docker(p);
    if (auto refused = refuse_looking_inside(p)) return *refused;
    if (auto answer = read_standalone(p)) return *answer;
    if (auto answer = read_swarm(p)) return *answer;
    return docker_problem(404, "page not found");
}

constexpr std::array docker_table{Route{"*", "/api/endpoints/{}/docker/*", Auth::user, proxy}};

} // namespace

std::span<const Route> docker_routes() { return docker_table; }

Answer hidden_object() { return docker_problem(403, "access denied to resource"); }

Answer proxy_failed(std::string_view why, int status) {
    return problem(status, "Unable to proxy the request via the Docker socket", why);
}

Answer refused_beforehand(const Proxied& p) {
    if (p.call.world.rules().broken_refusal) return proxy_failed("Mime: no media type");
    Answer answer = hidden_object();
    answer.length_known = true;
    return answer;
}

Answer not_a_swarm_manager() {
    return docker_problem(503,
                          "This node is not a swarm manager. Use \"docker swarm init\" or \"docker swarm join\" to "
                          "connect this node to swarm and try again.");
}

const ResourceControl* control_for(const Proxied& p, const std::string& id, const Labels& labels) {
    return control_of_object(p.call.world, p.environment.id, id, labels);
}

bool may_see(const Proxied& p, const std::string& id, const Labels& labels) {
    return may_use_resource(p.call.caller, control_for(p, id, labels));
}

Json decorated(const Proxied& p, Json object, const std::string& id, const Labels& labels) {
    const ResourceControl* control = control_for(p, id, labels);
    if (control != nullptr) object["Portainer"] = {{"ResourceControl", render_control(control)}};
    return object;
}

std::string volume_resource(const Host& host, const std::string& name) {
    return name + "_" +
           (host.swarm_id.empty() ? "32GY:T6HD:OWDE:PASM:K3ZN:YCWO:2REI:2BZD:P2KF:N4CJ:ATW6:OIJJ" : host.swarm_id);
}

std::optional<Answer> refuse_object(const Proxied& p, const std::string& resource, const Labels* labels,
                                    const std::string& missing) {
    if (p.call.caller.is_administrator()) return std::nullopt;
    const ResourceControl* control = p.call.world.find_resource_control(resource);
    if (control == nullptr && labels == nullptr) return proxy_failed("Error response from daemon: " + missing);
    if (control == nullptr) control = control_for(p, {}, *labels);
    if (may_use_resource(p.call.caller, control)) return std::nullopt;
    return refused_beforehand(p);
}

Answer created_object(const Proxied& p, Json object, const std::string& resource, int type) {
    World& world = p.call.world;
    ResourceControl& made = world.controls[resource];
    made = {};
    made.id = world.take_id("resource_controls");
    made.resource_id = resource;
    made.type = type;
    made.users = {p.call.caller.id};
    object["Portainer"] = {{"ResourceControl", render_control(&made)}};
    Answer answer = json_answer(object);
    answer.length_known = true;
    return answer;
}

void forget_object(const Proxied& p, const std::string& resource) { p.call.world.controls.erase(resource); }

} // namespace portainer_double
