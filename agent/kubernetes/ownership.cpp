#include "kubernetes/live.hpp"

#include "base/secret.hpp"
#include "kubernetes/walk.hpp"

#include <algorithm>

namespace mooring::kubernetes {
namespace {

// A token's Secret, of clusters before 1.24.
bool is_token(const Key& key, const Value& live) {
    return key.kind == "Secret" && key.group.empty() &&
           text_at(live, {"type"}) == "kubernetes.io/service-account-token";
}

bool is_not_by_hand(const FieldsOf& entry, const Key& key, const Value& live, const Steps& keys) {
    if (entry.manager == "kube-controller-manager" && (entry.subresource == "scale" || is_token(key, live)))
        return true;
    std::string path;
    for (const Step& step : keys) path.append(path.empty() ? "" : "/").append(step.key);
    return is_clusters_own(entry.manager, key.kind, path);
}

// Whose fields are walked.
struct Subject {
    const Object& declared;
    bool rules_are_filled = false;
    bool null_takes_all = false;  // client-side apply
    bool null_is_nothing = false; // client-side apply of a custom resource
    bool skips_bundles = false;   // what others inject is not by hand
    bool keeps_keys = false;      // client-side apply: what others have added to atomic maps stays
};

// Fields that Mooring does not look at, whoever writes them. `field`: the last key's; nullptr: not known.
bool is_outside(const Subject& subject, const Steps& keys, const Field* field) {
    if (subject.skips_bundles && is_bundle(field)) return true;
    if (keys.size() == 1) {
        const Key& object = subject.declared.key;
        const bool is_texts = keys[0].key == "stringData" && object.kind == "Secret" && object.group.empty();
        return is_texts || keys[0].key == "status" || (keys[0].key == "rules" && subject.rules_are_filled);
    }
    if (keys.size() != 3 || keys[0].key != "metadata") return false;
    return (keys[1].key == "annotations" && keys[2].key == last_applied_annotation) ||
           (keys[1].key == "labels" && is_portainer_label(keys[2].key));
}

using Trees = std::vector<const Value*>; // the same place in what several managers own

Trees below(const Trees& trees, std::string_view step) {
    Trees out;
    for (const Value* tree : trees) {
        if (const Value* found = find(*tree, step)) out.push_back(found);
    }
    return out;
}

// Where a walk over what a manager owns stands.
struct Spot {
    const Value* declared = nullptr; // nullptr: not declared
    const Value* live = nullptr;
    const Field* field = nullptr;
    Trees others;                        // what other managers own here
    std::vector<std::string_view> steps; // from the root, as FieldsV1 spells them
    Steps keys;                          // keys alone: what a path says about secrets
};

std::string path_of(const Spot& spot) {
    constexpr std::string_view hidden_member = R"(v:"***")";
    const bool hides = std::ranges::any_of(spot.keys, [](const Step& one) { return looks_secret(one.key); });
    std::string path;
    for (const std::string_view step : spot.steps)
        read_step(hides && step.starts_with("v:") ? hidden_member : step).append_to(path);
    return path;
}

std::optional<Spot> next(const Spot& spot, std::string_view step) {
    const FieldStep taken = read_step(step);
    Spot out{.declared = spot.declared == nullptr ? nullptr : taken.in(*spot.declared),
             .live = taken.in(*spot.live),
             .field = taken.in(spot.field),
             .others = below(spot.others, step),
             .steps = {},
             .keys = {}};
    if (out.live == nullptr || out.live->shape == Shape::null) return std::nullopt;
    out.steps.reserve(spot.steps.size() + 1);
    out.steps = spot.steps;
    out.steps.push_back(step);
    out.keys = spot.keys;
    if (!taken.name.empty()) out.keys.push_back({.key = step.substr(2), .in = {spot.live, spot.declared}});
    return out;
}

// Whether the server fills the field from one beside it, and that one from it.
bool is_mirrored(const Field* field) {
    return field != nullptr && field->given != nullptr && field->given->kind == Default::Kind::same;
}

bool is_silent(const Spot& spot) { return spot.declared == nullptr || is_empty(spot.field, *spot.declared); }

// Not of a map, whose keys people name.
bool is_of_a_structure(const Spot& spot) { return spot.field != nullptr && !spot.field->name.empty(); }

// One walk; what is found is decided by who owns the leaves.
class OwnedWalk {
  public:
    explicit OwnedWalk(const Subject& subject) : subject_(subject) {}
    virtual ~OwnedWalk() = default;
    OwnedWalk(const OwnedWalk&) = delete;
    OwnedWalk& operator=(const OwnedWalk&) = delete;

