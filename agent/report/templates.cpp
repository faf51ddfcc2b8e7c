// Escaping, and the only file that renders mustache.
#include "report/templates.hpp"

#include "base/text.hpp"
#include "report/layout.hpp"

#include <algorithm>

namespace mooring::report {
namespace {

constexpr std::string_view prose_tag = "{{>prose}}";
// `parts` and `text` together are the piece; it may be broken behind each part.
constexpr std::string_view prose_template =
    "{{#code}}<code>{{/code}}{{#parts}}{{.}}<wbr>{{/parts}}{{text}}{{#code}}</code>{{/code}}";

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

// A partial would be parsed each time it is used.
std::string with_prose(std::string_view text_template) {
    std::string out(text_template);
    for (std::size_t at = out.find(prose_tag); at != std::string::npos; at = out.find(prose_tag, at))
        out.replace(at, prose_tag.size(), prose_template);
    return out;
}

Data piece(std::string_view text, bool code, bool breakable) {
    kainjow::mustache::list parts;
    for (std::size_t end = breakable ? text.find_first_of("/@._=?") : std::string_view::npos;
         end != std::string_view::npos; end = text.find_first_of("/@._=?")) {
        parts.emplace_back(std::string(text.substr(0, end + 1)));
        text.remove_prefix(end + 1);
    }
    Data out;
    out["code"] = flag(code);
    out["parts"] = parts.empty() ? flag(false) : Data(parts);
    out["text"] = std::string(text);
    return out;
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

Data flag(bool value) { return Data(value ? Data::type::bool_true : Data::type::bool_false); }

Data section(const std::string& text) {
    if (text.empty()) return flag(false);
    Data out;
    out["text"] = text;
    return out;
}

Data prose_pieces(std::string_view text, Breaks breaks) {
    kainjow::mustache::list out;
    out.reserve(static_cast<std::size_t>(std::ranges::count(text, '`')) + 1);
    for (std::size_t open = text.find('`'); open != std::string_view::npos; open = text.find('`')) {
        const std::size_t close = text.find('`', open + 1);
        if (close == std::string_view::npos) break;
        if (open > 0) out.push_back(piece(text.substr(0, open), false, breaks == Breaks::everywhere));
        out.push_back(piece(text.substr(open + 1, close - open - 1), true, breaks != Breaks::nowhere));
        text.remove_prefix(close + 1);
    }
    if (!text.empty()) out.push_back(piece(text, false, breaks == Breaks::everywhere));
    return Data(out);
}

Data sentence(const std::string& text, Breaks breaks) {
    if (text.empty()) return flag(false);
    Data out;
    out["pieces"] = prose_pieces(text, breaks);
    return out;
}

std::string html_of(std::string_view text_template, const Data& data) {
    return rendered(with_prose(text_template), data, [](const std::string& text) { return markup(text); });
}

std::string rendered(std::string_view text_template, const Data& data, const Escape& escape) {
    kainjow::mustache::mustache page{std::string(text_template)};
    page.set_custom_escape(escape);
    std::string out;
    page.render(data, [&out](const std::string& text) { out += text; });
    return out;
}

std::string template_problem(std::string_view text_template) {
    const kainjow::mustache::mustache page{std::string(text_template)};
    return page.is_valid() ? "" : printable(page.error_message());
}

} // namespace mooring::report
