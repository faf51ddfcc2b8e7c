// The annotation that client-side apply leaves: what Portainer up to 2.33 declared last.
#include "kubernetes/ownership.hpp"

#include "kubernetes/canonical.hpp"
#include "kubernetes/display.hpp"
#include "kubernetes/live.hpp"

#include <algorithm>

namespace mooring::kubernetes {
namespace {

bool says_nothing(const Value& value) {
    return value.shape == Shape::null || (!value.is_single() && value.members.empty());
}

bool is_there(const Value* value) { return value != nullptr && value->shape != Shape::null; }

class AppliedWalk {
  public:
    explicit AppliedWalk(const Key& object) : object_(object) {}

    void values(const Field* field, const Value& applied, const Value& declared, // NOLINT(misc-no-recursion)
                const Value& live) {
        const auto all = [&](Shape shape) {
            return applied.shape == shape && declared.shape == shape && live.shape == shape;
        };
        if (all(Shape::map)) return maps(field, applied, declared, live);
        if (all(Shape::list) && field != nullptr && field->form == Form::list && field->merge == Merge::keyed)
            elements(*field, applied, declared, live);
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
            steps_.push_back({.key = key});
            const bool stays = below != nullptr && below->form == Form::structure && !below->pointer &&
                               value.shape == Shape::map && now->shape == Shape::map;
            if (is_there(own))
                values(below, value, *own, *now);
            else if (stays)
                values(below, value, nothing, *now);
            else if (!says_nothing(value))
                report(*now);
            steps_.pop_back();
        }
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
    AppliedWalk walk(declared.key);
    walk.values(root.type == nullptr ? nullptr : &root, applied->tree, declared.tree, live.tree);
    return walk.take();
}

} // namespace mooring::kubernetes
