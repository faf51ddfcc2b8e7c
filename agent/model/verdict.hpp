// What Mooring says: verdicts with their changes and evidence, per stack, per server, per run (design §3.1 and issue's
// report contract). These are values; agent/drift makes them, agent/report renders them.
#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "model/answer.hpp"
#include "model/desired.hpp"
#include "model/stack.hpp"

#include <array>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mooring {

enum class Verdict {
    in_sync,
    drifted,
    missing,
    deleted, // the record that was seen is gone, and whether something hidden took its place is not known
    extra,
    denied,
    not_visible,
    orphaned,
    unreachable,
    pending,
    error,
    suspended,
};
inline constexpr std::array all_verdicts{Verdict::in_sync,     Verdict::drifted,  Verdict::missing,
                                         Verdict::deleted,     Verdict::extra,    Verdict::denied,
                                         Verdict::not_visible, Verdict::orphaned, Verdict::unreachable,
                                         Verdict::pending,     Verdict::error,    Verdict::suspended};

// "in_sync", "drifted", ... : the words of the JSON report.
std::string_view to_string(Verdict verdict);
std::optional<Verdict> parse_verdict(std::string_view word);

enum class Plane { record, content, runtime, git };
std::string_view to_string(Plane plane);

// remembered_id_gone stands in ledgers of 0.1.0 alone: what it claimed is `deleted` since.
enum class Proof { environment_gone, complete_list, remembered_id_gone, id_gone };
std::string_view to_string(Proof proof);

// What a difference is about: what corrects it, and what nothing may correct (agent/reconcile), follows from it.
enum class Subject {
    environment, // of a stack that memory or `stack: {id}` found elsewhere
    name,
    namespace_, // Kubernetes; NOLINT(readability-identifier-naming): `namespace` is a keyword
    type,
    state,      // running or stopped, as the record has it
    deployment, // the last one failed, or has been under way for too long
    env,        // one variable: `key` is its name
    env_twice,  // a variable's name stands there more than once: `key` is it
    access,
    auto_update, // what is set
    polling,     // set, and nothing polls
    source,      // file or Git
    git_url,
    git_settings, // reference, path, additional files, certificate
    git_pending,  // settings that were saved and not deployed
    commit,
    content, // of the file
    // What runs; `key` is the service.
    short_of,    // fewer than expected; what is there and does not run has a difference of its own
    gone,        // fewer than expected, and some are not there at all
    not_started, // a container in the state created or dead
    ended_kept,  // ended, though the file's own policy would have started it again: somebody stopped it
    ended,       // ended by itself, under a policy that lets it
    troubled,    // unhealthy, restarting, paused, removing
    too_many,
    scaled, // the swarm's own spec asks for fewer than the file, or for more
    image,
    unwanted, // runs though nothing of it is to run: an inactive profile, `replicas: 0`, `state: stopped`
    foreign,  // a service that the file does not have
    tasks,    // a swarm service has fewer tasks than its spec wants, some of another image, or is of another kind
    update,   // of a swarm service: it stands still, or was taken back
    job,      // a job that failed, or of which nothing ever ran
    // What a cluster holds; `key` is the object: "Deployment/web".
    object_gone,
    object_differs,    // a field of it, or the order of its elements
    object_undeclared, // set by hand and in no file; with `policy.strict` alone
    object_held,       // another stack deployed it last, or one that was removed left it
    object_deleting,
    object_unready, // its workload is not as declared, and will not get there by itself
};

// One difference. `desired` and `actual` are printable texts; for a secret both are empty and only "differs" may be
// said.
struct Change {
    Plane plane = Plane::record;
    Subject subject = Subject::content;
    std::string key; // of the subject: a variable's name, printable; a service's
    std::string path;
    std::optional<std::string> desired; // nullopt: not there
    std::optional<std::string> actual;
    bool secret = false;
    std::string secret_digest; // of a secret's values, keyed, for the ledger alone: never shown; "" without a key
    std::string waiver;        // name of the waiver that accepts it; "" if none
    SourceLocation where;      // the manifest's or compose file's line; file "" if it has none
    // A side whole, where it is cut or changed above, or left out only because something in it is secret: with secrets
    // masked. For plans, which are compared before they are written; "" where nothing is to be added.
    std::string whole_desired = {};
    std::string whole_actual = {};
};

