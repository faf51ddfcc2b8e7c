#include "compose/words.hpp"

#include <cstddef>

namespace mooring::compose {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

// The loader's state machine, one character at a time.
class Splitter {
  public:
    // False: a character that cannot stand here.
    bool read(char c) {
        if (escaped_) {
            escaped_ = false;
            add(c);
        } else if (c == '\\' && !single_) {
            escaped_ = true;
        } else if (is_blank(c)) {
            if (in_piece())
                word_ += c;
            else
                end_word();
        } else if (c == '"' && !single_ && !substitution_) {
            has_word_ = has_word_ || double_;
            double_ = !double_;
        } else if (c == '\'' && !double_ && !substitution_) {
            has_word_ = has_word_ || single_;
            single_ = !single_;
        } else {
            return read_special(c);
        }
        return true;
    }

    bool is_plain() const { return !escaped_ && !in_piece(); }

    // The words, or nullopt if something is still open.
    std::optional<std::vector<std::string>> finish() {
        if (!is_plain()) return std::nullopt;
        end_word();
        return std::move(words_);
    }

  private:
    bool in_piece() const { return single_ || double_ || backquote_ || substitution_; }

    void add(char c) {
        word_ += c;
        has_word_ = true;
    }

    void end_word() {
        if (has_word_) words_.push_back(std::move(word_));
        word_.clear();
        has_word_ = false;
    }

    bool read_special(char c) {
        const bool quoted = single_ || double_;
        if (c == '`' && !quoted && !substitution_) backquote_ = !backquote_;
        if (c == ')' && !quoted && !backquote_) substitution_ = !substitution_;
        if (c == '(' && !quoted && !backquote_) {
            if (substitution_ || !word_.ends_with('$')) return false;
            substitution_ = true;
        }
        add(c);
        return true;
    }

    std::vector<std::string> words_;
    std::string word_;
    bool has_word_ = false;
    bool escaped_ = false;
    bool single_ = false;
    bool double_ = false;
    bool backquote_ = false;
    bool substitution_ = false; // inside $(...)
};

bool is_operator(char c) { return c == ';' || c == '&' || c == '|' || c == '<' || c == '>'; }

// Reads until the text ends or does not parse; `first_operator` becomes the place of the first one.
std::optional<std::vector<std::string>> split(std::string_view text, std::size_t& first_operator) {
    Splitter splitter;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (is_operator(text[i]) && first_operator == std::string_view::npos && splitter.is_plain()) first_operator = i;
        if (!splitter.read(text[i])) return std::nullopt;
    }
    return splitter.finish();
}

} // namespace

std::optional<std::vector<std::string>> split_words(std::string_view text) {
    std::size_t first_operator = std::string_view::npos;
    auto words = split(text, first_operator);
    if (words || first_operator == std::string_view::npos) return words;
    std::size_t none = std::string_view::npos;
    words = split(text.substr(0, first_operator), none);
    if (words) words->emplace_back(text.substr(first_operator));
    return words;
}

} // namespace mooring::compose
