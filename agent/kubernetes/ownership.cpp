#include "kubernetes/live.hpp"

#include "kubernetes/walk.hpp"

#include <algorithm>
#include <array>

namespace mooring::kubernetes {
namespace {

bool is_portainer(const FieldsOf& entry) {
    return entry.manager == "portainer" && entry.operation == "Apply" && entry.subresource.empty();
}

// Their writes are the cluster's own business.
bool is_controller(const FieldsOf& entry) {
    constexpr std::array<std::string_view, 5> managers{"kube-controller-manager", "kubelet", "kube-scheduler",
                                                       "kube-apiserver", "clusterrole-aggregation-controller"};
    return entry.subresource == "status" || std::ranges::find(managers, entry.manager) != managers.end();
}

// Fields that Mooring does not look at, whoever writes them.
bool is_outside(const Key& object, const Steps& keys) {
    if (keys.back().key == "caBundle" || keys.back().key == last_applied_annotation) return true;
    if (keys.size() == 1)
        return keys[0].key == "stringData" || (object.kind == "ClusterRole" && keys[0].key == "rules");
    if (keys[0].key != "metadata") return false;
    return keys.size() == 3 && keys[1].key == "labels" && is_portainer_label(keys[2].key);
}

// What the server adds on its own to what somebody writes (kubernetes.md §5).
bool is_added(std::string_view key, const Value& value) {
    struct Added {
        std::string_view key;
        std::string_view value; // "": anything
    };
    constexpr std::array added{Added{"allocateLoadBalancerNodePorts", "true"},
                               Added{"defaultMode", "420"},
                               Added{"dnsPolicy", "ClusterFirst"},
                               Added{"externalTrafficPolicy", "Cluster"},
                               Added{"failureThreshold", "3"},
                               Added{"imagePullPolicy", ""},
                               Added{"internalTrafficPolicy", "Cluster"},
                               Added{"nodePort", ""},
                               Added{"periodSeconds", "10"},
                               Added{"progressDeadlineSeconds", "600"},
                               Added{"protocol", "TCP"},
                               Added{"restartPolicy", "Always"},
                               Added{"revisionHistoryLimit", "10"},
                               Added{"schedulerName", "default-scheduler"},
                               Added{"scheme", "HTTP"},
                               Added{"serviceAccount", ""},
                               Added{"sessionAffinity", "None"},
                               Added{"successThreshold", "1"},
                               Added{"terminationGracePeriodSeconds", "30"},
                               Added{"terminationMessagePath", "/dev/termination-log"},
                               Added{"terminationMessagePolicy", "File"},
                               Added{"timeoutSeconds", "1"}};
    if (!value.is_single()) return value.members.empty();
    return std::ranges::any_of(
        added, [&](const Added& one) { return one.key == key && (one.value.empty() || one.value == value.text); });
}

using Trees = std::vector<const Value*>; // the same place in what several managers own

Trees below(const Trees& trees, std::string_view step) {
    Trees out;
    for (const Value* tree : trees) {
        if (const Value* found = find(*tree, step)) out.push_back(found);
    }
    return out;
}

bool has_leaf(const Trees& trees) {
    return std::ranges::any_of(trees, [](const Value* tree) { return is_leaf(*tree); });
}

// Where a walk over what a manager owns stands.
struct Spot {
    const Value* declared = nullptr; // nullptr: not declared
    const Value* live = nullptr;
    const Field* field = nullptr;
    Trees others; // what other managers own here
    std::string path;
    Steps keys; // keys alone: what a path says about secrets
};

std::optional<Spot> next(const Spot& spot, std::string_view step) {
    const FieldStep taken = read_step(step);
    Spot out{.declared = spot.declared == nullptr ? nullptr : taken.in(*spot.declared),
             .live = taken.in(*spot.live),
             .field = taken.in(spot.field),
             .others = below(spot.others, step),
             .path = spot.path,
             .keys = spot.keys};
    if (out.live == nullptr || out.live->shape == Shape::null) return std::nullopt;
    taken.append_to(out.path);
    if (!taken.name.empty()) out.keys.push_back({.key = step.substr(2)});
    return out;
}

// One walk; what is found is decided by who owns the leaves.
class OwnedWalk {
  public:
    explicit OwnedWalk(const Key& object) : object_(object) {}
    virtual ~OwnedWalk() = default;
    OwnedWalk(const OwnedWalk&) = delete;
    OwnedWalk& operator=(const OwnedWalk&) = delete;

    void walk(const Value& fields, const Spot& spot) { // NOLINT(misc-no-recursion): as deep as the JSON
        for (const auto& [step, below] : fields.members) {
            if (step == ".") continue;
            const auto at = next(spot, step);
            if (!at || (!at->keys.empty() && is_outside(object_, at->keys))) continue;
            const bool leaf = is_leaf(below);
            if (at->declared != nullptr) {
                if (!leaf) walk(below, *at);
            } else if (!leaf && goes_deeper(step, *at)) {
                walk(below, *at);
            } else if (counts(step, below, *at)) {
                found.push_back({.path = at->path,
                                 .value = display(object_, at->keys, *at->live),
                                 .secret = is_secret_at(object_, at->keys, at->live),
                                 .holder = {}});
            }
        }
    }

    std::vector<Owned> found;

  protected:
    virtual bool goes_deeper(std::string_view step, const Spot& spot) const = 0;
    virtual bool counts(std::string_view step, const Value& fields, const Spot& spot) const = 0;

