// What Portainer would refuse of a file, or do otherwise than it seems to say (kubernetes.md §1.1, §7.5, §10).
#include "kubernetes/kubernetes.hpp"

#include "base/text.hpp"
#include "kubernetes/live.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace mooring::kubernetes {
namespace {

void check_namespaces(const File& file, std::string_view stack_namespace, std::vector<Remark>& out) {
    for (const Object& object : file.objects) {
        const std::string& own = object.key.namespace_;
        if (stack_namespace.empty() || own.empty() || own == stack_namespace) continue;
        out.push_back(
            {.code = "namespace",
             .message = fmt::format("{} is in the namespace `{}`, and the stack in `{}`: Portainer refuses it",
                                    printable(label(object.key)), printable(own, 80), printable(stack_namespace, 80)),
             .cure = "remove the object's namespace, or put the object into a stack of its own",
             .line = object.line,
             .refused = true});
    }
}

// The server does not know a kind in the same breath in which it is defined.
void check_definitions(const File& file, std::vector<Remark>& out) {
    for (const Object& definition : file.objects) {
        if (definition.key.kind != "CustomResourceDefinition") continue;
        const std::string_view group = text_at(definition.tree, {"spec", "group"});
        const std::string_view kind = text_at(definition.tree, {"spec", "names", "kind"});
        const auto found = std::ranges::find_if(
            file.objects, [&](const Object& object) { return object.key.group == group && object.key.kind == kind; });
        if (found == file.objects.end()) continue;
        out.push_back(
            {.code = "definition",
             .message = fmt::format("{} and the definition of its kind are in one file: the first deployment fails",
                                    printable(label(found->key))),
             .cure = "put the definition into a stack of its own",
             .line = found->line});
    }
}

void check_autoscalers(const File& file, std::vector<Remark>& out) {
    for (const Object& scaler : file.objects) {
        if (scaler.key.group != "autoscaling" || scaler.key.kind != "HorizontalPodAutoscaler") continue;
        const std::string_view kind = text_at(scaler.tree, {"spec", "scaleTargetRef", "kind"});
        const std::string_view name = text_at(scaler.tree, {"spec", "scaleTargetRef", "name"});
        for (const Object& object : file.objects) {
            const Value* replicas = at(object.tree, {"spec", "replicas"});
            if (object.key.kind != kind || object.key.name != name || replicas == nullptr) continue;
            if (object.key.namespace_ != scaler.key.namespace_) continue;
            out.push_back({.code = "autoscaler",
                           .message = fmt::format("{} declares `replicas`, which {} sets: every deployment resets them",
                                                  printable(label(object.key)), printable(label(scaler.key))),
                           .cure = "leave `replicas` out",
                           .line = replicas->line});
        }
    }
}

} // namespace

std::vector<Remark> remarks(const File& file, std::string_view stack_namespace) {
    std::vector<Remark> out = file.remarks;
    check_namespaces(file, stack_namespace, out);
    check_definitions(file, out);
    check_autoscalers(file, out);
    std::ranges::stable_sort(out, {}, &Remark::line);
    return out;
}

} // namespace mooring::kubernetes
