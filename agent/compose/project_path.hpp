// Paths on the host, as the loader resolves them (compose-oracle §3.2, "paths").
#pragma once

#include <string>
#include <string_view>

namespace mooring::compose {

// As Go's path.Clean: no empty, `.` or resolvable `..` elements, no trailing slash. A reference is one element, and
// what stands above it is not known.
std::string clean_path(std::string_view path);

// A path that the loader joins to the project's folder, or below `~` to the home folder, cleaned: "./a" for a, a/ and
// x/../a, "." for ./, "../b", "~/a". Absolute ones (of Windows too) stay as written, and so does what starts with a
// reference: it may be absolute. The empty text is empty.
std::string project_path(std::string_view path);

// The same for a build context, which may be an address or `service:NAME` instead.
std::string context_path(std::string_view path);

// `a:`, `é:`: one letter, of any alphabet, as of a Windows drive.
bool is_one_letter(std::string_view text);

} // namespace mooring::compose
