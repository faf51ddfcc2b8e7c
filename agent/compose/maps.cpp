// Forms of maps whose keys are the user's: environment, labels, options.

#include "compose/converters.hpp"

#include "compose/facts.hpp"
#include "compose/text.hpp"

#include <algorithm>
#include <unordered_set>
#include <utility>

namespace mooring::compose {
namespace {

// What the values of a map may be.
struct MapOf {
    bool list = true;          // a list of KEY=VALUE is the same
    bool null_is_empty = true; // otherwise a key without value keeps having none
    bool needs_value = false;  // lists: an item without `=` is refused
    bool nulls = true;         // values may be missing
    bool booleans = true;
    bool numbers = true;
    bool fractions = true;                                // and dates
    std::string (*path)(std::string_view text) = nullptr; // values are paths: what becomes of one
};

void add(Value& map, std::string key, std::optional<std::string> value, const MapOf& of, std::uint32_t line) {
    if (!value && of.null_is_empty) value.emplace();
    Member& member = map.members.emplace_back();
    member.key = std::move(key);
    member.value.line = line;
    if (!value) return;
    member.value.shape = Shape::text;
    member.value.path = of.path != nullptr;
    member.value.text = of.path == nullptr ? std::move(*value) : of.path(*value);
}

bool read_list(yaml::Node& node, const MapOf& of, Context& context, Value& out) {
    for (yaml::Node& item : node.items) {
        auto text = take_text(item, context);
        if (!text) return false;
        const std::size_t equals = text->find('=');
        if (equals == std::string::npos) {
            if (of.needs_value) return context.fail(item, "must be KEY=VALUE") != Outcome::failed;
            add(out, std::move(*text), std::nullopt, of, item.mark.line);
        } else {
            add(out, text->substr(0, equals), text->substr(equals + 1), of, item.mark.line);
        }
    }
    return true;
}

bool may_be(const yaml::Node& node, const MapOf& of) {
    if (yaml::is_text(node)) return true;
    const auto scalar = yaml::resolve(node);
    if (!scalar) return true; // take_printed says what is wrong
    if (scalar->type == yaml::Type::null) return of.nulls;
    if (scalar->type == yaml::Type::boolean) return of.booleans;
    if (!of.fractions && scalar->type != yaml::Type::integer) return false;
    return of.numbers || scalar->type == yaml::Type::timestamp;
}

bool read_mapping(yaml::Node& node, const MapOf& of, Context& context, Value& out) {
    if (!has_text_keys(node, context)) return false;
    for (auto& [key, value] : node.entries) {
        const Context::Step step(context, key.text);
        const bool may_be_empty = !of.list && of.numbers; // as the loader has it
        if (key.text.empty() && !may_be_empty) return context.fail(key, "an empty key") != Outcome::failed;
        if (!may_be(value, of))
            return context.fail(value, "a value of this kind is not allowed here", "wrong-type") != Outcome::failed;
        const bool is_null = value.kind == yaml::Kind::null || (!yaml::is_text(value) && value.text.empty());
        auto text = take_printed(value, context);
        if (!text) return false;
        // no reference is read in a key of a map
        add(out, settled_literal(std::move(key.text)), is_null ? std::nullopt : std::move(text), of, key.mark.line);
    }
    return true;
}

Outcome read_map(yaml::Node& node, const MapOf& of, Context& context, Value& out) {
    out.shape = Shape::map;
    out.free_keys = true;
    out.members.reserve(node.items.size() + node.entries.size());
    const bool is_list = node.kind == yaml::Kind::sequence && of.list;
    if (!is_list && node.kind != yaml::Kind::mapping) {
        return context.fail(node, of.list ? "must be a mapping or a list" : "must be a mapping", "wrong-type");
    }
    if (!(is_list ? read_list(node, of, context, out) : read_mapping(node, of, context, out))) return Outcome::failed;
    sort_members(out);
    return present_unless_empty(out);
}

} // namespace

Outcome read_environment(yaml::Node&& node, const RuleNode& /*rule*/, Context& context, Value& out) {
    return read_map(node, {.null_is_empty = false}, context, out);
}
Outcome read_labels(yaml::Node&& node, const RuleNode& /*rule*/, Context& context, Value& out) {
    return read_map(node, {}, context, out);
}
Outcome read_contexts(yaml::Node&& node, const RuleNode& /*rule*/, Context& context, Value& out) {
    return read_map(node, {.needs_value = true, .path = context_path}, context, out);
}
Outcome read_options(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out) {
    return read_map(node, {.list = false, .booleans = false, .fractions = rule.row->detail != "whole"}, context, out);
}
Outcome read_plain_options(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out) {
    const bool fractions = rule.row->detail != "whole";
    return read_map(node, {.list = false, .nulls = false, .booleans = false, .fractions = fractions}, context, out);
}
Outcome read_text_map(yaml::Node&& node, const RuleNode& /*rule*/, Context& context, Value& out) {
    return read_map(node, {.list = false, .nulls = false, .booleans = false, .numbers = false}, context, out);
}

Outcome read_ssh_keys(yaml::Node&& node, const RuleNode& /*rule*/, Context& context, Value& out) {
    for (const yaml::Node& item : node.items) {
        if (item.kind == yaml::Kind::scalar && item.text != "default" && !item.text.contains('=')) {
            return context.fail(item, "must be `default` or ID=PATH");
        }
    }
    const auto path = [](std::string_view text) { return text.empty() ? std::string(".") : project_path(text); };
    return read_map(node, {.null_is_empty = false, .path = path}, context, out);
}

Outcome read_provider_options(yaml::Node&& node, const RuleNode& /*rule*/, Context& context, Value& out) {
    if (node.kind != yaml::Kind::mapping) return context.fail(node, "must be a mapping", "wrong-type");
    if (!has_text_keys(node, context)) return Outcome::failed;
    out.shape = Shape::map;
    out.free_keys = true;
    for (auto& [key, value] : node.entries) {
        const Context::Step step(context, key.text);
        Value list{.shape = Shape::sequence, .line = key.mark.line};
        const auto add_item = [&](yaml::Node& item) {
            auto text = take_printed(item, context);
            if (text) list.members.push_back({.key = {}, .value = make_text(std::move(*text), item.mark.line)});
            return text.has_value();
        };
        const bool is_list = value.kind == yaml::Kind::sequence;
        if (!(is_list ? std::ranges::all_of(value.items, add_item) : add_item(value))) return Outcome::failed;
        if (list.members.empty()) continue;
        out.members.push_back({.key = settled_literal(key.text), .value = std::move(list)});
    }
    sort_members(out);
    return present_unless_empty(out);
}

// Additional hosts: lists and maps become one set of host=address.

namespace {

std::string_view without_brackets(std::string_view address) {
    const bool bracketed = address.size() > 2 && address.starts_with('[') && address.ends_with(']');
    return bracketed ? address.substr(1, address.size() - 2) : address;
}

Outcome add(const yaml::Node& node, std::string_view host, std::string_view address, Context& context, Value& out) {
    const bool is_bad = host.empty() || (!has_reference(host) && host.find_first_of(":=") != std::string_view::npos);
    if (is_bad) return context.fail(node, "`" + std::string(host) + "` is not a host name");
    std::string identity(host);
    identity += '=';
    identity += without_brackets(address);
    out.members.push_back({.key = std::move(identity), .value = {.line = node.mark.line}});
    return Outcome::present;
}

// `name=address`, `name:address`; commas separate addresses.
Outcome read_entry(yaml::Node& node, Context& context, Value& out) {
    const auto text = take_text(node, context);
    if (!text) return Outcome::failed;
    std::size_t separator = find_outside(*text, '=');
    if (separator == std::string_view::npos) separator = find_outside(*text, ':');
    if (separator == std::string_view::npos) {
        if (!has_reference(*text)) return context.fail(node, "an additional host needs an address: `name=address`");
        out.members.push_back({.key = *text, .value = {.line = node.mark.line}});
        return Outcome::present;
    }
    for (const std::string_view address : split_outside(std::string_view(*text).substr(separator + 1), ',')) {
        if (add(node, text->substr(0, separator), address, context, out) == Outcome::failed) return Outcome::failed;
    }
    return Outcome::present;
}

// The address or, in newer files, the addresses of one host.
Outcome read_addresses(std::string_view host, yaml::Node& value, Context& context, Value& out) {
    if (value.kind != yaml::Kind::sequence) {
        const auto address = take_printed(value, context);
        return address ? add(value, host, *address, context, out) : Outcome::failed;
    }
    for (yaml::Node& item : value.items) {
        const auto address = take_text(item, context);
        if (!address || add(item, host, *address, context, out) == Outcome::failed) return Outcome::failed;
    }
    return Outcome::present;
}

} // namespace

Outcome read_hosts(yaml::Node&& node, const RuleNode& /*rule*/, Context& context, Value& out) {
    out.shape = Shape::keyed;
    if (node.kind != yaml::Kind::sequence && node.kind != yaml::Kind::mapping) {
        return context.fail(node, "must be a mapping or a list", "wrong-type");
    }
    if (!has_text_keys(node, context)) return Outcome::failed;
    for (yaml::Node& item : node.items) {
        if (read_entry(item, context, out) == Outcome::failed) return Outcome::failed;
    }
    for (auto& [key, value] : node.entries) {
        const Context::Step step(context, key.text);
        if (read_addresses(settled_literal(key.text), value, context, out) == Outcome::failed) return Outcome::failed;
    }
    sort_members(out);
    return present_unless_empty(out);
}

} // namespace mooring::compose
