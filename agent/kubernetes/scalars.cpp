#include "kubernetes/value.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdint>

namespace mooring::kubernetes {
namespace {

constexpr std::size_t most_digits = 200;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// A decimal of any length.
struct Decimal {
    bool negative = false;
    std::string digits; // without leading zeros; empty: 0
    int exponent = 0;

    void trim() {
        digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size()));
        while (digits.ends_with('0')) {
            digits.pop_back();
            ++exponent;
        }
        if (digits.empty()) {
            exponent = 0;
            negative = false;
        }
    }

    void multiply(unsigned factor) {
        unsigned carry = 0;
        for (auto at = digits.rbegin(); at != digits.rend(); ++at) {
            carry += static_cast<unsigned>(*at - '0') * factor;
            *at = static_cast<char>('0' + carry % 10);
            carry /= 10;
        }
        for (; carry > 0; carry /= 10) digits.insert(digits.begin(), static_cast<char>('0' + carry % 10));
    }

    // Away from zero to a multiple of 10^least.
    void round_up(int least) {
        if (digits.empty() || exponent >= least) return;
        const auto cut = std::min(static_cast<std::size_t>(least - exponent), digits.size());
        digits.resize(digits.size() - cut);
        exponent = least;
        auto at = digits.rbegin();
        for (; at != digits.rend() && *at == '9'; ++at) *at = '0';
        if (at != digits.rend())
            ++*at;
        else
            digits.insert(digits.begin(), '1');
        trim();
    }
};

std::optional<Decimal> read_decimal(std::string_view& rest) {
    Decimal number;
    if (rest.starts_with('-') || rest.starts_with('+')) {
        number.negative = rest[0] == '-';
        rest.remove_prefix(1);
    }
    bool behind_point = false;
    std::size_t count = 0;
    for (; !rest.empty() && (is_digit(rest[0]) || (rest[0] == '.' && !behind_point)); rest.remove_prefix(1)) {
        if (rest[0] == '.') {
            behind_point = true;
            continue;
        }
        ++count;
        number.digits += rest[0];
        if (behind_point) --number.exponent;
    }
    if (count == 0 || count > most_digits) return std::nullopt;
    return number;
}

// The suffix as a power: of 1024 for Ki to Ei, of ten else.
bool apply_suffix(Decimal& number, std::string_view suffix) {
    constexpr std::string_view binary = "KMGTPE";
    if (suffix.size() == 2 && suffix[1] == 'i' && binary.contains(suffix[0])) {
        for (std::size_t i = 0; i <= binary.find(suffix[0]); ++i) number.multiply(1024);
        return true;
    }
    constexpr std::array<std::pair<std::string_view, int>, 10> powers{
        {{"", 0}, {"n", -9}, {"u", -6}, {"m", -3}, {"k", 3}, {"M", 6}, {"G", 9}, {"T", 12}, {"P", 15}, {"E", 18}}};
    const auto* found = std::ranges::find(powers, suffix, &std::pair<std::string_view, int>::first);
    if (found != powers.end()) {
        number.exponent += found->second;
        return true;
    }
    if (suffix[0] != 'e' && suffix[0] != 'E') return false;
    suffix.remove_prefix(suffix.size() > 1 && suffix[1] == '+' ? 2 : 1);
    int power = 0;
    const auto [end, error] = std::from_chars(suffix.data(), suffix.data() + suffix.size(), power);
    if (error != std::errc{} || end != suffix.data() + suffix.size() || power > 1000 || power < -1000) return false;
    number.exponent += power;
    return true;
}

int number_at(std::string_view text, std::size_t at, std::size_t length) {
    int value = -1;
    const char* from = text.data() + at;
    const auto [end, error] = std::from_chars(from, from + length, value);
    return error == std::errc{} && end == from + length && is_digit(*from) ? value : -1;
}

