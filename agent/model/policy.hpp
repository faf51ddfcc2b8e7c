// What may be written, as manifests and configuration say it (reconcile.md §2 to §6). Values only: whoever plans reads
// them. Every default is the careful one.
#pragma once

#include "base/clock.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace mooring {

// Who may correct a stack: nobody; `mooring apply`; the agent, too.
enum class PolicyMode : std::uint8_t { report, manual, correct };

// Which images a deployment may pull. `unset`: only what the host lacks, and only if all others are pinned by digest.
enum class Pull : std::uint8_t { unset, missing, always };

// Whether what ran before is put back when the write took it down. `automatic` is `auto` in manifests: the agent does
// it, `mooring apply` asks on a terminal.
enum class Rollback : std::uint8_t { never, automatic };

// "report", "manual", "correct"
std::string_view to_string(PolicyMode mode);
// "unset", "missing", "always"
std::string_view to_string(Pull pull);
// "never", "auto"
std::string_view to_string(Rollback rollback);

enum class WeekDay : std::uint8_t { monday, tuesday, wednesday, thursday, friday, saturday, sunday };

// "mon", "tue", ...
std::string_view to_string(WeekDay day);

// When a stack may be written: `{days: [mon, tue], from: "22:00", until: "04:00", timeZone: Europe/Berlin}`.
struct Window {
    std::set<WeekDay> days; // on which it begins; empty: every day
    int from = 0;           // minute of the day, 0 to 1439
    int until = 1440;       // exclusive, 1 to 1440; not after `from`: on the next day
    std::string time_zone;  // IANA name, or "UTC"; never empty
    std::size_t line = 0;

    friend bool operator==(const Window&, const Window&) = default;
};

// A time in which a stack is not written, whatever the windows say.
struct Freeze {
    UnixSeconds from = 0;
    UnixSeconds until = 0; // exclusive
    std::string reason;
    std::size_t line = 0;

    friend bool operator==(const Freeze&, const Freeze&) = default;
};

struct Policy {
    PolicyMode mode = PolicyMode::manual;
    Pull pull = Pull::unset;
    Rollback rollback = Rollback::never;
    std::vector<std::string> data;  // paths at which data may be lost or left behind: "services.db.volumes", sorted
    std::string replaces;           // the name under which this stack stood before; "" if none
    std::vector<std::string> after; // names of stacks of this server that are written first, in the manifest's order
    std::vector<Window> windows;    // empty: at any time; of several, one is enough
    std::vector<Freeze> freezes;
    bool strict = false;  // Kubernetes: values that nobody declared are changes (kubernetes.md §8)
    std::size_t line = 0; // of `policy` in the stack's own document; 0 if it has none

    friend bool operator==(const Policy&, const Policy&) = default;
};

// What a plan does only if it is allowed by name: `allow: [...]` in the manifest, or `--allow STACK=NAME` for one run.
enum class Allowance : std::uint8_t {
    create_unseen,      // create though a hidden stack of this name cannot be excluded (standalone Docker only)
    adopt_running,      // create over containers of that project that already exist
    start_to_change,    // deploy, which starts what is stopped, then stop it again
    detach_git,         // put the declared file in place of the Git source
    redeploy_git,       // deploy what the branch's head has now
    replace_lost_file,  // write the declared file where the server lost its own
    overwrite_accepted, // undo a waived or ignored difference on the way
    prune_services,     // remove the containers of a service that the file no longer has
    rerun_jobs,         // the agent, too, lets jobs run again
};

inline constexpr std::array all_allowances{
    Allowance::create_unseen,      Allowance::adopt_running,  Allowance::start_to_change,
    Allowance::detach_git,         Allowance::redeploy_git,   Allowance::replace_lost_file,
    Allowance::overwrite_accepted, Allowance::prune_services, Allowance::rerun_jobs,
};

// "create-unseen", ...
std::string_view to_string(Allowance allowance);
// nullopt: there is none of that name.
std::optional<Allowance> parse_allowance(std::string_view word);
// The names of all, for suggestions.
std::vector<std::string> allowance_names();

// Limits of writing to one server (reconcile.md §2, §3.3, §4, §5, §6). The durations are those of the server's own
// clock where it has one.
struct WriteLimits {
    unsigned max_share = 20;                    // percent of a server's declared stacks changed in 24 hours
    std::optional<std::size_t> max_changes;     // stacks changed in 24 hours; nullopt: max_share alone
    std::size_t max_removes = 0;                // stacks that the agent may remove in 24 hours
    std::chrono::seconds prune_after{3600};     // how long an extra stack must have been seen before it goes
    std::chrono::seconds deploy_timeout{1200};  // the longest wait for one write and its deployment
    std::optional<std::chrono::seconds> settle; // until it must be in sync; nullopt: by the kind of stack
    std::chrono::seconds redeploy_after{300};   // between the two looks at a runtime difference
    std::chrono::seconds human_grace{3600};     // how long a change by another's hand is left alone

    friend bool operator==(const WriteLimits&, const WriteLimits&) = default;
};

// One server's entry in the configuration, as far as writing is concerned.
struct WriteSettings {
    bool apply = false;               // whether anything is written to this server at all
    bool correct = false;             // whether the agent may, too; means nothing without `apply`
    std::string instance;             // the InstanceID that writes need; "" what the ledger knows
    std::vector<std::string> protect; // globs of normalised stack names that are never written
    WriteLimits limits;

    friend bool operator==(const WriteSettings&, const WriteSettings&) = default;
};

// Where records, files and variables are kept before they are overwritten; of the whole configuration.
struct BackupSettings {
    std::filesystem::path folder;                         // "" beside the ledger
    std::chrono::hours keep{std::chrono::hours(30 * 24)}; // older ones go, but for the youngest three of a stack
    static constexpr std::size_t always_kept = 3;

    friend bool operator==(const BackupSettings&, const BackupSettings&) = default;
};

} // namespace mooring
