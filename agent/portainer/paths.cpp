#include "portainer/decode.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace mooring::portainer {
namespace {

bool is_unreserved(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '.' || c == '~';
}

std::string percent_encoded(std::string_view text, std::string_view kept = {}) {
    std::string out;
    for (const char c : text) {
        if (is_unreserved(c) || kept.contains(c)) {
            out += c;
        } else {
            out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
        }
    }
    return out;
}

} // namespace

std::string path_of_status() { return "/api/system/status"; }
std::string path_of_identity() { return "/api/users/me"; }
std::string path_of_settings() { return "/api/settings"; }
std::string path_of_environments() { return "/api/endpoints?excludeSnapshots=true"; }
std::string path_of_environment(EnvironmentId id) { return fmt::format("/api/endpoints/{}?excludeSnapshot=true", id); }
std::string path_of_stacks() { return "/api/stacks"; }
std::string path_of_stack(StackId id) { return fmt::format("/api/stacks/{}", id); }
std::string path_of_stack_file(StackId id) { return fmt::format("/api/stacks/{}/file", id); }
std::string path_of_containers(EnvironmentId id) {
    return fmt::format("/api/endpoints/{}/docker/containers/json?all=1", id);
}
std::string path_of_services(EnvironmentId id) {
    return fmt::format("/api/endpoints/{}/docker/services?status=true", id);
}
std::string path_of_tasks(EnvironmentId id) { return fmt::format("/api/endpoints/{}/docker/tasks", id); }
std::string path_of_engine(EnvironmentId id) { return fmt::format("/api/endpoints/{}/docker/info", id); }

std::string path_of_registries(EnvironmentId id) { return fmt::format("/api/endpoints/{}/registries", id); }
std::string path_of_images(EnvironmentId id) { return fmt::format("/api/endpoints/{}/docker/images/json", id); }

bool can_be_asked_for(DockerKind kind, std::string_view name) {
    if (name.empty() || name == "." || name == "..") return false;
    return kind != DockerKind::container || name != "edge";
}

std::string path_of_docker_object(EnvironmentId id, DockerKind kind, std::string_view name) {
    const std::string object = percent_encoded(name);
    switch (kind) {
    case DockerKind::container:
        return fmt::format("/api/endpoints/{}/docker/containers/{}/json", id, object);
    case DockerKind::network:
        return fmt::format("/api/endpoints/{}/docker/networks/{}", id, object);
    case DockerKind::volume:
        return fmt::format("/api/endpoints/{}/docker/volumes/{}", id, object);
    case DockerKind::service:
        return fmt::format("/api/endpoints/{}/docker/services/{}", id, object);
    }
    std::unreachable();
}

std::string path_of_kubernetes(EnvironmentId id, std::string_view path) {
    const std::size_t query = std::min(path.find('?'), path.size());
    std::string out = fmt::format("/api/endpoints/{}/kubernetes/{}", id, percent_encoded(path.substr(0, query), "/"));
    if (query < path.size()) out += "?" + percent_encoded(path.substr(query + 1), "&=");
    return out;
}

std::string_view object_of_kubernetes(std::string_view path) {
    path = path.substr(0, path.find('?'));
    const std::size_t last = path.rfind('/');
    if (last == std::string_view::npos || last == 0) return {};
    const std::size_t before = path.rfind('/', last - 1);
    return before == std::string_view::npos ? std::string_view() : path.substr(before + 1);
}

} // namespace mooring::portainer
