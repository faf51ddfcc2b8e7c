// The great majority of YAML files, read in one pass without a library: block mappings and lists of one-line scalars,
// quoted or not, of ordinary block scalars, and flow collections that fit on a line, with anchors, aliases and merge
// keys. Whatever else stands in a text (tags, continued lines, rare escapes, tabs, anything doubtful) makes it nothing,
// and a library is asked. So this reader refuses nothing and invents nothing; that all give the same tree is a test
// over every case file and over generated texts (tests/unit/yaml/quick_test.cpp, events_test.cpp).
#pragma once

#include "yaml/node.hpp"

#include <cstddef>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mooring::yaml {

// All documents of the text, as parse() would give them; nullopt when it is not plain enough, or wrong. A null has the
// place of what it belongs to.
std::optional<std::vector<Node>> parse_quickly(std::string_view text, const Limits& limits);

// The same by yaml-cpp alone: parse() without the short cut, for the test that compares the two.
std::expected<std::vector<Node>, Problem> parse_with_library(std::string_view text, const Limits& limits);

// The parts of the quick reader (quick.cpp). Private to this folder.

// What the quick reader knows of `&name`, `*name` and `<<` in one document. What it doubts it refuses,
// and the library says why.

// The length of the name at the start, of letters, digits, `_` and `-`; 0 if something else follows it than a blank, an
// end of the line or what ends a value in a flow collection.
std::size_t anchor_length(std::string_view text);

class Anchors {
  public:
    // `nodes` counts every node of the text, what aliases stand for included. The text has `bytes`.
    Anchors(std::size_t& nodes, std::size_t bytes, const Limits& limits)
        : nodes_(nodes), bytes_(bytes), limits_(limits) {}

    void begin_document() { all_.clear(); }

    // The node of this name begins; its number is for finish(), which keeps a copy. False when there is too much.
    std::size_t begin(std::string_view name);
    bool finish(std::size_t number, const Node& node);

    // `into` becomes what the name stands for, unless it is unknown, not complete, higher than `most_levels`, or too
    // much.
    bool alias(std::string_view name, std::size_t most_levels, Node& into);

    // A merge key came by: the document has to be gone through again.
    bool has_merge_key = false;

  private:
    struct Size {
        std::size_t nodes = 0;
        std::size_t bytes = 0;
        std::size_t levels = 0;
    };
    struct Anchor {
        std::string_view name;
        Node node{};
        Size size{};
        bool complete = false;
    };

    static Size measure(const Node& node);

    std::size_t& nodes_;
    std::size_t bytes_;      // of the text, and of what aliases stand for
    std::size_t copied_ = 0; // nodes, for finish()
    const Limits& limits_;
    std::vector<Anchor> all_; // a name may come again: the last one counts
};

// Block scalars (`|`, `>`), for quick.cpp.

struct BlockText {
    std::string text;
    std::size_t lines = 0; // below the header, up to the last that is not empty
};

// What the header (`|`, `|-`, `>`, `>-`, perhaps a comment) makes of the lines below it, which belong to it if they are
// indented deeper than `parent`. nullopt for what is rarer: other headers, empty lines first, blanks alone beyond the
// indentation, a folded line that is indented further, and a text without an end of its last line.
std::optional<BlockText> read_block_scalar(std::string_view header, std::string_view below, std::size_t parent);

// The values that fit on one line, for quick.cpp.

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
