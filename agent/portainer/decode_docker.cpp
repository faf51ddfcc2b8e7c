// What Docker answers, as the agent's values.
#include "base/clock.hpp"
#include "portainer/decode.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>

namespace mooring::portainer {
namespace {

namespace json = boost::json;

// Docker's labels: an object of texts, or null.
std::string label(const Fields& labels, std::string_view name) { return labels.text(name); }

std::int64_t parse_number(std::string_view text) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size() ? number : 0;
}

// Of "/web-1" and the names that links give ("/other/alias") the one that is the container's own.
std::string own_name(const std::vector<std::string>& names) {
    for (const auto& name : names) {
        const std::string_view bare = name.starts_with('/') ? std::string_view(name).substr(1) : name;
        if (!bare.contains('/')) return std::string(bare);
    }
    return {};
}

// "nginx:1.27@sha256:..." as name and digest.
void split_image(std::string image, SwarmService& into) {
    if (const auto at = image.find("@sha256:"); at != std::string::npos && at > 0) {
        into.digest = image.substr(at + 1);
        image.resize(at);
    }
    into.image = std::move(image);
}

// Of a container's `Ports` and of a service's `Endpoint`; what is exposed alone has no port of the host. Ports warn of
// clashes before a write and decide nothing else, so that odd ones never make the answer one that cannot be read.
void add_ports(const Fields& fields, std::string_view public_port, std::string_view protocol,
               std::vector<std::string>& into) {
    std::string ignored;
    fields.telling(ignored).objects("Ports", [&](const Fields& port) {
        const std::int64_t number = port.number(public_port);
        if (number <= 0) return;
        const std::string kind = port.text(protocol);
        std::string held = std::to_string(number) + "/" + (kind.empty() ? std::string("tcp") : kind);
        if (std::ranges::find(into, held) == into.end()) into.push_back(std::move(held));
    });
}

// Docker makes up 64 hex digits for a volume that nobody gave a name; a spec leaves the source out.
bool is_unnamed(std::string_view volume) {
    constexpr std::size_t length = 64;
    return volume.empty() ||
           (volume.size() == length && volume.find_first_not_of("0123456789abcdef") == std::string_view::npos);
}

// `mounts` lists mounts under `key`, which name the volume and its place in the container by these keys; those of no
// name of their own are added. False: there is no such list, or it cannot be read.
bool add_unnamed(const Fields& mounts, std::string_view key, std::string_view name, std::string_view place,
                 std::vector<std::string>& into) {
    std::string problem;
    if (mounts.find(key) == nullptr) return false;
    mounts.telling(problem).objects(key, [&](const Fields& mount) {
        const bool volume = mount.text("Type") == "volume";
        if (volume && is_unnamed(mount.text(name))) into.push_back(mount.text(place));
    });
    return problem.empty();
}

// Exactly one kind has a value. What the engine fills in is always there; a count that is left out is 1 else.
void decode_mode(const Fields& mode, SwarmService& into) {
    const auto counted = [&](const char* key, const char* count, const char* word) {
        mode.object(key, [&](const Fields& fields) {
            into.mode = word;
            into.replicas = fields.optional_number(count).value_or(1);
        });
    };
    counted("Replicated", "Replicas", "replicated");
    counted("ReplicatedJob", "TotalCompletions", "replicated-job");
    mode.object("Global", [&](const Fields&) { into.mode = "global"; });
    mode.object("GlobalJob", [&](const Fields&) { into.mode = "global-job"; });
    into.global = into.mode.starts_with("global");
}

// What has no name any more is listed as `<none>:<none>` by older engines.
std::vector<std::string> without_none(std::vector<std::string> names) {
    std::erase_if(names, [](const std::string& name) { return name.contains("<none>"); });
    return names;
}

// "2026-11-28T18:00:00.123456789Z", which is the year 1 for what never was; 0 for both that and what is no time.
UnixSeconds docker_time(std::string text) {
    if (const auto point = text.find('.'); point != std::string::npos) {
        const auto end = text.find_first_not_of("0123456789", point + 1);
        text.erase(point, end == std::string::npos ? std::string::npos : end - point);
    }
    return std::max<UnixSeconds>(0, parse_utc(text).value_or(0));
}

} // namespace

