// Small pieces of sentences that several files here need.
#pragma once

#include "base/text.hpp"
#include "manifest/typed.hpp"

#include <span>
#include <string>
#include <string_view>

namespace mooring::manifest {

inline std::string in_quotes(std::string_view text) { return "`" + std::string(text) + "`"; }

// "`a`, `b` or `c`"
std::string quoted_list(std::span<const std::string> words, std::string_view last);

// What a node is: "a list", "a text", "empty".
std::string_view words_of(Type type);

// A key as it may be shown: what follows `=` may be a value that slipped into the key.
inline std::string shown_key(std::string_view key) { return printable(key.substr(0, key.find('=')), 80); }

} // namespace mooring::manifest
