#include "kubernetes/walk.hpp"

#include "base/mask.hpp"
#include "kubernetes/live.hpp"

#include <algorithm>
#include <charconv>

namespace mooring::kubernetes {
namespace {

// Whether the element has these keys; a key that is left out is its default.
bool has_keys(const Value& element, const Value& keys) {
    if (element.shape != Shape::map) return false;
    return std::ranges::all_of(keys.members, [&element](const Member& key) {
        const Value* own = find(element, key.key);
        if (own == nullptr || own->text.empty()) return key.value.text == key_default(key.key);
        return *own == key.value;
    });
}

// The step that FieldsV1 writes for an element: its keys by name, as Go marshals a map.
std::string element_step(const Step& step) {
    std::vector<std::string> keys = step.list->keys;
    std::ranges::sort(keys);
    std::string out = "k:{";
    for (const std::string& key : keys) {
        if (!out.ends_with('{')) out += ',';
        append_json_string(out, key);
        out += ':';
        const Value* value = find(*step.element, key);
        if (value != nullptr && value->shape == Shape::number)
            out += value->text;
        else
            append_json_string(out, key_text(*step.element, key));
    }
    return out + "}";
}

std::string member_step(const Value& value) {
    std::string out = "v:";
    if (value.shape == Shape::text)
        append_json_string(out, value.text);
    else
        out += value.text;
    return out;
}

} // namespace

bool is_bundle(const Field* field) {
    return field != nullptr && field->form == Form::bytes && field->name == "caBundle";
}

bool rules_are_filled(const Object& declared, const Value& live) {
    const bool is_role = declared.key.kind == "ClusterRole" && declared.key.group == "rbac.authorization.k8s.io";
    return is_role && (find(declared.tree, "aggregationRule") != nullptr || find(live, "aggregationRule") != nullptr);
}

bool is_leaf(const Value& fields) {
    return std::ranges::all_of(fields.members, [](const Member& member) { return member.key == "."; });
}

std::vector<FieldsOf> managed_fields(const Live& live) {
    std::vector<FieldsOf> out;
    const Value* list = at(live.tree, {"metadata", "managedFields"});
    if (list == nullptr || list->shape != Shape::list) return out;
    for (const Member& member : list->members) {
        const Value& entry = member.value;
        const Value* fields = find(entry, "fieldsV1");
        if (fields == nullptr || fields->shape != Shape::map) continue;
        out.push_back({.manager = text_at(entry, {"manager"}),
                       .operation = text_at(entry, {"operation"}),
                       .subresource = text_at(entry, {"subresource"}),
                       .time = text_at(entry, {"time"}),
                       .fields = fields});
    }
    return out;
}

FieldStep read_step(std::string_view step) {
    FieldStep out;
    if (step.size() < 2 || step[1] != ':') return out;
    out.kind = step[0];
    const std::string_view rest = step.substr(2);
    if (out.kind == 'f') out.name = rest;
    if (out.kind == 'k' || out.kind == 'v') {
        if (auto value = read_json(rest)) out.what = std::move(*value);
    }
    std::size_t index = 0;
    if (out.kind == 'i' && std::from_chars(rest.data(), rest.data() + rest.size(), index).ec == std::errc{})
        out.index = index;
    return out;
}

const Value* FieldStep::in(const Value& value) const {
    if (kind == 'f') return find(value, name);
    if (value.shape != Shape::list) return nullptr;
    if (index) return *index < value.members.size() ? &value.members[*index].value : nullptr;
    if (!what) return nullptr;
    const auto found = std::ranges::find_if(value.members, [this](const Member& element) {
        return kind == 'k' ? has_keys(element.value, *what) : element.value == *what;
    });
    return found == value.members.end() ? nullptr : &found->value;
}

const Field* FieldStep::in(const Field* field) const {
    if (field == nullptr) return nullptr;
    if (kind == 'f' && field->form == Form::structure)
        return field->type == nullptr ? nullptr : field->type->find(name);
    return field->element.get();
}

void FieldStep::append_to(std::string& path) const {
    if (kind == 'f') return append_key(path, mask_text(name));
    std::string out;
    if (kind == 'k' && what) {
        for (const Member& key : what->members) {
            if (!out.empty()) out += ',';
            out += key.key + "=" + mask_text(key.value.text);
        }
    } else if (what) {
        out = mask_text(what->text);
    } else if (index) {
        out = std::to_string(*index);
    }
    path += '[' + out + ']';
}

namespace {

const Value* below(const Value& fields, const Step& step) {
    switch (step.kind) {
    case Step::Kind::key:
        return find(fields, "f:" + std::string(step.key));
    case Step::Kind::element:
        return find(fields, element_step(step));
    case Step::Kind::member:
        return find(fields, member_step(*step.element));
    default:
        return nullptr;
    }
}

} // namespace

bool owns(const Value& fields, const Steps& steps) {
    const Value* at = &fields;
    for (const Step& step : steps) {
        if (step.kind == Step::Kind::index || (at != &fields && is_leaf(*at))) return true; // owned as a whole
        at = below(*at, step);
        if (at == nullptr) return false;
    }
    return true;
}

const Value* fields_at(const Value& fields, const Steps& steps) {
    const Value* at = &fields;
    for (const Step& step : steps) {
        if (at != nullptr) at = below(*at, step);
    }
    return at;
}

} // namespace mooring::kubernetes
