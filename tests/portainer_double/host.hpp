// What compose and swarm do on a Docker host: pure changes of its objects.
#pragma once

#include "portainer_double/compose.hpp"
#include "portainer_double/world.hpp"

#include <string>

namespace portainer_double {

struct UpOptions {
    bool recreate = false;
    bool prune = false;
};

// "container_name", else "P-S-1".
std::string container_name(const std::string& project, const ServicePlan& service, std::int64_t number);

bool belongs_to(const Container& container, const std::string& project);

// As Docker writes the name of an image: "nginx" and "docker.io/library/nginx" are "nginx:latest".
std::string familiar_name(const std::string& image);
// By any spelling of its name, or by its id; null if the host has none.
const Image* find_image(const Host& host, const std::string& name_or_id);
// The name now means another image than before, as after a pull or a build: the old one stays, nameless.
void move_tag(World& world, Host& host, const std::string& tag);

// True if the image is on the host, or a registry gives it: every name but "local/nosuch...", while one can be reached.
bool ensure_image(World& world, Host& host, const std::string& image);

// Creates what is missing and recreates what changed. Containers of services that the file no longer has stay, unless
// pruned.
void compose_up(World& world, Host& host, const Stack& stack, const Project& project, const UpOptions& options);
void down(Host& host, const std::string& project);
// `compose up --scale`: as many containers of one service, the youngest removed first. False if it has none to copy.
bool scale(World& world, Host& host, const std::string& project, const std::string& service, std::size_t count);

void swarm_up(World& world, Host& host, const Stack& stack, const Project& project, bool prune);
void swarm_down(Host& host, const std::string& stack);
// After its spec was changed by hand.
void update_service(World& world, Host& host, SwarmService& service);
// Tasks of services that fail: each has ended by now, and another one runs in its place.
void replace_failed_tasks(World& world, Host& host);
void leave_swarm(Host& host);
// Makes the host a manager of the swarm with this id ("" draws one).
void make_swarm(World& world, Host& host, std::string swarm_id = {});

void remove_service(Host& host, const std::string& id);

Container* find_container_named(Host& host, const std::string& name);
// By name, by id, or by the beginning of an id if no other begins so.
Container* find_container(Host& host, const std::string& name_or_id);
Network* find_network(Host& host, const std::string& name_or_id);

} // namespace portainer_double
