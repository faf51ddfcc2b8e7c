// /endpoints/{id}/kubernetes/...: Portainer's checks, then the API server's answer (kubernetes.md §3).
#include "portainer_double/kube_list.hpp"
#include "portainer_double/kube_manifest.hpp"
#include "portainer_double/kube_proxy.hpp"
#include "portainer_double/kube_store.hpp"

#include "base/text.hpp"

#include <array>

namespace portainer_double {
namespace {

struct KubeCall {
    Call& call;
    const Environment& environment;
    Cluster& cluster;
    KubeCaller caller;
    KubeAsked asked;
    std::string subresource;
    bool served = false; // the kind is
};

const KubeKey policies_key{"configmaps", "portainer", "portainer-config"};

std::string_view verb_of(const std::string& method, bool named) {
    if (method == "POST") return "create";
    if (method == "PUT") return "update";
    if (method == "PATCH") return "patch";
    if (method == "DELETE") return "delete";
    return named ? "get" : "list";
}

// "api/v1/namespaces/team-a/pods/x" as what is asked; false for a path that is none of an object.
bool read_path(KubeCall& k, const std::vector<std::string>& parts) {
    const bool core = parts[0] == "api";
    if (!core && parts[0] != "apis") return false;
    std::size_t at = core ? 1 : 2;
    if (parts.size() < at + 2) return false;
    const std::string group = core ? "" : parts[1];
    const std::string version = parts[at++];
    KubeAsked& asked = k.asked;
    if (parts[at] == "namespaces" && parts.size() > at + 2) {
        asked.name_space = parts[at + 1];
        at += 2;
    }
    const std::string plural = parts[at++];
    if (at < parts.size()) asked.name = parts[at++];
    if (at < parts.size()) k.subresource = parts[at];
    const auto kind = find_served(k.cluster, group, version, plural);
    k.served = kind.has_value();
    asked.kind = kind.value_or(KubeKind{group, version, plural, plural, !asked.name_space.empty(), false});
    asked.verb = verb_of(k.call.request.method, !asked.name.empty());
    return true;
}

std::string manager_of(const Request& request) {
    if (const auto manager = request.parameter("fieldManager"); !manager.empty()) return std::string(manager);
    const std::string_view agent = request.header("user-agent");
    const std::string name(agent.substr(0, agent.find('/')));
    return name.empty() ? "unknown" : name;
}

KubeWriter writer_of(const KubeCall& k) { return {.manager = manager_of(k.call.request), .now = k.call.world.now()}; }

Json scale_of(const Json& object) {
    Json metadata = object["metadata"];
    for (const char* key : {"labels", "annotations", "managedFields", "generation"}) metadata.erase(key);
    std::string selector;
    const Json labels = object["spec"]["selector"].value("matchLabels", Json::object());
    for (const auto& [key, value] : labels.items())
        selector += (selector.empty() ? "" : ",") + key + "=" + value.get<std::string>();
    const Json status = object.value("status", Json::object());
    return {{"kind", "Scale"},
            {"apiVersion", "autoscaling/v1"},
            {"metadata", metadata},
            {"spec", {{"replicas", object["spec"]["replicas"]}}},
            {"status", {{"replicas", status.value("replicas", 0)}, {"selector", selector}}}};
}

Answer read_kube(KubeCall& k) {
    const Request& request = k.call.request;
    if (!k.asked.name.empty()) {
        const Json* object = find_object(k.cluster, k.asked.kind, k.asked.name_space, k.asked.name);
        if (object == nullptr) return kube_not_found(k.asked.kind, k.asked.name);
        return json_answer(k.subresource == "scale" ? scale_of(*object) : *object);
    }
    return list_objects(k.cluster, {.kind = k.asked.kind,
                                    .name_space = k.asked.name_space,
                                    .label_selector = request.parameter("labelSelector"),
                                    .field_selector = request.parameter("fieldSelector"),
                                    .accept = request.header("accept"),
                                    .limit = request.parameter("limit"),
                                    .next = request.parameter("continue")});
}

Answer create_kube(KubeCall& k) {
    Json object = Json::parse(k.call.request.body, nullptr, false);
    if (!object.is_object() || !object.contains("metadata"))
        return kube_status(400, "BadRequest", "the object provided is unrecognized", nullptr);
    if (k.asked.kind.namespaced) object["metadata"]["namespace"] = k.asked.name_space;
    const std::string name = object["metadata"].value("name", "");
    if (find_object(k.cluster, k.asked.kind, k.asked.name_space, name) != nullptr)
        return kube_status(409, "AlreadyExists", k.asked.kind.resource() + " \"" + name + "\" already exists",
                           {{"name", name}, {"kind", k.asked.kind.plural}});
    const Json made = create_object(k.cluster, k.asked.kind, object, writer_of(k));
    return json_answer(made, 201);
}

std::optional<Answer> refuse_conflict(const Json& object, const std::string& manager, bool force) {
    if (force || !object["metadata"].contains("managedFields")) return std::nullopt;
    for (const Json& entry : object["metadata"]["managedFields"]) {
        const std::string other = entry.value("manager", "");
        if (other == manager || entry.contains("subresource")) continue;
        return kube_status(
            409, "Conflict", "Apply failed with 1 conflict: conflict with \"" + other + "\"",
            {{"causes", {{{"reason", "FieldManagerConflict"}, {"message", "conflict with \"" + other + "\""}}}}});
    }
    return std::nullopt;
}

Answer patch_kube(KubeCall& k) {
    Json* object = find_object(k.cluster, k.asked.kind, k.asked.name_space, k.asked.name);
    const Request& request = k.call.request;
    if (request.header("content-type").find("apply-patch") != std::string_view::npos) {
        const auto documents = read_manifest(request.body);
        if (!documents || documents->empty()) return kube_status(400, "BadRequest", "error decoding patch", nullptr);
        Json applied = documents->front();
        if (k.asked.kind.namespaced) applied["metadata"]["namespace"] = k.asked.name_space;
        const KubeWriter writer = writer_of(k);
        if (object != nullptr) {
            if (auto refused = refuse_conflict(*object, writer.manager, request.parameter("force") == "true"))
                return *refused;
            if (const auto why = invalid_object(applied, object))
                return kube_status(
                    422, "Invalid",
                    k.asked.kind.kind + "." + k.asked.kind.group + " \"" + k.asked.name + "\" is invalid: " + *why,
                    {{"name", k.asked.name}, {"group", k.asked.kind.group}, {"kind", k.asked.kind.kind}});
        }
        apply_server_side(k.cluster, k.asked.kind, applied, writer);
        return json_answer(*find_object(k.cluster, k.asked.kind, k.asked.name_space, k.asked.name));
    }
    if (object == nullptr) return kube_not_found(k.asked.kind, k.asked.name);
    const Json patch = Json::parse(request.body, nullptr, false);
    if (!patch.is_object()) return kube_status(400, "BadRequest", "error decoding patch", nullptr);
    patch_object(k.cluster, k.asked.kind, *object, patch, writer_of(k), k.subresource);
    return json_answer(k.subresource == "scale" ? scale_of(*object) : *object);
}

Answer replace_kube(KubeCall& k) {
    Json* object = find_object(k.cluster, k.asked.kind, k.asked.name_space, k.asked.name);
    if (object == nullptr) return kube_not_found(k.asked.kind, k.asked.name);
    Json next = Json::parse(k.call.request.body, nullptr, false);
    if (!next.is_object()) return kube_status(400, "BadRequest", "the object provided is unrecognized", nullptr);
    replace_object(k.cluster, k.asked.kind, *object, next, writer_of(k));
    return json_answer(*object);
}

// Deleting a namespace through the proxy takes the records of its stacks, too.
void forget_stacks(KubeCall& k) {
    std::vector<Id> gone;
    for (const auto& [id, stack] : k.call.world.stacks) {
        if (stack.environment == k.environment.id && stack.kubernetes_namespace == k.asked.name) gone.push_back(id);
    }
    for (const Id id : gone) k.call.world.remove_stack(id);
}

Answer delete_kube(KubeCall& k) {
    Json* object = find_object(k.cluster, k.asked.kind, k.asked.name_space, k.asked.name);
    if (object == nullptr) return kube_not_found(k.asked.kind, k.asked.name);
    const Json was = *object;
    delete_object(k.cluster, k.asked.kind, key_of(k.asked.kind, was), k.call.world.now());
    if (k.asked.kind.kind == "Namespace") {
        forget_stacks(k);
        return json_answer(*object);
    }
    if (k.asked.kind.kind == "Service" || k.asked.kind.kind == "Pod") return json_answer(was);
    Json details{{"name", k.asked.name}};
    if (!k.asked.kind.group.empty()) details["group"] = k.asked.kind.group;
    details["kind"] = k.asked.kind.plural;
    details["uid"] = was["metadata"]["uid"];
    return json_answer({{"kind", "Status"},
                        {"apiVersion", "v1"},
                        {"metadata", Json::object()},
                        {"status", "Success"},
                        {"details", details}});
}

Answer write_kube(KubeCall& k) {
    const std::string& method = k.call.request.method;
    if (method == "POST") return create_kube(k);
    if (method == "PATCH") return patch_kube(k);
    if (method == "PUT") return replace_kube(k);
    if (method == "DELETE") return delete_kube(k);
    return kube_status(405, "MethodNotAllowed", "the server does not allow this method on the requested resource",
                       nullptr);
}

Answer answer_kube(KubeCall& k) {
    if (!may_ask(k.cluster, k.caller, k.asked)) return kube_forbidden(k.caller, k.asked);
    if (!k.served) return text_answer(404, "text/plain; charset=utf-8", "404 page not found\n");
    if (k.call.request.method == "GET") return read_kube(k);
    if (k.call.request.parameter("dryRun") == "All") {
        Cluster copy = k.cluster;
        KubeCall dry{k.call, k.environment, copy, k.caller, k.asked, k.subresource, true};
        return write_kube(dry);
    }
    const Answer answer = write_kube(k);
    const bool policies =
        k.asked.kind.resource() == policies_key.resource && k.asked.name_space == policies_key.name_space;
    if (policies) bind_policies(k.call.world, k.cluster, k.environment);
    return answer;
}

Answer cluster_down(const World& world) {
    if (world.version == Version::v2_23_0) return text_answer(502, "", "");
    return problem(502, "Proxy failure", "Dial tcp 10.96.0.1:443: connect: connection refused");
}

Answer proxy_kube(Call& call) {
    const auto id = route_id(call, 0, "environment identifier");
    if (!id) return id.error();
    const Environment* environment = call.world.find_environment(*id);
    if (environment == nullptr) return not_in_bucket(no_environment_message, "endpoints", *id);
    if (!may_use_environment(call.caller, call.world, *environment)) return environment_denied();
    Cluster& cluster = call.world.cluster_of(*environment);
    if (!cluster.reachable) return cluster_down(call.world);
    pass_time(cluster, call.world.now());
    std::vector<std::string> parts;
    for (const std::string_view part : mooring::split(std::string_view(call.parameters[1]).substr(1), '/'))
        parts.push_back(percent_decode(part, false));
    if (auto found = discover(cluster, parts)) return *found;
    KubeCall k{call, *environment, cluster, kube_caller(call.world, call.caller.id), {}, {}, false};
    if (!read_path(k, parts)) return text_answer(404, "text/plain; charset=utf-8", "404 page not found\n");
    return answer_kube(k);
}

constexpr std::array kube_table{Route{"*", "/api/endpoints/{}/kubernetes/*", Auth::user, proxy_kube}};

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

void bind_policies(World&, Cluster& cluster, const Environment& environment) {
    const auto held = cluster.objects.find(policies_key);
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
    const auto held = cluster.objects.find(policies_key);
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

std::span<const Route> kube_routes() { return kube_table; }

} // namespace portainer_double
