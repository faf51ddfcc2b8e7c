// Two files -> their differences.
#include "kubernetes/walk.hpp"

#include "base/secret.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>

namespace mooring::kubernetes {
namespace {

// 80 and "80" look alike.
void tell_shapes_apart(const Mismatch& mismatch, Difference& difference) {
    if (mismatch.desired == nullptr || mismatch.actual == nullptr || difference.desired != difference.actual) return;
    const auto quote = [](const Value& value, std::string& text) {
        if (value.shape != Shape::text) return;
        std::string quoted;
        append_json_string(quoted, text);
        text = std::move(quoted);
    };
    if (mismatch.desired->shape == mismatch.actual->shape) return;
    quote(*mismatch.desired, *difference.desired);
    quote(*mismatch.actual, *difference.actual);
}

std::string identities(const Field& list, const Value& elements) {
    std::string out;
    for (const Member& member : elements.members) {
        if (!out.empty()) out += "; ";
        out += list.merge == Merge::set ? mask_text(member.value.text) : identity(list, member.value);
    }
    return out;
}

Difference whole(const Object& object, What what, Secrets secrets) {
    Difference difference{.object = label(object.key), .path = {}, .what = what, .desired = {}, .actual = {}};
    (what == What::missing ? difference.desired : difference.actual) = display(object.key, {}, object.tree, secrets);
    if (what == What::missing) difference.line = object.line;
    return difference;
}

// Names that several objects of one file have are said in full.
class Labels {
  public:
    Labels(const File& one, const File& other) {
        for (const File* file : {&one, &other}) {
            std::map<std::string, Key> seen;
            for (const Object& object : file->objects) {
                const auto [at, is_new] = seen.emplace(label(object.key), object.key);
                if (!is_new && at->second != object.key) twice_.insert(at->first);
            }
        }
    }

    std::string of(const Key& key) const {
        std::string name = label(key);
        if (!twice_.contains(name)) return name;
        return key.kind + (key.group.empty() ? "" : "." + key.group) + "/" +
               (key.namespace_.empty() ? "" : key.namespace_ + "/") + key.name;
    }

  private:
    std::set<std::string> twice_;
};

// Objects of both files that are one.
class Pairing {
  public:
    Pairing(const File& desired, const File& actual, std::string_view stack_namespace)
        : namespace_(stack_namespace), taken_(actual.objects.size(), false), partner_(desired.objects.size(), nullptr) {
        pair(desired, actual, [this](const Object& object) { return settled(object.key); });
        pair(desired, actual, [](const Object& object) { // moved to another namespace
            Key key = object.key;
            key.namespace_.clear();
            return key;
        });
    }

    const Object* partner(std::size_t desired) const { return partner_[desired]; }
    bool is_taken(std::size_t actual) const { return taken_[actual]; }

  private:
    Key settled(Key key) const {
        if (key.namespace_ == namespace_) key.namespace_.clear();
        return key;
    }

    template <typename KeyOf>
    void pair(const File& desired, const File& actual, const KeyOf& key_of) {
        std::map<Key, std::vector<std::size_t>> places; // last one first
        for (std::size_t i = actual.objects.size(); i-- > 0;) {
            if (!taken_[i]) places[key_of(actual.objects[i])].push_back(i);
        }
        for (std::size_t i = 0; i < desired.objects.size(); ++i) {
            const auto found = partner_[i] == nullptr ? places.find(key_of(desired.objects[i])) : places.end();
            if (found == places.end() || found->second.empty()) continue;
            partner_[i] = &actual.objects[found->second.back()];
            taken_[found->second.back()] = true;
            found->second.pop_back();
        }
    }

