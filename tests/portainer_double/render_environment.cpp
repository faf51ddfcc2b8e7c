#include "portainer_double/render.hpp"

#include "portainer_double/docker.hpp"
#include "portainer_double/kube_proxy.hpp"

#include <nlohmann/json.hpp>

namespace portainer_double {
namespace {

// What Portainer found out about a cluster when it was added.
void add_cluster(Json& kubernetes, const World& world, const Environment& environment, bool snapshot) {
    Json& configuration = kubernetes["Configuration"];
    configuration["StorageClasses"] = Json::array({{{"Name", "standard"},
                                                    {"AccessModes", {"RWO"}},
                                                    {"Provisioner", "kubernetes.io/no-provisioner"},
                                                    {"AllowVolumeExpansion", false}}});
    Json ingress{{"Name", "nginx"}, {"Type", "nginx"}, {"Blocked", false}};
    if (world.rules().lists_empty_fields) ingress["BlockedNamespaces"] = nullptr;
    configuration["IngressClasses"] = Json::array({ingress});
    configuration["RestrictDefaultNamespace"] = environment.restricts_default;
    for (auto& [name, flag] : kubernetes["Flags"].items()) flag = true;
    if (snapshot)
        kubernetes["Snapshots"] = Json::array({{{"Time", world.now()},
                                                {"KubernetesVersion", "v1.31.4"},
                                                {"NodeCount", 2},
                                                {"TotalCPU", 128},
                                                {"TotalMemory", 549755813888}}});
}

Json render_kubernetes(bool all) {
    Json configuration{{"UseLoadBalancer", false},
                       {"UseServerMetrics", false},
                       {"EnableResourceOverCommit", true},
                       {"ResourceOverCommitPercentage", 0}};
    if (all) {
        configuration["StorageClasses"] = Json::array();
        configuration["IngressClasses"] = Json::array();
    }
    configuration["RestrictDefaultNamespace"] = false;
    configuration["IngressAvailabilityPerNamespace"] = false;
    configuration["AllowNoneIngressClass"] = false;
    Json kubernetes = Json::object();
    if (all) kubernetes["Snapshots"] = Json::array();
    kubernetes["Configuration"] = std::move(configuration);
    kubernetes["Flags"] = {{"IsServerMetricsDetected", false},
                           {"IsServerIngressClassDetected", false},
                           {"IsServerStorageDetected", false}};
    return kubernetes;
}

Json render_migrations(Version version) {
    Json migrations{{"MigrateIngresses", false}, {"MigrateGPUs", false}};
    if (version >= Version::v2_39_0) migrations["MigrateRegistrySASecrets"] = false;
    return migrations;
}

void add_access(Json& shown, const Environment& environment, bool all, bool hides_users) {
    if (all || (!environment.users.empty() && !hides_users)) {
        shown["UserAccessPolicies"] = hides_users ? Json(nullptr) : render_policies(environment.users);
    }
    if (all || !environment.teams.empty()) shown["TeamAccessPolicies"] = render_policies(environment.teams);
}

} // namespace

Json render_policies(const Policies& policies) {
    Json shown = Json::object();
    for (const auto& [id, role] : policies) shown[std::to_string(id)] = {{"RoleId", role}};
    return shown;
}

Json render_environment(World& world, const Environment& environment, EnvironmentView view, const Caller& caller,
                        bool snapshot) {
    const bool all = world.rules().lists_empty_fields;
    Json shown{{"Id", environment.id},
               {"Name", environment.name},
               {"Type", environment.type},
               {"ContainerEngine", environment.container_engine},
               {"URL", environment.url},
               {"GroupId", environment.group},
               {"PublicURL", environment.public_url}};
    if (all) shown["Gpus"] = environment.first ? Json(nullptr) : Json::array();
    shown["TLSConfig"] = {{"TLS", false}, {"TLSSkipVerify", false}};
    shown["AzureCredentials"] = {{"ApplicationID", ""}, {"TenantID", ""}, {"AuthenticationKey", ""}};
    if (all || !environment.tags.empty()) shown["TagIds"] = environment.tags;
    shown["Status"] = environment.status;
    const bool cluster = is_kubernetes(environment);
    if (all || (snapshot && !cluster)) shown["Snapshots"] = Json::array();
    if (snapshot && !cluster) shown["Snapshots"].push_back(render_snapshot(world, environment));
    add_access(shown, environment, all, view == EnvironmentView::in_list && !caller.is_administrator());
    shown["EdgeKey"] = "";
    shown["EdgeCheckinInterval"] = view == EnvironmentView::in_list ? 5 : 0;
    shown["Kubernetes"] = render_kubernetes(all);
    if (cluster) add_cluster(shown["Kubernetes"], world, environment, snapshot);
    shown["ComposeSyntaxMaxVersion"] = view == EnvironmentView::after_write ? "" : "3.9";
    shown["SecuritySettings"] = environment.security;
    shown["LastCheckInDate"] = 0;
    if (world.version == Version::v2_23_0) shown["QueryDate"] = 0;
    shown["Heartbeat"] = false;
    shown["PostInitMigrations"] = render_migrations(world.version);
    shown["Edge"] = {{"AsyncMode", false}, {"PingInterval", 0}, {"SnapshotInterval", 0}, {"CommandInterval", 0}};
    shown["Agent"] = all ? Json{{"Version", ""}} : Json::object();
    if (all) {
        for (const char* key : {"AuthorizedUsers", "AuthorizedTeams", "Tags"}) shown[key] = nullptr;
    }
    return shown;
}

} // namespace portainer_double
