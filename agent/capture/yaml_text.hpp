// Texts as YAML scalars that no reader takes for anything else. Private to this folder.
#pragma once

#include <string>
#include <string_view>

namespace mooring::capture {

// Always in double quotes, on one line: `yes`, `1.10`, `0123`, line breaks, `: ` and `#` mean nothing in there. UTF-8
// stays; control characters and what YAML takes for line breaks are escaped.
std::string in_quotes(std::string_view text);

// Whether a text survives in_quotes(): valid UTF-8 without NUL.
bool can_be_quoted(std::string_view text);

// A file name of letters, digits, `-`, `_` and `.` that no system refuses and that leads nowhere else: never empty,
// never starting with a dot, at most 80 bytes.
std::string file_name(std::string_view text);

} // namespace mooring::capture
