// Untrusted text in Markdown: what comes out is that text and never structure, a link, an image, HTML, a mention or a
// reference.
#pragma once

#include <string>
#include <string_view>

namespace mooring::report {

// A code span, `like this`. "(empty)" in italics for "". Not for table cells.
std::string code_span(std::string_view text);

// Text among other text, also inside an HTML element. It never begins a line: whoever calls it has written something
// before it.
std::string prose(std::string_view text);

// A code span in a table's cell; prose where the text has a `|`, which a code span there cannot hold.
std::string code_cell(std::string_view text);

} // namespace mooring::report
