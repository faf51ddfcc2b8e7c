// How far a value reaches: by its quotes or brackets, else by what it stands in (a query, a connection string, a list
// in braces, a quoted header, a line, a shell's word). What has no end reaches to the end of the text.
#include "base/mask_parts.hpp"

#include <algorithm>
#include <array>

namespace mooring::masking {
namespace {

constexpr std::size_t none = std::string_view::npos;
constexpr std::size_t most_before_name = 256; // bytes of a line in which a name may be the first
constexpr std::size_t most_pair = 512;        // bytes in which the next pair of a connection string starts

std::size_t line_end(std::string_view text, std::size_t at) { return std::min(text.find('\n', at), text.size()); }

// Behind the quote that closes the one at `at`; a backslash keeps the next sign, two single quotes are one.
std::size_t quote_end(std::string_view text, std::size_t at) {
    const char quote = text[at];
    const std::string triple(3, quote);
    if (text.substr(at).starts_with(triple)) {
        const std::size_t close = text.find(triple, at + 3);
        return close == none ? text.size() : close + 3;
    }
    for (std::size_t i = at + 1; i < text.size(); ++i) {
        if (text[i] == '\\') {
            ++i;
        } else if (text[i] == quote) {
            if (quote != '\'' || i + 1 >= text.size() || text[i + 1] != '\'') return i + 1;
            ++i;
        }
    }
    return text.size();
}

// Behind the bracket that closes the one at `at`; what is quoted counts for nothing.
std::size_t bracket_end(std::string_view text, std::size_t at) {
    std::size_t depth = 0;
    for (std::size_t i = at; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '"' || c == '\'') {
            i = quote_end(text, i) - 1;
        } else if (c == '[' || c == '{' || c == '(') {
            ++depth;
        } else if (c == ']' || c == '}' || c == ')') {
            if (--depth == 0) return i + 1;
        }
    }
    return text.size();
}

// How a shell's word goes on behind `at`. `stops`: further signs that end it.
std::size_t word_end(std::string_view text, std::size_t at, const Place& place, std::string_view stops) {
    std::size_t depth = 0; // of $( and ${
    char quote = 0;
    for (; at < text.size(); ++at) {
        const char c = text[at];
        const char next = at + 1 < text.size() ? text[at + 1] : '\n';
        if (c == '\\' && (next == '\n' || next == ' ')) {
            at += at + 1 < text.size() ? 1 : 0;
            continue;
        }
        if (c == '\n') break;
        if (c == '\\' && is_quote(next) && place.escaped_quote) break;
        if (is_quote(c)) {
            if (place.is_open(c)) break;
            quote = quote == 0 ? c : quote == c ? 0 : quote;
        }
        if (quote != 0) continue;
        if (c == '$' && (next == '(' || next == '{')) ++depth;
        if ((c == ')' || c == '}') && depth > 0) {
            --depth;
            continue;
        }
        if (depth > 0) continue;
        const bool operates = (c == ';' || c == '|' || c == '&') && (is_space(next) || next == c);
        if (is_blank(c) || operates || stops.find(c) != none || (c == '<' && next == '/')) break;
    }
    return at;
}

// Up to one of `stops`, the quote that is open, or the line's end.
std::size_t run_to(std::string_view text, std::size_t at, const Place& place, std::string_view stops) {
    for (; at < text.size() && text[at] != '\n'; ++at) {
        const char c = text[at];
        if (stops.find(c) != none || (is_quote(c) && place.is_open(c))) break;
        if (c == '\r' && (at + 1 == text.size() || text[at + 1] == '\n')) break;
        if (c == '\\' && place.escaped_quote && at + 1 < text.size() && is_quote(text[at + 1])) break;
        if (c == '$' && at + 1 < text.size() && text[at + 1] == '{')
            at = std::min(text.find('}', at), line_end(text, at) - 1);
    }
    return at;
}

// The last sign before the name that is no blank; '\n' at the start of the line. `quoted`: a quote opens before the
// name and does not close behind it.
struct Before {
    char sign = '\n';
    bool quoted = false;
    std::size_t at = 0; // where the name starts, its quote included
};

Before before_name(std::string_view text, const Place& place) {
    Before out{.at = place.name_from};
    const auto back = [&] {
        while (out.at > place.line_from && is_blank(text[out.at - 1])) --out.at;
    };
    if (out.at > place.line_from && is_quote(text[out.at - 1])) {
        out.quoted = place.name_to >= text.size() || (!is_quote(text[place.name_to]) && text[place.name_to] != '\\');
        --out.at;
        while (out.at > place.line_from && text[out.at - 1] == '\\') --out.at;
    }
    const std::size_t start = out.at;
    back();
    out.sign = out.at > place.line_from ? text[out.at - 1] : '\n';
    out.at = start;
    return out;
}

// Whether only marks and words such as `export` stand before the name in its line.
bool begins_line(std::string_view text, const Place& place, std::size_t name) {
    if (name - place.line_from > most_before_name) return false;
    std::string_view before = text.substr(place.line_from, name - place.line_from);
    constexpr std::array<std::string_view, 11> words{"export", "set", "ENV",   "ARG",     "env",  "define",
                                                     "var",    "let", "const", "declare", "local"};
    while (true) {
        const std::size_t start = before.find_first_not_of(" \t\r-#;/*+$\"'");
        if (start == none) return true;
        before.remove_prefix(start);
        const auto word =
            std::ranges::find_if(words, [before](std::string_view one) { return before.starts_with(one); });
        if (word == words.end()) return false;
        before.remove_prefix(word->size());
    }
}

// `Server=db;User Id=app;Password=two words`: what follows a semicolon is the next pair.
bool is_connection_line(std::string_view text, const Place& place, std::size_t value) {
    std::string_view rest = text.substr(value, most_pair);
    rest = rest.substr(0, rest.find('\n'));
    const std::size_t semicolon = rest.find(';');
    if (semicolon == none) return false;
    const std::string_view after = rest.substr(semicolon + 1);
    const std::size_t sign = after.find_first_of("=;\"'$");
    const bool pair = sign != none && after[sign] == '=' && sign > 0 && sign < 40;
    return place.sign == '=' && pair && std::ranges::count(after.substr(0, sign), ' ') <= 2;
}

bool is_header(std::string_view name) {
    return equal_folded(name, "authorization") || equal_folded(name, "proxy-authorization") ||
           equal_folded(name, "cookie") || equal_folded(name, "set-cookie") || begins_folded(name, "x-");
}

// The lines under the name's that are indented more; of a list, those that start at the same column, too.
Extent block(std::string_view text, const Place& place, std::size_t name, std::size_t from, bool list) {
    const auto indent = [text](std::size_t at) {
        const std::size_t start = at;
        while (at < text.size() && (text[at] == ' ' || text[at] == '#')) ++at;
        return at - start;
    };
    const std::size_t column = name - place.line_from;
    Extent out;
    for (std::size_t at = line_end(text, from) + 1; at < text.size(); at = line_end(text, at) + 1) {
        const std::size_t end = line_end(text, at);
        const std::size_t deep = indent(at);
        if (text.substr(at, end - at).find_first_not_of(" \t\r") == none) continue;
        const bool item = list && deep == column && text.substr(at + deep).starts_with("- ");
        if (deep <= column && !item) break;
        if (out.to == 0) out.from = at + deep;
        out.to = text[end - 1] == '\r' ? end - 1 : end;
    }
    return out;
}

bool is_block_sign(std::string_view text, std::size_t value) {
    if (text[value] != '|' && text[value] != '>') return false;
    const std::string_view rest = text.substr(value + 1, line_end(text, value) - value - 1);
    const std::size_t after = rest.find_first_not_of("+-0123456789 \t\r");
    return after == none || rest[after] == '#';
}

bool are_names(std::string_view list) {
    return std::ranges::all_of(
        list, [](char c) { return is_alnum(c) || is_space(c) || std::string_view("_-.,[]").contains(c); });
}

std::size_t bare_end(std::string_view text, const Place& place, const Before& before, std::string_view name,
                     std::size_t value) {
    if (before.sign == '?' || before.sign == '&') return run_to(text, value, place, "& \t\r\"'`#)<>;");
    if (before.sign == ';' || is_connection_line(text, place, value)) return run_to(text, value, place, ";");
    if (before.sign == ',' || before.sign == '{' || before.sign == '(' || before.sign == '[')
        return run_to(text, value, place, ",}])");
    if (place.sign == ':' && (place.double_quote || place.single_quote || place.escaped_quote))
        return run_to(text, value, place, "");
    if (begins_line(text, place, before.at) && (place.sign == ':' || place.spaced || place.several_lines))
        return run_to(text, value, place, "");
    if (before.quoted) return run_to(text, value, place, ""); // "NAME=two words"
    if (place.sign == ':' && is_header(name)) return run_to(text, value, place, "");
    const std::size_t end = word_end(text, value, place, "");
    if (!is_scheme(text.substr(value, end - value))) return end;
    std::size_t next = end;
    while (next < text.size() && is_blank(text[next])) ++next;
    return word_end(text, next, place, "");
}

// What is masked stays as it is.
bool is_masked(std::string_view text, std::size_t value) {
    const std::size_t after = value + mask_sign.size();
    return text.substr(value).starts_with(mask_sign) && (after >= text.size() || !is_alnum(text[after]));
}

} // namespace

