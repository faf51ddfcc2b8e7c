// What a Docker host of the double holds (portainer-api.md §6): the objects behind the proxy, as values.
#pragma once

#include "portainer_double/values.hpp"

#include <map>
#include <string>
#include <vector>

namespace portainer_double {

using Labels = std::map<std::string, std::string>;

struct Attachment { // of a container to a network
    std::string network_id;
    std::string endpoint_id;
    std::string address; // "172.18.0.2"; empty on host and none
    std::string gateway;
    std::string mac;
};

struct Mount {
    std::string volume; // "" for a bind
    std::string source;
    std::string target;
    bool writable = true;
};

struct Container {
    std::string id; // 64 hex digits
    std::string name;
    std::string image;
    std::string image_id;
    std::vector<std::string> command;
    std::vector<std::string> env; // "NAME=value"
    Labels labels;
    UnixSeconds created = 0;
    UnixSeconds started = 0;       // the last time; 0: when it was created
    std::string state = "running"; // created running paused restarting removing exited dead
    int exit_code = 0;
    std::string health; // "", "healthy", "unhealthy", "starting"
    int restart_count = 0;
    std::string restart_policy;
    std::string network_mode;
    std::map<std::string, Attachment> networks;
    std::vector<Mount> mounts;
    std::vector<int> ports; // of the host, tcp
};

struct Network {
    std::string id;
    std::string name;
    std::string driver = "bridge";
    std::string scope = "local";
    int subnet = 0; // 172.<subnet>.0.0/16; 0: none
    int next_address = 2;
    Labels labels;
    UnixSeconds created = 0;
};

struct Volume {
    std::string name;
    Labels labels;
    UnixSeconds created = 0;
};

// A name of an image; an image of several names is several of these.
struct Image {
    std::string id; // "sha256:..."
    std::string
        tag; // as it was written when it came here, "nginx", "nginx@sha256:..."; "" when the name went elsewhere
    bool built = false; // here, and in no registry: pulling it fails
};

struct SwarmService { // swarm
    std::string id;
    std::string name;
    std::string image;       // the spec's ContainerSpec.Image: what runs
    std::string label_image; // com.docker.stack.image: what `docker stack deploy` was given last; "" for a foreign one
    std::vector<std::string> command;
    std::vector<std::string> env;
    Labels labels;
    std::string stack; // com.docker.stack.namespace; "" for a foreign one
    bool global = false;
    bool job = false;   // replicated-job or global-job: its tasks end
    bool fails = false; // its tasks end as soon as they have started, and are made anew
    std::int64_t replicas = 1;
    std::vector<std::string> networks; // ids
    UnixSeconds created = 0;
    UnixSeconds updated = 0;
    std::int64_t version = 10;
};

struct SwarmTask {
    std::string id;
    std::string service; // id
    std::int64_t slot = 1;
    std::string state = "running";
    std::string desired = "running";
    std::string error;
    UnixSeconds created = 0;
    std::int64_t version = 20;
};

struct Host {
    std::string url; // the environment's URL, which is how environments find their host
    bool reachable = true;
    std::string swarm_id; // "" for a host that is no swarm manager
    std::string node_id;
    UnixSeconds swarm_created = 0;
    std::vector<Image> images;
    std::vector<Container> containers;
    std::vector<Network> networks;
    std::vector<Volume> volumes;
    std::vector<SwarmService> services;
    std::vector<SwarmTask> tasks;
    int next_subnet = 18;
};

} // namespace portainer_double
