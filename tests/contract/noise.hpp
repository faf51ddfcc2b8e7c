// What of a JSON answer is Docker's or the day's own, and how much of it is compared all the same.
#pragma once

#include <string_view>

namespace contract {

enum class Treatment {
    value,      // equal
    time,       // both zero or both not
    name,       // a name the server chose: always the same for the same
    number,     // a counter's: always the same for the same
    text,       // equal but for the words of compose, git, the resolver and the JSON reader
    kind,       // the same JSON type
    first_word, // "Up 10 seconds"
    anything,   // there is one
    optional,   // may be missing on either side
    sparse,     // may be missing where it was recorded; what is there is compared
    set,        // a list in any order
};

// By the dotted path of the value, list positions left out: "NetworkSettings.Networks.*.MacAddress".
Treatment treatment_of(std::string_view path);

} // namespace contract
