// What the commands that write to the log of writes have in common: who writes, whether a person agrees, where it goes.
#pragma once

#include "cli/confirm.hpp"
#include "manifest/config.hpp"
#include "model/writes.hpp"

#include <map>
#include <span>
#include <string>
#include <string_view>

namespace mooring::cli {

// Beside those of exit_code.hpp.
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
    std::string remembered; // of the database that the ledger's memory is about

    // The first of them; "" if nothing is known.
    const std::string& meant() const {
        return !configured.empty() ? configured : !trusted.empty() ? trusted : remembered;
    }
    // Who says it: "the configuration", "`mooring trust`", "the ledger's memory"; "" if nobody.
    std::string_view source() const;
};
bool same_instance(std::string_view one, std::string_view other); // without the case

// What the ledger has of writes; empty where there is no file yet.
struct WriteHistory {
    std::vector<LogEntry> log;
    LogStanding standing;
    std::map<std::string, std::string> remembered; // by server: the InstanceID of the memory

    KnownInstance known(const config::ServerEntry& server) const;
};
// Errors: usage (no ledger is named), those of ledger::open_ledger, io.
Result<WriteHistory> read_history(const config::Config& config, UnixSeconds now);

// Appends them to the ledger of the configuration, all or as far as it went: then the failure says so. Remarks of
// opening it go to standard error.
Result<void> append_entries(const config::Config& config, std::span<const LogEntry> entries, Console& console);

} // namespace mooring::cli
