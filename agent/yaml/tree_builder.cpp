#include "yaml/tree_builder.hpp"

#include "yaml/parts.hpp"

#include <algorithm>
#include <utility>

namespace mooring::yaml {
namespace {

constexpr const char* written_out = " once aliases are written out";

} // namespace

void stop(std::string message, Mark mark, std::string code) {
    throw Stop{Problem{.message = std::move(message), .mark = mark, .code = std::move(code)}};
}

bool is_null_word(std::string_view text) {
    return text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL";
}

void TreeBuilder::begin_document(Mark mark) {
    if (documents_.size() >= limits_.documents) {
        stop("more than " + std::to_string(limits_.documents) + " documents in one file", mark, "too-many-documents");
    }
    anchors_.clear();
    root_ = Node{.mark = mark};
}

void TreeBuilder::leaf(Node&& node, std::size_t anchor) {
    if (node.tag == "tag:yaml.org,2002:null" && is_null_word(node.text)) node = Node{.mark = node.mark};
    count(1, node.text.size(), node.mark);
    if (anchor != 0) {
        Anchor& place = remember(anchor);
        place.open = false;
        place.nodes = 1;
        place.bytes = node.text.size();
    }
    attach(std::move(node));
}

void TreeBuilder::alias(std::size_t anchor, Mark mark) {
    const Anchor& found = remember(anchor);
    if (found.open)
        stop("an anchor that contains an alias to itself can never be written out", mark, "alias-expansion");
    if (open_.size() + found.height > limits_.depth) {
        stop("nested deeper than " + std::to_string(limits_.depth) + " levels once aliases are written out", mark,
             "too-deep");
    }
    aliased_ = true;
    count(found.nodes, found.bytes, mark); // before copying: a bomb must not go off
    if (!open_.empty()) open_.back().deepest = std::max(open_.back().deepest, open_.size() + found.height);
    attach(Node(anchored(found)));
}

void TreeBuilder::open(Node&& node, std::size_t anchor, bool block) {
    if (open_.size() >= limits_.depth)
        stop("nested deeper than " + std::to_string(limits_.depth) + " levels", node.mark, "too-deep");
    if (anchor != 0) remember(anchor);
    const std::size_t nodes_before = nodes_;
    count(1, 0, node.mark);
    open_.push_back({.node = std::move(node),
                     .block = block,
                     .anchor = anchor,
                     .deepest = open_.size() + 1,
                     .nodes_before = nodes_before,
                     .bytes_before = bytes_});
}

void TreeBuilder::close() {
    Frame frame = std::move(open_.back());
    open_.pop_back();
    if (frame.node.kind == Kind::mapping) {
        if (auto problem = find_duplicate_key(frame.node)) throw Stop{std::move(*problem)};
    }
    if (!open_.empty()) open_.back().deepest = std::max(open_.back().deepest, frame.deepest);
    if (frame.anchor != 0) {
        Anchor& anchor = anchors_[frame.anchor];
        anchor.open = false;
        anchor.height = frame.deepest - open_.size();
        anchor.nodes = nodes_ - frame.nodes_before;
        anchor.bytes = bytes_ - frame.bytes_before;
    }
    attach(std::move(frame.node));
}

const Node* TreeBuilder::key_before_value() const {
    const bool waits =
        !open_.empty() && open_.back().block && open_.back().node.kind == Kind::mapping && !open_.back().key_next;
    return waits ? &open_.back().node.entries.back().first : nullptr;
}

void TreeBuilder::attach(Node&& node) {
    if (open_.empty()) {
        root_ = std::move(node);
        return;
    }
    Frame& parent = open_.back();
    if (parent.node.kind == Kind::sequence) {
        parent.node.items.push_back(std::move(node));
    } else if (parent.key_next) {
        parent.node.entries.emplace_back(std::move(node), Node{});
        parent.key_next = false;
    } else {
        parent.node.entries.back().second = std::move(node);
        parent.key_next = true;
    }
}

void TreeBuilder::count(std::size_t nodes, std::size_t bytes, Mark mark) {
    nodes_ += nodes;
    bytes_ += bytes;
    if (nodes_ > limits_.expanded_nodes) {
        stop("more than " + std::to_string(limits_.expanded_nodes) + " values" + (aliased_ ? written_out : ""), mark,
             aliased_ ? "alias-expansion" : "too-large");
    }
    if (bytes_ > limits_.bytes) {
        stop("more than " + std::to_string(limits_.bytes) + " bytes of text" + (aliased_ ? written_out : ""), mark,
             aliased_ ? "alias-expansion" : "too-large");
    }
}

// The anchor of this number; a new one stands for the node that comes next.
TreeBuilder::Anchor& TreeBuilder::remember(std::size_t id) {
    if (id < anchors_.size() && !anchors_[id].path.empty()) return anchors_[id];
    if (id >= anchors_.size()) anchors_.resize(id + 1);
    Anchor& anchor = anchors_[id];
    anchor.path.push_back(0); // the root
    for (const Frame& frame : open_) {
        const std::size_t entries = frame.node.entries.size();
        if (frame.node.kind == Kind::sequence)
            anchor.path.push_back(frame.node.items.size());
        else
            anchor.path.push_back(frame.key_next ? 2 * entries : 2 * entries - 1);
    }
    return anchor;
}

const Node& TreeBuilder::anchored(const Anchor& anchor) const {
    const Node* node = open_.empty() ? &root_ : &open_.front().node;
    std::size_t level = 1;
    const auto child_is_open = [&](std::size_t number) {
        if (level >= open_.size()) return false;
        const Frame& frame = open_[level - 1];
        if (frame.node.kind == Kind::sequence) return number == frame.node.items.size();
        return number == (frame.key_next ? 2 * frame.node.entries.size() : 2 * frame.node.entries.size() - 1);
    };
    bool on_stack = true;
    for (; level < anchor.path.size(); ++level) {
        const std::size_t number = anchor.path[level];
        on_stack = on_stack && child_is_open(number);
        if (on_stack)
            node = &open_[level].node;
        else if (node->kind == Kind::sequence)
            node = &node->items[number];
        else
            node = number % 2 == 0 ? &node->entries[number / 2].first : &node->entries[number / 2].second;
    }
    return *node;
}

} // namespace mooring::yaml
