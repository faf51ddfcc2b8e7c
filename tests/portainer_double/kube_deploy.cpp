#include "portainer_double/kube_deploy.hpp"

#include "portainer_double/kube_manifest.hpp"
#include "portainer_double/kube_proxy.hpp"
#include "portainer_double/kube_store.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace portainer_double {
namespace {

constexpr std::string_view prefix = "io.portainer.kubernetes.application.";

struct Applying {
    World& world;
    Cluster& cluster;
    const Stack& stack;
    KubeCaller caller;
    std::string owner;
    std::string source; // content, url or git
    std::string path;   // of the file at hand
    bool server_side = true;
    std::vector<std::string> errors{};
    std::string output{};
    int applied = 0;
    std::vector<KubeKind> known{}; // custom kinds, as they were when it began
};

std::string label_text(const Json& value) {
    if (value.is_string()) return value.get<std::string>();
    return value.is_null() ? "<nil>" : value.dump();
}

// Portainer's labels on the object itself, over what the manifest says; all of them texts.
Json labelled(const Applying& a, Json object) {
    if (!object.contains("metadata") || !object["metadata"].is_object()) object["metadata"] = Json::object();
    Json& labels = object["metadata"]["labels"];
    if (!labels.is_object()) labels = Json::object();
    for (auto& [key, value] : labels.items()) value = label_text(value);
    const auto set = [&](const char* name, const std::string& value) { labels[std::string(prefix) + name] = value; };
    const std::string name = label_value(a.stack.name);
    set("kind", a.source);
    set("name", name);
    set("owner", label_value(a.owner));
    if (a.server_side) set("owner.id", "");
    set("stack", name);
    set("stackid", std::to_string(a.stack.id));
    return object;
}

std::string named(const Json& object) {
    return object.contains("metadata") && object["metadata"].is_object() ? object["metadata"].value("name", "") : "";
}

std::string place_of(const KubeKind& kind, const Json& object) {
    return kind.kind + " " + (kind.namespaced ? object["metadata"].value("namespace", "") : "") + "/" + named(object);
}

std::string unknown_field(const Json& object) {
    constexpr std::array known{"replicas",        "selector",
                               "template",        "strategy",
                               "minReadySeconds", "revisionHistoryLimit",
                               "paused",          "progressDeadlineSeconds"};
    if (object.value("kind", "") != "Deployment" || !object.contains("spec")) return {};
    for (const auto& [key, value] : object["spec"].items()) {
        if (std::ranges::find(known, key) == known.end()) return key;
    }
    return {};
}

// The object in the namespace that it goes to; the words of a conflict.
std::expected<Json, std::string> placed(const Applying& a, const KubeKind& kind, Json object) {
    if (!kind.namespaced) return object;
    const std::string own = object["metadata"].value("namespace", "");
    const std::string& wanted = a.stack.kubernetes_namespace;
    if (!own.empty() && !wanted.empty() && own != wanted) {
        if (!a.server_side)
            return std::unexpected("the namespace from the provided object \"" + own +
                                   "\" does not match the namespace \"" + wanted +
                                   "\". You must pass '--namespace=" + own + "' to perform this operation.");
        return std::unexpected("namespace conflict for " + kind.kind + " \"" + named(object) + "\": the namespace \"" +
                               own + "\" from the manifest does not match the namespace \"" + wanted +
                               "\" set from the form/API");
    }
    object["metadata"]["namespace"] = own.empty() ? (wanted.empty() ? "default" : wanted) : own;
    return object;
}

std::string file_of(const Applying& a) { return "\"/tmp/kub_deploymentN/" + a.path + "\""; }

std::string retrieving(const Applying& a, const KubeKind& kind, const Json& object, const std::string& why) {
    const std::string group = kind.group.empty() ? "/" + kind.version : kind.api_version();
    const std::string place = kind.namespaced ? object["metadata"].value("namespace", "") : "";
    return "Error from server (Forbidden): error when retrieving current configuration of:\nResource: \"" + group +
           ", Resource=" + kind.plural + "\", GroupVersionKind: \"" + group + ", Kind=" + kind.kind + "\"\nName: \"" +
           named(object) + "\", Namespace: \"" + place + "\"\nfrom server for: " + file_of(a) + ": " + why;
}

std::optional<std::string> invalid_in(const Applying& a, const KubeKind& kind, const Json& object,
                                      const std::string& space) {
    const auto wrong = invalid_object(object, find_object(a.cluster, kind, space, named(object)));
    if (!wrong) return std::nullopt;
    if (a.server_side) {
        const std::string full = kind.group.empty() ? kind.kind : kind.kind + "." + kind.group;
        return "failed to apply " + place_of(kind, object) + ": " + full + " \"" + named(object) +
               "\" is invalid: " + *wrong;
    }
    std::string list = *wrong;
    if (list.starts_with('[')) list = list.substr(1, list.size() - 2);
    for (std::size_t at = list.find(", spec."); at != std::string::npos; at = list.find(", spec.", at + 4))
        list.replace(at, 2, "\n* ");
    return "The " + kind.kind + " \"" + named(object) + "\" is invalid: \n* " + list;
}

// Why the API server does not take it, in the words of the version's client; nullopt if it does.
std::optional<std::string> refusal(const Applying& a, const KubeKind& kind, const Json& object) {
    const std::string space = kind.namespaced ? object["metadata"].value("namespace", "") : "";
    const KubeAsked asked{a.server_side ? "patch" : "get", kind, space, named(object)};
    const std::string what = "failed to apply " + place_of(kind, object) + ": ";
    if (!may_ask(a.cluster, a.caller, asked)) {
        const std::string why = forbidden_message(a.caller, asked);
        return a.server_side ? what + why : retrieving(a, kind, object, why);
    }
    if (kind.namespaced && !a.cluster.objects.contains({"namespaces", "", space})) {
        const std::string why = "namespaces \"" + space + "\" not found";
        return a.server_side ? "failed to create " + place_of(kind, object) + ": " + why
                             : "Error from server (NotFound): error when creating " + file_of(a) + ": " + why;
    }
    if (const std::string field = unknown_field(object); !field.empty()) {
        return a.server_side ? what + "failed to create typed patch object (" + space + "/" + named(object) + "; " +
                                   kind.api_version() + ", Kind=" + kind.kind + "): .spec." + field +
                                   ": field not declared in schema"
                             : "Error from server (BadRequest): error when creating " + file_of(a) + ": " + kind.kind +
                                   " in version \"" + kind.version + "\" cannot be handled as a " + kind.kind +
                                   ": strict decoding error: unknown field \"spec." + field + "\"";
    }
    return invalid_in(a, kind, object, space);
}

void note_output(Applying& a, const KubeKind& kind, const Json& object, bool was_there, bool changed) {
    const std::string singular = mooring::to_lower(kind.kind);
    const std::string word = a.server_side ? "configured"
                             : !was_there  ? "created"
                             : changed     ? "configured"
                                           : "unchanged";
    const std::string full = a.server_side || kind.group.empty() ? singular : singular + "." + kind.group;
    a.output += (a.server_side && !a.output.empty() ? "\n" : "") + full + "/" + named(object) + " " + word +
                (a.server_side ? "" : "\n");
}

void apply_one(Applying& a, const Json& object, const KubeKind& kind) {
    const auto there = placed(a, kind, object);
    if (!there) return a.errors.push_back(there.error());
    if (auto why = refusal(a, kind, *there)) return a.errors.push_back(*why);
    const KubeKey key = key_of(kind, *there);
    const bool was_there = a.cluster.objects.contains(key);
    const std::string before = was_there ? a.cluster.objects[key]["metadata"].value("resourceVersion", "") : "";
    const KubeWriter writer{.manager = a.server_side ? "portainer" : "kubectl-client-side-apply", .now = a.world.now()};
    if (a.server_side) {
        apply_server_side(a.cluster, kind, *there, writer);
    } else {
        apply_client_side(a.cluster, kind, *there, writer);
    }
    ++a.applied;
    note_output(a, kind, *there, was_there, before != a.cluster.objects[key]["metadata"].value("resourceVersion", ""));
}

Json without_labels(Json object) {
    if (object.contains("metadata")) object["metadata"].erase("labels");
    return object;
}

// kubectl looks for the definition of a kind that the server does not know, which users may not; nullopt if it may.
std::optional<std::string> definitions_unread(const Applying& a) {
    const auto definitions = find_kind(a.cluster, "apiextensions.k8s.io/v1", "CustomResourceDefinition");
    const KubeAsked asked{"list", *definitions, "", ""};
    if (may_ask(a.cluster, a.caller, asked)) return std::nullopt;
    return "error: error validating " + file_of(a) +
           ": error validating data: failed to check CRD: failed to list CRDs: " + forbidden_message(a.caller, asked) +
           "; if you choose to ignore these errors, turn validation off with --validate=false";
}

void apply_document(Applying& a, const Json& document) {
    const Json object = document.is_object() ? document : Json::object();
    const std::string kind_name = object.value("kind", "");
    if (kind_name.empty()) {
        if (!a.server_side) {
            const char* unset = object.contains("apiVersion") ? "kind not set" : "[apiVersion not set, kind not set]";
            return a.errors.push_back("error: error validating " + file_of(a) + ": error validating data: " + unset +
                                      "; if you choose to ignore these errors, turn validation off with "
                                      "--validate=false");
        }
        if (object.empty()) return a.errors.push_back("failed to decode YAML: Object 'Kind' is missing in '{}'");
        return a.errors.push_back(
            "failed to decode YAML: error unmarshaling JSON: while decoding JSON: Object 'Kind' is "
            "missing in '" +
            nlohmann::json(without_labels(object)).dump() + "'");
    }
    if (kind_name == "List") {
        if (a.server_side) return a.errors.push_back("failed to apply List /: name is required");
        for (const Json& item : object.value("items", Json::array())) apply_document(a, labelled(a, item));
        return;
    }
    const std::string version = object.value("apiVersion", "");
    const auto kind = find_kind(a.cluster, version, kind_name);
    const bool was_known =
        kind && (find_kind(Cluster{}, version, kind_name) ||
                 std::ranges::any_of(a.known, [&](const KubeKind& k) { return k.kind == kind_name; }));
    if (was_known) return apply_one(a, labelled(a, object), *kind);
    if (!a.server_side) {
        if (const auto unread = definitions_unread(a)) return a.errors.push_back(*unread);
    }
    const std::string why = "no matches for kind \"" + kind_name + "\" in version \"" + version + "\"";
    a.errors.push_back(a.server_side ? "failed to map resource type " + version + ", Kind=" + kind_name + ": " + why
                                     : "error: resource mapping not found for name: \"" + named(object) +
                                           "\" namespace: \"\" from " + file_of(a) + ": " + why +
                                           "\nensure CRDs are installed first");
}

std::string escaped(const std::string& text) {
    std::string shown = Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
    return shown;
}

std::string all_errors(const Applying& a) {
    std::string text;
    if (!a.server_side) {
        for (const std::string& error : a.errors) text += error + "\n";
        return "failed to deploy kubernete stack: failed to execute kubectl command: " + escaped(text) +
               ": exit status 1";
    }
    for (const std::string& error : a.errors)
        text += (text.empty() ? "" : "\n") + ("failed to apply resource: " + error);
    return "failed to deploy kubernete stack: failed to execute kubectl apply command: " +
           std::string(a.applied > 0 ? "partially applied resources with errors: " : "failed to apply resources: ") +
           text;
}

std::string shape_error(const Json& document) {
    const std::string what = document.is_array() ? "!!seq" : "!!str `" + document.get<std::string>() + "`";
    return "failed to add application labels: failed to decode yaml manifest: yaml: unmarshal errors:\n  line 1: "
           "cannot "
           "unmarshal " +
           what + " into map[string]interface {}";
}

std::vector<std::pair<std::string, std::string>> files_of(const World& world, const Stack& stack) {
    std::vector<std::pair<std::string, std::string>> files{{stack.entry_point, stack.file}};
    if (!stack.git || !stack.additional_files) return files;
    std::string url = stack.git->url;
    if (url.ends_with(".git")) url.resize(url.size() - 4);
    for (const GitRepository& repository : world.repositories) {
        if (repository.url != url) continue;
        for (const std::string& path : *stack.additional_files) {
            if (repository.files.contains(path)) files.emplace_back(path, repository.files.at(path));
        }
    }
    return files;
}

std::optional<std::string> apply_file(Applying& a, const std::string& content) {
    const auto documents = read_manifest(content);
    if (!documents)
        return "failed to add application labels: failed to decode yaml manifest: " + documents.error().words;
    for (const Json& document : *documents) {
        const bool background = a.world.rules().generation == Generation::background;
        if (!document.is_object() && background) return shape_error(document);
    }
    for (const Json& document : *documents) apply_document(a, document);
    if (documents->empty() && !a.server_side) a.errors.emplace_back("error: no objects passed to apply");
    return std::nullopt;
}

Applying applying(World& world, const Stack& stack, Id by) {
    const Environment& environment = *world.find_environment(stack.environment);
    return {.world = world,
            .cluster = world.cluster_of(environment),
            .stack = stack,
            .caller = use_cluster(world, world.cluster_of(environment), by),
            .owner = stack.created_by,
            .source = "content",
            .path = stack.entry_point,
            .server_side = world.version >= Version::v2_39_0,
            .known = world.cluster_of(environment).custom};
}

} // namespace

