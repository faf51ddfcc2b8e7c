// What must still be asked before a row can be judged, and the names that an absent stack's objects would bear on the
// host (design §3.2 "Predictable names"): asked of the Docker proxy, which tells a hidden object (403) from none (404).
#pragma once

#include "drift/facts.hpp"

#include <optional>
#include <string>
#include <vector>

namespace mooring::drift {

// What to ask for a Docker stack in this environment: a container (swarm: the service) of every service that is
// expected to run, the networks, the volumes. Services of inactive profiles or with `replicas: 0` are not expected to
// run; names with references are not predictable.
std::vector<Question> predictable_names(const DesiredStack& stack, const compose::ProjectFacts& file,
                                        EnvironmentId environment);

// Whether the answers exclude that the stack runs: a container or service of every service expected to run, and the
// default network if the file has one, were asked and answered 404, and nothing else but a volume answered 200. False
// when there is nothing to ask, or some service has no predictable name.
bool nothing_of_it_runs(const DesiredStack& stack, const compose::ProjectFacts& file,
                        const std::vector<NameProbe>& probes);

// What must still be asked for this row; empty when judge() can decide. A pure function of what is known, so that
// observe is a loop: ask, until nothing is left. `list_again` is only ever returned alone, in round 1.
std::vector<Question> next_questions(const Row& row, const ServerFacts& server, const StackFacts& facts,
                                     const JudgeOptions& options = {});

} // namespace mooring::drift
