#include "yaml/quick_block.hpp"

#include "yaml/quick_scalar.hpp"

namespace mooring::yaml {
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
