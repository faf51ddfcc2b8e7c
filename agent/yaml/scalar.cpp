#include "yaml/node.hpp"

#include "base/text.hpp"
#include "yaml/parts.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <fmt/format.h>
#include <limits>
#include <optional>

namespace mooring::yaml {
namespace {

constexpr std::string_view tag_prefix = "tag:yaml.org,2002:";

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> words) {
    return std::ranges::find(words, text) != words.end();
}

// Only a text that starts like this can be anything but a text; everything else needs no further look.
bool may_be_special(char c) { return is_digit(c) || std::string_view("+-.~yYnNtTfF").contains(c); }

std::optional<Scalar> as_word(std::string_view text) {
    if (is_one_of(text, {"true", "True", "TRUE"}))
        return Scalar{.type = Type::boolean, .boolean = true, .text = "true"};
    if (is_one_of(text, {"false", "False", "FALSE"})) return Scalar{.type = Type::boolean, .text = "false"};
    if (is_one_of(text, {"", "~", "null", "Null", "NULL"})) return Scalar{.type = Type::null};
    constexpr double infinity = std::numeric_limits<double>::infinity();
    if (is_one_of(text, {".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"})) {
        return Scalar{.type = Type::floating, .floating = infinity, .text = "+Inf"};
    }
    if (is_one_of(text, {"-.inf", "-.Inf", "-.INF"})) {
        return Scalar{.type = Type::floating, .floating = -infinity, .text = "-Inf"};
    }
    if (is_one_of(text, {".nan", ".NaN", ".NAN"})) {
        return Scalar{.type = Type::floating, .floating = std::numeric_limits<double>::quiet_NaN(), .text = "NaN"};
    }
    return std::nullopt;
}

// 10, 0x1F, 0b11, 0o17, 017; the sign is gone already.
std::optional<std::uint64_t> unsigned_value(std::string_view digits) {
    int base = 10;
    if (digits.size() > 1 && digits[0] == '0') {
        const char letter = digits[1];
        base = letter == 'x' || letter == 'X' ? 16 : letter == 'b' || letter == 'B' ? 2 : 8;
        digits.remove_prefix(base != 8 || letter == 'o' || letter == 'O' ? 2 : 1);
    }
    std::uint64_t value = 0;
    const char* end = digits.data() + digits.size();
    const auto [stopped, error] = std::from_chars(end - digits.size(), end, value, base);
    if (error != std::errc{} || stopped != end) return std::nullopt;
    return value;
}

std::optional<Scalar> as_integer(std::string_view text) {
    const bool negative = text.starts_with('-');
    const bool has_sign = negative || text.starts_with('+');
    const auto value = unsigned_value(text.substr(has_sign ? 1 : 0));
    constexpr auto top = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    if (!value || (negative && *value > top + 1) || (has_sign && !negative && *value > top)) return std::nullopt;
    Scalar scalar{.type = Type::integer,
                  .integer = static_cast<std::int64_t>(negative ? 0 - *value : *value),
                  .is_unsigned = !negative && *value > top};
    scalar.text = scalar.is_unsigned ? std::to_string(*value) : std::to_string(scalar.integer);
    return scalar;
}

// [-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?
bool looks_like_float(std::string_view text) {
    const auto eat_digits = [&text] {
        const std::size_t before = text.size();
        while (!text.empty() && is_digit(text[0])) text.remove_prefix(1);
        return before - text.size();
    };
    if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
    const std::size_t whole = eat_digits();
    if (text.starts_with('.')) {
        text.remove_prefix(1);
        if (eat_digits() == 0 && whole == 0) return false;
    } else if (whole == 0) {
        return false;
    }
    if (text.starts_with('e') || text.starts_with('E')) {
        text.remove_prefix(1);
        if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
        if (eat_digits() == 0) return false;
    }
    return text.empty();
}

std::optional<Scalar> as_float(std::string_view text) {
    if (!looks_like_float(text)) return std::nullopt;
    if (text.starts_with('+')) text.remove_prefix(1); // from_chars knows no plus
    double value = 0;
    const auto [stopped, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error == std::errc::result_out_of_range) { // 1e-400 is 0, but 1e400 stays a text
        value = std::strtod(std::string(text).c_str(), nullptr);
        if (std::isinf(value)) return std::nullopt;
    }
    return Scalar{.type = Type::floating, .floating = value, .text = go_text(value)};
}

std::optional<Scalar> as_number(std::string_view text) {
    std::string store;
    if (text.contains('_')) {
        store = text;
        std::erase(store, '_');
        text = store;
    }
    if (auto integer = as_integer(text)) return integer;
    return as_float(text);
}

Scalar resolve_plain(std::string_view text, bool may_be_date) {
    if (text.empty()) return {.type = Type::null};
    if (!may_be_special(text[0])) return {.text = std::string(text)};
    if (auto word = as_word(text)) return std::move(*word);
    const bool is_numeric = is_digit(text[0]) || text[0] == '+' || text[0] == '-' || text[0] == '.';
    if (is_numeric) {
        if (may_be_date && text[0] != '.') {
            if (auto date = timestamp_text(text)) return {.type = Type::timestamp, .text = std::move(*date)};
        }
        if (auto number = as_number(text)) return std::move(*number);
    }
    return {.text = std::string(text)};
}

std::unexpected<Problem> refuse(const Node& node, std::string message, std::string code) {
    return std::unexpected(Problem{.message = std::move(message), .mark = node.mark, .code = std::move(code)});
}

std::optional<std::string> from_base64(std::string_view text) {
    constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    std::uint32_t bits = 0;
    unsigned count = 0;
    std::size_t characters = 0;
    std::size_t padding = 0;
    for (const char c : text) {
        if (c == '\n' || c == '\r') continue;
        ++characters;
        const std::size_t value = alphabet.find(c);
        if (c == '=')
            ++padding;
        else if (value == std::string_view::npos || padding != 0)
            return std::nullopt;
        else {
            bits = (bits << 6U) | static_cast<std::uint32_t>(value);
            count += 6;
            if (count >= 8) {
                count -= 8;
                out += static_cast<char>((bits >> count) & 0xFFU);
            }
        }
    }
    if (characters % 4 != 0 || padding > 2) return std::nullopt;
    return out;
}

std::expected<Scalar, Problem> resolve_tagged(const Node& node, std::string_view tag) {
    if (tag == "str") return Scalar{.text = node.text};
    if (tag == "binary") {
        auto bytes = from_base64(node.text);
        if (!bytes) return refuse(node, "a !!binary value that is not base64", "tag");
        return Scalar{.text = std::move(*bytes)};
    }
    constexpr std::array<std::pair<std::string_view, Type>, 5> types{{{"null", Type::null},
                                                                      {"bool", Type::boolean},
                                                                      {"int", Type::integer},
                                                                      {"float", Type::floating},
                                                                      {"timestamp", Type::timestamp}}};
    const auto* wanted = std::ranges::find(types, tag, &std::pair<std::string_view, Type>::first);
    if (wanted == types.end()) return Scalar{.text = node.text};
    Scalar scalar = resolve_plain(node.text, tag == "timestamp");
    if (tag == "float" && scalar.type == Type::integer) {
        scalar.type = Type::floating;
        scalar.floating = static_cast<double>(scalar.integer);
        scalar.text = go_text(scalar.floating);
    }
    if (scalar.type == wanted->second) return scalar;
    return refuse(node, "`" + printable(node.text, 80) + "` is no !!" + std::string(tag), "tag");
}

} // namespace

