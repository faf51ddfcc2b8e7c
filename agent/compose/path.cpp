#include "compose/path.hpp"

#include <algorithm>
#include <cstddef>

namespace mooring::compose {
namespace {

// The text of a JSON string that starts at `at` (behind its quote); `at` ends behind the closing quote.
std::string read_json_string(std::string_view path, std::size_t& at) {
    std::string text;
    for (; at < path.size() && path[at] != '"'; ++at) {
        if (path[at] == '\\' && at + 1 < path.size()) ++at;
        text += path[at];
    }
    at = std::min(at + 1, path.size());
    return text;
}

// Behind the `]` that ends an identity: the last one before a dot, another bracket or the end.
std::size_t identity_end(std::string_view path, std::size_t from) {
    std::size_t end = path.find(']', from);
    while (end != std::string_view::npos && end + 1 < path.size() && path[end + 1] != '.' && path[end + 1] != '[') {
        end = path.find(']', end + 1);
    }
    return std::min(end, path.size());
}

} // namespace

void append_identity(std::string& path, std::string_view identity) {
    path += '[';
    path += identity;
    path += ']';
}

std::vector<PathKey> split_path(std::string_view path) {
    std::vector<PathKey> keys;
    for (std::size_t at = 0; at < path.size();) {
        if (path[at] == '.') {
            ++at;
        } else if (path.substr(at, 2) == "[\"") {
            at += 2;
            keys.push_back({.text = read_json_string(path, at)});
            if (at < path.size() && path[at] == ']') ++at;
        } else if (path[at] == '[') {
            const std::size_t end = identity_end(path, at + 1);
            keys.push_back({.text = std::string(path.substr(at + 1, end - at - 1)), .is_identity = true});
            at = std::min(end + 1, path.size());
        } else {
            const std::size_t end = std::min(path.find_first_of(".[", at), path.size());
            keys.push_back({.text = std::string(path.substr(at, end - at))});
            at = end;
        }
    }
    return keys;
}

} // namespace mooring::compose
