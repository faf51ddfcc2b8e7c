// How paths into files are written, whatever the files are: `services.web.labels["a.b/c"]`.
#pragma once

#include <string>
#include <string_view>

namespace mooring {

// `.key`, without the dot at the start, or `["key.with.dots"]`.
void append_key(std::string& path, std::string_view key);
// A text as JSON writes it, in quotes.
void append_json_string(std::string& out, std::string_view text);

} // namespace mooring
