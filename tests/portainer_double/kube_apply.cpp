#include "portainer_double/kube_apply.hpp"

#include "portainer_double/kube_fields.hpp"
#include "portainer_double/kube_store.hpp"

namespace portainer_double {
namespace {

// Fields that another manager holds and the caller would change.
std::optional<Answer> refuse_conflict(const KubeApplying& k, const Json& object, const Json& next) {
    if (k.force || !object["metadata"].contains("managedFields")) return std::nullopt;
    const Json changed = fields_that_differ(k.cluster, k.kind, object, next);
    for (const Json& entry : object["metadata"]["managedFields"]) {
        const std::string other = entry.value("manager", "");
        if (other == k.manager || entry.contains("subresource")) continue;
        const auto leaves = common_leaves(changed, entry["fieldsV1"]);
        if (leaves.empty()) continue;
        const std::string name =
            "\"" + other + "\"" +
            (entry.value("operation", "") == "Update" ? " using " + entry.value("apiVersion", "") : std::string());
        std::string list;
        Json causes = Json::array();
        for (const std::string& leaf : leaves) {
            list += leaves.size() == 1 ? " " + leaf : "\n- " + leaf;
            causes.push_back(
                {{"reason", "FieldManagerConflict"}, {"message", "conflict with " + name}, {"field", leaf}});
        }
        const std::string many = leaves.size() == 1 ? "" : "s";
        return kube_status(409, "Conflict",
                           "Apply failed with " + std::to_string(leaves.size()) + " conflict" + many + ": conflict" +
                               many + " with " + name + ":" + list,
                           {{"causes", causes}});
    }
    return std::nullopt;
}

} // namespace

std::optional<Answer> refuse_applied(const KubeApplying& k, const Json& object, const Json& applied) {
    const Json next = server_side_result(k.cluster, k.kind, applied, k.manager);
    if (auto refused = refuse_conflict(k, object, next)) return refused;
    const auto causes = invalid_causes(next, &object);
    if (causes.empty()) return std::nullopt;
    Json shown = Json::array();
    for (const Invalid& one : causes)
        shown.push_back({{"reason", one.reason}, {"message", one.message}, {"field", one.field}});
    const std::string full = k.kind.kind + (k.kind.group.empty() ? "" : "." + k.kind.group);
    return kube_status(
        422, "Invalid",
        full + " \"" + applied["metadata"].value("name", "") + "\" is invalid: " + *invalid_object(next, &object),
        {{"name", applied["metadata"]["name"]}, {"group", k.kind.group}, {"kind", k.kind.kind}, {"causes", shown}});
}

} // namespace portainer_double
