#include "report/layout.hpp"

#include "base/text.hpp"
#include "report/wording.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <fmt/format.h>
#include <utility>

namespace mooring::report {
namespace {

constexpr std::string_view ellipsis = "…";

struct Range {
    std::uint32_t first;
    std::uint32_t last;
};

// Unicode 15: general categories Mn, Me and Cf, in the blocks that turn up in names and messages.
constexpr std::array zero_width{Range{0x0300, 0x036F},   Range{0x0483, 0x0489},  Range{0x0591, 0x05BD},
                                Range{0x064B, 0x065F},   Range{0x0900, 0x0902},  Range{0x1AB0, 0x1AFF},
                                Range{0x1DC0, 0x1DFF},   Range{0x200B, 0x200F},  Range{0x2060, 0x2064},
                                Range{0x20D0, 0x20F0},   Range{0xFE00, 0xFE0F},  Range{0xFE20, 0xFE2F},
                                Range{0x1F3FB, 0x1F3FF}, Range{0xE0100, 0xE01EF}};

// Unicode 15: East_Asian_Width W and F, neighbouring blocks joined.
constexpr std::array double_width{
    Range{0x1100, 0x115F},   Range{0x231A, 0x231B},   Range{0x23E9, 0x23EC},   Range{0x2E80, 0x303E},
    Range{0x3041, 0x33FF},   Range{0x3400, 0x4DBF},   Range{0x4E00, 0x9FFF},   Range{0xA000, 0xA4CF},
    Range{0xA960, 0xA97F},   Range{0xAC00, 0xD7A3},   Range{0xF900, 0xFAFF},   Range{0xFE30, 0xFE6F},
    Range{0xFF00, 0xFF60},   Range{0xFFE0, 0xFFE6},   Range{0x16FE0, 0x18DFF}, Range{0x1B000, 0x1B2FF},
    Range{0x1F300, 0x1F64F}, Range{0x1F680, 0x1F6FF}, Range{0x1F900, 0x1FAFF}, Range{0x20000, 0x3FFFD}};

bool holds(const auto& ranges, std::uint32_t point) {
    return std::ranges::any_of(ranges, [point](Range r) { return point >= r.first && point <= r.last; });
}

std::uint32_t code_point(std::string_view character) {
    const auto first = static_cast<unsigned char>(character[0]);
    if (character.size() == 1) return first;
    std::uint32_t point = first & (0xFFU >> (character.size() + 1));
    for (const char c : character.substr(1)) point = (point << 6U) | (static_cast<unsigned char>(c) & 0x3FU);
    return point;
}

std::size_t character_width(std::string_view character) {
    const std::uint32_t point = code_point(character);
    if (point < 0x300) return 1;
    if (holds(zero_width, point)) return 0;
    return holds(double_width, point) ? 2 : 1;
}

// An invalid byte counts as a character of its own.
std::string_view first_character(std::string_view text) {
    return text.substr(0, std::max<std::size_t>(utf8_length(text), 1));
}

// The longest start of `text` in at most `width` columns.
std::string_view head(std::string_view text, std::size_t width) {
    std::size_t bytes = 0;
    while (bytes < text.size()) {
        const std::string_view character = first_character(text.substr(bytes));
        const std::size_t columns = character_width(character);
        if (columns > width) break;
        width -= columns;
        bytes += character.size();
    }
    return text.substr(0, bytes);
}

// The longest end of `text` in at most `width` columns.
std::string_view tail(std::string_view text, std::size_t width) {
    std::size_t total = display_width(text);
    while (total > width) {
        const std::string_view character = first_character(text);
        total -= character_width(character);
        text.remove_prefix(character.size());
    }
    return text;
}

std::size_t common_start(std::string_view one, std::string_view other) {
    std::size_t at = 0;
    while (at < one.size() && at < other.size()) {
        const std::string_view character = first_character(one.substr(at));
        if (!other.substr(at).starts_with(character)) break;
        at += character.size();
    }
    return at;
}

// Cuts the end, and before that the first `known` bytes but for a little context.
std::string shorten_around(std::string_view text, std::size_t known, std::size_t width) {
    if (display_width(text) <= width) return std::string(text);
    std::string out;
    const std::size_t context = std::min<std::size_t>(10, width / 3);
    if (display_width(text.substr(0, known)) > context + 1) {
        out = std::string(ellipsis) + std::string(tail(text.substr(0, known), context));
        text.remove_prefix(known);
    }
    const std::size_t left = width - std::min(width, display_width(out));
    if (display_width(text) <= left) return out + std::string(text);
    return out + std::string(head(text, left == 0 ? 0 : left - 1)) + std::string(ellipsis);
}

} // namespace

std::size_t display_width(std::string_view text) {
    std::size_t width = 0;
    while (!text.empty()) {
        const std::string_view character = first_character(text);
        width += character_width(character);
        text.remove_prefix(character.size());
    }
    return width;
}

std::string pad(std::string_view text, std::size_t width) {
    const std::size_t used = display_width(text);
    return std::string(text) + std::string(width > used ? width - used : 0, ' ');
}

std::string shorten_middle(std::string_view text, std::size_t width) {
    if (display_width(text) <= width) return std::string(text);
    if (width == 0) return {};
    const std::size_t front = width / 2;
    return std::string(head(text, front)) + std::string(ellipsis) + std::string(tail(text, width - 1 - front));
}

std::pair<std::string, std::string> shorten_pair(std::string_view one, std::string_view other, std::size_t width) {
    const std::size_t first = display_width(one);
    const std::size_t second = display_width(other);
    if (first + second <= width) return {std::string(one), std::string(other)};
    const std::size_t half = width / 2;
    const std::size_t first_width = second < width - half ? width - second : std::min(first, half);
    const std::size_t known = common_start(one, other);
    return {shorten_around(one, known, first_width), shorten_around(other, known, width - first_width)};
}

std::vector<std::string> wrap(std::string_view text, std::optional<std::size_t> width) {
    if (!width) return {std::string(text)};
    std::vector<std::string> lines;
    std::string line;
    std::size_t used = 0;
    for (const std::string_view word : split(text, ' ')) {
        std::string_view rest = word;
        if (!line.empty() && used + 1 + display_width(rest) > *width) {
            lines.push_back(std::move(line));
            line.clear();
        }
        for (; display_width(rest) > *width; rest.remove_prefix(lines.back().size())) {
            lines.emplace_back(head(rest, std::max<std::size_t>(*width, 2)));
        }
        if (!line.empty()) line += ' ';
        line += rest;
        used = display_width(line);
    }
    lines.push_back(std::move(line));
    return lines;
}

namespace {

// SGR parameters of the 16 basic colours, which follow the reader's own theme.
std::string_view sgr(Ink ink) {
    switch (ink) {
    case Ink::plain:
        return "";
    case Ink::strong:
        return "1";
    case Ink::faint:
        return "2";
    case Ink::good:
        return "32";
    case Ink::drift:
        return "1;33";
    case Ink::missing:
        return "1;31";
    case Ink::denied:
        return "1;35";
    case Ink::blind:
        return "1;34";
    case Ink::broken:
        return "31";
    case Ink::extra:
        return "1;36";
    }
    std::unreachable();
}

} // namespace

Ink ink_of(Verdict verdict) {
    switch (verdict) {
    case Verdict::in_sync:
        return Ink::good;
    case Verdict::drifted:
        return Ink::drift;
    case Verdict::missing:
    case Verdict::deleted:
        return Ink::missing;
    case Verdict::denied:
        return Ink::denied;
    case Verdict::extra:
        return Ink::extra;
    case Verdict::error:
        return Ink::broken;
    case Verdict::suspended:
        return Ink::faint;
    case Verdict::not_visible:
    case Verdict::orphaned:
    case Verdict::unreachable:
    case Verdict::pending:
        return Ink::blind;
    }
    std::unreachable();
}

std::string hyperlink(std::string_view url, std::string_view text) {
    if (url.empty() || text.empty()) return std::string(text);
    constexpr std::string_view start = "\x1b]8;;";
    constexpr std::string_view end = "\x1b\\";
    std::string out(start);
    out.append(url).append(end).append(text).append(start).append(end);
    return out;
}

std::string Paint::operator()(Ink ink, std::string_view text) const {
    const std::string_view code = sgr(ink);
    if (!colour_ || code.empty() || text.empty()) return std::string(text);
    std::string out = "\x1b[";
    out.append(code).append("m").append(text).append("\x1b[0m");
    return out;
}

namespace {

// Everything but what RFC 3986 leaves as it is in a part of a path.
std::string encoded(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                           std::string_view("-._~").find(c) != std::string_view::npos;
        out += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return out;
}

bool has_a_page(const StackResult& stack) {
    const bool gone = stack.verdict == Verdict::missing || stack.verdict == Verdict::deleted ||
                      stack.verdict == Verdict::orphaned || stack.exists == false;
    return !gone && stack.id && stack.environment_id && !stack.name.empty() && stack.type &&
           *stack.type != StackType::kubernetes;
}

} // namespace

std::string stack_url(std::string_view server_url, const StackResult& stack) {
    const bool is_web = server_url.starts_with("https://") || server_url.starts_with("http://");
    if (!is_web || !has_a_page(stack)) return {};
    const bool harmful = std::ranges::any_of(server_url, [](char c) {
        return static_cast<unsigned char>(c) <= 0x20 || static_cast<unsigned char>(c) >= 0x7F || c == '"' || c == '<' ||
               c == '>' || c == '(' || c == ')' || c == '`' || c == '|' || c == '\\';
    });
    if (harmful) return {};
    while (server_url.ends_with('/')) server_url.remove_suffix(1);
    return fmt::format("{}/#!/{}/docker/stacks/{}?id={}&type={}&regular=true&external=false&orphaned=false", server_url,
                       *stack.environment_id, encoded(stack.name), *stack.id, *stack.type == StackType::swarm ? 1 : 2);
}

std::string stack_url(const Report& report, const StackResult& stack) {
    const auto server = std::ranges::find(report.servers, stack.server, &ServerResult::name);
    return server == report.servers.end() ? std::string() : stack_url(server->url, stack);
}

} // namespace mooring::report
