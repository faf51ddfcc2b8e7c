// Forms of structure: mappings with fixed keys, lists of them, and sections whose keys are names.
#include "compose/converters.hpp"
#include "compose/references.hpp"

#include <algorithm>

namespace mooring::compose {
namespace {

Outcome fields_of(yaml::Node& node, const RuleNode& rule, Context& context, bool extensions, Value& out) {
    if (node.kind != yaml::Kind::mapping) return context.fail(node, "must be a mapping", "wrong-type");
    return read_fields(node, rule, context, extensions, out) ? present_unless_empty(out) : Outcome::failed;
}

Outcome list_of_records(yaml::Node& node, const RuleNode& rule, Context& context, bool extensions, Value& out) {
    if (node.kind != yaml::Kind::sequence) return context.fail(node, "must be a list", "wrong-type");
    out.shape = Shape::sequence;
    out.members.reserve(node.items.size());
    for (yaml::Node& item : node.items) {
        Value value{.line = item.mark.line};
        if (fields_of(item, *rule.element, context, extensions, value) == Outcome::failed) return Outcome::failed;
        value.shape = Shape::map;
        out.members.push_back({.key = {}, .value = std::move(value)});
    }
    return present_unless_empty(out);
}

bool is_name(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
               c == '-';
    });
}

} // namespace

Outcome read_record(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out) {
    const bool may_be_null = rule.row->pattern == "services.*.deploy" || rule.row->pattern == "services.*.develop";
    if (may_be_null && node.kind == yaml::Kind::null) return Outcome::absent;
    return fields_of(node, rule, context, true, out);
}

Outcome read_closed_record(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out) {
    return fields_of(node, rule, context, false, out);
}

Outcome read_records(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out) {
    return list_of_records(node, rule, context, true, out);
}

Outcome read_closed_records(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out) {
    return list_of_records(node, rule, context, false, out);
}

Outcome read_named(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out) {
    if (node.kind != yaml::Kind::mapping) return context.fail(node, "must be a mapping", "wrong-type");
    out.shape = Shape::map;
    if (!has_text_keys(node, context)) return Outcome::failed;
    const bool any_name = rule.row->detail == "any name";
    out.members.reserve(node.entries.size());
    for (auto& [key, value] : node.entries) {
        const Context::Step step(context, key.text);
        if (!any_name && !is_name(key.text)) {
            return context.fail(key, "a name holds only letters, digits and . _ -");
        }
        Member member{.key = settled_literal(key.text), .value = {}};
        const Outcome outcome = canonicalise(std::move(value), *rule.any, context, member.value);
        if (outcome == Outcome::failed) return outcome;
        member.value.line = key.mark.line;
        out.members.push_back(std::move(member)); // a name counts, even without settings
    }
    sort_members(out);
    return present_unless_empty(out);
}

Outcome read_includes(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out) {
    for (yaml::Node& item : node.items) {
        if (item.kind != yaml::Kind::scalar) continue;
        yaml::Node include{.kind = yaml::Kind::mapping, .mark = item.mark};
        include.entries.emplace_back(yaml::Node{.kind = yaml::Kind::scalar, .text = "path", .mark = item.mark},
                                     std::move(item));
        item = std::move(include);
    }
    return list_of_records(node, rule, context, false, out);
}

Outcome read_file(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out) {
    if (node.kind != yaml::Kind::mapping) {
        return context.fail(node, "a compose file is a mapping at its top", "wrong-type");
    }
    const bool holds_something =
        std::ranges::any_of(node.entries, [](const auto& entry) { return entry.first.text != "version"; });
    if (!holds_something) return context.fail(node, "an empty compose file", "empty");
    if (!read_fields(node, rule, context, true, out)) return Outcome::failed;
    for (const std::string_view section : {"configs", "jobs", "models", "networks", "secrets", "services", "volumes"}) {
        // the sections always exist: a difference lies in them and never is one of them
        if (find(out, section) == nullptr) put(out, section, Value{.shape = Shape::map, .line = out.line});
    }
    Value* networks = find(out, "networks");
    const Value* implicit = networks == nullptr ? nullptr : find(*networks, "default");
    if (implicit != nullptr && implicit->members.empty()) remove(*networks, "default");
    return Outcome::present;
}

} // namespace mooring::compose
