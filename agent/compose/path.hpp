// The notation of paths (compose-oracle §2), beside what all paths share.
#pragma once

#include "base/path_notation.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mooring::compose {

// `[identity]`, nothing escaped.
void append_identity(std::string& path, std::string_view identity);

// A path's keys in order; an identity in brackets is one key. Never fails: what is malformed ends the list.
struct PathKey {
    std::string text;
    bool is_identity = false;
};
std::vector<PathKey> split_path(std::string_view path);

} // namespace mooring::compose
