#include "portainer_double/kube_stacks.hpp"

#include "portainer_double/body.hpp"
#include "portainer_double/git.hpp"
#include "portainer_double/kube_deploy.hpp"
#include "portainer_double/update.hpp"

#include <utility>

namespace portainer_double {
namespace {

void begin_deploying(Call& call, Stack& stack, DeployRequest request) {
    stack.status = deploying;
    stack.deployments = {{.status = deploying, .time = call.world.now(), .message = {}}};
    call.world.pending.push_back({.stack = stack.id,
                                  .reads_left = call.world.settle.reads,
                                  .request = std::move(request),
                                  .previous_file = std::nullopt});
}

// No record is left of a deployment that failed, except where it runs in the background.
Answer store_kubernetes(Call& call, Stack stack, const char* source) {
    if (hangs_on(call.world, stack.file)) return hanging();
    const DeployRequest request = kube_request(call, false, source);
    stack.id = call.world.take_id("stacks");
    if (kube_in_background(call)) {
        Stack& stored = call.world.stacks[stack.id] = std::move(stack);
        begin_deploying(call, stored, request);
        return json_answer({{"Output", ""}});
    }
    KubeOutcome outcome = deploy_kubernetes(call.world, stack, request);
    if (outcome.error) return problem(500, *outcome.error);
    if (stack.auto_update && !stack.auto_update->interval.empty()) arm(call.world, *stack.auto_update);
    call.world.stacks[stack.id] = std::move(stack);
    return json_answer({{"Output", outcome.output}});
}

Stack kube_draft(const Call& call, const Environment& environment, const Body& body) {
    Stack stack;
    stack.type = kubernetes_stack;
    stack.name = body.text("StackName");
    stack.kubernetes_namespace = body.text("Namespace");
    stack.environment = environment.id;
    stack.entry_point = "k8s-deployment.yml";
    stack.created = call.world.now();
    stack.created_by = call.caller.name;
    return stack;
}

Answer create_from_string(Call& call, const Environment& environment) {
    const auto body = Body::read_after_query(call.request, kube_text_payload);
    if (!body) return body.error();
    if (body->text("StackFileContent").empty()) return invalid_payload("Invalid stack file content");
    Stack stack = kube_draft(call, environment, *body);
    stack.file = body->text("StackFileContent");
    stack.from_app_template = body->flag("FromAppTemplate");
    return store_kubernetes(call, std::move(stack), "content");
}

// The text that is served at a URL; nullopt for a 404.
std::optional<std::string> fetch(const World& world, const std::string& url) {
    for (const GitRepository& repository : world.repositories) {
        if (!url.starts_with(repository.url)) continue;
        const auto file = repository.files.find(url.substr(repository.url.size() + 1));
        if (file != repository.files.end()) return file->second;
    }
    return std::nullopt;
}

Answer create_from_url(Call& call, const Environment& environment) {
    const auto body = Body::read_after_query(call.request, kube_url_payload);
    if (!body) return body.error();
    if (body->text("ManifestURL").empty()) return invalid_payload("Invalid manifest URL");
    const auto content = fetch(call.world, body->text("ManifestURL"));
    if (!content) {
        call.world.take_id("stacks");
        if (!kube_in_background(call))
            return problem(500, "Unable to retrieve manifest from URL", "Invalid response status (expecting 200)");
        return problem(500, "Failed to prepare stack",
                       "Unable to retrieve manifest content: invalid response status (expecting 200)");
    }
    Stack stack = kube_draft(call, environment, *body);
    stack.file = *content;
    return store_kubernetes(call, std::move(stack), "url");
}

Answer kube_clone_failed(const Call& call, const std::string& why) {
    const std::string text = "unable to clone git repository: " + why;
    if (!kube_in_background(call)) return problem(500, text);
    return problem(500, "Failed to prepare stack", "Failed to download git repository: " + text);
}

Answer create_from_repository(Call& call, const Environment& environment) {
    const auto body = Body::read_after_query(call.request, kube_git_payload);
    if (!body) return body.error();
    const auto update = read_auto_update(call.world, *body);
    if (!update) return update.error();
    Stack stack = kube_draft(call, environment, *body);
    stack.auto_update = *update;
    stack.additional_files = body->texts("AdditionalFiles");
    GitConfig git;
    git.url = body->text("RepositoryURL");
    git.reference = body->text("RepositoryReferenceName");
    git.path = body->text("ManifestFile");
    git.authentication = body->flag("RepositoryAuthentication");
    git.username = body->text("RepositoryUsername");
    git.skip_verify = body->flag("TLSSkipVerify");
    stack.entry_point = git.path;
    const auto cloned = clone(call.world, git);
    if (call.world.rules().strips_git_suffix && git.url.ends_with(".git")) git.url.resize(git.url.size() - 4);
    stack.git = git;
    if (!cloned) {
        call.world.take_id("stacks");
        return kube_clone_failed(call, cloned.error());
    }
    take_clone(stack, *cloned);
    if (kube_in_background(call)) join_source(call.world, *stack.git);
    return store_kubernetes(call, std::move(stack), "git");
}

} // namespace

bool kube_in_background(const Call& call) { return call.world.rules().generation == Generation::background; }

DeployRequest kube_request(const Call& call, bool is_update, const char* source) {
    DeployRequest request;
    request.is_update = is_update;
    request.by_administrator = call.caller.is_administrator();
    request.by = call.caller.id;
    request.source = source;
    return request;
}

Answer hanging() {
    Answer answer = problem(500, "the server hangs");
    answer.hangs = true;
    return answer;
}

Answer create_kubernetes(Call& call, const Environment& environment, std::string_view method) {
    if (method != "string" && method != "repository" && method != "url") {
        return problem(400, "Invalid value for query parameter: method. Value must be one of: string or repository",
                       "Invalid query parameter");
    }
    if (environment.type < 5) return problem(400, "Environment type does not match", "Environment type does not match");
    if (method == "url") return create_from_url(call, environment);
    if (method == "repository") return create_from_repository(call, environment);
    return create_from_string(call, environment);
}

Answer update_kubernetes(Call& call, Stack& stack, Id) {
    World& world = call.world;
    if (stack.git) return update_git_record(call, stack);
    const auto body = Body::read_after_query(call.request, kube_update_payload);
    if (!body) return body.error();
    if (body->text("StackFileContent").empty()) return invalid_payload("Invalid stack file content");
    if (hangs_on(world, body->text("StackFileContent"))) return hanging();
    Stack next = stack;
    next.file = body->text("StackFileContent");
    next.file_lost = false;
    next.updated = world.now();
    next.updated_by = call.caller.name;
    if (world.version == Version::v2_23_0) {
        next.name = body->text("StackName");
    } else if (body->text("StackName") != stack.name) {
        world.writes_hang = true;
        return hanging();
    }
    const DeployRequest request = kube_request(call, true, "content");
    if (kube_in_background(call)) return deploy_update(call, stack, std::move(next), request);
    const KubeOutcome outcome = deploy_kubernetes(world, next, request);
    if (outcome.error)
        return problem(500, "Unable to deploy Kubernetes stack via file content", capitalised(*outcome.error));
    next.status = active;
    stack = std::move(next);
    return written(call, stack);
}

} // namespace portainer_double
