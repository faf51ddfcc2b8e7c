// One stack of a plan while it is decided: what is known of it, and the step that grows. Private to this folder.
#pragma once

#include "compose/facts.hpp"
#include "kubernetes/kubernetes.hpp"
#include "reconcile/plan.hpp"

#include <string_view>
#include <utility>

namespace mooring::reconcile {

// The names in full of images, made of each list once: a plan of 10,000 steps looks into the same lists. They outlive
// it, and are not changed.
class KnownImages {
  public:
    const std::set<std::string>& shown_by(const std::vector<Container>& containers);
    const std::set<std::string>& of(const std::vector<DockerImage>& images);

  private:
    std::map<const void*, std::set<std::string>> known_; // by list
};

// Everything it refers to outlives it.
struct Case {
    const PlanInput& input;
    const drift::Assessment& seen;
    const ServerStanding& server;
    const DesiredStack& desired;
    KnownImages* known_images = nullptr;         // nullptr: each look makes them anew
    std::optional<compose::File> file;           // the desired one; nullopt for Git, or when it does not load
    std::optional<compose::Footprint> footprint; // of it, with the values that its variables will have
    std::optional<compose::Needs> needs;         // likewise, with the same values
    std::optional<kubernetes::File> objects;     // of a Kubernetes stack's desired file, in place of all three

    const StackResult& result() const { return seen.result; }
    const StackRecord* record() const { return seen.record.get(); }
    bool is(Verdict verdict) const { return seen.result.verdict == verdict; }
    bool is_kubernetes() const {
        return desired.type == StackType::kubernetes ||
               (record() != nullptr && record()->type == StackType::kubernetes);
    }
    bool from_git() const { return record() != nullptr && record()->from_git(); }
    bool declares_git() const { return std::holds_alternative<DesiredGit>(desired.source); }
    bool declares_stopped() const { return desired.state == DesiredState::stopped; }
    bool has_status(StackStatus status) const {
        return record() != nullptr && record()->status == static_cast<std::int64_t>(status);
    }
    bool administrator() const { return server.facts->is_administrator(); }