// A request that led to the verdict, in the order in which they were made.
struct Evidence {
    std::string method;
    std::string target;
    int status = 0;
    std::string message;
};

struct StackResult {
    std::string name;
    std::string server;
    std::optional<EnvironmentId> environment_id;
    std::string environment_name;
    std::optional<StackType> type;
    std::string namespace_; // Kubernetes only, as declared (extra: as the record has it)
    std::optional<StackId> id;
    Verdict verdict = Verdict::error;
    bool runtime_asked = true; // false: "in sync (runtime not asked)"
    bool waived = false;       // every change (or the missing or extra itself) is waived
    std::optional<Cause> cause;
    std::optional<Proof> proof;
    std::optional<bool> exists;       // nullopt: unknown
    std::vector<std::string> unread;  // "content", "runtime", "access", ...
    std::size_t ignored = 0;          // changes that an ignore rule took away
    std::vector<std::string> waivers; // names in use, sorted
    SourceLocation where;             // the manifest
    std::vector<Change> changes;      // sorted by plane and path; ignored ones are not here
    std::vector<Evidence> evidence;
    std::vector<Evidence> probes; // name and id probes, whatever they answered
    std::string message;          // why this verdict, one or more sentences
    std::string remedy;           // what a person must do; "" if nothing
    std::vector<std::string>
        notes;        // "deployed commit 72e6c8aa; the branch's head was not looked up", "3 values not compared"
    std::string rule; // the row of design §3.2 that applied
    std::map<std::string, std::string> labels;
    std::string owner;
};

struct ServerResult {
    std::string name;
    std::string url; // without user part
    std::string version;
    std::string instance_id;
    std::optional<Identity> identity;
    bool list_complete = false;
    std::string error; // why the server could not be judged; "" if it could
    int exit_code = 0; // 0, 69, 70 or 77: what this server alone would end with before the bits
};

struct Summary {
    std::size_t declared = 0;
    std::size_t suspended = 0;
    std::size_t covered = 0;
    std::optional<double> coverage; // 0..1; nullopt when nothing is declared
    std::optional<double> score;
    std::optional<double> score_with_waivers;
    std::map<Verdict, std::size_t> verdicts; // every verdict has an entry
    std::size_t in_sync_waived = 0;
    std::size_t in_sync_runtime_not_asked = 0;
};

// A waiver that accepts something in a report: what a reader of that report must know of it.
struct AcceptedWaiver {
    std::string name;
    std::string owner;
    std::string reason;
    std::string approver;
    UnixSeconds until = 0; // exclusive
};

struct Report {
    std::string run_id;
    UnixSeconds started_at = 0;
    UnixSeconds finished_at = 0;
    std::string mooring_version;
    bool partial = false; // interrupted
    std::vector<ServerResult> servers;
    Summary summary;
    std::vector<StackResult> stacks;     // by server, environment name, name
    std::vector<AcceptedWaiver> waivers; // those in use, by name
    Diagnostics diagnostics;
    int exit_code = 0;
};

// `policy.after`: which declared stacks are written before another.
class DeclaredOrder {
  public:
    // Keeps pointers into `stacks`, which must outlive it.
    explicit DeclaredOrder(std::span<const DesiredStack> stacks);

    // The stacks that a name of `stack.policy.after` means: those of that name in the same environment as written or,
    // where none is, all of that name on the same server. Empty: no such stack is declared. Names are compared as
    // Portainer stores them (Kubernetes: as written).
    std::vector<const DesiredStack*> named(const DesiredStack& stack, const std::string& name) const;

    // All that must be written before `stack`, in the order of `policy.after`.
    std::vector<const DesiredStack*> before(const DesiredStack& stack) const;

    // Every circle, as the stacks that wait for each other: each is after the next, and the last after the first. One
    // circle for each knot, in a stable order; a stack that is after itself is a circle of one.
    std::vector<std::vector<const DesiredStack*>> circles() const;

  private:
    std::span<const DesiredStack> stacks_;
    std::map<std::pair<std::string, std::string>, std::vector<const DesiredStack*>> by_name_; // server, name
};

// Whether two manifests name the same environment, as far as they tell themselves.
bool same_place(const DesiredStack& left, const DesiredStack& right);

} // namespace mooring
