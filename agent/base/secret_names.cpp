#include "base/secret_names.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace mooring {
namespace {

constexpr std::array<std::string_view, 13> telling{
    "PASS",    "PWD",  "TOKEN", "SECRET", "KEY",     "CREDENTIAL",       "CREDS",
    "PRIVATE", "AUTH", "JWT",   "DSN",    "WEBHOOK", "CONNECTION_STRING"};

char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

bool holds(std::string_view name, std::string_view word) { return !std::ranges::search(name, word, {}, upper).empty(); }

// The end of the password that starts at `from`: the last `@` before the host ends; npos if there is none.
std::size_t password_end(std::string_view text, std::size_t from) {
    const std::size_t stop = std::min(text.find_first_of("/?# \t\n\"'", from), text.size());
    const std::size_t at = text.substr(0, stop).rfind('@');
    return at == std::string_view::npos || at < from ? std::string_view::npos : at;
}

} // namespace

bool looks_secret(std::string_view name) {
    return std::ranges::any_of(telling, [name](std::string_view word) { return holds(name, word); });
}

std::string mask_url_passwords(std::string_view text) {
    std::string out;
    std::size_t done = 0;
    while (true) {
        const std::size_t scheme = text.find("://", done);
        if (scheme == std::string_view::npos) break;
        const std::size_t user = scheme + 3;
        const std::size_t end = password_end(text, user);
        const std::size_t colon = text.find(':', user);
        out += text.substr(done, user - done);
        done = user;
        if (end == std::string_view::npos || colon >= end) continue;
        out += text.substr(user, colon + 1 - user);
        out += "***";
        done = end;
    }
    out += text.substr(done);
    return out;
}

} // namespace mooring
