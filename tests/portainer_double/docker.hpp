// Docker objects as the JSON that comes through the proxy (Docker 20.10, API 1.41).
#pragma once

#include "portainer_double/docker_values.hpp"
#include "portainer_double/message.hpp"
#include "portainer_double/world.hpp"

#include <string>

namespace portainer_double {

// "2026-11-24T00:19:04.059255645Z"
std::string docker_time(UnixSeconds at);

// Of containers/json: the image by its name only while the host means that image by it, otherwise by its id.
Json render_container_line(const World& world, const Host& host, const Container& container);
Json render_container(const Container& container); // of containers/{name}/json
Json render_network(const Host& host, const Network& network);
Json render_volume(const Volume& volume);
// An image with all its names; "" among them: a name that it had and lost.
Json render_image(const std::string& id, const std::vector<std::string>& names);
Json render_service(const Host& host, const SwarmService& service, bool with_status);
Json render_task(const Host& host, const SwarmTask& task, const SwarmService& service);
Json render_info(const Host& host);
Json render_docker_version();
Json render_swarm(const Host& host);

// What Portainer keeps of an environment's host between its readings.
Json render_snapshot(World& world, const Environment& environment);

} // namespace portainer_double
