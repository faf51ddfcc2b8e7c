// What the API server knows of the built-in kinds: the form of every field and how its lists and maps are merged. Data,
// embedded from rules/*.json and read at first use.
#pragma once

#include "kubernetes/value.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace mooring::kubernetes {

enum class Form : std::uint8_t {
    text,
    boolean,
    integer,
    quantity,
    int_or_text,
    duration,
    time,
    bytes,
    raw, // as written, whatever it is
    structure,
    map,
    list,
};

enum class Merge : std::uint8_t {
    whole, // a list that is replaced as a whole; of other fields: nothing is said
    set,
    keyed,      // a list whose elements are known by some of their fields
    atomic_map, // a map or structure that is replaced as a whole by server-side apply
};

// What the server gives a field that says nothing.
struct Default {
    enum class Kind : std::uint8_t {
        value,           // one of `values`
        any,             // what it assigns or works out itself, and keeps
        same,            // as the field `key` beside it
        pull_policy,     // by the image beside it
        policy_types,    // by the egress rules beside it
        subject,         // by the kind beside it
        singular,        // of a definition, by the kind beside it
        list_kind,       // of a definition, by the kind beside it
        template_labels, // those of the pod template beside it
        made,            // of a pointer to a structure: it is made, where the field `key` beside it is one of `values`
        limits,          // of a LimitRange, key by key: by the limits beside it
    };
    Kind kind = Kind::value;
    std::vector<Value> values;
    std::string key;
};

struct Type;

struct Field {
    std::string name;
    Form form = Form::raw;
    bool pointer = false;     // in Go: then a zero or empty value counts
    bool omits_empty = false; // a zero value is left out of what the server writes
    bool replaced = false;    // atomic_map: by client-side apply, too
    Merge merge = Merge::whole;
    const Type* type = nullptr;           // structure; nullptr: not known
    std::shared_ptr<const Field> element; // map and list
    std::vector<std::string> keys;        // keyed
    std::shared_ptr<const Default> given; // nullptr: nothing is known to be given
};

struct Type {
    std::string name;          // "io.k8s.api.core.v1.PodSpec"
    std::vector<Field> fields; // by name

    const Field* find(std::string_view field) const;
};

// nullptr: not a built-in kind of this version, compared as written but for its metadata.
const Type* type_of(std::string_view api_version, std::string_view kind);
// Of any version, for words about a kind.
const Type* type_of_kind(std::string_view kind);
// The field `metadata` of any object.
const Field& metadata_field();

// Whether one of the cluster's own programs, so called, writes this field of such a kind beside a status.
bool is_clusters_own(std::string_view manager, std::string_view kind, std::string_view path); // "spec/volumeName"

// A key field that is left out of an element stands for this ("TCP" of `protocol`); "" for no such default.
std::string_view key_default(std::string_view key);

} // namespace mooring::kubernetes

namespace mooring::kubernetes::rules {

// rules/*.json as they are in the program (made by cmake/EmbedTexts.cmake).
std::string_view types();    // built-in kinds -> fields with their forms
std::string_view lists();    // types -> fields -> how their lists and maps are merged
std::string_view defaults(); // types -> fields -> what the server gives them

} // namespace mooring::kubernetes::rules
