// The double's whole state: one database and the Docker hosts behind it. Every request and every script changes it
// here.
#pragma once

#include "portainer_double/docker_values.hpp"
#include "portainer_double/values.hpp"
#include "portainer_double/version.hpp"

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace portainer_double {

// When a background deployment (2.43.0) leaves Status 3.
struct Settle {
    enum class When { after_reads, manually } when = When::after_reads;
    int reads =
        1; // answers that still show Status 3, the write's own apart; 0: none, it has ended when the write answers
};

struct DeployRequest {
    bool is_update = false;
    bool by_administrator = true; // others' files are validated against the environment's settings
    bool pull = false;            // images are pulled first, even those that are there
    bool recreate = false;        // Git redeploys recreate every container
    bool prune = false;
    Id by = 0;            // who deploys; Kubernetes objects are applied as them
    std::string source{}; // of a Kubernetes manifest: content, url or git
    std::string owner{};  // the label of that name; "": who made the stack
};

// The Git settings of a record before a redeployment, which a failed one of a Kubernetes stack puts back.
struct StoredGit {
    GitConfig git;
    std::optional<DeployedGit> deployed;
};

// A background deployment that has not ended. What it comes to is decided when it ends.
struct PendingDeployment {
    Id stack = 0;
    int reads_left = 0;
    DeployRequest request;
    std::optional<std::string> previous_file; // what a failed update puts back
    std::optional<StoredGit> previous_git{};  // the same, of a Kubernetes stack from Git
};

// What a server that deploys before it stores has not stored yet (held.hpp).
struct HeldWrite {
    Id stack = 0;
    std::optional<Stack> record; // nullopt: it goes
    std::optional<ResourceControl> control;
    std::string host; // of the containers that are away until then
    std::vector<Container> containers;
};

// One scripted end of a deployment, taken before the double's own rules are asked.
struct ScriptedOutcome {
    std::string stack; // name; "" fits any
    std::string error; // what compose said; "" succeeds whatever the content
    int times = 1;
};

struct GitRepository {
    std::string url;                               // without ".git"
    std::map<std::string, std::string> references; // full name -> commit
    std::map<std::string, std::string> files;
};

struct Cluster; // kube_cluster.hpp

class World {
  public:
    explicit World(Version version);

    const Traits& rules() const { return traits(version); }
    UnixSeconds now() const;               // the server's clock: the machine's plus `clock_offset`, or `fixed_clock`
    Id take_id(const std::string& bucket); // the next id of "stacks", "users", ...: never given twice
    std::string take_hash();               // 64 hex digits, never given twice, the same in every run
    std::string take_short_id();           // 25 letters and digits, as swarm makes them

    User* find_user(Id id);
    User* find_user(std::string_view name);
    Environment* find_environment(Id id);
    Environment* find_environment(std::string_view name);
    Stack* find_stack(Id id);
    ResourceControl* find_resource_control(Id id);
    // The one whose ResourceId, or one of whose sub-resources, is exactly this.
    const ResourceControl* find_resource_control(const std::string& resource_id) const;
    const ResourceControl* control_of(const Stack& stack) const;
    std::vector<Id> teams_of(Id user) const;
    Host& host(const std::string& url); // made on first use
    Host& host_of(const Environment& environment) { return host(environment.url); }
    Cluster& cluster_of(const Environment& environment); // made on first use
    // Where a deployment to this environment lands: a second local socket is not honoured (recordings/README.md).
    Host& deployment_host(const Environment& environment, int stack_type);

    User& add_user(std::string name, int role, std::string password);
    Token& add_token(Id user, std::string description, std::string raw = {});
    Environment& add_environment(std::string name, std::string url);
    ResourceControl& add_control(const Stack& stack, const User& creator);
    void remove_user(Id id); // with tokens and memberships; access policies keep the id, as on the server
    void remove_environment(Id id);
    void remove_stack(Id id);
    void new_database(); // another InstanceID, nothing in it but the administrator and the first environment

    Version version;           // whose rules hold
    std::string shown_version; // what it calls itself
    std::string instance_id;
    std::int64_t clock_offset = 0;
    std::optional<UnixSeconds> fixed_clock;
    bool rate_limited = false; // the log-in limiter of §1.2
    bool registry_reachable = true;
    std::set<std::string> newer_images; // familiar names that mean another image in the registry: pulled, they move
    bool hides_git_sources = false;     // as the rules say, unless told otherwise: two builds of 2.43.0 differ in it
    bool has_roles = true;              // a server built from source makes none
    int unseen_creates = 0;             // so many creates still to come do not see the records of their name
    Settle settle;
    std::uint64_t revision = 0; // moves with every change; what caches of answers go by

    std::deque<User> users; // deques: references stay valid while others are added
    std::deque<Token> tokens;
    std::deque<Team> teams;
    std::deque<Membership> memberships;
    std::deque<Group> groups;
    std::deque<Tag> tags;
    std::deque<Environment> environments;
    std::map<Id, Stack> stacks;                       // by id, the order of lists
    std::map<std::string, ResourceControl> controls;  // by ResourceId
    std::map<std::string, std::string> sub_resources; // SubResourceIds -> ResourceId of the control that names them
    std::deque<Host> hosts;
    std::map<std::string, std::shared_ptr<Cluster>> clusters; // by the URL of their environments
    bool writes_hang = false; // a write waits for a lock that it holds itself: no write is served until a restart
    std::deque<PendingDeployment> pending;
    std::deque<HeldWrite> held;
    std::deque<ScriptedOutcome> outcomes;
    std::deque<GitRepository> repositories;
    std::map<std::string, Id> git_sources; // URL -> source, 2.43.0
    std::map<std::string, Session> sessions;
    std::map<std::string, Id> next_ids;
    std::vector<EnvVar> hidden_labels; // BlackListedLabels of the settings
    std::vector<UnixSeconds> recent_logins;
    UnixSeconds banned_until = 0;

  private:
    std::uint64_t random_ = 0x9e3779b97f4a7c15ULL;
    std::uint64_t draw();
};

// The defaults of a new environment: what regular users may put into a stack differs between versions (§11).
std::map<std::string, bool> default_security(Version version);

// "My App 1!" -> "myapp1" (§5.1).
std::string normalise_name(std::string_view name);

} // namespace portainer_double
