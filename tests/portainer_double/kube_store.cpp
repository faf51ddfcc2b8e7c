#include "portainer_double/kube_store.hpp"

#include "portainer_double/kube_complete.hpp"
#include "portainer_double/kube_defaults.hpp"
#include "portainer_double/kube_fields.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace portainer_double {
namespace {

constexpr const char* template_generation = "deprecated.daemonset.template.generation";
constexpr const char* last_applied = "kubectl.kubernetes.io/last-applied-configuration";

bool has_generation(const KubeKind& kind) {
    constexpr std::array without{"configmaps",
                                 "secrets",
                                 "services",
                                 "serviceaccounts",
                                 "namespaces",
                                 "pods",
                                 "persistentvolumes",
                                 "persistentvolumeclaims",
                                 "endpoints",
                                 "events",
                                 "horizontalpodautoscalers",
                                 "nodes"};
    return kind.group != "rbac.authorization.k8s.io" && kind.group != "storage.k8s.io" &&
           std::ranges::find(without, kind.plural) == without.end();
}

// A job that names no selector gets one, and its template the labels.
void select_own_pods(Json& job) {
    if (job["spec"].contains("selector")) return;
    const Json uid = job["metadata"]["uid"];
    const Json name = job["metadata"]["name"];
    job["spec"]["selector"] = {{"matchLabels", {{"batch.kubernetes.io/controller-uid", uid}}}};
    Json& labels = job["spec"]["template"]["metadata"]["labels"];
    if (!labels.is_object()) labels = Json::object();
    for (const char* key : {"batch.kubernetes.io/controller-uid", "controller-uid"}) labels[key] = uid;
    for (const char* key : {"batch.kubernetes.io/job-name", "job-name"}) labels[key] = name;
}

Json without_bookkeeping(Json object) {
    if (object.contains("metadata")) {
        for (const char* key : {"managedFields", "resourceVersion", "generation"}) object["metadata"].erase(key);
    }
    object.erase("status");
    return object;
}

// After a write: the version moves if anything changed, the generation with the spec.
void settle_versions(Cluster& cluster, const KubeKind& kind, Json& object, const Json& before) {
    const bool same_spec = object.value("spec", Json()) == before.value("spec", Json()) &&
                           object.value("rules", Json()) == before.value("rules", Json());
    const bool annotated = kind.kind == "Deployment" && object["metadata"].value("annotations", Json()) !=
                                                            before.at("metadata").value("annotations", Json());
    if (has_generation(kind)) {
        Json& generation = object["metadata"]["generation"];
        const std::int64_t was = before.at("metadata").value("generation", std::int64_t{1});
        generation = was + (!same_spec || annotated ? 1 : 0);
    }
    object["metadata"]["resourceVersion"] = std::to_string(++cluster.revision);
}

std::vector<const Json*> fields_of_others(const Json& object, const std::string& manager) {
    std::vector<const Json*> others;
    if (!object.at("metadata").contains("managedFields")) return others;
    for (const Json& entry : object["metadata"]["managedFields"]) {
        if (entry.value("manager", "") != manager && !entry.contains("subresource"))
            others.push_back(&entry["fieldsV1"]);
    }
    return others;
}

// With force: what one applies, no other holds any more.
void take_from_others(Json& object, const std::string& manager, const Json& taken) {
    Json& entries = object["metadata"]["managedFields"];
    for (Json& entry : entries) {
        if (entry.value("manager", "") == manager || entry.value("subresource", "") == "status") continue;
        entry["fieldsV1"] = fields_without(entry["fieldsV1"], taken);
    }
    Json kept = Json::array();
    for (Json& entry : entries) {
        if (!entry["fieldsV1"].empty()) kept.push_back(std::move(entry));
    }
    entries = std::move(kept);
}

Json comparable(Json object) {
    object = without_bookkeeping(std::move(object));
    for (const char* key : {"apiVersion", "kind"}) object.erase(key);
    for (const char* key : {"name", "namespace", "uid", "creationTimestamp"}) object["metadata"].erase(key);
    return object;
}

// An update of any other kind than Apply holds what it changed, and nobody else does any more.
void note_update(const Json& before, Json& after, const KubeWriter& writer, bool custom,
                 const std::string& subresource) {
    Json fields = changed_fields(comparable(before), comparable(after), {.custom = custom, .with_dots = true});
    if (fields.contains("f:metadata") && fields["f:metadata"].empty()) fields.erase("f:metadata");
    if (fields.empty()) return;
    take_from_others(after, writer.manager, fields);
    Json& entry = manager_entry(after, writer.manager, "Update", subresource);
    entry["time"] = kube_time(writer.now);
    entry["fieldsV1"] = fields_with(entry["fieldsV1"], fields);
    for (Json& one : after["metadata"]["managedFields"]) {
        if (!one.contains("subresource")) one["fieldsV1"] = fields_present(one["fieldsV1"], after);
    }
}

Json with_names(const Json& object, const Json& live) {
    Json next = object;
    next["metadata"]["name"] = live.at("metadata").at("name");
    return next;
}

void store_back(Cluster& cluster, const KubeKind& kind, Json& stored, Json next, const KubeWriter& writer) {
    complete_object(cluster, kind, next, writer.now);
    const bool changed = without_bookkeeping(next) != without_bookkeeping(stored);
    const Json before = stored;
    stored = std::move(next);
    if (!changed &&
        stored["metadata"].value("managedFields", Json()) == before.at("metadata").value("managedFields", Json()))
        return;
    settle_versions(cluster, kind, stored, before);
    run_controllers(cluster, key_of(kind, stored), writer.now);
}

void delete_owned(Cluster& cluster, const std::string& uid, UnixSeconds now) {
    std::vector<KubeKey> owned;
    for (const auto& [key, object] : cluster.objects) {
        for (const Json& owner : object.at("metadata").value("ownerReferences", Json::array())) {
            if (owner.value("uid", "") == uid) owned.push_back(key);
        }
    }
    for (const KubeKey& key : owned) {
        const auto at = cluster.objects.find(key);
        if (at == cluster.objects.end()) continue;
        const std::string inner = at->second["metadata"].value("uid", "");
        cluster.objects.erase(at);
        delete_owned(cluster, inner, now);
    }
}

} // namespace

