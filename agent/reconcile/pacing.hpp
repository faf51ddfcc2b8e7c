// When the agent corrects, and when it leaves a stack or a whole server alone (reconcile.md §6). Pure: everything is
// derived from the log of writes and from the runs that the ledger recorded, so that a restart forgets nothing.
#pragma once

#include "base/secret.hpp"
#include "reconcile/plan.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mooring::reconcile {

// Whose entries of the log are the agent's.
inline constexpr std::string_view agent_author = "the agent";

inline constexpr UnixSeconds day_seconds = UnixSeconds{24} * 3600;
inline constexpr std::size_t most_attempts_a_day = 5; // of one stack
inline constexpr std::size_t most_returns = 2;        // of one difference within a day; then it is quarantined
inline constexpr UnixSeconds first_backoff = 60;      // seconds after an attempt; then twice as long each time
inline constexpr UnixSeconds most_clock_off = 120;    // seconds between this machine's clock and the server's Date

// What a stack is declared as, keyed (HMAC): "KEYMARK:DIGEST". Covers values of variables, so that it must stay in the
// ledger; where it stands in files is no part of it. "" without a key.
std::string declaration_digest(const DesiredStack& stack, const Secret& key);
// Whether two digests may be of one declaration: those of different keys cannot be told apart, and may.
bool may_be_same_declaration(std::string_view one, std::string_view other);

// One attempt of the agent: the intents of all parts of one step, one after the other.
struct Attempt {
    WrittenStack stack;
    std::string declaration;
    std::vector<std::string> changes; // in words, by path
    bool creates = false;
    UnixSeconds at = 0;                         // of the first intent
    UnixSeconds ended_at = 0;                   // of the last outcome; of the last intent while it is open
    PartOutcome outcome = PartOutcome::unknown; // of the last part; unknown while it is open
};
// The agent's attempts at this stack since a person last said that it may be written again, oldest first.
std::vector<Attempt> attempts_of(std::span<const LogEntry> log, const std::string& server,
                                 std::optional<EnvironmentId> environment, const std::string& name);

// What the recorded runs know of a stack.
struct History {
    std::optional<UnixSeconds> first; // when its present differences were first seen, all of them; nullopt: just now
    UnixSeconds in_sync_at = 0;       // when it was last judged in sync; 0: never
    bool was_there = false;           // some run saw a record of it
};

// One stack that a plan of the agent would write.
struct PacedStack {
    const Step& step;
    const drift::Assessment& row;
    std::string declaration; // digest
    std::string user;        // whose token writes; "" unknown
    History seen;
};

// The obstacle that pacing puts in the way of a step, and the quarantine that has to be recorded for it.
struct Paced {
    std::optional<Obstacle> obstacle; // nullopt: it may be written now
    std::optional<Halt> quarantine;   // newly found
};
Paced pace_of(const PacedStack& stack, std::span<const LogEntry> log, const WriteLimits& limits, UnixSeconds now);

// The quarantine that a stack is in; nullptr: none, or its declaration is another one since.
const LogEntry* quarantine_of(const LogStanding& standing, const std::string& server, const std::string& name,
                              std::string_view declaration);

// What is known of a server before anything is written to it.
struct ServerLook {
    std::string server;
    std::string instance_id;                // of the Portainer that answers
    std::string user;                       // whose token reads and writes; "" unknown
    std::span<const StackRecord> records;   // the list as it was read
    bool ledger_kept = false;               // a ledger is there, takes what is recorded, and has its key
    bool manifests_whole = false;           // they were read as a whole just now, without errors
    std::optional<UnixSeconds> server_date; // the server's Date, sent between the next two by this machine's clock
    UnixSeconds asked_at = 0;
    UnixSeconds answered_at = 0;
};
// Why nothing is written to a server; its message and cure are for people.
struct ServerHalt {
    Obstacle obstacle;
    std::optional<Halt> record; // to be recorded: it stands until the server is trusted anew
};
std::optional<ServerHalt> halt_of(const ServerLook& look, std::span<const LogEntry> log);

// Takes away what would exceed the limits of a server: the stacks that the agent wrote in the last 24 hours and those
// that it would write now, together. Over it no step of that server is done. `most`: stacks that may be changed.
void keep_to_limit(std::vector<Step>& steps, std::span<const LogEntry> log, const std::string& server, std::size_t most,
                   UnixSeconds now);

// Stacks that the agent removed from a server within the last day, whatever came of it.
std::size_t removed_within_a_day(std::span<const LogEntry> log, const std::string& server, UnixSeconds now);

// Blocks the removal of what another step replaces: the agent puts nothing in the place of another.
void keep_what_is_replaced(std::vector<Step>& steps);

// Holds what comes after (`policy.after`) a stack whose step is not to be done any more, as make_plan() does before
// pacing. In the plan's order.
void wait_for_held(std::vector<Step>& steps, const PlanInput& input);

} // namespace mooring::reconcile
