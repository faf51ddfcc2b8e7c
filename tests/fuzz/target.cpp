#include "fuzz/target.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <cstdlib>
#include <iostream>

namespace mooring::fuzz {

void require(bool holds, std::string_view promise, std::string_view detail) {
    if (holds) return;
    std::cerr << "broken promise: " << promise << (detail.empty() ? "" : "\n") << detail << std::endl;
    std::abort();
}

std::vector<std::string_view> parts_of(std::string_view input, std::size_t count) {
    constexpr std::string_view line = "=====\n";
    std::vector<std::string_view> parts;
    while (parts.size() + 1 < count) {
        std::size_t at = input.find(line);
        while (at != std::string_view::npos && at > 0 && input[at - 1] != '\n') at = input.find(line, at + 1);
        parts.push_back(input.substr(0, at));
        input.remove_prefix(at == std::string_view::npos ? input.size() : at + line.size());
    }
    parts.push_back(input);
    return parts;
}

std::uint32_t number_of(std::string_view input) {
    std::uint32_t number = 2166136261; // FNV-1a
    for (const char c : input) number = (number ^ static_cast<unsigned char>(c)) * 16777619U;
    return number ^ (number >> 16U);
}

bool is_harmless(std::string_view text) {
    return is_utf8(text) && std::ranges::none_of(text, [](char c) {
               const auto byte = static_cast<unsigned char>(c);
               return byte < 0x20 || byte == 0x7F;
           });
}

} // namespace mooring::fuzz
