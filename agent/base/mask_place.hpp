// Where a walk over a text is, and how far the value there reaches. Private to this folder.
#pragma once

#include "base/mask_parts.hpp"

namespace mooring::masking {

struct Place {
    std::size_t at = 0;
    std::size_t line_from = 0;
    std::size_t name_from = 0; // the last name, without quotes
    std::size_t name_to = 0;
    char sign = '=';
    bool several_lines = false; // in the whole text
    bool spaced = false;        // blanks around the sign
    bool double_quote = false;
    bool single_quote = false;
    bool back_quote = false;
    bool escaped_quote = false; // `\"`

    void toggle(char quote) {
        bool& open = quote == '"' ? double_quote : quote == '\'' ? single_quote : back_quote;
        open = !open;
    }
    bool is_open(char quote) const {
        return quote == '"' ? double_quote : quote == '\'' ? single_quote : quote == '`' && back_quote;
    }
    void next_line() {
        ++at;
        line_from = at;
        double_quote = single_quote = back_quote = escaped_quote = false;
    }
};

struct Extent {
    std::size_t from = 0;
    std::size_t to = 0;
};

// The value of `name` that starts at `value`, behind blanks; may begin in a later line. Empty: there is none.
Extent value_extent(std::string_view text, const Place& place, std::string_view name, std::size_t value);
// `password:X`.
Extent tight_value(std::string_view text, const Place& place, std::size_t value);

} // namespace mooring::masking
