// Service accounts of Portainer's users, and which namespaces they may enter (kubernetes.md §3.1, §3.2).
#include "portainer_double/kube_proxy.hpp"
#include "portainer_double/kube_store.hpp"

namespace portainer_double {
namespace {

const KubeKey granted_key{"configmaps", "portainer", "portainer-config"};

} // namespace

bool is_kubernetes(const Environment& environment) { return environment.type >= 5 && environment.type <= 7; }

KubeCaller kube_caller(const World& world, Id user) {
    KubeCaller caller{.id = user, .teams = world.teams_of(user), .administrator = false, .account = {}};
    for (const User& one : world.users) {
        if (one.id == user) caller.administrator = one.role == administrator;
    }
    caller.account = caller.administrator ? "system:serviceaccount:portainer:portainer-sa-clusteradmin"
                                          : "system:serviceaccount:portainer:portainer-sa-user-" + world.instance_id +
                                                "-" + std::to_string(user);
    return caller;
}

KubeCaller use_cluster(World& world, Cluster& cluster, Id user) {
    const KubeCaller caller = kube_caller(world, user);
    const std::string account = caller.account.substr(caller.account.rfind(':') + 1);
    const std::string secret = world.instance_id + "-" + account + "-secret";
    if (caller.administrator || cluster.objects.contains({"secrets", "portainer", secret})) return caller;
    const KubeWriter writer{.manager = "portainer", .now = world.now()};
    const Json& made = create_object(cluster, *find_kind(cluster, "v1", "ServiceAccount"),
                                     {{"metadata", {{"name", account}, {"namespace", "portainer"}}}}, writer);
    const Json annotations{{"kubernetes.io/service-account.name", account},
                           {"kubernetes.io/service-account.uid", made["metadata"]["uid"]}};
    create_object(cluster, *find_kind(cluster, "v1", "Secret"),
                  {{"metadata",
                    {{"annotations", annotations},
                     {"labels", {{"kubernetes.io/legacy-token-last-used", kube_time(world.now()).substr(0, 10)}}},
                     {"name", secret},
                     {"namespace", "portainer"}}},
                   {"type", "kubernetes.io/service-account-token"}},
                  writer);
    return caller;
}

void bind_policies(World&, Cluster& cluster, const Environment& environment) {
    const auto held = cluster.objects.find(granted_key);
    if (held == cluster.objects.end()) return;
    cluster.bound = held->second.value("data", Json::object()).value("NamespaceAccessPolicies", "{}");
    if (!environment.restricts_default) return;                     // bindings that went do not come back by this
    if (!cluster.default_restricted) cluster.default_again.clear(); // only the first such write takes it away
    cluster.default_restricted = true;
}

void forget_user_policies(Cluster& cluster, const Policies& before, const Policies& after) {
    for (const auto& [id, role] : after) {
        if (!before.contains(id)) cluster.default_again.insert(id);
    }
    const auto held = cluster.objects.find(granted_key);
    if (held == cluster.objects.end() || !held->second.contains("data")) return;
    Json policies = Json::parse(held->second["data"].value("NamespaceAccessPolicies", "{}"), nullptr, false);
    if (!policies.is_object()) return;
    bool changed = false;
    for (auto& [name, access] : policies.items()) {
        for (const auto& [id, role] : before) {
            if (after.contains(id) || !access.contains("UserAccessPolicies")) continue;
            changed = access["UserAccessPolicies"].erase(std::to_string(id)) > 0 || changed;
        }
    }
    if (!changed) return;
    held->second["data"]["NamespaceAccessPolicies"] = policies.dump();
    held->second["metadata"]["resourceVersion"] = std::to_string(++cluster.revision);
}

} // namespace portainer_double
