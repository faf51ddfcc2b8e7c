#include "portainer_double/docker.hpp"

#include "base/clock.hpp"
#include "base/file.hpp"
#include "portainer_double/docker_templates.hpp"
#include "portainer_double/host.hpp"

#include <nlohmann/json.hpp>

namespace portainer_double {
namespace {

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
    return text;
}

std::string duration_words(UnixSeconds seconds) {
    if (seconds < 1) return "Less than a second";
    if (seconds < 60) return std::to_string(seconds) + " seconds";
    if (seconds < 120) return "About a minute";
    if (seconds < 3600) return std::to_string(seconds / 60) + " minutes";
    if (seconds < 7200) return "About an hour";
    if (seconds < 172800) return std::to_string(seconds / 3600) + " hours";
    return std::to_string(seconds / 86400) + " days";
}

UnixSeconds started_at(const Container& container) {
    return container.started == 0 ? container.created : container.started;
}

std::string status_words(const World& world, const Container& container) {
    const std::string since = duration_words(world.now() - started_at(container));
    if (container.state == "created") return "Created";
    if (container.state == "dead") return "Dead";
    if (container.state == "removing") return "Removal In Progress";
    const std::string code = std::to_string(container.exit_code);
    if (container.state == "exited") return "Exited (" + code + ") " + since + " ago";
    if (container.state == "restarting") return "Restarting (" + code + ") " + since + " ago";
    if (container.state == "paused") return "Up " + since + " (Paused)";
    if (container.health == "starting") return "Up " + since + " (health: starting)";
    return "Up " + since + (container.health.empty() ? "" : " (" + container.health + ")");
}

Json render_attachment(const Attachment& attachment, const Json& aliases) {
    return {{"Aliases", aliases},
            {"DriverOpts", nullptr},
            {"EndpointID", attachment.endpoint_id},
            {"Gateway", attachment.gateway},
            {"GlobalIPv6Address", ""},
            {"GlobalIPv6PrefixLen", 0},
            {"IPAMConfig", nullptr},
            {"IPAddress", attachment.address},
            {"IPPrefixLen", attachment.address.empty() ? 0 : 16},
            {"IPv6Gateway", ""},
            {"Links", nullptr},
            {"MacAddress", attachment.mac},
            {"NetworkID", attachment.network_id}};
}

Json render_mounts(const Container& container) {
    Json mounts = Json::array();
    for (const Mount& mount : container.mounts) {
        const bool bind = mount.volume.empty();
        Json shown{{"Destination", mount.target},
                   {"Mode", bind ? "rw" : "z"},
                   {"Propagation", bind ? "rprivate" : ""},
                   {"RW", mount.writable},
                   {"Type", bind ? "bind" : "volume"}};
        if (bind) {
            shown["Source"] = mount.source;
        } else {
            shown["Driver"] = "local";
            shown["Name"] = mount.volume;
            shown["Source"] = "/var/lib/docker/volumes/" + mount.volume + "/_data";
        }
        mounts.push_back(std::move(shown));
    }
    return mounts;
}

Json render_state(const Container& container) {
    const std::string& state = container.state;
    const bool running = state == "running" || state == "paused" || state == "restarting";
    const bool started = state != "created";
    const std::string never = "0001-01-01T00:00:00Z";
    Json shown{{"Dead", state == "dead"},
               {"Error", ""},
               {"ExitCode", container.exit_code},
               {"FinishedAt", state == "exited" ? docker_time(started_at(container) + 1) : never},
               {"OOMKilled", false},
               {"Paused", state == "paused"},
               {"Pid", running ? 4242 : 0},
               {"Restarting", state == "restarting"},
               {"Running", running},
               {"StartedAt", started ? docker_time(started_at(container)) : never},
               {"Status", state}};
    if (!container.health.empty())
        shown["Health"] = {{"Status", container.health},
                           {"FailingStreak", container.health == "unhealthy" ? 3 : 0},
                           {"Log", Json::array()}};
    return shown;
}

Json render_config(const Container& container) {
    return {{"AttachStderr", true},
            {"AttachStdin", false},
            {"AttachStdout", true},
            {"Cmd", container.command},
            {"Domainname", ""},
            {"Entrypoint", nullptr},
            {"Env", container.env},
            {"Hostname", container.id.substr(0, 12)},
            {"Image", container.image},
            {"Labels", container.labels},
            {"OnBuild", nullptr},
            {"OpenStdin", false},
            {"StdinOnce", false},
            {"Tty", false},
            {"User", ""},
            {"Volumes", nullptr},
            {"WorkingDir", ""}};
}

Json render_network_settings(const Container& container) {
    Json networks = Json::object();
    const auto service = container.labels.find("com.docker.compose.service");
    for (const auto& [name, attachment] : container.networks) {
        Json aliases = nullptr;
        if (!attachment.address.empty()) {
            aliases = Json::array({container.name});
            if (service != container.labels.end()) aliases.push_back(service->second);
            aliases.push_back(container.id.substr(0, 12));
        }
        networks[name] = render_attachment(attachment, aliases);
    }
    const std::string sandbox = mooring::to_hex(mooring::sha256("sandbox of " + container.id));
    return {{"Bridge", ""},
            {"EndpointID", ""},
            {"Gateway", ""},
            {"GlobalIPv6Address", ""},
            {"GlobalIPv6PrefixLen", 0},
            {"HairpinMode", false},
            {"IPAddress", ""},
            {"IPPrefixLen", 0},
            {"IPv6Gateway", ""},
            {"LinkLocalIPv6Address", ""},
            {"LinkLocalIPv6PrefixLen", 0},
            {"MacAddress", ""},
            {"Networks", std::move(networks)},
            {"Ports", Json::object()},
            {"SandboxID", sandbox},
            {"SandboxKey", "/var/run/docker/netns/" + sandbox.substr(0, 12)},
            {"SecondaryIPAddresses", nullptr},
            {"SecondaryIPv6Addresses", nullptr}};
}

Json render_host_config(const Container& container) {
    static const Json host_config = Json::parse(host_config_template);
    Json shown = host_config;
    shown["NetworkMode"] = container.network_mode;
    shown["RestartPolicy"]["Name"] = container.restart_policy;
    Json binds = Json::array();
    for (const Mount& mount : container.mounts) {
        binds.push_back((mount.volume.empty() ? mount.source : mount.volume) + ":" + mount.target +
                        (mount.writable ? ":rw" : ":ro"));
    }
    if (!binds.empty()) shown["Binds"] = std::move(binds);
    return shown;
}

} // namespace

