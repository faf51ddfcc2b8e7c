// The desired compose file, loaded, and what of a file should run.
#pragma once

#include "compose/compose.hpp"
#include "model/desired.hpp"
#include "model/stack.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace mooring::compare {

// nullopt for Git, Kubernetes, and a file that does not load (comparing says why).
std::optional<compose::File> desired_file(const DesiredStack& stack);

// What it would run; nullopt likewise.
std::optional<compose::ProjectFacts> facts_of(const DesiredStack& stack, const std::optional<compose::File>& file);

// What of a file's services should run for this stack (design §3.3): which profiles are active and which services are
// jobs. Active are the profiles that the record's own variables name, which Portainer hands to compose; without a
// record, the manifest's. `called_jobs`: services that the desired file calls jobs. May be asked again.
void settle(compose::ProjectFacts& project, const DesiredStack& stack, const StackRecord* record = nullptr,
            std::span<const std::string> called_jobs = {});

// Takes out the stacks whose manifest or file calls a job what cannot be one (the file does not have the service, or
// starts it again whenever it ends) and says why among the diagnostics. Of Git stacks the run says it: their file is
// not at hand.
void refuse_wrong_jobs(Desired& desired);

// Notes on services that may be meant to end and are not declared so: nothing restarts them, they serve nothing and
// nothing needs them. One a manifest; it reads every file.
Diagnostics job_candidates(const std::vector<DesiredStack>& stacks);

} // namespace mooring::compare
