// Lists of a cluster as its API server gives them: selectors, pages, tables, metadata alone (kubernetes.md §3).
#pragma once

#include "portainer_double/kube_cluster.hpp"

#include <string>
#include <string_view>

namespace portainer_double {

// "app=web,tier in (a,b),!old"
bool fits_labels(const Json& object, std::string_view selector);

struct KubeList {
    KubeKind kind;
    std::string name_space; // "" for all
    std::string_view label_selector;
    std::string_view field_selector; // metadata.name=x alone
    std::string_view accept;
    std::string_view limit;
    std::string_view next; // the token of the page before
    UnixSeconds now = 0;
};

// 200 with a page, 410 "Expired" for a token that is no longer known.
Answer list_objects(Cluster& cluster, const KubeList& asked);
Json partial_metadata(const Json& object);
// as=Table: kubectl's columns of deployments, of any other kind the name alone.
Json table_of(const KubeKind& kind, const std::vector<Json>& items, UnixSeconds now);

// /version, /api, /apis, /apis/GROUP/VERSION and /openapi/v3; nullopt for any other path.
std::optional<Answer> discover(const Cluster& cluster, const std::vector<std::string>& parts);

} // namespace portainer_double