std::string decode(const json::object& body, Container& into) {
    std::string problem;
    const Fields fields(body, problem);
    into.id = fields.required_text("Id");
    into.name = own_name(fields.texts("Names"));
    into.image = fields.text("Image");
    into.image_id = fields.text("ImageID");
    into.created_at = fields.number("Created");
    into.state = fields.required_text("State");
    into.status = fields.text("Status");
    fields.object("Labels", [&](const Fields& labels) {
        into.project = label(labels, "com.docker.compose.project");
        into.service = label(labels, "com.docker.compose.service");
        into.number = parse_number(label(labels, "com.docker.compose.container-number"));
        into.oneoff = to_lower(label(labels, "com.docker.compose.oneoff")) == "true";
    });
    add_ports(fields, "PublicPort", "Type", into.ports);
    std::vector<std::string> unnamed;
    if (add_unnamed(fields, "Mounts", "Name", "Destination", unnamed)) into.unnamed_volumes = std::move(unnamed);
    return problem;
}

std::string decode(const json::object& body, SwarmService& into) {
    std::string problem;
    const Fields fields(body, problem);
    into.id = fields.required_text("ID");
    fields.object("Spec", [&](const Fields& spec) {
        into.name = spec.required_text("Name");
        spec.object("TaskTemplate", [&](const Fields& task) {
            task.object("ContainerSpec", [&](const Fields& container) {
                split_image(container.text("Image"), into);
                add_unnamed(container, "Mounts", "Source", "Target", into.unnamed_volumes);
            });
        });
        spec.object("Labels", [&](const Fields& labels) {
            into.namespace_ = label(labels, "com.docker.stack.namespace");
            into.label_image = label(labels, "com.docker.stack.image");
        });
        spec.object("Mode", [&](const Fields& mode) { decode_mode(mode, into); });
    });
    fields.object("ServiceStatus", [&](const Fields& status) {
        into.running_tasks = status.optional_number("RunningTasks");
        into.desired_tasks = status.optional_number("DesiredTasks");
    });
    std::string ignored;
    const Fields beside = fields.telling(ignored);
    beside.object("UpdateStatus", [&](const Fields& update) { into.update_state = update.text("State"); });
    beside.object("Endpoint",
                  [&](const Fields& endpoint) { add_ports(endpoint, "PublishedPort", "Protocol", into.ports); });
    into.created_at = docker_time(beside.text("CreatedAt"));
    into.updated_at = docker_time(beside.text("UpdatedAt"));
    if (problem.empty() && into.name.empty()) problem = "Spec is missing";
    return problem;
}

std::string decode(const json::object& body, SwarmTask& into) {
    std::string problem;
    const Fields fields(body, problem);
    into.id = fields.required_text("ID");
    into.created_at = docker_time(fields.text("CreatedAt"));
    into.service_id = fields.text("ServiceID");
    into.desired_state = fields.text("DesiredState");
    into.slot = fields.number("Slot");
    fields.object("Status", [&](const Fields& status) {
        into.state = status.text("State");
        into.error = status.text("Err");
    });
    std::string ignored;
    fields.telling(ignored).object("Spec", [&](const Fields& spec) {
        spec.object("ContainerSpec", [&](const Fields& container) { into.image = container.text("Image"); });
    });
    return problem;
}

std::string decode(const json::object& body, DockerImage& into) {
    std::string problem;
    const Fields fields(body, problem);
    into.id = fields.required_text("Id");
    into.tags = without_none(fields.texts("RepoTags"));
    into.names = without_none(fields.texts("RepoDigests"));
    return problem;
}

std::string decode(const json::object& body, Registry& into) {
    std::string problem;
    into.url = Fields(body, problem).required_text("URL");
    return problem;
}

std::string decode(const json::object& body, Engine& into) {
    std::string problem;
    const Fields fields(body, problem);
    into.id = fields.text("ID");
    fields.object("Swarm", [&](const Fields& swarm) {
        if (!swarm.flag("ControlAvailable")) return; // a worker knows no more than that there is one
        swarm.object("Cluster", [&](const Fields& cluster) { into.swarm_id = cluster.text("ID"); });
    });
    return problem;
}

std::string decode(const json::object& body, ContainerDetail& into) {
    std::string problem;
    const Fields fields(body, problem);
    into.restart_count = fields.number("RestartCount");
    fields.object("State", [&](const Fields& state) { into.started_at = docker_time(state.text("StartedAt")); });
    return problem;
}

} // namespace mooring::portainer
