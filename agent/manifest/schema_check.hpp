// A YAML tree against one of our JSON Schemas (schema/), in plain words and with places.
//
// The schema is walked here and not by a validator of the shelf, because people need the sentence and the line, and a
// validator's answer has neither. Tests compare every verdict with valijson's.
#pragma once

#include "manifest/schema_rule.hpp"
#include "yaml/node.hpp"

#include <string>
#include <vector>

namespace mooring::manifest {

struct SchemaProblem {
    yaml::Mark mark;
    std::string code;    // "unknown-key", "missing-key", "wrong-type", "wrong-value", "wrong-keys"
    std::string message; // never holds a value, unless the schema lists the allowed ones
    std::string suggestion;
};

// All problems, in the order of the text; empty exactly when the schema accepts the tree. `name` is what the messages
// call the tree ("--concurrency"); a document has none.
std::vector<SchemaProblem> check(const yaml::Node& node, const Rule& rule, const std::string& name = {});

} // namespace mooring::manifest
