// What messages of servers and parsers must not repeat: known values of secrets, however a program spells them.
#include "base/file.hpp"
#include "base/secret.hpp"
#include "base/text.hpp"
#include "compare/parts.hpp"
#include "compose/compose.hpp"
#include "kubernetes/kubernetes.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <set>

namespace mooring::compare {
namespace {

constexpr std::size_t least_masked = 4;
constexpr std::size_t least_hidden = 6;
constexpr std::size_t least_broken = 8; // shorter ones meet in sentences by chance

// With `\"` and `\\`.
std::string between_quotes(std::string_view value) {
    std::string out;
    for (const char c : value) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out;
}

bool is_plain_in_addresses(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '.' ||
           c == '_' || c == '~';
}

// With everything else as %XX (RFC 3986).
std::string in_address(std::string_view value) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    for (const char c : value) {
        const auto byte = static_cast<unsigned char>(c);
        if (is_plain_in_addresses(c))
            out += c;
        else
            out.append({'%', digits[byte >> 4U], digits[byte & 15U]});
    }
    return out;
}

std::string replaced(std::string_view value, std::initializer_list<std::pair<char, std::string_view>> table) {
    std::string out;
    for (const char c : value) {
        const auto* const found = std::ranges::find(table, c, &std::pair<char, std::string_view>::first);
        if (found == table.end())
            out += c;
        else
            out += found->second;
    }
    return out;
}

// Go's JSON writes these three so.
std::string in_json_of_go(std::string_view value) {
    return replaced(value, {{'<', "\\u003c"},
                            {'>', "\\u003e"},
                            {'&', "\\u0026"},
                            {'"', "\\\""},
                            {'\\', "\\\\"},
                            {'\n', "\\n"},
                            {'\t', "\\t"}});
}

std::string in_markup(std::string_view value) {
    return replaced(value, {{'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'"', "&#34;"}, {'\'', "&#39;"}});
}

std::string in_html(std::string_view value) {
    return replaced(value, {{'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'"', "&quot;"}});
}

std::string in_hex(std::string_view value) {
    std::string out;
    for (const char c : value) out += fmt::format("{:02x}", static_cast<unsigned char>(c));
    return out;
}

// What every base64 holds that has the value in it from byte `before` of a group of three on.
std::string inside_base64(std::string_view value, std::size_t before) {
    const std::string all = to_base64(std::string(before, 'x') + std::string(value));
    const std::size_t from = before == 0 ? 0 : before + 1;
    const std::size_t whole = (before + value.size()) * 8 / 6; // characters of which every bit is known
    return all.substr(from, std::max(whole, from) - from);
}

std::string for_addresses(std::string text) {
    std::ranges::replace(text, '+', '-');
    std::ranges::replace(text, '/', '_');
    return text;
}

// The spellings that are rare: of Go's JSON and templates, of HTML, of forms, of Compose, in hex and in base64.
std::vector<std::string> rare_spellings(std::string_view value) {
    std::vector<std::string> out{in_json_of_go(value), in_markup(value), in_html(value),
                                 between_quotes(between_quotes(value)), replaced(value, {{'$', "$$"}})};
    std::string form = in_address(value);
    for (std::size_t at = form.find("%20"); at != std::string::npos; at = form.find("%20", at))
        form.replace(at, 3, "+");
    out.push_back(std::move(form));
    out.push_back(in_hex(value));
    for (const std::size_t before : {0U, 1U, 2U}) {
        out.push_back(inside_base64(value, before));
        out.push_back(for_addresses(out.back()));
    }
    std::erase_if(out, [&](const std::string& one) { return one.size() < least_hidden || one == value; });
    return out;
}

// A text without white space, and where each byte of it stood.
struct Compact {
    std::string text;
    std::vector<std::size_t> places;

    explicit Compact(std::string_view whole) {
        for (std::size_t i = 0; i < whole.size(); ++i) {
            if (is_white(whole[i])) continue;
            text += whole[i];
            places.push_back(i);
        }
    }
    static bool is_white(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
};

// A value that a line break or a blank cuts in two.
void find_broken(const Compact& compact, std::string_view value, SecretSpans& found) {
    const std::string wanted = Compact(value).text;
    if (wanted.size() < least_broken) return;
    for (std::size_t at = compact.text.find(wanted); at != std::string::npos; at = compact.text.find(wanted, at + 1))
        found.push_back({compact.places[at], compact.places[at + wanted.size() - 1] + 1, {}});
}

} // namespace

KnownSecrets::KnownSecrets(const DesiredStack& stack, const StackRecord* record) {
    std::set<std::string_view> shown;
    if (stack.env) {
        for (const DesiredEnv& variable : *stack.env) {
            if (variable.is_public) shown.insert(variable.name);
            if (!variable.is_public && variable.value) add(variable.value->reveal());
        }
    }
    const auto* git = std::get_if<DesiredGit>(&stack.source);
    if (git != nullptr && git->credentials && git->credentials->password) add(git->credentials->password->reveal());
    if (record != nullptr) {
        for (const EnvVar& variable : record->env) {
            if (!shown.contains(variable.name)) add(variable.value.reveal());
        }
    }
    sort();
}

void KnownSecrets::sort() {
    std::ranges::sort(values_, [](auto a, auto b) { return a.size() != b.size() ? a.size() > b.size() : a < b; });
}

void KnownSecrets::learn_file(const DesiredStack& stack) {
    const auto* content = std::get_if<DesiredContent>(&stack.source);
    if (content != nullptr) learn_text(content->text);
}

void KnownSecrets::learn_text(std::string_view text) {
    for (std::string& value : compose::secret_texts(text)) of_files_.push_back(std::move(value));
    for (std::string& value : kubernetes::secret_texts(text)) of_files_.push_back(std::move(value));
    for (const std::string& value : of_files_) add(value);
    sort();
}

// The lines of a value of several lines count too, because messages are shown on one line.
void KnownSecrets::add(std::string_view value) {
    add_piece(value, least_masked);
    if (value.find('\n') == std::string_view::npos) return;
    for (const std::string_view line : split(value, '\n')) add_piece(trim(line), least_hidden);
}

// As it stands, between quotes of JSON and of Go's messages, and in an address.
void KnownSecrets::add_piece(std::string_view value, std::size_t least) {
    if (value.size() < least) return;
    values_.push_back(value);
    if (std::ranges::all_of(value, is_plain_in_addresses)) return;
    for (auto* spell : {between_quotes, in_address}) {
        if (std::string other = spell(value); other != value)
            values_.emplace_back(spellings_.emplace_back(std::move(other)));
    }
}

// Both are looked for in the text as it came: what one hides may be what the other is told by.
std::string KnownSecrets::mask(std::string_view text) const {
    SecretSpans found = secret_spans(text, {.voice = Voice::message});
    const auto find = [&](std::string_view value) {
        for (std::size_t at = text.find(value); at != std::string_view::npos; at = text.find(value, at + 1))
            found.push_back({at, at + value.size(), {}});
    };
    const Compact compact(text);
    for (const std::string_view value : values_) {
        find(value);
        if (value.size() < least_hidden) continue;
        for (const std::string& other : rare_spellings(value)) find(other);
        find_broken(compact, value, found);
    }
    return cover(text, joined(std::move(found)));
}

bool KnownSecrets::stand_in(std::string_view text) const {
    return std::ranges::any_of(values_, [text](std::string_view value) {
        return value.size() >= least_hidden && text.find(value) != std::string_view::npos;
    });
}

} // namespace mooring::compare
