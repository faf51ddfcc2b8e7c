// What the proxy's handlers share: the request behind /docker/ and Portainer's access rules for Docker objects (§6).
#pragma once

#include "portainer_double/docker_values.hpp"
#include "portainer_double/routes.hpp"

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <vector>

namespace portainer_double {

struct Proxied {
    Call& call;
    const Environment& environment;
    Host& host;
    std::vector<std::string> parts; // of the path behind /docker/, without the API version
};

// 403 in Docker's shape: the object exists and its resource control refuses.
Answer hidden_object();
Answer not_a_swarm_manager();
const ResourceControl* control_for(const Proxied& p, const std::string& id, const Labels& labels);
bool may_see(const Proxied& p, const std::string& id, const Labels& labels);
// With {"Portainer":{"ResourceControl":...}}, where there is one.
Json decorated(const Proxied& p, Json object, const std::string& id, const Labels& labels);

// The answer to a reading, if the path is one that is emulated.
std::optional<Answer> read_standalone(Proxied& p);
std::optional<Answer> read_swarm(Proxied& p);
Answer write_docker(Proxied& p);

} // namespace portainer_double