    void walk(const Value& fields, const Spot& spot) { // NOLINT(misc-no-recursion): as deep as the JSON
        for (const auto& [step, below] : fields.members) {
            if (step == ".") continue;
            auto at = next(spot, step);
            if (!at || (!at->keys.empty() && is_outside(subject_, at->keys, at->field))) continue;
            const bool leaf = is_leaf(below);
            if (is_mirrored(at->field) && is_silent(*at)) at->declared = nullptr; // the other one fills it
            const bool is_null = at->declared != nullptr && at->declared->shape == Shape::null;
            if (is_null && subject_.null_takes_all) continue;
            if (is_null && (!leaf || subject_.null_is_nothing)) at->declared = nullptr; // it gives up the parts
            if (at->declared != nullptr) {
                leaf ? declared_leaf(*at) : walk(below, *at);
            } else if (!leaf && goes_deeper(step, *at)) {
                walk(below, *at);
            } else if (counts(step, below, *at, spot)) {
                add(at->keys, *at->live, path_of(*at));
            }
        }
    }

    std::vector<Owned> found;

  protected:
    virtual bool goes_deeper(std::string_view step, const Spot& spot) const = 0;
    // `around`: the structure or map that the spot stands in.
    virtual bool counts(std::string_view step, const Value& fields, const Spot& spot, const Spot& around) const = 0;
    // What is declared and owned as a whole.
    virtual void declared_leaf(const Spot& /*spot*/) {}

    void add(const Steps& keys, const Value& live, std::string path) {
        const Key& object = subject_.declared.key;
        found.push_back({.path = std::move(path),
                         .value = display(object, keys, live),
                         .secret = is_secret_at(object, keys, &live),
                         .holder = {}});
    }

    const Subject& subject_;
};

// Whether some leaf below, of those that are looked at, is owned by no other manager.
bool some_leaf_is_alone(const Subject& subject, const Value& fields, const Trees& others, // NOLINT(misc-no-recursion)
                        const Field* field, Steps& keys) {
    if (is_leaf(fields)) return others.empty(); // an empty structure stays while others have something in it
    return std::ranges::any_of(fields.members, [&](const Member& member) {
        if (member.key == ".") return false;
        const bool is_key = member.key.starts_with("f:");
        const Field* next = read_step(member.key).in(field);
        if (is_key) keys.push_back({.key = std::string_view(member.key).substr(2)});
        const bool found = (!is_key || !is_outside(subject, keys, next)) &&
                           some_leaf_is_alone(subject, member.value, below(others, member.key), next, keys);
        if (is_key) keys.pop_back();
        return found;
    });
}

bool some_leaf_is_alone(const Subject& subject, const Value& fields, const Spot& spot) {
    Steps keys = spot.keys;
    return some_leaf_is_alone(subject, fields, spot.others, spot.field, keys);
}

Spot without_others(Spot spot) {
    spot.others.clear();
    return spot;
}

class PortainerWalk final : public OwnedWalk {
  public:
    PortainerWalk(const Subject& subject, bool shared) : OwnedWalk(subject), shared_(shared) {}

