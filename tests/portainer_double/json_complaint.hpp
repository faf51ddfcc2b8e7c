// Why a text is no JSON, in the words of the JSON reader that Portainer uses.
#pragma once

#include <string>
#include <string_view>

namespace portainer_double {

// Of the first JSON value of `text`; what follows it is not looked at. "" if that value is sound, "EOF" for a blank
// text, "unexpected EOF" where it ends too early, else "json: what is wrong: the rest from there".
std::string json_complaint(std::string_view text);

// The rest of a text as complaints quote it.
std::string json_excerpt(std::string_view rest);

} // namespace portainer_double
