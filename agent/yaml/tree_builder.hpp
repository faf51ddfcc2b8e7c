// What a YAML parser tells of a text -> nodes, with every limit checked before anything grows.
#pragma once

#include "yaml/node.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mooring::yaml {

// Thrown to stop a parser; never leaves agent/yaml.
struct Stop {
    Problem problem;
};

[[noreturn]] void stop(std::string message, Mark mark, std::string code);

// Whether the plain text is a spelling of null: `~`, null, Null, NULL or nothing.
bool is_null_word(std::string_view text);

// One document after another. Anchors are numbers from 1 in each document, 0 is none; an anchor is known from the start
// of its node. Problems are thrown as Stop.
class TreeBuilder {
  public:
    explicit TreeBuilder(const Limits& limits) : limits_(limits) {}

    // The documents read so far; merge keys are still in them.
    std::vector<Node>& documents() { return documents_; }

    void begin_document(Mark mark);
    void end_document() { documents_.push_back(std::move(root_)); }
    // A scalar or null. What is tagged `!!null` becomes a null.
    void leaf(Node&& node, std::size_t anchor);
    void alias(std::size_t anchor, Mark mark);
    // A list or mapping: `node` has its kind, tag and mark; what is told until close() is inside.
    void open(Node&& node, std::size_t anchor, bool block);
    void close();
    bool is_at_root() const { return open_.empty(); }

    // The key of the block mapping that is open innermost and waits for a value; else nullptr.
    const Node* key_before_value() const;

  private:
    // A list or mapping that is not closed yet.
    struct Frame {
        Node node;
        bool key_next = true; // mappings: the next child is a key
        bool block = false;
        std::size_t anchor = 0;
        std::size_t deepest = 0; // levels below the root that were reached inside
        std::size_t nodes_before = 0;
        std::size_t bytes_before = 0;
    };
    // Where an anchored node stands: the child's number at each level. Nodes move while their parents grow, places
    // stay.
    struct Anchor {
        std::vector<std::size_t> path;
        bool open = true;
        std::size_t height = 0;
        std::size_t nodes = 0;
        std::size_t bytes = 0;
    };

    void attach(Node&& node);
    void count(std::size_t nodes, std::size_t bytes, Mark mark);
    Anchor& remember(std::size_t id);
    const Node& anchored(const Anchor& anchor) const;

    const Limits& limits_;
    std::vector<Node> documents_;
    std::vector<Frame> open_;
    std::vector<Anchor> anchors_; // by number
    Node root_;
    std::size_t nodes_ = 0;
    std::size_t bytes_ = 0;
    bool aliased_ = false; // something was written out
};

} // namespace mooring::yaml
