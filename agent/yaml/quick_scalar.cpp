#include "yaml/quick_scalar.hpp"

#include "yaml/duplicates.hpp"

#include <utility>

namespace mooring::yaml {
namespace {

constexpr std::size_t longest_key = 1000; // a simple key may have 1024 characters

constexpr std::string_view never_first = ",[]{}#&*!|>'\"%@`?:";

// Whether a plain scalar may start here: `-` only when a word follows it.
bool may_start_plain(std::string_view text) {
    if (text.empty() || never_first.contains(text[0])) return false;
    if (text[0] != '-') return true;
    return text.size() > 1 && text[1] != ' ' && text[1] != '-' && !std::string_view(",[]{}").contains(text[1]);
}

std::string_view without_trailing_blanks(std::string_view text) {
    const std::size_t last = text.find_last_not_of(' ');
    return last == std::string_view::npos ? std::string_view{} : text.substr(0, last + 1);
}

std::size_t skip_blanks(std::string_view text, std::size_t at) {
    while (at < text.size() && text[at] == ' ') ++at;
    return at;
}

// The length of the quoted scalar at the start, quotes included; 0 if it does not end on this line or needs escapes.
std::size_t quoted_length(std::string_view text) {
    const char quote = text[0];
    std::size_t end = text.find(quote, 1);
    while (quote == '\'' && end != std::string_view::npos && end + 1 < text.size() && text[end + 1] == quote) {
        end = text.find(quote, end + 2);
    }
    if (end == std::string_view::npos) return 0;
    if (quote == '"' && text.substr(0, end).contains('\\')) return 0;
    return end + 1;
}

std::string unquoted(std::string_view quoted) {
    const std::string_view inner = quoted.substr(1, quoted.size() - 2);
    std::string out(inner);
    if (quoted[0] == '\'' && inner.contains('\'')) {
        std::size_t kept = 0; // every quote inside is written twice
        for (std::size_t i = 0; i < inner.size(); ++i) {
            out[kept++] = inner[i];
            if (inner[i] == '\'') ++i;
        }
        out.resize(kept);
    }
    return out;
}

Node scalar(std::string text, Mark mark, bool plain) {
    return {.kind = Kind::scalar, .plain = plain, .text = std::move(text), .mark = mark};
}

// A plain scalar; yaml-cpp takes these four words for the absence of a value.
Node plain_scalar(std::string_view text, Mark mark) {
    if (text == "~" || text == "null" || text == "Null" || text == "NULL") return {.mark = mark};
    return scalar(std::string(text), mark, true);
}

// One flow collection; `at_` runs over the piece.
class Flow {
  public:
    Flow(const Piece& piece, std::size_t& nodes, std::size_t depth) : piece_(piece), nodes_(nodes), depth_(depth) {}

    std::optional<Node> read() {
        at_ = skip_blanks(piece_.text, at_);
        if (at_ >= piece_.text.size()) return std::nullopt;
        ++nodes_;
        switch (piece_.text[at_]) {
        case '[':
            return collection(Kind::sequence, ']');
        case '{':
            return collection(Kind::mapping, '}');
        case '"':
        case '\'':
            return quoted();
        default:
            return plain();
        }
    }

    std::size_t at() const { return at_; }

  private:
    Mark here() const { return piece_.from(at_).mark; }
    char next() const { return at_ < piece_.text.size() ? piece_.text[at_] : '\0'; }

    std::optional<Node> quoted() {
        const Mark mark = here();
        const std::size_t length = quoted_length(piece_.text.substr(at_));
        if (length == 0) return std::nullopt;
        Node node = scalar(unquoted(piece_.text.substr(at_, length)), mark, false);
        at_ += length;
        return node;
    }

    std::optional<Node> plain() {
        const Mark mark = here();
        const std::string_view rest = piece_.text.substr(at_);
        if (!may_start_plain(rest)) return std::nullopt;
        std::size_t end = 0;
        for (; end < rest.size() && rest[end] != ',' && rest[end] != ']' && rest[end] != '}'; ++end) {
            const char c = rest[end];
            if (c == '[' || c == '{' || c == '?') return std::nullopt;
            if (c == '#' && rest[end - 1] == ' ') return std::nullopt;
            if (c == ':' && (end + 1 == rest.size() || std::string_view(" ,]}").contains(rest[end + 1]))) break;
        }
        at_ += end;
        return plain_scalar(without_trailing_blanks(rest.substr(0, end)), mark);
    }

    std::optional<Node> collection(Kind kind, char close) {
        if (depth_ == 0) return std::nullopt;
        --depth_;
        Node node{.kind = kind, .mark = here()};
        ++at_;
        at_ = skip_blanks(piece_.text, at_);
        while (next() != close) {
            if (!(kind == Kind::sequence ? item(node) : entry(node))) return std::nullopt;
            at_ = skip_blanks(piece_.text, at_);
            if (next() == close) break;
            if (next() != ',') return std::nullopt;
            ++at_;
            at_ = skip_blanks(piece_.text, at_);
            if (next() == close) return std::nullopt; // a trailing comma: let the library decide
        }
        ++at_;
        ++depth_;
        if (kind == Kind::mapping && find_duplicate_key(node)) return std::nullopt;
        return node;
    }

    bool item(Node& node) {
        auto value = read();
        if (!value) return false;
        node.items.push_back(std::move(*value));
        return true;
    }

    bool entry(Node& node) {
        auto key = read();
        if (!key || key->kind != Kind::scalar || (key->plain && key->text == "<<")) return false;
        at_ = skip_blanks(piece_.text, at_);
        if (next() != ':' || at_ + 1 >= piece_.text.size() || piece_.text[at_ + 1] != ' ') return false;
        ++at_;
        auto value = read();
        if (!value) return false;
        node.entries.emplace_back(std::move(*key), std::move(*value));
        return true;
    }

    const Piece& piece_;
    std::size_t& nodes_;
    std::size_t depth_;
    std::size_t at_ = 0;
};

// A plain scalar of block context: up to a comment, without anything that could be read as a key.
std::optional<Node> read_plain(const Piece& piece) {
    if (!may_start_plain(piece.text)) return std::nullopt;
    const std::string_view text = without_trailing_blanks(piece.text.substr(0, piece.text.find(" #")));
    if (text.ends_with(':') || text.contains(": ")) return std::nullopt;
    return plain_scalar(text, piece.mark);
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
    if (line.find(" #") < colon || line.substr(0, colon) == "<<") return std::nullopt;
    return KeyPlace{.end = colon, .after = colon + 1};
}

std::optional<Node> read_inline(const Piece& piece, std::size_t& nodes, std::size_t depth) {
    const char first = piece.text[0];
    if (first == '"' || first == '\'') {
        const std::size_t length = quoted_length(piece.text);
        if (length == 0 || !is_rest_of_line(piece.text.substr(length))) return std::nullopt;
        ++nodes;
        return scalar(unquoted(piece.text.substr(0, length)), piece.mark, false);
    }
    if (first != '[' && first != '{') {
        ++nodes;
        return read_plain(piece);
    }
    Flow flow(piece, nodes, depth);
    auto node = flow.read();
    if (!node || !is_rest_of_line(piece.text.substr(flow.at()))) return std::nullopt;
    return node;
}

} // namespace mooring::yaml
