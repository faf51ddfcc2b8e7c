// Portainer's record of one stack, as its API answers (portainer-api.md §2.1). What Mooring does not use is left out.
#pragma once

#include "base/clock.hpp"
#include "base/secret.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mooring {

using StackId = std::int64_t;
using EnvironmentId = std::int64_t;

enum class StackType { standalone, swarm, kubernetes };

// "standalone", "swarm", "kubernetes"
std::string_view to_string(StackType type);

// Numbers as Portainer sends them (2.41 and newer: 3 and 4); every other number is unknown and judged as an error.
enum class StackStatus : std::int64_t { active = 1, inactive = 2, deploying = 3, failed = 4 };

struct EnvVar {
    std::string name;
    Secret value;

    friend bool operator==(const EnvVar&, const EnvVar&) = default;
};

struct ResourceControl {
    std::int64_t id = 0;
    bool is_public = false;
    bool administrators_only = false;
    std::vector<std::int64_t> users; // ids, in the order of the answer
    std::vector<std::int64_t> teams;
};

struct GitConfig {
    std::string url;
    std::string reference; // "" means the default branch
    std::string config_file_path;
    std::string commit; // ConfigHash: the commit of the last deployment
    bool tls_skip_verify = false;
    bool has_authentication = false;
    std::string username;           // of the stored credentials; the password is never answered
    std::int64_t credential_id = 0; // GitCredentialID: credentials that the server keeps by themselves; 0: none
};

struct AutoUpdate {
    std::string interval; // Go duration, "5m"; "" if only a webhook
    std::string webhook;  // UUID; "" if only an interval
    std::string job_id;   // "" when no job is armed
    bool force_update = false;
    bool force_pull_image = false;
};

struct DeploymentStep {
    std::int64_t status = 0;
    UnixSeconds time = 0;
    std::string message;
};

// Option: what the last write asked for; null on a record that no write has touched (portainer-api.md §11).
struct StackOption {
    bool prune = false;

    friend bool operator==(const StackOption&, const StackOption&) = default;
};

// Everything of a record that a write must send back or must not lose (design §3, reconcile.md §3.2); what it cannot
// send is in `unknown`.
struct StackRecord {
    StackId id = 0;
    std::string name;              // as stored; Kubernetes: may be ""
    std::optional<StackType> type; // nullopt: a number that Mooring does not know
    EnvironmentId environment = 0;
    std::string swarm_id;
    std::string entry_point;
    std::vector<std::string> additional_files;
    std::vector<EnvVar> env;                         // null is the empty list; order and duplicates as answered
    std::int64_t status = 0;                         // see StackStatus
    std::optional<ResourceControl> resource_control; // null: administrators only
    UnixSeconds created_at = 0;
    UnixSeconds updated_at = 0; // 0: never
    std::string namespace_;
    std::optional<AutoUpdate> auto_update;
    std::optional<GitConfig> git;
    std::int64_t workflow_id = 0;           // WorkflowID, since 2.43: not 0 exactly for Git stacks, whoever asks (§12)
    std::vector<DeploymentStep> deployment; // DeploymentStatus, oldest first; empty before 2.41
    std::string created_by;                 // user names; "" possible
    std::string updated_by;
    std::optional<StackOption> option;
    std::string deployed_commit; // CurrentDeploymentInfo.ConfigHash, since 2.41: stays when a stack is detached (§12)
    std::string unknown; // members of the answer that Mooring does not know, as JSON, keys sorted; "" if there are none
    std::string fingerprint; // SHA-256 (32 raw bytes) of the whole record as answered, keys sorted, without noise such
                             // as JobID: what keyed record digests are made of. It covers env values: never print or
                             // store it as it is.

    // Deployed from Git, whether or not this token is shown from where.
    bool from_git() const { return git.has_value() || workflow_id != 0; }
    // A Git stack whose source this token may not see: every ordinary user's on 2.43 (portainer-api.md §12).
    bool git_hidden() const { return !git && workflow_id != 0; }
};

