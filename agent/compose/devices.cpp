// Devices of a service, and requests for GPUs and the like.
#include "compose/converters.hpp"
#include "compose/references.hpp"

#include <unordered_map>

namespace mooring::compose {
namespace {

// `source[:target[:permissions]]` as a record, with its defaults.
Outcome read_short_device(const yaml::Node& node, std::string_view text, Context& context, Value& device) {
    const auto parts = split_outside(text, ':');
    if (parts.size() > 3) return context.fail(node, "too many colons in a device");
    const std::string_view target = parts.size() > 1 && !parts[1].empty() ? parts[1] : parts[0];
    device.shape = Shape::map;
    put(device, "source", make_text(std::string(parts[0]), node.mark.line));
    put(device, "target", make_text(std::string(target), node.mark.line));
    put(device, "permissions", make_text(std::string(parts.size() > 2 ? parts[2] : "rwm"), node.mark.line));
    return Outcome::present;
}

// source:target:permissions, without what a long form leaves out.
std::string identity_of(const Value& device) {
    std::string identity;
    for (const std::string_view field : {"source", "target", "permissions"}) {
        const Value* part = find(device, field);
        if (part != nullptr && !part->text.empty()) identity += (identity.empty() ? "" : ":") + part->text;
    }
    return identity;
}

// Asks for all devices unless it says how many or which.
Outcome read_device_request(yaml::Node& node, const RuleNode& rule, Context& context, Value& out) {
    if (node.kind != yaml::Kind::mapping) return context.fail(node, "must be a mapping", "wrong-type");
    const bool is_for_all = node.find("count") == nullptr && node.find("device_ids") == nullptr;
    out.line = node.mark.line;
    if (!read_fields(node, rule, context, true, out)) return Outcome::failed;
    if (is_for_all) put(out, "count", make_number("-1", out.line));
    return Outcome::present;
}

} // namespace

Outcome read_devices(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out) {
    if (node.kind != yaml::Kind::sequence) return context.fail(node, "must be a list", "wrong-type");
    out.shape = Shape::keyed;
    std::unordered_map<std::string, std::size_t> places; // of two with one path in the container the later counts
    for (yaml::Node& item : node.items) {
        Value device{.line = item.mark.line};
        if (item.kind == yaml::Kind::mapping) {
            if (!read_fields(item, *rule.element, context, true, device)) return Outcome::failed;
        } else {
            const auto text = take_text(item, context);
            if (!text || read_short_device(item, *text, context, device) == Outcome::failed) return Outcome::failed;
        }
        const Value* target = find(device, "target");
        const auto [place, is_new] = places.emplace(target == nullptr ? "" : target->text, out.members.size());
        if (is_new) out.members.emplace_back();
        out.members[place->second] = {.key = identity_of(device), .value = {.line = item.mark.line}};
    }
    sort_members(out);
    return present_unless_empty(out);
}

Outcome read_device_requests(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out) {
    if (node.kind == yaml::Kind::scalar && rule.row->form == Form::gpus && node.text == "all") {
        yaml::Node all{.kind = yaml::Kind::sequence, .mark = node.mark};
        all.items.push_back({.kind = yaml::Kind::mapping, .mark = node.mark});
        node = std::move(all);
    }
    if (node.kind != yaml::Kind::sequence) return context.fail(node, "must be a list", "wrong-type");
    out.shape = Shape::sequence;
    for (yaml::Node& item : node.items) {
        Value request;
        if (read_device_request(item, *rule.element, context, request) == Outcome::failed) return Outcome::failed;
        out.members.push_back({.key = {}, .value = std::move(request)});
    }
    return present_unless_empty(out);
}

} // namespace mooring::compose
