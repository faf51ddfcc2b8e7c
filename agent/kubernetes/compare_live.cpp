// A declared object and the live one -> what a redeployment would change, and what others have done.

#include "kubernetes/walk.hpp"

#include "kubernetes/live.hpp"

#include <algorithm>
#include <charconv>

namespace mooring::kubernetes {
namespace {

// Admission gives these two to every pod that does not have its own, not to templates.
bool is_added_toleration(const Value& toleration) {
    const std::string_view key = text_at(toleration, {"key"});
    return (key == "node.kubernetes.io/not-ready" || key == "node.kubernetes.io/unreachable") &&
           text_at(toleration, {"effect"}) == "NoExecute";
}

// The live pod without those of them that are not declared, if tolerations are.
std::optional<Value> without_added_tolerations(const Object& declared, const Live& live) {
    const Value* own = at(declared.tree, {"spec", "tolerations"});
    const bool is_pod = declared.key.group.empty() && declared.key.kind == "Pod";
    if (!is_pod || own == nullptr) return std::nullopt;
    Value out = live.tree;
    Value* spec = find(out, "spec");
    Value* all = spec == nullptr ? nullptr : find(*spec, "tolerations");
    if (all == nullptr) return std::nullopt;
    std::erase_if(all->members, [own](const Member& one) {
        return is_added_toleration(one.value) && std::ranges::none_of(own->members, [&one](const Member& mine) {
                   const std::string_view effect = text_at(mine.value, {"effect"});
                   return text_at(mine.value, {"key"}) == text_at(one.value, {"key"}) &&
                          (effect.empty() || effect == "NoExecute");
               });
    });
    return out;
}

// Whether the file that was applied last had a null there.
bool is_null_in_annotation(const Live& live, const Steps& steps) {
    const auto applied = read_json(text_at(live.tree, {"metadata", "annotations", last_applied_annotation}));
    const Value* at = applied ? &*applied : nullptr;
    for (const Step& step : steps) {
        if (at != nullptr) at = step.kind == Step::Kind::key ? find(*at, step.key) : nullptr;
    }
    return at != nullptr && at->shape == Shape::null;
}

// Declared and not there, and a redeployment would not bring it.
bool is_never_there(const Mismatch& mismatch, const Live& live, AppliedBy applied_by) {
    const Steps& steps = mismatch.steps;
    if (mismatch.what != What::gone || mismatch.desired == nullptr) return false;
    if (steps.size() == 2 && steps[0].key == "metadata" && steps[1].key == "namespace")
        return live.key.namespace_.empty(); // of a kind that turns out to be cluster-wide
    if (is_left_out(live, mismatch, applied_by)) return true;
    return applied_by == AppliedBy::client_side && mismatch.desired->text.empty() && mismatch.desired->is_single() &&
           is_null_in_annotation(live, steps); // then it was not sent
}

std::optional<std::int64_t> number_at(const Value& tree, std::initializer_list<std::string_view> keys) {
    const Value* value = at(tree, keys);
    std::int64_t number = 0;
    if (value == nullptr || value->shape != Shape::number) return std::nullopt;
    const char* end = value->text.data() + value->text.size();
    const auto [stopped, error] = std::from_chars(value->text.data(), end, number);
    return error == std::errc{} && stopped == end ? std::optional(number) : std::nullopt;
}

Difference dropped(const Object& declared, Owned&& owned) {
    return {.object = label(declared.key),
            .path = std::move(owned.path),
            .what = What::dropped,
            .desired = {},
            .actual = std::move(owned.value),
            .secret = owned.secret,
            .line = declared.line,
            .held_by = std::move(owned.holder)};
}

std::vector<Undeclared> shown(std::vector<Owned>&& owned) {
    std::vector<Undeclared> out;
    out.reserve(owned.size());
    for (Owned& one : owned) {
        out.push_back({.path = std::move(one.path),
                       .value = std::move(one.value),
                       .secret = one.secret,
                       .holder = std::move(one.holder)});
    }
    return out;
}

void add_findings(const Object& declared, const Live& live, AppliedBy applied_by, std::vector<Difference>& out) {
    Merging merging(live, applied_by);
    const Against how{.live = true,
                      .atomic_maps = applied_by != AppliedBy::client_side,
                      .rules_are_filled = rules_are_filled(declared, live.tree),
                      .merging = applied_by == AppliedBy::nobody ? nullptr : &merging,
                      .null_takes_all = applied_by == AppliedBy::client_side};
    const auto without = without_added_tolerations(declared, live);
    const Value& tree = without ? *without : live.tree;
    for (const Mismatch& mismatch : walk(declared.tree, tree, type_of(declared.api_version, declared.key.kind), how)) {
        if (is_never_there(mismatch, live, applied_by)) continue;
        out.push_back(described(declared, mismatch));
        if (mismatch.what == What::changed || mismatch.what == What::extra)
            out.back().held_by = holder_of(live, mismatch.steps);
    }
}

// Whether a path leads into what stands at another one.
bool leads_into(std::string_view path, std::string_view other) {
    return path.size() > other.size() && path.starts_with(other) &&
           (path[other.size()] == '.' || path[other.size()] == '[');
}

// KEDA's: by itself it takes what its autoscaler scales down to none, whatever that one's least is.
bool is_of_a_scaled_object(const Live& live) {
    const Value* owners = at(live.tree, {"metadata", "ownerReferences"});
    return owners != nullptr && std::ranges::any_of(owners->members, [](const Member& one) {
               return text_at(one.value, {"kind"}) == "ScaledObject" &&
                      text_at(one.value, {"apiVersion"}).starts_with("keda.sh/");
           });
}

} // namespace

std::optional<Autoscaler> autoscaler(const Live& live) {
    if (live.key.kind != "HorizontalPodAutoscaler" || live.key.group != "autoscaling") return std::nullopt;
    const bool may_be_none = is_of_a_scaled_object(live);
    return Autoscaler{.name = live.key.name,
                      .target_kind = std::string(text_at(live.tree, {"spec", "scaleTargetRef", "kind"})),
                      .target_name = std::string(text_at(live.tree, {"spec", "scaleTargetRef", "name"})),
                      .least = may_be_none ? 0 : number_at(live.tree, {"spec", "minReplicas"}).value_or(1),
                      .most = number_at(live.tree, {"spec", "maxReplicas"}).value_or(1)};
}

const Autoscaler* holder_of_replicas(const Object& declared, const Live& live,
                                     std::span<const Autoscaler> autoscalers) {
    const auto replicas = number_at(live.tree, {"spec", "replicas"});
    const auto found = std::ranges::find_if(autoscalers, [&](const Autoscaler& one) {
        return one.target_kind == declared.key.kind && one.target_name == declared.key.name && replicas &&
               *replicas >= one.least && *replicas <= one.most;
    });
    return found == autoscalers.end() ? nullptr : &*found;
}

bool LiveComparison::is_equal() const {
    return std::ranges::all_of(differences, [](const Difference& one) { return !one.autoscaler.empty(); });
}

LiveComparison compare_live(const Object& written, const Live& live, std::span<const Autoscaler> autoscalers) {
    LiveComparison out;
    out.applied_by = applied_by(live);
    const bool server_side = out.applied_by == AppliedBy::server_side;
    const auto completed = server_side ? with_keys(written, live) : std::nullopt;
    const Object& declared = completed ? *completed : written;
    add_findings(declared, live, out.applied_by, out.differences);
    for (Owned& one : server_side ? owned_by_portainer(declared, live, false) : last_applied(declared, live)) {
        out.differences.push_back(dropped(declared, std::move(one)));
    }
    if (const Autoscaler* holder = holder_of_replicas(declared, live, autoscalers)) {
        for (Difference& one : out.differences) {
            if (one.path == "spec.replicas" && one.what == What::changed) one.autoscaler = holder->name;
        }
    }
    std::ranges::stable_sort(out.differences, {}, &Difference::path);
    if (server_side) out.staying = shown(owned_by_portainer(declared, live, true));
    out.undeclared = shown(set_by_hand(declared, live, out.applied_by));
    std::erase_if(out.undeclared, [&](const Undeclared& one) {
        return std::ranges::any_of(out.differences, [&](const Difference& found) { // it is dropped
            return one.path == found.path ||
                   (!server_side && found.what == What::dropped && leads_into(one.path, found.path));
        });
    });
    return out;
}

// The annotation that client-side apply leaves: what Portainer up to 2.33 declared last.

namespace {

bool is_null(const Value* value) { return value != nullptr && value->shape == Shape::null; }

class AppliedWalk {
  public:
    AppliedWalk(const Key& object, bool is_custom) : object_(object), is_custom_(is_custom) {}

