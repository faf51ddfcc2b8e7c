// The report as CSV, for spreadsheets and line tools.
#pragma once

#include "model/verdict.hpp"

#include <string>
#include <string_view>

namespace mooring::report {

// RFC 4180: a header, then records that end in CRLF, in UTF-8. `row` says what a record is:
//   run         the first one: the exit code's meaning and the headline in `message`
//   server      a server that could not be judged, with the reason in `message`
//   stack       every stack, once
//   change      every change, below its stack
//   diagnostic  a remark about manifests, configuration or a server; `type` is its severity
// Columns are a contract: they keep their names and order, new ones are added at the end. Values are as in the text
// form; cells that a spreadsheet would take for a formula begin with an apostrophe.
std::string to_csv(const Report& report);

// One cell of text: printable, quoted where RFC 4180 asks for it, and harmless to spreadsheets.
std::string csv_cell(std::string_view text);

} // namespace mooring::report
