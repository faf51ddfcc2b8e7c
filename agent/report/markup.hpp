// Text in XML and HTML.
#pragma once

#include <string>
#include <string_view>

namespace mooring::report {

// Untrusted text as the content or a quoted attribute of an XML 1.0 or HTML element: printable, the five characters of
// markup as entities, and without the code points that XML forbids.
std::string markup(std::string_view text);

} // namespace mooring::report
