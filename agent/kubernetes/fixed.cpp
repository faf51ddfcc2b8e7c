// What a cluster refuses to change of an object that is there.
#include "kubernetes/kubernetes.hpp"
#include "kubernetes/live.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <set>

namespace mooring::kubernetes {
namespace {

// One difference, and where it belongs.
struct Wish {
    const Object& declared;
    std::span<const Difference> all;
    const Live* live;
    const Difference& one;
};
using W = const Wish&;

using Path = std::initializer_list<std::string_view>;

std::optional<std::string> single(const Value* value) {
    return value == nullptr || !value->is_single() || value->shape == Shape::null ? std::nullopt
                                                                                  : std::optional(value->text);
}

std::optional<std::string> declared_at(W wish, Path keys) { return single(at(wish.declared.tree, keys)); }

// What is there, or recorded: as declared, where nothing differs.
std::optional<std::string> was_at(W wish, Path keys) {
    if (wish.live != nullptr) return single(at(wish.live->tree, keys));
    std::string path;
    for (const std::string_view key : keys) path += (path.empty() ? "" : ".") + std::string(key);
    const auto differs = std::ranges::find(wish.all, path, &Difference::path);
    return differs == wish.all.end() ? declared_at(wish, keys) : differs->actual;
}

// Whether a difference is refused. The texts of lists are JSON.

bool is_refused_where_both_are(W wish) { return wish.one.desired && wish.one.actual; }
bool is_refused_once_set(W wish) { return wish.one.actual.has_value(); }

bool is_external_name(W wish) {
    return declared_at(wish, {"spec", "type"}) == "ExternalName" || was_at(wish, {"spec", "type"}) == "ExternalName";
}
bool is_another_address(W wish) { return is_refused_where_both_are(wish) && !is_external_name(wish); }

std::string_view first_of(std::string_view list) { return list.substr(0, list.find_first_of(",]")); }
bool is_another_first_address(W wish) {
    return is_another_address(wish) && first_of(*wish.one.desired) != first_of(*wish.one.actual);
}

bool is_another_balancer(W wish) {
    return is_refused_once_set(wish) && declared_at(wish, {"spec", "type"}) == "LoadBalancer" &&
           was_at(wish, {"spec", "type"}) == "LoadBalancer";
}

bool is_frozen(W wish) { return was_at(wish, {"immutable"}) == "true"; }

// Of quantity_value(), none of them negative.
struct Amount {
    std::string digits; // "15"
    std::int64_t exponent = 0;

