// Where the pods of an object have what they store: volumes by what they are, mounts by container and path. Private to
// this folder.
#pragma once

#include "kubernetes/kubernetes.hpp"

#include <map>
#include <set>
#include <string>
#include <string_view>

namespace mooring::kubernetes {

// Along keys that are joined by dots.
const Value* value_at(const Value& value, std::string_view path);

// The pods of an object: where they are declared, and of a set the claims that it makes for each.
struct Pod {
    std::string path;            // "spec.template.spec"
    const Value* spec = nullptr; // nullptr: it has none
    const Value* templates = nullptr;
    std::string owner;      // of the claims: the object's name
    std::string namespace_; // in which claims are
};

// Of any kind that has them at one of the usual places. Points into the tree.
Pod pod_of(const Key& key, const Value& tree, std::string_view stack_namespace);
// Names, those of init containers among them.
std::set<std::string> containers_of(const Pod& pod);

// What a volume is, by its meaning.
struct Source {
    std::string kind; // "persistentVolumeClaim"; "": there is no such volume
    Value what;       // compared
    std::string words;
    bool holds_data = false; // more than the pod, and not a part of the cluster's own settings

    bool is(const Source& other) const { return kind == other.kind && what == other.what; }
};

struct MountPlace {
    std::string container;
    std::string path; // in the container

    auto operator<=>(const MountPlace&) const = default;
};

struct Mount {
    std::string front; // "containers[name=db].volumeMounts[mountPath=/data]"
    std::string volume;
    std::string below;     // what of it: a path, or an expression with what it refers to
    std::string words;     // the same, as written
    bool prepares = false; // in an init container
};
using Mounts = std::map<MountPlace, Mount>;

Mounts mounts_of(const Pod& pod); // volumes and devices

// What a container has at a place.
struct Stored {
    Source source;
    std::string below;
    std::string words;

    bool is(const Stored& other) const { return source.is(other.source) && below == other.below; }
};

Stored stored(const Pod& pod, const Mount& mount);

} // namespace mooring::kubernetes
