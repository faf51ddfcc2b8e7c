// The format FieldsV1 of metadata.managedFields: which fields a manager owns, as nested steps.
#pragma once

#include "kubernetes/kubernetes.hpp"
#include "kubernetes/rules.hpp"
#include "kubernetes/walk.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mooring::kubernetes {

struct FieldsOf {
    std::string_view manager;
    std::string_view operation; // "Apply", "Update"
    std::string_view subresource;
    std::string_view time;
    const Value* fields = nullptr;
};
// In the server's order; entries of another format are left out. Points into the object.
std::vector<FieldsOf> managed_fields(const Live& live);

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

} // namespace mooring::kubernetes
