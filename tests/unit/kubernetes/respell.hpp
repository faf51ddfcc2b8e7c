// Other spellings of a manifest, and manifests with one value changed.
#pragma once

#include "kubernetes/kubernetes.hpp"

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace mooring::kubernetes {

using Random = std::mt19937_64;

// A manifest as objects that can be written in many ways. They are read as JSON-like trees, without canonical form.
std::vector<Value> read_objects(const std::string& text);

// The objects written anew: documents and keys in another order, quoted otherwise, with comments, anchors, nulls and
// empty values, `kind: List`, JSON, quantities in another form. It always means the same.
std::string respell(const std::vector<Value>& objects, Random& random);

// One leaf of one object is changed, in place. `place`: the object's label and the names of the keys above the leaf.
struct Mutation {
    std::string object;
    std::vector<std::string> keys; // of maps alone, from the top
};
Mutation mutate(std::vector<Value>& objects, Random& random);

} // namespace mooring::kubernetes
