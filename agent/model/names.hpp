// How Portainer spells names, so that a desired stack and a record meet (portainer-api.md §5.1).
#pragma once

#include <string>
#include <string_view>

namespace mooring {

// Lower-case, then everything outside `-`, `_`, `a-z`, `0-9` deleted: "My App 1!" -> "myapp1". May be empty.
std::string normalise_stack_name(std::string_view name);

// The full form of a Git reference: "main" -> "refs/heads/main"; "" stays "" (the default branch); "refs/..." and
// commits stay.
std::string full_reference(std::string_view reference);

// A Git URL without its trailing `.git` or `/`, user part and default port (design §5): what is compared, never what is
// shown.
std::string comparable_git_url(std::string_view url);

// A URL as it may be shown: without its user part, which may be a password or token.
std::string url_without_user(std::string_view url);

} // namespace mooring
