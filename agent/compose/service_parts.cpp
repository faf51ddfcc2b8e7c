// The parts of a service with rules of their own: healthcheck, build, dependencies, networks, ulimits, env_file,
// extends.
#include "compose/converters.hpp"
#include "compose/facts.hpp"
#include "compose/text.hpp"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

namespace mooring::compose {

Outcome read_healthcheck(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out) {
    if (read_record(std::move(node), rule, context, out) == Outcome::failed) return Outcome::failed;
    const Value* test = find(out, "test");
    if (test != nullptr && test->members.size() == 1 && is_text(&test->members[0].value, "NONE")) {
        const std::uint32_t line = test->line;
        remove(out, "test");
        put(out, "disable", make_boolean(true, line));
    }
    return present_unless_empty(out);
}

Outcome read_build(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out) {
    const std::uint32_t line = node.mark.line;
    const bool names_file = node.find("dockerfile") != nullptr || node.find("dockerfile_inline") != nullptr;
    if (node.kind == yaml::Kind::scalar) {
        auto text = take_text(node, context);
        if (!text) return Outcome::failed;
        out = {.shape = Shape::map, .line = line};
        put(out, "context", make_path(context_path(*text), line));
    } else if (read_record(std::move(node), rule, context, out) == Outcome::failed) {
        return Outcome::failed;
    }
    if (find(out, "context") == nullptr) put(out, "context", make_path(".", line));
    if (!names_file) put(out, "dockerfile", make_text("Dockerfile", line));
    return Outcome::present;
}

Outcome read_context(yaml::Node&& node, const RuleNode& /*rule*/, Context& context, Value& out) {
    auto text = take_text(node, context);
    if (!text) return Outcome::failed;
    out = make_path(context_path(*text), node.mark.line); // an empty one is not the default
    return Outcome::present;
}

namespace {

// A list of names as a map of them; each value is what `settings` makes.
template <typename Settings>
bool read_names(yaml::Node& node, Context& context, Value& out, Settings settings) {
    out.shape = Shape::map;
    std::unordered_set<std::string> seen;
    for (yaml::Node& item : node.items) {
        auto name = take_text(item, context);
        if (!name || !context.may_make(item.mark, 3)) return false;
        if (!seen.insert(*name).second)
            return context.fail(item, "`" + *name + "` stands twice in the list") != Outcome::failed;
        out.members.push_back({.key = std::move(*name), .value = settings(item.mark.line)});
    }
    sort_members(out);
    return true;
}

Value begun_list(std::uint32_t line) {
    Value dependency{.shape = Shape::map, .line = line};
    put(dependency, "condition", make_text("service_started", line));
    put(dependency, "required", make_boolean(true, line));
    return dependency;
}

} // namespace

Outcome read_dependencies(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out) {
    if (node.kind != yaml::Kind::sequence) return read_named(std::move(node), rule, context, out);
    return read_names(node, context, out, begun_list) ? present_unless_empty(out) : Outcome::failed;
}

Outcome read_dependency(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out) {
    const std::uint32_t line = node.mark.line;
    if (read_record(std::move(node), rule, context, out) == Outcome::failed) return Outcome::failed;
    if (find(out, "required") == nullptr) put(out, "required", make_boolean(true, line));
    return Outcome::present;
}

Outcome read_networks(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out) {
    if (node.kind != yaml::Kind::sequence) return read_named(std::move(node), rule, context, out);
    const auto without_settings = [](std::uint32_t line) { return Value{.shape = Shape::map, .line = line}; };
    return read_names(node, context, out, without_settings) ? present_unless_empty(out) : Outcome::failed;
}

Outcome read_network_membership(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out) {
    out.shape = Shape::map;
    if (node.kind == yaml::Kind::null) return Outcome::present;
    return read_record(std::move(node), rule, context, out);
}

Outcome read_ulimit(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out) {
    if (node.kind == yaml::Kind::mapping) return read_record(std::move(node), rule, context, out);
    Value single;
    const auto scalar = node.kind == yaml::Kind::scalar ? yaml::resolve(node) : yaml::Scalar{};
    if (scalar && scalar->type == yaml::Type::floating)
        return context.fail(node, "must be a whole number, or soft and hard", "wrong-type");
    if (read_integer_kept(std::move(node), rule, context, single) == Outcome::failed) return Outcome::failed;
    out.shape = Shape::map;
    put(out, "soft", Value(single));
    put(out, "hard", std::move(single));
    return Outcome::present;
}

namespace {

Outcome read_env_file(yaml::Node& node, Context& context, Value& out) {
    out = {.shape = Shape::map, .line = node.mark.line};
    put(out, "required", make_boolean(true, node.mark.line));
    if (node.kind != yaml::Kind::mapping) {
        auto path = take_text(node, context);
        if (!path) return Outcome::failed;
        put(out, "path", make_path(project_path(*path), node.mark.line));
        return Outcome::present;
    }
    if (node.find("path") == nullptr) return context.fail(node, "an env_file needs a `path`");
    for (auto& [key, value] : node.entries) {
        const bool known = key.text == "path" || key.text == "required" || key.text == "format";
        if (!known) return context.fail(key, "unknown key `" + key.text + "` of an env_file", "unknown-key");
        if (key.text == "required") {
            Value required;
            if (read_boolean_kept(std::move(value), {}, context, required) == Outcome::failed) return Outcome::failed;
            put(out, "required", std::move(required));
        } else {
            auto text = take_text(value, context);
            if (!text) return Outcome::failed;
            if (key.text == "path")
                put(out, key.text, make_path(project_path(*text), node.mark.line));
            else if (!text->empty())
                put(out, key.text, make_text(std::move(*text), node.mark.line));
        }
    }
    return Outcome::present;
}

} // namespace

Outcome read_env_files(yaml::Node&& node, const RuleNode& /*rule*/, Context& context, Value& out) {
    out.shape = Shape::sequence;
    if (node.kind != yaml::Kind::scalar && node.kind != yaml::Kind::sequence) {
        return context.fail(node, "must be a string or a list", "wrong-type");
    }
    std::unordered_map<std::string, std::size_t> places; // the later of two with one path takes the earlier one's place
    const auto add = [&](yaml::Node& item) {
        Member member;
        const yaml::Node* path = item.kind == yaml::Kind::mapping ? item.find("path") : &item;
        std::string as_written = path == nullptr ? std::string{} : path->text; // `a` and `./a` are two to the loader
        if (!context.may_make(item.mark, 3) || read_env_file(item, context, member.value) == Outcome::failed)
            return false;
        const auto [place, is_new] = places.emplace(std::move(as_written), out.members.size());
        if (is_new)
            out.members.push_back(std::move(member));
        else
            out.members[place->second] = std::move(member);
        return true;
    };
    const bool fine = node.kind == yaml::Kind::scalar ? add(node) : std::ranges::all_of(node.items, add);
    if (!fine) return Outcome::failed;
    return present_unless_empty(out);
}

} // namespace mooring::compose
