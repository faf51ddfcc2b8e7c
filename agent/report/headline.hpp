// The headline's words: how many stacks have each verdict, coverage and score, and whether what runs was read. Pure.
#pragma once

#include "model/verdict.hpp"

#include <array>
#include <cstddef>
#include <string>
#include <vector>

namespace mooring::report {

// The order in which verdicts are listed: what needs a person first, then what could not be seen, then what is only
// worth knowing. in_sync is not among them.
inline constexpr std::array listed_verdicts{
    Verdict::drifted,     Verdict::missing, Verdict::deleted, Verdict::denied, Verdict::not_visible, Verdict::orphaned,
    Verdict::unreachable, Verdict::pending, Verdict::error,   Verdict::extra,  Verdict::suspended};

// 0 where the summary has no entry.
std::size_t count_of(const Summary& summary, Verdict verdict);

// The verdicts that a headline names: in_sync always, then those of listed_verdicts that occur.
std::vector<Verdict> headline_verdicts(const Summary& summary);

// "drifted 2", "in sync 11 (2 waived, 1 runtime not asked)"
std::string count_words(const Summary& summary, Verdict verdict);

// "coverage 78 %", "score 61 %", "64 % with waivers" where any is in use, "runtime read".
std::vector<std::string> share_words(const Report& report);

// "in sync 11, drifted 2; coverage 78 %, score 61 %, runtime read": the headline as one clause.
std::string headline(const Report& report);

} // namespace mooring::report