    const Key& object_;
};

// Whether some leaf below, of those that are looked at, is owned by no other manager.
bool some_leaf_is_alone(const Key& object, const Value& fields, const Trees& others,
                        Steps& keys) { // NOLINT(misc-no-recursion)
    if (is_leaf(fields)) return !has_leaf(others);
    return std::ranges::any_of(fields.members, [&](const Member& member) {
        if (member.key == ".") return false;
        const bool is_key = member.key.starts_with("f:");
        if (is_key) keys.push_back({.key = std::string_view(member.key).substr(2)});
        const bool found = (!is_key || !is_outside(object, keys)) &&
                           some_leaf_is_alone(object, member.value, below(others, member.key), keys);
        if (is_key) keys.pop_back();
        return found;
    });
}

bool some_leaf_is_alone(const Key& object, const Value& fields, const Spot& spot) {
    Steps keys = spot.keys;
    return some_leaf_is_alone(object, fields, spot.others, keys);
}

Spot without_others(Spot spot) {
    spot.others.clear();
    return spot;
}

class PortainerWalk final : public OwnedWalk {
  public:
    PortainerWalk(const Key& object, bool shared) : OwnedWalk(object), shared_(shared) {}

  private:
    // A structure that is no pointer stays as `{}` when what is in it goes.
    bool goes_deeper(std::string_view step, const Spot& spot) const override {
        return step.starts_with("f:") && spot.field != nullptr && spot.field->form == Form::structure &&
               !spot.field->pointer;
    }
    bool counts(std::string_view /*step*/, const Value& fields, const Spot& spot) const override {
        const bool alone = some_leaf_is_alone(object_, fields, spot);
        return shared_ ? !alone && some_leaf_is_alone(object_, fields, without_others(spot)) : alone;
    }

    bool shared_;
};

class HandWalk final : public OwnedWalk {
  public:
    // `within`: only what this tree declares, too; nullptr: everything.
    HandWalk(const Key& object, const Value* within) : OwnedWalk(object), within_(within) {}

  private:
    bool goes_deeper(std::string_view step, const Spot& /*spot*/) const override { return !step.starts_with("k:"); }
    bool counts(std::string_view step, const Value& fields, const Spot& spot) const override {
        if (!some_leaf_is_alone(object_, fields, spot) || (within_ != nullptr && !is_within(spot))) return false;
        if (is_controllers_metadata(spot.keys)) return false;
        if (step.starts_with("k:")) return true;
        const bool is_structures = spot.field != nullptr && !spot.field->name.empty(); // not one that people named
        if (is_structures && is_single_and_empty(*spot.live)) return false;
        return !is_added(spot.keys.empty() ? "" : spot.keys.back().key, *spot.live);
    }
    static bool is_controllers_metadata(const Steps& keys) {
        return keys.size() == 2 && keys[0].key == "metadata" &&
               (keys[1].key == "finalizers" || keys[1].key == "ownerReferences");
    }
    static bool is_single_and_empty(const Value& value) { return value.is_single() && value.text.empty(); }
    // By its keys alone: an element of a list is within if its list is.
    bool is_within(const Spot& spot) const {
        const Value* at = within_;
        for (const Step& step : spot.keys) {
            if (at == nullptr || at->shape == Shape::list) break;
            at = find(*at, step.key);
        }
        return at != nullptr;
    }

    const Value* within_;
};

Spot root_spot(const Object& declared, const Live& live, const Field& root) {
    return {.declared = &declared.tree, .live = &live.tree, .field = &root, .others = {}, .path = {}, .keys = {}};
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

AppliedBy applied_by(const Live& live) {
    const auto entries = managed_fields(live);
    if (std::ranges::any_of(
            entries, [](const FieldsOf& entry) { return entry.manager == "portainer" && entry.operation == "Apply"; }))
        return AppliedBy::server_side;
    const bool annotated = at(live.tree, {"metadata", "annotations", last_applied_annotation}) != nullptr;
    return annotated ? AppliedBy::client_side : AppliedBy::nobody;
}

std::vector<Owned> owned_by_portainer(const Object& declared, const Live& live, bool shared) {
    const auto entries = managed_fields(live);
    const Field root = root_field(declared);
    Spot spot = root_spot(declared, live, root);
    for (const FieldsOf& entry : entries) {
        const bool is_its_own = entry.manager == "portainer" && entry.operation == "Apply";
        if (!is_its_own && entry.subresource != "status") spot.others.push_back(entry.fields);
    }
    std::vector<Owned> out;
    for (const FieldsOf& entry : entries) {
        if (!is_portainer(entry)) continue;
        PortainerWalk walk(declared.key, shared);
        walk.walk(*entry.fields, spot);
        add(std::move(walk.found), entry, out);
    }
    return out;
}

std::vector<Owned> set_by_hand(const Object& declared, const Live& live, AppliedBy applied_by) {
    const auto entries = managed_fields(live);
    const Field root = root_field(declared);
    Spot spot = root_spot(declared, live, root);
    for (const FieldsOf& entry : entries) {
        if (is_portainer(entry)) spot.others.push_back(entry.fields);
    }
    const auto annotation = last_applied_object(live);
    std::vector<Owned> out;
    for (const FieldsOf& entry : entries) {
        const bool is_kubectl_apply = entry.manager == "kubectl-client-side-apply";
        if (is_portainer(entry) || is_controller(entry)) continue;
        if (is_kubectl_apply && applied_by == AppliedBy::client_side) continue; // that was Portainer
        HandWalk walk(declared.key, is_kubectl_apply && annotation ? &annotation->tree : nullptr);
        walk.walk(*entry.fields, spot);
        add(std::move(walk.found), entry, out);
    }
    std::ranges::sort(out, {}, &Owned::path);
    return out;
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
