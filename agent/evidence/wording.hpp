// Words of the compliance report. Pure.
#pragma once

#include "evidence/assessment.hpp"

#include <string>

namespace mooring::evidence {

// "shop/production@main"
std::string stack_name(const ledger::StackKey& key);
std::string_view to_string(Episode::End end);
std::string_view to_string(Finding::Level level);
// "expired", "dead", "expires soon", "in force", "not yet", "withdrawn": at the end of the period.
std::string waiver_state(const WaiverReport& waiver, const Assessment& assessment);

// Of a stretch from `from` to `to` that was seen for `seen` seconds: "for 30 d 21 h", or "seen so for 27 d 9 h of 30 d
// 21 h, for the rest nobody could see it"; said of the period alone when it began before it.
std::string seen_words(UnixSeconds from, UnixSeconds to, UnixSeconds seen, ledger::Period period);

// Shares of a whole with one decimal, which add up to 100.0: what rounding leaves goes to the largest remainders,
// nothing that is there reads 0.0, and what is not all does not read 100.0.
std::vector<std::string> share_words(const std::vector<UnixSeconds>& parts);

// What a finding is, in words: "drifted", "server not judged".
std::string what_words(const Finding& finding);

} // namespace mooring::evidence
