// The one walk over a declared tree and another one, by the form of every field.
#pragma once

#include "kubernetes/kubernetes.hpp"
#include "kubernetes/rules.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mooring::kubernetes {

// One step down.
struct Step {
    enum class Kind : std::uint8_t { key, element, index, member };
    Kind kind = Kind::key;
    std::string_view key{};         // key
    const Value* element = nullptr; // element: one of a keyed list; member: one of a set
    const Field* list = nullptr;    // element
    std::size_t index = 0;          // index: of a list that is replaced as a whole
};
using Steps = std::vector<Step>;

// What stands in a path is shown: what looks like a secret by itself is masked.
std::string path_of(const Steps& steps);
// "name=web" or "containerPort=80,protocol=TCP".
std::string identity(const Field& list, const Value& element);
// A key field of an element as it counts: left out or empty, it is its default.
std::string_view key_text(const Value& element, std::string_view key);
// Whether both elements are the same one of a keyed list.
bool same_identity(const Field& list, const Value& one, const Value& other);

// Whether the server leaves the value out when it writes a field of this form; nullptr: of no known form.
bool is_empty(const Field* field, const Value& value);
// Whether two values are one, as the field reads them.
bool same_value(const Field* field, const Value& one, const Value& other);

// Whether the server adds this to what is replaced as a whole; `beside`: the declared structure around it.
bool is_atomic_default(const Type* type, std::string_view key, const Value& value, const Value& beside);

// How two trees are compared.
struct Against {
    bool live = false;       // the other side is a live object: it may have more, but not inside of what is atomic
    bool atomic_maps = true; // live: keys more in atomic maps count (all but client-side apply)
    bool rules_are_filled = false; // live: `rules` belong to a controller (aggregated roles)
};

// What differs, as the walk finds it; the steps and values live as long as the trees.
struct Finding {
    Steps steps;
    What what = What::changed;
    const Value* desired = nullptr;
    const Value* actual = nullptr;
    const Field* field = nullptr;
    std::uint32_t line = 0;
};

std::vector<Finding> walk(const Value& desired, const Value& actual, const Type* type, const Against& how);

} // namespace mooring::kubernetes
