// Which documents are ours: pure decisions over text and trees.
#pragma once

#include "yaml/node.hpp"

#include <cstdint>
#include <string_view>

namespace mooring::manifest {

enum class DocumentKind : std::uint8_t {
    empty,         // `---` alone
    manifest,      // ours, or meant to be ours
    configuration, // kind Agent: mooring.yaml, which is read elsewhere
    foreign,       // compose, Kubernetes or anything else
};

// Whether a text can hold a document of ours at all: it names our API or one of our kinds, or is in an encoding in
// which that cannot be told. Everything else is not even parsed.
bool may_hold_manifests(std::string_view text);

// Ours is what says `apiVersion: mooring/...`, or says so under a misspelt key or with a misspelt value beside one of
// our kinds, or has one of our kinds and no apiVersion: a slip must be an error, not a stack that nobody watches.
DocumentKind classify(const yaml::Node& document);

} // namespace mooring::manifest