std::expected<Scalar, Problem> resolve(const Node& node) {
    if (node.kind == Kind::null) return Scalar{.type = Type::null};
    if (node.kind != Kind::scalar) return refuse(node, "a single value was expected here", "type");
    if (node.tag.starts_with(tag_prefix)) {
        return resolve_tagged(node, std::string_view(node.tag).substr(tag_prefix.size()));
    }
    if (!node.plain || !node.tag.empty()) return Scalar{.text = node.text};
    return resolve_plain(node.text, true);
}

bool is_text(const Node& node) {
    if (node.kind != Kind::scalar) return false;
    if (node.tag.empty() && (!node.plain || (!node.text.empty() && !may_be_special(node.text[0])))) return true;
    const auto scalar = resolve(node);
    return scalar && scalar->type == Type::text;
}

std::string go_text(double number) {
    if (std::isnan(number)) return "NaN";
    if (std::isinf(number)) return number > 0 ? "+Inf" : "-Inf";
    std::array<char, 64> buffer{};
    char* const begin = buffer.data();
    const char* end = std::to_chars(begin, begin + buffer.size(), number, std::chars_format::scientific).ptr;
    const std::string_view text(begin, static_cast<std::size_t>(end - begin));
    const std::size_t sign = text.find('e') + 1;
    int exponent = 0;
    std::from_chars(begin + sign + 1, end, exponent);
    if (text[sign] == '-') exponent = -exponent;
    if (exponent >= -4 && exponent < 6) {
        end = std::to_chars(begin, begin + buffer.size(), number, std::chars_format::fixed).ptr;
    }
    return std::string(static_cast<const char*>(begin), end);
}

