// Git settings and redeploy (portainer-api.md §3.5, §10, §11).
#include "portainer_double/body.hpp"
#include "portainer_double/git.hpp"
#include "portainer_double/kube_stacks.hpp"
#include "portainer_double/render.hpp"
#include "portainer_double/routes.hpp"
#include "portainer_double/update.hpp"
#include "portainer_double/write_access.hpp"

#include <array>
#include <utility>

namespace portainer_double {
namespace {

bool in_background(const Call& call) { return call.world.rules().generation == Generation::background; }

Answer not_from_git(const Call& call, std::string_view newest_details) {
    return problem(400, "Stack is not created from git",
                   in_background(call) ? newest_details : std::string_view("Stack is not created from git"));
}

// The newest server looks the source up as the caller first: who may not use the stack has none.
bool has_source(const Call& call, const Stack& stack) {
    const Environment* environment = call.world.find_environment(stack.environment);
    if (!sees_git_source(call.caller, call.world, stack)) return false;
    if (!in_background(call) || environment == nullptr) return true;
    return may_use_environment(call.caller, call.world, *environment) &&
           !refuse_resource(call, stack, stack.environment);
}

// Later servers refuse a webhook that another stack has, here too.
std::optional<Answer> refuse_taken_webhook(const Call& call, const Stack& stack,
                                           const std::optional<AutoUpdate>& update) {
    if (!call.world.rules().checks_webhook || !update || update->webhook.empty()) return std::nullopt;
    if (stack.auto_update && stack.auto_update->webhook == update->webhook) return std::nullopt;
    if (find_by_webhook(std::as_const(call.world), update->webhook) == nullptr) return std::nullopt;
    return problem(409, "Webhook ID already exists");
}

std::optional<Answer> refuse_environment_of_git(const Call& call, const Stack& stack, Id id, std::string_view word) {
    if (auto refused = refuse_environment(call, id, edit_words)) return refused;
    if (auto refused = refuse_resource(call, stack, id)) return refused;
    if (stack_management_allowed(call.caller, *call.world.find_environment(id))) return std::nullopt;
    return problem(403, "Stack " + std::string(word) + " is disabled for non-admin users");
}

// Only the newest servers take another path (portainer-api.md §3.5). Returns whether it is another one.
bool take_path(const Body& body, GitConfig& git, Stack& stack) {
    const std::string path = body.text("ConfigFilePath");
    const auto files = body.texts("AdditionalFiles");
    const bool moved = (!path.empty() && path != git.path) || (files && files != stack.additional_files);
    if (!path.empty()) git.path = stack.entry_point = path;
    if (files) stack.additional_files = files;
    return moved;
}

Answer update_git_settings(Call& call) {
    if (const auto id = route_id(call, 0, "stack identifier"); !id) return id.error();
    const auto body = Body::read(call.request, git_settings_payload);
    if (!body) return body.error();
    const auto update = read_auto_update(call.world, *body);
    if (!update) return update.error();
    const auto routed = routed_stack(call);
    if (!routed) return routed.error();
    Stack& stack = **routed;
    if (!stack.git) return problem(500, "No Git config in the found stack");
    if (!has_source(call, stack)) return problem(500, "No Git config in the found stack source");
    if (auto refused = refuse_taken_webhook(call, stack, *update)) return *refused;
    const auto id = optional_query_id(call, "endpointId");
    if (!id) return id.error();
    if (auto refused = refuse_environment_of_git(call, stack, *id, "editing")) return *refused;
    GitConfig git = *stack.git;
    git.reference = body->text("RepositoryReferenceName");
    git.authentication = body->flag("RepositoryAuthentication");
    git.username = body->text("RepositoryUsername");
    git.skip_verify = body->flag("TLSSkipVerify");
    if (git.authentication) { // then the server looks whether they open the repository
        if (const auto cloned = clone(call.world, git); !cloned)
            return problem(500, "Unable to fetch git repository", capitalised(cloned.error()));
    }
    const bool moved = in_background(call) && take_path(*body, git, stack);
    stack.git = git;
    stack.environment = *id;
    stack.env = body->env("Env");
    stack.auto_update = *update;
    if (stack.auto_update) arm(call.world, *stack.auto_update);
    stack.updated_by = call.caller.name;
    stack.updated = call.world.now();
    if (stack.type == swarm_stack) stack.option = StackOption{.prune = body->flag("Prune")};
    stack.git_settings_ahead = in_background(call) &&
                               (moved || stack.git->reference != stack.git->deployed_reference) &&
                               stack.type != kubernetes_stack;
    return json_answer(render_single_stack(call.world, stack, nullptr));
}

void read_redeploy(const World& world, const Body& body, Stack& stack) {
    const bool keeps = world.rules().redeploy_keeps_settings;
    const std::string reference = body.text("RepositoryReferenceName");
    if (!keeps || !reference.empty()) stack.git->reference = reference;
    if (!keeps || body.find("Env") != nullptr) stack.env = body.env("Env");
    const bool swarm_only = !world.rules().stores_option;
    if (keeps ? body.find("Prune") != nullptr : !swarm_only || stack.type == swarm_stack)
        stack.option = StackOption{.prune = body.flag("Prune")};
}

Answer redeploy(Call& call) {
    const auto routed = routed_stack(call);
    if (!routed) return routed.error();
    Stack& stack = **routed;
    if (!stack.git) return not_from_git(call, "Stack has no git workflow");
    if (!has_source(call, stack)) return not_from_git(call, "Stack source has no git config");
    if (stack.status == deploying) return already_deploying();
    const auto id = optional_query_id(call, "endpointId");
    if (!id) return id.error();
    if (auto refused = refuse_environment_of_git(call, stack, *id, "management")) return *refused;
    const auto body = Body::read_after_query(call.request, git_redeploy_payload);
    if (!body) return body.error();
    if (stack.type == kubernetes_stack) return redeploy_kubernetes(call, stack, *body);
    Stack next = stack;
    next.environment = *id;
    read_redeploy(call.world, *body, next);
    const auto cloned = clone(call.world, *next.git);
    if (!cloned && in_background(call)) stack.file_lost = true; // the clone on disk went before (portainer-api.md §12)
    if (!cloned)
        return problem(500, "Unable to clone git repository directory",
                       "Unable to clone git repository: " + cloned.error());
    take_clone(next, *cloned);
    if (call.world.rules().stores_option) {
        next.deployed_git = DeployedGit{.url = next.git->url,
                                        .reference = next.git->reference,
                                        .path = next.git->path,
                                        .commit = next.git->commit,
                                        .additional_files = {},
                                        .source = next.git->source};
    }
    next.updated = call.world.now();
    next.updated_by = call.caller.name;
    const DeployRequest request{.is_update = true,
                                .by_administrator = call.caller.is_administrator(),
                                .pull = pulls(call.world, *body),
                                .recreate = true,
                                .prune = next.option && next.option->prune};
    return deploy_update(call, stack, std::move(next), request);
}

constexpr std::array git_table{
    Route{"POST", "/api/stacks/{}/git", Auth::user, update_git_settings},
    Route{"PUT", "/api/stacks/{}/git/redeploy", Auth::user, redeploy},
};

} // namespace

std::span<const Route> git_routes() { return git_table; }

} // namespace portainer_double