KubeOutcome deploy_kubernetes(World& world, const Stack& stack, const DeployRequest& request) {
    if (world.find_environment(stack.environment) == nullptr) return {};
    if (const std::string lost = stack.file_lost ? stack.entry_point : stack.lost_additional; !lost.empty())
        return {.output = {},
                .error = "failed to read manifest file: open /data/compose/" + std::to_string(stack.id) + "/" + lost +
                         ": no such file or directory"};
    Applying a = applying(world, stack, request.by);
    if (!request.source.empty()) a.source = request.source;
    if (!request.owner.empty()) a.owner = request.owner;
    for (const auto& [path, content] : files_of(world, stack)) {
        a.path = path;
        if (auto error = apply_file(a, content)) return {.output = {}, .error = std::move(error)};
    }
    if (!a.errors.empty()) return {.output = {}, .error = all_errors(a)};
    return {.output = a.output, .error = std::nullopt};
}

bool hangs_on(const World& world, const std::string& content) {
    return world.version < Version::v2_43_0 && !read_manifest(content);
}

std::optional<std::string> undeploy_kubernetes(World& world, const Stack& stack, Id by) {
    const bool reads_path = world.version == Version::v2_39_0; // for the manifest: nothing is deleted
    const bool broken = world.version >= Version::v2_43_0;
    if (world.find_environment(stack.environment) == nullptr || reads_path) return std::nullopt;
    if (broken && stack.file.find('\r') != std::string::npos) return std::nullopt;
    const auto documents = read_manifest(stack.file);
    if (!documents) return std::nullopt;
    Applying a = applying(world, stack, by);
    for (const Json& document : *documents) {
        const auto kind = find_kind(a.cluster, document.value("apiVersion", ""), document.value("kind", ""));
        if (!kind || !document.contains("metadata")) continue;
        Json object = document;
        const std::string fallback =
            broken || stack.kubernetes_namespace.empty() ? "default" : stack.kubernetes_namespace;
        if (kind->namespaced && !object["metadata"].contains("namespace")) object["metadata"]["namespace"] = fallback;
        const KubeKey key = key_of(*kind, object);
        const KubeAsked asked{"delete", *kind, key.name_space, key.name};
        if (!may_ask(a.cluster, a.caller, asked)) {
            const std::string why = forbidden_message(a.caller, asked);
            a.errors.push_back(broken ? "failed to delete " + place_of(*kind, object) + ": " + why
                                      : "Error from server (Forbidden): error when deleting \"/data/compose/" +
                                            std::to_string(stack.id) + "/" + stack.entry_point + "\": " + why);
            continue;
        }
        ++a.applied;
        delete_object(a.cluster, *kind, key, world.now());
    }
    if (a.errors.empty()) return std::nullopt;
    std::string text;
    for (const std::string& error : a.errors) text += error + (broken && &error == &a.errors.back() ? "" : "\n");
    if (!broken)
        return "failed to remove kubernetes resources: \"\": failed to execute kubectl command: " + escaped(text) +
               ": exit status 1";
    return "failed to remove kubernetes resources: \"\". Error: failed to execute kubectl delete command: " +
           std::string(a.applied > 0 ? "partially deleted resources with errors: " : "failed to delete resources: ") +
           text;
}

} // namespace portainer_double