    void values(const Field* field, const Value& applied, const Value& declared, // NOLINT(misc-no-recursion)
                const Value& live) {
        const auto all = [&](Shape shape) {
            return applied.shape == shape && declared.shape == shape && live.shape == shape;
        };
        if (all(Shape::map)) return maps(field, applied, declared, live);
        if (!all(Shape::list)) return;
        if (field != nullptr && field->form == Form::list && field->merge == Merge::keyed)
            elements(*field, applied, declared, live);
        else if (field == nullptr && applied.members.size() == declared.members.size() &&
                 applied.members.size() == live.members.size())
            in_order(applied, declared, live);
    }

    std::vector<Owned> take() { return std::move(found_); }

  private:
    void maps(const Field* field, const Value& applied, const Value& declared, // NOLINT(misc-no-recursion)
              const Value& live) {
        static const Value nothing = make_map();
        for (const auto& [key, value] : applied.members) {
            const Field* below = field_of(field, key);
            const Value* own = find(declared, key);
            const Value* now = find(live, key);
            if (now == nullptr || is_identity(key)) continue;
            if (is_null(own) && (!is_custom_ || is_null(&value))) continue; // the other walk has said so
            if (is_null(own)) own = nullptr;
            if (own == nullptr && is_texts_of_metadata(key)) own = &nothing; // Portainer has some there
            steps_.push_back({.key = key, .in = {&applied, &live}});
            if (own != nullptr)
                values(below, value, *own, *now);
            else
                goes(field, below, *now, live);
            steps_.pop_back();
        }
    }

