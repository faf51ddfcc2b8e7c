#include "kubernetes/walk.hpp"

#include <algorithm>
#include <functional>
#include <unordered_map>

namespace mooring::kubernetes {

namespace {

const Value no_members{.shape = Shape::map, .line = 0, .text = {}, .members = {}};

const Value& map_or_nothing(const Value* value) {
    return value != nullptr && value->shape == Shape::map ? *value : no_members;
}
bool is_nothing(const Field* field, const Value* value) { return value == nullptr || is_empty(field, *value); }

class Walk {
  public:
    explicit Walk(const Against& how) : how_(how) {}

    void root(const Value& desired, const Value& actual, const Type* type) {
        is_custom_ = type == nullptr;
        if (type != nullptr) return structure(*type, nullptr, false, desired, actual);
        both(desired, actual, [this, &desired](std::string_view key, const Value* one, const Value* other) {
            value(key == "metadata" ? &metadata_field() : nullptr, false, one, other, desired.line);
        });
    }

    std::vector<Mismatch> take() { return std::move(found_); }

  private:
    void report(What what, const Value* desired, const Value* actual, const Field* field, std::uint32_t line) {
        const bool has_line = desired != nullptr && desired->line != 0;
        found_.push_back({steps_, what, desired, actual, field, has_line ? desired->line : line});
    }

    // Every key of either map, one step down; of a live object's only the declared ones.
    void both(const Value& desired, const Value& actual,
              const std::function<void(std::string_view, const Value*, const Value*)>& each, bool all = false) {
        const auto at = [&](std::string_view key, const Value* one, const Value* other) {
            steps_.push_back({.key = key, .in = {&desired, &actual}});
            each(key, one, other);
            steps_.pop_back();
        };
        for (const Member& member : desired.members) {
            if (how_.live || member.value.shape != Shape::null)
                at(member.key, &member.value, find_said(actual, member.key));
        }
        if (how_.live && !all) return;
        for (const Member& member : actual.members) {
            const Value* own = find(desired, member.key);
            const bool is_said = own != nullptr && (how_.live || own->shape != Shape::null);
            if (member.value.shape != Shape::null && !is_said) at(member.key, nullptr, &member.value);
        }
    }

    // What is somebody else's as a whole may hold defaults that no table knows: where a declared value shows what was
    // done, more keys say nothing.
    class TakenOver {
      public:
        TakenOver(Walk& walk, const Field* field, bool& atomic, Shape shape)
            : walk_(walk), from_(std::ssize(walk.found_)) {
            is_new_ = !atomic && field == nullptr && walk.how_.merging != nullptr &&
                      walk.how_.merging->is_taken_over(walk.steps_, shape);
            atomic = atomic || is_new_;
        }
        ~TakenOver() {
            const auto is_extra = [](const Mismatch& one) { return one.what == What::extra; };
            const auto mine = std::ranges::subrange(walk_.found_.begin() + from_, walk_.found_.end());
            if (!is_new_ || std::ranges::all_of(mine, is_extra)) return;
            walk_.found_.erase(std::ranges::remove_if(mine, is_extra).begin(), walk_.found_.end());
        }
        TakenOver(TakenOver&&) = delete;

      private:
        Walk& walk_;
        std::ptrdiff_t from_;
        bool is_new_ = false;
    };

    // NOLINTBEGIN(misc-no-recursion): as deep as the trees, which are bounded
    void value(const Field* field, bool atomic, const Value* desired, const Value* actual, std::uint32_t line,
               const Field* keyed_by = nullptr) {
        if (how_.live ? settled_live(field, desired, actual, line) : settled(field, desired, actual, line, keyed_by))
            return;
        atomic = atomic || is_atomic_map(field);
        if (desired->shape == Shape::map && actual->shape == Shape::map) {
            const TakenOver taken(*this, field, atomic, Shape::map);
            if (field != nullptr && field->form == Form::structure && field->type != nullptr)
                structure(*field->type, nullptr, atomic, *desired, *actual);
            else
                map(field, atomic, *desired, *actual);
        } else if (desired->shape == Shape::list && actual->shape == Shape::list) {
            list(field, atomic, *desired, *actual);
        } else if (!same_value(field, *desired, *actual)) {
            report(What::changed, desired, actual, field, line);
        }
    }

