#include "portainer_double/docker.hpp"

#include "base/clock.hpp"
#include "portainer_double/docker_templates.hpp"
#include "portainer_double/host.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <functional>
#include <string>

namespace portainer_double {
namespace {

std::int64_t count_state(const Host& host, std::string_view state) {
    return std::ranges::count_if(host.containers, [&](const Container& c) { return c.state == state; });
}

std::int64_t count_health(const Host& host, std::string_view health) {
    return std::ranges::count_if(host.containers, [&](const Container& c) { return c.health == health; });
}

std::string subnet_of(const Network& network, const char* rest) {
    return "172." + std::to_string(network.subnet % 256) + ".0." + rest;
}

Json containers_on(const Host& host, const Network& network) {
    Json attached = Json::object();
    for (const Container& container : host.containers) {
        const auto at = container.networks.find(network.name);
        if (at == container.networks.end()) continue;
        attached[container.id] = {{"EndpointID", at->second.endpoint_id},
                                  {"IPv4Address", at->second.address.empty() ? "" : at->second.address + "/16"},
                                  {"IPv6Address", ""},
                                  {"MacAddress", at->second.mac},
                                  {"Name", container.name}};
    }
    return attached;
}

} // namespace

Json render_network(const Host& host, const Network& network) {
    Json config = Json::array();
    if (network.subnet != 0)
        config.push_back({{"Gateway", subnet_of(network, "1")}, {"Subnet", subnet_of(network, "0/16")}});
    return {{"Attachable", false},
            {"ConfigFrom", {{"Network", ""}}},
            {"ConfigOnly", false},
            {"Containers", containers_on(host, network)},
            {"Created", docker_time(network.created)},
            {"Driver", network.driver},
            {"EnableIPv6", false},
            {"IPAM", {{"Config", std::move(config)}, {"Driver", "default"}, {"Options", nullptr}}},
            {"Id", network.id},
            {"Ingress", network.name == "ingress"},
            {"Internal", false},
            {"Labels", network.labels},
            {"Name", network.name},
            {"Options", Json::object()},
            {"Scope", network.scope}};
}

Json render_volume(const Volume& volume) {
    return {{"CreatedAt", mooring::format_utc(volume.created)},
            {"Driver", "local"},
            {"Labels", volume.labels},
            {"Mountpoint", "/var/lib/docker/volumes/" + volume.name + "/_data"},
            {"Name", volume.name},
            {"Options", nullptr},
            {"Scope", "local"}};
}

Json render_image(const std::string& id, const std::vector<std::string>& names) {
    Json tags = Json::array();
    Json digests = Json::array();
    for (const std::string& name : names) {
        if (name.find('@') != std::string::npos)
            digests.push_back(familiar_name(name));
        else if (!name.empty())
            tags.push_back(familiar_name(name));
    }
    if (tags.empty() && digests.empty()) {
        tags.push_back("<none>:<none>");
        digests.push_back("<none>@<none>");
    }
    return {{"Containers", -1},
            {"Created", 1795479431},
            {"Id", id},
            {"Labels", nullptr},
            {"ParentId", ""},
            {"RepoDigests", digests.empty() ? Json(nullptr) : std::move(digests)},
            {"RepoTags", tags.empty() ? Json(nullptr) : std::move(tags)},
            {"SharedSize", -1},
            {"Size", 1982292},
            {"VirtualSize", 1982292}};
}

Json render_info(const Host& host) {
    static const Json info = Json::parse(info_template);
    Json shown = info;
    // Each host is an engine of its own; that of the socket is the recorded one.
    if (!host.url.starts_with("unix://"))
        shown["ID"] = "32GY:T6HD:" + std::to_string(std::hash<std::string>{}(host.url));
    shown["Containers"] = host.containers.size();
    shown["ContainersRunning"] = count_state(host, "running");
    shown["ContainersPaused"] = count_state(host, "paused");
    shown["ContainersStopped"] = count_state(host, "exited") + count_state(host, "created");
    shown["Images"] = host.images.size();
    if (host.swarm_id.empty()) return shown;
    Json cluster = render_swarm(host);
    cluster["TLSInfo"] = {{"TrustRoot", "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n"},
                          {"CertIssuerSubject", "MBMxETAPBgNVBAMTCHN3YXJtLWNh"},
                          {"CertIssuerPublicKey", "MFkwEwYHKoZIzj0CAQ=="}};
    shown["Swarm"] = {{"NodeID", host.node_id},
                      {"NodeAddr", "127.0.0.1"},
                      {"LocalNodeState", "active"},
                      {"ControlAvailable", true},
                      {"Error", ""},
                      {"RemoteManagers", {{{"NodeID", host.node_id}, {"Addr", "127.0.0.1:2377"}}}},
                      {"Nodes", 1},
                      {"Managers", 1},
                      {"Cluster", std::move(cluster)}};
    return shown;
}

Json render_docker_version() { return Json::parse(version_template); }

Json render_snapshot(World& world, const Environment& environment) {
    const Host& host = world.host_of(environment);
    const bool newest = world.version >= Version::v2_43_0;
    Json shown{{"Time", world.now()},
               {"DockerVersion", "20.10.24+dfsg1"},
               {"Swarm", !host.swarm_id.empty()},
               {"TotalCPU", 2},
               {"TotalMemory", 25276510208},
               {"ContainerCount", host.containers.size()},
               {"RunningContainerCount", count_state(host, "running")},
               {"StoppedContainerCount", count_state(host, "exited")},
               {"HealthyContainerCount", count_health(host, "healthy")},
               {"UnhealthyContainerCount", count_health(host, "unhealthy")},
               {"VolumeCount", host.volumes.size()},
               {"ImageCount", host.images.size()},
               {"ServiceCount", host.services.size()},
               {"StackCount", 0}};
    Json raw = Json::object();
    if (!newest) raw["Containers"] = nullptr;
    raw["Volumes"] = {{"Volumes", Json::array()}, {"Warnings", nullptr}};
    raw["Networks"] = Json::array();
    for (const Network& network : host.networks) raw["Networks"].push_back(render_network(host, network));
    raw["Images"] = Json::array();
    for (const Image& image : host.images) raw["Images"].push_back(render_image(image.id, {image.tag}));
    raw["Info"] = render_info(host);
    raw["Version"] = render_docker_version();
    shown["DockerSnapshotRaw"] = std::move(raw);
    shown["NodeCount"] = newest || !host.swarm_id.empty() ? 1 : 0;
    shown["GpuUseAll"] = false;
    if (!newest) shown["GpuUseList"] = Json::array();
    shown["IsPodman"] = false;
    if (!newest && world.version != Version::v2_23_0) {
        shown["DiagnosticsData"] = nullptr;
        shown["PerformanceMetrics"] = nullptr;
    }
    return shown;
}

} // namespace portainer_double
