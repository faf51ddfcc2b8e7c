#include "yaml/parts.hpp"

#include <algorithm>
#include <cstdint>

namespace mooring::yaml {
namespace {

constexpr auto npos = std::string_view::npos;

std::string_view line_at(std::string_view text, std::size_t offset) {
    return text.substr(offset, text.find('\n', offset) - offset);
}

} // namespace

std::size_t skip_properties(std::string_view text, std::size_t offset) {
    while (offset < text.size() && (text[offset] == '!' || text[offset] == '&')) {
        offset = text.find_first_not_of(" \t\n", text.find_first_of(" \t\n", offset));
        while (offset < text.size() && text[offset] == '#') // a comment between the two
            offset = text.find_first_not_of(" \t\n", text.find('\n', offset));
    }
    return offset;
}

bool is_quote_open(std::string_view text, std::size_t offset) {
    std::size_t at = skip_properties(text, offset);
    if (at >= text.size() || (text[at] != '"' && text[at] != '\'')) return false; // plain, or a block
    const char quote = text[at];
    for (++at; at < text.size(); ++at) {
        if (quote == '"' && text[at] == '\\') {
            ++at;
        } else if (text[at] == quote) {
            if (quote == '"' || text.substr(at, 2) != "''") return false;
            ++at;
        }
    }
    return true;
}

bool is_colon_missing(std::string_view text, std::size_t offset) {
    const std::size_t before = text.find_last_not_of(" \t", offset == 0 ? npos : offset - 1);
    if (offset > 0 && before != npos && text[before] == '?') return false; // an explicit key needs none
    std::string_view line = line_at(text, offset);
    line = line.substr(0, line.find(" #"));
    for (std::size_t colon = line.find(':'); colon != npos; colon = line.find(':', colon + 1)) {
        if (colon + 1 == line.size() || line[colon + 1] == ' ' || line[colon + 1] == '\t') return false;
    }
    return true;
}

namespace {

// The empty lines behind the last line of the block scalar whose first line is at `at`.
std::size_t count_empty_lines(std::string_view text, std::size_t at) {
    std::size_t empty = 0;
    std::optional<std::size_t> indent;
    while (at < text.size() && text.find('\n', at) != npos) {
        const std::string_view line = line_at(text, at);
        const std::size_t start = line.find_first_not_of(' ');
        if (start == npos && line.size() <= indent.value_or(line.size())) {
            ++empty;
        } else {
            if (!indent) indent = start;
            if (start < *indent) break;
            empty = 0;
        }
        at += line.size() + 1;
    }
    return empty;
}

} // namespace

void restore_kept_line(std::string_view text, std::size_t offset, std::string& value) {
    const std::size_t at = skip_properties(text, offset);
    if (at >= text.size() || text[at] != '>') return;
    const std::string_view header = line_at(text, at);
    const std::string_view style = header.substr(0, header.find_first_of(" \t#"));
    const std::size_t end = value.find_last_not_of('\n');
    if (style != ">+" || end == std::string::npos) return;
    const std::size_t last_line = value.rfind('\n', end) + 1;
    if (value[last_line] == ' ' || value[last_line] == '\t') return; // an indented last line it reads well
    const std::size_t empty = count_empty_lines(text, at + header.size() + 1);
    if (empty > 0) value.replace(end + 1, std::string::npos, empty + 1, '\n');
}

std::optional<Problem> find_stray_directive(std::string_view text) {
    if (!text.starts_with('%') && !text.contains("\n%")) return std::nullopt;
    std::optional<Mark> pending; // the first directive since the last document began
    bool in_document = false;
    std::uint32_t number = 0;
    for (std::size_t at = 0; at < text.size();) {
        const std::string_view line = line_at(text, at);
        ++number;
        at += line.size() + 1;
        const bool is_empty = line.find_first_not_of(" \t") == npos || line[line.find_first_not_of(" \t")] == '#';
        if (line.starts_with('%')) {
            if (!pending) pending = Mark{.line = number, .column = 1};
            if (in_document) break;
        } else if (line.starts_with("---")) {
            pending.reset();
            in_document = true;
        } else if (line.starts_with("...")) {
            in_document = false;
        } else if (!is_empty) {
            if (pending) break;
            in_document = true;
        }
    }
    if (!pending) return std::nullopt;
    return Problem{.message = "a line that starts with % is a directive, and no document follows it",
                   .mark = *pending,
                   .code = "syntax"};
}

} // namespace mooring::yaml
