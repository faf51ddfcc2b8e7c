#include "portainer_double/docker_proxy.hpp"
#include "portainer_double/host.hpp"

#include <array>

namespace portainer_double {
namespace {

struct Action {
    std::string_view name;
    std::string_view state;
    int exit_code;
};

constexpr std::array actions{Action{"stop", "exited", 137}, Action{"kill", "exited", 137},
                             Action{"start", "running", 0}, Action{"restart", "running", 0},
                             Action{"pause", "paused", 0},  Action{"unpause", "running", 0}};

Answer write_container(Proxied& p) {
    Container* container = find_container(p.host, p.parts[1]);
    if (container == nullptr) return docker_problem(404, "No such container: " + p.parts[1]);
    if (!may_see(p, container->id, container->labels)) return hidden_object();
    if (p.call.request.method == "DELETE") {
        p.host.containers.erase(p.host.containers.begin() + (container - p.host.containers.data()));
        return empty_answer(204);
    }
    for (const Action& action : actions) {
        if (p.parts.back() != action.name) continue;
        container->state = action.state;
        container->exit_code = action.exit_code;
    }
    return empty_answer(204);
}

bool for_administrators(const Proxied& p) {
    return p.parts.back() == "prune" || (p.parts.front() == "nodes" && p.parts.size() > 1) ||
           (p.parts.front() == "swarm" && p.parts.size() > 1);
}

} // namespace

// What is permitted and no container's answers 204 and changes nothing.
Answer write_docker(Proxied& p) {
    if (p.call.world.rules().broken_docker_write && p.call.request.header("content-type").empty()) {
        return problem(500, "Unable to proxy the request via the Docker socket", "Mime: no media type");
    }
    if (for_administrators(p)) return p.call.caller.is_administrator() ? json_answer(Json::object()) : hidden_object();
    if (p.parts.front() == "containers" && p.parts.size() > 1) return write_container(p);
    return empty_answer(204);
}

} // namespace portainer_double
