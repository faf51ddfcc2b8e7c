// What should be written so that actual becomes desired, and what should be and will not: a value that people read, CI
// stores, and apply compares with what it finds. Nothing here asks or writes.
#pragma once

#include "base/clock.hpp"
#include "drift/judge.hpp"
#include "model/desired.hpp"
#include "model/writes.hpp"

#include <array>
#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mooring::reconcile {

// The writes that there are; a part is one of them with its own intent and its own reading back.
enum class Action : std::uint8_t { create, update, redeploy, settings, start, stop, access, remove };
// "create", "update", ...
std::string_view to_string(Action action);
// Of intents and outcomes: "rollback".
inline constexpr std::string_view rollback_word = "rollback";

struct Part {
    Action action = Action::update;
    bool detaches = false; // update: the file takes the place of a Git source
    bool prunes = false;   // update, settings, redeploy: Prune is sent; containers that the file lacks go, too
    bool pulls = false;    // create, update, redeploy: images are pulled
    bool narrows = false;  // access: somebody loses it, so that it comes first
    // update: puts back what a part before it took down. No plan has it: apply adds it (agent/apply/apply.hpp).
    bool rolls_back = false;

    friend bool operator==(const Part&, const Part&) = default;
};

// The action; "rollback" of what is put back.
std::string_view to_string(const Part& part);

// Why a step is not done. Held: it will go on by itself (a window, a deployment under way). Else it is blocked, and
// `remedy` is the line to type or to write.
struct Obstacle {
    bool held = false;
    std::string code; // snake_case: "not_adopted", "would_adopt", ...
    std::string message;
    std::string remedy;                 // "" if the message says it
    std::optional<Allowance> lifted_by; // what would allow it once: `--allow STACK=NAME`
    bool names_undeclared = false;      // message and remedy name a stack that nobody declares
    bool spares_access = false;         // it stands against what else is to be done: access can be set without that
};

// A difference as the plan says it: what is becomes what is declared.
struct Correction {
    Subject subject = Subject::content;
    std::string path;
    std::optional<std::string> from;    // nullopt: not there
    std::optional<std::string> becomes; // nullopt: it goes
    bool secret = false;                // both are empty then
    SourceLocation where;
    std::string value_from = {}; // of a variable: its source ("secrets/db"); "" it stands in the manifest
    std::string whole_from = {}; // as Change::whole_actual and whole_desired
    std::string whole_becomes = {};
};

// A variable that a create sends, without its value.
struct SentVariable {
    std::string name;
    std::string from; // as Correction::value_from

    friend bool operator==(const SentVariable&, const SentVariable&) = default;
};

// What a deployment pulls, as files write images; each list in the file's order.
struct ImagesToCome {
    std::vector<std::string> pulled;   // the host lacks them
    std::vector<std::string> may_move; // tags that pulling renews on the way
    std::vector<std::string> unknown;  // nobody knows whether the host has them
    bool again = false;                // all are pulled, whatever the host has (`policy.pull: always`)

    friend bool operator==(const ImagesToCome&, const ImagesToCome&) = default;
};

// What the parts stand on; read again and compared before each write.
struct Ground {
    std::optional<StackId> id; // nullopt: create
    std::optional<EnvironmentId> environment;
    UnixSeconds created_at = 0;
    UnixSeconds updated_at = 0;
    std::string updated_by;
    std::int64_t status = 0;

    friend bool operator==(const Ground&, const Ground&) = default;
};

enum class Readiness : std::uint8_t { to_do, held, blocked };
// "to_do", "held", "blocked"
std::string_view to_string(Readiness readiness);

