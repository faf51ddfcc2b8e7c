// What people, autoscalers and failed rollouts made of a cluster's objects after everything was deployed.
#include "portainer_double/kube_cluster.hpp"
#include "portainer_double/kube_hand.hpp"
#include "portainer_double/kube_store.hpp"
#include "walks/content.hpp"
#include "walks/stage_runs.hpp"

#include <algorithm>
#include <map>
#include <stdexcept>
#include <utility>

namespace mooring::walks {
namespace {

using portainer_double::Cluster;
using KubeJson = portainer_double::Json;
using portainer_double::KubeKind;

constexpr const char* id_label = "io.portainer.kubernetes.application.stackid";
constexpr const char* label_front = "io.portainer.kubernetes.application.";
constexpr const char* removed_stack = "9999"; // an id that no stack of a walk has

KubeKind kind_of(const Cluster& cluster, std::string_view name, std::string_view api_version) {
    const auto kind = find_kind(cluster, api_version, name);
    if (!kind) throw std::runtime_error("no kind " + std::string(name));
    return *kind;
}

// One object of one stack, as its cluster holds it.
struct Target {
    portainer_double::World& world;
    Cluster& cluster;
    KubeKind kind;
    std::string space;
    KubeJson& object;
    KubeJson held; // as the double's hands name it

