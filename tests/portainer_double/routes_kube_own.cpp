// /api/kubernetes/{id}/...: Portainer's own Kubernetes routes. They prove nothing and Mooring asks none of them; they
// are here because they hide refusals (kubernetes.md §3.5).
#include "portainer_double/kube_own.hpp"
#include "portainer_double/kube_proxy.hpp"
#include "portainer_double/kube_store.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace portainer_double {
namespace {

struct OwnCall {
    Call& call;
    Cluster& cluster;
    KubeCaller caller;
    KubeView view;
    bool outside = false; // without access to the environment, which 2.39 finds out behind its own proxy only
    std::vector<std::string> parts;
};

const KubeKind& kind_named(std::string_view plural) {
    const auto kinds = builtin_kinds();
    return *std::ranges::find(kinds, plural, &KubeKind::plural);
}

const Json* own_object(const OwnCall& own, const std::string& resource, const std::string& name_space,
                       const std::string& name) {
    const auto at = own.cluster.objects.find({resource, name_space, name});
    return at == own.cluster.objects.end() ? nullptr : &at->second;
}

// What the client of the cluster says of a refusal; behind Portainer's own 403 it knows no more than the call.
std::string client_words(const OwnCall& own, const KubeAsked& asked) {
    if (!own.outside) return forbidden_message(own.caller, asked);
    return "unknown (get " + asked.kind.resource() + (asked.name.empty() ? "" : " " + asked.name) + ")";
}

// nullopt if Kubernetes lets the caller ask this.
std::optional<Answer> refuse_asked(const OwnCall& own, const KubeAsked& asked, std::string_view message) {
    if (!own.outside && may_ask(own.cluster, own.caller, asked)) return std::nullopt;
    return problem(403, message, capitalised(client_words(own, asked)));
}

template <typename Shown>
Answer own_list(const OwnCall& own, std::string_view resource, const Shown& shown, std::string_view name_space = {}) {
    if (!own.view.all && own.view.namespaces.empty()) return json_answer(nullptr);
    Json list = Json::array();
    for (const Json* object : shown_objects(own.view, resource, name_space)) list.push_back(shown(*object));
    return json_answer(list);
}

Answer own_version(OwnCall& own) {
    if (own.view.version < Version::v2_43_0) return not_routed();
    return json_answer({{"major", "1"},
                        {"minor", "31"},
                        {"emulationMajor", ""},
                        {"emulationMinor", ""},
                        {"minCompatibilityMajor", ""},
                        {"minCompatibilityMinor", ""},
                        {"gitVersion", "v1.31.4"},
                        {"gitCommit", "$Format:%H$"},
                        {"gitTreeState", ""},
                        {"buildDate", "1970-01-01T00:00:00Z"},
                        {"goVersion", "go1.26.8"},
                        {"compiler", "gc"},
                        {"platform", "linux/amd64"},
                        {"supportsPodRestart", false}});
}

bool is_shown_namespace(const OwnCall& own, const std::string& name) {
    return own.view.all || std::ranges::binary_search(own.view.namespaces, name);
}

Answer own_namespaces(OwnCall& own) {
    Json list = Json::array();
    for (const auto& [key, object] : own.cluster.objects) {
        if (key.resource == "namespaces" && is_shown_namespace(own, key.name))
            list.push_back(own_namespace(object, own.view.version));
    }
    return json_answer(list);
}

// The newest server looks at the policies first and says the same of a namespace that is not there.
Answer one_namespace(OwnCall& own, const std::string& name) {
    const std::string during = "an error occurred during the GetKubernetesNamespace operation";
    const std::string refused = during + ", unauthorized to access the namespace: " + name + ". Error: ";
    if (own.view.version >= Version::v2_43_0 && !is_shown_namespace(own, name))
        return problem(403, refused,
                       "Namespaces \"" + name + "\" is forbidden: user does not have access to this namespace");
    if (auto answer = refuse_asked(own, {"get", kind_named("namespaces"), "", name}, refused)) return *answer;
    const Json* object = own_object(own, "namespaces", "", name);
    if (object != nullptr) return json_answer(own_namespace(*object, own.view.version));
    return problem(404, during + " for the namespace " + name + ", unable to find the namespace. Error: ",
                   "Namespaces \"" + name + "\" not found");
}

Answer own_applications_of(OwnCall& own) {
    if (!own.view.all && own.view.namespaces.empty()) return json_answer(nullptr);
    return json_answer(own_applications(own.view, own.call.request.parameter("namespace")));
}

constexpr std::string_view no_kubernetes = "Unauthorized access to the Kubernetes API";

Answer one_config_map(OwnCall& own, const std::string& name_space, const std::string& name) {
    if (auto refused = refuse_asked(own, {"get", kind_named("configmaps"), name_space, name}, no_kubernetes))
        return *refused;
    const Json* object = own_object(own, "configmaps", name_space, name);
    if (object != nullptr) return json_answer(own_config_map(*object, true));
    return problem(404, "Unable to retrieve configMap", "Configmaps \"" + name + "\" not found");
}

Answer services_in(OwnCall& own, const std::string& name_space) {
    constexpr std::string_view words = "unauthorized access to the Kubernetes API. Error: ";
    if (auto refused = refuse_asked(own, {"list", kind_named("services"), name_space, ""}, words)) return *refused;
    return own_list(own, "services", own_service, name_space);
}

Answer own_events_in(OwnCall& own, const std::string& name_space) {
    if (own.view.version < Version::v2_39_0) return not_routed();
    if (auto refused = refuse_asked(own, {"list", kind_named("events"), name_space, ""}, no_kubernetes))
        return *refused;
    return json_answer(own_events(own.view, name_space));
}

Answer own_cluster_roles(OwnCall& own) {
    constexpr std::string_view words = "User is not authorized to fetch cluster roles from the Kubernetes cluster.";
    if (!own.view.all) return problem(403, words, words);
    return own_list(own, "clusterroles.rbac.authorization.k8s.io",
                    [&](const Json& object) { return own_role(object, own.view.version); });
}

Answer own_dashboard(OwnCall& own) {
    if (own.outside) return problem(500, "Unable to retrieve dashboard data", "Unknown (get namespaces)");
    const auto count = [&](std::string_view resource) { return shown_objects(own.view, resource).size(); };
    const std::size_t namespaces = std::ranges::count_if(own.cluster.objects, [&](const auto& entry) {
        return entry.first.resource == "namespaces" && is_shown_namespace(own, entry.first.name);
    });
    return json_answer({{"namespacesCount", namespaces},
                        {"applicationsCount", own_applications(own.view, "").size()},
                        {"servicesCount", count("services")},
                        {"ingressesCount", count("ingresses.networking.k8s.io")},
                        {"configMapsCount", count("configmaps")},
                        {"secretsCount", count("secrets")},
                        {"volumesCount", count("persistentvolumeclaims")}});
}

Answer own_rbac_enabled(OwnCall& own) {
    if (own.view.all) return json_answer(true);
    const KubeAsked asked{"create",
                          {"authorization.k8s.io", "v1", "localsubjectaccessreviews", "LocalSubjectAccessReview"},
                          "default",
                          ""};
    return problem(500, "Failed to check RBAC status",
                   own.outside ? std::string("Unknown (post serviceaccounts)")
                               : capitalised(forbidden_message(own.caller, asked)));
}

// ?name=web&namespace=shop&kind=deployment
Answer own_describe(OwnCall& own) {
    constexpr std::string_view message =
        "an error occurred during the describeResource operation, failed to describe kubernetes resource. Error: ";
    const Request& request = own.call.request;
    const auto kinds = builtin_kinds();
    const std::string wanted = mooring::to_lower(request.parameter("kind"));
    const auto kind = std::ranges::find(kinds, wanted, [](const KubeKind& one) { return mooring::to_lower(one.kind); });
    if (kind == kinds.end()) return problem(500, message, "Error describing resources: unknown kind");
    const std::string place(kind->namespaced ? request.parameter("namespace") : std::string_view());
    const KubeAsked asked{"get", *kind, place, std::string(request.parameter("name"))};
    if (own.outside || !may_ask(own.cluster, own.caller, asked))
        return problem(500, message, "Error describing resources: " + client_words(own, asked));
    const Json* object = own_object(own, kind->resource(), place, asked.name);
    if (object != nullptr) return json_answer({{"describe", describe_object(own.cluster, *object)}});
    return problem(500, message,
                   "Error describing resources: " + kind->resource() + " \"" + asked.name + "\" not found");
}

// The routes about one namespace: /namespaces/{ns}/...
Answer own_of_namespace(OwnCall& own) {
    const std::string& name = own.parts[1];
    if (own.parts.size() == 2) return one_namespace(own, name);
    const std::string& what = own.parts[2];
    if (own.parts.size() == 4 && what == "configmaps") return one_config_map(own, name, own.parts[3]);
    if (own.parts.size() == 3 && what == "services") return services_in(own, name);
    if (own.parts.size() == 3 && what == "events") return own_events_in(own, name);
    return not_routed();
}

Answer own_of_cluster(OwnCall& own) {
    const std::string& what = own.parts[0];
    const bool newer = own.view.version >= Version::v2_39_0;
    if (what == "version") return own_version(own);
    if (what == "namespaces") return own_namespaces(own);
    if (what == "applications") return own_applications_of(own);
    if (what == "configmaps")
        return own_list(own, what, [](const Json& object) { return own_config_map(object, false); });
    if (what == "services") return own_list(own, what, own_service); // of all namespaces, whatever is asked for
    if (what == "secrets") return own_list(own, what, own_secret);
    if (what == "ingresses") return own_list(own, "ingresses.networking.k8s.io", own_ingress);
    if (what == "events") return own_events_in(own, "");
    if (what == "cluster_roles") return own_cluster_roles(own);
    if (what == "roles") {
        return own_list(own, "roles.rbac.authorization.k8s.io",
                        [&](const Json& object) { return own_role(object, own.view.version); });
    }
    if (what == "dashboard") return own_dashboard(own);
    if (what == "rbac_enabled") return own_rbac_enabled(own);
    if (what == "nodes_limits") return json_answer(own_nodes_limits(own.cluster));
    if (what == "describe" && newer) return own_describe(own);
    if (what == "cron_jobs" && newer) return own_list(own, "cronjobs.batch", own_cron_job);
    return not_routed();
}

// 2.23 asks with the client of whoever came first, whoever calls; that is taken to have been an administrator.
KubeCaller client_of(World& world, Cluster& cluster, const Call& call, bool outside) {
    const bool shared = world.version < Version::v2_39_0;
    KubeCaller caller =
        shared || outside ? kube_caller(world, call.caller.id) : use_cluster(world, cluster, call.caller.id);
    caller.administrator = caller.administrator || shared;
    return caller;
}

Answer own_kube(Call& call) {
    World& world = call.world;
    const auto id = route_id(call, 0, "environment identifier");
    if (!id) return id.error();
    const Environment* environment = world.find_environment(*id);
    if (environment == nullptr) return not_in_bucket(no_environment_message, "endpoints", *id);
    const bool outside = !may_use_environment(call.caller, world, *environment);
    if (outside && world.version >= Version::v2_43_0) return environment_denied();
    if (!is_kubernetes(*environment)) return problem(500, "Unable to create a Kubernetes client");
    Cluster& cluster = world.cluster_of(*environment);
    if (!cluster.reachable)
        return problem(500, "Unable to reach the cluster", "Dial tcp 10.96.0.1:443: connect: connection refused");
    pass_time(cluster, world.now());
    const KubeCaller caller = client_of(world, cluster, call, outside);
    OwnCall own{.call = call,
                .cluster = cluster,
                .caller = caller,
                .view = {.cluster = cluster,
                         .version = world.version,
                         .namespaces = granted_namespaces(cluster, caller),
                         .all = caller.administrator},
                .outside = outside && !caller.administrator,
                .parts = {}};
    for (const std::string_view part : mooring::split(std::string_view(call.parameters[1]).substr(1), '/'))
        own.parts.push_back(percent_decode(part, false));
    if (own.parts[0] == "namespaces" && own.parts.size() > 1) return own_of_namespace(own);
    if (own.parts.size() == 2 && own.parts[0] == "applications" && own.parts[1] == "count")
        return json_answer(own_applications(own.view, "").size());
    return own.parts.size() == 1 ? own_of_cluster(own) : not_routed();
}

constexpr std::array kube_own_table{Route{"GET", "/api/kubernetes/{}/*", Auth::user, own_kube}};

} // namespace

std::span<const Route> kube_own_routes() { return kube_own_table; }

} // namespace portainer_double