// All parts of one stack, in the order in which they are sent.
struct Step {
    std::string server;
    std::string name;        // as declared; of an extra: as recorded
    std::string environment; // its name
    SourceLocation where;    // the manifest
    Readiness readiness = Readiness::to_do;
    std::vector<Part> parts;         // of a blocked step: what would be done
    std::vector<Obstacle> obstacles; // the first one names the step; empty exactly when it is to be done
    std::vector<Correction> corrections;
    std::vector<Correction> makes;         // what is sent beside differences: of a create all that it makes
    std::optional<Proof> proof;            // of a create: how it is known that there is no such stack
    std::vector<std::string> volumes_used; // of a create: volumes of the engine that exist and have the file's names
    std::vector<SentVariable> variables;   // of a create: all that it sends
    std::optional<std::size_t> variables_kept; // sent back as recorded; nullopt: none is sent, or there are none
    ImagesToCome images;
    std::vector<std::string> jobs;  // services that run again
    std::string access;             // of a part that sets it: who has it then, "team web"
    std::vector<std::string> notes; // what else is to be known of it
    bool in_part = false;           // `--partial`: another step of this stack has what is blocked
    Ground ground;
    std::size_t row = 0;  // of PlanInput::assessments: what it was judged by
    std::string replaces; // the stack that is removed before; "" none
    // What exists and may be taken over: of a Kubernetes stack objects that its file has anew, else what a create finds
    // of its project. Any other that exists when it is about to be sent stops it.
    std::vector<std::string> takes_over;
    // Where Prune is sent: what runs of it, is not in its file and may go. Any other that runs by then stops it.
    std::vector<std::string> pruned;
    kubernetes::Kinds namespaced; // outside the table: what is sent names the namespace in objects of these, too
    std::chrono::seconds start_period{
        0}; // the longest of a health check in the declared file; Kubernetes: of a rollout
};

struct ServerLine {
    std::string name;
    std::string url;
    std::string version;
    std::string instance_id;
    std::string identity; // "deploy (administrator, list complete)"
    std::string problem;  // why nothing is planned for it; "" if something may be
    std::size_t in_sync = 0;
};

struct Plan {
    std::vector<ServerLine> servers;
    std::vector<Step> steps; // by server; within it in the order in which they are done, removals last
    std::size_t in_sync = 0;
    std::size_t nothing_to_do = 0; // suspended, `mode: report`, undeclared
    bool complete = true;          // false: a server could not be judged
    std::optional<int> ends_with;  // the exit code of who made it, where servers or manifests could not be read, too
};

// 0 nothing · 2 something to do or held · 3 something blocked · 4 both; else what it `ends_with`.
int exit_code(const Plan& plan);

// A correction that came back: nothing is done until a person looks, or the declaration changes.
struct Quarantine {
    std::string field;
    std::string desired; // printable, "" when secret
    std::string actual;
    UnixSeconds since = 0;
};

// What a backup that is restored may undo.
struct PutBack {
    std::string folder; // of the backup, as it was typed
    // Services that Mooring's own newest write took down, before which this backup was made, and after which nobody
    // wrote the stack; empty: nothing proves that.
    std::set<std::string> fell;
};

// What is asked of an undeclared stack before it may be removed (reconcile.md §5).
struct ExtraFacts {
    std::optional<std::string> file;                   // as recorded; nullopt: not read
    std::optional<std::vector<Container>> containers;  // of its environment, in any state
    std::optional<std::vector<SwarmService>> services; // likewise; read for a swarm's stack alone
    // Of a Kubernetes stack, in place of both: what exists of its file, or bears its label; nullopt: not known of one.
    std::optional<std::vector<match::ObjectThere>> objects;
};

// The recorded runs that called a stack extra, without another verdict between.
struct CalledExtra {
    UnixSeconds since = 0;
    std::size_t runs = 0; // that judged its server
};

// A manifest that declared a record when it was written or judged, and that this run does not read.
struct DeclaredElsewhere {
    std::string file; // "" if no place is known
    bool is_there = false;
    bool uncertain = false; // it may be one that this run reads, or any other
};

// What to type, or to write, so that a stack in quarantine is corrected again.
std::string way_out_of_quarantine(const std::string& name, const std::string& field);

// A network or volume of an engine that a file calls external.
struct Outside {
    EnvironmentId environment = 0;
    bool is_network = false;
    std::string name;

    friend auto operator<=>(const Outside&, const Outside&) = default;
};

