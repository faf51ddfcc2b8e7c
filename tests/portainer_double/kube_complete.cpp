#include "portainer_double/kube_complete.hpp"

#include "portainer_double/kube_defaults.hpp"
#include "portainer_double/kube_store.hpp"

#include <algorithm>

namespace portainer_double {
namespace {

void custom_defaults(Cluster& cluster, const KubeKind& kind, Json& object) {
    const auto definition =
        cluster.objects.find({"customresourcedefinitions.apiextensions.k8s.io", "", kind.resource()});
    if (definition == cluster.objects.end()) return;
    const Json::json_pointer properties("/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties");
    if (!definition->second.contains(properties)) return;
    for (const auto& [name, schema] : definition->second[properties].items()) {
        if (schema.contains("default") && !object["spec"].contains(name)) object["spec"][name] = schema["default"];
    }
}

void establish(Cluster& cluster, Json& definition, UnixSeconds now) {
    const Json& spec = definition["spec"];
    const Json& version = spec["versions"].front();
    const KubeKind made{spec.value("group", ""),
                        version.value("name", "v1"),
                        spec["names"].value("plural", ""),
                        spec["names"].value("kind", ""),
                        spec.value("scope", "") == "Namespaced",
                        false};
    std::erase_if(cluster.custom, [&](const KubeKind& k) { return k.resource() == made.resource(); });
    cluster.custom.push_back(made);
    const auto condition = [&](const char* type, const char* reason, const char* message) {
        return Json{{"type", type},
                    {"status", "True"},
                    {"lastTransitionTime", kube_time(now)},
                    {"reason", reason},
                    {"message", message}};
    };
    definition["status"] = {{"conditions", Json::array({condition("NamesAccepted", "NoConflicts", "no conflicts found"),
                                                        condition("Established", "InitialNamesAccepted",
                                                                  "the initial names have been accepted")})},
                            {"acceptedNames", spec["names"]},
                            {"storedVersions", Json::array({version.value("name", "v1")})}};
}

void give_address(Cluster& cluster, Json& service) {
    if (!service.contains("status")) service["status"] = {{"loadBalancer", Json::object()}};
    Json& spec = service["spec"]; // after what may move it
    const std::string type = spec.value("type", "");
    if (spec.contains("clusterIP") && !spec.contains("clusterIPs"))
        spec["clusterIPs"] = Json::array({spec["clusterIP"]});
    if ((type == "NodePort" || type == "LoadBalancer") && spec.contains("ports")) {
        for (Json& port : spec["ports"]) {
            if (!port.contains("nodePort")) port["nodePort"] = 30000 + cluster.drawn++ % 2768;
        }
    }
    if (spec.contains("clusterIP") || type == "ExternalName") return;
    const std::string address =
        "10.96." + std::to_string(cluster.drawn / 250 % 250) + "." + std::to_string(cluster.drawn % 250 + 2);
    ++cluster.drawn;
    spec["clusterIP"] = address;
    spec["clusterIPs"] = Json::array({address});
}

} // namespace

bool is_custom_kind(const Cluster& cluster, const KubeKind& kind) {
    return std::ranges::any_of(cluster.custom, [&](const KubeKind& k) { return k.resource() == kind.resource(); });
}

void complete_object(Cluster& cluster, const KubeKind& kind, Json& object, UnixSeconds now) {
    object["kind"] = kind.kind;
    object["apiVersion"] = kind.api_version();
    const bool custom = is_custom_kind(cluster, kind);
    if (!custom && kind.kind != "CustomResourceDefinition") normalise(object);
    add_defaults(object);
    if (custom) custom_defaults(cluster, kind, object);
    if (kind.kind == "CustomResourceDefinition") establish(cluster, object, now);
    if (kind.kind == "Service") give_address(cluster, object);
}

} // namespace portainer_double
