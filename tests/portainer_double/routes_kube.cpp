// /endpoints/{id}/kubernetes/...: Portainer's checks, then the API server's answer (kubernetes.md §3).
#include "portainer_double/kube_apply.hpp"
#include "portainer_double/kube_fields.hpp"
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
    bool dry = false;    // nothing is stored
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

// A write is answered before any controller has seen it: with the status of before, also of several in a row.
Json as_answered(KubeCall& k, Json object, const Json& before) {
    const Json& seen = k.cluster.unseen.try_emplace(key_of(k.asked.kind, object), before).first->second;
    if (seen.contains("status")) object["status"] = seen["status"];
    constexpr const char* revision = "deployment.kubernetes.io/revision";
    const Json annotations = seen.at("metadata").value("annotations", Json::object());
    if (annotations.contains(revision)) object["metadata"]["annotations"][revision] = annotations[revision];
    return object;
}

Answer read_kube(KubeCall& k) {
    k.cluster.unseen.clear();
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
                                    .next = request.parameter("continue"),
                                    .now = k.call.world.now()});
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
    Json made = create_object(k.cluster, k.asked.kind, object, writer_of(k));
    if (k.dry) made["metadata"].erase("resourceVersion");
    return json_answer(made, 201);
}

Answer apply_kube(KubeCall& k, const Json* object) {
    const auto documents = read_manifest(k.call.request.body);
    if (!documents || documents->empty()) return kube_status(400, "BadRequest", "error decoding patch", nullptr);
    Json applied = documents->front();
    applied["metadata"]["name"] = k.asked.name;
    if (k.asked.kind.namespaced) applied["metadata"]["namespace"] = k.asked.name_space;
    const KubeWriter writer = writer_of(k);
    if (object != nullptr) {
        const KubeApplying applying{.cluster = k.cluster,
                                    .kind = k.asked.kind,
                                    .manager = writer.manager,
                                    .force = k.call.request.parameter("force") == "true"};
        if (auto refused = refuse_applied(applying, *object, applied)) return *refused;
    }
    const Json before = object == nullptr ? Json() : *object;
    apply_server_side(k.cluster, k.asked.kind, applied, writer);
    const Json& now = *find_object(k.cluster, k.asked.kind, k.asked.name_space, k.asked.name);
    return json_answer(before.is_null() ? now : as_answered(k, now, before));
}

Answer patch_kube(KubeCall& k) {
    Json* object = find_object(k.cluster, k.asked.kind, k.asked.name_space, k.asked.name);
    const Request& request = k.call.request;
    if (request.header("content-type").find("apply-patch") != std::string_view::npos) return apply_kube(k, object);
    if (object == nullptr) return kube_not_found(k.asked.kind, k.asked.name);
    const Json patch = Json::parse(request.body, nullptr, false);
    if (!patch.is_object()) return kube_status(400, "BadRequest", "error decoding patch", nullptr);
    const Json before = *object;
    patch_object(k.cluster, k.asked.kind, *object, patch, writer_of(k), k.subresource);
    const Json now = as_answered(k, *object, before);
    return json_answer(k.subresource == "scale" ? scale_of(now) : now);
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
        Json going = was;
        going["metadata"]["deletionTimestamp"] = kube_time(k.call.world.now());
        going["status"] = {{"phase", "Terminating"}};
        return json_answer(going);
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

// "May I?", which everybody may ask.
Answer review_access(const KubeCall& k) {
    const Json asked = Json::parse(k.call.request.body, nullptr, false);
    const Json::json_pointer place("/spec/resourceAttributes");
    const Json wanted = asked.is_object() && asked.contains(place) ? asked[place] : Json::object();
    KubeAsked question{wanted.value("verb", ""), {}, wanted.value("namespace", ""), wanted.value("name", "")};
    const std::string verb = wanted.value("verb", "");
    question.verb = verb;
    const auto kind =
        find_served(k.cluster, wanted.value("group", ""), wanted.value("version", "v1"), wanted.value("resource", ""));
    if (kind) question.kind = *kind;
    const Json spec = asked.is_object() ? asked.value("spec", Json::object()) : Json::object();
    const Json entry{{"manager", manager_of(k.call.request)},
                     {"operation", "Update"},
                     {"apiVersion", "authorization.k8s.io/v1"},
                     {"time", kube_time(k.call.world.now())},
                     {"fieldsType", "FieldsV1"},
                     {"fieldsV1", fields_of({{"spec", spec}}, {.custom = false, .with_dots = true})}};
    const bool allowed = k.caller.administrator || (kind && may_ask(k.cluster, k.caller, question));
    return json_answer({{"kind", "SelfSubjectAccessReview"},
                        {"apiVersion", "authorization.k8s.io/v1"},
                        {"metadata", {{"creationTimestamp", nullptr}, {"managedFields", Json::array({entry})}}},
                        {"spec", spec},
                        {"status", {{"allowed", allowed}}}},
                       201);
}

Answer answer_kube(KubeCall& k) {
    if (k.asked.kind.plural == "selfsubjectaccessreviews" && k.call.request.method == "POST") return review_access(k);
    if (!may_ask(k.cluster, k.caller, k.asked)) return kube_forbidden(k.caller, k.asked);
    if (!k.served) return text_answer(404, "text/plain; charset=utf-8", "404 page not found\n");
    if (k.call.request.method == "GET") return read_kube(k);
    if (k.call.request.parameter("dryRun") == "All") {
        Cluster copy = k.cluster;
        KubeCall dry{k.call, k.environment, copy, k.caller, k.asked, k.subresource, true, true};
        Answer answer = write_kube(dry);
        k.cluster.drawn = copy.drawn; // no name is given twice
        return answer;
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
    KubeCall k{call, *environment, cluster, use_cluster(call.world, cluster, call.caller.id), {}, {}, false, false};
    if (!read_path(k, parts)) return text_answer(404, "text/plain; charset=utf-8", "404 page not found\n");
    return answer_kube(k);
}

constexpr std::array kube_table{Route{"*", "/api/endpoints/{}/kubernetes/*", Auth::user, proxy_kube}};

} // namespace

std::span<const Route> kube_routes() { return kube_table; }

} // namespace portainer_double
