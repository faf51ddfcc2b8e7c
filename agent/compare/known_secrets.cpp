#include "compare/known_secrets.hpp"

#include "base/mask.hpp"
#include "base/text.hpp"
#include "compose/compose.hpp"

#include <algorithm>
#include <set>

namespace mooring::compare {
namespace {

constexpr std::size_t least_masked = 4;
constexpr std::size_t least_hidden = 6;

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
    for (const std::string& value : of_files_) add(value);
    sort();
}

// The lines of a value of several lines count too, because messages are shown on one line.
void KnownSecrets::add(std::string_view value) {
    if (value.size() >= least_masked) values_.push_back(value);
    if (value.find('\n') == std::string_view::npos) return;
    for (const std::string_view line : split(value, '\n')) {
        const std::string_view piece = trim(line);
        if (piece.size() >= least_hidden) values_.push_back(piece);
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
