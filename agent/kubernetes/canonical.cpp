#include "kubernetes/walk.hpp"

#include "base/text.hpp"
#include "kubernetes/live.hpp"
#include "kubernetes/rules.hpp"
#include "kubernetes/value.hpp"

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

// The server writes the newer name over the older one.
void settle_service_account(const Field& field, Value& value) {
    if (field.type == nullptr || field.type->find("serviceAccount") == nullptr) return;
    const std::string name(text_at(value, {"serviceAccountName"}));
    if (Value* older = find(value, "serviceAccount"); older != nullptr && !name.empty())
        *older = make_text(name, older->line);
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
    settle_service_account(field, value);
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

// What a value means by the form of its field: whether it is as absent, whether two are the same.

bool is_empty(const Field* field, const Value& value) { // NOLINT(misc-no-recursion): as deep as the tree
    if (value.shape == Shape::null) return true;
    if (field == nullptr) return false;
    const Form form = field->form;
    if (form == Form::map && value.shape == Shape::map)
        return std::ranges::all_of(value.members, [](const Member& one) { return one.value.shape == Shape::null; });
    if (form == Form::map || form == Form::list || form == Form::bytes)
        return value.members.empty() && value.text.empty();
    if (field->pointer) return false;
    if (form == Form::structure) {
        return value.shape == Shape::map && std::ranges::all_of(value.members, [field](const Member& member) {
                   return is_empty(field->type == nullptr ? nullptr : field->type->find(member.key), member.value);
               });
    }
    if (form == Form::text) return value.shape == Shape::text && value.text.empty();
    if (form == Form::int_or_text) return value.text.empty() || (value.shape == Shape::number && value.text == "0");
    if (form == Form::integer) return field->omits_empty && value.shape == Shape::number && value.text == "0";
    return form == Form::boolean && field->omits_empty && value.shape == Shape::boolean && value.text == "false";
}

bool is_one_value(const Field* field) {
    if (field == nullptr) return false;
    if (field->form == Form::structure || field->form == Form::map) return field->merge == Merge::atomic_map;
    return field->form != Form::list || field->merge == Merge::whole;
}

bool same_value(const Field* field, const Value& one, const Value& other) {
    if (one == other) return true;
    const auto same = [&](const auto& meaning) {
        if (!one.is_single() || !other.is_single()) return false;
        const auto left = meaning(one.text);
        return left && left == meaning(other.text);
    };
    switch (field == nullptr ? Form::raw : field->form) {
    case Form::quantity:
        return same(quantity_value);
    case Form::duration:
        return same(parse_go_duration);
    case Form::time:
        return same(time_value);
    case Form::bytes:
        return same(from_base64);
    default:
        return false;
    }
}

bool same_order(const Field& set, const Value& desired, const Value& actual) {
    std::vector<std::size_t> order;
    for (const auto& [key, one] : desired.members) {
        const auto found = std::ranges::find_if(
            actual.members, [&](const Member& other) { return same_value(set.element.get(), one, other.value); });
        if (found != actual.members.end()) order.push_back(static_cast<std::size_t>(found - actual.members.begin()));
    }
    return std::ranges::is_sorted(order);
}

// What the server gives (kubernetes.md §5).

namespace {

// `Always` for a tag that moves.
std::string_view pull_policy(std::string_view image) {
    const std::string_view last = image.substr(image.rfind('/') + 1); // npos + 1 is 0
    const bool is_pinned = last.contains('@') || (last.contains(':') && !last.ends_with(":latest"));
    return is_pinned ? "IfNotPresent" : "Always";
}

bool is_policy_types(const Value& value, const Value& beside) {
    const Value* egress = find(beside, "egress");
    const bool has_egress = egress != nullptr && !egress->members.empty();
    return value.members.size() == (has_egress ? 2U : 1U) && value.members[0].value.text == "Ingress" &&
           (!has_egress || value.members[1].value.text == "Egress");
}

bool is_given(const Field& field, const Value& value, const Value& beside) {
    const Default& given = *field.given;
    switch (given.kind) {
    case Default::Kind::any:
        return true;
    case Default::Kind::same: {
        const Value* other = find(beside, given.key);
        return other != nullptr && *other == value;
    }
    case Default::Kind::pull_policy:
        return value.text == pull_policy(text_at(beside, {find(beside, "image") != nullptr ? "image" : "reference"}));
    case Default::Kind::policy_types:
        return is_policy_types(value, beside);
    case Default::Kind::subject:
        return text_at(beside, {"kind"}) != "ServiceAccount" && value.text == "rbac.authorization.k8s.io";
    case Default::Kind::singular:
        return value.text == to_lower(text_at(beside, {"kind"}));
    case Default::Kind::list_kind:
        return value.text == std::string(text_at(beside, {"kind"})) + "List";
    case Default::Kind::template_labels: {
        const Value* labels = at(beside, {"template", "metadata", "labels"});
        return labels != nullptr && *labels == value;
    }
    case Default::Kind::made:
        return false; // but its members may be what it is made with
    case Default::Kind::limits:
        return std::ranges::all_of(value.members,
                                   [&](const Member& limit) { return is_limit_given(field.name, limit, beside); });
    default:
        return std::ranges::any_of(given.values, [&](const Value& one) { return same_value(&field, one, value); });
    }
}

bool is_made(const Field& pointer, const Value& beside) {
    if (pointer.given == nullptr || pointer.given->kind != Default::Kind::made) return false;
    const auto& values = pointer.given->values;
    const std::string_view is = text_at(beside, {pointer.given->key});
    return values.empty() || std::ranges::any_of(values, [is](const Value& one) { return one.text == is; });
}

} // namespace

bool is_limit_given(std::string_view map, const Member& limit, const Value& item) {
    const auto among = [&](std::string_view limits) { return at(item, {limits, limit.key}); };
    const Value* given = among(map == "default" ? "max" : "default");
    if (given == nullptr && map == "defaultRequest") given = among("min");
    if (given == nullptr) return false;
    const auto value = quantity_value(limit.value.text);
    return value && value == quantity_value(given->text);
}

bool is_default(const Field* field, const Value& value, const Value& beside) { // NOLINT(misc-no-recursion)
    if (is_empty(field, value)) return true;
    if (field == nullptr) return false;
    if (field->given != nullptr && is_given(*field, value, beside)) return true;
    if (field->form == Form::integer || field->form == Form::boolean)
        return !field->pointer && (value.text == "0" || value.text == "false"); // always written
    if (field->form != Form::structure || field->type == nullptr || value.shape != Shape::map) return false;
    if (field->pointer && !is_made(*field, beside)) return false; // goes as a whole
    return std::ranges::all_of(value.members, [&](const Member& member) {
        return is_default(field->type->find(member.key), member.value, value);
    });
}

namespace {

// Whether all of a declared value is owned, each part by itself; only of pointers, as others are left out when zero.
bool covers(const Value& fields, const Field* field, const Value& declared) { // NOLINT(misc-no-recursion)
    if (field == nullptr || !field->pointer || declared.shape == Shape::null) return false;
    if (declared.members.empty() || field->form != Form::structure) return is_leaf(fields);
    return std::ranges::all_of(declared.members, [&](const Member& member) {
        const std::string step = "f:" + member.key;
        const Value* below = find(fields, step);
        return below != nullptr && covers(*below, read_step(step).in(field), member.value);
    });
}

} // namespace

bool is_left_out(const Live& live, const Mismatch& gone, AppliedBy applied_by) {
    return std::ranges::any_of(managed_fields(live), [&](const FieldsOf& entry) {
        const bool is_last =
            applied_by == AppliedBy::client_side ? entry.manager == "kubectl-client-side-apply" : is_portainer(entry);
        const Value* at = is_last && entry.subresource.empty() ? fields_at(*entry.fields, gone.steps) : nullptr;
        return at != nullptr && covers(*at, gone.field, *gone.desired);
    });
}

} // namespace mooring::kubernetes
