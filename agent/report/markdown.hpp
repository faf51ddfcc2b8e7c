// The report as GitHub and GitLab flavoured Markdown: a comment on a pull request, or the summary of a step.
#pragma once

#include "model/verdict.hpp"

#include <cstddef>
#include <string>

namespace mooring::report {

// A comment holds 65,536 characters; some of that is left to whoever wraps it.
inline constexpr std::size_t markdown_limit = 59'000;

// Headline, servers, a table of what is not plainly in sync, one folded block a stack of these, remarks, the names of
// what is in sync. At most `limit` bytes (not less than 5,000): whole rows and blocks are left out, and a note says how
// many. The headline's counts are always complete.
std::string to_markdown(const Report& report, std::size_t limit = markdown_limit);

} // namespace mooring::report
