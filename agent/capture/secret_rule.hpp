// Which values of a server must not become plain text in an export.
#pragma once

#include "base/mask.hpp"
#include "base/secret.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mooring::capture {

struct SecretRule {
    std::vector<std::string> names;    // globs on names, case folded; beside the built-in words
    bool every_variable = false;       // every env value of a record is one
    std::vector<Secret> credentials{}; // the tokens of the configuration: secret under every name

    // By name (PASSWORD, TOKEN, ..., and `names`) or by looks: what base/mask.hpp finds in it, a long text without a
    // pattern, a credential.
    bool is_secret(std::string_view name, std::string_view value) const;
    bool holds_credential(std::string_view text) const;
    // How base/mask.hpp finds secrets by this rule.
    MaskOptions mask_options() const;

  private:
    bool is_listed(std::string_view name) const;
};

// Whether a text looks drawn by chance: 20 bytes or more of a token's alphabet, letters and digits mixed, at least 3.3
// bits a byte by how often each occurs.
bool looks_random(std::string_view text);

} // namespace mooring::capture