    // A key that is no longer declared is taken away whatever it was and whoever has written below it; of a structure
    // that is no pointer what is in it.
    void goes(const Field* around, const Field* field, const Value& now, // NOLINT(misc-no-recursion)
              const Value& beside) {
        const bool stays = field != nullptr && field->form == Form::structure && !field->pointer &&
                           field->type != nullptr && now.shape == Shape::map;
        if (now.shape == Shape::null || comes_back(around, field, now, beside)) return;
        if (!stays) return report(now);
        for (const auto& [key, value] : now.members) {
            steps_.push_back({.key = key, .in = {&now, &now}});
            goes(field, field->type->find(key), value, now);
            steps_.pop_back();
        }
    }

    static bool comes_back(const Field* around, const Field* field, const Value& value, const Value& beside) {
        return around != nullptr && around->form == Form::structure && is_default(field, value, beside);
    }

    static const Field* field_of(const Field* field, std::string_view key) {
        if (field == nullptr) return nullptr;
        if (field->form == Form::structure) return field->type == nullptr ? nullptr : field->type->find(key);
        return field->form == Form::map ? field->element.get() : nullptr;
    }

    bool is_identity(std::string_view key) const {
        if (steps_.empty()) return key == "apiVersion" || key == "kind";
        return steps_.size() == 1 && steps_[0].key == "metadata" && key == "namespace";
    }

    bool is_texts_of_metadata(std::string_view key) const {
        return steps_.size() == 1 && steps_[0].key == "metadata" && (key == "labels" || key == "annotations");
    }

    // A list of a custom resource is replaced as a whole.
    void in_order(const Value& applied, const Value& declared, const Value& live) { // NOLINT(misc-no-recursion)
        for (std::size_t i = 0; i < applied.members.size(); ++i) {
            steps_.push_back({.kind = Step::Kind::index, .index = i});
            values(nullptr, applied.members[i].value, declared.members[i].value, live.members[i].value);
            steps_.pop_back();
        }
    }

    void elements(const Field& field, const Value& applied, const Value& declared, // NOLINT(misc-no-recursion)
                  const Value& live) {
        const auto same_in = [&field](const Value& list, const Value& element) -> const Value* {
            const auto found = std::ranges::find_if(
                list.members, [&](const Member& other) { return same_identity(field, element, other.value); });
            return found == list.members.end() ? nullptr : &found->value;
        };
        for (const auto& [key, element] : applied.members) {
            const Value* now = same_in(live, element);
            if (now == nullptr) continue;
            steps_.push_back({.kind = Step::Kind::element, .element = &element, .list = &field});
            if (const Value* own = same_in(declared, element))
                values(field.element.get(), element, *own, *now);
            else
                report(*now);
            steps_.pop_back();
        }
    }

    void report(const Value& live) {
        found_.push_back({.path = path_of(steps_),
                          .value = display(object_, steps_, live),
                          .secret = is_secret_at(object_, steps_, &live),
                          .holder = {}});
    }

    const Key& object_;
    bool is_custom_;
    Steps steps_;
    std::vector<Owned> found_;
};

} // namespace

std::optional<Object> last_applied_object(const Live& live) {
    const std::string_view text = text_at(live.tree, {"metadata", "annotations", last_applied_annotation});
    if (text.empty()) return std::nullopt;
    auto read = read_live(text);
    if (!read) return std::nullopt;
    Object object{
        .api_version = std::move(read->api_version), .key = std::move(read->key), .tree = std::move(read->tree)};
    canonicalise(object);
    return object;
}

std::vector<Owned> last_applied(const Object& declared, const Live& live) {
    const auto applied = last_applied_object(live);
    if (!applied) return {};
    Field root{.name = {}, .form = Form::structure, .type = type_of(declared.api_version, declared.key.kind)};
    AppliedWalk walk(declared.key, root.type == nullptr);
    walk.values(root.type == nullptr ? nullptr : &root, applied->tree, declared.tree, live.tree);
    return walk.take();
}

} // namespace mooring::kubernetes
