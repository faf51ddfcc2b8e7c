// Whether a stack has become what is declared: judged again by the engine that judged it before (reconcile.md §4,
// move 7).
#pragma once

#include "apply/readings.hpp"

#include <boost/asio/awaitable.hpp>
#include <set>
#include <string>

namespace mooring::apply {

enum class Look : std::uint8_t {
    in_sync,  // but for what is accepted
    starting, // not yet
    differs,
    unread, // what runs, or more, could not be read
};
// Pure. `accepted`: paths of differences that waivers and `ignore` accepted when it was planned.
Look look_at(const drift::Assessment* row, const std::set<std::string>& accepted);

// How long a stack may take: the configured time, else by its kind (Docker 2 minutes, swarm 5), and never less than the
// longest start period of its file.
std::chrono::seconds settle_time(const WriteSettings& settings, StackType type, std::chrono::seconds start_period);

// Judges until the stack was in sync in two looks without a restart between them, or time is up. `written` is what is
// known of the last part, and becomes the outcome of the step. `ran`: what ran before its first part.
boost::asio::awaitable<void> converge(Workshop& workshop, Server& server, const drift::Assessment& seen,
                                      std::chrono::seconds start_period, PartResult& written, const Running& ran);

// Of a rollback: reads until everything that ran before runs in two looks without a restart between them, or time is
// up.
boost::asio::awaitable<void> runs_again(Workshop& workshop, Server& server, const StackRecord& record,
                                        std::chrono::seconds start_period, PartResult& written, const Running& ran);

} // namespace mooring::apply
