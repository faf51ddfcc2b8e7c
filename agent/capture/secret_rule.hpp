// Which values of a server must not become plain text in an export.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mooring::capture {

struct SecretRule {
    std::vector<std::string> names; // globs on names, case folded; beside the built-in words
    bool every_variable = false;    // every env value of a record is one

    // By name (PASSWORD, TOKEN, ..., and `names`).
    bool is_secret_name(std::string_view name) const;
    // By name or by looks: a URL with a password, a private key, a long text without a pattern.
    bool is_secret(std::string_view name, std::string_view value) const;
};

// Whether a text looks drawn by chance: 20 bytes or more of a token's alphabet, letters and digits mixed, at least 3.3
// bits a byte by how often each occurs.
bool looks_random(std::string_view text);

} // namespace mooring::capture