    bool is_atomic_map(const Field* field) const {
        return field != nullptr && field->merge == Merge::atomic_map && (how_.atomic_maps || field->replaced);
    }

    // Live: what is not declared is nobody's business, and what the server leaves out is there.
    bool settled_live(const Field* field, const Value* desired, const Value* actual, std::uint32_t line) {
        if (desired == nullptr) return true;
        if (desired->shape == Shape::null) {
            if (is_custom_ && field == nullptr && how_.merging != nullptr &&
                how_.merging->is_null_undone(steps_, actual))
                report(actual != nullptr ? What::changed : What::gone, desired, actual, field, line);
            return true;
        }
        if (is_bundle(field) && is_empty(field, *desired)) return true; // injected by others
        if (actual != nullptr && actual->shape != Shape::null) return false;
        if (field == nullptr || !is_empty(field, *desired)) report(What::gone, desired, nullptr, field, line);
        return true;
    }

    // Live, and what is declared says nothing: what the server gives stays. A null takes away what is one value, and
    // of what has parts only Portainer's own; client-side apply takes all.
    bool settled_nothing(const Field* field, bool atomic, const Value& desired, const Value& actual,
                         const Value& beside, std::uint32_t line) {
        const bool is_null = desired.shape == Shape::null;
        if (!is_null && !is_empty(field, desired)) return false;
        if (is_bundle(field) || is_default(field, actual, beside)) return true;
        if (is_null && (how_.null_takes_all ? !is_metadata_map() : atomic || is_one_value(field)))
            report(What::changed, &desired, &actual, field, line);
        return is_null;
    }

    // Both appliers fill it anyway.
    bool is_metadata_map() const {
        return steps_.size() == 2 && steps_[0].key == "metadata" &&
               (steps_[1].key == "labels" || steps_[1].key == "annotations");
    }

    // Files: what says nothing is as absent, on both sides.
    bool settled(const Field* field, const Value* desired, const Value* actual, std::uint32_t line,
                 const Field* keyed_by) {
        const bool has_desired = !is_nothing(field, desired);
        const bool has_actual = !is_nothing(field, actual);
        if (has_desired && has_actual) return false;
        if (!has_desired && !has_actual) return true;
        const Value* one = has_desired ? desired : actual;
        if (keyed_by != nullptr && one->text == key_default(steps_.back().key) && !one->text.empty()) return true;
        const bool both_single = desired != nullptr && actual != nullptr && desired->is_single() && actual->is_single();
        if (both_single && desired->shape != Shape::null && actual->shape != Shape::null) {
            report(What::changed, desired, actual, field, line);
        } else if (field != nullptr && field->form == Form::structure && !field->pointer && field->type != nullptr &&
                   one->shape == Shape::map) {
            structure(*field->type, nullptr, false, map_or_nothing(desired), map_or_nothing(actual));
        } else {
            report(has_desired ? What::gone : What::extra, has_desired ? desired : nullptr,
                   has_actual ? actual : nullptr, field, line);
        }
        return true;
    }

    void structure(const Type& type, const Field* list, bool atomic, const Value& desired, const Value& actual) {
        const bool is_root = steps_.empty();
        both(
            desired, actual,
            [&](std::string_view key, const Value* one, const Value* other) {
                const Field* field = type.find(key);
                if (how_.live && one == nullptr) return extra(field, *other, actual, desired.line);
                if (how_.live && other != nullptr && settled_nothing(field, atomic, *one, *other, actual, desired.line))
                    return;
                if (is_root && how_.rules_are_filled && key == "rules") return;
                const bool is_key = list != nullptr && !key_default(key).empty();
                around_ = &actual;
                value(field, atomic, one, other, desired.line, is_key ? list : nullptr);
            },
            atomic);
    }

