// The one walk over a declared tree and another one, by the form of every field; what it reads and what it shows.
#pragma once

#include "base/text.hpp"
#include "kubernetes/kubernetes.hpp"
#include "kubernetes/rules.hpp"

#include <array>
#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mooring::kubernetes {

// One step down.
struct Step {
    enum class Kind : std::uint8_t { key, element, index, member };
    Kind kind = Kind::key;
    std::string_view key{};         // key
    const Value* element = nullptr; // element: one of a keyed list; member: one of a set; index: if managedFields knows
    const Field* list = nullptr;    // element; index: as the other one
    std::size_t index = 0;          // index: of a list that is replaced as a whole
    std::array<const Value*, 2> in{}; // key: the maps that it stands in, where they are known

    bool is_owned_as_a_whole() const { return kind == Kind::index && list == nullptr; }
};
using Steps = std::vector<Step>;

// What stands in a path is shown: what looks like a secret by itself is masked.
std::string path_of(const Steps& steps);
// "name=web" or "containerPort=80,protocol=TCP".
std::string identity(const Field& list, const Value& element);
// A key field of an element as it counts: left out or empty, it is its default.
std::string_view key_text(const Value& element, std::string_view key);
// What tells elements of a keyed list apart: "80" and 80 are two.
std::string lookup_key(const Field& list, const Value& element);
// Whether both elements are the same one of a keyed list.
bool same_identity(const Field& list, const Value& one, const Value& other);

// Whether the server leaves the value out when it writes a field of this form; nullptr: of no known form.
bool is_empty(const Field* field, const Value& value);
// Whether a field is owned as a whole: what Portainer and others have set in it cannot be told apart.
bool is_one_value(const Field* field);
// Whether two values are one, as the field reads them.
bool same_value(const Field* field, const Value& one, const Value& other);

// Whether the elements of a set that both have stand in one order.
bool same_order(const Field& set, const Value& desired, const Value& actual);

// Whether this is what the server gives a field that says nothing; `beside`: the structure that the value stands in.
bool is_default(const Field* field, const Value& value, const Value& beside);

// Whether a LimitRange's item gives the key of `default` or `defaultRequest` this value: from the other limits in it.
bool is_limit_given(std::string_view map, const Member& limit, const Value& item);

// How the lists and maps of a kind that is in no table are merged, as metadata.managedFields shows it: `k:` is a list
// known by keys, `v:` a set; what is owned as a whole is replaced as a whole.
class Merging {
  public:
    Merging(const Live& live, AppliedBy applied_by);

    // The live list at the steps as a keyed list or a set; nullptr: replaced as a whole, or not known. The field lives
    // as long as this.
    const Field* list_at(const Steps& steps);
    // Whether what stands there and is replaced as a whole is somebody else's now: then every key of it counts.
    bool is_taken_over(const Steps& steps, Shape shape) const;
    // Whether Portainer has written what stands there, be it a default that was filled in.
    bool is_portainers(const Steps& steps) const;
    // Whether a declared null was undone: somebody else has set or taken away what stands there (server-side apply).
    bool is_null_undone(const Steps& steps, const Value* actual) const;
    // Client-side apply replaces every list of such a kind.
    bool whole_lists() const { return whole_lists_; }

  private:
    struct Entry {
        const Value* fields = nullptr;
        bool is_portainers = false;
    };
    std::vector<Entry> entries_; // all but those of subresources
    bool whole_lists_ = false;
    std::deque<Field> lists_;
};

// The declared custom resource with the keys of its lists' elements that the server fills in, as far as Portainer's
// fields tell them; nullopt: as it is.
std::optional<Object> with_keys(const Object& declared, const Live& live);

// How two trees are compared.
struct Against {
    bool live = false;       // the other side is a live object: it may have more, but not inside of what is atomic
    bool atomic_maps = true; // live: keys more in atomic maps count (all but client-side apply)
    bool rules_are_filled = false; // live: `rules` belong to a controller (aggregated roles)
    Merging* merging = nullptr;    // live: how lists and maps of a kind without a table are merged; nullptr: unknown
    bool null_takes_all = false;   // live: a null takes away what anybody has set (client-side apply)
};

// What differs, as the walk finds it; the steps and values live as long as the trees.
struct Mismatch {
    Steps steps;
    What what = What::changed;
    const Value* desired = nullptr;
    const Value* actual = nullptr;
    const Field* field = nullptr;
    std::uint32_t line = 0;
};

std::vector<Mismatch> walk(const Value& desired, const Value& actual, const Type* type, const Against& how);

// The format FieldsV1 of metadata.managedFields: which fields a manager owns, as nested steps.
struct FieldsOf {
    std::string_view manager;
    std::string_view operation; // "Apply", "Update"
    std::string_view subresource;
    std::string_view time;
    const Value* fields = nullptr;
};
// In the server's order; entries of another format are left out. Points into the object.
std::vector<FieldsOf> managed_fields(const Live& live);
// Server-side apply as Portainer does it.
bool is_portainer(const FieldsOf& entry);

// One step: `f:name`, `k:{"name":"web"}` (an element by its keys), `v:"x"` (an element by its value), `i:0`.
struct FieldStep {
    char kind = '?';
    std::string_view name{};          // f
    std::optional<Value> what;        // k: the keys; v: the value
    std::optional<std::size_t> index; // i

    const Value* in(const Value& value) const; // nullptr: not there
    const Field* in(const Field* field) const; // nullptr: not known
    void append_to(std::string& path) const;
};
FieldStep read_step(std::string_view step);

// Nothing below but ".": the field is owned as a whole.
bool is_leaf(const Value& fields);

// Whether the fields hold what stands at the steps, as a whole or in part.
bool owns(const Value& fields, const Steps& steps);

// What they say of just this place; nullptr: nothing, or the place is owned with what is around it.
const Value* fields_at(const Value& fields, const Steps& steps);

// What Portainer and the API server make of a declared object before they keep it (kubernetes.md §8).
void canonicalise(Object& object);

// One of the seven labels that Portainer writes on every object, whatever the manifest says.
bool is_portainer_label(std::string_view name);

Remark twice(const Object& object, std::uint32_t first_line);

// Certificates that others inject (kubernetes.md §7.5): the field of a webhook or API service, not any key of that
// name.
bool is_bundle(const Field* field);
// Whether a controller writes the `rules` of this ClusterRole.
bool rules_are_filled(const Object& declared, const Value& live);

inline constexpr std::string_view last_applied_annotation = "kubectl.kubernetes.io/last-applied-configuration";

// What a walk found, as differences that people read.
Difference described(const Object& object, const Mismatch& finding, Secrets secrets = Secrets::masked);

// Values as they are shown, and which of them are secret.

// Whether what stands at a path of an object of this kind is secret: Secret.data, the value of an environment variable,
// the last-applied annotation, a value under a secret-looking name.
bool is_secret_at(const Key& key, const Steps& steps, const Value* value);

// A text is itself (what looks like a secret in it masked, unless it is at a secret place), the rest is JSON with its
// secrets masked.
std::string display(const Key& key, const Steps& steps, const Value& value, Secrets secrets = Secrets::masked);

} // namespace mooring::kubernetes