// Kinds that are in no table, (apiVersion, kind), as discovery told of them: whether they are namespaced.
using KindsSeen = std::map<std::pair<std::string, std::string>, bool>;

// Where a Kubernetes stack is, or is to be created.
struct ClusterPlace {
    EnvironmentId environment = 0;
    std::string namespace_;
    std::string name;

    friend auto operator<=>(const ClusterPlace&, const ClusterPlace&) = default;
};

// One server as a plan sees it.
struct ServerStanding {
    const drift::ServerFacts* facts = nullptr;
    WriteSettings settings;
    std::string known_instance; // the InstanceID that the ledger ties it to; "" if none
    std::string same_as;        // another entry of the configuration behind which this Portainer answers; "" none
    std::string problem;        // it ended the run, or was not judged
    std::set<StackId> claimed;  // records that some manifest means, whether this plan is about it or not
    std::map<EnvironmentId, Engine> engines; // of environments on which a stack is to be created, and those beside
    // Whether networks and volumes that others made exist (externals_to_ask); nullopt: not known.
    std::map<Outside, std::optional<bool>> outside;
    // Hosts of the registries of environments (registries_to_ask); nullopt: not known.
    std::map<EnvironmentId, std::optional<std::vector<std::string>>> registries;
    // Of Kubernetes stacks (objects_to_ask): which objects that their file has anew exist all the same and are not
    // theirs. Of a stack that is there, `stack_id` is "" where that stack is gone. nullopt: of one it is not known.
    std::map<ClusterPlace, std::optional<std::vector<match::ObjectThere>>> objects_there;
    // What runs where judging did not read it and a step needs it (runtime_to_ask).
    std::map<EnvironmentId, match::RuntimeFacts> runtime;
    // Images of hosts (images_to_ask); nullopt: not known.
    std::map<EnvironmentId, std::optional<std::vector<DockerImage>>> images;
    // Files of owned records that nobody declares (undeclared_to_ask); nullopt: not read.
    std::map<StackId, std::optional<std::string>> undeclared;
    std::map<EnvironmentId, KindsSeen> kinds; // of files that may be sent (kinds_to_ask)
    std::map<StackId, ExtraFacts> extras;     // of those that may have to go (extras_to_ask)
    std::size_t max_removes = 0;              // stacks that may be removed now
    std::size_t written = 0;                  // records of the list whose last write of Mooring's the log has
    std::size_t went_back = 0;                // of these: those whose UpdateDate is older than it was read back then
    // Records with another creation date than was known of them, and when a recorded run found such ones (0: none did);
    // as far as nobody has trusted the server since.
    std::set<StackId> redated;
    UnixSeconds redated_at = 0;
    // The ids that names of environments had first since the server was trusted (reconcile.md §2).
    std::map<std::string, EnvironmentId> environments;
    // The ledger is older than any create of which it might not know, or a person trusted the server with it.
    bool ledger_kept = false;

    // Whether two environments are, or may be, one engine: two that told different ids are not.
    bool shares_engine(EnvironmentId one, std::optional<EnvironmentId> other) const;
    // nullopt: it did not say.
    std::optional<bool> manages_swarm(std::optional<EnvironmentId> environment) const;
    // "" where it is not known or there is none.
    std::string swarm_id(std::optional<EnvironmentId> environment) const;
};

