#include "yaml/quick.hpp"

#include "yaml/parts.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace mooring::yaml {
namespace {

constexpr std::size_t deepest = 40;    // deeper texts are not plain
constexpr std::size_t usual_line = 32; // bytes

// No control character, which a tab is, too.
bool is_printable(std::string_view line) {
    return std::ranges::all_of(line, [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte >= ' ' && byte != 0x7F;
    });
}

// A text beyond ASCII that both libraries read as it stands: UTF-8 without control characters, without line ends and
// marks that only one of the two knows.
bool is_plain_utf8(std::string_view text) {
    std::string store;
    const auto decoded = decode(text, store);
    return decoded && decoded->data() == text.data() && !has_odd_characters(text);
}

// Whether all bytes lie between the blank and the tilde. Eight at a time, because every byte of every file comes by
// here: whatever is not among them sets the highest bit of its byte in one of the three terms.
bool is_printable_ascii(std::string_view line) {
    constexpr std::uint64_t each = 0x0101010101010101;
    for (std::uint64_t word = 0; line.size() >= sizeof word; line.remove_prefix(sizeof word)) {
        std::memcpy(&word, line.data(), sizeof word);
        if (((word | (word + each) | (word - ' ' * each)) & (0x80 * each)) != 0) return false;
    }
    return std::ranges::all_of(line, [](char c) { return c >= ' ' && c <= '~'; });
}

// One line with something on it.
struct Line {
    std::size_t indent;
    Piece rest; // from the first character that is no blank, without trailing blanks

    bool is_item() const { return rest.text[0] == '-' && (rest.text.size() == 1 || rest.text[1] == ' '); }
    bool is_separator() const { return indent == 0 && rest.text == "---"; }
};

// The lines that count; nullopt when a byte or a directive takes the text out of the plain.
std::optional<std::vector<Line>> lines_of(std::string_view text) {
    std::vector<Line> lines;
    lines.reserve(text.size() / usual_line);
    const std::string_view all = text;
    bool is_ascii = true;
    for (std::uint32_t number = 1; !text.empty(); ++number) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (!is_printable_ascii(line)) {
            if (!is_printable(line)) return std::nullopt;
            is_ascii = false;
        }
        const std::size_t indent = line.find_first_not_of(' ');
        if (indent == std::string_view::npos || line[indent] == '#') continue;
        const std::string_view rest = line.substr(indent, line.find_last_not_of(' ') + 1 - indent);
        if (indent == 0 &&
            (rest[0] == '%' || rest.starts_with("...") || (rest.starts_with("---") && rest.size() > 3))) {
            return std::nullopt;
        }
        lines.push_back({indent, {rest, {number, static_cast<std::uint32_t>(indent + 1)}}});
    }
    if (!is_ascii && !is_plain_utf8(all)) return std::nullopt;
    return lines;
}

// Reads one document from its lines, each node where it stays: what is moved from place to place costs more than what
// is read. Every function gives false when the text is not plain enough.
class QuickReader {
  public:
    QuickReader(std::string_view text, std::vector<Line>& lines, std::size_t& nodes, Anchors& anchors)
        : text_(text), lines_(lines), nodes_(nodes), anchors_(anchors) {}

    // The lines from `begin` to `end`.
    bool document(std::size_t begin, std::size_t end, Node& root) {
        at_ = begin;
        end_ = end;
        anchors_.begin_document();
        anchors_.has_merge_key = false;
        if (!block(1, root) || at_ != end_) return false;
        return !anchors_.has_merge_key || !write_out_merge_keys(root);
    }

  private:
    bool more_at(std::size_t indent) const { return at_ < end_ && lines_[at_].indent == indent; }
    bool deeper_than(std::size_t indent) const { return at_ < end_ && lines_[at_].indent > indent; }

    bool block(std::size_t depth, Node& node) {
        if (depth > deepest) return false;
        return lines_[at_].is_item() ? sequence(depth, node) : mapping(depth, node);
    }

    // How many entries of this indentation follow at most, so that no list of nodes grows by moving them.
    std::size_t siblings(std::size_t indent) const {
        std::size_t count = 0;
        for (std::size_t i = at_; i < end_ && lines_[i].indent >= indent; ++i)
            count += lines_[i].indent == indent ? 1 : 0;
        return count;
    }

    bool mapping(std::size_t depth, Node& node) {
        const std::size_t indent = lines_[at_].indent;
        node.kind = Kind::mapping;
        node.mark = lines_[at_].rest.mark;
        node.entries.reserve(siblings(indent));
        ++nodes_;
        while (more_at(indent)) {
            const Piece line = lines_[at_].rest;
            const auto key = lines_[at_].is_item() ? std::nullopt : find_key(line.text);
            if (!key) return false;
            auto& [name, value] = node.entries.emplace_back(Node{}, Node{});
            std::size_t ignored = 0;
            if (!read_inline({line.text.substr(0, key->end), line.mark}, ignored, anchors_, 0, name)) return false;
            if (name.plain && name.text == "<<") anchors_.has_merge_key = true;
            if (name.kind != Kind::scalar || !after(line.from(key->after), indent, depth, true, value)) return false;
            ++nodes_;
        }
        return !find_duplicate_key(node);
    }

