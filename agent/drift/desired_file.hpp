// The desired compose file, loaded, and what of a file should run.
#pragma once

#include "compose/compose.hpp"
#include "model/desired.hpp"
#include "model/stack.hpp"

#include <optional>
#include <span>
#include <string>

namespace mooring::drift {

// nullopt for Git, Kubernetes, and a file that does not load (comparing says why).
std::optional<compose::File> desired_file(const DesiredStack& stack);

// What it would run; nullopt likewise.
std::optional<compose::ProjectFacts> facts_of(const DesiredStack& stack, const std::optional<compose::File>& file);

// What of a file's services should run for this stack (design §3.3): which profiles are active and which services are
// jobs. Active are the profiles that the record's own variables name, which Portainer hands to compose; without a
// record, the manifest's. `called_jobs`: services that the desired file calls jobs. May be asked again.
void settle(compose::ProjectFacts& project, const DesiredStack& stack, const StackRecord* record = nullptr,
            std::span<const std::string> called_jobs = {});

} // namespace mooring::drift
