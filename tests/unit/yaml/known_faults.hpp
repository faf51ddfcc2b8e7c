// What yaml-cpp 0.7 reads wrongly where libyaml reads what YAML 1.2 says, so that a comparison of the two says nothing.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

namespace mooring::yaml {

// Whether a name behind `&` or `*` ends with something that yaml-cpp takes into the name and libyaml does not (`&a:
// b`).
inline bool has_odd_anchor(std::string_view text) {
    constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
    for (std::size_t at = text.find_first_of("&*"); at != std::string_view::npos;
         at = text.find_first_of("&*", at + 1)) {
        const std::size_t end = text.find_first_not_of(letters, at + 1);
        if (end < text.size() && !std::string_view(" \n,]}").contains(text[end])) return true;
    }
    return false;
}

// Whether more than one empty line stands just before a quote: yaml-cpp keeps one of those that end a quoted scalar.
inline bool has_empty_lines_before_a_quote(std::string_view text) {
    for (std::size_t at = text.find("\n\n\n"); at != std::string_view::npos; at = text.find("\n\n\n", at + 1)) {
        const std::size_t next = text.find_first_not_of(" \t\n", at);
        if (next != std::string_view::npos && (text[next] == '"' || text[next] == '\'')) return true;
    }
    return false;
}

// Whether a `!` stands alone, which yaml-cpp takes for a tag with a name.
inline bool has_lone_mark(std::string_view text) {
    for (std::size_t at = text.find('!'); at != std::string_view::npos; at = text.find('!', at + 1)) {
        if (at + 1 == text.size() || std::string_view(" \t\n\r,]}").contains(text[at + 1])) return true;
    }
    return false;
}

// Whether a word begins with a colon (`{&a :b}`): in a flow collection libyaml, as Go's reader, takes it for the end of
// an empty key.
inline bool has_colon_before_a_word(std::string_view text) {
    for (std::size_t at = text.find(':', 1); at < text.size(); at = text.find(':', at + 1)) {
        const bool begins = std::string_view(" \t\n\r,[{").contains(text[at - 1]);
        const bool ends = at + 1 == text.size() || std::string_view(" \t\n\r,]}").contains(text[at + 1]);
        if (begins && !ends) return true;
    }
    return false;
}

// Whether the text has one of these, explicit keys, lines of blanks in quotes, or a block scalar behind an anchor or a
// tag (yaml-cpp wants it indented deeper than that in a list).
inline bool is_lost_on_yaml_cpp(std::string_view text) {
    if (has_odd_anchor(text) || has_empty_lines_before_a_quote(text) || has_lone_mark(text)) return true;
    if (has_colon_before_a_word(text)) return true;
    if (text.contains("? ") || text.contains("?\n")) return true;
    const bool has_quotes = text.find_first_of("\"'") != std::string_view::npos;
    if (has_quotes && (text.contains(" \n\n") || text.contains("\n \n") || text.contains("  \n"))) return true;
    return std::ranges::any_of(std::array{" |", " >"}, [&](std::string_view block) {
        for (std::size_t at = text.find(block); at != std::string_view::npos; at = text.find(block, at + 1)) {
            if (at == 0) continue;
            const std::size_t word = text.find_last_of(" \n", at - 1) + 1; // npos + 1 is the start
            if (text[word] == '&' || text[word] == '!') return true;
        }
        return false;
    });
}

} // namespace mooring::yaml
