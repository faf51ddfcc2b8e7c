#include "compose/references.hpp"

namespace mooring::compose {
namespace {

bool starts_name(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool continues_name(char c) { return starts_name(c) || (c >= '0' && c <= '9'); }

// Whether a single dollar before this would be read as the beginning of something.
bool is_read_with_dollar(std::string_view rest) {
    return !rest.empty() && (rest[0] == '$' || rest[0] == '{' || starts_name(rest[0]));
}

} // namespace

bool has_reference(std::string_view text) {
    constexpr auto none = std::string_view::npos;
    for (std::size_t at = text.find('$'); at != none && at + 1 < text.size(); at = text.find('$', at)) {
        const char next = text[at + 1];
        if (next == '{' || starts_name(next)) return true;
        at += next == '$' ? 2 : 1;
    }
    return false;
}

std::string settled(std::string text) {
    if (!text.contains('$')) return text;
    std::string out;
    out.reserve(text.size() + 8);
    const std::string_view whole = text;
    for (std::size_t at = 0; at < text.size();) {
        const char next = at + 1 < text.size() ? text[at + 1] : '\0';
        if (text[at] != '$' || next == '{') {
            out += text[at++];
        } else if (starts_name(next)) {
            std::size_t end = at + 1;
            while (end < text.size() && continues_name(text[end])) ++end;
            out += "${";
            out += whole.substr(at + 1, end - at - 1);
            out += '}';
            at = end;
        } else {
            at += next == '$' ? 2 : 1;
            out += is_read_with_dollar(whole.substr(at)) ? "$$" : "$";
        }
    }
    return out;
}

std::string settled_literal(std::string text) {
    if (!text.contains('$')) return text;
    std::string out;
    for (std::size_t at = 0; at < text.size(); ++at) {
        out += text[at];
        if (text[at] == '$' && is_read_with_dollar(std::string_view(text).substr(at + 1))) out += '$';
    }
    return out;
}

std::string with_single_dollars(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size(); ++at) {
        out += text[at];
        if (text[at] == '$' && at + 1 < text.size() && text[at + 1] == '$') ++at;
    }
    return out;
}

std::size_t reference_length(std::string_view text) {
    if (text.size() < 2 || text[0] != '$') return 0;
    if (text[1] != '{') {
        std::size_t end = 1;
        if (starts_name(text[1])) {
            while (end < text.size() && continues_name(text[end])) ++end;
        }
        return end == 1 ? 0 : end;
    }
    std::size_t depth = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '}' && --depth == 0) return at + 1;
        if (text[at] == '$' && at + 1 < text.size() && text[at + 1] == '{') {
            ++depth;
            ++at;
        }
    }
    return text.size();
}

bool is_one_reference(std::string_view text) {
    return text.starts_with("${") && text.ends_with('}') && reference_length(text) == text.size();
}

std::size_t find_outside(std::string_view text, char wanted, std::size_t from) {
    std::size_t depth = 0;
    for (std::size_t at = from; at < text.size(); ++at) {
        const char c = text[at];
        if (c == wanted && depth == 0) return at;
        if (c == '}' && depth > 0) --depth;
        if (c != '$' || at + 1 == text.size()) continue;
        if (text[at + 1] == '{') ++depth;
        if (text[at + 1] == '{' || text[at + 1] == '$') ++at;
    }
    return std::string_view::npos;
}

std::vector<std::string_view> split_outside(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    std::size_t begin = 0;
    while (true) {
        const std::size_t end = find_outside(text, separator, begin);
        parts.push_back(text.substr(begin, end - begin));
        if (end == std::string_view::npos) return parts;
        begin = end + 1;
    }
}

} // namespace mooring::compose
