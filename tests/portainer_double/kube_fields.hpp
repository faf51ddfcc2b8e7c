// Who holds what of an object: FieldsV1, and how lists and maps merge (kubernetes.md §4, §8).
#pragma once

#include "portainer_double/message.hpp"

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace portainer_double {

// What the elements of a list are told apart by; empty for a list that is replaced whole. `custom`: of a custom
// resource, where every list is.
std::vector<std::string> list_keys(std::string_view field, const Json& list, bool custom);
// A map or struct that belongs to one manager whole.
bool is_atomic_map(std::string_view field);
// `k:{"containerPort":80,"protocol":"TCP"}`
std::string element_key(const Json& element, const std::vector<std::string>& keys);

struct FieldsOptions {
    bool custom = false;
    bool with_dots = false; // operation Update names maps and pointers themselves, too
};

// The fieldsV1 of what is declared: without apiVersion, kind, name and namespace.
Json fields_of(const Json& object, const FieldsOptions& options);
// Of what a writer changed alone: what became another or came.
Json changed_fields(const Json& before, const Json& after, const FieldsOptions& options);
// What is left of `fields` without those of `taken`.
Json fields_without(const Json& fields, const Json& taken);
// What is left of `fields` of what the object still has.
Json fields_present(const Json& fields, const Json& object);
// The leaves that are in both: ".spec.template.spec.containers[name=\"web\"].image".
std::vector<std::string> common_leaves(const Json& fields, const Json& others);
// Both.
Json fields_with(const Json& fields, const Json& more);

// The entry of a manager; made if there is none. `subresource` "" for none.
Json& manager_entry(Json& object, const std::string& manager, const std::string& operation,
                    const std::string& subresource);

struct Merge {
    bool custom = false;
    bool whole_maps = true;            // server-side: atomic maps are replaced whole
    std::vector<const Json*> others{}; // fieldsV1 of the other managers, at this place
};

// Applies `next` over `live`: what `before` declared and `next` does not goes, unless others hold it.
void merge_applied(Json& live, const Json& before, const Json& next, const Merge& merge);

} // namespace portainer_double
