// What the double's database holds: values only, named as in Portainer (portainer-api.md §2).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace portainer_double {

using Id = std::int64_t;
using UnixSeconds = std::int64_t;

constexpr int administrator = 1;
constexpr int standard_user = 2;

struct User {
    Id id = 0;
    std::string name;
    int role = standard_user;
    std::string password;
    UnixSeconds tokens_valid_from = 0; // TokenIssueAt: when the password or the role was last changed
    std::string theme;
    bool use_cache = false;
};

struct Session {
    Id user = 0;
    UnixSeconds issued = 0;
};

struct Token {
    Id id = 0;
    Id user = 0;
    std::string description;
    std::string raw; // "ptr_...", what X-API-Key carries
    UnixSeconds created = 0;
    UnixSeconds last_used = 0;
};

struct Team {
    Id id = 0;
    std::string name;
};

struct Membership {
    Id id = 0;
    Id user = 0;
    Id team = 0;
    int role = 2; // 1 leader, 2 member
};

using Policies = std::map<Id, int>; // access policies: user or team -> RoleId, which Community Edition only stores

struct Tag {
    Id id = 0;
    std::string name;
};

struct Environment {
    Id id = 0;
    std::string name;
    int type = 1; // 1 Docker, 2 Docker agent, 5 local Kubernetes, ...
    std::string url;
    std::string public_url;
    Id group = 1;
    int status = 1;
    std::string container_engine;
    bool first = false; // made by the server itself at its first start, which leaves Gpus null
    Policies users;     // UserAccessPolicies
    Policies teams;
    std::vector<Id> tags;
    std::map<std::string, bool> security; // SecuritySettings by their JSON names
    bool restricts_default = false;       // Kubernetes.Configuration.RestrictDefaultNamespace
};

struct Group {
    Id id = 0;
    std::string name;
    std::string description;
    Policies users;
    Policies teams;
    std::vector<Id> tags;
};

struct ResourceControl {
    Id id = 0;
    std::string resource_id; // stacks: "<environment>_<name>", exact case
    std::optional<std::vector<std::string>> sub_resources = std::vector<std::string>{}; // null if made without them
    int type = 6;                                                                       // 6 stack
    std::vector<Id> users;                                                              // in the order they were sent
    std::vector<Id> teams;
    bool open = false; // Public
    bool administrators_only = false;
};

struct EnvVar {
    std::string name;
    std::string value;
};

struct AutoUpdate {
    std::string interval;
    std::string webhook;
    std::string job_id;
    bool force_update = false;
    bool force_pull_image = false;
};

struct GitConfig {
    std::string url;
    std::string reference;
    std::string path;
    std::string commit;             // ConfigHash
    std::string deployed_reference; // what the file on disk was cloned from
    std::string username;
    Id source = 0;   // 2.43.0: stacks of one URL share a source
    Id workflow = 0; // 2.43.0
    bool authentication = false;
    bool skip_verify = false;
    bool hidden = false; // of a copy that is shown: GitConfig is null there, WorkflowID is not
};

struct DeployedGit { // CurrentDeploymentInfo: what the last redeploy deployed
    std::string url;
    std::string reference;
    std::string path;
    std::string commit;
    std::vector<std::string> additional_files;
    Id source = 0;
};

struct StackOption {
    bool prune = false;
};

struct DeploymentStatus {
    int status = 0;
    UnixSeconds time = 0;
    std::string message;
};

constexpr int active = 1;
constexpr int inactive = 2;
constexpr int deploying = 3;
constexpr int failed = 4;

constexpr int swarm_stack = 1;
constexpr int compose_stack = 2;
constexpr int kubernetes_stack = 3;

struct Stack {
    Id id = 0;
    std::string name;
    int type = compose_stack;
    int status = active;
    Id environment = 0;
    std::string swarm_id;
    std::string entry_point = "docker-compose.yml";
    std::optional<std::vector<std::string>> additional_files;
    std::optional<std::vector<EnvVar>> env;
    UnixSeconds created = 0;
    UnixSeconds updated = 0;
    std::string created_by;
    std::string updated_by;
    std::optional<AutoUpdate> auto_update;
    std::optional<StackOption> option;
    std::optional<GitConfig> git;
    std::optional<DeployedGit> deployed_git;
    std::string kubernetes_namespace;
    std::vector<DeploymentStatus> deployments;
    int start_status = 0; // DeploymentStartStatus
    bool from_app_template = false;

    bool file_lost = false;          // it was taken off the server's disk
    bool git_settings_ahead = false; // settings changed, not deployed: /file answers 409
    std::string file;                // what /file answers
    std::string lost_additional;     // the first of the additional files that is not there
};

} // namespace portainer_double
