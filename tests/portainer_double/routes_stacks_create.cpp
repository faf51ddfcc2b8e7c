// POST /stacks/create/{type}/{method}, and the old form of 2.23.0 (portainer-api.md §3.3, §0).
#include "portainer_double/body.hpp"
#include "portainer_double/deploy.hpp"
#include "portainer_double/git.hpp"
#include "portainer_double/kube_stacks.hpp"
#include "portainer_double/names.hpp"
#include "portainer_double/render.hpp"
#include "portainer_double/routes.hpp"

#include <algorithm>
#include <array>

namespace portainer_double {
namespace {

std::optional<Answer> refuse_creating(const Call& call, const Environment& environment) {
    if (!stack_management_allowed(call.caller, environment))
        return problem(403, "Stack creation is disabled for non-admin users");
    if (!may_use_environment(call.caller, call.world, environment)) return environment_denied();
    return std::nullopt;
}

Answer name_conflict(const Stack& stack) {
    return problem(409, "A stack with the normalized name '" + stack.name + "' already exists");
}

// Swarm: a name that is taken is refused. Standalone: projects made elsewhere are adopted, and a swarm or Kubernetes
// record of the name is removed without a question (§3.3).
std::optional<Answer> refuse_name(Call& call, const Environment& environment, const Stack& stack) {
    if (auto unknown = refuse_asking_host(call.world, environment, stack)) return *unknown;
    if (call.world.unseen_creates > 0) { // its check came before the other's record (portainer-api.md §12)
        --call.world.unseen_creates;
        return std::nullopt;
    }
    if (!name_taken(call.world, environment, stack)) return std::nullopt;
    if (stack.type == swarm_stack) return name_conflict(stack);
    std::vector<Id> same;
    for (const auto& [id, other] : call.world.stacks) {
        if (other.name == stack.name) same.push_back(id);
    }
    for (const Id id : same) {
        const Stack& other = *call.world.find_stack(id);
        const bool removable = other.type != compose_stack && other.environment == stack.environment;
        if (!removable) return name_conflict(stack);
        call.world.remove_stack(id);
    }
    return std::nullopt;
}

std::optional<Answer> refuse_webhook(const World& world, const Stack& stack) {
    if (!stack.auto_update || stack.auto_update->webhook.empty() ||
        find_by_webhook(world, stack.auto_update->webhook) == nullptr)
        return std::nullopt;
    return problem(409, "Webhook ID: " + stack.auto_update->webhook + " already exists", "A webhook ID already exists");
}

void start_background(Call& call, Stack& stack) {
    stack.status = deploying;
    stack.deployments = {{.status = deploying, .time = call.world.now(), .message = {}}};
    call.world.pending.push_back({.stack = stack.id,
                                  .reads_left = call.world.settle.reads,
                                  .request = {.by_administrator = call.caller.is_administrator()},
                                  .previous_file = std::nullopt});
}

// The record is stored and deployed in the order of the server's generation.
Answer store_and_deploy(Call& call, Stack stack) {
    World& world = call.world;
    const User& creator = *world.find_user(call.caller.id);
    const DeployRequest request{.is_update = false, .by_administrator = call.caller.is_administrator()};
    if (world.rules().generation == Generation::background) {
        Stack& stored = world.stacks[stack.id] = stack;
        start_background(call, stored);
        world.add_control(stored, creator);
        return json_answer(render_stack(world, stored, world.control_of(stored)));
    }
    const bool stores_first = world.rules().generation == Generation::store_then_deploy;
    if (stores_first) {
        Stack& early = world.stacks[stack.id] = stack;
        early.created_by.clear(); // it is set on the value that is answered, after this copy was stored
    }
    if (const auto error = deploy(world, stack, request)) {
        return stores_first ? problem(500, "Failed to deploy stack", capitalised(*error)) : problem(500, *error);
    }
    if (stack.auto_update && !stack.auto_update->interval.empty()) arm(world, *stack.auto_update);
    if (!stores_first || stack.auto_update) world.stacks[stack.id] = stack;
    world.add_control(stack, creator);
    return json_answer(render_stack(world, stack, world.control_of(stack)));
}

Stack draft(const Call& call, const Environment& environment, int type, const std::string& name) {
    Stack stack;
    stack.type = type;
    stack.name = normalise_name(name);
    stack.environment = environment.id;
    stack.created = call.world.now();
    stack.created_by = call.caller.name;
    return stack;
}

Answer create_from_text(Call& call, const Environment& environment, int type, const Body& body,
                        const std::string& content) {
    if (body.text("Name").empty()) return invalid_payload("Invalid stack name");
    if (type == swarm_stack && body.text("SwarmID").empty()) return invalid_payload("Invalid Swarm ID");
    const bool uploaded = body.find("file") != nullptr; // an empty upload is deployed, and fails there
    if (content.empty() && !uploaded) return invalid_payload("Invalid stack file content");
    Stack stack = draft(call, environment, type, body.text("Name"));
    stack.swarm_id = type == swarm_stack ? body.text("SwarmID") : std::string();
    stack.env = body.env("Env");
    stack.from_app_template = body.flag("FromAppTemplate");
    stack.file = content;
    if (auto taken = refuse_name(call, environment, stack)) return *taken;
    stack.id = call.world.take_id("stacks");
    return store_and_deploy(call, std::move(stack));
}

Answer create_from_form(Call& call, const Environment& environment, int type) {
    const Body form = Body::read_form(call.request);
    const bool named = !form.text("Name").empty() && (type != swarm_stack || !form.text("SwarmID").empty());
    if (named && form.find("file") == nullptr)
        return invalid_payload("Invalid Compose file. Ensure that the Compose file is uploaded correctly");
    if (named && !form.text("Env").empty() && !form.env("Env")) return invalid_payload("Invalid Env parameter");
    return create_from_text(call, environment, type, form, form.text("file"));
}

Answer clone_failed(const World& world, const std::string& why) {
    const std::string text = "unable to clone git repository: " + why;
    switch (world.rules().generation) {
    case Generation::deploy_then_store:
        return problem(500, text);
    case Generation::store_then_deploy:
        return problem(500, "Failed to save stack via Git repository method",
                       "Failed to download git repository: " + text);
    case Generation::background:
        return problem(500, "Failed to prepare stack", "Failed to download git repository: " + text);
    }
    return problem(500, text);
}

// As far as Portainer's check of a URL matters: a scheme it knows or none, and something like a host.
bool is_url(std::string_view url) {
    constexpr std::array schemes{"http", "https", "ftp", "tcp", "udp", "ws", "wss"};
    const std::size_t mark = url.find("://");
    const bool has_scheme = mark != std::string_view::npos;
    if (has_scheme && std::ranges::find(schemes, url.substr(0, mark)) == schemes.end()) return false;
    if (has_scheme) url.remove_prefix(mark + 3);
    const std::string_view host = url.substr(0, url.find_first_of("/:?#"));
    if (host.empty() || url.find(' ') != std::string_view::npos) return false;
    return has_scheme || host == "localhost" || (host.find('.') != std::string_view::npos && !host.ends_with('.'));
}

GitConfig read_git(const World& world, const Body& body, int type) {
    GitConfig git;
    git.url = body.text("RepositoryURL");
    if (type == compose_stack && git.url.ends_with('/')) git.url.pop_back();
    if (world.rules().strips_git_suffix && git.url.ends_with(".git")) git.url.resize(git.url.size() - 4);
    git.reference = body.text("RepositoryReferenceName");
    git.path = body.text("ComposeFile").empty() ? "docker-compose.yml" : body.text("ComposeFile");
    git.authentication = body.flag("RepositoryAuthentication");
    git.username = body.text("RepositoryUsername");
    git.skip_verify = body.flag("TLSSkipVerify");
    return git;
}

Answer create_from_git(Call& call, const Environment& environment, int type, const Body& body) {
    if (body.text("Name").empty()) return invalid_payload("Invalid stack name");
    if (type == swarm_stack && body.text("SwarmID").empty()) return invalid_payload("Invalid Swarm ID");
    const std::string url = body.text("RepositoryURL");
    if (!is_url(url)) return invalid_payload("Invalid repository URL. Must correspond to a valid URL format");
    if (body.flag("RepositoryAuthentication") && body.text("RepositoryPassword").empty()) {
        return invalid_payload(
            "Invalid repository credentials. Password must be specified when authentication is enabled");
    }
    const auto update = read_auto_update(call.world, body);
    if (!update) return update.error();
    Stack stack = draft(call, environment, type, body.text("Name"));
    stack.swarm_id = type == swarm_stack ? body.text("SwarmID") : std::string();
    stack.env = body.env("Env");
    stack.from_app_template = body.flag("FromAppTemplate");
    stack.auto_update = *update;
    stack.git = read_git(call.world, body, type);
    stack.entry_point = stack.git->path;
    stack.additional_files = body.texts("AdditionalFiles");
    if (auto taken = refuse_name(call, environment, stack)) return *taken;
    if (auto taken = refuse_webhook(call.world, stack)) return *taken;
    stack.id = call.world.take_id("stacks");
    GitConfig as_sent = *stack.git;
    as_sent.url = url;
    const auto cloned = clone(call.world, as_sent);
    if (!cloned) return clone_failed(call.world, cloned.error());
    take_clone(stack, *cloned);
    if (call.world.rules().generation == Generation::background) join_source(call.world, *stack.git);
    return store_and_deploy(call, std::move(stack));
}

Answer create_docker(Call& call, const Environment& environment, int type, std::string_view method) {
    if (method == "file") return create_from_form(call, environment, type);
    if (method != "string" && method != "repository") {
        return problem(400,
                       "Invalid value for query parameter: method. Value must be one of: string, repository or file",
                       "Invalid query parameter");
    }
    const bool swarm = type == swarm_stack;
    const Payload& texts = swarm ? swarm_text_payload : compose_text_payload;
    const Payload& gits = swarm ? swarm_git_payload : compose_git_payload;
    const auto body = Body::read_after_query(call.request, method == "string" ? texts : gits);
    if (!body) return body.error();
    if (method == "string") return create_from_text(call, environment, type, *body, body->text("StackFileContent"));
    return create_from_git(call, environment, type, *body);
}

Answer create(Call& call, std::string_view type, std::string_view method) {
    const auto id = query_id(call, "endpointId");
    if (!id) return id.error();
    const Environment* environment = call.world.find_environment(*id);
    if (environment == nullptr) return not_in_bucket(no_environment_message, "endpoints", *id);
    if (auto refused = refuse_creating(call, *environment)) return *refused;
    if (type == "standalone") return create_docker(call, *environment, compose_stack, method);
    if (type == "swarm") return create_docker(call, *environment, swarm_stack, method);
    if (type == "kubernetes") return create_kubernetes(call, *environment, method);
    return problem(
        400, "Invalid value for query parameter: type. Value must be one of: 1 (Swarm stack) or 2 (Compose stack)",
        "Invalid query parameter");
}

Answer create_stack(Call& call) { return create(call, call.parameters[0], call.parameters[1]); }

Answer create_stack_old_form(Call& call) {
    const std::string_view method = call.request.parameter("method");
    if (method.empty()) {
        return problem(400, "Invalid query parameter: method. Valid values are: file or string",
                       "Missing query parameter");
    }
    const auto type = query_id(call, "type");
    if (!type) return type.error();
    constexpr std::array words{"swarm", "standalone", "kubernetes"};
    if (*type < 1 || *type > 3) return problem(400, "Invalid query parameter: type", "Invalid query parameter");
    return create(call, words.at(static_cast<std::size_t>(*type - 1)), method);
}

constexpr std::array stacks_create_table{
    Route{"POST", "/api/stacks/create/{}/{}", Auth::user, create_stack},
    Route{"POST", "/api/stacks", Auth::user, create_stack_old_form, Version::v2_23_0},
};

} // namespace

std::span<const Route> stack_create_routes() { return stacks_create_table; }

} // namespace portainer_double