    std::string_view namespace_;
    std::vector<bool> taken_;
    std::vector<const Object*> partner_;
};

// The namespace that a file leaves out is the stack's.
bool is_stack_namespace(const Mismatch& mismatch, std::string_view stack_namespace) {
    if (mismatch.steps.size() != 2 || mismatch.steps[0].key != "metadata" || mismatch.steps[1].key != "namespace")
        return false;
    const Value* one = mismatch.desired == nullptr ? mismatch.actual : mismatch.desired;
    return (mismatch.desired == nullptr || mismatch.actual == nullptr) && one->text == stack_namespace;
}

} // namespace

std::string_view word(What what) {
    constexpr std::array<std::string_view, 6> words{"changed", "gone", "extra", "order", "dropped", "missing"};
    return words[static_cast<std::size_t>(what)];
}

Difference described(const Object& object, const Mismatch& mismatch, Secrets secrets) {
    Difference difference{.object = label(object.key),
                          .path = path_of(mismatch.steps),
                          .what = mismatch.what,
                          .desired = {},
                          .actual = {},
                          .line = mismatch.line};
    if (mismatch.what == What::order) {
        difference.secret = is_secret_at(object.key, mismatch.steps, mismatch.desired);
        difference.desired = identities(*mismatch.field, *mismatch.desired);
        difference.actual = identities(*mismatch.field, *mismatch.actual);
        return difference;
    }
    difference.secret = is_secret_at(object.key, mismatch.steps, mismatch.desired) ||
                        is_secret_at(object.key, mismatch.steps, mismatch.actual);
    if (difference.secret && !mismatch.steps.empty() && mismatch.steps.back().kind == Step::Kind::member)
        difference.path = path_of({mismatch.steps.begin(), mismatch.steps.end() - 1}) + "[***]";
    if (mismatch.desired != nullptr)
        difference.desired = display(object.key, mismatch.steps, *mismatch.desired, secrets);
    if (mismatch.actual != nullptr) difference.actual = display(object.key, mismatch.steps, *mismatch.actual, secrets);
    tell_shapes_apart(mismatch, difference);
    if (difference.desired == difference.actual) difference.secret = true; // they differ only in what is masked
    return difference;
}

Difference missing(const Object& declared) { return whole(declared, What::missing, Secrets::masked); }

namespace {

constexpr std::size_t most_looks = 20'000'000; // differences x known values; beyond, nothing is shown

// Of an object, a map or a list the rest stays told: false if it is a single value that is secret.
bool can_hide(std::optional<std::string>& side, const std::vector<std::string>& known) {
    if (!side || !repeats_secret(*side, known)) return true;
    if (!side->starts_with('{') && !side->starts_with('[')) return false;
    *side = hide_known(*side, known);
    return true;
}

void hide_copies_in(Difference& one, const std::vector<std::string>& known, Secrets secrets) {
    if (one.path.ends_with(']')) one.path = hide_known(one.path, known); // a member of a set
    if (one.secret) return;
    if (secrets == Secrets::shown)
        one.secret = repeats_secret(one.desired.value_or(""), known) || repeats_secret(one.actual.value_or(""), known);
    else
        one.secret = !can_hide(one.desired, known) || !can_hide(one.actual, known) || one.desired == one.actual;
}

// A value of a Secret of either file is secret wherever it is copied to.
void hide_copies(const File& desired, const File& actual, Secrets secrets, std::vector<Difference>& differences) {
    if (differences.empty()) return;
    std::vector<std::string> known;
    for (const File* file : {&desired, &actual}) {
        for (const Object& object : file->objects) learn_secrets(object, known);
    }
    std::ranges::sort(known);
    const auto twice = std::ranges::unique(known);
    known.erase(twice.begin(), twice.end());
    const bool too_many = known.size() > most_looks / differences.size();
    for (Difference& one : differences) {
        if (!too_many) hide_copies_in(one, known, secrets);
        one.secret = one.secret || too_many;
    }
}

} // namespace

std::vector<Difference> compare_files(const File& desired, const File& actual, std::string_view stack_namespace,
                                      Secrets secrets) {
    std::vector<Difference> differences;
    const Pairing pairs(desired, actual, stack_namespace);
    const Labels labels(desired, actual);
    for (std::size_t i = 0; i < desired.objects.size(); ++i) {
        const Object& object = desired.objects[i];
        const Object* other = pairs.partner(i);
        if (other == nullptr) {
            differences.push_back(whole(object, What::missing, secrets));
            differences.back().object = labels.of(object.key);
            continue;
        }
        const std::size_t first = differences.size();
        for (const Mismatch& mismatch :
             walk(object.tree, other->tree, type_of(object.api_version, object.key.kind), {})) {
            if (is_stack_namespace(mismatch, stack_namespace)) continue;
            differences.push_back(described(object, mismatch, secrets));
            differences.back().object = labels.of(object.key);
        }
        std::ranges::stable_sort(differences.begin() + static_cast<std::ptrdiff_t>(first), differences.end(), {},
                                 &Difference::path);
    }
    for (std::size_t i = 0; i < actual.objects.size(); ++i) {
        if (pairs.is_taken(i)) continue;
        differences.push_back(whole(actual.objects[i], What::extra, secrets));
        differences.back().object = labels.of(actual.objects[i].key);
    }
    hide_copies(desired, actual, secrets, differences);
    return differences;
}

} // namespace mooring::kubernetes
