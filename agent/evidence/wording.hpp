// Words of the compliance report. Pure.
#pragma once

#include "evidence/assessment.hpp"

#include <string>

namespace mooring::evidence {

// "3 d 4 h", "2 h 5 min", "40 s".
std::string duration_words(UnixSeconds seconds);
// "2026-10-01 06:00"
std::string short_time(UnixSeconds at);
// "shop/production@main"
std::string stack_name(const ledger::StackKey& key);
// "alice (user, list filtered)"
std::string observer_words(const ServerResult& server);
std::string_view to_string(Episode::End end);
std::string_view to_string(Finding::Level level);
// "expired", "dead", "expires soon", "in force", "not yet", "withdrawn": at the end of the period.
std::string waiver_state(const WaiverReport& waiver, const Assessment& assessment);

} // namespace mooring::evidence
