// What a cluster refuses to change of an object that is there.
#include "kubernetes/kubernetes.hpp"

#include <algorithm>
#include <array>

namespace mooring::kubernetes {
namespace {

// By kind; a path that begins so. Of StatefulSets everything but what is excepted.
struct Fixed {
    std::string_view kind;
    std::string_view below;
};
constexpr std::array fixed{
    Fixed{"Deployment", "spec.selector"},
    Fixed{"DaemonSet", "spec.selector"},
    Fixed{"ReplicaSet", "spec.selector"},
    Fixed{"Job", "spec.selector"},
    Fixed{"Job", "spec.template"},
    Fixed{"Job", "spec.completionMode"},
    Fixed{"PersistentVolumeClaim", "spec"},
    Fixed{"PersistentVolume", "spec"},
    Fixed{"Service", "spec.clusterIP"},
    Fixed{"Secret", "type"},
    Fixed{"RoleBinding", "roleRef"},
    Fixed{"ClusterRoleBinding", "roleRef"},
    Fixed{"StorageClass", "provisioner"},
    Fixed{"StorageClass", "parameters"},
    Fixed{"StorageClass", "reclaimPolicy"},
    Fixed{"StorageClass", "volumeBindingMode"},
    Fixed{"IngressClass", "spec.controller"},
    Fixed{"PriorityClass", "value"},
    Fixed{"CustomResourceDefinition", "spec.group"},
    Fixed{"CustomResourceDefinition", "spec.scope"},
    Fixed{"Pod", "spec"},
    Fixed{"StatefulSet", "spec"},
};
// What of these may change all the same.
constexpr std::array movable{
    Fixed{"StatefulSet", "spec.replicas"},
    Fixed{"StatefulSet", "spec.ordinals"},
    Fixed{"StatefulSet", "spec.template"},
    Fixed{"StatefulSet", "spec.updateStrategy"},
    Fixed{"StatefulSet", "spec.persistentVolumeClaimRetentionPolicy"},
    Fixed{"StatefulSet", "spec.minReadySeconds"},
    Fixed{"PersistentVolumeClaim", "spec.resources.requests"},
    Fixed{"PersistentVolumeClaim", "spec.volumeAttributesClassName"},
    Fixed{"PersistentVolume", "spec.persistentVolumeReclaimPolicy"},
    Fixed{"PersistentVolume", "spec.storageClassName"},
    Fixed{"PersistentVolume", "spec.capacity"},
    Fixed{"PersistentVolume", "spec.mountOptions"},
    Fixed{"PersistentVolume", "spec.claimRef"},
};

bool is_at(const Fixed& one, std::string_view kind, std::string_view path) {
    if (one.kind != kind || !path.starts_with(one.below)) return false;
    return path.size() == one.below.size() || path[one.below.size()] == '.' || path[one.below.size()] == '[';
}

} // namespace

bool is_immutable(std::string_view path) {
    const std::size_t slash = path.find('/');
    const std::size_t colon = path.find(':');
    if (slash == std::string_view::npos || colon == std::string_view::npos || colon < slash) return false;
    const std::string_view kind = path.substr(0, std::min(slash, path.find('.')));
    const std::string_view field = path.substr(colon + 1);
    const auto fits = [&](const Fixed& one) { return is_at(one, kind, field); };
    const bool image = kind == "Pod" && field.starts_with("spec.containers[") && field.ends_with("].image");
    return !image && std::ranges::any_of(fixed, fits) && std::ranges::none_of(movable, fits);
}

} // namespace mooring::kubernetes
