#include "compose/text.hpp"

#include "base/secret.hpp"
#include "compose/facts.hpp"

#include <algorithm>
#include <cstddef>

namespace mooring::compose {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
bool is_operator(char c) { return c == ';' || c == '&' || c == '|' || c == '<' || c == '>'; }

// The loader's state machine, one character at a time; a reference counts as one.
class Splitter {
  public:
    // False: a character that cannot stand here.
    bool read(char c) {
        if (escaped_) {
            escaped_ = false;
            has_word_ = true;
            add(c);
        } else if (c == '\\' && !single_) {
            escaped_ = true;
        } else if (is_blank(c)) {
            if (in_piece())
                add(c);
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

    void read_reference(std::string_view reference) {
        const bool may_end_piece = reference.find_first_of("'\"\\`()") != std::string_view::npos;
        const bool open = escaped_ || !in_piece() || may_end_piece;
        word_ += reference;
        const std::string_view quote = open ? "" : "\"";
        raw_.append(escaped_ ? "\\" : quote).append(reference).append(quote);
        open_ = open_ || open;
        escaped_ = false;
        has_word_ = true;
    }

    bool is_plain() const { return !escaped_ && !in_piece(); }

    // The words, or nullopt if something is still open.
    std::optional<std::vector<Word>> finish() {
        if (!is_plain()) return std::nullopt;
        end_word();
        return std::move(words_);
    }

  private:
    bool in_piece() const { return single_ || double_ || backquote_ || substitution_; }

    // A dollar that comes here is a literal one, whatever follows it in the word.
    void add(char c) {
        word_ += c;
        if (c == '"' || c == '\\') raw_ += '\\';
        raw_ += c;
        if (c == '$') {
            word_ += c;
            raw_ += c;
        }
    }

    void end_word() {
        if (has_word_) words_.push_back({.text = settled(std::move(open_ ? raw_ : word_)), .open = open_});
        word_.clear();
        raw_.clear();
        has_word_ = false;
        open_ = false;
    }

    bool read_special(char c) {
        const bool quoted = single_ || double_;
        if (c == '`' && !quoted && !substitution_) backquote_ = !backquote_;
        if (c == ')' && !quoted && !backquote_) substitution_ = !substitution_;
        if (c == '(' && !quoted && !backquote_) {
            if (substitution_ || !word_.ends_with('$')) return false;
            substitution_ = true;
        }
        open_ = open_ || (is_operator(c) && !in_piece());
        has_word_ = true;
        add(c);
        return true;
    }

    std::vector<Word> words_;
    std::string word_; // literal dollars doubled
    std::string raw_;  // the same with quotes around the references that stand in quotes
    bool has_word_ = false;
    bool open_ = false;
    bool escaped_ = false;
    bool single_ = false;
    bool double_ = false;
    bool backquote_ = false;
    bool substitution_ = false; // inside $(...)
};

// Reads until the text ends or does not parse; `first_operator` becomes the place of the first one.
std::optional<std::vector<Word>> split_words(std::string_view text, std::size_t& first_operator) {
    Splitter splitter;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (is_operator(text[i]) && first_operator == std::string_view::npos && splitter.is_plain()) first_operator = i;
        const std::string_view rest = text.substr(i);
        if (const std::size_t length = reference_length(rest); length != 0) {
            splitter.read_reference(rest.substr(0, length));
            i += length - 1;
            continue;
        }
        if (!splitter.read(text[i])) return std::nullopt;
        if (rest.starts_with("$$")) ++i;
    }
    return splitter.finish();
}

} // namespace

std::optional<std::vector<Word>> split_words(std::string_view text) {
    std::size_t first_operator = std::string_view::npos;
    auto words = split_words(text, first_operator);
    if (words || first_operator == std::string_view::npos) return words;
    std::size_t none = std::string_view::npos;
    words = split_words(text.substr(0, first_operator), none);
    if (words) words->push_back({.text = std::string(text.substr(first_operator)), .open = true});
    return words;
}

namespace {

bool is_single(const Value& value) {
    return value.shape == Shape::text || value.shape == Shape::number || value.shape == Shape::boolean;
}

class Display {
  public:
    explicit Display(Secrets secrets) : secrets_(secrets) {}

    // `hidden`: whatever stands below is secret.
    void append(const Value& value, bool hidden) { // NOLINT(misc-no-recursion): bounded by Limits::depth
        switch (value.shape) {
        case Shape::null:
            out_ += "null";
            break;
        case Shape::boolean:
        case Shape::number:
            hidden && !tells_nothing(value.text) ? append_json_string(out_, mask_sign) : void(out_ += value.text);
            break;
        case Shape::text:
            append_json_string(out_, shown(value.text, hidden));
            break;
        case Shape::map:
            members(value, hidden);
            break;
        case Shape::keyed:
            is_bare(value) ? identities(value, hidden) : members(value, hidden);
            break;
        case Shape::sequence:
            sequence(value, hidden);
            break;
        }
    }

    std::string take() { return std::move(out_); }

  private:
    std::string shown(std::string_view text, bool hidden) const {
        if (hidden) return std::string(tells_nothing(text) ? text : mask_sign);
        return display(text, secrets_);
    }

    static bool is_bare(const Value& value) {
        return std::ranges::all_of(value.members, [](const Member& member) { return member.value.members.empty(); });
    }

    void separate(char open) {
        if (out_.back() != open) out_ += ',';
    }

    void members(const Value& value, bool hidden) { // NOLINT(misc-no-recursion)
        out_ += '{';
        for (const Member& member : value.members) {
            separate('{');
            append_json_string(out_, display(member.key, secrets_));
            out_ += ':';
            append(member.value, hidden || (secrets_ == Secrets::masked && hides(value, member.key, member.value)));
        }
        out_ += '}';
    }

    // A set of bare elements is a list of them.
    void identities(const Value& value, bool hidden) {
        out_ += '[';
        for (const Member& member : value.members) {
            separate('[');
            append_json_string(out_, shown(member.key, hidden));
        }
        out_ += ']';
    }

    // Texts in order are the words of a command, or may be.
    void sequence(const Value& value, bool hidden) { // NOLINT(misc-no-recursion)
        const bool words =
            !hidden && secrets_ == Secrets::masked &&
            std::ranges::all_of(value.members, [](const Member& member) { return member.value.shape == Shape::text; });
        std::vector<std::string_view> texts;
        if (words) {
            for (const Member& member : value.members) texts.emplace_back(member.value.text);
        }
        const std::vector<std::string> masked = mask_words(texts);
        out_ += '[';
        for (std::size_t i = 0; i < value.members.size(); ++i) {
            separate('[');
            words ? append_json_string(out_, masked[i]) : append(value.members[i].value, hidden);
        }
        out_ += ']';
    }

    Secrets secrets_;
    std::string out_;
};

} // namespace

bool hides(const Value& map, std::string_view key, const Value& value) {
    if (value.shape == Shape::null) return false;
    if (!map.free_keys) return map.shape == Shape::map && key == "content" && !tells_nothing(value.text);
    return is_single(value) ? is_secret(key, value.text) : looks_secret(key);
}

std::string display(std::string_view text, Secrets secrets) {
    return secrets == Secrets::shown ? std::string(text) : mask_text(text);
}

std::string display(const Value& value, Secrets secrets) {
    if (value.shape == Shape::text) return display(value.text, secrets);
    Display out(secrets);
    out.append(value, false);
    return out.take();
}

} // namespace mooring::compose
