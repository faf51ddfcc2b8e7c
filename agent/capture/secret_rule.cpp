#include "capture/capture.hpp"

#include "base/redact.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace mooring::capture {
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
