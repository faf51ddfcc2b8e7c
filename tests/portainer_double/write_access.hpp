// The checks that writes about one stack share, each call with its own words (portainer-api.md §1.3).
#pragma once

#include "portainer_double/routes.hpp"

#include <optional>

namespace portainer_double {

struct WriteWords {
    std::string_view no_environment;
    std::string_view environment_denied;
};

constexpr WriteWords edit_words{"Unable to find the environment associated to the stack inside the database",
                                "Permission denied to access environment"};
constexpr WriteWords delete_words{"Unable to find the endpoint associated to the stack inside the database",
                                  "Permission denied to access endpoint"};
constexpr WriteWords start_words{"Unable to find an endpoint with the specified identifier inside the database",
                                 "Permission denied to access endpoint"};
constexpr WriteWords stop_words{no_environment_message, "Permission denied to access environment"};

// Environment 404 and 403, alone.
std::optional<Answer> refuse_environment(const Call& call, Id environment, const WriteWords& words);

// The 403 of the resource control. An update looks it up under the environment that was asked for, the other writes
// under the record's own: `environment` says which.
std::optional<Answer> refuse_resource(const Call& call, const Stack& stack, Id environment);

// The 409 while Status is 3.
Answer already_deploying();

} // namespace portainer_double
