// What people call verdicts, stacks, environments, counts, durations and times.
#pragma once

#include "base/clock.hpp"
#include "model/verdict.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mooring::words {

// Counts, shares, durations and times for people. Pure.

// "1 stack", "2 stacks".
std::string counted(std::size_t count, std::string_view singular);
// The first `most` of a list, and where there are others "and 2 more" as the last.
std::vector<std::string> with_the_rest_counted(std::vector<std::string> list, std::size_t most);
// "78 %", rounded down so that only all is 100 %; "–" for null.
std::string percent(const std::optional<double>& share);

// "3 d 4 h", "2 h 5 min", "40 s": a duration in its two largest units.
std::string duration_words(UnixSeconds seconds);
// "a moment", "90 s", "4 min", "3 h", "12 days": how long ago.
std::string age_words(UnixSeconds seconds);
// "40 ms", "1.3 s": how long something took.
std::string took_words(double seconds);

// "2026-10-01 06:00", UTC; "–" for 0.
std::string short_time(UnixSeconds at);
// "2026-11-25 09:00:00 UTC".
std::string time_words(UnixSeconds at);

// What stacks, environments and whoever looks at them are called. Names come from servers and manifests and are made
// printable here. Pure.

// Of a name that stands in a sentence.
inline constexpr std::size_t most_of_a_name = 100;

// "production", "#4" where the name is not known, "?" where the id is not either: in a label or a table.
std::string environment_name(std::string_view name, std::optional<EnvironmentId> id);
std::string environment_name(const StackResult& stack);
// "production", "environment 4", "its environment": in a sentence.
std::string environment_phrase(std::string_view name, std::optional<EnvironmentId> id);
// "production", "4", "its environment": behind the word "environment".
std::string environment_after_word(std::string_view name, std::optional<EnvironmentId> id);

// "shop/production", "shop/#4" where the environment has no known name, "shop/production@main" with `with_server`.
std::string stack_name(const StackResult& stack, bool with_server);

// "alice (user, list filtered)"; "nobody" where no identity was learned.
std::string observer_words(const ServerResult& server);
// "administrator", "user", "edge administrator", "role 7".
std::string role_name(std::int64_t role);
// "complete", "filtered", or "not read": what is known of a server's list of stacks.
std::string_view list_word(const ServerResult& server);

// The words for verdicts, and what a verdict means to those who know only pass, fail, cannot tell and skip. Pure.

// "not visible", "in sync": the verdict's word with blanks.
std::string verdict_words(Verdict verdict);
// The same with its qualification: "in sync (waived)".
std::string verdict_words(const StackResult& stack);
// "NOT VISIBLE", as it stands in front of a stack; "in sync" stays in lower case.
std::string verdict_label(Verdict verdict);
// " (waived)", " (runtime not asked)", " (waived, runtime not asked)" or "", the way an in_sync is qualified (design
// §3.1); and " (3 values that no file declares)".
std::string qualification(const StackResult& stack);

// How many values of a stack's objects somebody set by hand and no file declares: one a note of runtime's
// cluster_compare, which lists no more than so many and says so.
std::size_t undeclared_values(const StackResult& stack);

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