// Portainer's environments ("endpoints" in JSON) and the identity that a token stands for.
struct Environment {
    EnvironmentId id = 0;
    std::string name;
    std::int64_t type = 0; // 1 docker, 2 docker agent, 3 azure, 4 edge docker, 5-7 kubernetes (portainer-api.md §2.3)
    std::int64_t group = 1;
    std::vector<std::int64_t> tags;
    bool stack_management_for_users = true; // SecuritySettings.allowStackManagementForRegularUsers; true when absent
    // Of SecuritySettings: what ordinary users may not, "allowBindMountsForRegularUsers"; for plans alone, in no
    // snapshot.
    std::vector<std::string> forbidden_to_users;
};

struct Identity {
    std::int64_t id = 0;
    std::string username;
    std::int64_t role = 0; // 1 administrator, 2 user, 3 edge administrator (counts as filtered)

    bool is_administrator() const { return role == 1; }
};

struct ServerStatus {
    std::string version;
    std::string instance_id;
};

struct NamedId { // a user, team, tag or group
    std::int64_t id = 0;
    std::string name;
};

// How one Portainer server is reached: values only. The configuration fills them (manifest/, cli/), agent/portainer
// uses them.

// How the server's certificate is judged. Nothing set: the system's store and the host name. `ca_file` takes the place
// of the system's store. `pin` alone takes the place of chain, name and dates: the key itself is what is trusted, as
// for Portainer's own self-signed certificate. Both set: both must hold.
struct TlsSettings {
    std::string ca_file; // PEM; "" the system's store
    std::string pin;     // SHA-256 of the public key (SPKI): base64 or hex, "sha256/" or "sha256:" before it allowed
    bool insecure_skip_verify = false; // everything is accepted; said loudly by whoever sets it

    friend bool operator==(const TlsSettings&, const TlsSettings&) = default;
};

// Bytes of one answer. What is larger is refused as unavailable, never cut.
struct AnswerLimits {
    std::size_t list = std::size_t{16} << 20U;        // stacks, environments, users, teams, tags, groups
    std::size_t docker_list = std::size_t{64} << 20U; // containers, services, tasks: read as a stream, not held
    std::size_t file = std::size_t{4} << 20U;         // one stack's file and every other single object
    std::size_t headers = std::size_t{64} << 10U;     // status line and headers together

    friend bool operator==(const AnswerLimits&, const AnswerLimits&) = default;
};

// HTTPS_PROXY, HTTP_PROXY and NO_PROXY as values (the environment is read in the composition root).
struct ProxySettings {
    Secret https; // may hold a password: "http://user:password@proxy.example.test:3128"; empty: none
    Secret http;
    std::string no_proxy; // "localhost,.example.test,10.0.0.0/8,*"

    friend bool operator==(const ProxySettings&, const ProxySettings&) = default;
};

struct ServerConnection {
    std::string name; // in the configuration; "main"
    std::string url;  // https://host[:port][/base], http://..., unix:/path/to/socket, http+unix://%2Fpath/base
    Secret token;     // already resolved; sent as X-API-Key to this origin and nowhere else
    std::vector<Secret> withheld; // the tokens of all servers: no text of this one may show any
    TlsSettings tls;
    AnswerLimits limits;
    unsigned concurrency = 8;                 // requests under way at one time, 1..256
    std::chrono::seconds request_timeout{30}; // one attempt: resolve, connect, TLS, write and the whole answer
    std::chrono::seconds deadline{1800};      // all requests of a run together, from make_api on; 0: none
    Backoff retries;                          // reads only; writes are never sent twice
    ProxySettings proxy;
};

// How Portainer spells names, so that a desired stack and a record meet (portainer-api.md §5.1).

// Lower-case, then everything outside `-`, `_`, `a-z`, `0-9` deleted: "My App 1!" -> "myapp1". May be empty.
std::string normalise_stack_name(std::string_view name);

// The full form of a Git reference: "main" -> "refs/heads/main"; "" stays "" (the default branch); "refs/..." and
// commits stay.
std::string full_reference(std::string_view reference);

// A Git URL without its trailing `.git` or `/`, user part and default port (design §5): what is compared, never what is
// shown.
std::string comparable_git_url(std::string_view url);

// A URL as it may be shown: without its user part, which may be a password or token.
std::string url_without_user(std::string_view url);

} // namespace mooring