struct PlanInput {
    std::vector<drift::Assessment> assessments; // in the report's order; fewer than declared with --only
    std::span<const DesiredStack> declared;     // all of them; the assessments point into it
    std::map<std::string, ServerStanding> servers;
    std::span<const DesiredScope> scopes;                                          // all of them
    bool manifests_whole = true;                                                   // false: one could not be read
    std::function<Ownership(const std::string& server, const StackRecord&)> owner; // empty: nothing is owned
    // What a record was when it was made or adopted; empty: nothing was.
    std::function<Owned(const std::string& server, const StackRecord&)> owned_as;
    std::function<CalledExtra(const std::string& server, StackId)> called_extra; // empty: never
    // Empty, nullopt: the manifest that declared it lies, or lay, within the folder of this run's.
    std::function<std::optional<DeclaredElsewhere>(const std::string& server, const StackRecord&)> declared_elsewhere;
    std::set<std::string> irrecoverable; // names of stacks that may go although no backup brings them back
    std::function<std::optional<Quarantine>(const std::string& server, const std::string& name)> quarantine;
    // What keeps a stack until a person has looked: a write of which nobody knows what it did. Empty: nothing does.
    std::function<std::optional<std::string>(const std::string& server, const std::string& name)> unsettled;
    // Of `mooring restore`, for the record that its backup is of, whose file has this keyed digest; empty, nullopt: it
    // is not that.
    std::function<std::optional<PutBack>(const std::string& server, const StackRecord&, const std::string& file_digest)>
        puts_back;
    std::map<std::string, std::set<Allowance>> allowed; // for this run, by the stack's name
    // When the recorded runs first saw what runs differ as it does now; empty: never before.
    std::function<std::optional<UnixSeconds>(const StackResult&)> runtime_differs_since;
    TimeZones zones;           // those that windows name (time_zones_of)
    std::string own_container; // the id of the container in which this process runs; "" none
    bool by_agent = false;     // false: a person confirms
    bool partial = false;      // of a blocked stack, access is a step of its own where nothing stands against it
    UnixSeconds now = 0;
};

// The plan of a whole run (reconcile.md §3). Pure: the same input gives the same plan.
Plan make_plan(const PlanInput& input);

// Takes away removals of what is replaced, where what takes its place is not among the chosen steps.
void keep_unreplaced(const Plan& plan, std::vector<const Step*>& chosen);

// The environments whose engines a plan asks: those on which something is missing, and those with a record of its name.
std::set<EnvironmentId> engines_to_ask(const PlanInput& input, const std::string& server);

// The undeclared stacks that the manifests let go: their file and containers are asked.
std::vector<StackRecord> extras_to_ask(const PlanInput& input, const std::string& server);

// The Kubernetes stacks that are missing, or whose file is to be replaced by another: which objects exist is asked.
std::vector<const drift::Assessment*> objects_to_ask(const PlanInput& input, const std::string& server);
// The Kubernetes stacks whose declared file may be sent: which of its kinds are namespaced is asked.
std::vector<const drift::Assessment*> kinds_to_ask(const PlanInput& input, const std::string& server);
// Of such a stack.
ClusterPlace place_of(const drift::Assessment& seen);

// What files need that are to be sent and call something external, and the volumes that a create may find: each is
// asked for by its name.
std::set<Outside> externals_to_ask(const PlanInput& input, const std::string& server);

// Where a stack may be written and its containers, or its swarm's services, were not asked for.
std::set<std::pair<EnvironmentId, DockerKind>> runtime_to_ask(const PlanInput& input, const std::string& server);

// Environments of which it is not known whether the host has every image of a file that may be sent; asked after
// runtime_to_ask.
std::set<EnvironmentId> images_to_ask(const PlanInput& input, const std::string& server);

// Owned records that nobody declares, where a stack is missing: it may be one of them under a new name.
std::vector<StackRecord> undeclared_to_ask(const PlanInput& input, const std::string& server);

// Environments to which an image is to come from a registry that the deployed file does not name.
std::set<EnvironmentId> registries_to_ask(const PlanInput& input, const std::string& server);

// What would go with a stack and is not in its file: "container shop-debug-1". Services of a swarm by their name.
// nullopt: one of both was not read, or the file does not load.
std::optional<std::vector<std::string>> strangers_of(const StackRecord& record, const ExtraFacts& facts);

// Why a stack is not written at that moment, by the windows and freezes of its manifest or Scope; "" if it may be.
std::string not_now(const PlanInput& input, const Step& step, UnixSeconds now);

// Why a Kubernetes stack is not removed, as far as its server, its file and what exists of it say (reconcile.md §5,
// kubernetes.md §0.6); nullopt: they say nothing against it.
std::optional<Obstacle> why_objects_stay(const StackRecord& record, const ExtraFacts& facts,
                                         std::string_view server_version);

} // namespace mooring::reconcile
