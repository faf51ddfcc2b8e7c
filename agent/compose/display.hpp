// Canonical values as one line of text, with what looks secret masked.
#pragma once

#include "compose/compose.hpp"
#include "compose/value.hpp"

#include <string>
#include <string_view>

namespace mooring::compose {

// Plain text for single values, JSON for maps and lists. Values under secret-looking keys, the content of configs, and
// what a text or a command holds (base/mask.hpp) are `***`. `Secrets::shown`: all as it is.
std::string display(const Value& value, Secrets secrets = Secrets::masked);

// One text, masked or not.
std::string display(std::string_view text, Secrets secrets);

// Whether the value under this key of a map is secret: the key is the user's and looks like one, or it is the content
// of a config.
bool hides(const Value& map, std::string_view key, const Value& value);

} // namespace mooring::compose
