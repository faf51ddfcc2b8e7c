#include "base/secret.hpp"
#include "base/text.hpp"
#include "capture/capture.hpp"
#include "compose/compose.hpp"
#include "compose/text.hpp"
#include "yaml/parts.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <map>
#include <set>
#include <string>

namespace mooring::capture {
namespace {

// Behind the quote that closes the one at the start; 0 if there is none.
std::size_t quoted_length(std::string_view text) {
    const char quote = text.front();
    for (std::size_t i = 1; i < text.size(); ++i) {
        if (quote == '"' && text[i] == '\\') {
            ++i;
        } else if (text[i] == quote) {
            if (quote == '"' || i + 1 >= text.size() || text[i + 1] != '\'') return i + 1;
            ++i;
        }
    }
    return 0;
}

// Whether these bytes, as the value of a key, mean this value.
bool means(std::string_view bytes, std::string_view value) {
    const auto documents = yaml::parse_compose("k: " + std::string(bytes) + "\n");
    if (!documents || documents->size() != 1) return false;
    const yaml::Node* node = documents->front().find("k");
    return node != nullptr && node->kind == yaml::Kind::scalar && node->text == value;
}

} // namespace

Spelling::Spelling(std::string_view text) : text_(text), lines_{0} {
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\n') lines_.push_back(i + 1);
    }
}

std::size_t Spelling::offset(const yaml::Mark& mark) const {
    const std::size_t line = mark.line - 1;
    return line < lines_.size() ? std::min(lines_[line] + mark.column - 1, text_.size()) : text_.size();
}

// A block ends before the first line that is indented less than its first one.
std::size_t Spelling::block_length(std::size_t at) const {
    std::size_t end = std::min(text_.find('\n', at), text_.size());
    std::size_t deep = 0;
    for (std::size_t from = end + 1; from < text_.size();) {
        const std::size_t to = std::min(text_.find('\n', from), text_.size());
        const std::string_view line = text_.substr(from, to - from);
        const std::size_t indent = line.find_first_not_of(' ');
        const bool blank = line.find_first_not_of(" \r") == std::string_view::npos;
        if (!blank && deep == 0) deep = indent;
        if (!blank && (deep == 0 || indent < deep)) break;
        if (!blank) end = to;
        from = to + 1;
    }
    return end - at - (end > at && text_[end - 1] == '\r' ? 1 : 0);
}

std::size_t Spelling::length(std::size_t at, const std::string& value) const {
    const std::string_view rest = text_.substr(std::min(at, text_.size()));
    if (rest.empty()) return 0;
    std::size_t size = 0;
    if (rest.front() == '"' || rest.front() == '\'') {
        size = quoted_length(rest);
    } else if (rest.front() == '|' || rest.front() == '>') {
        size = block_length(at);
    } else if (rest.starts_with(value)) {
        return value.size();
    }
    return size > 0 && means(rest.substr(0, size), value) ? size : 0;
}

namespace {

constexpr std::size_t least_telling = 6;

using Pieces = std::vector<compose::SecretPiece>;

// "db.password" -> "DB_PASSWORD": a name that can stand in ${...}.
std::string variable_name(std::string_view name) {
    std::string out;
    for (const char c : name) {
        const bool lower = c >= 'a' && c <= 'z';
        const bool plain = lower || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        out += lower ? static_cast<char>(c - 'a' + 'A') : plain ? c : '_';
    }
    if (out.empty() || (out[0] >= '0' && out[0] <= '9')) out.insert(0, "_");
    return out;
}

// Under these keys names stand, or digests, which look drawn by chance and are none of ours.
bool holds_names(std::string_view key) {
    static const std::set<std::string_view> keys{"secrets",  "configs",         "image",
                                                 "env_file", "credential_spec", "container_name"};
    return keys.contains(key);
}

// Where the value of `NAME=value` starts; 0 for any other text, such as base64 with its signs at the end.
std::size_t value_start(std::string_view text) {
    constexpr std::string_view plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.";
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos || equals == 0) return 0;
    const bool named = text.substr(0, equals).find_first_not_of(plain) == std::string_view::npos;
    return named && text.find_first_not_of('=', equals) != std::string_view::npos ? equals + 1 : 0;
}

