// What a rule wants, in plain words.
#include "manifest/schema_rule.hpp"
#include "manifest/words.hpp"

#include <algorithm>
#include <utility>

namespace mooring::manifest {
namespace {

// A list in words is clear up to here; a map with more keys is just called a map.
constexpr std::size_t most_keys_named = 4;

std::string_view wanted_type(Type type) {
    switch (type) {
    case Type::null:
        return "nothing";
    case Type::boolean:
        return "true or false";
    case Type::integer:
        return "a whole number";
    case Type::number:
        return "a number";
    case Type::text:
        return "a text";
    case Type::list:
        return "a list";
    case Type::map:
        return "a map";
    }
    std::unreachable();
}

std::string wanted_map(const Rule& rule) {
    if (rule.rest != nullptr) return "a map of names to values";
    if (rule.properties.empty() || rule.properties.size() > most_keys_named) return "a map";
    const std::vector<std::string> keys = rule.keys();
    return (keys.size() == 1 ? "a map with the key " : "a map with the keys ") + quoted_list(keys, ", ");
}

bool knows_ids(const Rule& rule) {
    return std::ranges::any_of(rule.one_of, [](const Rule* branch) { return branch->properties.contains("id"); });
}

} // namespace

std::string wanted(const Rule& rule) {
    if (!rule.pattern_words.empty()) return rule.pattern_words;
    if (rule.is_constant) return rule.allowed.empty() ? "true" : "`" + rule.allowed.front() + "`";
    if (!rule.allowed.empty()) return "one of " + quoted_list(rule.allowed, ", ");
    if (!rule.types.empty() && rule.types.front() == Type::map) return wanted_map(rule);
    if (!rule.types.empty()) return std::string(wanted_type(rule.types.front()));
    std::string out;
    for (const Rule* branch : rule.one_of) out += (out.empty() ? "" : " or ") + wanted(*branch);
    return out.empty() ? "something else" : out;
}

std::string cure_of_type(const Rule& rule, Type type) {
    const bool is_plain_value = type == Type::boolean || type == Type::integer || type == Type::number;
    if (type == Type::null) return "give it a value, or remove the key";
    if (!rule.allowed.empty()) return {}; // the allowed values have been listed
    if (type == Type::integer && knows_ids(rule)) return "an id is written {id: N}, and a name of digits in quotes";
    if (rule.accepts(Type::text) && is_plain_value) return "put it in quotes";
    if (rule.accepts(Type::boolean) && type == Type::text) return "write true or false, without quotes";
    if (rule.accepts(Type::integer) && type == Type::text) return "write a number, without quotes";
    if (rule.accepts(Type::list) && type == Type::text) return "start every entry with `- `";
    if (rule.rest != nullptr && type == Type::list) return "write `NAME: value` in place of `- NAME=value`";
    return {};
}

} // namespace mooring::manifest