  private:
    // A structure that is no pointer stays as `{}` when what is in it goes, and the labels have Portainer's own.
    bool goes_deeper(std::string_view step, const Spot& spot) const override {
        if (spot.keys.size() == 2 && spot.keys[0].key == "metadata" && spot.keys[1].key == "labels") return true;
        return step.starts_with("f:") && spot.field != nullptr && spot.field->form == Form::structure &&
               !spot.field->pointer;
    }
    bool counts(std::string_view /*step*/, const Value& fields, const Spot& spot, const Spot& around) const override {
        if (is_of_a_structure(spot) && is_default(spot.field, *spot.live, *around.live)) return false; // it comes back
        const bool alone = some_leaf_is_alone(subject_, fields, spot);
        return shared_ ? !alone && some_leaf_is_alone(subject_, fields, without_others(spot)) : alone;
    }

    bool shared_;
};

class HandWalk final : public OwnedWalk {
  public:
    // `within`: only what this tree declares, too; nullptr: everything.
    HandWalk(const Subject& subject, const FieldsOf& entry, const Value& live, const Value* within)
        : OwnedWalk(subject), entry_(entry), owned_(*entry.fields), live_(live), within_(within) {}

  private:
    bool goes_deeper(std::string_view step, const Spot& spot) const override {
        return !step.starts_with("k:") && !is_mirrored(spot.field);
    }
    bool counts(std::string_view step, const Value& fields, const Spot& spot, const Spot& around) const override {
        if (!some_leaf_is_alone(subject_, fields, spot) || (within_ != nullptr && !is_within(spot))) return false;
        if (is_controllers_metadata(spot.keys) || is_not_by_hand(entry_, subject_.declared.key, live_, spot.keys))
            return false;
        if (step.starts_with("k:")) return true;
        if (!is_of_a_structure(spot)) return true;
        const Value& live = *spot.live;
        if (live.is_single() ? live.text.empty() : live.members.empty()) return false;
        if (spot.field->name == "nodePort")
            return at(owned_, {"f:spec", "f:type"}) == nullptr; // or it follows the type
        if (is_mirrored(spot.field) && is_declared_nowhere(*spot.field, around))
            return !is_told_by_its_twin(spot, around);
        return !is_default(spot.field, live, *around.live);
    }
    // Nor the field that it is filled from: then neither excuses the other.
    static bool is_declared_nowhere(const Field& field, const Spot& around) {
        const Value* other = around.declared == nullptr ? nullptr : find(*around.declared, field.given->key);
        return other == nullptr || other->shape == Shape::null || (other->is_single() && other->text.empty());
    }
    // One of the two is enough: the later by name, which is the newer one.
    bool is_told_by_its_twin(const Spot& spot, const Spot& around) const {
        const Value* own = &owned_;
        for (const std::string_view step : around.steps) own = own == nullptr ? nullptr : find(*own, step);
        const std::string& twin = spot.field->given->key;
        return own != nullptr && find(*own, "f:" + twin) != nullptr && spot.field->name < twin &&
               find(*around.live, twin) != nullptr && *find(*around.live, twin) == *spot.live;
    }
    static bool is_controllers_metadata(const Steps& keys) {
        return keys.size() == 2 && keys[0].key == "metadata" &&
               (keys[1].key == "finalizers" || keys[1].key == "ownerReferences");
    }
    // By its keys alone: an element of a list is within if its list is.
    bool is_within(const Spot& spot) const {
        const Value* at = within_;
        for (const Step& step : spot.keys) {
            if (at == nullptr || at->shape == Shape::list) break;
            at = find(*at, step.key);
        }
        return at != nullptr;
    }

