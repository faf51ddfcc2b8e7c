// What yaml-cpp says about a broken text, in words that name the cure.
#pragma once

#include "yaml/node.hpp"

#include <string>
#include <string_view>

namespace mooring::yaml {

// `message` is yaml-cpp's, about the place `mark` of `text`. What is not known here stays as it is.
std::string in_plain_words(std::string_view message, std::string_view text, Mark mark);

} // namespace mooring::yaml
