// A JSON Schema made ready for walking: references followed, keywords as fields.
//
// Only the keywords that our schemas use are known; an unknown one ends the program, so that a schema cannot say more
// than is checked. Annotations (title, description, examples, $id, $schema) are left out.
#pragma once

#include "manifest/layers.hpp"
#include "yaml/node.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <regex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mooring::manifest {

// A regular expression of a schema, made ready when it is first asked for: most runs need few of them. May be asked by
// several threads.
class Pattern {
  public:
    explicit Pattern(std::string text) : text_(std::move(text)) {}
    bool fits(const std::string& value) const; // somewhere in the value

  private:
    std::string text_;
    mutable std::once_flag made_;
    mutable std::regex regex_;
};

struct SchemaRule {
    std::vector<Type> types;          // empty: any
    std::vector<std::string> allowed; // enum, or a const text
    bool is_constant = false;         // const: `allowed` has one entry, or none and the value must be true
    std::map<std::string, const SchemaRule*, std::less<>> properties;
    std::vector<std::string> required;
    bool closed = false;               // additionalProperties: false
    const SchemaRule* rest = nullptr;  // additionalProperties: {...}
    const SchemaRule* names = nullptr; // propertyNames
    const SchemaRule* items = nullptr;
    std::vector<const SchemaRule*> one_of; // branches that are whole schemas
    std::vector<std::string> choices;      // oneOf of {"required": [KEY]}: exactly one of these keys
    std::size_t min_properties = 0;
    std::size_t min_items = 0;
    std::size_t min_length = 0;
    std::optional<std::size_t> max_length;
    std::optional<std::int64_t> minimum;
    std::optional<std::int64_t> maximum;
    std::optional<Pattern> pattern;
    std::string pattern_words; // patternErrorMessage: what the pattern wants

    // Whether a node of this type can be meant by the rule at all.
    bool accepts(Type type) const;
    // The names of `properties`.
    std::vector<std::string> keys() const;
};

// The rules of the schema of that name ("manifest", "agent"), made once. Ends the program if there is none.
const SchemaRule& rules_of(std::string_view name);

// "a map of names to values", "one of `running`, `stopped`", "a text or a map with the key `id`"
std::string wanted(const SchemaRule& rule);

// What to do about a node of the wrong type; "" if there is nothing to add.
std::string cure_of_type(const SchemaRule& rule, Type type);

// A YAML tree against one of our JSON Schemas (schema/), in plain words and with places.
//
// The schema is walked here and not by a validator of the shelf, because people need the sentence and the line, and a
// validator's answer has neither. Tests compare every verdict with valijson's.
struct SchemaProblem {
    yaml::Mark mark;
    std::string code;    // "unknown-key", "missing-key", "wrong-type", "wrong-value", "wrong-keys"
    std::string message; // never holds a value, unless the schema lists the allowed ones
    std::string suggestion;
    std::vector<std::string> within{}; // the keys from the root to the entry that it is about, or to the list it is in
};

// All problems, in the order of the text; empty exactly when the schema accepts the tree. `name` is what the messages
// call the tree ("--concurrency"); a document has none.
std::vector<SchemaProblem> check(const yaml::Node& node, const SchemaRule& rule, const std::string& name = {});

// What is left of a document when the entries with problems are taken out, as far as the schema accepts the rest;
// nullopt where it does not (a key is missing) or a whole part (`spec`, `kind`) would go.
std::optional<yaml::Node> accepted_part(yaml::Node document, const SchemaRule& rule);

} // namespace mooring::manifest
