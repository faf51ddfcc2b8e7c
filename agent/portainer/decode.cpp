#include "portainer/decode.hpp"

#include "base/clock.hpp"
#include "portainer/fields.hpp"
#include "portainer/fingerprint.hpp"

#include <algorithm>
#include <array>
#include <boost/json/serialize.hpp>
#include <charconv>
#include <map>
#include <string_view>

namespace mooring::portainer {
namespace {

namespace json = boost::json;

std::optional<StackType> stack_type(std::int64_t number) {
    switch (number) {
    case 1:
        return StackType::swarm;
    case 2:
        return StackType::standalone;
    case 3:
        return StackType::kubernetes;
    default:
        return std::nullopt;
    }
}

ResourceControl resource_control(const Fields& fields) {
    ResourceControl control;
    control.id = fields.number("Id");
    control.is_public = fields.flag("Public");
    control.administrators_only = fields.flag("AdministratorsOnly");
    fields.objects("UserAccesses", [&](const Fields& access) { control.users.push_back(access.number("UserId")); });
    fields.objects("TeamAccesses", [&](const Fields& access) { control.teams.push_back(access.number("TeamId")); });
    return control;
}

GitConfig git_config(const Fields& fields) {
    GitConfig git;
    git.url = fields.text("URL");
    git.reference = fields.text("ReferenceName");
    git.config_file_path = fields.text("ConfigFilePath");
    git.commit = fields.text("ConfigHash");
    git.tls_skip_verify = fields.flag("TLSSkipVerify");
    fields.object("Authentication", [&](const Fields& authentication) {
        git.has_authentication = true;
        git.username = authentication.text("Username");
        git.credential_id = authentication.number("GitCredentialID");
    });
    return git;
}

AutoUpdate auto_update(const Fields& fields) {
    return AutoUpdate{.interval = fields.text("Interval"),
                      .webhook = fields.text("Webhook"),
                      .job_id = fields.text("JobID"),
                      .force_update = fields.flag("ForceUpdate"),
                      .force_pull_image = fields.flag("ForcePullImage")};
}

// The members of a stack that are read here, or that say nothing a write could lose: where its files lie on the server,
// and what no version reads any more.
constexpr std::array<std::string_view, 26> known_members{"AdditionalFiles",
                                                         "AutoUpdate",
                                                         "CreatedBy",
                                                         "CreationDate",
                                                         "CurrentDeploymentInfo",
                                                         "DeploymentStartStatus",
                                                         "DeploymentStatus",
                                                         "EndpointId",
                                                         "EntryPoint",
                                                         "Env",
                                                         "FilesystemPath",
                                                         "FromAppTemplate",
                                                         "GitConfig",
                                                         "Id",
                                                         "IsComposeFormat",
                                                         "Name",
                                                         "Namespace",
                                                         "Option",
                                                         "ProjectPath",
                                                         "ResourceControl",
                                                         "Status",
                                                         "SwarmId",
                                                         "Type",
                                                         "UpdateDate",
                                                         "UpdatedBy",
                                                         "WorkflowID"};

bool is_known_member(std::string_view key) {
    if (std::ranges::binary_search(known_members, key)) return true;
    return std::ranges::any_of(known_members, [&](std::string_view known) { return to_lower(known) == to_lower(key); });
}

// What the record holds beside: sent back by no write, and named to who is asked.
std::string unknown_members(const json::object& body) {
    std::map<std::string_view, const json::value*> unknown;
    for (const auto& pair : body) {
        const bool empty = pair.value().is_null() || (pair.value().is_string() && pair.value().get_string().empty());
        const std::string_view key(pair.key().data(), pair.key().size());
        if (!empty && !is_known_member(key)) unknown[key] = &pair.value();
    }
    if (unknown.empty()) return {};
    json::object kept;
    for (const auto& [key, value] : unknown) kept[json::string_view(key.data(), key.size())] = *value;
    return json::serialize(kept);
}

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

// Of a container's `Ports` and of a service's `Endpoint`; what is exposed alone has no port of the host.
void add_ports(const Fields& fields, std::string_view public_port, std::string_view protocol,
               std::vector<std::string>& into) {
    fields.objects("Ports", [&](const Fields& port) {
        const std::int64_t number = port.number(public_port);
        if (number <= 0) return;
        const std::string kind = port.text(protocol);
        std::string held = std::to_string(number) + "/" + (kind.empty() ? std::string("tcp") : kind);
        if (std::ranges::find(into, held) == into.end()) into.push_back(std::move(held));
    });
}

// What has no name any more is listed as `<none>:<none>` by older engines.
std::vector<std::string> without_none(std::vector<std::string> names) {
    std::erase_if(names, [](const std::string& name) { return name.contains("<none>"); });
    return names;
}

// Settings whose absence allows (portainer-api.md §5.2).
constexpr std::array<std::string_view, 7> forbidden_settings{
    "allowBindMountsForRegularUsers",    "allowPrivilegedModeForRegularUsers",
    "allowHostNamespaceForRegularUsers", "allowDeviceMappingForRegularUsers",
    "allowSysctlSettingForRegularUsers", "allowContainerCapabilitiesForRegularUsers",
    "allowSecurityOptForRegularUsers",
};

// "2026-11-28T18:00:00.123456789Z", which is the year 1 for what never was; 0 for both that and what is no time.
UnixSeconds docker_time(std::string text) {
    if (const auto point = text.find('.'); point != std::string::npos) {
        const auto end = text.find_first_not_of("0123456789", point + 1);
        text.erase(point, end == std::string::npos ? std::string::npos : end - point);
    }
    return std::max<UnixSeconds>(0, parse_utc(text).value_or(0));
}

} // namespace

std::string decode(const json::object& body, ServerStatus& into) {
    std::string problem;
    const Fields fields(body, problem);
    into.version = fields.required_text("Version");
    into.instance_id = fields.required_text("InstanceID");
    return problem;
}

std::string decode(const json::object& body, Identity& into) {
    std::string problem;
    const Fields fields(body, problem);
    into.id = fields.required_id("Id");
    into.username = fields.required_text("Username");
    into.role = fields.required_id("Role");
    return problem;
}

std::string decode(const json::object& body, Environment& into) {
    std::string problem;
    const Fields fields(body, problem);
    into.id = fields.required_id("Id");
    into.name = fields.required_text("Name");
    into.type = fields.number("Type");
    into.group = fields.optional_number("GroupId").value_or(1);
    into.tags = fields.numbers("TagIds");
    fields.object("SecuritySettings", [&](const Fields& settings) {
        into.stack_management_for_users = settings.flag("allowStackManagementForRegularUsers", true);
        for (const std::string_view one : forbidden_settings) {
            if (!settings.flag(one, true)) into.forbidden_to_users.emplace_back(one);
        }
    });
    return problem;
}

std::string decode(const json::object& body, StackRecord& into) {
    std::string problem;
    const Fields fields(body, problem);
    into.id = fields.required_id("Id");
    into.name = fields.required_text("Name");
    into.environment = fields.required_id("EndpointId");
    into.type = stack_type(fields.required_id("Type"));
    into.swarm_id = fields.text("SwarmId");
    into.entry_point = fields.text("EntryPoint");
    into.additional_files = fields.texts("AdditionalFiles");
    fields.objects("Env", [&](const Fields& pair) {
        into.env.push_back(EnvVar{.name = pair.text("name"), .value = Secret(pair.text("value"))});
    });
    into.status = fields.number("Status");
    fields.object("ResourceControl", [&](const Fields& control) { into.resource_control = resource_control(control); });
    into.created_at = fields.number("CreationDate");
    into.updated_at = fields.number("UpdateDate");
    into.namespace_ = fields.text("Namespace");
    fields.object("AutoUpdate", [&](const Fields& update) { into.auto_update = auto_update(update); });
    fields.object("GitConfig", [&](const Fields& git) { into.git = git_config(git); });
    into.workflow_id = fields.number("WorkflowID");
    into.created_by = fields.text("CreatedBy");
    into.updated_by = fields.text("UpdatedBy");
    fields.object("Option", [&](const Fields& option) { into.option = StackOption{.prune = option.flag("Prune")}; });
    fields.object("CurrentDeploymentInfo",
                  [&](const Fields& deployed) { into.deployed_commit = deployed.text("ConfigHash"); });
    fields.objects("DeploymentStatus", [&](const Fields& step) {
        into.deployment.push_back(DeploymentStep{
            .status = step.number("Status"), .time = step.number("Time"), .message = step.text("Message")});
    });
    if (!problem.empty()) return problem;
    into.unknown = unknown_members(body);
    into.fingerprint = fingerprint(body);
    return problem;
}

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
    return problem;
}

