// What runs, as the Docker proxy answers (portainer-api.md §6): only the fields that decide something.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace mooring {

enum class DockerKind { container, network, volume, service };

// "container", "network", "volume", "service"
std::string_view to_string(DockerKind kind);

// One element of containers/json?all=1.
struct Container {
    std::string name;        // without the leading slash
    std::string project;     // label com.docker.compose.project; "" if none
    std::string service;     // label com.docker.compose.service
    std::int64_t number = 0; // label com.docker.compose.container-number
    bool oneoff = false;
    std::string image;  // as written, or an id when the tag has moved on
    std::string state;  // created running paused restarting exited dead removing
    std::string status; // "Up 5 minutes (unhealthy)", "Exited (1) 2 hours ago"
};

// One element of services?status=true.
struct SwarmService {
    std::string id;
    std::string name;       // P_S
    std::string namespace_; // label com.docker.stack.namespace
    std::string image;      // label com.docker.stack.image if there, else the spec's image without its digest
    bool global = false;
    std::int64_t replicas = 0;                 // declared in the spec; global: 0
    std::optional<std::int64_t> running_tasks; // ServiceStatus; nullopt before API 1.41
    std::optional<std::int64_t> desired_tasks;
};

// One element of tasks.
struct SwarmTask {
    std::string service_id;
    std::string desired_state; // running, shutdown, ...
    std::string state;         // Status.State
    std::string error;         // Status.Err
    std::int64_t slot = 0;
};

} // namespace mooring
