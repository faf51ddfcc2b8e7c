// Lists as kubectl shows them.
#include "portainer_double/kube_list.hpp"
#include "portainer_double/kube_store.hpp"

namespace portainer_double {
namespace {

Json column(const char* name, const char* type, int priority = 0) {
    const bool is_name = std::string_view(name) == "Name";
    return {{"name", name},
            {"type", type},
            {"format", is_name ? "name" : ""},
            {"description", name},
            {"priority", priority}};
}

// "13s"; the API server goes on to minutes, hours and days.
std::string age_of(const Json& object, UnixSeconds now) {
    const std::string made = object["metadata"].value("creationTimestamp", "");
    for (UnixSeconds age = 0; age < 120; ++age) {
        if (kube_time(now - age) <= made) return std::to_string(age) + "s";
    }
    return "2m";
}

Json deployment_cells(const Json& object, UnixSeconds now) {
    const Json status = object.value("status", Json::object());
    const auto count = [&](const char* key) { return status.value(key, 0); };
    std::string containers;
    std::string images;
    for (const Json& container : object["spec"]["template"]["spec"]["containers"]) {
        containers += (containers.empty() ? "" : ",") + container.value("name", "");
        images += (images.empty() ? "" : ",") + container.value("image", "");
    }
    std::string selector;
    const Json labels = object["spec"]["selector"].value("matchLabels", Json::object());
    for (const auto& [key, value] : labels.items())
        selector += (selector.empty() ? "" : ",") + key + "=" + value.get<std::string>();
    return {object["metadata"]["name"],
            std::to_string(count("readyReplicas")) + "/" + std::to_string(object["spec"].value("replicas", 1)),
            count("updatedReplicas"),
            count("availableReplicas"),
            age_of(object, now),
            containers,
            images,
            selector};
}

} // namespace

Json table_of(const KubeKind& kind, const std::vector<Json>& items, UnixSeconds now) {
    const bool deployments = kind.kind == "Deployment";
    Json columns = Json::array({column("Name", "string")});
    if (deployments) {
        for (const auto& [name, type] :
             {std::pair{"Ready", "string"}, {"Up-to-date", "string"}, {"Available", "string"}, {"Age", "string"}})
            columns.push_back(column(name, type));
        for (const char* name : {"Containers", "Images", "Selector"}) columns.push_back(column(name, "string", 1));
    }
    Json rows = Json::array();
    for (const Json& object : items) {
        const Json cells = deployments ? deployment_cells(object, now) : Json::array({object["metadata"]["name"]});
        rows.push_back({{"cells", cells}, {"object", partial_metadata(object)}});
    }
    return {{"kind", "Table"},
            {"apiVersion", "meta.k8s.io/v1"},
            {"metadata", Json::object()},
            {"columnDefinitions", columns},
            {"rows", rows}};
}

} // namespace portainer_double
