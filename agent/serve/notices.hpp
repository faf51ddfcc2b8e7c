// What is worth telling somebody: transitions, reminders, recoveries. Decided for each receiver by what it was told
// last, so that nothing is said twice, also across restarts (the ledger keeps what was told). Pure.
#pragma once

#include "ledger/entries.hpp"
#include "serve/board.hpp"

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mooring::serve {

enum class News { none, opened, changed, resolved, reminder };

// What was told last about one subject and topic; an empty state: that all is well.
struct Told {
    std::string state;
    UnixSeconds at = 0;
};

// `now`: the state to tell of; "" all is well; nullopt: it is not known now, and nothing is said. `reminder` 0: never.
News news_of(const std::optional<Told>& before, const std::optional<std::string>& now, UnixSeconds at,
             std::chrono::seconds reminder);

// One thing that a notification says.
struct Notice {
    News news = News::none;
    std::string subject; // "stack/main/production/shop", "server/main", "manifests", "ledger"
    // "drift", "access", "manifests", "ledger"; of correcting: "correction" (what was written, said once), "blocked" (a
    // stack), "correcting" (a whole server)
    std::string topic;
    std::string state;   // to be remembered as told; "" when resolved
    std::string what;    // "shop in production on main"
    std::string verdict; // the verdict's word; "" where it is about no stack
    std::string brief;   // one sentence without secrets; may be empty
    std::string remedy;  // may be empty
    std::string path;    // of its page; "" where it has none
    std::optional<StackKey> stack;
    UnixSeconds since = 0; // of drift: since it was first seen to differ, whatever that is called now; 0: of nothing
    std::optional<UnixSeconds> seen; // for how many seconds since then anybody saw it so; nullopt: about no stack
};

// A stack that is blocked for so long is told of; one that is quarantined at once.
inline constexpr UnixSeconds blocked_for_long = UnixSeconds{24} * 3600;

// "drift opened", "drift changed", "drift resolved", "access lost", "access regained", "still: drift", ...
std::string words_of(const Notice& notice);

using ToldByTopic = std::map<std::pair<std::string, std::string>, Told>; // subject, topic

// Everything that a receiver who was told `told` should hear after a run of `server`. A server that could not be read
// is one notice, not one a stack. What is pending says nothing, and what could not be seen says nothing about drift.
std::vector<Notice> notices(const Board& board, std::string_view server, const ToldByTopic& told, UnixSeconds now,
                            std::chrono::seconds reminder);

} // namespace mooring::serve
