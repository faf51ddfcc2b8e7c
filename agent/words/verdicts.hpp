// The words for verdicts, and what a verdict means to those who know only pass, fail, cannot tell and skip. Pure.
#pragma once

#include "model/verdict.hpp"

#include <string>
#include <string_view>

namespace mooring::words {

// "not visible", "in sync": the verdict's word with blanks.
std::string verdict_words(Verdict verdict);
// The same with its qualification: "in sync (waived)".
std::string verdict_words(const StackResult& stack);
// "NOT VISIBLE", as it stands in front of a stack; "in sync" stays in lower case.
std::string verdict_label(Verdict verdict);
// " (waived)", " (runtime not asked)", " (waived, runtime not asked)" or "", the way an in_sync is qualified (design
// §3.1).
std::string qualification(const StackResult& stack);

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

} // namespace mooring::words
