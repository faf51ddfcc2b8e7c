// Forms of one text or boolean, and of what is compared as it stands.
#include "compose/converters.hpp"
#include "compose/facts.hpp"
#include "compose/text.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace mooring::compose {
namespace {

constexpr std::string_view null_is_absent = "null is absent";

} // namespace

Outcome read_text(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out) {
    if (node.kind == yaml::Kind::null && rule.row->detail == null_is_absent) return Outcome::absent;
    auto text = take_text(node, context);
    if (!text) return Outcome::failed;
    if (text->empty()) return Outcome::absent;
    out.shape = Shape::text;
    out.text = std::move(*text);
    return Outcome::present;
}

Outcome read_path(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out) {
    const Outcome outcome = read_text(std::move(node), rule, context, out);
    if (outcome != Outcome::present) return outcome;
    out.text = project_path(out.text);
    out.path = true;
    return outcome;
}

Outcome read_text_or_boolean(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out) {
    const auto scalar = node.kind == yaml::Kind::scalar ? take_scalar(node, context) : yaml::Scalar{};
    if (!scalar) return Outcome::failed;
    if (scalar->type != yaml::Type::boolean) return read_text(std::move(node), rule, context, out);
    out = make_text(scalar->text, node.mark.line);
    return Outcome::present;
}

Outcome read_text_or_number(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out) {
    if (yaml::is_text(node)) return read_text(std::move(node), rule, context, out);
    const auto scalar = node.kind == yaml::Kind::scalar ? take_scalar(node, context) : yaml::Scalar{};
    if (!scalar) return Outcome::failed;
    if (scalar->type != yaml::Type::integer)
        return context.fail(node, "must be a string or a whole number", "wrong-type");
    out = make_text(scalar->text, node.mark.line);
    return Outcome::present;
}

Outcome read_choice(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out) {
    auto text = take_text(node, context);
    if (!text) return Outcome::failed;
    const auto allowed = split(rule.row->detail, '|');
    const bool known = has_reference(*text) ||
                       std::ranges::any_of(allowed, [&](std::string_view word) { return glob_matches(word, *text); });
    if (!known) {
        return context.fail(node, "`" + printable(*text, 80) + "` is not one of " + std::string(rule.row->detail));
    }
    out.shape = Shape::text;
    out.text = std::move(*text);
    return Outcome::present;
}

namespace {

std::optional<bool> boolean_word(std::string_view text) {
    const std::string word = to_lower(text);
    if (word == "true" || word == "yes" || word == "on" || word == "y") return true;
    if (word == "false" || word == "no" || word == "off" || word == "n") return false;
    return std::nullopt;
}

} // namespace

Outcome read_boolean_kept(yaml::Node&& node, const RuleNode& /*rule*/, Context& context, Value& out) {
    const auto scalar = node.kind == yaml::Kind::scalar ? take_scalar(node, context) : yaml::Scalar{};
    if (!scalar) return Outcome::failed;
    if (scalar->type == yaml::Type::text && has_reference(scalar->text)) {
        out = make_text(settled(scalar->text), node.mark.line);
        return Outcome::present;
    }
    std::optional<bool> value;
    if (scalar->type == yaml::Type::boolean)
        value = scalar->boolean;
    else if (scalar->type == yaml::Type::text)
        value = boolean_word(scalar->text);
    if (!value) return context.fail(node, "must be true or false", "wrong-type");
    out = make_boolean(*value, node.mark.line);
    return Outcome::present;
}

Outcome read_boolean(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out) {
    const Outcome outcome = read_boolean_kept(std::move(node), rule, context, out);
    const bool is_default = outcome == Outcome::present && out.shape == Shape::boolean && out.text == "false";
    return is_default ? Outcome::absent : outcome;
}

Outcome read_boolean_plain(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out) {
    const bool is_text = yaml::is_text(node) && !has_reference(node.text);
    return is_text ? context.fail(node, "must be true or false, not a string", "wrong-type")
                   : read_boolean(std::move(node), rule, context, out);
}

Outcome read_dropped(yaml::Node&& node, const RuleNode& rule, Context& context, Value& /*out*/) {
    Value dropped; // what has no meaning must still be well-formed
    if (rule.row->detail == "map") {
        return read_text_map(std::move(node), rule, context, dropped) == Outcome::failed ? Outcome::failed
                                                                                         : Outcome::absent;
    }
    return take_text(node, context) ? Outcome::absent : Outcome::failed;
}

namespace {

Outcome read_literal_scalar(yaml::Node&& node, Context& context, Value& out) {
    auto scalar = take_scalar(node, context);
    if (!scalar) return Outcome::failed;
    switch (scalar->type) {
    case yaml::Type::null:
        return Outcome::present;
    case yaml::Type::boolean:
        out = make_boolean(scalar->boolean, node.mark.line);
        return Outcome::present;
    case yaml::Type::integer:
    case yaml::Type::floating:
        out = make_number(std::move(scalar->text), node.mark.line);
        return Outcome::present;
    case yaml::Type::timestamp:
    case yaml::Type::text:
        out = make_text(settled(std::move(scalar->text)), node.mark.line);
        return Outcome::present;
    }
    return Outcome::present;
}

} // namespace

Outcome read_literal(yaml::Node&& node, const RuleNode& rule, Context& context,
                     Value& out) { // NOLINT(misc-no-recursion)
    if (node.kind == yaml::Kind::null && rule.row->detail == null_is_absent) return Outcome::absent;
    if (node.kind == yaml::Kind::scalar || node.kind == yaml::Kind::null) {
        return read_literal_scalar(std::move(node), context, out);
    }
    if (node.kind == yaml::Kind::mapping) {
        const bool read = read_fields(node, rule, context, false, out);
        out.free_keys = true; // nobody here knows them
        return read ? Outcome::present : Outcome::failed;
    }
    out.shape = Shape::sequence;
    for (yaml::Node& item : node.items) {
        Value value;
        if (canonicalise(std::move(item), rule, context, value) == Outcome::failed) return Outcome::failed;
        out.members.push_back({.key = {}, .value = std::move(value)});
    }
    return Outcome::present;
}

} // namespace mooring::compose
