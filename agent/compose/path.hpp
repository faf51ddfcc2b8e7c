// The notation of paths (compose-oracle §2).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mooring::compose {

// `.key`, without the dot at the start, or `["key.with.dots"]`.
void append_key(std::string& path, std::string_view key);
// `[identity]`, nothing escaped.
void append_identity(std::string& path, std::string_view identity);

// A text as JSON writes it, in quotes.
void append_json_string(std::string& out, std::string_view text);

// A path's keys in order; an identity in brackets is one key. Never fails: what is malformed ends the list.
struct PathKey {
    std::string text;
    bool is_identity = false;
};
std::vector<PathKey> split_path(std::string_view path);

} // namespace mooring::compose
