#include "kubernetes/canonical.hpp"

#include "kubernetes/live.hpp"
#include "kubernetes/rules.hpp"
#include "kubernetes/scalars.hpp"

#include <algorithm>
#include <array>

namespace mooring::kubernetes {
namespace {

// Labels are made texts by Portainer, as Go prints them; its own it writes itself.
void settle_labels(Value& metadata) {
    Value* labels = find(metadata, "labels");
    if (labels == nullptr || labels->shape != Shape::map) return;
    std::erase_if(labels->members, [](const Member& label) { return is_portainer_label(label.key); });
    for (auto& [name, value] : labels->members) {
        if (!value.is_single()) continue;
        if (value.shape == Shape::null) value.text = "<nil>";
        value.shape = Shape::text;
    }
}

// A null in a map of texts is an empty text.
void fill_nulls(const Field& field, Value& value) { // NOLINT(misc-no-recursion): as deep as the tree
    const Field* element = field.element.get();
    const bool of_texts = element != nullptr && (element->form == Form::text || element->form == Form::bytes);
    for (auto& [key, below] : value.members) {
        if (value.shape == Shape::map && field.form == Form::map) {
            if (of_texts && below.shape == Shape::null) below.shape = Shape::text;
        } else if (value.shape == Shape::list && field.form == Form::list) {
            if (element != nullptr) fill_nulls(*element, below);
        } else if (value.shape == Shape::map && field.form == Form::structure && field.type != nullptr) {
            const Field* member = field.type->find(key);
            if (member != nullptr) fill_nulls(*member, below);
        }
    }
}

// The server keeps `stringData` as `data`; where both have a key, it wins.
void fold_string_data(Value& secret) {
    Value* texts = find(secret, "stringData");
    if (texts == nullptr || texts->shape != Shape::map) return;
    Value taken = std::move(*texts);
    remove(secret, "stringData");
    if (taken.members.empty()) return;
    Value* data = find(secret, "data");
    if (data == nullptr || data->shape != Shape::map) {
        put(secret, "data", make_map(taken.line));
        data = find(secret, "data");
    }
    for (auto& [key, value] : taken.members) put(*data, key, make_text(to_base64(value.text), value.line));
}

void settle_metadata(Object& object) {
    Value* metadata = find(object.tree, "metadata");
    if (metadata == nullptr) return;
    for (const std::string_view name :
         {"creationTimestamp", "uid", "resourceVersion", "generation", "managedFields", "selfLink"}) {
        remove(*metadata, name);
    }
    settle_labels(*metadata);
    if (!is_cluster_wide(object.api_version, object.key.kind)) return;
    remove(*metadata, "namespace"); // the server drops it
    object.key.namespace_.clear();
}

} // namespace

bool is_portainer_label(std::string_view name) {
    constexpr std::string_view front = "io.portainer.kubernetes.application.";
    constexpr std::array<std::string_view, 7> own{"stack", "stackid", "name", "owner", "owner.id", "kind", "stackKind"};
    return name.starts_with(front) && std::ranges::find(own, name.substr(front.size())) != own.end();
}

void canonicalise(Object& object) {
    remove(object.tree, "status");
    settle_metadata(object);
    Field root{.name = {}, .form = Form::structure, .type = type_of(object.api_version, object.key.kind)};
    if (root.type != nullptr) {
        fill_nulls(root, object.tree);
    } else if (Value* metadata = find(object.tree, "metadata")) {
        fill_nulls(metadata_field(), *metadata);
    }
    if (object.key.group.empty() && object.key.kind == "Secret") fold_string_data(object.tree);
}

} // namespace mooring::kubernetes
