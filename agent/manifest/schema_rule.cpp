#include "manifest/schema_check.hpp"

#include "embedded_schemas.hpp"
#include "manifest/layers.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <deque>
#include <functional>
#include <nlohmann/json.hpp>
#include <utility>

namespace mooring::manifest {
namespace {

using nlohmann::json;

constexpr std::array<std::pair<std::string_view, Type>, 6> type_names{{{"string", Type::text},
                                                                       {"integer", Type::integer},
                                                                       {"number", Type::number},
                                                                       {"boolean", Type::boolean},
                                                                       {"array", Type::list},
                                                                       {"object", Type::map}}};

constexpr std::array<std::string_view, 7> annotations{"$schema",  "$id",         "title",   "description",
                                                      "examples", "definitions", "$comment"};

Type type_named(const json& name) {
    const auto* found =
        std::ranges::find(type_names, name.get<std::string_view>(), [](const auto& t) { return t.first; });
    if (found == type_names.end()) std::abort(); // our schemas are compiled in: a bug
    return found->second;
}

class Compiler {
  public:
    explicit Compiler(json schema) : schema_(std::move(schema)) {}

    const SchemaRule* compile(const json& schema) {
        if (schema.contains("$ref")) return referred(schema.at("$ref").get<std::string>().substr(1));
        if (schema.contains("allOf")) return compile(sole(schema.at("allOf"))); // beside it stand annotations only
        SchemaRule& rule = rules_.emplace_back();
        fill(rule, schema);
        return &rule;
    }

    const SchemaRule* root() { return compile(schema_); }

  private:
    static const json& sole(const json& list) {
        if (list.size() != 1) std::abort();
        return list.at(0);
    }

    const SchemaRule* referred(const std::string& pointer) { // "/definitions/x"
        if (const auto known = referred_.find(pointer); known != referred_.end()) return known->second;
        return referred_[pointer] = compile(schema_.at(json::json_pointer(pointer)));
    }

    void fill(SchemaRule& rule, const json& schema) {
        for (const auto& [keyword, value] : schema.items()) {
            if (std::ranges::find(annotations, keyword) != annotations.end()) continue;
            if (!fill_values(rule, keyword, value) && !fill_sizes(rule, keyword, value) &&
                !fill_children(rule, keyword, value))
                std::abort(); // a keyword that nothing would check
        }
    }

    static bool fill_values(SchemaRule& rule, const std::string& keyword, const json& value) {
        if (keyword == "type") {
            for (const json& name : value.is_array() ? value : json::array({value}))
                rule.types.push_back(type_named(name));
        } else if (keyword == "const") {
            rule.is_constant = true;
            rule.types = {value.is_boolean() ? Type::boolean : Type::text};
            if (value.is_string()) rule.allowed = {value.get<std::string>()};
        } else if (keyword == "enum") {
            rule.types = {Type::text};
            rule.allowed = value.get<std::vector<std::string>>();
        } else if (keyword == "pattern") {
            rule.pattern.emplace(value.get<std::string>());
        } else if (keyword == "patternErrorMessage") {
            rule.pattern_words = value.get<std::string>();
        } else if (keyword == "required") {
            rule.required = value.get<std::vector<std::string>>();
        } else {
            return false;
        }
        return true;
    }

    static bool fill_sizes(SchemaRule& rule, const std::string& keyword, const json& value) {
        if (keyword == "minProperties")
            rule.min_properties = value.get<std::size_t>();
        else if (keyword == "minItems")
            rule.min_items = value.get<std::size_t>();
        else if (keyword == "minLength")
            rule.min_length = value.get<std::size_t>();
        else if (keyword == "maxLength")
            rule.max_length = value.get<std::size_t>();
        else if (keyword == "minimum")
            rule.minimum = value.get<std::int64_t>();
        else if (keyword == "maximum")
            rule.maximum = value.get<std::int64_t>();
        else
            return false;
        return true;
    }