Json& create_object(Cluster& cluster, const KubeKind& kind, Json object, const KubeWriter& writer) {
    Json declared = object;
    complete_object(cluster, kind, object, writer.now);
    Json& metadata = object["metadata"];
    if (!kind.namespaced) metadata.erase("namespace");
    metadata["uid"] = draw_uid(cluster);
    metadata["resourceVersion"] = std::to_string(++cluster.revision);
    if (has_generation(kind)) metadata["generation"] = 1;
    if (kind.kind == "DaemonSet") metadata["annotations"][template_generation] = "1";
    if (kind.kind == "Job") select_own_pods(object);
    metadata["creationTimestamp"] = kube_time(writer.now);
    metadata["managedFields"] = Json::array();
    if (!writer.manager.empty()) {
        Json& entry = manager_entry(object, writer.manager, "Update", "");
        entry["time"] = kube_time(writer.now);
        entry["fieldsV1"] =
            fields_of(kind.kind == "Namespace" ? Json{{"metadata", {{"labels", metadata["labels"]}}}} : object,
                      {.custom = is_custom_kind(cluster, kind), .with_dots = true});
    }
    const KubeKey key = key_of(kind, object);
    cluster.objects[key] = std::move(object);
    if (kind.kind == "Namespace") furnish_namespace(cluster, key.name, writer.now);
    run_controllers(cluster, key, writer.now);
    return cluster.objects[key];
}

Json fields_that_differ(const Cluster& cluster, const KubeKind& kind, const Json& before, const Json& after) {
    return changed_fields(comparable(before), comparable(after), {.custom = is_custom_kind(cluster, kind)});
}

Json server_side_result(const Cluster& cluster, const KubeKind& kind, const Json& object, const std::string& manager) {
    const KubeKey key = key_of(kind, object);
    const Json& stored = cluster.objects.at(key);
    const auto applied = cluster.applied.find(key);
    const bool known = manager == "portainer" && applied != cluster.applied.end() && applied->second.is_object();
    Json next = stored;
    const Merge merge{
        .custom = is_custom_kind(cluster, kind), .whole_maps = true, .others = fields_of_others(stored, manager)};
    merge_applied(next, known ? applied->second : Json::object(), with_names(object, stored), merge);
    if (!merge.custom) normalise(next);
    return next;
}

