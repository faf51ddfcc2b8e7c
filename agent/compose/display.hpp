// Canonical values as one line of text, with what looks secret masked.
#pragma once

#include "compose/compose.hpp"
#include "compose/value.hpp"

#include <string>
#include <string_view>

namespace mooring::compose {

// Plain text for single values, JSON for maps and lists. Values under secret-looking keys, `NAME=value` pairs whose
// name looks secret, and passwords inside URLs are `***`.
// `Secrets::shown`: all as it is.
std::string display(const Value& value, Secrets secrets = Secrets::masked);

// Text with the passwords of URLs and the values of secret-looking `NAME=value` pairs masked.
std::string mask_text(std::string_view text, Secrets secrets = Secrets::masked);

} // namespace mooring::compose
