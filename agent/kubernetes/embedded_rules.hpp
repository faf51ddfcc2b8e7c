// rules/*.json as they are in the program (made by cmake/EmbedTexts.cmake).
#pragma once

#include <string_view>

namespace mooring::kubernetes::rules {

std::string_view types(); // built-in kinds -> fields with their forms
std::string_view lists(); // types -> fields -> how their lists and maps are merged

} // namespace mooring::kubernetes::rules
