// Declared jobs against the desired file, before anything is asked (design §3.3).
#pragma once

#include "model/desired.hpp"

#include <vector>

namespace mooring::drift {

// Takes out the stacks whose manifest or file calls a job what cannot be one (the file does not have the service, or
// starts it again whenever it ends) and says why among the diagnostics. Of Git stacks the run says it: their file is
// not at hand.
void refuse_wrong_jobs(Desired& desired);

// Notes on services that may be meant to end and are not declared so: nothing restarts them, they serve nothing and
// nothing needs them. One a manifest; it reads every file.
Diagnostics job_candidates(const std::vector<DesiredStack>& stacks);

} // namespace mooring::drift
