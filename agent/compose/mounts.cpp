// Mounts of a service (`volumes`): short and long syntax become one list, keyed by the cleaned target.

#include "compose/converters.hpp"

#include "base/text.hpp"
#include "compose/facts.hpp"
#include "compose/text.hpp"

#include <algorithm>
#include <unordered_map>

namespace mooring::compose {
namespace {

std::string cleaned_target(const std::string& target) { return target.empty() ? target : clean_path(target); }

// The parts between colons; a colon behind a single letter belongs to a Windows drive, one inside ${...} to a
// reference.
std::vector<std::string> split_mount(std::string_view text) {
    std::vector<std::string> parts;
    std::string part;
    for (const std::string_view piece : split_outside(text, ':')) {
        part += piece;
        if (is_one_letter(part) && piece.data() + piece.size() != text.data() + text.size()) {
            part += ':';
            continue;
        }
        parts.push_back(std::move(part));
        part.clear();
    }
    if (!part.empty()) parts.push_back(std::move(part)); // the text ends with a drive's colon
    return parts;
}

bool is_host_path(std::string_view source) {
    if (source.empty()) return false;
    if (source[0] == '.' || source[0] == '/' || source[0] == '~' || source.starts_with(R"(\\)")) return true;
    const std::size_t colon = source.find(':');
    return colon != std::string_view::npos && is_one_letter(source.substr(0, colon));
}

bool is_propagation(std::string_view option) {
    constexpr std::string_view known[] = {"rprivate", "private", "rshared", "shared", "rslave", "slave"};
    return std::ranges::find(known, option) != std::end(known);
}

Value& settings_of(Value& mount, std::string_view name, std::uint32_t line) {
    if (find(mount, name) == nullptr) put(mount, name, Value{.shape = Shape::map, .line = line});
    return *find(mount, name);
}

void read_mount_options(std::string_view options, std::uint32_t line, Value& mount) {
    if (has_reference(options)) { // unknown, but a change must be seen
        put(mount, "read_only", make_text(std::string(options), line));
        return;
    }
    for (const std::string_view option : split(options, ',')) {
        if (option == "ro")
            put(mount, "read_only", make_boolean(true, line));
        else if (option == "rw")
            remove(mount, "read_only");
        else if (option == "nocopy")
            put(settings_of(mount, "volume", line), "nocopy", make_boolean(true, line));
        else if (is_propagation(option))
            put(settings_of(mount, "bind", line), "propagation", make_text(std::string(option), line));
        else if (option == "z" || option == "Z")
            put(settings_of(mount, "bind", line), "selinux", make_text(std::string(option), line));
    } // the loader drops every other option
}

Outcome read_short(const yaml::Node& node, std::string_view text, Context& context, Value& list) {
    if (text.empty()) return context.fail(node, "an empty mount");
    const std::uint32_t line = node.mark.line;
    auto parts = text.size() <= 2 ? std::vector<std::string>{std::string(text)} : split_mount(text);
    if (parts.size() > 3) return context.fail(node, "too many colons in a mount");
    if (std::ranges::any_of(parts, &std::string::empty))
        return context.fail(node, "an empty part between the colons of a mount");
    Value mount{.shape = Shape::map, .line = line};
    std::string target = parts.size() == 1 ? std::move(parts[0]) : std::move(parts[1]);
    const bool is_bind = parts.size() > 1 && is_host_path(parts[0]);
    const bool is_either = parts.size() > 1 && reference_length(parts[0]) != 0; // a path or a name, who knows
    put(mount, "type", make_text(is_bind ? "bind" : is_either ? "bind or volume" : "volume", line));
    if (is_bind)
        put(mount, "source", make_path(project_path(parts[0]), line));
    else if (parts.size() > 1)
        put(mount, "source", make_text(std::move(parts[0]), line));
    if (is_bind) put(settings_of(mount, "bind", line), "create_host_path", make_boolean(true, line));
    if (parts.size() > 2) read_mount_options(parts[2], line, mount);
    list.members.push_back({.key = cleaned_target(target), .value = std::move(mount)});
    return Outcome::present;
}

Outcome read_long_mount(yaml::Node& node, const RuleNode& rule, Context& context, Value& list) {
    Value mount{.line = node.mark.line};
    if (!read_fields(node, rule, context, true, mount)) return Outcome::failed;
    const Value* target = find(mount, "target");
    std::string identity = target == nullptr ? std::string{} : cleaned_target(target->text);
    remove(mount, "target");
    if (Value* source = find(mount, "source"); source != nullptr && is_text(find(mount, "type"), "bind"))
        *source = make_path(project_path(source->text), source->line);
    list.members.push_back({.key = std::move(identity), .value = std::move(mount)});
    return Outcome::present;
}

Outcome read_mount(yaml::Node& node, const RuleNode& rule, Context& context, Value& list) {
    if (node.kind == yaml::Kind::mapping) return read_long_mount(node, rule, context, list);
    const auto text = take_text(node, context);
    return text ? read_short(node, *text, context, list) : Outcome::failed;
}

} // namespace

Outcome read_mounts(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out) {
    if (node.kind != yaml::Kind::sequence) return context.fail(node, "must be a list", "wrong-type");
    out.shape = Shape::keyed;
    out.members.reserve(node.items.size());
    for (yaml::Node& item : node.items) {
        if (read_mount(item, *rule.element, context, out) == Outcome::failed) return Outcome::failed;
    }
    sort_members(out);
    return present_unless_empty(out);
}

// Configs and secrets of a service: short and long syntax become one list, keyed by the full target path.

namespace {

// Where no target is given it is the source, and what is not absolute lies below the folder.
std::string full_target(const Value& mount, std::string_view folder) {
    const Value* target = find(mount, "target");
    const Value* source = find(mount, "source");
    if (target == nullptr) return std::string(folder) + (source == nullptr ? std::string{} : source->text);
    const bool is_absolute = target->text.starts_with('/') || reference_length(target->text) != 0;
    return is_absolute ? target->text : std::string(folder) + target->text;
}

Outcome read_file_mounts(yaml::Node& node, const RuleNode& rule, std::string_view folder, Context& context,
                         Value& out) {
    if (node.kind != yaml::Kind::sequence) return context.fail(node, "must be a list", "wrong-type");
    out.shape = Shape::keyed;
    out.members.reserve(node.items.size());
    for (yaml::Node& item : node.items) {
        Value mount{.shape = Shape::map, .line = item.mark.line};
        if (item.kind == yaml::Kind::mapping) {
            if (!read_fields(item, *rule.element, context, true, mount)) return Outcome::failed;
        } else {
            auto source = take_text(item, context);
            if (!source) return Outcome::failed;
            if (!source->empty()) put(mount, "source", make_text(std::move(*source), item.mark.line));
        }
        std::string target = full_target(mount, folder);
        remove(mount, "target");
        out.members.push_back({.key = std::move(target), .value = std::move(mount)});
    }
    sort_members(out);
    return present_unless_empty(out);
}

} // namespace

Outcome read_config_mounts(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out) {
    return read_file_mounts(node, rule, "/", context, out);
}

Outcome read_secret_mounts(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out) {
    return read_file_mounts(node, rule, "/run/secrets/", context, out);
}

// Devices of a service, and requests for GPUs and the like.

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