    void map(const Field* field, bool atomic, const Value& desired, const Value& actual) {
        const bool is_map = field != nullptr && field->form == Form::map;
        const Field* element = is_map ? field->element.get() : nullptr;
        const bool are_limits = is_map && field->given != nullptr && field->given->kind == Default::Kind::limits;
        const Value* item = how_.live && are_limits ? around_ : nullptr;
        both(
            desired, actual,
            [&](std::string_view key, const Value* one, const Value* other) {
                if (other != nullptr && (one == nullptr || one->shape == Shape::null) && item != nullptr &&
                    is_limit_given(field->name, {.key = std::string(key), .value = *other}, *item))
                    return;
                if (one == nullptr) return other == nullptr ? void() : extra_key(element, *other, desired.line);
                if (is_map && one->shape == Shape::null && how_.live)
                    null_in_map(element, *one, other);
                else if (other == nullptr && is_map)
                    report(What::gone, one, nullptr, element, one->line);
                else
                    value(element, atomic, one, other, desired.line);
            },
            atomic);
    }

    // Client-side, it is not sent, and takes away what is there; server-side, it is a zero among quantities.
    void null_in_map(const Field* element, const Value& desired, const Value* actual) {
        const bool is_quantity = element != nullptr && element->form == Form::quantity;
        if (actual == nullptr) {
            if (is_quantity && !how_.null_takes_all) report(What::gone, &desired, nullptr, element, desired.line);
        } else if (how_.null_takes_all || (is_quantity && quantity_value(actual->text) != quantity_value("0"))) {
            report(What::changed, &desired, actual, element, desired.line);
        }
    }

    // What the definition gives inside of a list belongs to who has written the list.
    void extra_key(const Field* element, const Value& actual, std::uint32_t line) {
        const bool is_own = is_custom_ && how_.merging != nullptr && how_.merging->is_portainers(steps_);
        if (!is_own) report(What::extra, nullptr, &actual, element, line);
    }

    // Something that only the live object has inside of what is replaced as a whole.
    void extra(const Field* field, const Value& actual, const Value& beside, std::uint32_t line) {
        if (!is_default(field, actual, beside)) report(What::extra, nullptr, &actual, field, line);
    }

    void list(const Field* field, bool atomic, const Value& desired, const Value& actual) {
        const bool is_whole = is_custom_ ? how_.merging != nullptr && how_.merging->whole_lists()
                                         : how_.live && !how_.atomic_maps && field != nullptr && field->replaced;
        const Field* merged = field;
        if (field == nullptr && how_.merging != nullptr && (is_whole || !atomic))
            merged = how_.merging->list_at(steps_);
        const bool is_list = merged != nullptr && merged->form == Form::list;
        if (is_list && merged->merge == Merge::keyed && !is_whole) return keyed(*merged, atomic, desired, actual);
        if (is_list && merged->merge == Merge::set && !is_whole) return set(*merged, atomic, desired, actual);
        const TakenOver taken(*this, field, atomic, Shape::list);
        atomic = atomic || field != nullptr;
        whole(field, is_list && merged->merge == Merge::keyed ? merged : nullptr, atomic, desired, actual);
    }

    // `keys`: what tells the elements apart for those who look at managedFields; nullptr: nothing.
    void whole(const Field* field, const Field* keys, bool atomic, const Value& desired, const Value& actual) {
        const auto is_single = [](const Member& member) { return member.value.is_single(); };
        const bool is_list = field != nullptr && field->form == Form::list;
        const Field* element = is_list ? field->element.get() : nullptr;
        const bool one_value =
            std::ranges::all_of(desired.members, is_single) && std::ranges::all_of(actual.members, is_single);
        const bool differs = one_value && !std::ranges::equal(desired.members, actual.members,
                                                              [element](const Member& one, const Member& other) {
                                                                  return same_value(element, one.value, other.value);
                                                              });
        if (desired.members.size() != actual.members.size() || differs)
            return report(What::changed, &desired, &actual, field, desired.line);
        if (one_value) return;
        for (std::size_t i = 0; i < desired.members.size(); ++i) {
            const Value* known = keys == nullptr ? nullptr : &actual.members[i].value;
            steps_.push_back({.kind = Step::Kind::index, .element = known, .list = keys, .index = i});
            value(element, atomic, &desired.members[i].value, &actual.members[i].value, desired.line);
            steps_.pop_back();
        }
    }

