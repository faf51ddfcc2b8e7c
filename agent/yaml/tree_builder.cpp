#include "yaml/parts.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
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

namespace {

// yaml-cpp counts from 0, people from 1.
Mark to_mark(const YAML::Mark& mark) {
    return {.line = static_cast<std::uint32_t>(mark.line + 1), .column = static_cast<std::uint32_t>(mark.column + 1)};
}

bool is_specific(const std::string& tag) { return !tag.empty() && tag != "?" && tag != "!"; }

Node collection(Kind kind, const YAML::Mark& mark, const std::string& tag) {
    return {.kind = kind, .tag = is_specific(tag) ? tag : std::string{}, .mark = to_mark(mark)};
}

// yaml-cpp 0.7 writes `\N` (U+0085) and `\_` (U+00A0) as one byte each, which is no UTF-8; the text itself was.
void restore_escapes(std::string& text) {
    if (is_utf8(text)) return;
    std::string out;
    for (std::string_view rest = text; !rest.empty();) {
        const std::size_t length = utf8_length(rest);
        if (length == 0) out += '\xC2';
        const std::size_t taken = std::max<std::size_t>(length, 1);
        out += rest.substr(0, taken);
        rest.remove_prefix(taken);
    }
    text = std::move(out);
}

} // namespace

void LibraryBuilder::OnDocumentStart(const YAML::Mark& mark) {
    // yaml-cpp takes whatever is left over after a finished node for the next document.
    const auto at = static_cast<std::size_t>(mark.pos);
    const bool is_marked = mark.column == 0 && text_.substr(at, 3) == "---";
    if (!documents().empty() && !is_marked) {
        stop("text after the end of the document: `---` or a key was expected here", to_mark(mark), "syntax");
    }
    tree_.begin_document(to_mark(mark));
}

void LibraryBuilder::OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) {
    const Node* key = tree_.key_before_value();
    if (key != nullptr && key->plain && last_plain_ && is_colon_missing(text_, *last_plain_))
        stop("a colon is missing behind this key", key->mark, "syntax");
    tree_.leaf(Node{.mark = to_mark(mark)}, anchor);
}

void LibraryBuilder::OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                              const std::string& value) {
    Node node{.kind = Kind::scalar, .plain = tag == "?", .text = value, .mark = to_mark(mark)};
    const auto offset = static_cast<std::size_t>(mark.pos);
    if (is_specific(tag)) node.tag = tag;
    if (tag != "?" && !value.empty() && offset < text_.size() && (text_[offset] == '!' || text_[offset] == '&')) {
        node.plain = !quoted_in_text(offset); // a tag hides the quotes from yaml-cpp's tag
    }
    if (tag != "?" && value.ends_with('\n')) restore_kept_line(text_, offset, node.text);
    if (tag != "?") restore_escapes(node.text);
    if (tag != "?")
        last_quoted_ = mark;
    else
        last_plain_ = offset;
    tree_.leaf(std::move(node), anchor);
}

void LibraryBuilder::OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) {
    tree_.alias(anchor, to_mark(mark));
    last_plain_.reset();
}

void LibraryBuilder::OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                                     YAML::EmitterStyle::value style) {
    tree_.open(collection(Kind::sequence, mark, tag), anchor, style == YAML::EmitterStyle::Block);
}

void LibraryBuilder::OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                                YAML::EmitterStyle::value style) {
    tree_.open(collection(Kind::mapping, mark, tag), anchor, style == YAML::EmitterStyle::Block);
}

std::optional<Problem> LibraryBuilder::find_open_quote() const {
    if (!last_quoted_ || !is_quote_open(text_, static_cast<std::size_t>(last_quoted_->pos))) return std::nullopt;
    return Problem{
        .message = "a quoted text without its closing quote", .mark = to_mark(*last_quoted_), .code = "syntax"};
}

// Whether the scalar at `offset` (its properties come first) is quoted or a block: yaml-cpp says so only without a tag.
bool LibraryBuilder::quoted_in_text(std::size_t offset) const {
    offset = skip_properties(text_, offset);
    return offset < text_.size() && std::string_view("'\"|>").contains(text_[offset]);
}

namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 9> words{{
    {"end of map not found", "a key that belongs to nothing: its indentation fits no mapping, or a colon is missing"},
    {"end of map flow not found", "a `{` without its `}`, or a comma is missing"},
    {"end of sequence not found", "an item that belongs to nothing: its indentation fits no list"},
    {"end of sequence flow not found", "a `[` without its `]`, or a comma is missing"},
    {"illegal flow end", "a `}` or `]` that closes nothing"},
    {"illegal block entry", "a list item (`- `) cannot stand here: mind the indentation"},
    {"illegal map key", "a key cannot stand here: mind the indentation"},
    {"illegal map value", "a colon cannot stand here: put the text in quotes, or mind the indentation"},
    {"unknown token", "a plain value cannot begin with this character: put it in quotes"},
}};

// The blanks at the start of a line hold a tab.
bool is_indented_by_tab(std::string_view text, std::uint32_t number) {
    std::size_t at = 0;
    for (std::uint32_t line = 1; line < number; ++line) {
        at = text.find('\n', at);
        if (at == std::string_view::npos) return false;
        ++at;
    }
    text = text.substr(at, text.find('\n', at) - at);
    const std::size_t end = text.find_first_not_of(" \t");
    return end != std::string_view::npos && text.substr(0, end).contains('\t');
}

} // namespace

std::string in_plain_words(std::string_view message, std::string_view text, Mark mark) {
    if (mark.line > 0 && is_indented_by_tab(text, mark.line))
        return "tabs cannot be used for indentation; use spaces (" + printable(message) + ")";
    const auto* found = std::ranges::find(words, message, &std::pair<std::string_view, std::string_view>::first);
    // The library quotes a byte, which may be the first of a character.
    return found == words.end() ? printable(message) : std::string(found->second);
}

} // namespace mooring::yaml
