// One part: read the ground, back up, note the intent, send once, read until known, judge, note the outcome.
#pragma once

#include "apply/apply.hpp"
#include "apply/readings.hpp"
#include "apply/rollback.hpp"

#include <boost/asio/awaitable.hpp>
#include <optional>

namespace mooring::apply {

// A step under way: its record as the part before left it.
struct UnderWay {
    Workshop& workshop;
    Server& server;
    const reconcile::Step& step;
    const drift::Assessment& seen;
    std::optional<StackRecord> record; // nullopt until a create is done
    Running ran;                       // before the first part
    std::optional<Before> before;      // of a stack with a file of its own, before the first part that deploys
    bool other_server = false;         // it answers no longer as the one that was planned for
    bool ledger_failed = false;        // nothing more may be written: nobody would know of it
};

// Whose token writes; "" unknown.
const std::string& user_of(const UnderWay& way);

// `last`: the step's result is judged after it.
boost::asio::awaitable<PartResult> do_part(UnderWay& way, const reconcile::Part& part, bool last);

} // namespace mooring::apply
