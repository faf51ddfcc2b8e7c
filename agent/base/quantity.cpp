#include "base/text.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <span>
#include <utility>

namespace mooring {
namespace {

using Unit = std::pair<std::string_view, std::int64_t>; // name -> nanoseconds

// Longer names first, so that "ms" is not read as "m"; Go's own come before those of compose files.
constexpr std::size_t units_of_go = 8;
constexpr std::array<Unit, 10> units{{{"ns", 1},
                                      {"us", 1'000},
                                      {"\xC2\xB5s", 1'000},
                                      {"\xCE\xBCs", 1'000},
                                      {"ms", 1'000'000},
                                      {"s", 1'000'000'000},
                                      {"m", 60'000'000'000},
                                      {"h", 3'600'000'000'000},
                                      {"d", 86'400'000'000'000},
                                      {"w", 604'800'000'000'000}}};

constexpr std::int64_t longest = std::numeric_limits<std::int64_t>::max();

bool is_decimal(char c) { return c >= '0' && c <= '9'; }

std::size_t digits_at_start(std::string_view text) {
    const std::size_t end = text.find_first_not_of("0123456789");
    return end == std::string_view::npos ? text.size() : end;
}

const Unit* unit_at_start(std::string_view text, std::span<const Unit> known) {
    for (const Unit& unit : known) {
        if (text.starts_with(unit.first)) return &unit;
    }
    return nullptr;
}

// value * factor + what the digits after the point stand for; nullopt when it does not fit.
std::optional<std::int64_t> scaled(std::string_view whole, std::string_view fraction, std::int64_t factor) {
    std::int64_t value = 0;
    if (!whole.empty() && std::from_chars(whole.data(), whole.data() + whole.size(), value).ec != std::errc{})
        return std::nullopt;
    if (__builtin_mul_overflow(value, factor, &value)) return std::nullopt;
    double part = 0;
    double place = static_cast<double>(factor) / 10;
    for (const char digit : fraction) {
        part += place * (digit - '0');
        place /= 10;
    }
    if (__builtin_add_overflow(value, static_cast<std::int64_t>(part), &value)) return std::nullopt;
    return value;
}

// Takes one "1.5h" from the front of `text` and adds it to `sum`; false if there is none or the sum does not fit.
bool take_part(std::string_view& text, std::span<const Unit> known, std::int64_t& sum) {
    const std::string_view whole = text.substr(0, digits_at_start(text));
    text.remove_prefix(whole.size());
    std::string_view fraction;
    if (text.starts_with('.')) {
        text.remove_prefix(1);
        fraction = text.substr(0, digits_at_start(text));
        text.remove_prefix(fraction.size());
    }
    if (whole.empty() && fraction.empty()) return false;
    const Unit* unit = unit_at_start(text, known);
    if (unit == nullptr) return false;
    text.remove_prefix(unit->first.size());
    const auto part = scaled(whole, fraction, unit->second);
    return part && !__builtin_add_overflow(sum, *part, &sum);
}

std::optional<std::chrono::nanoseconds> parse_duration(std::string_view text, std::span<const Unit> known) {
    const bool negative = text.starts_with('-');
    if (negative || text.starts_with('+')) text.remove_prefix(1);
    if (text == "0") return std::chrono::nanoseconds(0);
    if (text.empty()) return std::nullopt;
    std::int64_t sum = 0;
    while (!text.empty()) {
        if (!take_part(text, known, sum)) return std::nullopt;
    }
    return std::chrono::nanoseconds(negative ? -sum : sum);
}

} // namespace

std::optional<std::chrono::nanoseconds> parse_go_duration(std::string_view text) {
    return parse_duration(text, std::span(units).first(units_of_go));
}

std::optional<std::chrono::nanoseconds> parse_compose_duration(std::string_view text) {
    return parse_duration(text, units);
}

std::string format_go_duration(std::chrono::nanoseconds duration) {
    std::int64_t rest = duration.count();
    if (rest == 0) return "0s";
    std::string out = rest < 0 ? "-" : "";
    constexpr std::array<Unit, 6> shown{{{"h", 3'600'000'000'000},
                                         {"m", 60'000'000'000},
                                         {"s", 1'000'000'000},
                                         {"ms", 1'000'000},
                                         {"us", 1'000},
                                         {"ns", 1}}};
    for (const auto& [name, size] : shown) {
        const std::int64_t count = std::abs(rest / size);
        if (count != 0) out.append(std::to_string(count)).append(name);
        rest %= size;
    }
    return out;
}

namespace {

// As Go's ParseFloat reads decimal numbers: 1e3, 1_000, +5.
std::optional<double> parse_go_float(std::string_view text) {
    if (text.starts_with('+')) text.remove_prefix(1);
    std::string digits;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool is_inside = text[i] == '_' && i > 0 && i + 1 < text.size();
        const bool separates = is_inside && is_decimal(text[i - 1]) && is_decimal(text[i + 1]);
        if (!separates) digits += text[i];
    }
    double value = 0;
    const auto [stop, code] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    const bool is_read = code == std::errc{} && stop == digits.data() + digits.size();
    return is_read && !text.starts_with('+') && std::isfinite(value) ? std::optional(value) : std::nullopt;
}

} // namespace

std::optional<std::int64_t> parse_byte_size(std::string_view text) {
    const std::size_t last = text.find_last_of("0123456789. "); // the unit begins behind the last digit, point or blank
    if (last == std::string_view::npos) return std::nullopt;
    const auto number = parse_go_float(text.substr(0, text[last] == ' ' ? last : last + 1));
    if (!number || *number < 0) return std::nullopt;
    double value = *number;
    const std::string unit = to_lower(text.substr(last + 1));

    constexpr std::string_view prefixes = "bkmgtp";
    const std::size_t power = unit.empty() ? 0 : prefixes.find(unit[0]);
    if (power == std::string_view::npos) return std::nullopt;
    const std::string_view tail = std::string_view(unit).substr(unit.empty() ? 0 : 1);
    if (!tail.empty() && (power == 0 || (tail != "b" && tail != "ib"))) return std::nullopt;
    value *= std::pow(1024.0, static_cast<double>(power));
    if (value >= static_cast<double>(longest)) return std::nullopt;
    return static_cast<std::int64_t>(value);
}

} // namespace mooring