    explicit Amount(std::string_view text) {
        const std::size_t e = std::min(text.find('e'), text.size() - 1);
        digits = text.substr(0, e);
        std::from_chars(text.data() + e + 1, text.data() + text.size(), exponent);
    }
    std::int64_t before_point() const { return static_cast<std::int64_t>(digits.size()) + exponent; }
};

bool is_less(std::string_view one, std::string_view other) {
    Amount left(one);
    Amount right(other);
    if (left.digits == "0" || right.digits == "0") return left.digits == "0" && right.digits != "0";
    if (left.before_point() != right.before_point()) return left.before_point() < right.before_point();
    const std::size_t most = std::max(left.digits.size(), right.digits.size());
    left.digits.resize(most, '0');
    right.digits.resize(most, '0');
    return left.digits < right.digits;
}

// What is there may only grow, or only get less; what nobody can tell is refused. Where nothing is there, anything may
// come.
bool may_not(W wish, bool (*be)(std::string_view desired, std::string_view actual)) {
    if (!wish.one.actual) return false;
    const auto desired = quantity_value(wish.one.desired.value_or(std::string()));
    const auto actual = quantity_value(*wish.one.actual);
    return !desired || !actual || be(*desired, *actual);
}
bool shrinks(W wish) { return may_not(wish, is_less); }
bool is_longer(W wish) { // the deadline of a pod may come, and come nearer
    return may_not(wish, [](std::string_view desired, std::string_view actual) { return is_less(actual, desired); });
}

// Left out, both are one; with a parallelism alone the job has none. Indexed jobs may change both together.
bool is_another_count(W wish) {
    const auto count = [](const std::optional<std::string>& completions, const std::optional<std::string>& parallel) {
        return completions || parallel ? completions : std::optional<std::string>("1");
    };
    const auto parallel = declared_at(wish, {"spec", "parallelism"});
    const auto wanted = count(wish.one.desired, parallel);
    if (wanted == count(wish.one.actual, was_at(wish, {"spec", "parallelism"}))) return false;
    const bool indexed = declared_at(wish, {"spec", "completionMode"}) == "Indexed";
    return !indexed || wanted != parallel.value_or("1");
}

// The order of a set says nothing.
bool is_another_set(W wish) {
    const auto elements = [](const std::optional<std::string>& list) {
        std::multiset<std::string> out;
        const std::string_view text = list ? std::string_view(*list) : std::string_view();
        for (std::size_t from = 1; from < text.size();) {
            const std::size_t end = std::min(text.find_first_of(",]", from), text.size());
            out.emplace(text.substr(from, end - from));
            from = end + 1;
        }
        return out;
    };
    return elements(wish.one.desired) != elements(wish.one.actual);
}

bool never(W) { return false; }
bool always(W) { return true; }

// The first row of a kind whose path a difference's begins with.
struct Row {
    std::string_view kind;
    std::string_view below;
    bool (*refuses)(W) = always;
};
constexpr std::array rows{
    Row{"Deployment", "spec.selector"},
    Row{"DaemonSet", "spec.selector"},
    Row{"ReplicaSet", "spec.selector"},
    Row{"StatefulSet", "spec.replicas", never},
    Row{"StatefulSet", "spec.ordinals", never},
    Row{"StatefulSet", "spec.template", never},
    Row{"StatefulSet", "spec.updateStrategy", never},
    Row{"StatefulSet", "spec.persistentVolumeClaimRetentionPolicy", never},
    Row{"StatefulSet", "spec.minReadySeconds", never},
    Row{"StatefulSet", "spec"},
    Row{"Pod", "spec.activeDeadlineSeconds", is_longer},
    Row{"Pod", "spec"},
    Row{"Job", "spec.selector"},
    Row{"Job", "spec.template"},
    Row{"Job", "spec.completionMode"},
    Row{"Job", "spec.completions", is_another_count},
    Row{"Job", "spec.podFailurePolicy"},
    Row{"Job", "spec.successPolicy"},
    Row{"Job", "spec.backoffLimitPerIndex"},
    Row{"Job", "spec.manualSelector"},
    Row{"Job", "spec.managedBy"},
    Row{"PersistentVolumeClaim", "spec.resources.requests", shrinks},
    Row{"PersistentVolumeClaim", "spec.volumeAttributesClassName", never},
    Row{"PersistentVolumeClaim", "spec.volumeName", is_refused_once_set},
    Row{"PersistentVolumeClaim", "spec.storageClassName", is_refused_once_set},
    Row{"PersistentVolumeClaim", "spec"},
    Row{"PersistentVolume", "spec.persistentVolumeReclaimPolicy", never},
    Row{"PersistentVolume", "spec.storageClassName", never},
    Row{"PersistentVolume", "spec.capacity", never},
    Row{"PersistentVolume", "spec.accessModes", never},
    Row{"PersistentVolume", "spec.mountOptions", never},
    Row{"PersistentVolume", "spec.claimRef", never},
    Row{"PersistentVolume", "spec.volumeAttributesClassName", never},
    Row{"PersistentVolume", "spec.nodeAffinity", is_refused_once_set},
    Row{"PersistentVolume", "spec"},
    Row{"Service", "spec.clusterIP", is_another_address},
    Row{"Service", "spec.clusterIPs", is_another_first_address},
    Row{"Service", "spec.ipFamilies", is_another_first_address},
    Row{"Service", "spec.loadBalancerClass", is_another_balancer},
    Row{"Service", "spec.healthCheckNodePort", is_refused_where_both_are},
    Row{"ConfigMap", "data", is_frozen},
    Row{"ConfigMap", "binaryData", is_frozen},
    Row{"ConfigMap", "immutable", is_frozen},
    Row{"Secret", "data", is_frozen},
    Row{"Secret", "immutable", is_frozen},
    Row{"Secret", "type"},
    Row{"ResourceQuota", "spec.scopes", is_another_set},
    Row{"ControllerRevision", "data"},
    Row{"EndpointSlice", "addressType"},
    Row{"RuntimeClass", "handler"},
    Row{"PriorityClass", "value"},
    Row{"PriorityClass", "preemptionPolicy"},
    Row{"RoleBinding", "roleRef"},
    Row{"ClusterRoleBinding", "roleRef"},
    Row{"StorageClass", "provisioner"},
    Row{"StorageClass", "parameters"},
    Row{"StorageClass", "reclaimPolicy"},
    Row{"StorageClass", "volumeBindingMode"},
    Row{"CSIDriver", "spec.attachRequired"},
    Row{"CSIDriver", "spec.volumeLifecycleModes"},
    Row{"IngressClass", "spec.controller"},
    Row{"CustomResourceDefinition", "spec.group"},
    Row{"CustomResourceDefinition", "spec.scope"},
    Row{"CustomResourceDefinition", "spec.names.kind"},
    Row{"CustomResourceDefinition", "spec.names.plural"},
};

// What a field stands for that is left out.
struct LeftOut {
    std::string_view kind;
    std::string_view path;
    std::string_view value;
};
constexpr std::array defaults{
    LeftOut{"StatefulSet", "spec.podManagementPolicy", "OrderedReady"},
    LeftOut{"StatefulSet", "spec.revisionHistoryLimit", "10"},
    LeftOut{"Job", "spec.completionMode", "NonIndexed"},
    LeftOut{"Job", "spec.manualSelector", "false"},
    LeftOut{"Job", "spec.managedBy", "kubernetes.io/job-controller"},
    LeftOut{"PersistentVolumeClaim", "spec.volumeMode", "Filesystem"},
    LeftOut{"PersistentVolume", "spec.volumeMode", "Filesystem"},
    LeftOut{"ConfigMap", "immutable", "false"},
    LeftOut{"Secret", "immutable", "false"},
    LeftOut{"Secret", "type", "Opaque"},
    LeftOut{"PriorityClass", "preemptionPolicy", "PreemptLowerPriority"},
    LeftOut{"PriorityClass", "value", "0"},
    LeftOut{"RoleBinding", "roleRef.apiGroup", "rbac.authorization.k8s.io"},
    LeftOut{"ClusterRoleBinding", "roleRef.apiGroup", "rbac.authorization.k8s.io"},
    LeftOut{"StorageClass", "reclaimPolicy", "Delete"},
    LeftOut{"StorageClass", "volumeBindingMode", "Immediate"},
    LeftOut{"CSIDriver", "spec.attachRequired", "true"},
    LeftOut{"CSIDriver", "spec.volumeLifecycleModes", "[\"Persistent\"]"},
};

bool is_below(std::string_view path, std::string_view front) {
    if (!path.starts_with(front)) return false;
    return path.size() == front.size() || path[front.size()] == '.' || path[front.size()] == '[';
}

bool means_the_same(std::string_view kind, const Difference& one) {
    if (one.secret) return false;
    const auto by = [&](const LeftOut& row) { return row.kind == kind && row.path == one.path; };
    const auto found = std::ranges::find_if(defaults, by);
    const auto otherwise = found == defaults.end() ? std::nullopt : std::optional(std::string(found->value));
    return otherwise && (one.desired ? one.desired : otherwise) == (one.actual ? one.actual : otherwise);
}

bool is_image_of_a_pod(std::string_view kind, std::string_view path) {
    const bool container = path.starts_with("spec.containers[") || path.starts_with("spec.initContainers[");
    return kind == "Pod" && container && path.ends_with("].image");
}

bool is_refused(W wish) {
    const std::string_view kind = wish.declared.key.kind;
    if (is_image_of_a_pod(kind, wish.one.path) || means_the_same(kind, wish.one)) return false;
    const auto fits = [&](const Row& row) { return row.kind == kind && is_below(wish.one.path, row.below); };
    const auto row = std::ranges::find_if(rows, fits);
    return row != rows.end() && row->refuses(wish);
}

} // namespace

const Difference* fixed_difference(const Object& declared, std::span<const Difference> differences, const Live* live) {
    if (!declared.api_version.empty() && !resource(declared.api_version, declared.key.kind)) return nullptr;
    const auto refused = std::ranges::find_if(differences, [&](const Difference& one) {
        return is_refused({.declared = declared, .all = differences, .live = live, .one = one});
    });
    return refused == differences.end() ? nullptr : &*refused;
}

} // namespace mooring::kubernetes