    // Where it is, or is to come to; nullopt: that is not known.
    std::optional<EnvironmentId> environment() const {
        return record() != nullptr ? std::optional(record()->environment) : result().environment_id;
    }
    // What was read of that engine, for judging or for this plan alone; nullptr: it was not asked, or did not answer.
    // engine(): that which has the containers, with what was asked beside them.
    const match::RuntimeFacts* engine() const;
    const std::vector<Container>* containers() const;
    const std::vector<SwarmService>* services() const;
    // Whether the declared access takes the stack from somebody who has it: that comes first, and all else last.
    bool narrows_access() const;
    // Whether this token cannot give the declared access: a user's gives it to everybody, or to itself alone, and only
    // where the record has an access control.
    bool access_is_out_of_reach() const;
    // What this puts back; nullopt: it is no `mooring restore` of a record's own backup.
    std::optional<PutBack> puts_back() const;
    // Whether it is a difference of a service that Mooring's own write took down, and that this puts back, as a
    // rollback would (reconcile.md §4).
    bool undoes_own_outage(const Change& change) const;
    // Whether the desired file, the server's, or what runs of the stack has an image of Portainer's.
    bool runs_portainer() const;
    bool allows(Allowance allowance) const;
    // The first difference about one of these that nothing accepts; nullptr if there is none.
    const Change* differs(std::span<const Subject> subjects) const;
    const Change* differs(Subject subject) const { return differs(std::span(&subject, 1)); }
};

// A difference as a plan says it.
Correction correction_of(const Change& change);

// What a variable has as recorded, and what it will have after a deployment: declared, or kept as recorded. Of two of a
// name the last one counts.
// `stack`: what the loader calls the project by.
std::optional<std::string> value_on_record(const StackRecord& record, std::string_view stack, std::string_view name);
std::optional<std::string> recorded_value(const Case& c, const std::string& name);
std::optional<std::string> value_to_come(const Case& c, const std::string& name);

// Adds a part, or what it does beside, if the step has that action already.
Part& need(Step& step, Action action);
bool has(const Step& step, Action action);
// Whether some part starts what is stopped and makes what runs anew.
bool deploys(const Step& step);

// Whether the declared file is sent.
bool sends_file(const Step& step);

// "access_out_of_reach"
void say_access_out_of_reach(const Case& c, Step& step);

void block(Step& step, std::string code, std::string message, std::string remedy = {});
// Blocks, unless it is allowed. True: it is.
bool unless_allowed(const Case& c, Step& step, Allowance allowance, std::string code, std::string message);
void hold(Step& step, std::string code, std::string message);

// `spares_access` of the rows and guards that ask about what is deployed, started or stopped, and say nothing against
// setting access (`--partial`).
inline constexpr bool but_access = true;

// A row of the table of what there is to do (reconcile.md §3.1). What it adds is judged by the guards.
struct PlanRow {
    std::string_view name; // kebab-case, of tests
    bool (*fits)(const Case&);
    void (*write)(const Case&, Step&);
    bool spares_access = false;
};
// By verdict: the first row that fits speaks, and no other. The last one fits what is drifted.
std::span<const PlanRow> verdict_rows();
// Of a missing stack: every row that fits adds what stands in the way, before the parts are added. What its engine and
// the names there say,
std::span<const PlanRow> missing_rows();
// in its place of Kubernetes, whose names are not unique, what its cluster says,
std::span<const PlanRow> missing_kubernetes_rows();
// and of both what its manifest says.
std::span<const PlanRow> missing_declared_rows();
// Of a drifted one: every row that fits adds its part.
std::span<const PlanRow> difference_rows();
// A declared commit that runs is not given up for the branch's head; what a redeployment from Git brings is said.
void keep_commit(const Case& c, Step& step);

// What no part may do (§3.2), and who may write at all (§2). Each adds obstacles to a step that has parts.
struct Guard {
    std::string_view name; // kebab-case, of tests, and of what is taken out to see them fail
    void (*check)(const Case&, Step&);
    bool spares_access = false;
};
std::span<const Guard> guards();
std::span<const Guard> preflight(); // §3.3: what is known before the first write of the file and its host
std::span<const Guard> rehearsal(); // §3.3: what it needs of its surroundings, and what the environment allows
std::span<const Guard> permissions();
// In place of preflight() and rehearsal(), which are about compose files and engines.
std::span<const Guard> kubernetes_guards();
// How long a rollout of the file may take until its cluster calls it failed: the longest progress deadline.
std::chrono::seconds longest_rollout(const kubernetes::File& file);

// Volumes that a stack is to use anew and that have another one's name in front, as `policy.data` names them: "volume
// blog_data", or "volume by variable". Adds notes of the networks, and of what a create declares to be somebody else's.
std::vector<std::string> volumes_of_others(const Case& c, Step& step);
// Mounts of a swarm's services whose data a node has for itself, where the file says otherwise on which nodes they run.
std::vector<std::string> data_left_on_nodes(const Case& c);
// What is stored: mounts and volumes that a deployment would lose, hide or share; a guard of what is deployed.
void keep_data(const Case& c, Step& step);
// What does not run may be what somebody is working on; a guard of what is deployed.
void leave_people_at_work(const Case& c, Step& step);
// "Up 5 minutes (healthy)", "Exited (0) About an hour ago": for how many seconds at least a container has been so, as
// the engine says it; nullopt: it does not.
std::optional<UnixSeconds> age_of_state(std::string_view status);

// What the configuration names, and what Portainer itself runs from; a guard of every kind of step.
void protect(const Case& c, Step& step);
void protect_kubernetes(const Case& c, Step& step);
// Blocks what a cluster would refuse to change of an object that is there.
void keep_what_is_fixed(const Case& c, Step& step);
// Blocks what would move or hide the data of pods, claims and volumes, unless `policy.data` names the place.
void keep_what_is_stored(const Case& c, Step& step);

// The step of a stack that nobody declares (reconcile.md §5). `without`: as in make_plan_without.
Step plan_removal(Case& c, std::string_view without);
// Whether the manifests let an undeclared stack go: its Scope says `prune: true`.
bool may_go(const PlanInput& input, const drift::Assessment& seen);
// A server's version by major and minor: "2.43.0-rc1" is {2, 43}; {0, 0}: not known.
std::pair<int, int> release_of(std::string_view version);

// Each adds obstacles to the step of a removal: of every stack, and of a Kubernetes stack besides.
std::span<const Guard> removal_guards();
std::span<const Guard> removal_kubernetes_guards();
// What is known of what a removal takes along; nullptr: nothing was asked.
const ExtraFacts* facts_of(const Case& c);
// What goes and what stays in the cluster, for readers.
void name_what_goes(const Case& c, const ExtraFacts& facts, Step& step);

// Whether a stack that is missing may be this undeclared record, whose file is nullopt where it was not read.
bool may_be_renamed(const ServerStanding& server, const drift::Assessment& absent, const StackRecord& old,
                    const std::optional<std::string>& file);
// Another record that this Mooring owns and that nobody declares any more; nullptr: there is none that it may be.
const StackRecord* renamed_from(const Case& c);

// Where what runs of a project stores data in volumes without a name, as paths of its file; nullopt: not known.
std::optional<std::set<std::string>> unnamed_volumes_of(const std::string& project, bool swarm,
                                                        const std::vector<Container>* containers,
                                                        const std::vector<SwarmService>* services);

// Whether an image is one of Portainer's, wherever it was pulled from, and whether it is that of the server itself.
bool is_portainers(std::string_view image);
bool is_portainer_server(std::string_view image);

// An image of a file that is to be deployed.
struct ImageToCome {
    std::string written;         // as the file has it, references and all
    std::optional<bool> on_host; // nullopt: not known
    bool pinned = false;         // by its digest: pulling it renews nothing

