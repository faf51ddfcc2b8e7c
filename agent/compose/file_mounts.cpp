// Configs and secrets of a service: short and long syntax become one list, keyed by the full target path.
#include "compose/converters.hpp"
#include "compose/references.hpp"

namespace mooring::compose {
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

} // namespace mooring::compose
