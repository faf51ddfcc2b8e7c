// What a Kubernetes cluster of the double holds: the API server's objects as values, and who may do what there
// (kubernetes.md §3). The kinds it serves are one table.
#pragma once

#include "portainer_double/message.hpp"
#include "portainer_double/values.hpp"

#include <nlohmann/json.hpp>

#include <compare>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace portainer_double {

struct KubeKind {
    std::string group; // "" for the core group
    std::string version;
    std::string plural;
    std::string kind;
    bool namespaced = true;
    bool edit = false; // the role `edit`, which a granted namespace gives, covers it

    std::string resource() const { return group.empty() ? plural : plural + "." + group; }
    std::string api_version() const { return group.empty() ? version : group + "/" + version; }
};

struct KubeKey {
    std::string resource; // "deployments.apps"
    std::string name_space;
    std::string name;
    auto operator<=>(const KubeKey&) const = default;
};

struct KubePage { // what is left of a list that was asked for in pages
    std::vector<Json> items;
    std::int64_t revision = 0;
};

struct Cluster {
    std::string url; // the environment's, which is how environments find their cluster
    bool reachable = true;
    std::int64_t revision = 200; // of the last write: metadata.resourceVersion
    std::int64_t drawn = 0;      // uids and addresses given
    std::map<KubeKey, Json> objects;
    std::map<KubeKey, Json> applied; // what Portainer applied last, server-side
    std::vector<KubeKind> custom;    // of the definitions
    std::string bound = "{}"; // the namespace access policies that are in force: {"ns":{"UserAccessPolicies":...}}
    std::map<KubeKey, Json> unseen; // objects as they were before writes that no controller has seen when they answer
    std::map<std::string, KubePage> pages;
    std::size_t drawn_pages = 0;
    std::set<Id> default_again;      // users who got the environment since, and `default` with it
    bool default_restricted = false; // and whether the namespace `default` was closed with them
};

// The kind behind /apis/GROUP/VERSION/.../PLURAL, or that of an object; nullopt if it is not served.
std::optional<KubeKind> find_served(const Cluster& cluster, std::string_view group, std::string_view version,
                                    std::string_view plural);
std::optional<KubeKind> find_kind(const Cluster& cluster, std::string_view api_version, std::string_view kind);
bool serves_group(const Cluster& cluster, std::string_view group);
std::span<const KubeKind> builtin_kinds();

Json* find_object(Cluster& cluster, const KubeKind& kind, std::string_view name_space, std::string_view name);
// "" for cluster-wide kinds, the object's own otherwise.
KubeKey key_of(const KubeKind& kind, const Json& object);

struct KubeAsked {
    std::string_view verb; // get list create update patch delete
    KubeKind kind;
    std::string name_space; // "" for all
    std::string name;       // "" for lists
};

struct KubeCaller {
    Id id = 0;
    std::vector<Id> teams;
    bool administrator = false;
    std::string account; // "system:serviceaccount:portainer:portainer-sa-user-<InstanceID>-2"
};

// Kubernetes RBAC, as Portainer's roles and bindings leave it (kubernetes.md §3.2).
bool may_ask(const Cluster& cluster, const KubeCaller& caller, const KubeAsked& asked);
// `deployments.apps "x" is forbidden: User "..." cannot get resource ...`
std::string forbidden_message(const KubeCaller& caller, const KubeAsked& asked);

// The API server's error body.
Answer kube_status(int code, std::string_view reason, const std::string& message, const Json& details);
Answer kube_forbidden(const KubeCaller& caller, const KubeAsked& asked);
Answer kube_not_found(const KubeKind& kind, const std::string& name);

} // namespace portainer_double