Extent value_extent(std::string_view text, const Place& place, std::string_view name, std::size_t value) {
    const Before before = before_name(text, place);
    const bool lines = place.sign == ':' && begins_line(text, place, before.at);
    const bool names = equal_folded(name, "secrets"); // of compose: a list or map of names
    if (value >= text.size()) return {value, value};
    if (is_masked(text, value)) return {value, value + mask_sign.size()};
    if (text[value] == '\n') return lines && !names ? block(text, place, before.at, value, true) : Extent{value, value};
    if (lines && is_block_sign(text, value)) return block(text, place, before.at, value, false);
    std::size_t quote = value;
    while (quote < text.size() && text[quote] == '\\') ++quote;
    if (quote > value && quote < text.size() && (text[quote] == '"' || text[quote] == '\'')) {
        if (place.escaped_quote) return {value, value};
        const std::string_view sign = text.substr(value, quote + 1 - value);
        const std::size_t close = text.find(sign, quote + 1);
        return {value, close == none ? text.size() : close + sign.size()};
    }
    const char c = text[value];
    if (is_quote(c)) {
        if (place.is_open(c)) return {value, value};
        return {value, word_end(text, quote_end(text, value), place, ",}])>")};
    }
    if (text.substr(value).starts_with("{{")) {
        const std::size_t close = text.find("}}", value);
        return {value, close == none ? text.size() : close + 2};
    }
    if (c == '[' || c == '{') {
        const std::size_t end = bracket_end(text, value);
        const bool only_names = names && c == '[' && are_names(text.substr(value, end - value));
        return {value, only_names ? value : end};
    }
    return {value, bare_end(text, place, before, name, value)};
}

Extent tight_value(std::string_view text, const Place& place, std::size_t value) {
    if (is_masked(text, value)) return {value, value + mask_sign.size()};
    const Before before = before_name(text, place);
    const bool flow = before.sign == ',' || before.sign == '{' || before.sign == '[' || before.sign == '(';
    return {value, word_end(text, value, place, flow ? ",}])" : "")};
}

} // namespace mooring::masking
