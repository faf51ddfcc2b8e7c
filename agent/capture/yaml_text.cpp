#include "capture/yaml_text.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace mooring::capture {
namespace {

constexpr std::size_t most_name_bytes = 80;

// NEL, LS, PS and the byte order mark: whole UTF-8 sequences that YAML 1.1 treats as more than letters.
std::string_view escape_of(std::string_view character) {
    if (character == "\xe2\x80\xa8") return "\\u2028";
    if (character == "\xe2\x80\xa9") return "\\u2029";
    if (character == "\xef\xbb\xbf") return "\\uFEFF";
    return {};
}

std::string escaped_byte(char c) {
    switch (c) {
    case '"':
        return "\\\"";
    case '\\':
        return "\\\\";
    case '\n':
        return "\\n";
    case '\r':
        return "\\r";
    case '\t':
        return "\\t";
    default:
        break;
    }
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7F ? fmt::format("\\x{:02X}", byte) : std::string(1, c);
}

// Names that Windows keeps for devices, with any suffix.
bool is_device(std::string_view name) {
    constexpr std::array<std::string_view, 4> devices{"con", "prn", "aux", "nul"};
    const std::string stem = to_lower(name.substr(0, name.find('.')));
    const bool numbered = stem.size() == 4 && (stem.starts_with("com") || stem.starts_with("lpt"));
    return numbered || std::ranges::find(devices, stem) != devices.end();
}

} // namespace

std::string in_quotes(std::string_view text) {
    std::string out = "\"";
    while (!text.empty()) {
        const std::size_t length = std::max<std::size_t>(utf8_length(text), 1);
        const std::string_view character = text.substr(0, length);
        text.remove_prefix(length);
        if (length == 1) {
            out += escaped_byte(character.front());
        } else if (length == 2 && character[0] == '\xc2' && static_cast<unsigned char>(character[1]) < 0xA0) {
            out += fmt::format("\\x{:02X}", static_cast<unsigned char>(character[1])); // U+0080 to U+009F
        } else {
            const std::string_view escape = escape_of(character);
            out += escape.empty() ? character : escape;
        }
    }
    return out + "\"";
}

bool can_be_quoted(std::string_view text) { return is_utf8(text) && text.find('\0') == std::string_view::npos; }

std::string file_name(std::string_view text) {
    constexpr std::string_view plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.";
    std::string name;
    for (const char c : text.substr(0, most_name_bytes)) name += plain.find(c) == std::string_view::npos ? '-' : c;
    if (name.starts_with('.')) name.front() = '-';
    while (name.ends_with('.')) name.pop_back();
    if (name.empty() || is_device(name)) name = "_" + name;
    return name;
}

} // namespace mooring::capture
