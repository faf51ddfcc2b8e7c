#include "kubernetes/walk.hpp"

#include "base/secret.hpp"
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
        if (value != nullptr && (value->shape == Shape::number || value->shape == Shape::boolean))
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

bool is_portainer(const FieldsOf& entry) {
    return entry.manager == "portainer" && entry.operation == "Apply" && entry.subresource.empty();
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
    if (step.is_owned_as_a_whole()) return nullptr;
    if (step.kind == Step::Kind::key) return find(fields, "f:" + std::string(step.key));
    const bool is_element = step.kind != Step::Kind::member;
    if (const Value* exact = find(fields, is_element ? element_step(step) : member_step(*step.element))) return exact;
    for (const auto& [name, value] : fields.members) { // escaped otherwise
        const FieldStep other = name.contains('\\') ? read_step(name) : FieldStep();
        if (other.what && (is_element ? other.kind == 'k' && has_keys(*step.element, *other.what)
                                      : other.kind == 'v' && *other.what == *step.element))
            return &value;
    }
    return nullptr;
}

} // namespace

bool owns(const Value& fields, const Steps& steps) {
    const Value* at = &fields;
    for (const Step& step : steps) {
        if (step.is_owned_as_a_whole() || (at != &fields && is_leaf(*at))) return true; // owned as a whole
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

namespace {

// Whether some leaf of the fields is in none of the others.
bool has_more(const Value& fields, const std::vector<const Value*>& others) { // NOLINT(misc-no-recursion)
    if (is_leaf(fields)) return others.empty();
    return std::ranges::any_of(fields.members, [&others](const Member& member) {
        if (member.key == ".") return false;
        std::vector<const Value*> there;
        for (const Value* other : others) {
            if (const Value* found = find(*other, member.key)) there.push_back(found);
        }
        return has_more(member.value, there);
    });
}

std::optional<Field> list_of(const Value& fields) {
    for (const auto& [name, value] : fields.members) {
        const FieldStep step = read_step(name);
        Field list{.name = {}, .form = Form::list};
        if (step.kind == 'k' && step.what && step.what->shape == Shape::map) {
            list.merge = Merge::keyed;
            for (const Member& key : step.what->members) list.keys.push_back(key.key);
            return list;
        }
        list.merge = Merge::set;
        if (step.kind == 'v') return list;
    }
    return std::nullopt;
}

} // namespace

Merging::Merging(const Live& live, AppliedBy applied_by) : whole_lists_(applied_by == AppliedBy::client_side) {
    for (const FieldsOf& entry : managed_fields(live)) {
        if (!entry.subresource.empty()) continue;
        const bool is_own = whole_lists_ ? entry.manager == "kubectl-client-side-apply" : is_portainer(entry);
        entries_.push_back({.fields = entry.fields, .is_portainers = is_own});
    }
}

const Field* Merging::list_at(const Steps& steps) {
    for (const Entry& entry : entries_) {
        const Value* at = fields_at(*entry.fields, steps);
        auto list = at == nullptr ? std::nullopt : list_of(*at);
        if (!list) continue;
        lists_.push_back(std::move(*list));
        return &lists_.back();
    }
    return nullptr;
}

bool Merging::is_taken_over(const Steps& steps, Shape shape) const {
    if (whole_lists_ && shape != Shape::list) return false;
    std::vector<const Value*> own;
    std::vector<const Value*> others;
    for (const Entry& entry : entries_) {
        if (const Value* at = fields_at(*entry.fields, steps)) (entry.is_portainers ? own : others).push_back(at);
    }
    if (whole_lists_) return std::ranges::any_of(others, [&own](const Value* one) { return has_more(*one, own); });
    return own.empty() && std::ranges::any_of(others, [](const Value* one) { return is_leaf(*one); });
}

bool Merging::is_portainers(const Steps& steps) const {
    return std::ranges::any_of(
        entries_, [&steps](const Entry& entry) { return entry.is_portainers && owns(*entry.fields, steps); });
}

bool Merging::is_null_undone(const Steps& steps, const Value* actual) const {
    const Value* around = actual != nullptr || steps.empty() ? nullptr : steps.back().in[1];
    const Value* there = around == nullptr ? actual : find(*around, steps.back().key);
    if (there != nullptr && there->shape == Shape::null) return false; // a free map keeps it
    if (whole_lists_ || is_portainers(steps)) return false;
    return actual == nullptr || std::ranges::any_of(entries_, [&steps](const Entry& entry) {
               const Value* at = fields_at(*entry.fields, steps);
               return at != nullptr && is_leaf(*at);
           });
}

namespace {

// The one of the keys, not taken yet, that the element has; `exactly`: says itself.
std::optional<std::size_t> keys_of(const Value& element, const std::vector<Value>& keys, const std::vector<bool>& taken,
                                   bool exactly) {
    for (std::size_t i = 0; i < keys.size(); ++i) {
        const bool fits = !taken[i] && std::ranges::all_of(keys[i].members, [&](const Member& key) {
            const Value* own = find(element, key.key);
            const bool says = own != nullptr && own->shape != Shape::null;
            return says ? *own == key.value : !exactly;
        });
        if (fits) return i;
    }
    return std::nullopt;
}

class KeyFiller {
  public:
    bool changed = false;

    void fill(Value& declared, const Value& fields) { // NOLINT(misc-no-recursion): as deep as the tree
        if (declared.shape == Shape::list) return elements(declared, fields);
        for (const auto& [name, below] : fields.members) {
            Value* own = name.starts_with("f:") ? find(declared, std::string_view(name).substr(2)) : nullptr;
            if (own != nullptr && !own->is_single()) fill(*own, below);
        }
    }

  private:
    void elements(Value& list, const Value& fields) { // NOLINT(misc-no-recursion)
        std::vector<Value> keys;
        std::vector<const Value*> values;
        for (const auto& [name, below] : fields.members) {
            FieldStep step = read_step(name);
            if (step.kind != 'k' || !step.what || step.what->shape != Shape::map) continue;
            keys.push_back(std::move(*step.what));
            values.push_back(&below);
        }
        std::vector<bool> taken(keys.size(), false);
        std::vector<bool> done(list.members.size(), false);
        for (const bool exactly : {true, false}) {
            for (std::size_t i = 0; i < list.members.size(); ++i) {
                Value& element = list.members[i].value;
                const bool is_open = !done[i] && element.shape == Shape::map;
                const auto found = is_open ? keys_of(element, keys, taken, exactly) : std::nullopt;
                if (!found) continue;
                taken[*found] = done[i] = true;
                if (!exactly) complete(element, keys[*found]);
                fill(element, *values[*found]);
            }
        }
    }

    void complete(Value& element, const Value& keys) {
        for (const auto& [name, value] : keys.members) {
            const Value* own = find(element, name);
            if (own != nullptr && own->shape != Shape::null) continue;
            put(element, name, Value(value));
            changed = true;
        }
    }
};

} // namespace

std::optional<Object> with_keys(const Object& declared, const Live& live) {
    if (type_of(declared.api_version, declared.key.kind) != nullptr) return std::nullopt;
    Object out = declared;
    KeyFiller filler;
    for (const FieldsOf& entry : managed_fields(live)) {
        if (is_portainer(entry)) filler.fill(out.tree, *entry.fields);
    }
    return filler.changed ? std::optional(std::move(out)) : std::nullopt;
}

AppliedBy applied_by(const Live& live) {
    const auto entries = managed_fields(live);
    if (std::ranges::any_of(
            entries, [](const FieldsOf& entry) { return entry.manager == "portainer" && entry.operation == "Apply"; }))
        return AppliedBy::server_side;
    const bool annotated = at(live.tree, {"metadata", "annotations", last_applied_annotation}) != nullptr;
    return annotated ? AppliedBy::client_side : AppliedBy::nobody;
}

std::optional<Holder> holder_of(const Live& live, const Steps& steps) {
    std::optional<Holder> found;
    bool is_somebody_else = false;
    for (const FieldsOf& entry : managed_fields(live)) {
        if (entry.subresource == "status" || !owns(*entry.fields, steps)) continue;
        const bool other = !is_portainer(entry) && entry.manager != "kubectl-client-side-apply";
        const bool is_later = !found || entry.time > found->time;
        if (found && (other == is_somebody_else ? !is_later : !other)) continue;
        is_somebody_else = other;
        found = Holder{.manager = std::string(entry.manager), .time = std::string(entry.time)};
    }
    return found;
}

} // namespace mooring::kubernetes
