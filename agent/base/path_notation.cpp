#include "base/path_notation.hpp"

#include <algorithm>

namespace mooring {
namespace {

bool is_simple(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

} // namespace

void append_key(std::string& path, std::string_view key) {
    if (!key.empty() && std::ranges::all_of(key, is_simple)) {
        if (!path.empty()) path += '.';
        path += key;
        return;
    }
    path += '[';
    append_json_string(path, key);
    path += ']';
}

void append_json_string(std::string& out, std::string_view text) {
    constexpr std::string_view digits = "0123456789abcdef";
    out += '"';
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (c == '\n') {
            out += "\\n";
        } else if (c == '\t') {
            out += "\\t";
        } else if (c == '\r') {
            out += "\\r";
        } else if (byte < 0x20) {
            out += "\\u00";
            out += digits[byte >> 4U];
            out += digits[byte & 15U];
        } else {
            out += c;
        }
    }
    out += '"';
}

} // namespace mooring
