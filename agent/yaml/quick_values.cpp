#include "yaml/quick.hpp"

#include <algorithm>
#include <ranges>

namespace mooring::yaml {
namespace {

bool is_of_name(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

} // namespace

std::size_t anchor_length(std::string_view text) {
    const auto end = static_cast<std::size_t>(std::ranges::find_if_not(text, is_of_name) - text.begin());
    return end == text.size() || std::string_view(" ,]}").contains(text[end]) ? end : 0;
}

std::size_t Anchors::begin(std::string_view name) {
    all_.push_back({.name = name});
    return all_.size() - 1;
}

bool Anchors::finish(std::size_t number, const Node& node) {
    Anchor& anchor = all_[number];
    anchor.size = measure(node);
    copied_ += anchor.size.nodes;
    if (copied_ > limits_.expanded_nodes) return false;
    anchor.node = node;
    anchor.complete = true;
    return true;
}

bool Anchors::alias(std::string_view name, std::size_t most_levels, Node& into) {
    const auto reversed = all_ | std::views::reverse;
    const auto found = std::ranges::find(reversed, name, &Anchor::name);
    if (found == reversed.end() || !found->complete || found->size.levels > most_levels) return false;
    nodes_ += found->size.nodes;
    bytes_ += found->size.bytes;
    if (nodes_ > limits_.expanded_nodes || bytes_ > limits_.bytes) return false;
    into = found->node;
    return true;
}

Anchors::Size Anchors::measure(const Node& node) { // NOLINT(misc-no-recursion): as deep as the reader went
    Size all{.nodes = 1, .bytes = node.text.size(), .levels = 0};
    const auto add = [&all](const Size& one) {
        all.nodes += one.nodes;
        all.bytes += one.bytes;
        all.levels = std::max(all.levels, one.levels);
    };
    for (const Node& item : node.items) add(measure(item));
    for (const auto& [key, value] : node.entries) {
        add(measure(key));
        add(measure(value));
    }
    if (node.kind == Kind::sequence || node.kind == Kind::mapping) ++all.levels;
    return all;
}

namespace {

// The lines of one block, put together as the header says.
class Block {
  public:
    Block(bool folded, std::size_t parent) : folded_(folded), parent_(parent) {}

    enum class Step { taken, ended, doubtful };
    Step take(std::string_view line) {
        const std::size_t start = line.find_first_not_of(' ');
        if (start == std::string_view::npos) {
            if (text_.empty() || line.size() > indent_) return Step::doubtful;
            ++empty_;
            return Step::taken;
        }
        if (text_.empty()) indent_ = start;
        if (start < indent_) return Step::ended;
        if (indent_ <= parent_ || (folded_ && start > indent_)) return Step::doubtful;
        add(line.substr(indent_));
        return Step::taken;
    }

    std::string& text() { return text_; }
    std::size_t empty_lines() const { return empty_; } // behind the last line

  private:
    void add(std::string_view line) {
        if (!text_.empty()) {
            if (folded_ && empty_ == 0)
                text_ += ' ';
            else
                text_.append(folded_ ? empty_ : empty_ + 1, '\n');
        }
        text_ += line;
        empty_ = 0;
    }

    bool folded_;
    std::size_t parent_;
    std::size_t indent_ = 0;
    std::size_t empty_ = 0;
    std::string text_;
};

} // namespace

std::optional<BlockText> read_block_scalar(std::string_view header, std::string_view below, std::size_t parent) {
    const bool strip = header.size() > 1 && header[1] == '-';
    if (!is_rest_of_line(header.substr(strip ? 2 : 1))) return std::nullopt;
    Block block(header[0] == '>', parent);
    std::size_t lines = 0;
    while (!below.empty()) {
        const std::size_t end = below.find('\n');
        if (end == std::string_view::npos) return std::nullopt;
        const Block::Step step = block.take(below.substr(0, end));
        if (step == Block::Step::doubtful) return std::nullopt;
        if (step == Block::Step::ended) break;
        below.remove_prefix(end + 1);
        ++lines;
    }
    if (block.text().empty()) return std::nullopt;
    if (!strip) block.text() += '\n';
    return BlockText{.text = std::move(block.text()), .lines = lines - block.empty_lines()};
}

} // namespace mooring::yaml
