// What every part of a compose file may look like: for each field its meanings, and for each meaning its spellings. The
// same meanings were asked of Docker's own loader.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mooring::compose {

struct Field {
    std::string_view place; // "services.web", "services.web.build", ..., "volumes.v": the mapping it stands in
    std::string_view key;
    // Spellings of one meaning in one list; "" is the absence of the field. Two lists mean different things.
    std::vector<std::vector<std::string>> meanings;
};

std::span<const Field> fields();

} // namespace mooring::compose
