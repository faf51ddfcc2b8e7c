// Additional hosts: lists and maps become one set of host=address.
#include "compose/converters.hpp"
#include "compose/references.hpp"

namespace mooring::compose {
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
