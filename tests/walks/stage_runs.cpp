#include "walks/stage_runs.hpp"

#include "portainer_double/host.hpp"
#include "portainer_double/kube_cluster.hpp"
#include "portainer_double/kube_hand.hpp"
#include "portainer_double/kube_store.hpp"
#include "walks/content.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <utility>

namespace mooring::walks {
namespace {

using Json = nlohmann::json;

constexpr int hour = 3600;

// What a look at its service web meets; null if it is as deployed.
Json web_of(const Stack& stack) {
    switch (stack.runs) {
    case Runs::exited:
        return {{"state", "exited"}, {"exitCode", 1}};
    case Runs::ended:
        return {{"state", "exited"}, {"exitCode", 0}};
    case Runs::terminated:
        return {{"state", "exited"}, {"exitCode", 143}};
    case Runs::killed:
        return {{"state", "exited"}, {"exitCode", 137}};
    case Runs::paused:
        return {{"state", "paused"}};
    case Runs::removed:
        return {{"remove", true}};
    case Runs::looping:
        return {{"restartCount", 7}, {"startedAgo", 2}, {"createdAgo", hour}};
    case Runs::just_restarted:
        return {{"startedAgo", 5}, {"createdAgo", hour}};
    case Runs::calmed:
        return {{"restartCount", 7}, {"startedAgo", hour}, {"createdAgo", 2 * hour}};
    case Runs::older_image:
        return {{"imageId", "sha256:" + std::string(64, 'a')}};
    default:
        return nullptr;
    }
}

// What a look at the third service meets; null if it is as deployed.
Json third_of(const Stack& stack) {
    const Extra extra = stack.content.extra;
    const bool deployed = extra != Extra::none && extra != Extra::spare && (extra != Extra::profiled || stack.profile);
    if (!deployed) return nullptr;
    if (stack.rest == Rest::ended || (stack.rest == Rest::as_meant && is_job(extra))) {
        return {{"state", "exited"}, {"exitCode", 0}};
    }
    if (stack.rest == Rest::failed) return {{"state", "exited"}, {"exitCode", 1}};
    if (stack.rest == Rest::removed) return {{"remove", true}};
    return nullptr;
}

// A name on a host is given once: whoever takes it from outside must find it free.
bool runs_web(const State& state, const Stack& taken) {
    return std::ranges::any_of(state.stacks, [&](const Stack& stack) {
        return stack.place == taken.place && stack.name == taken.name && runs_service_web(stack);
    });
}

// What somebody does with `docker service update`.
void change_service(portainer_double::World& world, const Stack& stack) {
    portainer_double::Environment* place = world.find_environment(stack.place);
    if (place == nullptr || stack.kind != Kind::swarm || !runs_anything(stack)) return;
    portainer_double::Host& host = world.host_of(*place);
    for (portainer_double::SwarmService& service : host.services) {
        if (service.name != stack.name + "_web") continue;
        if (stack.runs == Runs::service_updated) service.image = "local/web:1.77";
        if (stack.runs == Runs::relabelled) service.label_image = "local/web:1.77";
        if (stack.runs == Runs::service_scaled) service.replicas = 2;
        update_service(world, host, service);
    }
}

void untag(portainer_double::Host& host) {
    for (portainer_double::Image& image : host.images) {
        if (image.tag == "local/db:16") image.tag.clear();
    }
}

} // namespace

void add_runtime(const Stack& stack, Json& seed) {
    if (stack.runs == Runs::nothing) seed["runs"] = false;
    if (stack.runs == Runs::other_image) seed["runs"] = other_image_text(stack.kind, stack.content);
    if (!runs_anything(stack) || stack.kind != Kind::standalone) return;
    Json containers = Json::object();
    if (Json web = web_of(stack); !web.is_null()) containers["web"] = std::move(web);
    if (Json third = third_of(stack); !third.is_null()) containers[name_of(stack.content.extra)] = std::move(third);
    if (!containers.empty()) seed["containers"] = std::move(containers);
}

void add_containers(const State& state, Json& containers) {
    const auto add = [&](const Stack& stack, Json container) {
        if (find_place(state, stack.place) == nullptr) return;
        container["environment"] = stack.place;
        containers.push_back(std::move(container));
    };
    for (const Stack& stack : state.stacks) {
        if (stack.runs != Runs::foreign || stack.kind != Kind::standalone) continue;
        add(stack, {{"name", stack.name + "-stray-1"}, {"project", stack.name}, {"service", "stray"}});
    }
    for (const Stack& stack : state.stacks) {
        if (stack.kind != Kind::standalone || !runs_anything(stack)) continue;
        const std::string image = fmt::format("local/web:1.{}", stack.content.image);
        if (stack.runs == Runs::more) {
            add(stack,
                {{"name", stack.name + "-web-2"}, {"project", stack.name}, {"service", "web"}, {"image", image}});
        }
        const Extra extra = stack.content.extra;
        const bool idle = extra == Extra::spare || (extra == Extra::profiled && !stack.profile);
        if (!idle || stack.rest != Rest::running) continue;
        const std::string third = name_of(extra);
        add(stack, {{"name", stack.name + "-" + third + "-1"}, {"project", stack.name}, {"service", third}});
    }
    for (const Stack& stack : state.outside) {
        if (!runs_web(state, stack)) add(stack, {{"name", stack.name + "-web-1"}});
    }
}

namespace {

using portainer_double::Cluster;
using portainer_double::KubeKind;

const KubeKind& kind_of(std::string_view name, std::string_view api_version) {
    const auto kinds = portainer_double::builtin_kinds();
    return *std::ranges::find_if(
        kinds, [&](const KubeKind& one) { return one.kind == name && one.api_version() == api_version; });
}

void add_autoscaler(Cluster& cluster, const std::string& space, std::int64_t now) {
    const KubeKind& kind = kind_of("HorizontalPodAutoscaler", "autoscaling/v2");
    create_object(cluster, kind,
                  {{"apiVersion", "autoscaling/v2"},
                   {"kind", "HorizontalPodAutoscaler"},
                   {"metadata", {{"name", "web"}, {"namespace", space}}},
                   {"spec",
                    {{"scaleTargetRef", {{"apiVersion", "apps/v1"}, {"kind", "Deployment"}, {"name", "web"}}},
                     {"minReplicas", 3},
                     {"maxReplicas", 5}}}},
                  {.manager = "kubectl-create", .now = now});
}

portainer_double::Json patch_of(Hand hand) {
    if (hand == Hand::noted) return {{"metadata", {{"annotations", {{"asked-by", "anna"}}}}}};
    if (hand == Hand::scaled) return {{"spec", {{"replicas", 5}}}};
    const portainer_double::Json container{{"name", "web"}, {"image", "local/web:9.9"}};
    return {{"spec", {{"template", {{"spec", {{"containers", portainer_double::Json::array({container})}}}}}}}};
}

// The Deployment of a namespace is that of the stack which was deployed there last.
void change_cluster(portainer_double::World& world, const Stack& stack) {
    const std::string space = stack.space.empty() ? "default" : stack.space;
    const portainer_double::Json held{
        {"environment", stack.place}, {"kind", "Deployment"}, {"namespace", space}, {"name", "web"}};
    const KubeKind& kind = kind_of("Deployment", "apps/v1");
    Cluster& cluster = world.cluster_of(*world.find_environment(stack.place));
    portainer_double::Json* object = find_object(cluster, kind, space, "web");
    if (object == nullptr || stack.hand == Hand::none) return;
    portainer_double::Json in = held;
    if (stack.hand == Hand::autoscaled) {
        add_autoscaler(cluster, space, world.now());
    } else if (stack.hand == Hand::failing) {
        in["reason"] = "ImagePullBackOff";
        change_pods(world, in);
    } else if (stack.hand == Hand::late) {
        in["state"] = "pastDeadline";
        in["ready"] = 1;
        change_rollout(world, in);
    } else {
        patch_object(cluster, kind, *object, patch_of(stack.hand), {.manager = "kubectl-edit", .now = world.now()});
    }
}

} // namespace

void change_clusters(portainer_double::World& world, const State& state) {
    std::map<std::pair<int, std::string>, const Stack*> last;
    for (const Stack& stack : state.stacks) {
        const bool deployed = stack.kind == Kind::kubernetes && stack.status != Status::inactive;
        if (deployed && find_place(state, stack.place) != nullptr)
            last[{stack.place, stack.space.empty() ? "default" : stack.space}] = &stack;
    }
    for (const auto& [space, stack] : last) change_cluster(world, *stack);
}

void change_hosts(portainer_double::World& world, const State& state) {
    for (const Stack& stack : state.stacks) change_service(world, stack);
    for (const Place& place : state.places) {
        if (place.untagged) untag(world.host_of(*world.find_environment(place.id)));
    }
}

} // namespace mooring::walks