namespace {

bool is_decimal(char c) { return c >= '0' && c <= '9'; }

// Eats what it is asked for from the front of a text; once something was not there, `ok` stays false.
class TimeReader {
  public:
    explicit TimeReader(std::string_view text) : rest_(text) {}

    bool ok() const { return ok_; }
    bool done() const { return ok_ && rest_.empty(); }
    char peek() const { return rest_.empty() ? '\0' : rest_[0]; }

    void expect(char c) {
        ok_ = ok_ && peek() == c;
        if (ok_) rest_.remove_prefix(1);
    }
    void skip_blanks() {
        while (peek() == ' ') rest_.remove_prefix(1);
    }
    // One number of `least` to `most` digits, not above `limit`.
    int number(std::size_t least, std::size_t most, int limit) {
        int value = 0;
        std::size_t digits = 0;
        for (; digits < most && is_decimal(peek()); ++digits, rest_.remove_prefix(1))
            value = value * 10 + (peek() - '0');
        ok_ = ok_ && digits >= least && value <= limit;
        return value;
    }
    // ".25" as nanoseconds; 0 if there is none. Digits beyond the ninth are dropped.
    int nanoseconds() {
        if ((peek() != '.' && peek() != ',') || rest_.size() < 2 || !is_decimal(rest_[1])) return 0;
        rest_.remove_prefix(1);
        int value = 0;
        for (int scale = 100'000'000; is_decimal(peek()); scale /= 10, rest_.remove_prefix(1)) {
            value += (peek() - '0') * scale;
        }
        return value;
    }

  private:
    std::string_view rest_;
    bool ok_ = true;
};

struct TimeOfDay {
    int hour = 0;
    int minute = 0;
    int second = 0;
    int nanosecond = 0;
    std::string zone = "+0000 UTC";
};

void read_clock(TimeReader& in, TimeOfDay& time) {
    time.hour = in.number(1, 2, 23);
    in.expect(':');
    time.minute = in.number(1, 2, 59);
    in.expect(':');
    time.second = in.number(1, 2, 59);
    time.nanosecond = in.nanoseconds();
}

void read_zone(TimeReader& in, TimeOfDay& time) {
    if (in.peek() == 'Z') return in.expect('Z');
    const char sign = in.peek();
    if (sign != '+' && sign != '-') return in.expect('Z');
    in.expect(sign);
    const int hours = in.number(2, 2, 24);
    in.expect(':');
    const int minutes = in.number(2, 2, 60);
    if (hours == 0 && minutes == 0) return;
    const int total = hours * 60 + minutes;
    const std::string offset = fmt::format("{}{:02}{:02}", sign, total / 60, total % 60);
    time.zone = offset + " " + offset;
}

} // namespace

std::optional<std::string> timestamp_text(std::string_view text) {
    if (text.size() < 8 || text[4] != '-') return std::nullopt;
    TimeReader in(text);
    const int year = in.number(4, 4, 9999);
    in.expect('-');
    const int month = in.number(1, 2, 12);
    in.expect('-');
    const int day = in.number(1, 2, 31);
    TimeOfDay time;
    if (in.ok() && (in.peek() == 'T' || in.peek() == 't')) {
        in.expect(in.peek());
        read_clock(in, time);
        read_zone(in, time);
    } else if (in.ok() && in.peek() == ' ') {
        in.skip_blanks();
        read_clock(in, time);
    }
    const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                           std::chrono::day(static_cast<unsigned>(day))};
    if (!in.done() || !date.ok()) return std::nullopt;
    std::string fraction = time.nanosecond == 0 ? "" : fmt::format(".{:09}", time.nanosecond);
    while (fraction.ends_with('0')) fraction.pop_back();
    return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}{} {}", year, month, day, time.hour, time.minute,
                       time.second, fraction, time.zone);
}

} // namespace mooring::yaml
