// The routes that Mooring asks, spelt in one place (portainer-api.md §3, §6). The first segment's "/api" is part of
// them.
#pragma once

#include "model/docker.hpp"
#include "model/stack.hpp"

#include <string>
#include <string_view>

namespace mooring::portainer {

std::string path_of_status(); // never /system/version, which calls out
std::string path_of_identity();
std::string path_of_settings();
std::string path_of_environments(); // without snapshots, which are large
std::string path_of_environment(EnvironmentId id);
std::string path_of_stacks(); // without filters, which drop more than they say (portainer-api.md §3.1)
std::string path_of_stack(StackId id);
std::string path_of_stack_file(StackId id);
std::string path_of_containers(EnvironmentId id);
std::string path_of_services(EnvironmentId id);
std::string path_of_tasks(EnvironmentId id);
std::string path_of_engine(EnvironmentId id);
std::string path_of_images(EnvironmentId id);
// Whether the route leads to the object. A container named "edge" does not: every path with "/edge/" in it goes to the
// Edge handler (portainer-api.md §1.3). "." and ".." would be taken for steps in the path.
bool can_be_asked_for(DockerKind kind, std::string_view name);
// The name is percent-encoded.
std::string path_of_docker_object(EnvironmentId id, DockerKind kind, std::string_view name);
// A cluster's own API below the proxy: `path` with its query, as it is to be read; percent-encoded but for `/`, and in
// the query `&` and `=`.
std::string path_of_kubernetes(EnvironmentId id, std::string_view path);
// "namespaces/shop" of "api/v1/namespaces/shop": what an answer about one object must name.
std::string_view object_of_kubernetes(std::string_view path);

} // namespace mooring::portainer
