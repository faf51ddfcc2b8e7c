// The log of writes for people and machines. Pure.
#pragma once

#include "model/writes.hpp"
#include "report/paint.hpp"

#include <span>
#include <string>
#include <vector>

namespace mooring::cli {

// One thing that was done: an intent with what came of it, or what a person decided. Points into the log.
struct Deed {
    const LogEntry* entry = nullptr;   // any kind but an outcome
    const LogEntry* outcome = nullptr; // of an intent; nullptr: nobody has noted any
    const LogEntry* resumed = nullptr; // of an intent that was open or unknown: a person has looked since
    bool keeps = false;                // nothing more is done with the stack until this is settled
};

// In the order of the log.
std::vector<Deed> deeds_of(std::span<const LogEntry> log);

// "shop/production", "shop/production@main" with `with_server`; "main" where the entry is about a server alone.
std::string subject_of(const WrittenStack& stack, bool with_server);

// Several lines, the first one with number, time (UTC), what, which stack, by whom.
std::string deed_text(const Deed& deed, const report::Paint& paint, bool with_server);
// What came of an intent, in words; "" for all else.
std::string outcome_text(const Deed& deed);

// `mooring log`, newest last.
std::string log_text(std::span<const Deed> deeds, const report::Paint& paint);
// The contract of schema/log.schema.json.
std::string log_json(std::span<const Deed> deeds);

} // namespace mooring::cli