    // Client-side apply leaves the keys that others have added to what is replaced as a whole (kubernetes.md §8).
    void declared_leaf(const Spot& spot) override {
        const Field* field = spot.field;
        if (!subject_.keeps_keys || field == nullptr || field->merge != Merge::atomic_map || field->replaced) return;
        Steps keys = spot.keys;
        add_more_keys(*field, *spot.declared, *spot.live, path_of(spot), keys);
    }
    void add_more_keys(const Field& field, const Value& declared, const Value& live, // NOLINT(misc-no-recursion)
                       const std::string& path, Steps& keys) {
        const bool is_structure = field.form == Form::structure && field.type != nullptr;
        if (live.shape != Shape::map || declared.shape != Shape::map) return;
        if (!is_structure && field.form != Form::map) return;
        for (const auto& [key, value] : live.members) {
            if (value.shape == Shape::null) continue;
            const Field* below = is_structure ? field.type->find(key) : field.element.get();
            const Value* own = find(declared, key);
            std::string there = path;
            append_key(there, mask_text(key));
            keys.push_back({.key = key, .in = {&live, &declared}});
            if (own != nullptr && below != nullptr)
                add_more_keys(*below, *own, value, there, keys);
            else if (own == nullptr && !is_not_by_hand(entry_, subject_.declared.key, live_, keys) &&
                     !(is_structure && is_default(below, value, live)))
                add(keys, value, std::move(there));
            keys.pop_back();
        }
    }

    const FieldsOf& entry_;
    const Value& owned_; // all that the manager owns
    const Value& live_;
    const Value* within_;
};

Spot root_spot(const Object& declared, const Live& live, const Field& root) {
    return {.declared = &declared.tree, .live = &live.tree, .field = &root, .others = {}, .steps = {}, .keys = {}};
}

Field root_field(const Object& declared) {
    Field root{.name = {}, .form = Form::structure, .type = type_of(declared.api_version, declared.key.kind)};
    if (root.type == nullptr) root.form = Form::raw;
    return root;
}

void add(std::vector<Owned>&& found, const FieldsOf& entry, std::vector<Owned>& out) {
    for (Owned& one : found) {
        one.holder = {.manager = std::string(entry.manager), .time = std::string(entry.time)};
        if (std::ranges::find(out, one.path, &Owned::path) == out.end()) out.push_back(std::move(one));
    }
}

} // namespace

std::vector<Owned> owned_by_portainer(const Object& declared, const Live& live, bool shared) {
    const auto entries = managed_fields(live);
    const Field root = root_field(declared);
    const Subject subject{.declared = declared, .rules_are_filled = rules_are_filled(declared, live.tree)};
    Spot spot = root_spot(declared, live, root);
    for (const FieldsOf& entry : entries) {
        const bool is_its_own = entry.manager == "portainer" && entry.operation == "Apply";
        if (!is_its_own && entry.subresource != "status") spot.others.push_back(entry.fields);
    }
    std::vector<Owned> out;
    for (const FieldsOf& entry : entries) {
        if (!is_portainer(entry)) continue;
        PortainerWalk walk(subject, shared);
        walk.walk(*entry.fields, spot);
        add(std::move(walk.found), entry, out);
    }
    return out;
}

std::vector<Owned> set_by_hand(const Object& declared, const Live& live, AppliedBy applied_by) {
    const auto entries = managed_fields(live);
    const Field root = root_field(declared);
    const bool is_client_side = applied_by == AppliedBy::client_side;
    const Subject subject{.declared = declared,
                          .rules_are_filled = rules_are_filled(declared, live.tree),
                          .null_takes_all = is_client_side && root.type != nullptr,
                          .null_is_nothing = is_client_side && root.type == nullptr,
                          .skips_bundles = true,
                          .keeps_keys = is_client_side};
    Spot spot = root_spot(declared, live, root);
    for (const FieldsOf& entry : entries) {
        if (is_portainer(entry)) spot.others.push_back(entry.fields);
    }
    const auto annotation = last_applied_object(live);
    std::vector<Owned> out;
    for (const FieldsOf& entry : entries) {
        const bool is_kubectl_apply = entry.manager == "kubectl-client-side-apply";
        if (is_portainer(entry) || entry.subresource == "status") continue;
        if (is_kubectl_apply && applied_by == AppliedBy::client_side) continue; // that was Portainer
        HandWalk walk(subject, entry, live.tree, is_kubectl_apply && annotation ? &annotation->tree : nullptr);
        walk.walk(*entry.fields, spot);
        add(std::move(walk.found), entry, out);
    }
    std::ranges::sort(out, {}, &Owned::path);
    return out;
}

} // namespace mooring::kubernetes
