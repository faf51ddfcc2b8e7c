// `mooring validate DIR...`: all problems of all manifests and of the files they name, without a server.
#pragma once

#include "base/diagnostic.hpp"
#include "cli/command.hpp"
#include "model/desired.hpp"

namespace mooring::cli {

std::unique_ptr<Command> make_validate_command();

// Problems of the files of `stacks`, each file once, at its line: what does not load, what Docker Compose refuses,
// files that are not there; of Kubernetes manifests what Portainer refuses. Git stacks are not looked into.
Diagnostics compose_problems(const std::vector<DesiredStack>& stacks);

} // namespace mooring::cli