    void keyed(const Field& field, bool atomic, const Value& desired, const Value& actual) {
        std::unordered_map<std::string, std::vector<std::size_t>> places; // of the other side, last one first
        for (std::size_t i = actual.members.size(); i-- > 0;)
            places[lookup_key(field, actual.members[i].value)].push_back(i);
        check_order(field, places, desired, actual);
        std::vector<bool> is_taken(actual.members.size(), false);
        for (const auto& [key, one] : desired.members) {
            const auto found = places.find(lookup_key(field, one));
            steps_.push_back({.kind = Step::Kind::element, .element = &one, .list = &field});
            if (found == places.end() || found->second.empty()) {
                report(What::gone, &one, nullptr, field.element.get(), one.line);
            } else {
                is_taken[found->second.back()] = true;
                element(field, atomic, one, actual.members[found->second.back()].value);
                found->second.pop_back();
            }
            steps_.pop_back();
        }
        const bool others_stay = how_.live && !atomic;
        for (const auto& [key, one] : desired.members) {
            if (!others_stay || !how_.atomic_maps) break;
            for (const std::size_t i : places[lookup_key(field, one)]) // server-side apply leaves one of a name
                extra_element(field, actual.members[i].value, desired.line);
            places.erase(lookup_key(field, one));
        }
        for (std::size_t i = 0; !others_stay && i < actual.members.size(); ++i) {
            if (!is_taken[i]) extra_element(field, actual.members[i].value, desired.line);
        }
    }

    void extra_element(const Field& list, const Value& element, std::uint32_t line) {
        steps_.push_back({.kind = Step::Kind::element, .element = &element, .list = &list});
        report(What::extra, nullptr, &element, list.element.get(), line);
        steps_.pop_back();
    }

    void element(const Field& list, bool atomic, const Value& desired, const Value& actual) {
        const Field* field = list.element.get();
        const bool is_structure = field != nullptr && field->form == Form::structure && field->type != nullptr;
        if (is_structure && desired.shape == Shape::map && actual.shape == Shape::map)
            structure(*field->type, &list, atomic || is_atomic_map(field), desired, actual);
        else
            value(field, atomic, &desired, &actual, desired.line);
    }

    // The declared elements among themselves; what is new between them does not matter.
    void check_order(const Field& field, const std::unordered_map<std::string, std::vector<std::size_t>>& places,
                     const Value& desired, const Value& actual) {
        std::vector<std::size_t> order;
        std::unordered_map<std::string, std::size_t> seen;
        for (const auto& [key, one] : desired.members) {
            const auto found = places.find(lookup_key(field, one));
            if (found == places.end()) continue;
            const std::size_t nth = ++seen[found->first]; // of a name that stands twice
            if (nth <= found->second.size()) order.push_back(found->second[found->second.size() - nth]);
        }
        if (!std::ranges::is_sorted(order)) report(What::order, &desired, &actual, &field, desired.line);
    }

    void set(const Field& field, bool atomic, const Value& desired, const Value& actual) {
        const auto one_sided = [&](const Value& from, const Value& to, What what) {
            for (const auto& [key, one] : from.members) {
                const bool is_there = std::ranges::any_of(
                    to.members, [&](const Member& other) { return same_value(field.element.get(), one, other.value); });
                if (is_there) continue;
                steps_.push_back({.kind = Step::Kind::member, .element = &one});
                report(what, what == What::gone ? &one : nullptr, what == What::gone ? nullptr : &one,
                       field.element.get(), desired.line);
                steps_.pop_back();
            }
        };
        one_sided(desired, actual, What::gone);
        if (how_.live && !same_order(field, desired, actual))
            report(What::order, &desired, &actual, &field, desired.line);
        if (!how_.live || atomic) one_sided(actual, desired, What::extra);
    }
    // NOLINTEND(misc-no-recursion)

    const Against& how_;
    bool is_custom_ = false;        // of a kind without a table
    const Value* around_ = nullptr; // the live structure that the value stands in
    Steps steps_;
    std::vector<Mismatch> found_;
};

} // namespace

std::vector<Mismatch> walk(const Value& desired, const Value& actual, const Type* type, const Against& how) {
    Walk walk(how);
    walk.root(desired, actual, type);
    return walk.take();
}

} // namespace mooring::kubernetes
