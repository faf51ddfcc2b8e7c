// What stacks, environments and whoever looks at them are called. Names come from servers and manifests and are made
// printable here. Pure.
#pragma once

#include "model/verdict.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace mooring::words {

// Of a name that stands in a sentence.
inline constexpr std::size_t most_of_a_name = 100;

// "production", "#4" where the name is not known, "?" where the id is not either: in a label or a table.
std::string environment_name(std::string_view name, std::optional<EnvironmentId> id);
std::string environment_name(const StackResult& stack);
// "production", "environment 4", "its environment": in a sentence.
std::string environment_phrase(std::string_view name, std::optional<EnvironmentId> id);
// "production", "4", "its environment": behind the word "environment".
std::string environment_after_word(std::string_view name, std::optional<EnvironmentId> id);

// "shop/production", "shop/#4" where the environment has no known name, "shop/production@main" with `with_server`.
std::string stack_name(const StackResult& stack, bool with_server);

// "alice (user, list filtered)"; "nobody" where no identity was learned.
std::string observer_words(const ServerResult& server);
// "administrator", "user", "edge administrator", "role 7".
std::string role_name(std::int64_t role);
// "complete", "filtered", or "not read": what is known of a server's list of stacks.
std::string_view list_word(const ServerResult& server);

} // namespace mooring::words