void apply_server_side(Cluster& cluster, const KubeKind& kind, const Json& object, const KubeWriter& writer) {
    const bool custom = is_custom_kind(cluster, kind);
    const Json fields = fields_of(object, {.custom = custom});
    const KubeKey key = key_of(kind, object);
    if (!cluster.objects.contains(key)) {
        Json& made = create_object(cluster, kind, object, {.manager = "", .now = writer.now});
        Json& entry = manager_entry(made, writer.manager, "Apply", "");
        entry["apiVersion"] = object["apiVersion"];
        entry["time"] = kube_time(writer.now);
        entry["fieldsV1"] = fields;
        std::stable_sort(
            made["metadata"]["managedFields"].begin(), made["metadata"]["managedFields"].end(),
            [](const Json& a, const Json& b) { return a.value("operation", "") < b.value("operation", ""); });
        cluster.applied[key] = object;
        return;
    }
    Json& stored = cluster.objects[key];
    Json next = server_side_result(cluster, kind, object, writer.manager);
    if (writer.manager == "portainer") cluster.applied[key] = object;
    take_from_others(next, writer.manager, fields_that_differ(cluster, kind, stored, next)); // equal values are shared
    Json& entry = manager_entry(next, writer.manager, "Apply", "");
    if (entry["fieldsV1"] != fields || without_bookkeeping(next) != without_bookkeeping(stored))
        entry["time"] = kube_time(writer.now);
    entry["fieldsV1"] = fields;
    store_back(cluster, kind, stored, std::move(next), writer);
}

void apply_client_side(Cluster& cluster, const KubeKind& kind, const Json& object, const KubeWriter& writer) {
    const bool custom = is_custom_kind(cluster, kind);
    Json noted = object;
    if (!noted["metadata"].contains("annotations")) noted["metadata"]["annotations"] = Json::object();
    const std::string annotation = nlohmann::json(noted).dump() + "\n"; // keys in order, as Go writes them
    Json next = object;
    next["metadata"]["annotations"][last_applied] = annotation;
    const KubeKey key = key_of(kind, object);
    if (!cluster.objects.contains(key)) {
        create_object(cluster, kind, next, writer);
        return;
    }
    Json& stored = cluster.objects[key];
    const Json annotations = stored["metadata"].value("annotations", Json::object());
    const Json before = Json::parse(annotations.value(last_applied, "{}"), nullptr, false);
    if (annotations.value(last_applied, "") == annotation) next = object; // nothing to note
    Json merged = stored;
    Json was = before;
    if (was.contains("metadata") && was["metadata"].value("annotations", Json::object()).empty())
        was["metadata"].erase("annotations");
    merge_applied(merged, was, next, {.custom = custom, .whole_maps = false});
    if (without_bookkeeping(merged) == without_bookkeeping(stored)) return;
    note_update(stored, merged, writer, custom, "");
    store_back(cluster, kind, stored, std::move(merged), writer);
}

void patch_object(Cluster& cluster, const KubeKind& kind, Json& object, const Json& patch, const KubeWriter& writer,
                  const std::string& subresource) {
    Json next = object;
    const bool custom = is_custom_kind(cluster, kind);
    merge_applied(next, Json::object(), patch, {.custom = custom, .whole_maps = false});
    note_update(object, next, writer, custom, subresource);
    store_back(cluster, kind, object, std::move(next), writer);
}

void replace_object(Cluster& cluster, const KubeKind& kind, Json& object, Json next, const KubeWriter& writer) {
    for (const char* key : {"uid", "resourceVersion", "generation", "creationTimestamp", "managedFields"}) {
        if (object["metadata"].contains(key)) next["metadata"][key] = object["metadata"][key];
    }
    if (!next.contains("status") && object.contains("status")) next["status"] = object["status"];
    note_update(object, next, writer, is_custom_kind(cluster, kind), "");
    store_back(cluster, kind, object, std::move(next), writer);
}

void delete_object(Cluster& cluster, const KubeKind& kind, const KubeKey& key, UnixSeconds now) {
    const auto at = cluster.objects.find(key);
    if (at == cluster.objects.end()) return;
    const std::string uid = at->second["metadata"].value("uid", "");
    ++cluster.revision;
    const std::size_t pods = kind.kind == "Namespace" ? count_pods(cluster, key.name) : 0;
    if (pods > 0) {
        terminate_namespace(cluster, at->second, pods, now);
    } else {
        cluster.objects.erase(at);
        cluster.applied.erase(key);
    }
    delete_owned(cluster, uid, now);
    const auto gone = [&](const auto& held) {
        return (kind.kind == "Namespace" && held.first.name_space == key.name) ||
               (kind.kind == "CustomResourceDefinition" && held.first.resource == key.name);
    };
    std::erase_if(cluster.objects, gone);
    std::erase_if(cluster.applied, gone);
    if (kind.kind == "CustomResourceDefinition")
        std::erase_if(cluster.custom, [&](const KubeKind& k) { return k.resource() == key.name; });
}

} // namespace portainer_double