    portainer_double::KubeWriter writer() const { return {.manager = "kubectl-edit", .now = world.now()}; }
    void patch(const KubeJson& values) const { patch_object(cluster, kind, object, values, writer()); }
};

void relabel(const Target& target, const char* stack) {
    KubeJson& labels = target.object["metadata"]["labels"];
    if (stack != nullptr) {
        labels[id_label] = stack;
    } else {
        KubeJson kept = KubeJson::object();
        for (const auto& [key, value] : labels.items()) {
            if (!key.starts_with(label_front)) kept[key] = value;
        }
        labels = std::move(kept);
    }
    target.object["metadata"]["resourceVersion"] = std::to_string(++target.cluster.revision);
}

void begin_deleting(const Target& target) {
    target.object["metadata"]["deletionTimestamp"] = portainer_double::kube_time(target.world.now());
    target.object["metadata"]["resourceVersion"] = std::to_string(++target.cluster.revision);
}

void fail_pods(const Target& target) {
    KubeJson in = target.held;
    in["reason"] = "ImagePullBackOff";
    change_pods(target.world, in);
}

const KubeJson& note() {
    static const KubeJson noted{{"metadata", {{"annotations", {{"asked-by", "anna"}}}}}};
    return noted;
}

// Somebody has just written it, and what follows takes its time. Of what was deployed long ago it would be a failure.
void roll(const Target& target, const char* state) {
    target.patch(note());
    KubeJson in = target.held;
    in["state"] = state;
    in["ready"] = 1;
    change_rollout(target.world, in);
}

void add_autoscaler(Cluster& cluster, const std::string& space, std::int64_t now) {
    const KubeKind kind = kind_of(cluster, "HorizontalPodAutoscaler", "autoscaling/v2");
    create_object(cluster, kind,
                  {{"apiVersion", "autoscaling/v2"},
                   {"kind", "HorizontalPodAutoscaler"},
                   {"metadata", {{"name", "web-by-hand"}, {"namespace", space}}}, // beside one of a file
                   {"spec",
                    {{"scaleTargetRef", {{"apiVersion", "apps/v1"}, {"kind", "Deployment"}, {"name", "web"}}},
                     {"minReplicas", 3},
                     {"maxReplicas", 5}}}},
                  {.manager = "kubectl-create", .now = now});
}

KubeJson image_patch(const char* container, const char* image) {
    const KubeJson one{{"name", container}, {"image", image}};
    return {{"spec", {{"template", {{"spec", {{"containers", KubeJson::array({one})}}}}}}}};
}

void change_deployment(const Target& target, Hand hand) {
    switch (hand) {
    case Hand::none:
        return;
    case Hand::noted:
        return target.patch(note());
    case Hand::scaled:
        return target.patch({{"spec", {{"replicas", 5}}}});
    case Hand::autoscaled:
        return add_autoscaler(target.cluster, target.space, target.world.now());
    case Hand::edited:
        return target.patch(image_patch("web", "local/web:9.9"));
    case Hand::failing:
        return fail_pods(target);
    case Hand::late:
        return roll(target, "pastDeadline");
    case Hand::rolling:
        return roll(target, "underWay");
    case Hand::unseen:
        return roll(target, "unseen");
    case Hand::deleting:
        return begin_deleting(target);
    case Hand::removed:
        return delete_object(target.cluster, target.kind, key_of(target.kind, target.object), target.world.now());
    case Hand::orphaned:
        return relabel(target, removed_stack);
    case Hand::unlabelled:
        return relabel(target, nullptr);
    }
}

KubeJson edit_of(int one) {
    switch (one) {
    case piece::config_map:
        return {{"data", {{"mode", "test"}}}};
    case piece::secret:
        return {{"data", {{"password", "b3RoZXI="}}}};
    case piece::service: {
        const KubeJson port{{"port", 80}, {"protocol", "TCP"}, {"targetPort", 9090}};
        return {{"spec", {{"ports", KubeJson::array({port})}}}};
    }
    case piece::stateful_set:
        return image_patch("db", "local/db:9.9");
    case piece::cron_job:
        return {{"spec", {{"schedule", "0 0 * * *"}}}};
    case piece::cluster_role: {
        const KubeJson rule{{"apiGroups", {"*"}}, {"resources", {"*"}}, {"verbs", {"*"}}};
        return {{"rules", KubeJson::array({rule})}};
    }
    case piece::custom:
        return {{"spec", {{"text", "bye"}}}};
    default:
        return {{"spec", {{"maxReplicas", 7}}}};
    }
}

void change_piece(const Target& target, int one, Touch touch) {
    switch (touch) {
    case Touch::none:
        return;
    case Touch::edited:
        return target.patch(edit_of(one));
    case Touch::noted:
        return target.patch(note());
    case Touch::removed:
        return delete_object(target.cluster, target.kind, key_of(target.kind, target.object), target.world.now());
    case Touch::deleting:
        return begin_deleting(target);
    case Touch::orphaned:
        return relabel(target, removed_stack);
    case Touch::suspended:
        return target.patch({{"spec", {{"suspend", true}}}});
    case Touch::rolling:
        return roll(target, "underWay");
    case Touch::failing:
        return fail_pods(target);
    }
}

// What the file had once, of every third stack: nobody takes it away, and no verdict changes by it (kubernetes.md
// §0.5).
void leave_behind(portainer_double::World& world, Cluster& cluster, const Stack& stack, const std::string& space) {
    if (stack.id % 3 != 0) return;
    const KubeJson labels{{id_label, std::to_string(stack.id)}};
    create_object(cluster, kind_of(cluster, "ConfigMap", "v1"),
                  {{"apiVersion", "v1"},
                   {"kind", "ConfigMap"},
                   {"metadata", {{"name", "left-behind"}, {"namespace", space}, {"labels", labels}}},
                   {"data", {{"mode", "old"}}}},
                  {.manager = "portainer", .now = world.now()});
}

// The objects of a namespace are those of the stack that was deployed there last.
void change_cluster(portainer_double::World& world, const Stack& stack) {
    const std::string space = stack.space.empty() ? "default" : stack.space;
    Cluster& cluster = world.cluster_of(*world.find_environment(stack.place));
    leave_behind(world, cluster, stack, space);
    const auto with_object = [&](const PieceName& name, const auto& change) {
        const KubeKind kind = kind_of(cluster, name.kind, name.api_version);
        KubeJson* object = find_object(cluster, kind, space, name.name);
        if (object == nullptr) return;
        const KubeJson held{
            {"environment", stack.place}, {"kind", name.kind}, {"namespace", space}, {"name", name.name}};
        change(Target{world, cluster, kind, space, *object, held});
    };
    if ((stack.content.pieces & stack.touched) != 0) {
        with_object(name_of_piece(stack.touched, stack.content),
                    [&](const Target& target) { change_piece(target, stack.touched, stack.touch); });
    }
    with_object({"Deployment", "apps/v1", "web"}, [&](const Target& target) { change_deployment(target, stack.hand); });
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

} // namespace mooring::walks
