#include "base/text.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <numeric>
#include <utility>

namespace mooring {
namespace {

constexpr std::size_t most_suggested = 12;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool continues(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

void append_escaped(std::string& out, char c) {
    constexpr std::string_view digits = "0123456789abcdef";
    const auto byte = static_cast<unsigned char>(c);
    out += "\\x";
    out += digits[byte >> 4U];
    out += digits[byte & 15U];
}

// C1 controls (U+0080..U+009F) and the direction marks can rewrite a terminal's line as well as ESC can.
bool is_harmful(std::string_view character) {
    if (character.size() == 2) return character[0] == '\xC2' && static_cast<unsigned char>(character[1]) < 0xA0;
    if (character.size() != 3 || character[0] != '\xE2') return false;
    const auto second = static_cast<unsigned char>(character[1]);
    const auto third = static_cast<unsigned char>(character[2]);
    if (second == 0x80) return (third >= 0x8E && third <= 0x8F) || (third >= 0xA8 && third <= 0xAE);
    return second == 0x81 && third >= 0xA6 && third <= 0xA9;
}

// Insertions, deletions, substitutions and swaps of neighbours each cost 1 (optimal string alignment).
// More than `most` is not counted to its end.
std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t most) {
    std::vector<std::size_t> before(b.size() + 1);
    std::vector<std::size_t> row(b.size() + 1);
    std::vector<std::size_t> next(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        next[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const auto same = [&](std::size_t x, std::size_t y) { return lower(a[x - 1]) == lower(b[y - 1]); };
            next[j] = std::min({row[j] + 1, next[j - 1] + 1, row[j - 1] + (same(i, j) ? 0 : 1)});
            if (i > 1 && j > 1 && same(i, j - 1) && same(i - 1, j)) next[j] = std::min(next[j], before[j - 2] + 1);
        }
        std::swap(before, row);
        std::swap(row, next);
        if (std::ranges::min(row) > most && std::ranges::min(before) > most) return most + 1; // it only grows
    }
    return row[b.size()];
}

} // namespace

std::size_t utf8_length(std::string_view text) {
    if (text.empty()) return 0;
    const auto first = static_cast<unsigned char>(text[0]);
    if (first < 0x80) return 1;
    const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first > 0xF4 || text.size() < length) return 0;
    const auto second = static_cast<unsigned char>(text[1]);
    if ((first == 0xE0 && second < 0xA0) || (first == 0xED && second > 0x9F)) return 0;
    if ((first == 0xF0 && second < 0x90) || (first == 0xF4 && second > 0x8F)) return 0;
    return std::all_of(text.begin() + 1, text.begin() + static_cast<std::ptrdiff_t>(length), continues) ? length : 0;
}

std::string printable(std::string_view text, std::size_t most) {
    std::string out;
    out.reserve(std::min(text.size(), most) + 3);
    for (std::size_t i = 0; i < text.size();) {
        std::string piece;
        const std::size_t length = utf8_length(text.substr(i));
        const char c = text[i];
        if (c == '\n' || c == '\r' || c == '\t') {
            if (!out.ends_with(' ')) piece = " ";
        } else if (length == 0 || static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
            append_escaped(piece, c);
        } else if (is_harmful(text.substr(i, length))) {
            for (const char byte : text.substr(i, length)) append_escaped(piece, byte);
        } else {
            piece = text.substr(i, length);
        }
        if (out.size() + piece.size() > most) return out + "...";
        out += piece;
        i += std::max<std::size_t>(length, 1);
    }
    return out;
}

bool is_utf8(std::string_view text) {
    while (!text.empty()) {
        const std::size_t length = utf8_length(text);
        if (length == 0) return false;
        text.remove_prefix(length);
    }
    return true;
}

std::optional<std::string> closest_match(std::string_view word, std::span<const std::string> candidates) {
    if (word.size() > 100) return std::nullopt;
    const std::size_t allowed = std::max<std::size_t>(1, word.size() / 3);
    std::size_t best = std::numeric_limits<std::size_t>::max();
    std::optional<std::string> found;
    for (const std::string& candidate : candidates) {
        if (candidate.size() > word.size() + allowed || candidate.size() + allowed < word.size()) continue;
        const std::size_t distance = edit_distance(word, candidate, allowed);
        if (distance <= allowed && distance < best) {
            best = distance;
            found = candidate;
        }
    }
    return found;
}

std::string suggest(std::string_view word, std::span<const std::string> candidates) {
    if (const auto near = closest_match(word, candidates)) return "did you mean `" + *near + "`?";
    if (candidates.empty()) return {};
    const std::string known = join(candidates.first(std::min(candidates.size(), most_suggested)), ", ");
    return "known: " + known + (candidates.size() > most_suggested ? ", ..." : "");
}

bool glob_matches(std::string_view pattern, std::string_view text) {
    std::size_t p = 0;
    std::size_t t = 0;
    std::size_t star = std::string_view::npos;
    std::size_t resume = 0;
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            resume = t;
        } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
            ++p;
            ++t;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            t = ++resume;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '*') ++p;
    return p == pattern.size();
}

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    while (true) {
        const std::size_t at = text.find(separator);
        parts.push_back(text.substr(0, at));
        if (at == std::string_view::npos) return parts;
        text.remove_prefix(at + 1);
    }
}

std::string_view trim(std::string_view text) {
    constexpr std::string_view blanks = " \t\r\n";
    const std::size_t first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::string to_lower(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(), lower);
    return out;
}

std::string join(std::span<const std::string> parts, std::string_view separator) {
    std::string out;
    for (const std::string& part : parts) {
        if (!out.empty() || &part != parts.data()) out += separator;
        out += part;
    }
    return out;
}

namespace {

bool is_simple(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

} // namespace

void append_key(std::string& path, std::string_view key) {
    if (!key.empty() && std::ranges::all_of(key, is_simple)) {
        if (!path.empty()) path += '.';
        path += key;
        return;
    }
    path += '[';
    append_json_string(path, key);
    path += ']';
}

void append_json_string(std::string& out, std::string_view text) {
    constexpr std::string_view digits = "0123456789abcdef";
    out += '"';
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (c == '\n') {
            out += "\\n";
        } else if (c == '\t') {
            out += "\\t";
        } else if (c == '\r') {
            out += "\\r";
        } else if (byte < 0x20) {
            out += "\\u00";
            out += digits[byte >> 4U];
            out += digits[byte & 15U];
        } else {
            out += c;
        }
    }
    out += '"';
}

} // namespace mooring
