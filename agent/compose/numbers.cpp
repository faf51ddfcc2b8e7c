// Forms of one number: whole, with a fraction, a byte size, a duration. A text with a reference stays text.
#include "compose/converters.hpp"
#include "compose/references.hpp"

#include "base/quantity.hpp"
#include "base/text.hpp"

#include <charconv>
#include <cmath>
#include <limits>

namespace mooring::compose {
namespace {

// The decimal text of a whole number, or Go's form of another one: 2 and 2.0 are "2".
std::string number_text(double value) {
    constexpr double exact = 9007199254740992.0; // 2^53: up to here every whole double is itself
    if (std::trunc(value) == value && std::abs(value) <= exact) {
        return std::to_string(static_cast<std::int64_t>(value));
    }
    return yaml::go_text(value);
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
    if (text.starts_with('+')) text.remove_prefix(1);
    std::int64_t value = 0;
    const char* const end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(end - text.size(), end, value);
    if (error != std::errc{} || stopped != end || text.empty()) return std::nullopt;
    return value;
}

std::optional<double> parse_double(std::string_view text) {
    if (text.starts_with('+')) text.remove_prefix(1);
    double value = 0;
    const char* const end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(end - text.size(), end, value);
    if (error != std::errc{} || stopped != end || text.empty() || !std::isfinite(value)) return std::nullopt;
    return value;
}

// "-1000..1000", "0..": whether the number lies in the row's range; rows without one allow every number.
bool in_range(std::string_view range, std::int64_t value) {
    const std::size_t dots = range.find("..");
    if (dots == std::string_view::npos) return true;
    const auto least = parse_integer(range.substr(0, dots));
    const auto most = parse_integer(range.substr(dots + 2));
    return value >= least.value_or(std::numeric_limits<std::int64_t>::min()) &&
           value <= most.value_or(std::numeric_limits<std::int64_t>::max());
}

// The scalar, unless it is a text with a reference: that becomes `out` and `symbolic`.
std::optional<yaml::Scalar> take_number(const yaml::Node& node, Context& context, Value& out, bool& symbolic) {
    auto scalar = node.kind == yaml::Kind::scalar ? take_scalar(node, context) : yaml::Scalar{.type = yaml::Type::null};
    symbolic = scalar && scalar->type == yaml::Type::text && has_reference(scalar->text);
    if (symbolic) out = make_text(with_braces(std::move(scalar->text)), node.mark.line);
    return scalar;
}

Outcome wrong_type(const yaml::Node& node, Context& context, std::string_view expected) {
    return context.fail(node, "must be " + std::string(expected), "wrong-type");
}

Outcome zero_is_absent(Outcome outcome, const Value& out) {
    const bool is_zero = outcome == Outcome::present && out.shape == Shape::number && out.text == "0";
    return is_zero ? Outcome::absent : outcome;
}

} // namespace

Outcome read_integer_kept(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out) {
    bool symbolic = false;
    auto scalar = take_number(node, context, out, symbolic);
    if (!scalar || symbolic) return scalar ? Outcome::present : Outcome::failed;
    if (scalar->type == yaml::Type::text) {
        const auto value = parse_integer(scalar->text);
        if (!value) return context.fail(node, "`" + printable(scalar->text, 80) + "` is no whole number");
        out = make_number(std::to_string(*value), node.mark.line);
        return Outcome::present;
    }
    const bool is_whole = scalar->type == yaml::Type::integer ||
                          (scalar->type == yaml::Type::floating && std::trunc(scalar->floating) == scalar->floating);
    if (!is_whole) return wrong_type(node, context, "a whole number");
    if (scalar->type == yaml::Type::integer && !in_range(rule.row->detail, scalar->integer)) {
        return context.fail(node, scalar->text + " is not in the range " + std::string(rule.row->detail));
    }
    out = make_number(scalar->type == yaml::Type::integer ? std::move(scalar->text) : number_text(scalar->floating),
                      node.mark.line);
    return Outcome::present;
}

Outcome read_integer(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out) {
    return zero_is_absent(read_integer_kept(std::move(node), rule, context, out), out);
}

Outcome read_number_kept(yaml::Node&& node, const RuleNode& /*rule*/, Context& context, Value& out) {
    bool symbolic = false;
    auto scalar = take_number(node, context, out, symbolic);
    if (!scalar || symbolic) return scalar ? Outcome::present : Outcome::failed;
    if (scalar->type == yaml::Type::integer) {
        out = make_number(std::move(scalar->text), node.mark.line);
        return Outcome::present;
    }
    if (scalar->type != yaml::Type::floating && scalar->type != yaml::Type::text) {
        return wrong_type(node, context, "a number");
    }
    const auto value = scalar->type == yaml::Type::floating ? scalar->floating : parse_double(scalar->text);
    if (!value || !std::isfinite(*value))
        return context.fail(node, "`" + printable(scalar->text, 80) + "` is no number");
    out = make_number(number_text(*value), node.mark.line);
    return Outcome::present;
}

Outcome read_number(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out) {
    return zero_is_absent(read_number_kept(std::move(node), rule, context, out), out);
}

Outcome read_bytes(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out) {
    bool symbolic = false;
    auto scalar = take_number(node, context, out, symbolic);
    if (!scalar || symbolic) return scalar ? Outcome::present : Outcome::failed;
    if (scalar->type != yaml::Type::text) return read_number(std::move(node), rule, context, out);
    const auto size = parse_byte_size(scalar->text);
    if (!size) return context.fail(node, "`" + printable(scalar->text, 80) + "` is no size such as 512m or 1.5g");
    out = make_number(std::to_string(*size), node.mark.line);
    return zero_is_absent(Outcome::present, out);
}

Outcome read_bytes_text(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out) {
    if (!yaml::is_text(node)) return wrong_type(node, context, "a size as text, in quotes or with a unit: 512m");
    return read_bytes(std::move(node), rule, context, out);
}

Outcome read_duration_kept(yaml::Node&& node, const RuleNode& /*rule*/, Context& context, Value& out) {
    auto text = take_text(node, context);
    if (!text) return Outcome::failed;
    if (has_reference(*text)) {
        out = make_text(std::move(*text), node.mark.line);
        return Outcome::present;
    }
    const auto duration = parse_go_duration(*text);
    if (!duration) return context.fail(node, "`" + printable(*text, 80) + "` is no duration such as 90s or 1m30s");
    out = make_text(format_go_duration(*duration), node.mark.line);
    return Outcome::present;
}

Outcome read_duration(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out) {
    const Outcome outcome = read_duration_kept(std::move(node), rule, context, out);
    return outcome == Outcome::present && out.text == "0s" ? Outcome::absent : outcome;
}

Outcome read_device_count(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out) {
    if (node.kind == yaml::Kind::scalar && to_lower(node.text) == "all") {
        out = make_number("-1", node.mark.line);
        return Outcome::present;
    }
    return read_integer(std::move(node), rule, context, out);
}

} // namespace mooring::compose
