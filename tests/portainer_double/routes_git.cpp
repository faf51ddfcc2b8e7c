// Git settings and redeploy (portainer-api.md §3.5, §10, §11).
#include "portainer_double/body.hpp"
#include "portainer_double/git.hpp"
#include "portainer_double/render.hpp"
#include "portainer_double/routes.hpp"
#include "portainer_double/update.hpp"
#include "portainer_double/write_access.hpp"

#include <array>

namespace portainer_double {
namespace {

bool in_background(const Call& call) { return call.world.rules().generation == Generation::background; }

Id environment_or_zero(const Call& call) { return query_id(call, "endpointId").value_or(0); }

Answer not_from_git(const Call& call, std::string_view newest_details) {
    return problem(400, "Stack is not created from git",
                   in_background(call) ? newest_details : std::string_view("Stack is not created from git"));
}

Answer update_settings(Call& call) {
    const auto body = Body::read(call.request);
    if (!body) return body.error();
    const auto update = read_auto_update(*body);
    if (!update) return update.error();
    const auto routed = routed_stack(call);
    if (!routed) return routed.error();
    Stack& stack = **routed;
    if (!stack.git) return problem(500, "No Git config in the found stack");
    const Id id = environment_or_zero(call);
    if (auto refused = refuse_environment(call, id, edit_words)) return *refused;
    if (auto refused = refuse_resource(call, stack, id)) return *refused;
    if (!stack_management_allowed(call.caller, *call.world.find_environment(id)))
        return problem(403, "Stack editing is disabled for non-admin users");
    stack.git->reference = body->text("RepositoryReferenceName");
    stack.git->authentication = body->flag("RepositoryAuthentication");
    stack.git->username = body->text("RepositoryUsername");
    stack.git->skip_verify = body->flag("TLSSkipVerify");
    stack.env = body->env("Env");
    stack.auto_update = *update;
    if (stack.auto_update) arm(call.world, *stack.auto_update);
    stack.updated_by = call.caller.name;
    stack.updated = call.world.now();
    if (stack.type == swarm_stack) stack.option = StackOption{.prune = body->flag("Prune")};
    stack.git_settings_ahead = in_background(call) && stack.git->reference != stack.git->deployed_reference;
    return json_answer(render_single_stack(call.world, stack, nullptr));
}

void read_redeploy(const World& world, const Body& body, Stack& stack) {
    const bool keeps = world.rules().redeploy_keeps_settings;
    if (!keeps || body.find("RepositoryReferenceName") != nullptr)
        stack.git->reference = body.text("RepositoryReferenceName");
    if (!keeps || body.find("Env") != nullptr) stack.env = body.env("Env");
}

Answer redeploy(Call& call) {
    const auto routed = routed_stack(call);
    if (!routed) return routed.error();
    Stack& stack = **routed;
    if (!stack.git) return not_from_git(call, "Stack has no git workflow");
    const Id id = environment_or_zero(call);
    // The newest server looks the source up as the caller first: who may not use the stack has none.
    auto refused = refuse_environment(call, id, edit_words);
    if (!refused) refused = refuse_resource(call, stack, id);
    if (refused && refused->status == 403 && in_background(call))
        return not_from_git(call, "Stack source has no git config");
    if (refused) return *refused;
    if (!stack_management_allowed(call.caller, *call.world.find_environment(id)))
        return problem(403, "Stack management is disabled for non-admin users");
    const auto body = Body::read(call.request);
    if (!body) return body.error();
    if (stack.status == deploying) return already_deploying();
    Stack next = stack;
    read_redeploy(call.world, *body, next);
    const auto cloned = clone(call.world, *next.git);
    if (!cloned)
        return problem(500, "Unable to clone git repository directory",
                       "Unable to clone git repository: " + cloned.error());
    next.git->commit = cloned->commit;
    next.file = cloned->file.value_or("");
    next.file_lost = !cloned->file;
    next.git_settings_ahead = false;
    next.git->deployed_reference = next.git->reference;
    if (call.world.rules().stores_option) {
        next.deployed_git = DeployedGit{.url = next.git->url,
                                        .reference = next.git->reference,
                                        .path = next.git->path,
                                        .commit = next.git->commit,
                                        .source = next.git->source};
    }
    next.updated = call.world.now();
    next.updated_by = call.caller.name;
    const bool keeps_option = in_background(call) || (!call.world.rules().stores_option && stack.type != swarm_stack);
    if (!keeps_option) next.option = StackOption{.prune = body->flag("Prune")};
    const DeployRequest request{.is_update = true,
                                .by_administrator = call.caller.is_administrator(),
                                .pull = body->flag("PullImage"),
                                .recreate = true,
                                .prune = body->flag("Prune")};
    return deploy_update(call, stack, std::move(next), request);
}

constexpr std::array table{
    Route{"POST", "/api/stacks/{}/git", Auth::user, update_settings},
    Route{"PUT", "/api/stacks/{}/git/redeploy", Auth::user, redeploy},
};

} // namespace

std::span<const Route> git_routes() { return table; }

} // namespace portainer_double
