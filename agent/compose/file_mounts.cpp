// Configs and secrets of a service: short and long syntax become one list, keyed by the full target path.
#include "compose/converters.hpp"

namespace mooring::compose {
namespace {

// What a target that is not given, or not absolute, becomes.
struct Targets {
    std::string_view folder;        // before the source, where no target is given
    bool relative_is_below = false; // a target that is not absolute lies below the folder
};

std::string full_target(const Value& mount, const Targets& targets) {
    const Value* target = find(mount, "target");
    const Value* source = find(mount, "source");
    const std::string folder(targets.folder);
    if (target == nullptr) return folder + (source == nullptr ? std::string{} : source->text);
    const bool is_absolute = target->text.starts_with('/') || target->text.starts_with('$');
    return targets.relative_is_below && !is_absolute ? folder + target->text : target->text;
}

Outcome read_file_mounts(yaml::Node& node, const RuleNode& rule, const Targets& targets, Context& context, Value& out) {
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
        std::string target = full_target(mount, targets);
        remove(mount, "target");
        out.members.push_back({.key = std::move(target), .value = std::move(mount)});
    }
    sort_members(out);
    return present_unless_empty(out);
}

} // namespace

Outcome read_config_mounts(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out) {
    return read_file_mounts(node, rule, {.folder = "/"}, context, out);
}

Outcome read_secret_mounts(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out) {
    return read_file_mounts(node, rule, {.folder = "/run/secrets/", .relative_is_below = true}, context, out);
}

} // namespace mooring::compose
