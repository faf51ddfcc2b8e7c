// Portainer's record of one stack, as its API answers (portainer-api.md §2.1). What Mooring does not use is left out.
#pragma once

#include "base/clock.hpp"
#include "base/secret.hpp"

#include <cstdint>
#include <optional>
#include <string>
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

} // namespace mooring
