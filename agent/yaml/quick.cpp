#include "yaml/quick.hpp"

#include "yaml/duplicates.hpp"
#include "yaml/quick_scalar.hpp"

#include <algorithm>
#include <utility>

namespace mooring::yaml {
namespace {

constexpr std::size_t deepest = 40; // deeper texts are not plain

// One line with something on it.
struct Line {
    std::size_t indent;
    Piece rest; // from the first character that is no blank, without trailing blanks

    bool is_item() const { return rest.text[0] == '-' && (rest.text.size() == 1 || rest.text[1] == ' '); }
    bool is_separator() const { return indent == 0 && rest.text == "---"; }
};

// The lines that count; nullopt when a byte or a directive takes the text out of the plain.
std::optional<std::vector<Line>> lines_of(std::string_view text) {
    if (std::ranges::any_of(text, [](char c) { return (c < ' ' && c != '\n') || c > '~'; })) return std::nullopt;
    std::vector<Line> lines;
    lines.reserve(static_cast<std::size_t>(std::ranges::count(text, '\n')) + 1);
    for (std::uint32_t number = 1; !text.empty(); ++number) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        const std::size_t indent = line.find_first_not_of(' ');
        if (indent == std::string_view::npos || line[indent] == '#') continue;
        const std::string_view rest = line.substr(indent, line.find_last_not_of(' ') + 1 - indent);
        if (indent == 0 &&
            (rest[0] == '%' || rest.starts_with("...") || (rest.starts_with("---") && rest.size() > 3))) {
            return std::nullopt;
        }
        lines.push_back({indent, {rest, {number, static_cast<std::uint32_t>(indent + 1)}}});
    }
    return lines;
}

// Reads one document from its lines. Every function gives nullopt when the text is not plain enough.
class Reader {
  public:
    Reader(std::vector<Line>& lines, std::size_t begin, std::size_t end, std::size_t& nodes)
        : lines_(lines), at_(begin), end_(end), nodes_(nodes) {}

    std::optional<Node> document() {
        auto root = block(1);
        if (!root || at_ != end_) return std::nullopt;
        return root;
    }

  private:
    bool more_at(std::size_t indent) const { return at_ < end_ && lines_[at_].indent == indent; }
    bool deeper_than(std::size_t indent) const { return at_ < end_ && lines_[at_].indent > indent; }

    std::optional<Node> block(std::size_t depth) {
        if (depth > deepest) return std::nullopt;
        return lines_[at_].is_item() ? sequence(depth) : mapping(depth);
    }

    // How many entries of this indentation follow: moving nodes while a list grows costs more than counting first.
    std::size_t siblings(std::size_t indent) const {
        std::size_t count = 0;
        for (std::size_t i = at_; i < end_ && lines_[i].indent >= indent; ++i)
            count += lines_[i].indent == indent ? 1 : 0;
        return count;
    }

    std::optional<Node> mapping(std::size_t depth) {
        const std::size_t indent = lines_[at_].indent;
        Node node{.kind = Kind::mapping, .mark = lines_[at_].rest.mark};
        node.entries.reserve(siblings(indent));
        ++nodes_;
        while (more_at(indent)) {
            const Piece line = lines_[at_].rest;
            const auto key = lines_[at_].is_item() ? std::nullopt : find_key(line.text);
            if (!key) return std::nullopt;
            std::size_t ignored = 0;
            auto name = read_inline({line.text.substr(0, key->end), line.mark}, ignored, 0);
            if (!name || name->kind != Kind::scalar) return std::nullopt;
            auto value = after(line.from(key->after), indent, depth, true);
            if (!value) return std::nullopt;
            ++nodes_;
            node.entries.emplace_back(std::move(*name), std::move(*value));
        }
        if (find_duplicate_key(node)) return std::nullopt;
        return node;
    }

    std::optional<Node> sequence(std::size_t depth) {
        if (depth > deepest) return std::nullopt;
        const std::size_t indent = lines_[at_].indent;
        Node node{.kind = Kind::sequence, .mark = lines_[at_].rest.mark};
        ++nodes_;
        while (more_at(indent) && lines_[at_].is_item()) {
            auto item = after_dash(indent, depth);
            if (!item) return std::nullopt;
            node.items.push_back(std::move(*item));
        }
        return node;
    }

    // `- ` and what follows it on the line: a scalar, or the first line of a collection whose indentation is where it
    // starts.
    std::optional<Node> after_dash(std::size_t indent, std::size_t depth) {
        Line& line = lines_[at_];
        const Piece rest = line.rest.from(1);
        const std::size_t blanks = rest.text.find_first_not_of(' ');
        if (blanks == std::string_view::npos || rest.text[blanks] == '#') return after(rest, indent, depth, false);
        const Piece content = rest.from(blanks);
        Line inner{.indent = indent + 1 + blanks, .rest = content};
        if (!inner.is_item() && !find_key(content.text)) return after(rest, indent, depth, false);
        line = inner;
        return block(depth + 1);
    }

    // The value behind a colon or a dash: on the same line, or the block below, or nothing.
    std::optional<Node> after(const Piece& piece, std::size_t indent, std::size_t depth, bool of_key) {
        const std::size_t blanks = piece.text.find_first_not_of(' ');
        ++at_;
        if (blanks != std::string_view::npos && piece.text[blanks] != '#') {
            if (deeper_than(indent)) return std::nullopt; // a continued line
            return read_inline(piece.from(blanks), nodes_, deepest - depth);
        }
        if (deeper_than(indent)) return block(depth + 1);
        if (of_key && more_at(indent) && lines_[at_].is_item()) return sequence(depth + 1);
        ++nodes_;
        return Node{.mark = piece.mark};
    }

    std::vector<Line>& lines_;
    std::size_t at_;
    std::size_t end_;
    std::size_t& nodes_;
};

} // namespace

std::optional<std::vector<Node>> parse_quickly(std::string_view text, const Limits& limits) {
    if (text.size() > limits.bytes || limits.depth < deepest + 2) return std::nullopt;
    auto lines = lines_of(text);
    if (!lines || lines->empty()) return std::nullopt;
    std::vector<Node> documents;
    std::size_t nodes = 0;
    for (std::size_t begin = (*lines)[0].is_separator() ? 1 : 0; begin <= lines->size();) {
        const auto from = lines->begin() + static_cast<std::ptrdiff_t>(begin);
        const auto end = static_cast<std::size_t>(
            std::find_if(from, lines->end(), [](const Line& line) { return line.is_separator(); }) - lines->begin());
        if (end == begin || documents.size() >= limits.documents) return std::nullopt; // an empty document
        auto document = Reader(*lines, begin, end, nodes).document();
        if (!document || nodes > limits.expanded_nodes) return std::nullopt;
        documents.push_back(std::move(*document));
        begin = end + 1;
    }
    return documents;
}

} // namespace mooring::yaml
