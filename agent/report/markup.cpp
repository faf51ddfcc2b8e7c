#include "report/markup.hpp"

#include "base/text.hpp"

namespace mooring::report {
namespace {

std::string_view entity(char c) {
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return {};
    }
}

} // namespace

std::string markup(std::string_view text) {
    std::string clean = printable(text, text.size() * 4); // escaped text is at most four times as long: nothing is cut
    std::string out;
    out.reserve(clean.size());
    for (std::size_t i = 0; i < clean.size(); ++i) {
        const std::string_view rest = std::string_view(clean).substr(i);
        if (rest.starts_with("\xEF\xBF\xBE") || rest.starts_with("\xEF\xBF\xBF")) { // U+FFFE and U+FFFF
            out += "\xEF\xBF\xBD";
            i += 2;
        } else if (const std::string_view name = entity(clean[i]); !name.empty()) {
            out += name;
        } else {
            out += clean[i];
        }
    }
    return out;
}

} // namespace mooring::report
