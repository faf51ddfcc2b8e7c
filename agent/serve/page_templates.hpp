// The pages' mustache templates. Everything in {{ }} is escaped; nothing is put in raw.
#pragma once

#include <string_view>

namespace mooring::serve {

std::string_view status_template();
std::string_view stack_template();

} // namespace mooring::serve