// Values that are told by nothing but that they look drawn by chance.
void find_random(const yaml::Node& node, std::string_view key, Pieces& out) { // NOLINT(misc-no-recursion)
    if (node.kind == yaml::Kind::scalar) {
        const std::string_view text = node.text;
        const std::size_t from = value_start(text);
        std::string_view name = from == 0 ? key : text.substr(0, from - 1);
        name.remove_prefix(std::min(name.find_first_not_of('-'), name.size()));
        if (looks_random(text.substr(from))) out.push_back({&node, from, text.size(), std::string(name)});
    }
    for (const yaml::Node& item : node.items) find_random(item, key, out);
    for (const auto& [name, value] : node.entries) {
        if (!holds_names(name.text)) find_random(value, name.text, out);
    }
}

Pieces pieces_of(const yaml::Node& document, const SecretRule& rule) {
    Pieces out = compose::secret_pieces(document, rule.mask_options());
    find_random(document, "", out);
    return out;
}

// A scalar and the pieces of it that go, first to last.
struct Spot {
    std::size_t at = 0;
    const yaml::Node* node = nullptr;
    Pieces pieces;
};

// The names that stand in: one for each value, so that no two values share a reference.
class Names {
  public:
    const std::string& of(const compose::SecretPiece& piece) {
        const std::string value = piece.node->text.substr(piece.from, piece.to - piece.from);
        const std::string name = variable_name(piece.name);
        for (std::size_t number = 1;; ++number) {
            const std::string candidate = number == 1 ? name : fmt::format("{}_{}", name, number);
            const auto [known, is_new] = values_.try_emplace(candidate, value);
            if (is_new || known->second == value) return known->first;
        }
    }
    const std::map<std::string, std::string>& all() const { return values_; }

  private:
    std::map<std::string, std::string> values_;
};

std::string without(const Spot& spot, Names& names) {
    const std::string& text = spot.node->text;
    std::string out;
    std::size_t done = 0;
    for (const compose::SecretPiece& piece : spot.pieces) {
        out += text.substr(done, piece.from - done);
        out += "${" + names.of(piece) + "}";
        done = piece.to;
    }
    return in_quotes(out + text.substr(done));
}

// Two rules may have found the same, or parts of one.
Pieces apart(Pieces sorted) {
    Pieces out;
    for (compose::SecretPiece& piece : sorted) {
        if (!out.empty() && piece.from < out.back().to)
            out.back().to = std::max(out.back().to, piece.to);
        else
            out.push_back(std::move(piece));
    }
    return out;
}

// What is to be replaced, by place; a value behind an anchor is found once for each alias.
std::vector<Spot> findings_of(const std::vector<yaml::Node>& documents, const Spelling& spelling,
                              const SecretRule& rule) {
    std::map<std::size_t, Spot> by_place;
    for (const yaml::Node& document : documents) {
        for (compose::SecretPiece& piece : pieces_of(document, rule)) {
            const std::size_t at = spelling.offset(piece.node->mark);
            Spot& spot = by_place[at];
            if (spot.node != nullptr && spot.node != piece.node) continue;
            spot.at = at;
            spot.node = piece.node;
            spot.pieces.push_back(std::move(piece));
        }
    }
    std::vector<Spot> out;
    for (auto& [at, spot] : by_place) {
        std::ranges::stable_sort(spot.pieces, {},
                                 [](const compose::SecretPiece& piece) { return std::pair(piece.from, ~piece.to); });
        spot.pieces = apart(std::move(spot.pieces));
        out.push_back(std::move(spot));
    }
    return out;
}

std::expected<std::string, std::string> replace_all(std::string_view text, const Spelling& spelling,
                                                    const std::vector<Spot>& spots, Names& names) {
    std::string out;
    std::size_t done = 0;
    for (const Spot& spot : spots) {
        const std::size_t length = spelling.length(spot.at, spot.node->text);
        if (length == 0 || spot.at < done) {
            return std::unexpected(fmt::format(
                "the secret in line {} is spelt in a way that cannot be replaced in place", spot.node->mark.line));
        }
        out += text.substr(done, spot.at - done);
        out += without(spot, names);
        done = spot.at + length;
    }
    return out + std::string(text.substr(done));
}

// Where the comment of a line starts; its end if it has none.
std::size_t comment_of(std::string_view line) {
    for (std::size_t at = line.find('#'); at != std::string_view::npos; at = line.find('#', at + 1)) {
        if (at == 0 || line[at - 1] == ' ' || line[at - 1] == '\t') return at;
    }
    return line.size();
}

