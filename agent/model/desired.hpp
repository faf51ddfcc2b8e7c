// Desired state: what the manifests say, after names, defaults, files and secrets were resolved.
#pragma once

#include "base/clock.hpp"
#include "base/diagnostic.hpp"
#include "base/secret.hpp"
#include "model/policy.hpp"
#include "model/stack.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

namespace mooring {

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
    bool prune = false; // what is extra here may be removed (reconcile.md §5); false: it is only reported
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