    bool sequence(std::size_t depth, Node& node) {
        if (depth > deepest) return false;
        const std::size_t indent = lines_[at_].indent;
        node.kind = Kind::sequence;
        node.mark = lines_[at_].rest.mark;
        ++nodes_;
        while (more_at(indent) && lines_[at_].is_item()) {
            if (!after_dash(indent, depth, node.items.emplace_back())) return false;
        }
        return true;
    }

    // `- ` and what follows it on the line: a scalar, or the first line of a collection whose indentation is where it
    // starts.
    bool after_dash(std::size_t indent, std::size_t depth, Node& node) {
        Line& line = lines_[at_];
        const Piece rest = line.rest.from(1);
        const std::size_t blanks = rest.text.find_first_not_of(' ');
        if (blanks == std::string_view::npos || rest.text[blanks] == '#')
            return after(rest, indent, depth, false, node);
        const Piece content = rest.from(blanks);
        Line inner{.indent = indent + 1 + blanks, .rest = content};
        if (!inner.is_item() && !find_key(content.text)) return after(rest, indent, depth, false, node);
        line = inner;
        return block(depth + 1, node);
    }

    // The value behind a colon or a dash: on the same line, or the block below, or nothing.
    bool after(const Piece& piece, std::size_t indent, std::size_t depth, bool of_key, Node& node) {
        const std::size_t blanks = piece.text.find_first_not_of(' ');
        ++at_;
        if (blanks != std::string_view::npos && piece.text[blanks] != '#') {
            return value(piece.from(blanks), indent, depth, node);
        }
        if (deeper_than(indent)) return block(depth + 1, node);
        if (of_key && more_at(indent) && lines_[at_].is_item()) return sequence(depth + 1, node);
        ++nodes_;
        node.mark = piece.mark;
        return true;
    }

    bool value(const Piece& piece, std::size_t indent, std::size_t depth, Node& node) {
        if (piece.text[0] == '&') return anchored(piece, indent, depth, node);
        if (piece.text[0] == '|' || piece.text[0] == '>') return block_scalar(piece, indent, node);
        // What is deeper than a value would be its continued line.
        return !deeper_than(indent) && read_inline(piece, nodes_, anchors_, deepest - depth, node);
    }

    // `&name` and its value behind it, or the block below. As in the libraries the node's place is the anchor's.
    bool anchored(const Piece& piece, std::size_t indent, std::size_t depth, Node& node) {
        const std::size_t length = anchor_length(piece.text.substr(1));
        if (length == 0) return false;
        const Piece rest = piece.from(1 + length);
        const std::size_t number = anchors_.begin(piece.text.substr(1, length));
        if (is_rest_of_line(rest.text)) {
            if (!deeper_than(indent) || !block(depth + 1, node)) return false;
        } else {
            if (rest.text[0] != ' ' || deeper_than(indent)) return false;
            const Piece content = rest.from(rest.text.find_first_not_of(' '));
            if (content.text[0] == '*' || !read_inline(content, nodes_, anchors_, deepest - depth, node)) return false;
        }
        node.mark = piece.mark;
        return anchors_.finish(number, node);
    }

    bool block_scalar(const Piece& header, std::size_t indent, Node& node) {
        const auto from = static_cast<std::size_t>(header.text.data() + header.text.size() - text_.data());
        const std::size_t line_end = text_.find('\n', from);
        if (line_end == std::string_view::npos) return false;
        auto block = read_block_scalar(header.text, text_.substr(line_end + 1), indent);
        if (!block) return false;
        node.kind = Kind::scalar;
        node.mark = header.mark;
        node.text = std::move(block->text);
        ++nodes_;
        while (at_ < end_ && lines_[at_].rest.mark.line <= header.mark.line + block->lines) ++at_;
        return !deeper_than(indent);
    }

    std::string_view text_;
    std::vector<Line>& lines_;
    std::size_t at_ = 0;
    std::size_t end_ = 0;
    std::size_t& nodes_;
    Anchors& anchors_;
};

} // namespace

std::optional<std::vector<Node>> parse_quickly(std::string_view text, const Limits& limits) {
    if (text.size() > limits.bytes || limits.depth < deepest + 2) return std::nullopt;
    auto lines = lines_of(text);
    if (!lines || lines->empty()) return std::nullopt;
    std::vector<Node> documents;
    std::size_t nodes = 0;
    Anchors anchors(nodes, text.size(), limits);
    QuickReader reader(text, *lines, nodes, anchors);
    for (std::size_t begin = (*lines)[0].is_separator() ? 1 : 0; begin <= lines->size();) {
        const auto from = lines->begin() + static_cast<std::ptrdiff_t>(begin);
        const auto end = static_cast<std::size_t>(
            std::find_if(from, lines->end(), [](const Line& line) { return line.is_separator(); }) - lines->begin());
        if (end == begin || documents.size() >= limits.documents) return std::nullopt; // an empty document
        if (!reader.document(begin, end, documents.emplace_back())) return std::nullopt;
        if (nodes > limits.expanded_nodes) return std::nullopt;
        begin = end + 1;
    }
    return documents;
}

} // namespace mooring::yaml
