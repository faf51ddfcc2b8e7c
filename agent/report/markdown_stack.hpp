// One stack in the Markdown report: its row in the table, and its folded block.
#pragma once

#include "model/verdict.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mooring::report {

// The first two lines of the table.
std::string markdown_table_head(bool with_server);
// The stack's line in it; its name is a link to `url` where that is not empty.
std::string markdown_row(const StackResult& stack, bool with_server, std::string_view url);

// Begins a folded block; `summary` is HTML.
std::string markdown_fold(std::string_view summary);
// Changes, reasons and what to do, folded. Long values are shortened, and of many changes the first thirty are listed.
std::string markdown_block(const Report& report, const StackResult& stack, bool with_server);
// The same of several stacks of which the same is said (alike.hpp), with their names.
std::string markdown_block(const Report& report, const std::vector<const StackResult*>& stacks, bool with_server);

} // namespace mooring::report
