#include "portainer_double/deploy.hpp"

#include "portainer_double/host.hpp"
#include "portainer_double/kube_deploy.hpp"

#include <algorithm>

namespace portainer_double {
namespace {

struct Feature {
    const char* feature;
    const char* setting;
};

constexpr Feature features[] = {{"bind-mount", "allowBindMountsForRegularUsers"},
                                {"privileged mode", "allowPrivilegedModeForRegularUsers"},
                                {"pid host", "allowHostNamespaceForRegularUsers"},
                                {"device mapping", "allowDeviceMappingForRegularUsers"},
                                {"sysctl setting", "allowSysctlSettingForRegularUsers"},
                                {"container capabilities", "allowContainerCapabilitiesForRegularUsers"},
                                {"security-opt", "allowSecurityOptForRegularUsers"}};

// With every permission given, files of regular users are not looked at (§5.2).
bool validates(const Environment& environment) {
    return std::ranges::any_of(features, [&](const Feature& f) {
        const auto at = environment.security.find(f.setting);
        return at != environment.security.end() && !at->second;
    });
}

std::string failed_up(const World& world, const std::string& program_output, const std::string& docker_error) {
    if (world.rules().compose_is_a_library)
        return "failed to deploy a stack: compose up operation failed: " + docker_error;
    return "failed to deploy a stack: " + program_output + docker_error + "\n";
}

std::optional<std::string> take_scripted(World& world, const Stack& stack, bool& succeeds) {
    for (auto at = world.outcomes.begin(); at != world.outcomes.end(); ++at) {
        if (!at->stack.empty() && at->stack != stack.name) continue;
        const std::string error = at->error;
        if (--at->times <= 0) world.outcomes.erase(at);
        succeeds = error.empty();
        if (succeeds) return std::nullopt;
        return "failed to deploy a stack: " + error;
    }
    return std::nullopt;
}

const ServicePlan* with_absent_image(World& world, Host& host, const Project& project) {
    for (const ServicePlan& service : project.services) {
        if (!ensure_image(world, host, service.image)) return &service;
    }
    return nullptr;
}

bool cannot_start(const ServicePlan& service) {
    const auto& words = service.entrypoint.empty() ? service.command : service.entrypoint;
    return !words.empty() && words.front().starts_with("/nosuch");
}

std::string start_output(const std::string& project, const ServicePlan& service) {
    const std::string name = container_name(project, service, 1);
    return " Network " + project + "_default  Creating\n Network " + project + "_default  Created\n Container " + name +
           "  Creating\n Container " + name + "  Created\n Container " + name + "  Starting\n";
}

std::string start_error(const ServicePlan& service) {
    const std::string word = service.entrypoint.empty() ? service.command.front() : service.entrypoint.front();
    return "Error response from daemon: failed to create shim task: OCI runtime create failed: runc create failed: "
           "unable to start container process: exec: \"" +
           word + "\": stat " + word + ": no such file or directory: unknown";
}

// Who waits for a service that never gets healthy, and the words of it.
const ServicePlan* waits_in_vain(const Project& project) {
    const auto unhealthy = [&](const std::string& name) {
        return std::ranges::any_of(project.services,
                                   [&](const ServicePlan& s) { return s.name == name && s.unhealthy; });
    };
    const auto at = std::ranges::find_if(
        project.services, [&](const ServicePlan& s) { return std::ranges::any_of(s.needs_healthy, unhealthy); });
    return at == project.services.end() ? nullptr : &*at;
}

std::string pull_error() {
    return "Error response from daemon: Get \"https://registry.example.test/v2/\": dial tcp: lookup "
           "registry.example.test on 127.0.0.53:53: no such host";
}

// Another's container that has the name of one of ours.
const Container* in_the_way(Host& host, const std::string& project, const Project& plan) {
    for (const ServicePlan& service : plan.services) {
        for (std::int64_t number = 1; service.profiles.empty() && number <= service.replicas; ++number) {
            const Container* other = find_container_named(host, container_name(project, service, number));
            if (other != nullptr && !belongs_to(*other, project)) return other;
        }
    }
    return nullptr;
}

// What a service that could not be started leaves: a container that never ran, or on older servers nothing at all.
void leave_unstarted(const World& world, Host& host, const std::string& project, const ServicePlan& plan) {
    if (!world.rules().keeps_running_on_failed_pull) return down(host, project);
    for (Container& container : host.containers) {
        const auto service = container.labels.find("com.docker.compose.service");
        const bool ours = belongs_to(container, project) && service != container.labels.end();
        if (ours && service->second == plan.name) container.state = "created";
    }
}

// Every image of the file is asked for, those that are on the host too. Nothing was touched when it fails.
std::optional<std::string> pull(World& world, Host& host, const Project& project) {
    constexpr std::string_view failed = "failed to pull images of the stack: ";
    if (!world.registry_reachable) return std::string(failed) + pull_error();
    for (const ServicePlan& service : project.services) {
        const Image* image = find_image(host, service.image);
        if (image == nullptr || !image->built) continue;
        return std::string(failed) + "Error response from daemon: pull access denied for " + service.image +
               ", repository does not exist or may require 'docker login': denied: requested access to the resource is "
               "denied";
    }
    for (const ServicePlan& service : project.services) {
        if (world.newer_images.erase(familiar_name(service.image)) != 0) move_tag(world, host, service.image);
    }
    return std::nullopt;
}

std::optional<std::string> up(World& world, Host& host, const Stack& stack, const Project& project,
                              const DeployRequest& request) {
    const std::string name = project_name(stack);
    if (request.pull) {
        if (auto error = pull(world, host, project)) return error;
    }
    if (const ServicePlan* absent = with_absent_image(world, host, project); absent != nullptr) {
        if (!world.rules().keeps_running_on_failed_pull) down(host, name);
        const std::string progress =
            " " + absent->name + " Pulling \n " + absent->name + " Error " + pull_error().substr(28) + "\n";
        return failed_up(world, progress, pull_error());
    }
    if (const Container* other = in_the_way(host, name, project); other != nullptr) {
        if (!world.rules().keeps_running_on_failed_pull) down(host, name);
        return failed_up(world, {},
                         "Error response from daemon: Conflict. The container name \"/" + other->name +
                             "\" is already in use by container \"" + other->id +
                             "\". You have to remove (or rename) that container to be able to reuse that name.");
    }
    compose_up(world, host, stack, project,
               {.recreate = request.recreate, .prune = request.prune && world.rules().stores_option});
    const auto bad = std::ranges::find_if(project.services, cannot_start);
    if (bad != project.services.end()) {
        leave_unstarted(world, host, name, *bad);
        return failed_up(world, start_output(name, *bad), start_error(*bad));
    }
    const ServicePlan* waiting = waits_in_vain(project);
    if (waiting == nullptr) return std::nullopt;
    leave_unstarted(world, host, name, *waiting);
    return failed_up(world, {},
                     "dependency failed to start: container " + name + "-" + waiting->needs_healthy.front() +
                         "-1 is unhealthy");
}

// The client of the deployment says it in words of its own.
constexpr std::string_view no_manager_for_deploying = "this node is not a swarm manager. Use \"docker swarm init\" or "
                                                      "\"docker swarm join\" to connect this node to swarm "
                                                      "and try again";

} // namespace

std::string unreachable(const Host& host) {
    return "Cannot connect to the Docker daemon at " + host.url + ". Is the docker daemon running?";
}

std::string not_a_manager() {
    return "Error response from daemon: This node is not a swarm manager. Use \"docker swarm init\" or \"docker swarm "
           "join\" to connect this node to swarm and try again.";
}

std::string project_name(const Stack& stack) { return stack.name.empty() ? std::to_string(stack.id) : stack.name; }

std::optional<std::string> restricted_by(const Environment& environment, const Project& project) {
    for (const Feature& f : features) {
        const auto setting = environment.security.find(f.setting);
        if (setting == environment.security.end() || setting->second) continue;
        const bool used = std::ranges::any_of(project.services,
                                              [&](const ServicePlan& s) { return s.restricted.contains(f.feature); });
        if (used) return std::string(f.feature) + " disabled for non administrator users";
    }
    return std::nullopt;
}

std::string content_error(const World& world, const Stack& stack, const ContentProblem& problem, bool validated_first) {
    using Kind = ContentProblem::Kind;
    const std::string file = "/data/compose/" + std::to_string(stack.id) + "/" + stack.entry_point;
    std::string what = problem.what;
    if (problem.kind == Kind::unknown_key) {
        const bool old_wording = !world.rules().message_hides_cause;
        what = "validating " + file + ": " + problem.where +
               (old_wording ? " Additional property " + problem.what + " is not allowed"
                            : " additional properties '" + problem.what + "' not allowed");
    } else if (validated_first) {
        return "stack config file is invalid: " +
               std::string(problem.kind == Kind::syntax ? "failed to parse : " : "") + what;
    }
    if (stack.type == swarm_stack) return what + "\n"; // the words of docker stack deploy, alone
    if (!world.rules().compose_is_a_library) return "failed to deploy a stack: " + what + "\n";
    return "failed to deploy a stack: failed to create compose project: failed to load the compose file : " + what;
}

std::optional<std::string> deploy(World& world, const Stack& stack, const DeployRequest& request) {
    const Environment* environment = world.find_environment(stack.environment);
    if (environment == nullptr) return std::nullopt;
    bool scripted_success = false;
    if (auto error = take_scripted(world, stack, scripted_success)) return error;
    if (stack.type == kubernetes_stack) return deploy_kubernetes(world, stack, request).error;
    Host& host = world.deployment_host(*environment, stack.type);
    const bool validated = !request.by_administrator && validates(*environment);
    if (const std::string lost = stack.file_lost ? stack.entry_point : stack.lost_additional; !lost.empty()) {
        if (validated) return "failed to get stack file content: could not get the contents of the file '" + lost + "'";
        const std::string path = "/data/compose/" + std::to_string(stack.id) + "/" + lost;
        const std::string what = "stat " + path + ": no such file or directory";
        if (!world.rules().compose_is_a_library) return "failed to deploy a stack: " + what + "\n";
        return "failed to deploy a stack: failed to create compose project: failed to load the compose file : " + what;
    }
    const auto project = read_compose(stack.file, stack.env.value_or(std::vector<EnvVar>{}));
    if (!project) {
        if (scripted_success) return std::nullopt;
        if (request.is_update && !world.rules().keeps_running_on_failed_pull && !validated)
            down(host, project_name(stack));
        return content_error(world, stack, project.error(), validated);
    }
    if (validated && !scripted_success) {
        if (const auto feature = restricted_by(*environment, *project))
            return "stack config file is invalid: " + *feature;
    }
    if (stack.type == swarm_stack) {
        if (host.swarm_id.empty()) return std::string(no_manager_for_deploying);
        swarm_up(world, host, stack, *project, request.prune);
        return std::nullopt;
    }
    if (!scripted_success) return up(world, host, stack, *project, request);
    compose_up(world, host, stack, *project,
               {.recreate = request.recreate, .prune = request.prune && world.rules().stores_option});
    return std::nullopt;
}

std::optional<std::string> swarm_refusal(World& world, const Stack& stack) {
    const Environment* environment = world.find_environment(stack.environment);
    if (environment == nullptr || !world.deployment_host(*environment, stack.type).swarm_id.empty())
        return std::nullopt;
    return not_a_manager();
}

std::optional<std::string> undeploy(World& world, const Stack& stack) {
    const Environment* environment = world.find_environment(stack.environment);
    if (environment == nullptr) return std::nullopt;
    Host& host = world.deployment_host(*environment, stack.type);
    if (!host.reachable) return unreachable(host);
    if (stack.type == swarm_stack) {
        if (host.swarm_id.empty()) return not_a_manager();
        swarm_down(host, stack.name);
    } else {
        down(host, project_name(stack));
    }
    return std::nullopt;
}

} // namespace portainer_double
