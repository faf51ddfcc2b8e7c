// Takes a secret out of text that somebody else wrote: a server or proxy that repeats our headers must not put the
// token into our reports.
#pragma once

#include "base/secret.hpp"

#include <span>
#include <string>
#include <string_view>

namespace mooring {

// Every stretch of `text` that is also in the secret, 8 bytes or longer (or the whole of a shorter secret), becomes
// "***". Do it before the text is cut or escaped.
std::string redact(std::string_view text, const Secret& secret);
// The same for each of them.
std::string redact(std::string_view text, std::span<const Secret> secrets);

// Every whole occurrence of a secret becomes "***": for what is long and seldom holds one.
bool holds_secret(std::string_view text, std::span<const Secret> secrets);
void take_out(std::string& text, std::span<const Secret> secrets);

} // namespace mooring