// Old values in comments: `# DB_PASSWORD: hunter2`. Lines of nothing but comment belong together.
std::string without_secret_comments(std::string_view text, const SecretRule& rule) {
    std::string out;
    std::string block;
    const auto flush = [&] {
        out += cover(block, secret_spans(block, rule.mask_options()));
        block.clear();
    };
    for (std::size_t from = 0; from < text.size();) {
        const std::size_t end = std::min(text.find('\n', from), text.size() - 1) + 1;
        const std::string_view line = text.substr(from, end - from);
        const std::size_t comment = comment_of(line);
        const bool whole = trim(line.substr(0, comment)).empty() && comment < line.size();
        if (!whole) flush();
        if (!whole) out += line.substr(0, comment);
        block += whole ? line : line.substr(comment);
        if (!whole) flush();
        from = end;
    }
    flush();
    return out;
}

} // namespace

std::expected<TakenOut, std::string> take_out_secrets(std::string_view text, const SecretRule& rule) {
    const auto documents = yaml::parse_compose(text);
    const auto original = compose::load(text);
    if (!documents || !original)
        return std::unexpected(std::string("its file does not parse, so that no secret in it could be told"));
    const Spelling spelling(text);
    Names names;
    const auto replaced = replace_all(text, spelling, findings_of(*documents, spelling, rule), names);
    if (!replaced) return std::unexpected(replaced.error());
    TakenOut out;
    out.text = without_secret_comments(*replaced, rule);
    for (const auto& [name, secret] : names.all()) {
        if (secret.size() >= least_telling && out.text.find(secret) != std::string::npos)
            return std::unexpected("a secret stands in its file a second time, under a name that does not tell");
        out.names.push_back(name);
    }
    if (rule.holds_credential(out.text))
        return std::unexpected(std::string("its file holds a token of this configuration"));
    const auto result = compose::load(out.text);
    if (!result) return std::unexpected(std::string("its file does not parse without its secrets"));
    for (const compose::Difference& difference : compose::compare(*result, *original))
        out.paths.push_back(difference.path);
    return out;
}

bool may_hold_secrets(std::string_view text, const SecretRule& rule) {
    const auto documents = yaml::parse_compose(text);
    if (!documents || rule.holds_credential(text)) return true;
    return std::ranges::any_of(*documents, [&](const yaml::Node& document) {
        const yaml::Node* kind = document.find("kind");
        return (kind != nullptr && kind->text == "Secret") || !pieces_of(document, rule).empty();
    });
}

namespace {

constexpr std::size_t least_random = 20;
constexpr double least_entropy = 3.3;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_token_byte(char c) {
    return is_digit(c) || is_letter(c) || std::string_view("+/=_-.").find(c) != std::string_view::npos;
}

double entropy(std::string_view text) {
    std::array<std::size_t, 256> counts{};
    for (const char c : text) ++counts.at(static_cast<unsigned char>(c));
    double bits = 0;
    for (const std::size_t count : counts) {
        if (count == 0) continue;
        const double share = static_cast<double>(count) / static_cast<double>(text.size());
        bits -= share * std::log2(share);
    }
    return bits;
}

} // namespace

bool looks_random(std::string_view text) {
    return text.size() >= least_random && std::ranges::all_of(text, is_token_byte) &&
           std::ranges::any_of(text, is_digit) && std::ranges::any_of(text, is_letter) &&
           entropy(text) >= least_entropy;
}

bool SecretRule::is_listed(std::string_view name) const {
    const std::string folded = to_lower(name);
    return std::ranges::any_of(names, [&](const std::string& glob) { return glob_matches(to_lower(glob), folded); });
}

bool SecretRule::is_secret(std::string_view name, std::string_view value) const {
    if (value.empty()) return false;
    return mooring::is_secret(name, value) || is_listed(name) || !secret_spans(value, mask_options()).empty() ||
           looks_random(value) || holds_credential(value);
}

bool SecretRule::holds_credential(std::string_view text) const { return holds_secret(text, credentials); }

MaskOptions SecretRule::mask_options() const {
    MaskOptions options;
    if (!names.empty()) options.more_names = [this](std::string_view name) { return is_listed(name); };
    return options;
}

} // namespace mooring::capture
