// Forms of one number: whole, with a fraction, a byte size, a duration. A text with a reference stays text.
#include "compose/converters.hpp"
#include "compose/facts.hpp"

#include "base/text.hpp"

#include <algorithm>
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

// Of a canonical number: "1.5" and "1e-05" are not, "1.5e+20" is.
bool is_whole(std::string_view number) {
    return number.contains("e+") || number.find_first_of(".e") == std::string_view::npos;
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

// Digits of a file mode: octal, whatever they start with.
std::optional<std::int64_t> parse_octal(std::string_view text) {
    if (text.starts_with('+')) text.remove_prefix(1);
    std::int64_t value = 0;
    const char* const end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(end - text.size(), end, value, 8);
    return error == std::errc{} && stopped == end && !text.empty() ? std::optional(value) : std::nullopt;
}

// Whether a row's detail says `word`.
bool says(std::string_view detail, std::string_view word) {
    const auto words = split(detail, ' ');
    return std::ranges::find(words, word) != words.end();
}

// "-1000..1000", "0..", of a row's detail; empty if it has none.
std::string_view range_of(std::string_view detail) {
    const std::string_view first = detail.substr(0, detail.find(' '));
    return first.contains("..") ? first : std::string_view{};
}

// Rows without a range allow every number.
bool in_range(std::string_view range, double value) {
    const std::size_t dots = range.find("..");
    if (dots == std::string_view::npos) return true;
    const auto least = parse_double(range.substr(0, dots));
    const auto most = parse_double(range.substr(dots + 2));
    return (!least || value >= *least) && (!most || value <= *most);
}

double value_of(const yaml::Scalar& scalar) {
    if (scalar.type == yaml::Type::floating) return scalar.floating;
    return scalar.is_unsigned ? static_cast<double>(static_cast<std::uint64_t>(scalar.integer))
                              : static_cast<double>(scalar.integer);
}

// The scalar, unless it is a text with a reference: that becomes `out` and `symbolic`.
std::optional<yaml::Scalar> take_number(const yaml::Node& node, Context& context, Value& out, bool& symbolic) {
    auto scalar = node.kind == yaml::Kind::scalar ? take_scalar(node, context) : yaml::Scalar{.type = yaml::Type::null};
    symbolic = scalar && scalar->type == yaml::Type::text && has_reference(scalar->text);
    if (symbolic) out = make_text(settled(std::move(scalar->text)), node.mark.line);
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

Outcome read_number_kept(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out) {
    const std::string_view detail = rule.row->detail;
    bool symbolic = false;
    auto scalar = take_number(node, context, out, symbolic);
    if (!scalar || symbolic) return scalar ? Outcome::present : Outcome::failed;
    if (scalar->type == yaml::Type::text) {
        if (says(detail, "plain")) return wrong_type(node, context, "a number, not a string");
        const bool is_integer = rule.row->form == Form::integer || rule.row->form == Form::integer_kept;
        const bool whole = (!detail.empty() || is_integer) && !says(detail, "point");
        const auto number = whole && !parse_integer(scalar->text) ? std::nullopt : parse_double(scalar->text);
        if (!number) {
            return context.fail(node, "`" + printable(scalar->text, 80) +
                                          (whole ? "` is not a whole number" : "` is not a number"));
        }
        if (const auto integer = parse_integer(scalar->text))
            *scalar = {.type = yaml::Type::integer, .integer = *integer, .text = std::to_string(*integer)};
        else
            *scalar = {.type = yaml::Type::floating, .floating = *number};
    }
    if (scalar->type != yaml::Type::integer && scalar->type != yaml::Type::floating)
        return wrong_type(node, context, "a number");
    double value = value_of(*scalar);
    if (!std::isfinite(value)) return context.fail(node, "infinity and NaN are not allowed here");
    if (!in_range(range_of(detail), value))
        return context.fail(node, number_text(value) + " is not in the range " + std::string(range_of(detail)));
    if (says(detail, "truncated")) value = std::trunc(value);
    out =
        make_number(scalar->type == yaml::Type::integer ? std::move(scalar->text) : number_text(value), node.mark.line);
    return Outcome::present;
}

Outcome read_number(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out) {
    return zero_is_absent(read_number_kept(std::move(node), rule, context, out), out);
}

Outcome read_integer_kept(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out) {
    const yaml::Mark mark = node.mark;
    if (read_number_kept(std::move(node), rule, context, out) == Outcome::failed) return Outcome::failed;
    if (out.shape == Shape::number && !is_whole(out.text)) {
        return context.fail({.mark = mark}, "must be a whole number", "wrong-type");
    }
    return Outcome::present;
}

Outcome read_integer(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out) {
    return zero_is_absent(read_integer_kept(std::move(node), rule, context, out), out);
}

Outcome read_mode(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out) {
    if (!yaml::is_text(node)) return read_integer_kept(std::move(node), rule, context, out);
    bool symbolic = false;
    const auto scalar = take_number(node, context, out, symbolic);
    if (!scalar || symbolic) return scalar ? Outcome::present : Outcome::failed;
    const auto mode = parse_octal(scalar->text);
    if (!mode)
        return context.fail(node, "`" + printable(scalar->text, 80) + "` is not an octal file mode such as 0444");
    out = make_number(std::to_string(*mode), node.mark.line);
    return Outcome::present;
}

Outcome read_bytes(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out) {
    bool symbolic = false;
    auto scalar = take_number(node, context, out, symbolic);
    if (!scalar || symbolic) return scalar ? Outcome::present : Outcome::failed;
    if (scalar->type != yaml::Type::text) {
        const Outcome outcome =
            zero_is_absent(rule.row->detail.empty() ? read_number_kept(std::move(node), rule, context, out)
                                                    : read_integer_kept(std::move(node), rule, context, out),
                           out);
        // The loader loses a size written as 1e3 or 1000.5: it is no size of 1000 bytes, and a change must be seen.
        if (outcome == Outcome::present && scalar->type == yaml::Type::floating) out.shape = Shape::text;
        return outcome;
    }
    const std::string_view text = scalar->text;
    const auto number = parse_integer(text); // newer loaders take `-1` as text, too
    const auto size = number ? number : parse_byte_size(text);
    if (!size) return context.fail(node, "`" + printable(scalar->text, 80) + "` is not a size such as 512m or 1.5g");
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
    const auto duration = parse_compose_duration(*text);
    if (!duration) return context.fail(node, "`" + printable(*text, 80) + "` is not a duration such as 90s or 1m30s");
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
