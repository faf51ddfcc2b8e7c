// A compose file read as far as the double needs it: what would run, and what compose would refuse. Not the comparing
// engine of Mooring, on purpose: the double must not share its mistakes.
#pragma once

#include "portainer_double/docker_values.hpp"

#include <expected>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace portainer_double {

struct ServicePlan {
    std::string name;
    std::string image;
    std::vector<std::string> command;
    std::vector<std::string> entrypoint;
    std::vector<std::string> env; // "NAME=value", interpolated
    Labels labels;
    Labels service_labels; // deploy.labels
    std::string container_name;
    std::string network_mode;
    std::vector<std::string> networks; // keys; empty: the default network
    std::vector<Mount> mounts;         // volume: the key, not yet the name on the host
    std::int64_t replicas = 1;
    bool global = false;
    bool job = false; // deploy.mode: replicated-job or global-job
    std::string restart;
    bool has_healthcheck = false;
    bool ends = false;                      // its command is `false`, or ends in "exit 1"
    bool unhealthy = false;                 // its health check is `false`, or ends in "exit 1"
    std::vector<std::string> needs_healthy; // services: depends_on with condition service_healthy
    std::vector<std::string> profiles;
    std::set<std::string> restricted; // what needs a permission: "bind-mount", "privileged mode", ...
    std::string canonical;            // the whole service as text, to notice a change
};

struct NamedObject {  // a network or volume of the file
    std::string name; // on the host; "" follows the project
    bool external = false;
    Labels labels;
};

struct Project {
    std::vector<ServicePlan> services; // in the order of the file
    std::map<std::string, NamedObject> networks;
    std::map<std::string, NamedObject> volumes;
};

struct ContentProblem {
    enum class Kind { syntax, empty, unknown_key, other } kind = Kind::other;
    std::string where; // unknown_key: "services.web"
    std::string what;  // unknown_key: the key; otherwise compose's words
};

std::expected<Project, ContentProblem> read_compose(const std::string& text, const std::vector<EnvVar>& env);

// ${NAME}, ${NAME:-x}, ${NAME-x}, $NAME and $$ with the values of env (the last of a name wins).
std::string interpolate(std::string_view text, const std::vector<EnvVar>& env);

} // namespace portainer_double