    bool fill_children(SchemaRule& rule, const std::string& keyword, const json& value) {
        if (keyword == "properties") {
            for (const auto& [name, schema] : value.items()) rule.properties[name] = compile(schema);
        } else if (keyword == "additionalProperties") {
            rule.closed = value == json(false);
            if (value.is_object()) rule.rest = compile(value);
        } else if (keyword == "propertyNames") {
            rule.names = compile(value);
        } else if (keyword == "items") {
            rule.items = compile(value);
        } else if (keyword == "oneOf") {
            for (const json& branch : value) {
                const bool is_choice = branch.size() == 1 && branch.contains("required");
                if (is_choice)
                    rule.choices.push_back(sole(branch.at("required")).get<std::string>());
                else
                    rule.one_of.push_back(compile(branch));
            }
        } else {
            return false;
        }
        return true;
    }

    json schema_;
    std::deque<SchemaRule> rules_;
    std::map<std::string, const SchemaRule*> referred_;
};

} // namespace

bool Pattern::fits(const std::string& value) const {
    std::call_once(made_, [this] { regex_ = std::regex(text_); });
    return std::regex_search(value, regex_);
}

bool SchemaRule::accepts(Type type) const {
    const auto fits = [type](Type t) { return t == type || (t == Type::number && type == Type::integer); };
    if (!types.empty()) return std::ranges::any_of(types, fits);
    return one_of.empty() ||
           std::ranges::any_of(one_of, [type](const SchemaRule* branch) { return branch->accepts(type); });
}

std::vector<std::string> SchemaRule::keys() const {
    std::vector<std::string> out;
    out.reserve(properties.size());
    for (const auto& [key, _] : properties) out.push_back(key);
    return out;
}

const SchemaRule& rules_of(std::string_view name) {
    static std::map<std::string, Compiler, std::less<>> compilers; // they own the rules
    static const auto roots = [] {
        std::map<std::string, const SchemaRule*, std::less<>> out;
        for (const std::string_view used : {"manifest", "agent"}) {
            const auto found = std::ranges::find(schema::all(), used, &schema::Embedded::name);
            if (found == schema::all().end()) std::abort();
            out[std::string(used)] =
                compilers.try_emplace(std::string(used), json::parse(found->text)).first->second.root();
        }
        return out;
    }();
    const auto found = roots.find(name);
    if (found == roots.end()) std::abort();
    return *found->second;
}

// What a rule wants, in plain words.

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
        return "a string";
    case Type::list:
        return "a list";
    case Type::map:
        return "a map";
    }
    std::unreachable();
}

std::string wanted_map(const SchemaRule& rule) {
    if (rule.rest != nullptr) return "a map of names to values";
    if (rule.properties.empty() || rule.properties.size() > most_keys_named) return "a map";
    const std::vector<std::string> keys = rule.keys();
    return (keys.size() == 1 ? "a map with the key " : "a map with the keys ") + quoted_list(keys, ", ");
}

bool knows_ids(const SchemaRule& rule) {
    return std::ranges::any_of(rule.one_of, [](const SchemaRule* branch) { return branch->properties.contains("id"); });
}

} // namespace

std::string wanted(const SchemaRule& rule) {
    if (!rule.pattern_words.empty()) return rule.pattern_words;
    if (rule.is_constant) return rule.allowed.empty() ? "true" : "`" + rule.allowed.front() + "`";
    if (!rule.allowed.empty()) return "one of " + quoted_list(rule.allowed, ", ");
    if (!rule.types.empty() && rule.types.front() == Type::map) return wanted_map(rule);
    if (!rule.types.empty()) return std::string(wanted_type(rule.types.front()));
    std::string out;
    for (const SchemaRule* branch : rule.one_of) out += (out.empty() ? "" : " or ") + wanted(*branch);
    return out.empty() ? "something else" : out;
}

std::string cure_of_type(const SchemaRule& rule, Type type) {
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
