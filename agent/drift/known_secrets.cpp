#include "drift/known_secrets.hpp"

#include "base/secret_names.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <set>

namespace mooring::drift {
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
    if (record != nullptr) {
        for (const EnvVar& variable : record->env) {
            if (!shown.contains(variable.name)) add(variable.value.reveal());
        }
    }
    std::ranges::sort(values_, [](auto a, auto b) { return a.size() != b.size() ? a.size() > b.size() : a < b; });
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
    std::string out = mask_url_passwords(text);
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
