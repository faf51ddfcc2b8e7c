// The pages' mustache templates. Everything in {{ }} is escaped; nothing is put in raw.
#pragma once

#include <string>
#include <string_view>

namespace mooring::serve {

std::string status_template();
std::string stack_template();
std::string runs_template();
// The partial `prose`: one piece of a sentence.
std::string_view prose_template();

} // namespace mooring::serve
