// What the quick reader knows of `&name`, `*name` and `<<` in one document. What it doubts it refuses, and the library
// says why.
#pragma once

#include "yaml/node.hpp"

#include <cstddef>
#include <string_view>
#include <vector>

namespace mooring::yaml {

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

} // namespace mooring::yaml