// ".25" at the front of `rest` as nanoseconds.
std::int64_t read_fraction(std::string_view& rest) {
    if (!rest.starts_with('.')) return 0;
    rest.remove_prefix(1);
    std::int64_t value = 0;
    for (std::int64_t scale = 100'000'000; !rest.empty() && is_digit(rest[0]); scale /= 10, rest.remove_prefix(1)) {
        value += (rest[0] - '0') * scale;
    }
    return value;
}

// "Z" or "+02:00" as seconds.
std::optional<int> zone_offset(std::string_view zone) {
    if (zone == "Z" || zone == "z") return 0;
    if (zone.size() != 6 || (zone[0] != '+' && zone[0] != '-') || zone[3] != ':') return std::nullopt;
    const int hours = number_at(zone, 1, 2);
    const int minutes = number_at(zone, 4, 2);
    if (hours < 0 || minutes < 0) return std::nullopt;
    return (hours * 3600 + minutes * 60) * (zone[0] == '-' ? -1 : 1);
}

} // namespace

std::optional<std::string> quantity_value(std::string_view text) {
    auto number = read_decimal(text);
    if (!number || !apply_suffix(*number, text)) return std::nullopt;
    number->trim();
    number->round_up(-9);
    return (number->negative ? "-" : "") + number->digits + "e" + std::to_string(number->exponent);
}

std::optional<std::string> time_value(std::string_view text) {
    constexpr std::string_view form = "0000-00-00T00:00:00";
    if (text.size() < form.size() + 1) return std::nullopt;
    for (std::size_t i = 0; i < form.size(); ++i) {
        const char c = text[i] == 't' || text[i] == ' ' ? 'T' : text[i];
        if (form[i] == '0' ? !is_digit(c) : c != form[i]) return std::nullopt;
    }
    const auto part = [text](std::size_t at) { return number_at(text, at, 2); };
    const std::chrono::year_month_day date{std::chrono::year(number_at(text, 0, 4)),
                                           std::chrono::month(static_cast<unsigned>(part(5))),
                                           std::chrono::day(static_cast<unsigned>(part(8)))};
    if (!date.ok()) return std::nullopt;
    std::string_view rest = text.substr(form.size());
    const std::int64_t fraction = read_fraction(rest);
    const auto offset = zone_offset(rest);
    if (!offset) return std::nullopt;
    const std::int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
    const std::int64_t seconds = days * 86'400 + part(11) * 3600 + part(14) * 60 + part(17) - *offset;
    return std::to_string(seconds) + "." + std::to_string(fraction);
}

namespace {
constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
} // namespace

std::optional<std::string> from_base64(std::string_view text) {
    std::string out;
    std::uint32_t bits = 0;
    unsigned count = 0;
    std::size_t characters = 0;
    std::size_t padding = 0;
    for (const char c : text) {
        if (c == '\n' || c == '\r' || c == ' ' || c == '\t') continue;
        ++characters;
        const std::size_t value = alphabet.find(c);
        if (c == '=') {
            ++padding;
        } else if (value == std::string_view::npos || padding != 0) {
            return std::nullopt;
        } else {
            bits = (bits << 6U) | static_cast<std::uint32_t>(value);
            count += 6;
            if (count < 8) continue;
            count -= 8;
            out += static_cast<char>((bits >> count) & 0xFFU);
        }
    }
    if (characters % 4 != 0 || padding > 2) return std::nullopt;
    return out;
}

std::string to_base64(std::string_view bytes) {
    std::string out;
    out.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        const std::size_t left = std::min<std::size_t>(3, bytes.size() - i);
        std::uint32_t bits = 0;
        for (std::size_t j = 0; j < 3; ++j)
            bits = (bits << 8U) | (j < left ? static_cast<unsigned char>(bytes[i + j]) : 0U);
        for (std::size_t j = 0; j < 4; ++j) out += j <= left ? alphabet[(bits >> (18 - 6 * j)) & 63U] : '=';
    }
    return out;
}

} // namespace mooring::kubernetes
