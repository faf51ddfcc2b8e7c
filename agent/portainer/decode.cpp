#include "portainer/decode.hpp"

#include <algorithm>
#include <array>
#include <boost/json/serialize.hpp>
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
        into.forbidden_to_users = settings.denied();
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
