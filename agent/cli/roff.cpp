#include "cli/roff.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace mooring::cli::roff {
namespace {

using Json = nlohmann::ordered_json;

// A text that is the same text without quotes in YAML: begins with a letter, holds no sign that means something.
bool needs_no_quotes(const std::string& text) {
    static constexpr std::array<std::string_view, 8> words{"true", "false", "yes", "no", "on", "off", "null", "y"};
    const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    const auto is_safe = [&](char c) {
        return is_letter(c) || (c >= '0' && c <= '9') || std::string_view("/._-@+$").contains(c);
    };
    if (text.empty() || !is_letter(text.front()) || std::ranges::find(words, to_lower(text)) != words.end())
        return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool inside = text[i] == ':' && i + 1 < text.size() && text[i + 1] != ' ';
        if (!is_safe(text[i]) && !inside) return false;
    }
    return true;
}

std::string scalar(const Json& value) {
    if (value.is_string() && needs_no_quotes(value.get<std::string>())) return value.get<std::string>();
    return value.dump();
}

bool is_short_list(const Json& value) {
    return value.is_array() && std::ranges::none_of(value, [](const Json& one) { return one.is_structured(); });
}

void write(std::string& out, const Json& value, std::size_t depth);

// What stands behind `key:` or `-`, its line end included.
void write_behind(std::string& out, const Json& value, std::size_t depth) {
    if (!value.is_structured() || value.empty()) {
        out += " " + scalar(value) + "\n";
    } else if (is_short_list(value)) {
        out += " [";
        for (std::size_t i = 0; i < value.size(); ++i) out += (i == 0 ? "" : ", ") + scalar(value[i]);
        out += "]\n";
    } else {
        out += "\n";
        write(out, value, depth);
    }
}

void write(std::string& out, const Json& value, std::size_t depth) {
    const std::string indent(depth * 2, ' ');
    if (value.is_object()) {
        for (const auto& [key, inner] : value.items()) {
            out += indent + scalar(Json(key)) + ":";
            write_behind(out, inner, depth + 1);
        }
        return;
    }
    for (const Json& inner : value) {
        std::string text;
        write_behind(text, inner, depth + 1);
        // The first key of a mapping stands on the line of the dash.
        if (text.starts_with('\n')) text = text.substr((depth + 1) * 2);
        out += indent + "-" + text;
    }
}

} // namespace

std::string plain(std::string_view text) {
    std::string out;
    bool line_begins = true;
    for (const char c : text) {
        if (line_begins && (c == '.' || c == '\'')) out += "\\&";
        line_begins = c == '\n';
        if (c == '\\')
            out += "\\e";
        else if (c == '-')
            out += "\\-";
        else if (c == '\'')
            out += "\\(aq";
        else if (c == '`')
            out += "\\(ga";
        else if (c == '^')
            out += "\\(ha";
        else if (c == '~')
            out += "\\(ti";
        else
            out += c;
    }
    return out;
}

std::string bold(std::string_view text) { return "\\fB" + plain(text) + "\\fR"; }

std::string prose(std::string_view text) {
    std::string joined;
    for (const char c : text) {
        const char one = c == '\n' ? ' ' : c;
        if (one != ' ' || (!joined.empty() && joined.back() != ' ')) joined += one;
    }
    if (joined.ends_with(' ')) joined.pop_back();
    const auto pieces = split(joined, '`');
    std::string out;
    for (std::size_t i = 0; i < pieces.size(); ++i) {
        const bool closed = i + 1 < pieces.size();
        if (i % 2 == 0)
            out += plain(pieces[i]);
        else
            out += closed ? bold(pieces[i]) : "\\(ga" + plain(pieces[i]);
    }
    return out;
}

std::string section(std::string_view title) { return ".SH " + std::string(title) + "\n"; }
std::string subsection(std::string_view title) { return ".SS \"" + plain(title) + "\"\n"; }

std::string item(std::string_view term, std::string_view meaning) {
    std::string out = ".TP\n" + std::string(term) + "\n";
    if (!meaning.empty()) out += std::string(meaning) + "\n";
    return out;
}

std::string verbatim(std::string_view text) {
    std::string out = ".RS 4\n.nf\n" + plain(text);
    if (!out.ends_with('\n')) out += '\n';
    return out + ".fi\n.RE\n";
}

std::string yaml(const Json& value) {
    std::string out;
    if (!value.is_structured() || value.empty() || is_short_list(value)) {
        write_behind(out, value, 0);
        return out.substr(1);
    }
    write(out, value, 0);
    return out;
}

} // namespace mooring::cli::roff
