#include "yaml/builder.hpp"

#include "yaml/duplicates.hpp"
#include "yaml/strict.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace mooring::yaml {
namespace {

// yaml-cpp counts from 0, people from 1.
Mark to_mark(const YAML::Mark& mark) {
    return {.line = static_cast<std::uint32_t>(mark.line + 1), .column = static_cast<std::uint32_t>(mark.column + 1)};
}

[[noreturn]] void stop(std::string message, Mark mark, std::string code) {
    throw Stop{Problem{.message = std::move(message), .mark = mark, .code = std::move(code)}};
}

// `!!null ''` and `!!null ~`: the absence of a value, wherever it stands.
bool is_tagged_null(const Node& node) {
    return node.tag == "tag:yaml.org,2002:null" &&
           (node.text.empty() || node.text == "~" || node.text == "null" || node.text == "Null" || node.text == "NULL");
}

bool is_specific(const std::string& tag) { return !tag.empty() && tag != "?" && tag != "!"; }

} // namespace

void Builder::OnDocumentStart(const YAML::Mark& mark) {
    // yaml-cpp takes whatever is left over after a finished node for the next document.
    const auto at = static_cast<std::size_t>(mark.pos);
    const bool is_marked = mark.column == 0 && text_.substr(at, 3) == "---";
    if (!documents_.empty() && !is_marked) {
        stop("text after the end of the document: `---` or a key was expected here", to_mark(mark), "syntax");
    }
    if (documents_.size() >= limits_.documents) {
        stop("more than " + std::to_string(limits_.documents) + " documents in one file", to_mark(mark),
             "too-many-documents");
    }
    anchors_.clear();
    root_ = Node{.mark = to_mark(mark)};
}

void Builder::OnDocumentEnd() { documents_.push_back(std::move(root_)); }

void Builder::OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (!open_.empty() && open_.back().block && !open_.back().key_next) {
        const Node& key = open_.back().node.entries.back().first;
        if (key.plain && last_plain_ && is_colon_missing(text_, *last_plain_)) {
            stop("a colon is missing behind this key", key.mark, "syntax");
        }
    }
    leaf(Node{.mark = to_mark(mark)}, anchor);
}

void Builder::OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       const std::string& value) {
    Node node{.kind = Kind::scalar, .plain = tag == "?", .text = value, .mark = to_mark(mark)};
    const auto offset = static_cast<std::size_t>(mark.pos);
    if (is_specific(tag)) node.tag = tag;
    if (tag != "?" && !value.empty() && offset < text_.size() && (text_[offset] == '!' || text_[offset] == '&')) {
        node.plain = !quoted_in_text(offset); // a tag hides the quotes from yaml-cpp's tag
    }
    if (tag != "?" && value.ends_with('\n')) restore_kept_line(text_, offset, node.text);
    if (tag != "?")
        last_quoted_ = mark;
    else
        last_plain_ = offset;
    if (is_tagged_null(node)) node = Node{.mark = node.mark};
    leaf(std::move(node), anchor);
}

std::optional<Problem> Builder::find_open_quote() const {
    if (!last_quoted_ || !is_quote_open(text_, static_cast<std::size_t>(last_quoted_->pos))) return std::nullopt;
    return Problem{
        .message = "a quoted text without its closing quote", .mark = to_mark(*last_quoted_), .code = "syntax"};
}

void Builder::OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                              YAML::EmitterStyle::value style) {
    open(Kind::sequence, mark, tag, anchor, style == YAML::EmitterStyle::Block);
}

void Builder::OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value style) {
    open(Kind::mapping, mark, tag, anchor, style == YAML::EmitterStyle::Block);
}

void Builder::OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) {
    const Anchor& found = remember(anchor);
    if (found.open)
        stop("an anchor that contains an alias to itself can never be written out", to_mark(mark), "alias-expansion");
    if (open_.size() + found.height > limits_.depth) {
        stop("nested deeper than " + std::to_string(limits_.depth) + " levels once aliases are written out",
             to_mark(mark), "too-deep");
    }
    count(found.nodes, found.bytes, to_mark(mark)); // before copying: a bomb must not go off
    if (!open_.empty()) open_.back().deepest = std::max(open_.back().deepest, open_.size() + found.height);
    last_plain_.reset();
    attach(Node(anchored(found)));
}

void Builder::open(Kind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, bool block) {
    if (open_.size() >= limits_.depth) {
        stop("nested deeper than " + std::to_string(limits_.depth) + " levels", to_mark(mark), "too-deep");
    }
    if (anchor != 0) remember(anchor);
    Frame frame{.node = {.kind = kind, .mark = to_mark(mark)},
                .block = block,
                .anchor = anchor,
                .deepest = open_.size() + 1,
                .nodes_before = nodes_,
                .bytes_before = bytes_};
    if (is_specific(tag)) frame.node.tag = tag;
    count(1, 0, frame.node.mark);
    open_.push_back(std::move(frame));
}

void Builder::close() {
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

void Builder::leaf(Node&& node, YAML::anchor_t anchor) {
    count(1, node.text.size(), node.mark);
    if (anchor != 0) {
        Anchor& place = remember(anchor);
        place.open = false;
        place.nodes = 1;
        place.bytes = node.text.size();
    }
    attach(std::move(node));
}

void Builder::attach(Node&& node) {
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

void Builder::count(std::size_t nodes, std::size_t bytes, Mark mark) {
    nodes_ += nodes;
    bytes_ += bytes;
    if (nodes_ > limits_.expanded_nodes) {
        stop("more than " + std::to_string(limits_.expanded_nodes) + " values once aliases are written out", mark,
             "alias-expansion");
    }
    if (bytes_ > limits_.bytes) {
        stop("more than " + std::to_string(limits_.bytes) + " bytes of text once aliases are written out", mark,
             "alias-expansion");
    }
}

// The anchor of this number; a new one stands for the node that comes next.
Builder::Anchor& Builder::remember(YAML::anchor_t id) {
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

const Node& Builder::anchored(const Anchor& anchor) const {
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

// Whether the scalar at `offset` (its properties come first) is quoted or a block: yaml-cpp says so only without a tag.
bool Builder::quoted_in_text(std::size_t offset) const {
    offset = skip_properties(text_, offset);
    return offset < text_.size() && std::string_view("'\"|>").contains(text_[offset]);
}

} // namespace mooring::yaml
