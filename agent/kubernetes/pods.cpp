#include "kubernetes/pods.hpp"

#include "kubernetes/live.hpp"
#include "kubernetes/walk.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <map>
#include <utility>
#include <vector>

namespace mooring::kubernetes {
namespace {

// The elements of a list that stands there.
const std::vector<Member>& elements(const Value* value, std::string_view key) {
    static const std::vector<Member> none;
    const Value* list = value == nullptr ? nullptr : find(*value, key);
    return list == nullptr || list->shape != Shape::list ? none : list->members;
}

std::string clean(std::string_view path) {
    while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
    return std::string(path);
}

// How something is mounted, who may, and what the server fills in: not where it lies.
bool says_how(const Member& member) {
    constexpr std::array<std::string_view, 12> how{
        "readOnly",    "fsType",         "type", "secretRef", "nodePublishSecretRef", "user", "keyring", "cachingMode",
        "storageMode", "iscsiInterface", "kind", "secretFile"};
    const Value& value = member.value;
    const bool empty = value.is_single() && (value.text.empty() || value.text == "0" || value.text == "false");
    return empty || std::ranges::find(how, member.key) != how.end();
}

// Drivers that give a pod secrets and certificates.
bool stores_nothing(std::string_view driver) {
    constexpr std::array<std::string_view, 3> drivers{"secrets-store.csi.k8s.io", "csi.cert-manager.io",
                                                      "csi.spiffe.io"};
    return std::ranges::find(drivers, driver) != drivers.end();
}

Source claim_source(const Pod& pod, std::string_view claim) {
    return {.kind = "persistentVolumeClaim",
            .what = make_text(fmt::format("{}/{}", pod.namespace_, claim)),
            .words = fmt::format("the claim `{}`", printable(claim, 253)),
            .holds_data = true};
}

// A claim of the pod's own: where it comes from.
Source ephemeral_source(const Value& volume) {
    Source source{.kind = "ephemeral", .what = make_map(), .words = "a claim of the pod's own", .holds_data = true};
    for (const std::string_view key : {"storageClassName", "dataSource", "dataSourceRef", "selector", "volumeName"}) {
        const Value* one = at(volume, {"volumeClaimTemplate", "spec", key});
        if (one != nullptr) put(source.what, key, Value(*one));
    }
    if (const auto name = text_at(source.what, {"storageClassName"}); !name.empty())
        source.words += fmt::format(" with the class `{}`", printable(name, 253));
    return source;
}

Source source_of(const Pod& pod, const std::string& kind, const Value& value) {
    constexpr std::array<std::string_view, 7> of_pod{"emptyDir",  "configMap", "secret", "downwardAPI",
                                                     "projected", "image",     "gitRepo"};
    if (kind == "persistentVolumeClaim") return claim_source(pod, text_at(value, {"claimName"}));
    if (kind == "ephemeral") return ephemeral_source(value);
    if (kind == "hostPath") {
        std::string path = clean(text_at(value, {"path"}));
        std::string words = fmt::format("the host's `{}`", printable(path, 200));
        return {.kind = kind, .what = make_text(std::move(path)), .words = std::move(words), .holds_data = true};
    }
    Source source{.kind = kind, .what = value, .words = {}};
    if (source.what.shape == Shape::map) std::erase_if(source.what.members, says_how);
    source.holds_data = std::ranges::find(of_pod, kind) == of_pod.end() &&
                        !(kind == "csi" && stores_nothing(text_at(value, {"driver"})));
    source.words = kind == "emptyDir" ? std::string("an emptyDir, which goes with the pod")
                                      : printable(kind + " " + display(Key{}, {}, source.what), 200);
    return source;
}

// A set's own claims stand before its volumes. A volume that says nothing is an emptyDir.
Source source_of(const Pod& pod, const std::string& name) {
    if (pod.templates != nullptr && pod.templates->shape == Shape::list) {
        for (const Member& one : pod.templates->members) {
            if (text_at(one.value, {"metadata", "name"}) == name)
                return {.kind = "volumeClaimTemplates",
                        .what = make_text(fmt::format("{}/{}/{}", pod.namespace_, pod.owner, name)),
                        .words = fmt::format("the claim template `{}`", printable(name, 253)),
                        .holds_data = true};
        }
    }
    for (const Member& volume : elements(pod.spec, "volumes")) {
        if (text_at(volume.value, {"name"}) != name) continue;
        for (const Member& one : volume.value.members) {
            if (one.key != "name" && one.value.shape == Shape::map) return source_of(pod, one.key, one.value);
        }
        return source_of(pod, "emptyDir", make_map());
    }
    return {};
}

// What decides about a variable's value; not what the server fills in.
std::string given_to(const Value& variable) {
    constexpr std::array<std::string_view, 7> paths{"value",
                                                    "valueFrom.fieldRef.fieldPath",
                                                    "valueFrom.configMapKeyRef.name",
                                                    "valueFrom.configMapKeyRef.key",
                                                    "valueFrom.secretKeyRef.name",
                                                    "valueFrom.secretKeyRef.key",
                                                    "valueFrom.resourceFieldRef.resource"};
    std::string out;
    for (const std::string_view path : paths) {
        const Value* one = value_at(variable, path);
        out.append("\n").append(one == nullptr ? std::string_view() : std::string_view(one->text));
    }
    return out;
}

// An expression, and what its variables are given in the container, which may refer to others: read once, as it grows.
std::string with_variables(const Value& container, std::string_view expression) {
    std::map<std::string_view, const Value*> unused;
    for (const Member& one : elements(&container, "env")) unused.emplace(text_at(one.value, {"name"}), &one.value);
    std::string out(expression);
    std::size_t end = 0; // the next `)`
    for (std::size_t at = out.find("$("); at != std::string::npos; at = out.find("$(", at + 2)) {
        if (end <= at) end = out.find(')', at);
        if (end == std::string::npos) break;
        const auto found = unused.find(std::string_view(out).substr(at + 2, end - at - 2));
        if (found == unused.end()) continue;
        out += given_to(*found->second);
        unused.erase(found);
    }
    return out;
}

void add_mounts(const Value& container, const std::string& front, bool prepares, Mounts& out) {
    const std::string name(text_at(container, {"name"}));
    for (const auto& [list, key] : {std::pair{"volumeMounts", "mountPath"}, std::pair{"volumeDevices", "devicePath"}}) {
        for (const Member& one : elements(&container, list)) {
            const std::string path = clean(text_at(one.value, {key}));
            const std::string_view expression = text_at(one.value, {"subPathExpr"});
            const std::string plain = clean(text_at(one.value, {"subPath"}));
            out.emplace(MountPlace{name, path},
                        Mount{.front = fmt::format("{}[name={}].{}[{}={}]", front, name, list, key, path),
                              .volume = std::string(text_at(one.value, {"name"})),
                              .below = expression.empty() ? plain : with_variables(container, expression),
                              .words = expression.empty() ? plain : std::string(expression),
                              .prepares = prepares});
        }
    }
}

} // namespace

const Value* value_at(const Value& value, std::string_view path) {
    const Value* at = &value;
    for (const std::string_view step : split(path, '.')) at = at == nullptr ? nullptr : find(*at, step);
    return at;
}

Pod pod_of(const Key& key, const Value& tree, std::string_view stack_namespace) {
    constexpr std::array<std::string_view, 4> paths{"spec", "spec.template.spec", "spec.jobTemplate.spec.template.spec",
                                                    "template.spec"};
    for (const std::string_view path : paths) {
        const Value* spec = value_at(tree, path);
        const Value* containers = spec == nullptr ? nullptr : find(*spec, "containers");
        if (containers == nullptr || containers->shape != Shape::list) continue;
        const std::string_view name_space = stack_namespace.empty() ? "default" : stack_namespace;
        return {.path = std::string(path),
                .spec = spec,
                .templates = key.kind == "StatefulSet" ? at(tree, {"spec", "volumeClaimTemplates"}) : nullptr,
                .owner = key.name,
                .namespace_ = key.namespace_.empty() ? std::string(name_space) : key.namespace_};
    }
    return {};
}

Mounts mounts_of(const Pod& pod) {
    Mounts out;
    for (const std::string_view front : {"containers", "initContainers", "ephemeralContainers"}) {
        for (const Member& container : elements(pod.spec, front))
            add_mounts(container.value, std::string(front), front == "initContainers", out);
    }
    return out;
}

std::set<std::string> containers_of(const Pod& pod) {
    std::set<std::string> out;
    for (const std::string_view front : {"containers", "initContainers", "ephemeralContainers"}) {
        for (const Member& container : elements(pod.spec, front)) out.emplace(text_at(container.value, {"name"}));
    }
    return out;
}

Stored stored(const Pod& pod, const Mount& mount) {
    Source source = source_of(pod, mount.volume);
    std::string words = source.kind.empty() ? std::string("a volume that is not there") : source.words;
    if (!mount.words.empty()) words += fmt::format(" below `{}`", printable(mount.words, 200));
    return {.source = std::move(source), .below = mount.below, .words = std::move(words)};
}

} // namespace mooring::kubernetes
