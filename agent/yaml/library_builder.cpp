#include "yaml/library_builder.hpp"

#include "base/text.hpp"
#include "yaml/parts.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

namespace mooring::yaml {
namespace {

// yaml-cpp counts from 0, people from 1.
Mark to_mark(const YAML::Mark& mark) {
    return {.line = static_cast<std::uint32_t>(mark.line + 1), .column = static_cast<std::uint32_t>(mark.column + 1)};
}

bool is_specific(const std::string& tag) { return !tag.empty() && tag != "?" && tag != "!"; }

Node collection(Kind kind, const YAML::Mark& mark, const std::string& tag) {
    return {.kind = kind, .tag = is_specific(tag) ? tag : std::string{}, .mark = to_mark(mark)};
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
    {"unknown token", "a text cannot begin with this character: put it in quotes"},
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
