// `mooring validate DIR...`: all problems of all manifests and of the compose files they name, without a server.
#pragma once

#include "base/diagnostic.hpp"
#include "cli/command.hpp"
#include "model/desired.hpp"

namespace mooring::cli {

std::unique_ptr<Command> make_validate_command();

// Problems of the compose files of `stacks`, each file once, at the line of the compose file: what does not load, what
// Docker Compose refuses, files that are not there. Kubernetes and Git stacks are not looked into.
Diagnostics compose_problems(const std::vector<DesiredStack>& stacks);

} // namespace mooring::cli
