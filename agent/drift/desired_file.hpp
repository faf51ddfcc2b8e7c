// The desired compose file, loaded.
#pragma once

#include "compose/compose.hpp"
#include "model/desired.hpp"

#include <optional>

namespace mooring::drift {

// nullopt for Git, Kubernetes, and a file that does not load (comparing says why).
std::optional<compose::File> desired_file(const DesiredStack& stack);

// What it would run; nullopt likewise.
std::optional<compose::ProjectFacts> facts_of(const DesiredStack& stack, const std::optional<compose::File>& file);

} // namespace mooring::drift
