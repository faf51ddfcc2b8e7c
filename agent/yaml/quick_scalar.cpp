#include "yaml/quick.hpp"

#include "yaml/parts.hpp"

#include <utility>

namespace mooring::yaml {
namespace {

constexpr std::size_t longest_key = 1000; // a simple key may have 1024 characters

constexpr std::string_view never_first = ",[]{}#&*!|>'\"%@`?:";

// Whether a plain scalar may start here: `-` only when a word follows it.
bool may_start_plain(std::string_view text) {
    if (text.empty() || never_first.contains(text[0])) return false;
    if (text[0] != '-') return true;
    return text.size() > 1 && text[1] != ' ' && !text.starts_with("---") &&
           !std::string_view(",[]{}").contains(text[1]);
}

std::string_view without_trailing_blanks(std::string_view text) {
    const std::size_t last = text.find_last_not_of(' ');
    return last == std::string_view::npos ? std::string_view{} : text.substr(0, last + 1);
}

std::size_t skip_blanks(std::string_view text, std::size_t at) {
    while (at < text.size() && text[at] == ' ') ++at;
    return at;
}

// Where ` #` stands; npos if nowhere. By the rarer of the two characters, as has_key().
std::size_t find_comment(std::string_view text) {
    std::size_t at = text.find('#', 1);
    while (at != std::string_view::npos && text[at - 1] != ' ') at = text.find('#', at + 1);
    return at == std::string_view::npos ? at : at - 1;
}

// Whether `: ` stands in it.
bool has_key(std::string_view text) {
    for (std::size_t at = text.find(':'); at != std::string_view::npos; at = text.find(':', at + 1)) {
        if (at + 1 < text.size() && text[at + 1] == ' ') return true;
    }
    return false;
}

// What a backslash and this character mean; nothing for the rarer ones.
std::optional<char> unescaped(char c) {
    switch (c) {
    case 'n':
        return '\n';
    case 't':
        return '\t';
    case '"':
    case '\\':
        return c;
    default:
        return std::nullopt;
    }
}

// The length of the quoted scalar at the start, quotes included; 0 if it does not end on this line or has rare escapes.
std::size_t quoted_length(std::string_view text) {
    const char quote = text[0];
    std::size_t end = text.find(quote, 1);
    if (quote == '"') {
        const std::size_t escape = text.substr(0, end).find('\\');
        for (end = escape == std::string_view::npos ? end : escape; end < text.size() && text[end] != '"'; ++end) {
            if (text[end] == '\\' && (++end == text.size() || !unescaped(text[end]))) return 0;
        }
        return end < text.size() ? end + 1 : 0;
    }
    while (end != std::string_view::npos && end + 1 < text.size() && text[end + 1] == quote) {
        end = text.find(quote, end + 2);
    }
    return end == std::string_view::npos ? 0 : end + 1;
}

void put_unquoted(std::string_view quoted, Mark mark, Node& into) {
    const std::string_view inner = quoted.substr(1, quoted.size() - 2);
    const char escape = quoted[0] == '"' ? '\\' : '\'';
    into.kind = Kind::scalar;
    into.text = inner;
    into.mark = mark;
    if (!inner.contains(escape)) return;
    std::string& out = into.text;
    std::size_t kept = 0; // a quote inside single ones is written twice
    for (std::size_t i = 0; i < inner.size(); ++i) {
        const bool is_escape = inner[i] == escape;
        if (is_escape) ++i;
        out[kept++] = is_escape && escape == '\\' ? unescaped(inner[i]).value_or(inner[i]) : inner[i];
    }
    out.resize(kept);
}

// A plain scalar; yaml-cpp takes these four words for the absence of a value.
void put_plain(std::string_view text, Mark mark, Node& into) {
    into.mark = mark;
    if (text == "~" || text == "null" || text == "Null" || text == "NULL") return;
    into.kind = Kind::scalar;
    into.plain = true;
    into.text = text;
}

// One flow collection; `at_` runs over the piece.
class Flow {
  public:
    Flow(const Piece& piece, std::size_t& nodes, Anchors& anchors, std::size_t depth)
        : piece_(piece), nodes_(nodes), anchors_(anchors), depth_(depth) {}

    bool read(Node& into) {
        at_ = skip_blanks(piece_.text, at_);
        if (at_ >= piece_.text.size()) return false;
        ++nodes_;
        switch (piece_.text[at_]) {
        case '[':
            return collection(Kind::sequence, ']', into);
        case '{':
            return collection(Kind::mapping, '}', into);
        case '"':
        case '\'':
            return quoted(into);
        case '*':
            return alias(into);
        default:
            return plain(into);
        }
    }

    std::size_t at() const { return at_; }

  private:
    Mark here() const { return piece_.from(at_).mark; }
    char next() const { return at_ < piece_.text.size() ? piece_.text[at_] : '\0'; }

