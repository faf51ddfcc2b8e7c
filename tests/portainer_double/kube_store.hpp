// Writing to a cluster of the double: what the API server does with an object that is made, applied, patched or
// deleted, and what its controllers make of it at once.
#pragma once

#include "portainer_double/kube_cluster.hpp"

#include <expected>
#include <string>

namespace portainer_double {

struct KubeWriter {
    std::string manager = "unknown"; // of managedFields
    UnixSeconds now = 0;
};

std::string kube_time(UnixSeconds seconds); // "2026-11-28T23:09:43Z"
std::string draw_uid(Cluster& cluster);
// The hash of a pod template, ten letters and digits, the same for the same template.
std::string template_hash(const Json& pod_template);

struct Invalid {
    std::string field;
    std::string reason; // FieldValueInvalid, FieldValueRequired
    std::string message;
};

// What the API server finds wrong in an object that would replace `before`; nullptr for a new one.
std::vector<Invalid> invalid_causes(const Json& object, const Json* before);
// Why the API server refuses an object; the words after `Service "x" is invalid: `.
std::optional<std::string> invalid_object(const Json& object, const Json* before);

// POST: the object as sent; it must not be there yet.
Json& create_object(Cluster& cluster, const KubeKind& kind, Json object, const KubeWriter& writer);
// What server-side apply would make of an object that is there, before anything completes it.
Json server_side_result(const Cluster& cluster, const KubeKind& kind, const Json& object, const std::string& manager);
// The fields that differ between two states of an object.
Json fields_that_differ(const Cluster& cluster, const KubeKind& kind, const Json& before, const Json& after);
// Apply, server-side and with force, or as kubectl's client does, with its annotation.
void apply_server_side(Cluster& cluster, const KubeKind& kind, const Json& object, const KubeWriter& writer);
void apply_client_side(Cluster& cluster, const KubeKind& kind, const Json& object, const KubeWriter& writer);
// A merge patch, strategic in its keyed lists; `subresource` "scale" or "".
void patch_object(Cluster& cluster, const KubeKind& kind, Json& object, const Json& patch, const KubeWriter& writer,
                  const std::string& subresource = {});
// PUT: the object replaced by another.
void replace_object(Cluster& cluster, const KubeKind& kind, Json& object, Json next, const KubeWriter& writer);
// With what it owns; of a namespace all that is in it. A namespace whose pods have to end first stays as long as they
// take: it is "Terminating".
void delete_object(Cluster& cluster, const KubeKind& kind, const KubeKey& key, UnixSeconds now);

// What the controllers put into every namespace (kube_namespace.cpp).
void furnish_namespace(Cluster& cluster, const std::string& name, UnixSeconds now);
std::size_t count_pods(const Cluster& cluster, const std::string& name_space);
// A namespace that waits for so many pods.
void terminate_namespace(Cluster& cluster, Json& name_space, std::size_t pods, UnixSeconds now);

// A cluster that was just set up: its own namespaces, what Portainer makes, a storage class.
void start_cluster(Cluster& cluster, UnixSeconds now);

// What controllers, scheduler and kubelets make of a workload that was written (kube_run.cpp).
void run_controllers(Cluster& cluster, const KubeKey& key, UnixSeconds now);
// What only time brings: rollouts whose deadline has passed.
void pass_time(Cluster& cluster, UnixSeconds now);

} // namespace portainer_double
