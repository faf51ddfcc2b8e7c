// /endpoints/{id}/docker/...: environment checks, then Docker's answer under Portainer's access rules (portainer-api.md
// §6).
#include "portainer_double/docker_proxy.hpp"
#include "portainer_double/render.hpp"

#include "base/text.hpp"

#include <array>

namespace portainer_double {
namespace {

Answer proxy(Call& call) {
    const auto id = route_id(call, 0, "environment identifier");
    if (!id) return id.error();
    const Environment* environment = call.world.find_environment(*id);
    if (environment == nullptr) return not_in_bucket(no_environment_message, "endpoints", *id);
    if (!may_use_environment(call.caller, call.world, *environment)) return environment_denied();
    Proxied p{.call = call, .environment = *environment, .host = call.world.host_of(*environment), .parts = {}};
    if (!p.host.reachable) {
        return problem(502, "Unable to proxy the request via the Docker socket",
                       "Dial unix /var/run/docker.sock: connect: connection refused");
    }
    for (const std::string_view part : mooring::split(std::string_view(call.parameters[1]).substr(1), '/')) {
        p.parts.push_back(percent_decode(part, false));
    }
    if (p.parts.front().starts_with("v1.") && p.parts.size() > 1) p.parts.erase(p.parts.begin());
    if (call.request.method != "GET" && call.request.method != "HEAD") return write_docker(p);
    if (auto answer = read_standalone(p)) return *answer;
    if (auto answer = read_swarm(p)) return *answer;
    return docker_problem(404, "page not found");
}

constexpr std::array table{Route{"*", "/api/endpoints/{}/docker/*", Auth::user, proxy}};

} // namespace

std::span<const Route> docker_routes() { return table; }

Answer hidden_object() { return docker_problem(403, "access denied to resource"); }

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

} // namespace portainer_double
