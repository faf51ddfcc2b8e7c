// Kubernetes stacks that come from Git (kubernetes.md §1.4).
#include "portainer_double/git.hpp"
#include "portainer_double/kube_deploy.hpp"
#include "portainer_double/kube_stacks.hpp"
#include "portainer_double/update.hpp"

#include <utility>

namespace portainer_double {
namespace {

DeployedGit deployed_git(const Stack& stack) {
    return {.url = stack.git->url,
            .reference = stack.git->reference,
            .path = stack.git->path,
            .commit = stack.git->commit,
            .additional_files = stack.additional_files.value_or(std::vector<std::string>{}),
            .source = stack.git->source};
}

// Older servers blank name and reference where they are not sent.
void read_kube_redeploy(const World& world, const Body& body, Stack& next) {
    const std::string reference = body.text("RepositoryReferenceName");
    const bool keeps = world.rules().redeploy_keeps_settings;
    if (!keeps || !reference.empty()) next.git->reference = reference;
    if (!keeps) next.name = body.text("StackName");
}

} // namespace

Answer redeploy_kubernetes(Call& call, Stack& stack, const Body& body) {
    World& world = call.world;
    Stack next = stack;
    read_kube_redeploy(world, body, next);
    const auto cloned = clone(world, *next.git);
    if (!cloned)
        return problem(500, "Unable to clone git repository directory",
                       "Unable to clone git repository: " + cloned.error());
    if (cloned->file && hangs_on(world, *cloned->file)) return hanging();
    take_clone(next, *cloned);
    next.updated = world.now();
    next.updated_by = call.caller.name;
    DeployRequest request = kube_request(call, true, "git");
    request.owner = call.caller.name;
    if (kube_in_background(call)) {
        const StoredGit before{.git = *stack.git, .deployed = stack.deployed_git};
        next.deployed_git = deployed_git(next);
        Answer answer = deploy_update(call, stack, std::move(next), request);
        world.pending.back().previous_git = before;
        return answer;
    }
    const KubeOutcome outcome = deploy_kubernetes(world, next, request);
    if (outcome.error) {
        stack.file = next.file;
        stack.file_lost = next.file_lost;
        return problem(500, *outcome.error);
    }
    next.status = active;
    stack = std::move(next);
    return written(call, stack);
}

void poll_kubernetes(World& world, Stack& stack) {
    const auto cloned = clone(world, *stack.git);
    if (!cloned || cloned->commit == stack.git->commit) return;
    if (cloned->file && hangs_on(world, *cloned->file)) return; // in the background, where nobody waits for it
    Stack next = stack;
    take_clone(next, *cloned);
    next.updated = world.now();
    DeployRequest request;
    request.is_update = true;
    request.owner = stack.updated_by.empty() ? stack.created_by : stack.updated_by;
    if (const User* user = world.find_user(request.owner)) request.by = user->id;
    request.source = "git";
    const bool background = world.rules().generation == Generation::background;
    const KubeOutcome outcome = deploy_kubernetes(world, next, request);
    if (outcome.error && !background) {
        stack.file = next.file;
        return;
    }
    next.status = outcome.error ? failed : active;
    if (background) {
        next.start_status = stack.status;
        next.deployments = {{.status = deploying, .time = world.now(), .message = {}},
                            {.status = next.status, .time = world.now(), .message = outcome.error.value_or("")}};
        if (!outcome.error) next.deployed_git = deployed_git(next);
        if (outcome.error) next.git = stack.git;
    }
    stack = std::move(next);
}

Answer update_git_record(Call& call, Stack& stack) {
    const auto body = Body::read_after_query(call.request, git_settings_payload);
    if (!body) return body.error();
    const auto update = read_auto_update(call.world, *body);
    if (!update) return update.error();
    stack.git->reference = body->text("RepositoryReferenceName");
    stack.git->authentication = body->flag("RepositoryAuthentication");
    stack.git->username = body->text("RepositoryUsername");
    stack.git->skip_verify = body->flag("TLSSkipVerify");
    stack.auto_update = *update;
    if (stack.auto_update) arm(call.world, *stack.auto_update);
    stack.updated = call.world.now();
    stack.updated_by = call.caller.name;
    if (kube_in_background(call)) {
        stack.start_status = stack.status;
        stack.status = deploying;
        stack.deployments = {{.status = deploying, .time = call.world.now(), .message = {}}};
    }
    return written(call, stack);
}

} // namespace portainer_double
