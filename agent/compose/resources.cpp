// Networks, volumes, secrets and configs of the file.
#include "compose/converters.hpp"
#include "compose/project_path.hpp"

#include <algorithm>
#include <array>

namespace mooring::compose {
namespace {

// The old `external: {name: N}` as `external: true` and `name: N`. False: context has the problem.
bool unfold_external(yaml::Node& resource, const RuleNode& rule, Context& context) {
    const auto place =
        std::ranges::find(resource.entries, "external", [](const auto& entry) { return entry.first.text; });
    if (place == resource.entries.end() || place->second.kind != yaml::Kind::mapping) return true;
    yaml::Node external = std::move(place->second);
    if (!has_text_keys(external, context)) return false;
    place->second = {.kind = yaml::Kind::scalar, .plain = true, .text = "true", .mark = external.mark};
    for (auto& [key, value] : external.entries) {
        const bool is_open = rule.row->form == Form::secret || rule.row->form == Form::config; // as the loader has it
        if (key.text.starts_with("x-") || (is_open && key.text != "name")) continue;
        if (key.text != "name")
            return context.fail(key, "`external` knows only `name`", "unknown-key") != Outcome::failed;
        const yaml::Node* name = resource.find("name");
        if (name == nullptr)
            resource.entries.emplace_back(std::move(key), std::move(value));
        else if (name->text != value.text)
            return context.fail(value, "`name` and `external.name` contradict each other") != Outcome::failed;
    }
    return true;
}

Outcome read_resource(yaml::Node& node, const RuleNode& rule, Context& context, Value& out) {
    if (node.kind != yaml::Kind::mapping) return context.fail(node, "must be a mapping", "wrong-type");
    const std::string key(context.last_key());
    if (!unfold_external(node, rule, context) || !read_fields(node, rule, context, true, out)) return Outcome::failed;
    const Value* external = find(out, "external");
    const bool is_external = external != nullptr && external->shape == Shape::boolean;
    if (is_external && find(out, "name") == nullptr) put(out, "name", make_text(key, external->line));
    return present_unless_empty(out);
}

Outcome read_or_null(yaml::Node& node, const RuleNode& rule, Context& context, Value& out) {
    out.shape = Shape::map;
    return node.kind == yaml::Kind::null ? Outcome::absent : read_resource(node, rule, context, out);
}

// Exactly one of the sources, unless a driver or something external provides the content.
Outcome read_content(yaml::Node& node, const RuleNode& rule, std::initializer_list<std::string_view> sources,
                     Context& context, Value& out) {
    const auto given = std::ranges::count_if(sources, [&](std::string_view key) { return node.find(key) != nullptr; });
    const bool elsewhere = node.find("driver") != nullptr || node.find("external") != nullptr;
    std::string names;
    for (const std::string_view source : sources) (names += names.empty() ? "" : ", ") += source;
    if (node.kind == yaml::Kind::mapping && given > 1)
        return context.fail(node, "only one of " + names + " may be given");
    if (node.kind == yaml::Kind::mapping && given == 0 && !elsewhere)
        return context.fail(node, "one of " + names + " must be given");
    return read_resource(node, rule, context, out);
}

} // namespace

Outcome read_network(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out) {
    return read_or_null(node, rule, context, out);
}

Outcome read_volume(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out) {
    std::string other;
    for (const auto& [key, value] : node.entries) {
        const bool fits = key.text == "name" || key.text == "external" || key.text.starts_with("x-");
        if (!fits && other.empty()) other = key.text;
    }
    const yaml::Mark mark = node.mark;
    if (read_or_null(node, rule, context, out) == Outcome::failed) return Outcome::failed;
    const Value* external = find(out, "external");
    if (external != nullptr && external->shape == Shape::boolean && !other.empty()) {
        return context.fail({.mark = mark}, "an external volume has no `" + other + "`");
    }
    Value* options = find(out, "driver_opts");
    const bool is_bind =
        options != nullptr && is_text(find(out, "driver"), "local") && is_text(find(*options, "o"), "bind");
    if (Value* device = is_bind ? find(*options, "device") : nullptr; device != nullptr)
        *device = make_path(project_path(device->text), device->line);
    return present_unless_empty(out);
}

Outcome read_secret(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out) {
    return read_content(node, rule, {"file", "environment"}, context, out);
}

Outcome read_config(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out) {
    return read_content(node, rule, {"file", "environment", "content"}, context, out);
}

} // namespace mooring::compose