    friend bool operator==(const ImageToCome&, const ImageToCome&) = default;
};

// The engine pulls by itself what a host lacks. Asked to pull, the server pulls before it touches anything, and renews
// every tag of the file.
struct PullCase {
    Pull policy = Pull::unset;
    bool creates = false;            // nothing runs yet, and no create can ask for it
    bool failure_takes_down = false; // where the engine's own pull fails, this server ends what ran
    bool file_known = true;          // false: it lies in Git
    std::vector<ImageToCome> images;
};
struct Pulling {
    bool pulls = false; // PullImage
    ImagesToCome images = {};
    std::string code = {}; // "": nothing stands against it
    std::string message = {};
    std::string remedy = {};
};
Pulling pulling_of(const PullCase& about);
void add_pulling(const Case& c, Step& step);

// The volumes that a create makes, by their names on the engine; of standalone stacks alone, since a swarm's lie on its
// nodes. Those whose names have references are left out.
std::vector<std::string> volumes_to_come(const drift::Assessment& seen, const compose::File& file);

// Adds to a step with parts what is told of it beside: proof, volumes, variables, access.
void tell_what_is_sent(const Case& c, Step& step);

// Takes the access out of a blocked step, as a step of its own that is to be done, where nothing stands against it
// (`--partial`); nullopt: it stays whole.
std::optional<Step> take_access(Step& step);

// Names the registries from which something new is to come and for which nobody gave this server credentials. Whether
// they ask for some only they know.
void say_registries(const Case& c, Step& step);

// The steps of a plan while it grows: in which order they are done, and what waits for what.
struct Drafted {
    Step step;
    const DesiredStack* desired = nullptr; // nullptr: nobody declares it, and it goes
    std::vector<std::string> claims = {};  // of Footprint: ports and container names that the file sent takes
};

// The step's readiness by its obstacles, of which those that block come first.
void settle(Step& step);

// A stack in the place of one that nobody declares, by its record, and by the Scope that says so.
DesiredStack stand_in(const PlanInput& input, const drift::Assessment& seen);

// Sorts the steps (by server, by `after`, removals last, what is replaced right before what takes its place), and adds
// what one step means for another: it waits, more would go than may, what is replaced stays unless its place is taken.
void put_in_order(std::vector<Drafted>& drafts, const PlanInput& input);

// make_plan() with one guard left out, so that tests see what it prevents.
Plan make_plan_without(const PlanInput& input, std::string_view guard);

// `--allow shop=start-to-change`
std::string allow_line(const DesiredStack& stack, Allowance allowance);

} // namespace mooring::reconcile
