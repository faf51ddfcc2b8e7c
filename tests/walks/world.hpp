// A walk as a value: a small Portainer, what happens to it between two runs, and what the manifests say. Everything of
// a walk follows from this value, and this value follows from one seed.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace mooring::walks {

// Who may use a stack or an environment. `reader` is the user whose token Mooring has, `team` the one team there is,
// `others` another user. `none`: no resource control at all (stacks only).
enum class Sharing { administrators, everyone, reader, team, others, none };

enum class Kind { standalone, swarm, kubernetes };

// What the environment's host runs of a stack, beside what its file says. All but `nothing` are about its service web.
enum class Runs {
    as_file,
    exited, // with 1
    removed,
    foreign, // a container under the project's labels, of a service that the file has not
    other_image,
    nothing,
    ended,           // with 0: `docker stop` of what listens to SIGTERM
    terminated,      // with 143: of what does not know it
    killed,          // with 137
    paused,          //
    looping,         // up for two seconds, the seventh time
    just_restarted,  // up for five seconds, long after it was made: somebody's `docker restart`, or the host's start
    calmed,          // was started seven times, and has run for hours since
    older_image,     // of the name that its file says: the name moved on the host
    more,            // two containers of one
    service_updated, // swarm: another image by hand; the label of `docker stack deploy` stays
    service_scaled,  // swarm: two of one, by hand
    relabelled,      // swarm: the label says another image than runs, and what runs is the file's
};

// A third service of a file.
enum class Extra {
    none,
    one_shot,     // `job`, that nobody says is meant to end
    declared_job, // `job`, by the manifest's `jobs`
    marked_job,   // `job`, by its `x-mooring`
    awaited_job,  // `job`, for which web waits until it has ended well
    mode_job,     // `job`, by its deploy.mode
    profiled,     // `debug`, in the profile `debug`
    spare,        // `spare`, of which none shall run
};

// What runs of the third service. `as_meant`: jobs have ended with 0, others run, or do not, as the file says.
enum class Rest { as_meant, ended, failed, running, removed };

// The automatic update of a Git stack. `armed`: the record has a job while the stack runs.
enum class Polling {
    none,
    armed,
    webhook,     // has no interval, and so no job
    dead,        // a webhook started it when it was stopped: the interval stands in the record, and nothing polls
    never_armed, // a create that failed left its record behind as active (up to 2.39.0)
};

// What became of the Deployment of a Kubernetes stack since it was deployed (kubernetes.md §5 to §7).
enum class Hand {
    none,
    noted,      // an annotation that no file has: a note
    scaled,     // other replicas, by kubectl
    autoscaled, // other replicas, by an autoscaler that owns them: right
    edited,     // another image, by kubectl
    failing,    // its pods cannot pull their image
    late,       // its rollout ran past its deadline
    rolling,    // its rollout is under way
    unseen,     // its controller has not looked at it yet
    deleting,   // it is being deleted
    removed,    // it was deleted by hand
    orphaned,   // its label names a stack that was removed
    unlabelled, // somebody took Portainer's labels off
};

// What a Kubernetes file may have beside its Deployment: the bits of Content::pieces.
namespace piece {
inline constexpr int config_map = 1;
inline constexpr int secret = 2; // it holds the file's password
inline constexpr int service = 4;
inline constexpr int stateful_set = 8;
inline constexpr int cron_job = 16;
inline constexpr int cluster_role = 32; // with its binding: cluster-wide, so that users may not see them
inline constexpr int custom = 64;       // of a definition that is there: users may not see it either
inline constexpr int autoscaler = 128;  // of the Deployment, which it holds above the declared replicas
inline constexpr std::array all{config_map, secret, service, stateful_set, cron_job, cluster_role, custom, autoscaler};
inline constexpr int hidden = cluster_role | custom; // from users (kubernetes.md §3.2)
} // namespace piece

// What became of one of those since.
enum class Touch {
    none,
    edited,
    noted, // an annotation that no file has
    removed,
    deleting,
    orphaned,  // its label names a stack that was removed
    suspended, // a CronJob, that no file suspends
    rolling,   // a StatefulSet: its newest revision is on its way
    failing,   // and its pods cannot pull their image
};

enum class Status { active, inactive, deploying, stuck, failed, unknown };

