#include "model/lasting.hpp"

#include <algorithm>
#include <cstddef>

namespace mooring {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word(char c) { return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

std::size_t digits_at(std::string_view text, std::size_t at) {
    std::size_t count = 0;
    while (at + count < text.size() && is_digit(text[at + count])) ++count;
    return count;
}

// How long the count at `at` is that grows by itself: "7 times" after "(" of a restart, "12 tasks ended"; 0: none is.
std::size_t count_at(std::string_view text, std::size_t at) {
    const std::size_t digits = digits_at(text, at);
    if (digits == 0 || (at > 0 && is_word(text[at - 1]))) return 0;
    const std::string_view rest = text.substr(at + digits);
    const bool restarts = text.substr(0, at).ends_with("restarting (");
    for (const std::string_view unit : {" times)", " time)"}) {
        if (restarts && rest.starts_with(unit)) return digits + unit.size() - 1;
    }
    for (const std::string_view unit : {" tasks ended", " task ended"}) {
        if (rest.starts_with(unit)) return digits + unit.size();
    }
    return 0;
}

// ":53422" in "10.0.0.3:53422->10.0.0.9:9001", as Go writes a connection; 0: there is none.
std::size_t local_port_at(std::string_view text, std::size_t at) {
    if (text[at] != ':') return 0;
    const std::size_t digits = digits_at(text, at + 1);
    return digits > 0 && text.substr(at + 1 + digits).starts_with("->") ? digits + 1 : 0;
}

// A word that only a machine makes: a container's id (64 or 12 hexadecimal digits) or a task's (25 of 0-9 and a-z).
bool is_id(std::string_view word) {
    const bool has_digit = std::ranges::any_of(word, is_digit);
    const bool is_low = std::ranges::none_of(word, [](char c) { return c >= 'A' && c <= 'Z'; });
    const bool is_hex = std::ranges::all_of(word, [](char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); });
    return has_digit && is_low && ((is_hex && (word.size() == 64 || word.size() == 12)) || word.size() == 25);
}

std::size_t id_at(std::string_view text, std::size_t at) {
    if (at > 0 && is_word(text[at - 1])) return 0;
    std::size_t size = 0;
    while (at + size < text.size() && is_word(text[at + size])) ++size;
    return is_id(text.substr(at, size)) && !text.substr(0, at).ends_with("sha256:") ? size : 0;
}

} // namespace

std::string lasting(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t skipped = std::max({count_at(text, at), local_port_at(text, at), id_at(text, at)});
        out += skipped == 0 ? text[at] : '#';
        at += std::max<std::size_t>(skipped, 1);
    }
    return out;
}

std::string lasting_side(const Change& change, std::string_view side) {
    const bool as_it_stands = change.plane != Plane::runtime || change.secret || change.path.ends_with(".image");
    return as_it_stands ? std::string(side) : lasting(side);
}

} // namespace mooring