    bool quoted(Node& into) {
        const std::size_t length = quoted_length(piece_.text.substr(at_));
        if (length == 0) return false;
        put_unquoted(piece_.text.substr(at_, length), here(), into);
        at_ += length;
        return true;
    }

    bool alias(Node& into) {
        const std::size_t length = anchor_length(piece_.text.substr(at_ + 1));
        if (length == 0 || !anchors_.alias(piece_.text.substr(at_ + 1, length), depth_, into)) return false;
        at_ += 1 + length;
        return true;
    }

    bool plain(Node& into) {
        const std::string_view rest = piece_.text.substr(at_);
        if (!may_start_plain(rest)) return false;
        std::size_t end = 0;
        for (; end < rest.size() && rest[end] != ',' && rest[end] != ']' && rest[end] != '}'; ++end) {
            const char c = rest[end];
            if (c == '[' || c == '{' || c == '?') return false;
            if (c == '#' && rest[end - 1] == ' ') return false;
            if (c == ':' && (end + 1 == rest.size() || std::string_view(" ,]}").contains(rest[end + 1]))) break;
        }
        put_plain(without_trailing_blanks(rest.substr(0, end)), here(), into);
        at_ += end;
        return true;
    }

    bool collection(Kind kind, char close, Node& node) {
        if (depth_ == 0) return false;
        --depth_;
        node.kind = kind;
        node.mark = here();
        ++at_;
        at_ = skip_blanks(piece_.text, at_);
        while (next() != close) {
            if (!(kind == Kind::sequence ? read(node.items.emplace_back()) : entry(node))) return false;
            at_ = skip_blanks(piece_.text, at_);
            if (next() == close) break;
            if (next() != ',') return false;
            ++at_;
            at_ = skip_blanks(piece_.text, at_);
            if (next() == close) return false; // a trailing comma: let the library decide
        }
        ++at_;
        ++depth_;
        return kind != Kind::mapping || !find_duplicate_key(node);
    }

    bool entry(Node& node) {
        auto& [key, value] = node.entries.emplace_back(Node{}, Node{});
        if (next() == '*' || !read(key) || key.kind != Kind::scalar) return false;
        if (key.plain && key.text == "<<") anchors_.has_merge_key = true;
        at_ = skip_blanks(piece_.text, at_);
        if (next() != ':' || at_ + 1 >= piece_.text.size() || piece_.text[at_ + 1] != ' ') return false;
        ++at_;
        return read(value);
    }

    const Piece& piece_;
    std::size_t& nodes_;
    Anchors& anchors_;
    std::size_t depth_;
    std::size_t at_ = 0;
};

// A plain scalar of block context: up to a comment, without anything that could be read as a key.
bool read_plain(const Piece& piece, Node& into) {
    if (!may_start_plain(piece.text)) return false;
    const std::string_view text = without_trailing_blanks(piece.text.substr(0, find_comment(piece.text)));
    if (text.ends_with(':') || has_key(text)) return false;
    put_plain(text, piece.mark, into);
    return true;
}

} // namespace

bool is_rest_of_line(std::string_view text) {
    const std::size_t at = skip_blanks(text, 0);
    return at == text.size() || (text[at] == '#' && at > 0);
}

std::optional<KeyPlace> find_key(std::string_view line) {
    if (line[0] == '"' || line[0] == '\'') {
        const std::size_t end = quoted_length(line);
        if (end == 0 || end > longest_key || end >= line.size() || line[end] != ':') return std::nullopt;
        if (end + 1 < line.size() && line[end + 1] != ' ') return std::nullopt;
        return KeyPlace{.end = end, .after = end + 1};
    }
    if (!may_start_plain(line)) return std::nullopt;
    std::size_t colon = line.find(':');
    while (colon != std::string_view::npos && colon + 1 < line.size() && line[colon + 1] != ' ') {
        colon = line.find(':', colon + 1);
    }
    if (colon > longest_key || line[colon - 1] == ' ') return std::nullopt; // npos is larger too
    const std::string_view key = line.substr(0, colon);
    if (find_comment(key) < colon) return std::nullopt;
    return KeyPlace{.end = colon, .after = colon + 1};
}

bool read_inline(const Piece& piece, std::size_t& nodes, Anchors& anchors, std::size_t depth, Node& into) {
    const char first = piece.text[0];
    if (first == '"' || first == '\'') {
        const std::size_t length = quoted_length(piece.text);
        if (length == 0 || !is_rest_of_line(piece.text.substr(length))) return false;
        ++nodes;
        put_unquoted(piece.text.substr(0, length), piece.mark, into);
        return true;
    }
    if (first != '[' && first != '{' && first != '*') {
        ++nodes;
        return read_plain(piece, into);
    }
    Flow flow(piece, nodes, anchors, depth);
    return flow.read(into) && is_rest_of_line(piece.text.substr(flow.at()));
}

} // namespace mooring::yaml
