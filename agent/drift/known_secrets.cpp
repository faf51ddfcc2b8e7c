#include "drift/known_secrets.hpp"

#include "base/secret_names.hpp"
#include "base/text.hpp"
#include "compose/compose.hpp"

#include <algorithm>
#include <set>

namespace mooring::drift {
namespace {

constexpr std::size_t least_masked = 4;
constexpr std::size_t least_hidden = 6;

// The name that ends before `end`: "services.web.environment.DB_PASSWORD" of `... DB_PASSWORD: "x"`.
std::string_view name_before(std::string_view text, std::size_t end) {
    while (end > 0 && (text[end - 1] == ' ' || text[end - 1] == ':' || text[end - 1] == '=')) --end;
    const std::size_t start = text.substr(0, end).find_last_of(" \t\n\r\"'=:,;([{");
    return text.substr(0, end).substr(start == std::string_view::npos ? 0 : start + 1);
}

// compose and docker quote the values that they refuse, after the name or path of what holds them.
std::string mask_quoted(std::string text) {
    for (std::size_t at = text.find_first_of("\"'"); at != std::string::npos; at = text.find_first_of("\"'", at + 1)) {
        const bool is_value = at > 0 && text.find_last_not_of(' ', at - 1) != std::string::npos &&
                              std::string_view(":=").contains(text[text.find_last_not_of(' ', at - 1)]);
        if (!is_value) continue;
        const std::size_t close = std::min(text.find(text[at], at + 1), text.size());
        if (looks_secret(name_before(text, at))) {
            text.replace(at + 1, close - at - 1, "***");
            at += 4;
        }
    }
    return text;
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
    if (content == nullptr || stack.type == StackType::kubernetes || !of_file_.empty()) return;
    const auto file = compose::load(content->text);
    if (!file) return;
    of_file_ = compose::secret_texts(*file);
    for (const std::string& value : of_file_) add(value);
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

std::string KnownSecrets::mask(std::string_view text) const {
    std::string out = mask_quoted(mask_url_passwords(text));
    for (const std::string_view value : values_) {
        for (std::size_t at = out.find(value); at != std::string::npos; at = out.find(value, at + 3)) {
            out.replace(at, value.size(), "***");
        }
    }
    return out;
}

bool KnownSecrets::stand_in(std::string_view text) const {
    return std::ranges::any_of(values_, [text](std::string_view value) {
        return value.size() >= least_hidden && text.find(value) != std::string_view::npos;
    });
}

} // namespace mooring::drift