// A file by its meaning (`image`, `password`) and its spelling.
struct Content {
    int image = 0;        // the tag of its service web; of Git stacks the branch
    int password = 0;     // a value under a secret-looking name
    bool respelt = false; // the same meaning in other bytes
    bool broken = false;  // does not parse
    bool git = false;     // deployed from a repository
    Extra extra = Extra::none;
    bool alone = false; // the third service, a job, is all that there is
    int pieces = 0;     // Kubernetes
    int parcel = 0;     // what is cluster-wide of them is called by it

    friend bool operator==(const Content&, const Content&) = default;
};

struct Place { // an environment
    int id = 0;
    std::string name;
    Kind kind = Kind::standalone; // swarm: also runs standalone stacks; kubernetes: nothing but its own
    Sharing open_to = Sharing::reader;
    bool management = true; // stack management for regular users
    bool reachable = true;  // the host behind it answers
    bool tagged = false;    // bears the tag `blue`
    bool untagged = false;  // its host has lost the name of the image of every service db
    bool closed = false;    // Kubernetes: the reader may not look into namespaces that have a name

    friend bool operator==(const Place&, const Place&) = default;
};

struct Stack { // a record
    int id = 0;
    std::string name;
    int place = 0; // may be gone: an orphan
    Kind kind = Kind::standalone;
    std::string space; // Kubernetes: the namespace
    Content content;
    int env = 0;            // which value its secret variable has
    bool env_extra = false; // one more variable
    bool profile = false;   // the variable COMPOSE_PROFILES names `debug`
    Sharing sharing = Sharing::reader;
    Status status = Status::active;
    Runs runs = Runs::as_file;
    Rest rest = Rest::as_meant;
    Polling polling = Polling::none;
    Hand hand = Hand::none;
    int touched = 0; // one of its pieces
    Touch touch = Touch::none;
    bool file_lost = false;
    bool git_ahead = false; // Git settings changed and not deployed
    std::int64_t created = 0;
    std::int64_t updated = 0;
    bool tied_to = false; // a manifest is tied to it: after_steps() knows, files do not say it

    friend bool operator==(const Stack&, const Stack&) = default;
};

// A server at one time.
struct State {
    std::int64_t clock = 0;
    int database = 1;           // another number, another InstanceID
    bool administrator = false; // the reader's role
    bool in_team = false;       // the reader's membership
    bool token = true;          // the reader's token is known
    bool hides_git = false;     // users are not shown where a Git stack comes from (2.43)
    int next_stack = 41;        // ids are never given twice
    std::vector<Place> places;
    std::vector<Stack> stacks;
    std::vector<Stack> outside; // never records: containers that somebody started by hand under a stack's names

    friend bool operator==(const State&, const State&) = default;
};

enum class StepKind {
    remove_stack,
    recreate_stack, // removed, and made anew with another id: hidden, `value` odd: stopped
    restore_backup, // this stack and all younger ones are gone, and its id is given to another
    share_stack,    // `value`: the Sharing
    rename_stack,   // which loses its resource control
    move_stack,     // to the place `value`, which loses it too
    change_image,
    change_password,
    respell,
    change_env,
    stop_stack,
    disturb, // what runs: `value` is the Runs
    lose_file,
    set_status, // `value` is the Status
    close_place,
    remove_place,
    rename_place,
    forbid_management,
    cut_off_place, // the host does not answer any more
    demote,
    leave_team,
    withdraw_token,
    replace_database,
    take_name,    // a container outside Portainer takes the name of a stack's, whether it is there or not
    disturb_rest, // what runs of the third service: `value` is the Rest
    untag_place,  // the name of an image is taken from the host
    readd_place,  // removed, and added anew with another id: records stay behind under the old one
    start_by_webhook,
};

struct Step {
    StepKind kind = StepKind::remove_stack;
    int target = 0; // id of the stack or place
    int value = 0;
    int delay = 0; // seconds after the first run

    friend bool operator==(const Step&, const Step&) = default;
};

// A fault of the transport: requests whose path fits, after `skip` of them, `times` of them (-1: all).
struct Disturbance {
    std::string kind; // drop, truncate, bad_gateway, html, half_json, twice, redirect, throttle, content_type,
                      // not_found; refused: nobody listens
    std::string prefix;
    std::string suffix;
    int skip = 0;
    int times = -1;

    friend bool operator==(const Disturbance&, const Disturbance&) = default;
};

// Until when a declaration is suspended, as seen from the judged run.
enum class Suspended { no, yes, ended };

