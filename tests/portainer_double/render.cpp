#include "portainer_double/render.hpp"

#include <nlohmann/json.hpp>

namespace portainer_double {
namespace {

Json accesses(const std::vector<Id>& ids, const char* key) {
    Json list = Json::array();
    for (const Id id : ids) list.push_back({{key, id}, {"AccessLevel", 1}});
    return list;
}

Json render_env(const std::optional<std::vector<EnvVar>>& env) {
    if (!env) return nullptr;
    Json list = Json::array();
    for (const EnvVar& variable : *env) list.push_back({{"name", variable.name}, {"value", variable.value}});
    return list;
}

Json render_auto_update(const std::optional<AutoUpdate>& update) {
    if (!update) return nullptr;
    return {{"Interval", update->interval},
            {"Webhook", update->webhook},
            {"JobID", update->job_id},
            {"ForceUpdate", update->force_update},
            {"ForcePullImage", update->force_pull_image}};
}

Json render_git(const World& world, const std::optional<GitConfig>& git) {
    if (!git || git->hidden) return nullptr;
    Json config{{"URL", git->url}, {"ReferenceName", git->reference}, {"ConfigFilePath", git->path}};
    if (git->authentication) {
        config["Authentication"] = {{"Username", git->username}, {"Password", ""}, {"GitCredentialID", 0}};
    } else if (world.rules().lists_empty_fields) {
        config["Authentication"] = nullptr;
    }
    config["ConfigHash"] = git->commit;
    config["TLSSkipVerify"] = git->skip_verify;
    return config;
}

Json render_option(const World& world, const StackOption& option) {
    Json shown{{"Prune", option.prune}};
    if (world.rules().stores_option) shown["HelmAtomic"] = false;
    return shown;
}

Json render_deployed(const DeployedGit& git) {
    Json shown{{"Version", 0},
               {"FileVersion", 0},
               {"ConfigHash", git.commit},
               {"RepositoryURL", git.url},
               {"ConfigFilePath", git.path}};
    if (!git.reference.empty()) shown["ReferenceName"] = git.reference;
    if (!git.additional_files.empty()) shown["AdditionalFiles"] = git.additional_files;
    if (git.source != 0) shown["SourceID"] = git.source;
    return shown;
}

Json render_deployments(const Stack& stack) {
    Json list = Json::array();
    for (const DeploymentStatus& step : stack.deployments) {
        Json shown{{"Status", step.status}, {"Time", step.time}};
        if (!step.message.empty()) shown["Message"] = step.message;
        list.push_back(std::move(shown));
    }
    return list;
}

} // namespace

Json render_user(const User& user) {
    return {{"Id", user.id},
            {"Username", user.name},
            {"Role", user.role},
            {"TokenIssueAt", user.tokens_valid_from},
            {"ThemeSettings", {{"color", user.theme}}},
            {"UseCache", user.use_cache},
            {"PortainerAuthorizations", nullptr},
            {"EndpointAuthorizations", nullptr}};
}

Json render_control(const ResourceControl* control) {
    if (control == nullptr) return nullptr;
    return {{"Id", control->id},
            {"ResourceId", control->resource_id},
            {"SubResourceIds", control->sub_resources ? Json(*control->sub_resources) : Json(nullptr)},
            {"Type", control->type},
            {"UserAccesses", accesses(control->users, "UserId")},
            {"TeamAccesses", accesses(control->teams, "TeamId")},
            {"Public", control->open},
            {"AdministratorsOnly", control->administrators_only},
            {"System", false}};
}

Json render_stack(const World& world, const Stack& stack, const ResourceControl* control) {
    const bool in_background = world.rules().generation == Generation::background;
    Json shown{{"Id", stack.id},
               {"Name", stack.name},
               {"Type", stack.type},
               {"EndpointId", stack.environment},
               {"SwarmId", stack.swarm_id},
               {"EntryPoint", stack.entry_point},
               {"Env", render_env(stack.env)},
               {"ResourceControl", render_control(control)},
               {"Status", stack.status}};
    if (in_background) shown["DeploymentStartStatus"] = stack.start_status;
    shown["ProjectPath"] = "/data/compose/" + std::to_string(stack.id);
    shown["CreationDate"] = stack.created;
    shown["CreatedBy"] = stack.created_by;
    shown["UpdateDate"] = stack.updated;
    shown["UpdatedBy"] = stack.updated_by;
    shown["AdditionalFiles"] = stack.additional_files ? Json(*stack.additional_files) : Json(nullptr);
    shown["AutoUpdate"] = render_auto_update(stack.auto_update);
    shown["Option"] = stack.option ? render_option(world, *stack.option) : Json(nullptr);
    shown["GitConfig"] = render_git(world, stack.git);
    shown["FromAppTemplate"] = stack.from_app_template;
    shown["Namespace"] = stack.kubernetes_namespace;
    if (stack.git && stack.git->workflow != 0) shown["WorkflowID"] = stack.git->workflow;
    if (stack.deployed_git) shown["CurrentDeploymentInfo"] = render_deployed(*stack.deployed_git);
    if (in_background) shown["DeploymentStatus"] = render_deployments(stack);
    return shown;
}

Stack shown_to(const Caller& caller, const World& world, const Stack& stack) {
    Stack shown = stack;
    if (shown.git) shown.git->hidden = !sees_git_source(caller, world, stack);
    return shown;
}

Json render_single_stack(const World& world, const Stack& stack, const ResourceControl* control) {
    Json shown = render_stack(world, stack, control);
    if (stack.git && stack.git->source != 0 && !stack.git->hidden) shown["GitSourceId"] = stack.git->source;
    return shown;
}

} // namespace portainer_double