std::string decode(const json::object& body, SwarmService& into) {
    std::string problem;
    const Fields fields(body, problem);
    into.id = fields.required_text("ID");
    fields.object("Spec", [&](const Fields& spec) {
        into.name = spec.required_text("Name");
        spec.object("TaskTemplate", [&](const Fields& task) {
            task.object("ContainerSpec", [&](const Fields& container) { split_image(container.text("Image"), into); });
        });
        spec.object("Labels", [&](const Fields& labels) {
            into.namespace_ = label(labels, "com.docker.stack.namespace");
            into.label_image = label(labels, "com.docker.stack.image");
        });
        spec.object("Mode", [&](const Fields& mode) {
            into.global = mode.find("Global") != nullptr;
            mode.object("Replicated", [&](const Fields& replicated) { into.replicas = replicated.number("Replicas"); });
        });
    });
    fields.object("ServiceStatus", [&](const Fields& status) {
        into.running_tasks = status.optional_number("RunningTasks");
        into.desired_tasks = status.optional_number("DesiredTasks");
    });
    fields.object("Endpoint",
                  [&](const Fields& endpoint) { add_ports(endpoint, "PublishedPort", "Protocol", into.ports); });
    if (problem.empty() && into.name.empty()) problem = "Spec is missing";
    return problem;
}

std::string decode(const json::object& body, SwarmTask& into) {
    std::string problem;
    const Fields fields(body, problem);
    fields.required_text("ID");
    into.service_id = fields.text("ServiceID");
    into.desired_state = fields.text("DesiredState");
    into.slot = fields.number("Slot");
    fields.object("Status", [&](const Fields& status) {
        into.state = status.text("State");
        into.error = status.text("Err");
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

std::string decode(const json::object& body, NamedId& into) {
    std::string problem;
    const Fields fields(body, problem);
    into.id = fields.required_id("Id");
    into.name = fields.find("Username") != nullptr ? fields.text("Username") : fields.required_text("Name");
    return problem;
}

std::string decode_file(const json::object& body, std::string& into) {
    std::string problem;
    into = Fields(body, problem).required_text("StackFileContent");
    return problem;
}

} // namespace mooring::portainer
