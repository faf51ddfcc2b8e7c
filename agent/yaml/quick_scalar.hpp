// The values that fit on one line, for quick.cpp.
#pragma once

#include "yaml/node.hpp"
#include "yaml/quick_anchors.hpp"

#include <optional>
#include <string_view>

namespace mooring::yaml {

// A piece of one line, and where it starts.
struct Piece {
    std::string_view text;
    Mark mark;

    Piece from(std::size_t offset) const {
        return {.text = text.substr(offset),
                .mark = {.line = mark.line, .column = mark.column + static_cast<std::uint32_t>(offset)}};
    }
};

// Nothing but blanks and perhaps a comment.
bool is_rest_of_line(std::string_view text);

// Where the key of `key: value` ends and the piece after its colon starts; nullopt if the line is no mapping entry.
struct KeyPlace {
    std::size_t end;   // of the key's text
    std::size_t after; // offset behind the colon
};
std::optional<KeyPlace> find_key(std::string_view line);

// A quoted or plain scalar, or a flow collection, that fills the piece up to a comment; false when it is not plain
// enough. `nodes` counts what was made; `depth` is how deep flow collections may go; `into` is a new node.
bool read_inline(const Piece& piece, std::size_t& nodes, Anchors& anchors, std::size_t depth, Node& into);

} // namespace mooring::yaml