struct Declared {
    std::string name;
    int place = 0;      // by id; 0: by name
    std::string called; // the environment's name
    Kind kind = Kind::standalone;
    std::string space;
    int tied = 0;                  // `stack: {id}`: the record that is meant, whatever its name; 0: by name
    std::int64_t tied_created = 0; // `created` beside it; 0: left out
    Content content;
    bool git_any = false; // a Git stack, whatever its source
    int env = -1;         // -1: not compared
    bool profile = false; // among the variables
    int access = -1;      // -1: not compared; else a Sharing
    bool runtime = true;
    bool polls = false;  // an interval of its automatic update
    int state = 0;       // 0: left out, 1: running, 2: stopped, 3: any
    bool by_tag = false; // in every environment that bears the tag `blue`; `place` and `called` say nothing then
    bool branch = false; // on the second server
    Suspended suspended = Suspended::no;
    std::string team; // the value of its label `team`; "": none

    friend bool operator==(const Declared&, const Declared&) = default;
};

// When a waiver holds, as seen from the judged run.
enum class Force { now, expired, later };

struct Accepted { // a waiver
    std::string server = "*";
    std::string environment = "*"; // "*" or one that no environment is called by
    std::string stack = "*";
    std::string path = "*"; // "*", "record:*", "content:*", "runtime:*", "missing", "extra"
    Force force = Force::now;

    friend bool operator==(const Accepted&, const Accepted&) = default;
};

// What `--only` leaves: several of one kind are alternatives. Texts, or beginnings of texts with a `*` at the end.
struct Chosen {
    std::string kind; // name, environment, label (of `team`)
    std::string glob;

    friend bool operator==(const Chosen&, const Chosen&) = default;
};

struct Scope {
    bool declared = false;
    std::string called;      // an environment; "": all of the main server's
    std::string names = "*"; // like Chosen::glob
    std::string except;      // likewise; "": none

    friend bool operator==(const Scope&, const Scope&) = default;
};

// Another server of the same run, which stands still. Its reader is the same person with the same token.
enum class Condition { fine, slow, down, refusing };

struct Branch {
    bool configured = false;
    Condition condition = Condition::fine; // in the judged run
    State state;

    friend bool operator==(const Branch&, const Branch&) = default;
};

// Ways round a run that must make no difference.
struct Detours {
    bool ledger = false;    // the first run's memory goes through a ledger, not through its file
    bool manifests = false; // what is declared goes through manifests with Defaults
    bool snapshot = false;  // the run is observed and judged again from the snapshot
    bool writers = false;   // the runs record into a ledger that checks of another server write at the same time

    friend bool operator==(const Detours&, const Detours&) = default;
};

struct World {
    std::uint64_t seed = 0;
    std::string version = "2.43.0";
    State start;
    bool remembers = true;               // a first run made a memory
    bool agent = false;                  // an absence is proven by two runs, and pending in the first
    bool first_by_administrator = false; // that run had an administrator's token
    bool keyed = true;                   // the memory has a key: files may be skipped
    Scope scope;                         // undeclared stacks in it are extra
    int elapsed = 600;                   // seconds from the first run to the judged one
    std::vector<Step> steps;             // between them
    std::vector<Step> meanwhile;         // during the judged run, at the call number `meanwhile_at`
    int meanwhile_at = 0;
    std::vector<Disturbance> first_faults; // of the first run
    std::vector<Disturbance> faults;       // of the judged run
    std::vector<Declared> declared;
    std::vector<Accepted> waivers;
    std::vector<Chosen> only;
    Branch branch;
    Detours detours;

    friend bool operator==(const World&, const World&) = default;

    // Nothing fails and nothing changes while Mooring looks: every verdict is then known exactly.
    bool calm() const { return meanwhile.empty() && faults.empty() && first_faults.empty(); }
};

// The server after the steps, as the judged run finds it.
State after_steps(const World& world);
// And after what happens meanwhile.
State after_all(const World& world);

// And a while later, when nothing fails any more.
State after_later(const World& world);

const Place* find_place(const State& state, int id);
const Place* find_place(const State& state, const std::string& name);
const Stack* find_stack(const State& state, int id);

// An environment that is added anew has its old id plus this.
inline constexpr int readded = 4;

// Whether its third service is a job, so that its end is no news.
bool is_job(Extra extra);

// Whether a container of its service web is on the host, in whatever state; and whether anything of it is.
bool runs_service_web(const Stack& stack);
bool runs_anything(const Stack& stack);

// Whether the reader is among those whom `sharing` names; administrators always are.
bool names_reader(const State& state, Sharing sharing);

} // namespace mooring::walks
