// A YAML tree against one of our JSON Schemas (schema/), in plain words and with places.
//
// The schema is walked here and not by a validator of the shelf, because people need the sentence and the line, and a
// validator's answer has neither. Tests compare every verdict with valijson's.
#pragma once

#include "manifest/schema_rule.hpp"
#include "yaml/node.hpp"

#include <optional>
#include <string>
#include <vector>

namespace mooring::manifest {

struct SchemaProblem {
    yaml::Mark mark;
    std::string code;    // "unknown-key", "missing-key", "wrong-type", "wrong-value", "wrong-keys"
    std::string message; // never holds a value, unless the schema lists the allowed ones
    std::string suggestion;
    std::vector<std::string> within{}; // the keys from the root to the entry that it is about, or to the list it is in
};

// All problems, in the order of the text; empty exactly when the schema accepts the tree. `name` is what the messages
// call the tree ("--concurrency"); a document has none.
std::vector<SchemaProblem> check(const yaml::Node& node, const Rule& rule, const std::string& name = {});

// What is left of a document when the entries with problems are taken out, as far as the schema accepts the rest;
// nullopt where it does not (a key is missing) or a whole part (`spec`, `kind`) would go.
std::optional<yaml::Node> accepted_part(yaml::Node document, const Rule& rule);

} // namespace mooring::manifest
