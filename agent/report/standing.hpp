// What a verdict means to programs that know only pass, fail, cannot tell and skip; and why something is accepted.
// Pure.
#pragma once

#include "model/verdict.hpp"

#include <string>
#include <string_view>

namespace mooring::report {

enum class Standing {
    good,     // in sync, nothing waived
    accepted, // waived, or suspended
    drift,    // drifted, missing, deleted, extra
    blind,    // what could not be read or compared: denied, not_visible, orphaned, unreachable, pending, error
};

Standing standing_of(Verdict verdict);
// The verdict's, unless waivers accept all of it. A blind verdict is never accepted.
Standing standing_of(const StackResult& stack);

// Whether somebody who asks for stacks with the verdict `word` means this one: `missing` includes `deleted`, which
// 0.1.0 called so.
bool is_asked_for(std::string_view word, Verdict verdict);

// "error" for drift, "warning" for what could not be seen, "note" for the rest: the level of a finding.
std::string_view level_of(Standing standing);

// Whether the run came to its verdicts: it was neither interrupted nor ended with an exit code beside 0, 2, 3 and 4.
bool is_judged(const Report& report);

// "not visible", "in sync (waived)": the verdict's word with its qualification.
std::string verdict_words(const StackResult& stack);

// "waiver old-nginx: replaced in May (owner web@example.org, until 2027-01-01T00:00:00Z)"; the name alone where the
// report does not know the waiver.
std::string waiver_words(const Report& report, std::string_view waiver);

// Why a stack with Standing::accepted is: its waivers, or the message of its suspension.
std::string acceptance(const Report& report, const StackResult& stack);

} // namespace mooring::report
