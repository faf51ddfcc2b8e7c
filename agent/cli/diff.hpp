// `mooring diff`: two compose files or Kubernetes manifests by meaning, or a stream of pairs.
#pragma once

#include "cli/command.hpp"
#include "cli/pair.hpp"

namespace mooring::cli {

std::unique_ptr<Command> make_diff_command();

// Answers every line {"id","desired","actual"} of `in` with one line {"id","equal","changes":[{"path","desired",
// "actual"}]}, or {"id","error"} when the pair cannot be read, and flushes after each. Blank lines are passed over; a
// line that is no such object is answered with the error and, unless it has one, a null id. Returns 65 if any pair
// could not be read, else 2 if any differs, else 0. `how`: all of
// PairTexts but the texts.
int diff_batch(std::istream& in, std::ostream& out, const PairTexts& how = {});

} // namespace mooring::cli
