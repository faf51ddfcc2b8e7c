// What manifests declare: stacks, and what may be written of them (reconcile.md §2 to §6). Values only: whoever
// plans reads them. Every default is the careful one.
#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/secret.hpp"
#include "model/stack.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
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

// Desired state: what the manifests say, after names, defaults, files and secrets were resolved.

// An environment as a manifest names it: by name, by id, or pinned by both (then the id finds it, and another name
// there is an error).
struct EnvironmentRef {
    std::optional<EnvironmentId> id;
    std::string name; // "" when given by id alone

    friend bool operator==(const EnvironmentRef&, const EnvironmentRef&) = default;
};

// A set of environments that only the server can expand: `environments: {tags: [...]}` or `{group: NAME}`.
struct EnvironmentSelector {
    std::vector<std::string> tags; // all of them must be on the environment
    std::string group;

    friend bool operator==(const EnvironmentSelector&, const EnvironmentSelector&) = default;
};

// The desired compose or Kubernetes file.
struct DesiredContent {
    std::string text;
    std::string file;     // as shown in reports: relative to where the manifests are; the manifest itself when inline
    std::size_t line = 1; // line of `file` on which `text` starts (1 for a file, the block's first line when inline)
};

// What Portainer needs to clone a private repository: `git.credentials`. Used for writing alone, never compared: no
// answer of a server has them.
struct GitCredentials {
    std::string username;
    std::optional<Secret> password; // or token; nullopt: the source could not be read (`unreadable` says why)
    std::string unreadable;         // "secrets/git: permission denied"; "" if there is none
    std::size_t line = 0;
};

struct DesiredGit {
    bool any = false; // `git: any`: a Git stack, whatever its source; all else here is empty then
    std::string url;
    std::string reference; // as written; "" means the default branch
    std::string path;      // ConfigFilePath, default docker-compose.yml
    std::vector<std::string> additional_files;
    std::optional<std::string> commit; // compared only if given
    std::optional<bool> tls_skip_verify;
    std::size_t line = 0;
    std::optional<GitCredentials> credentials; // nullopt: for public repositories only
};

// One declared environment variable. Opaque ones are compared by presence only.
struct DesiredEnv {
    std::string name;
    std::optional<Secret> value; // nullopt: opaque, or the source could not be read (then `unreadable` says why)
    std::string unreadable;      // "secrets/db: permission denied"; "" if there is none
    bool is_public = false;      // may be shown in outputs
    std::size_t line = 0;
    bool allow_empty = false; // `allowEmpty: true`
    // Why a value that was read must not be sent: its source is empty, looks encrypted or like a placeholder, or is a
    // variable that `secrets.fromEnv` does not name. "" if it may be. Never holds anything of the value.
    std::string unwritable;
    std::string from = {}; // its source, for people: "secrets/db", "the variable DB"; "" the manifest, or nobody knows
};

// `any`: what Portainer says of it is not compared.
enum class DesiredState { running, stopped, any };

// "running", "stopped", "any"
std::string_view to_string(DesiredState state);

// `stack: {id, created}`: the one record that a manifest means, whatever its name (design §4).
struct StackTie {
    StackId id = 0;
    std::optional<UnixSeconds> created; // nullopt: memory's date counts, if there is one
    bool name_declared = false;         // `name:` stands beside the id: the record's own name is compared
    std::string name;                   // that name, as written
    std::size_t line = 0;

    friend bool operator==(const StackTie&, const StackTie&) = default;
};

struct Principal { // a user or team, by name or id
    std::optional<std::int64_t> id;
    std::string name;
};

struct DesiredAccess {
    enum class Kind { administrators, everyone, restricted };
    Kind kind = Kind::administrators;
    std::vector<Principal> users; // for Kind::restricted
    std::vector<Principal> teams;
    std::size_t line = 0;
};

struct DesiredAutoUpdate {
    std::optional<std::string> interval; // Go duration
    std::optional<bool> webhook;         // whether one is armed; the UUID itself is a credential and not declared
    std::size_t line = 0;
};

// An accepted path of difference inside one manifest: `ignore: [{path, reason}]`. `path` is a glob over "plane:path" or
// over the path.
struct IgnoreRule {
    std::string path;
    std::string reason;
};

struct Suspension {
    std::string reason;
    std::string owner;
    UnixSeconds until = 0; // exclusive
};

struct DesiredStack {
    std::string name; // as written; compare normalise_stack_name(name) (Kubernetes: as written)
    std::string server;
    std::variant<EnvironmentRef, EnvironmentSelector> environment;
    StackType type = StackType::standalone;
    std::string namespace_; // Kubernetes only
    std::variant<DesiredContent, DesiredGit> source;
    std::optional<std::vector<DesiredEnv>> env; // nullopt: not compared
    bool env_strict = true;
    std::optional<DesiredState> state; // nullopt: left out, which means running
    std::vector<std::string> jobs;     // services that are meant to end (design §3.3), sorted
    std::optional<StackTie> tie;
    std::optional<DesiredAccess> access;
    std::optional<DesiredAutoUpdate> auto_update;
    bool runtime = true; // false: `runtime: false` in manifest or configuration
    std::vector<IgnoreRule> ignore;
    std::optional<Suspension> suspended;
    std::map<std::string, std::string> labels;
    std::string owner;
    SourceLocation where; // the manifest and the line of the document
    std::size_t state_line = 0;
    std::size_t jobs_line = 0;
    bool env_strict_written = false; // `envStrict` stands somewhere: in the manifest or in Defaults above it
    Policy policy;
    std::set<Allowance> allow; // in the stack's own manifest; what one run allows comes from the command line
    std::optional<bool> adopt; // nullopt: left out
    std::size_t allow_line = 0;
};

// A `Scope`: environments that this repository manages whole, so that undeclared stacks there are `extra`.
struct DesiredScope {
    std::string server;
    std::vector<EnvironmentRef> environments; // empty: every environment of the server
    std::string names = "*";                  // glob on normalised names
    std::vector<std::string> except;          // globs
    bool prune = false;          // what is extra here may be removed (reconcile.md §5); false: it is only reported
    std::vector<Window> windows; // of the Defaults above it: when that may be; empty: at any time
    std::vector<Freeze> freezes;
    SourceLocation where;
};

// A `Waiver`: an accepted difference with owner, reason, approver, start and UTC expiry (design §1).
struct Waiver {
    std::string name;
    std::string server;      // glob; "*"
    std::string environment; // glob on the environment's name; "*"
    std::string stack;       // glob on the stack's name
    std::string path;        // glob on "plane:path" or on the path; "*" any change; for missing and extra the path is
                             // "missing" / "extra"
    std::string owner;
    std::string reason;
    std::string approver;
    UnixSeconds from = 0;
    UnixSeconds until = 0; // exclusive
    SourceLocation where;
};

// Everything that was loaded. `complete` is false when any file could not be read or parsed: then nothing may be called
// extra (design §3.1, §4).
struct Desired {
    std::vector<DesiredStack> stacks; // by server, environment as written, name
    std::vector<DesiredScope> scopes;
    std::vector<Waiver> waivers;
    Diagnostics diagnostics;
    bool complete = true;
};

} // namespace mooring
