// Which names and texts probably hold secrets (design §4: "values in compose files under secret-looking names").
#pragma once

#include <string>
#include <string_view>

namespace mooring {

// Whether a value under this name should not be shown: the name holds PASS, PWD, TOKEN, SECRET, KEY, CREDENTIAL,
// PRIVATE, AUTH or the like, in any case. It errs on the side of hiding ("monkey" looks secret).
bool looks_secret(std::string_view name);

// The text with the password of every `scheme://user:password@host` in it replaced by `***`; the rest is unchanged.
std::string mask_url_passwords(std::string_view text);

} // namespace mooring
