// What runs, as the Docker proxy answers (portainer-api.md §6): only the fields that decide something.
#pragma once

#include "base/clock.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace mooring {

enum class DockerKind { container, network, volume, service };

// "container", "network", "volume", "service"
std::string_view to_string(DockerKind kind);

// What a Docker engine says of itself (GET docker/info): two environments that show one id are one engine.
struct Engine {
    std::string id;
    std::string swarm_id; // of the swarm that it manages; "" if it manages none
};

// One element of containers/json?all=1.
struct Container {
    std::string name;        // without the leading slash
    std::string project;     // label com.docker.compose.project; "" if none
    std::string service;     // label com.docker.compose.service
    std::int64_t number = 0; // label com.docker.compose.container-number
    bool oneoff = false;
    std::string image;              // as written, or an id when the tag has moved on
    std::string image_id;           // ImageID: "sha256:..."
    UnixSeconds created_at = 0;     // 0: the answer does not say
    std::string state;              // created running paused restarting exited dead removing
    std::string status;             // "Up 5 minutes (unhealthy)", "Exited (1) 2 hours ago"
    std::string id;                 // 64 hex digits; for plans alone, in no snapshot
    std::vector<std::string> ports; // of the host that it holds now: "8080/tcp"; for plans alone, in no snapshot
};

// One element of images/json: a local image and the names that it has now.
struct DockerImage {
    std::string id;                 // "sha256:..."
    std::vector<std::string> tags;  // RepoTags: "nginx:1.27"; empty when it has none
    std::vector<std::string> names; // RepoDigests: "nginx@sha256:..."
};

// What containers/N/json alone says: whether a container that looks young keeps being started anew.
struct ContainerDetail {
    std::int64_t restart_count = 0;
    UnixSeconds started_at = 0; // 0: never
};

// One element of services?status=true.
struct SwarmService {
    std::string id;
    std::string name;        // P_S
    std::string namespace_;  // label com.docker.stack.namespace
    std::string image;       // what runs: the spec's ContainerSpec.Image, without its digest
    std::string digest;      // the digest that stood there: "sha256:..."; "" if none
    std::string label_image; // label com.docker.stack.image: how the file of the last `docker stack deploy` wrote it
    bool global = false;
    std::int64_t replicas = 0;                 // declared in the spec; global: 0
    std::optional<std::int64_t> running_tasks; // ServiceStatus; nullopt before API 1.41
    std::optional<std::int64_t> desired_tasks;
    std::vector<std::string> ports; // published: "8080/tcp"; for plans alone, in no snapshot
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
