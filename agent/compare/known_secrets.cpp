#include "compare/known_secrets.hpp"

#include "base/mask.hpp"
#include "base/text.hpp"
#include "compose/compose.hpp"
#include "kubernetes/kubernetes.hpp"

#include <algorithm>
#include <set>

namespace mooring::compare {
namespace {

constexpr std::size_t least_masked = 4;
constexpr std::size_t least_hidden = 6;

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
    for (const std::string_view value : values_) {
        for (std::size_t at = text.find(value); at != std::string_view::npos; at = text.find(value, at + 1)) {
            found.push_back({at, at + value.size(), {}});
        }
    }
    return cover(text, joined(std::move(found)));
}

bool KnownSecrets::stand_in(std::string_view text) const {
    return std::ranges::any_of(values_, [text](std::string_view value) {
        return value.size() >= least_hidden && text.find(value) != std::string_view::npos;
    });
}

} // namespace mooring::compare
