// Clusters from a seed, and what somebody does in them with kubectl, behind Portainer's back.
#include "portainer_double/control_routes.hpp"
#include "portainer_double/kube_hand.hpp"
#include "portainer_double/kube_manifest.hpp"
#include "portainer_double/kube_proxy.hpp"
#include "portainer_double/kube_store.hpp"
#include "portainer_double/seed.hpp"
#include "portainer_double/seed_json.hpp"

#include <array>
#include <stdexcept>

namespace portainer_double {
namespace {

const KubeKey access_key{"configmaps", "portainer", "portainer-config"};

Json policies_for(const std::vector<Id>& ids) {
    Json policies = Json::object();
    for (const Id id : ids) policies[std::to_string(id)] = {{"RoleId", 0}};
    return policies;
}

Cluster& cluster_in(World& world, const Json& in) {
    Environment* environment = world.find_environment(environment_id(world, in.value("environment", Json(1))));
    if (environment == nullptr || !is_kubernetes(*environment)) throw std::runtime_error("no such cluster");
    return world.cluster_of(*environment);
}

KubeKind kind_in(const Cluster& cluster, const Json& in) {
    const std::string version = in.value("apiVersion", "");
    for (const KubeKind& kind : builtin_kinds()) {
        if (kind.kind == in.value("kind", "") && (version.empty() || kind.api_version() == version)) return kind;
    }
    for (const KubeKind& kind : cluster.custom) {
        if (kind.kind == in.value("kind", "")) return kind;
    }
    throw std::runtime_error("no such kind: " + in.value("kind", ""));
}

} // namespace

HeldObject held_object(World& world, const Json& in) {
    Cluster& cluster = cluster_in(world, in);
    const KubeKind kind = kind_in(cluster, in);
    const KubeKey key{kind.resource(), kind.namespaced ? in.value("namespace", "default") : "", in.value("name", "")};
    const auto at = cluster.objects.find(key);
    if (at == cluster.objects.end()) throw std::runtime_error("no such object: " + kind.kind + "/" + key.name);
    return {cluster, kind, key, &at->second};
}

namespace {

KubeWriter hand_of(const World& world, const Json& in) {
    return {.manager = in.value("manager", "kubectl-edit"), .now = world.now() - in.value("ago", UnixSeconds{0})};
}

// {"environment","kind","namespace","name","patch":{...},"manager","subresource"}
Answer hand_patch(Service& service, const Json& in) {
    const HeldObject held = held_object(service.world, in);
    patch_object(held.cluster, held.kind, *held.object, in.value("patch", Json::object()), hand_of(service.world, in),
                 in.value("subresource", ""));
    return json_answer(Json::object());
}

// {"environment","kind","namespace","name","path":"/spec/template/spec/containers/0/env"}: a value taken out.
Answer hand_take_out(Service& service, const Json& in) {
    const HeldObject held = held_object(service.world, in);
    Json next = *held.object;
    const Json::json_pointer path(in.value("path", ""));
    if (path.empty() || !next.contains(path)) throw std::runtime_error("no such path: " + in.value("path", ""));
    Json& parent = next[path.parent_pointer()];
    if (parent.is_array()) {
        parent.erase(std::stoul(path.back()));
    } else {
        parent.erase(path.back());
    }
    replace_object(held.cluster, held.kind, *held.object, next, hand_of(service.world, in));
    return json_answer(Json::object());
}

// {"environment","manifest":"..."}: kubectl apply -f.
Answer hand_apply(Service& service, const Json& in) {
    Cluster& cluster = cluster_in(service.world, in);
    const auto documents = read_manifest(in.value("manifest", ""));
    if (!documents) throw std::runtime_error(documents.error().words);
    for (Json object : *documents) {
        const KubeKind kind = kind_in(cluster, object);
        if (kind.namespaced && !object["metadata"].contains("namespace"))
            object["metadata"]["namespace"] = in.value("namespace", "default");
        apply_client_side(cluster, kind, object, {.manager = "kubectl-client-side-apply", .now = service.world.now()});
    }
    return json_answer(Json::object());
}

// kubectl create -f, which notes nothing.
void create_all(Cluster& cluster, const Json& in, UnixSeconds now) {
    const auto documents = read_manifest(in.value("manifest", ""));
    if (!documents) throw std::runtime_error(documents.error().words);
    for (Json object : *documents) {
        const KubeKind kind = kind_in(cluster, object);
        if (kind.namespaced && !object["metadata"].contains("namespace"))
            object["metadata"]["namespace"] = in.value("namespace", "default");
        if (!cluster.objects.contains(key_of(kind, object)))
            create_object(cluster, kind, object, {.manager = in.value("manager", "kubectl-create"), .now = now});
    }
}

// {"environment","manifest":"...","manager"}
Answer hand_create(Service& service, const Json& in) {
    create_all(cluster_in(service.world, in), in, service.world.now());
    return json_answer(Json::object());
}

Answer hand_delete(Service& service, const Json& in) {
    const HeldObject held = held_object(service.world, in);
    delete_object(held.cluster, held.kind, held.key, service.world.now());
    return json_answer(Json::object());
}

// {"...","status":{...}} over the status; or {"deleting": true}: a finalizer holds it.
Answer hand_status(Service& service, const Json& in) {
    const HeldObject held = held_object(service.world, in);
    if (in.contains("status")) (*held.object)["status"].merge_patch(in["status"]);
    if (in.value("deleting", false)) (*held.object)["metadata"]["deletionTimestamp"] = kube_time(service.world.now());
    ++held.cluster.revision;
    return json_answer(Json::object());
}

// {"environment","namespace","users":[2],"teams":[]}: who may enter it; or {"reachable": false}.
Answer change_namespace(Service& service, const Json& in) {
    World& world = service.world;
    if (in.contains("reachable")) {
        cluster_in(world, in).reachable = in["reachable"].get<bool>();
        return json_answer(Json::object());
    }
    Cluster& cluster = cluster_in(world, in);
    Environment& environment = *world.find_environment(environment_id(world, in.value("environment", Json(1))));
    if (in.contains("restrictDefault")) environment.restricts_default = in["restrictDefault"].get<bool>();
    std::vector<Id> users;
    std::vector<Id> teams;
    for (const Json& user : list(in, "users")) users.push_back(user_id(world, user));
    for (const Json& team : list(in, "teams")) teams.push_back(team_id(world, team));
    if (in.contains("namespace")) grant_namespace(world, environment, in["namespace"], users, teams);
    bind_policies(world, cluster, environment);
    cluster.default_restricted = environment.restricts_default;
    return json_answer(Json::object());
}

constexpr std::array kube_control_table{
    ControlRoute{"POST", "/kubernetes/patch", hand_patch},
    ControlRoute{"POST", "/kubernetes/take-out", hand_take_out},
    ControlRoute{"POST", "/kubernetes/apply", hand_apply},
    ControlRoute{"POST", "/kubernetes/create", hand_create},
    ControlRoute{"POST", "/kubernetes/delete", hand_delete},
    ControlRoute{"POST", "/kubernetes/status", hand_status},
    ControlRoute{"POST", "/kubernetes/access", change_namespace},
    ControlRoute{"POST", "/kubernetes/pods", hand_pods},
    ControlRoute{"POST", "/kubernetes/rollout", hand_rollout},
};

} // namespace

std::span<const ControlRoute> kube_control_routes() { return kube_control_table; }

void grant_namespace(World& world, const Environment& environment, const std::string& name,
                     const std::vector<Id>& users, const std::vector<Id>& teams) {
    Cluster& cluster = world.cluster_of(environment);
    const KubeWriter writer{.manager = "portainer", .now = world.now()};
    if (!cluster.objects.contains({"namespaces", "", name}))
        create_object(cluster, *find_kind(cluster, "v1", "Namespace"), {{"metadata", {{"name", name}}}}, writer);
    if (!cluster.objects.contains(access_key)) {
        create_object(cluster, *find_kind(cluster, "v1", "ConfigMap"),
                      {{"metadata", {{"name", access_key.name}, {"namespace", access_key.name_space}}},
                       {"data", {{"NamespaceAccessPolicies", "{}"}}}},
                      writer);
    }
    Json& data = cluster.objects[access_key]["data"];
    Json policies = Json::parse(data.value("NamespaceAccessPolicies", "{}"), nullptr, false);
    policies[name] = {{"UserAccessPolicies", policies_for(users)}, {"TeamAccessPolicies", policies_for(teams)}};
    data["NamespaceAccessPolicies"] = policies.dump();
    bind_policies(world, cluster, environment);
}

void seed_cluster(World& world, Environment& environment, const Json& seed) {
    environment.restricts_default = seed.value("restrictDefault", false);
    for (const auto& [name, access] : entries(seed, "namespaces")) {
        std::vector<Id> users;
        std::vector<Id> teams;
        for (const Json& user : list(access, "users")) users.push_back(user_id(world, user));
        for (const Json& team : list(access, "teams")) teams.push_back(team_id(world, team));
        grant_namespace(world, environment, name, users, teams);
    }
    Cluster& cluster = world.cluster_of(environment);
    cluster.default_restricted = environment.restricts_default;
    cluster.reachable = seed.value("reachable", true);
    if (seed.contains("manifest")) create_all(cluster, seed, world.now());
}

} // namespace portainer_double
