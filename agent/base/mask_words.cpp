// A text as the words of a shell, or of a list in brackets.
#include "base/mask_parts.hpp"

#include <algorithm>

namespace mooring::masking {
namespace {

constexpr int most_depth = 4;     // of commands inside of quoted commands
constexpr int most_unclosed = 16; // quotes for which an end is looked for in vain

class Splitter {
  public:
    explicit Splitter(std::string_view text) : text_(text) {}

    std::vector<Word> run() {
        while (at_ < text_.size()) {
            const char c = text_[at_];
            if (c == '\n') {
                end_command();
            } else if (is_blank(c)) {
                ++at_;
            } else if (c == ';' || c == '|' || c == '&' || c == '(' || c == ')') {
                end_command();
            } else if (starts_inner_command(at_)) {
                end_command();
                if (at_ < text_.size() && text_[at_] == '(') ++at_;
            } else if (is_list_sign(at_)) {
                ++at_;
            } else {
                take_word();
            }
        }
        return std::move(words_);
    }

  private:
    void end_command() {
        words_.push_back({.text = text_.substr(at_, 1), .from = at_, .to = at_ + 1, .ends_command = true});
        ++at_;
    }

    bool starts_inner_command(std::size_t at) const { return text_[at] == '`' || text_.substr(at).starts_with("$("); }

    // `[`, `]`, `{`, `}` and `,` beside a quote are a list's, the first two and the comma beside a blank, too.
    bool is_list_sign(std::size_t at) const {
        if (std::string_view("[]{},").find(text_[at]) == std::string_view::npos) return false;
        const bool brace = text_[at] == '{' || text_[at] == '}';
        const char before = at > 0 ? text_[at - 1] : ' ';
        const char after = at + 1 < text_.size() ? text_[at + 1] : ' ';
        const auto sets_apart = [brace](char c) {
            return is_quote(c) || c == '\\' || (!brace && (is_space(c) || c == '[' || c == ']'));
        };
        return sets_apart(before) || sets_apart(after);
    }

    // "word", 'word', \"word\": all of it in quotes.
    bool take_quoted() {
        std::size_t quote = at_;
        while (quote < text_.size() && text_[quote] == '\\') ++quote;
        if (quote >= text_.size() || (text_[quote] != '"' && text_[quote] != '\'')) return false;
        const std::string_view sign = text_.substr(at_, quote + 1 - at_);
        std::size_t close = quote + 1;
        for (; close < text_.size(); ++close) {
            if (text_.substr(close).starts_with(sign)) break;
            if (text_[close] == '\\') ++close;
        }
        if (close >= text_.size()) {
            ++unclosed_;
            return false;
        }
        const std::size_t to = close + sign.size();
        if (to < text_.size() && !is_space(text_[to]) &&
            std::string_view(",;|&)]}:").find(text_[to]) == std::string_view::npos)
            return false;
        const std::size_t after = std::min(text_.find_first_not_of(' ', to), text_.size() - 1);
        words_.push_back({.text = text_.substr(quote + 1, close - quote - 1),
                          .from = at_,
                          .to = to,
                          .quoted = true,
                          .is_key = to < text_.size() && text_[after] == ':'});
        at_ = to;
        return true;
    }

    void take_word() {
        if (unclosed_ < most_unclosed && (text_[at_] == '\\' || is_quote(text_[at_])) && take_quoted()) return;
        const std::size_t from = at_;
        char quote = 0;
        for (; at_ < text_.size() && text_[at_] != '\n'; ++at_) {
            const char c = text_[at_];
            if (is_quote(c) && c != '`') quote = quote == 0 ? c : quote == c ? 0 : quote;
            if (quote != 0) continue;
            if (c == '\\' && at_ + 1 < text_.size() && text_[at_ + 1] == ' ') {
                ++at_;
                continue;
            }
            if (at_ > from && starts_inner_command(at_)) break;
            if (c == '\\' && at_ + 1 < text_.size() && is_quote(text_[at_ + 1]) && at_ > from) break;
            if (is_blank(c) || c == ';' || c == '|' || (c == '&' && is_end(at_)) || (at_ > from && is_list_sign(at_)))
                break;
        }
        if (at_ == from) ++at_;
        words_.push_back({.text = text_.substr(from, at_ - from), .from = from, .to = at_});
    }

    // `a&b` is a query, `a &` and `a && b` are not.
    bool is_end(std::size_t at) const {
        const char after = at + 1 < text_.size() ? text_[at + 1] : ' ';
        return is_space(after) || after == '&';
    }

    std::string_view text_;
    std::size_t at_ = 0;
    int unclosed_ = 0; // quotes without an end, which were looked for in vain
    std::vector<Word> words_;
};

void find_at(const Search& search, std::size_t offset, int depth) { // NOLINT(misc-no-recursion): most_depth
    const std::vector<Word> words = Splitter(search.text).run();
    for (const WordSpan& found : find_in_words(words, search.options)) {
        search.add(offset + found.span.from, offset + found.span.to, found.span.name);
    }
    if (depth == most_depth) return;
    for (const Word& word : words) {
        if (!word.quoted || !word.text.contains(' ')) continue;
        const Search inside{word.text, search.options, search.found};
        find_at(inside, offset + static_cast<std::size_t>(word.text.data() - search.text.data()), depth + 1);
    }
}

} // namespace

void find_in_command(const Search& search) { find_at(search, 0, 0); }

} // namespace mooring::masking
