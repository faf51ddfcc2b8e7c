#include "base/redact.hpp"

#include <algorithm>

namespace mooring {
namespace {

constexpr std::size_t shortest = 8;

// How much of the start of `text` stands somewhere in `secret`, if it is at least `least` bytes; otherwise 0.
std::size_t shared_prefix(std::string_view text, std::string_view secret, std::size_t least) {
    std::size_t longest = 0;
    const std::string_view start = text.substr(0, least);
    for (auto at = secret.find(start); at != std::string_view::npos; at = secret.find(start, at + 1)) {
        const auto there = secret.substr(at);
        const auto end = std::ranges::mismatch(text, there).in1;
        longest = std::max(longest, static_cast<std::size_t>(end - text.begin()));
    }
    return longest;
}

} // namespace

std::string redact(std::string_view text, const Secret& secret) {
    const std::string_view bytes = secret.reveal();
    const std::size_t least = std::min(shortest, bytes.size());
    if (least == 0) return std::string(text);
    std::string out;
    out.reserve(text.size());
    while (text.size() >= least) {
        const std::size_t shared = shared_prefix(text, bytes, least);
        if (shared > 0) out += "***";
        if (shared == 0) out += text.front();
        text.remove_prefix(std::max<std::size_t>(shared, 1));
    }
    out += text;
    return out.contains(bytes) ? "***" : out; // a mask may make a secret that begins or ends like one whole again
}

std::string redact(std::string_view text, std::span<const Secret> secrets) {
    std::string out(text);
    for (const Secret& secret : secrets) out = redact(out, secret);
    return out;
}

bool holds_secret(std::string_view text, std::span<const Secret> secrets) {
    return std::ranges::any_of(secrets,
                               [text](const Secret& one) { return !one.empty() && text.contains(one.reveal()); });
}

void take_out(std::string& text, std::span<const Secret> secrets) {
    if (holds_secret(text, secrets)) text = redact(text, secrets);
}

} // namespace mooring
