// What yaml-cpp 0.7 reads wrongly where libyaml reads what YAML 1.2 says, so that a comparison of the two says nothing.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

namespace mooring::yaml {

// Whether the text has lines of blanks in quotes, or a block scalar behind an anchor or a tag (yaml-cpp wants it
// indented deeper than that in a list).
inline bool is_lost_on_yaml_cpp(std::string_view text) {
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
