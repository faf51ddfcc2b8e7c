// Asking a person before something is done that cannot be taken back.
#pragma once

#include "cli/console.hpp"
#include "drift/judge.hpp"
#include "ledger/entries.hpp"
#include "manifest/config.hpp"
#include "model/writes.hpp"
#include "report/layout.hpp"

#include <boost/asio/awaitable.hpp>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mooring::cli {

enum class Confirmed {
    yes,
    no,     // anything else was answered, or nothing
    nobody, // there is no terminal to ask on: a flag must say it (exit_not_confirmed without)
};

// Asks once, on a terminal, on standard error if that is one. `wanted` is what must be typed, in whole: "yes"; "y"
// takes "yes" as well. Whatever the case; blanks around it do not count.
Confirmed confirm(Console& console, std::string_view question, std::string_view wanted);

// The same inside a run, where signals must go on being heard while nobody has answered.
boost::asio::awaitable<Confirmed> confirm_while_running(Console& console, std::string question, std::string wanted);

// What the commands that write to the log of writes have in common: who writes, whether a person agrees, where it goes.

// Beside those of console.hpp.
inline constexpr int exit_blocked = 3;
inline constexpr int exit_unavailable = 69;

// "alice with mooring adopt": the login name as the environment has it.
std::string author(const Console& console, std::string_view command);

// Asks unless `yes`; exit_ok, or exit_not_confirmed with what that means on standard error.
int ask(Console& console, std::string_view command, bool yes, std::string_view question);

// The InstanceID that a server must have, and who says so.
struct KnownInstance {
    std::string configured; // `instance:` of the server's entry
    std::string trusted;    // named by `mooring trust`
    std::string written;    // of the first write or adoption; once the server is trusted that counts
    std::string first_seen; // of the first run that the ledger has of it

    // The first of them; "" if nothing is known.
    const std::string& meant() const {
        return !configured.empty() ? configured : !trusted.empty() ? trusted : !written.empty() ? written : first_seen;
    }
    // Who says it: "the configuration", "`mooring trust`", "the log of writes", "the ledger's first run"; "" if nobody.
    std::string_view source() const;
};
bool same_instance(std::string_view one, std::string_view other); // without the case

// What the ledger has of writes; empty where there is no file yet.
struct WriteHistory {
    std::vector<LogEntry> log;
    LogStanding standing;
    std::map<std::string, ledger::Sighting> sightings; // by server

    KnownInstance known(const config::ServerEntry& server) const;
};
// Errors: usage (no ledger is named), those of ledger::open_ledger, io.
Result<WriteHistory> read_history(const config::Config& config, UnixSeconds now);

// Appends them to the ledger of the configuration, all or as far as it went: then the failure says so. Remarks of
// opening it go to standard error.
Result<void> append_entries(const config::Config& config, std::span<const LogEntry> entries, Console& console);

// What log, plan, adopt and apply say of writes.

// The log of writes for people and machines. Pure.

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

// Several lines, the first one with number, time (UTC), what, which stack, by whom; the last one of a write begins with
// the number of the entry that says what came of it. `width`: of the terminal; nullopt: nothing is wrapped.
std::string deed_text(const Deed& deed, const report::Paint& paint, bool with_server,
                      std::optional<std::size_t> width = std::nullopt);
// What came of an intent, in words; "" for all else.
std::string outcome_text(const Deed& deed);

// `mooring log`, newest last.
std::string log_text(std::span<const Deed> deeds, const report::Paint& paint,
                     std::optional<std::size_t> width = std::nullopt);
// The contract of schema/log.schema.json.
std::string log_json(std::span<const Deed> deeds);

// Which stacks may be adopted, and why not. Pure.

// A row that was named, as far as adopting needs it.
struct Adoption {
    StackResult result;
    SourceLocation where;              // the manifest
    WrittenStack stack;                // what the entry will say; without an id where there is no record
    bool whole = false;                // a record was seen, and it is the one that is meant
    Ownership owner = Ownership::none; // by the log
    std::string refused;               // why it cannot be adopted, and the cure; "" if it can
};

// `instance` is the InstanceID that the server said; "" if it did not.
Adoption adoption_of(const drift::Assessment& row, const std::string& instance, const WriteHistory& history,
                     const config::ServerEntry& server);

} // namespace mooring::cli
