// Block scalars (`|`, `>`), for quick.cpp.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace mooring::yaml {

struct BlockText {
    std::string text;
    std::size_t lines = 0; // below the header, up to the last that is not empty
};

// What the header (`|`, `|-`, `>`, `>-`, perhaps a comment) makes of the lines below it, which belong to it if they are
// indented deeper than `parent`. nullopt for what is rarer: other headers, empty lines first, blanks alone beyond the
// indentation, a folded line that is indented further, and a text without an end of its last line.
std::optional<BlockText> read_block_scalar(std::string_view header, std::string_view below, std::size_t parent);

} // namespace mooring::yaml
