// Takes secret-looking values out of a compose file in place: everything else keeps its bytes.
#pragma once

#include "capture/secret_rule.hpp"

#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace mooring::capture {

struct TakenOut {
    std::string text;
    std::vector<std::string> paths; // where the result differs from the original, as reports print it; sorted
    std::vector<std::string> names; // of the variables that stand in: "DB_PASSWORD"; sorted
};

// The file with `${NAME}` in the place of every secret; or why that cannot be done safely: it does not parse, a value
// is spelt in a way that cannot be replaced in place, or its text stands somewhere else in the file, too.
std::expected<TakenOut, std::string> take_out_secrets(std::string_view text, const SecretRule& rule);

// Whether any value of a YAML text (Kubernetes) looks secret, or the text does not parse.
bool may_hold_secrets(std::string_view text, const SecretRule& rule);

} // namespace mooring::capture
