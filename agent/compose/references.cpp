#include "compose/references.hpp"

namespace mooring::compose {
namespace {

bool starts_name(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool continues_name(char c) { return starts_name(c) || (c >= '0' && c <= '9'); }

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

std::string with_braces(std::string text) {
    if (!text.contains('$')) return text;
    std::string out;
    out.reserve(text.size() + 8);
    for (std::size_t at = 0; at < text.size();) {
        const char next = at + 1 < text.size() ? text[at + 1] : '\0';
        if (text[at] != '$' || (next != '$' && !starts_name(next))) {
            out += text[at++];
        } else if (next == '$') {
            out += "$$";
            at += 2;
        } else {
            std::size_t end = at + 1;
            while (end < text.size() && continues_name(text[end])) ++end;
            out += "${";
            out += std::string_view(text).substr(at + 1, end - at - 1);
            out += '}';
            at = end;
        }
    }
    return out;
}

bool is_one_reference(std::string_view text) {
    if (!text.starts_with("${")) return false;
    std::size_t depth = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '}' && --depth == 0) return at + 1 == text.size();
        if (text[at] == '$' && at + 1 < text.size() && text[at + 1] == '{') {
            ++depth;
            ++at;
        }
    }
    return false;
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
