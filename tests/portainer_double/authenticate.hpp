// Who is calling (portainer-api.md §1.2): keys, sessions, and the header combinations that are refused.
#pragma once

#include "portainer_double/access.hpp"
#include "portainer_double/message.hpp"

#include <expected>
#include <optional>

namespace portainer_double {

// What is refused before any route is looked at: key and Authorization together, a foreign Origin on a write.
std::optional<Answer> refuse_headers(const World& world, const Request& request);

// The caller, or one of the 401s.
std::expected<Caller, Answer> authenticate(World& world, const Request& request);

Caller caller_of(const World& world, const User& user);

// Counts a log-in or minting; the 403 of the limiter when it is on and this one was too many.
std::optional<Answer> limit_logins(World& world);

} // namespace portainer_double