std::string docker_time(UnixSeconds at) {
    std::string text = mooring::format_utc(at);
    text.insert(text.size() - 1, ".000000001");
    return text;
}

// Twice where the host has both kinds of addresses, as Docker lists it.
Json render_ports(const Container& container) {
    Json shown = Json::array();
    for (const int port : container.ports) {
        for (const char* address : {"0.0.0.0", "::"})
            shown.push_back({{"IP", address}, {"PrivatePort", 80}, {"PublicPort", port}, {"Type", "tcp"}});
    }
    return shown;
}

Json render_container_line(const World& world, const Host& host, const Container& container) {
    const Image* named = find_image(host, container.image);
    const bool still = named != nullptr && named->id == container.image_id;
    Json networks = Json::object();
    for (const auto& [name, attachment] : container.networks) networks[name] = render_attachment(attachment, nullptr);
    return {{"Command", joined(container.command)},
            {"Created", container.created},
            {"HostConfig", {{"NetworkMode", container.network_mode}}},
            {"Id", container.id},
            {"Image", still || container.image_id.empty() ? container.image : container.image_id},
            {"ImageID", container.image_id},
            {"Labels", container.labels},
            {"Mounts", render_mounts(container)},
            {"Names", Json::array({"/" + container.name})},
            {"NetworkSettings", {{"Networks", std::move(networks)}}},
            {"Ports", container.state == "running" ? render_ports(container) : Json::array()},
            {"State", container.state},
            {"Status", status_words(world, container)}};
}

Json render_container(const Container& container) {
    const std::string folder = "/var/lib/docker/containers/" + container.id;
    const std::string layer = "/var/lib/docker/overlay2/" + container.id;
    const std::vector<std::string>& words = container.command;
    return {
        {"AppArmorProfile", ""},
        {"Args", words.empty() ? std::vector<std::string>{} : std::vector<std::string>(words.begin() + 1, words.end())},
        {"Config", render_config(container)},
        {"Created", docker_time(container.created)},
        {"Driver", "overlay2"},
        {"ExecIDs", nullptr},
        {"GraphDriver",
         {{"Data",
           {{"LowerDir", layer + "-init/diff"},
            {"MergedDir", layer + "/merged"},
            {"UpperDir", layer + "/diff"},
            {"WorkDir", layer + "/work"}}},
          {"Name", "overlay2"}}},
        {"HostConfig", render_host_config(container)},
        {"HostnamePath", folder + "/hostname"},
        {"HostsPath", folder + "/hosts"},
        {"Id", container.id},
        {"Image", container.image_id},
        {"LogPath", folder + "/" + container.id + "-json.log"},
        {"MountLabel", ""},
        {"Mounts", render_mounts(container)},
        {"Name", "/" + container.name},
        {"NetworkSettings", render_network_settings(container)},
        {"Path", words.empty() ? "" : words.front()},
        {"Platform", "linux"},
        {"ProcessLabel", ""},
        {"ResolvConfPath", folder + "/resolv.conf"},
        {"RestartCount", container.restart_count},
        {"State", render_state(container)}};
}

} // namespace portainer_double
