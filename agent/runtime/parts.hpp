// What runs against what should run: containers, swarm services, images. Pure; agent/drift asks.
#pragma once

#include "compare/compare.hpp"
#include "compare/parts.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mooring::runtime {

using compare::Comparison;
using match::NameProbe;
using match::Question;
using match::Row;
using match::RuntimeFacts;
using match::ServerFacts;

// What runs against what the server's file says should run (design §3.3 "Runtime changes"): containers for standalone,
// services and tasks for swarm. `list_filtered`: the token is not an administrator's, so that what the list lacks may
// be hidden: then only a probe's 404 makes an absence a change, and everything else leaves the runtime unread.
// `jobs_seen`: an earlier run saw a job of this very file, so that it may have been removed since.
Comparison compare_runtime(const Row& row, const StackRecord& record, const compose::ProjectFacts& file,
                           const RuntimeFacts& runtime, const std::vector<NameProbe>& container_probes,
                           bool list_filtered = false, bool jobs_seen = false);

// Sorts what runs by project, so that each stack finds its own without walking through all of it, and images by name.
// The answers are the same without it.
void arrange(RuntimeFacts& runtime);

// Whether the container was started less than a minute ago and created long before: it may be kept in a loop of
// restarts, which only inspecting it can tell. Containers of no project are nobody's.
bool looks_restarted(const Container& container, UnixSeconds server_date);

// Names of the containers of these projects that look restarted, the youngest first, 50 at most (design §3.3).
// nullptr: of every project.
std::vector<std::string> containers_to_inspect(const RuntimeFacts& runtime, const std::set<std::string>* projects);

// Whether a container of these projects that is up shows an id in the place of its image's name: then images are read.
bool shows_an_image_id(const RuntimeFacts& runtime, const std::set<std::string>* projects);

// The services of the stack that are jobs and of which something is there: what the memory keeps (RememberedFile).
std::vector<std::string> jobs_there(const StackRecord& record, const compose::ProjectFacts& file,
                                    const RuntimeFacts& runtime);

// For a user: the containers (swarm: services) that should run and that the list lacks, to be asked by name (design
// §3.3). Empty for an administrator, for a stopped stack, and where the name is not predictable.
std::vector<Question> containers_to_ask(const Row& row, const StackRecord& record, const compose::ProjectFacts& file,
                                        const ServerFacts& server);

// What runs, compared service by service; the parts of compare_runtime, private to this folder.
using compare::KnownSecrets;

// What both kinds of Docker environment look at. Everything outlives it.
struct RuntimePair {
    const DesiredStack& stack;
    const StackRecord& record;
    const compose::ProjectFacts& file; // what the server's file says should run
    const RuntimeFacts& runtime;
    const std::vector<NameProbe>& probes;
    const KnownSecrets& secrets;
    bool list_filtered = false; // a user's list: what it lacks may be hidden
    bool jobs_seen = false;     // an earlier run saw a job of this very file
    std::string project;        // the record's name as compose spells it
};

void compare_containers(const RuntimePair& pair, Comparison& out);
void compare_services(const RuntimePair& pair, Comparison& out);

// Whether the manifest wants nothing to run.
bool wants_stopped(const DesiredStack& stack);
// Whether Portainer stopped the stack, and that is right (`state: any`) or said already by the record's change `state`:
// what does not run is then no difference of its own.
bool stop_explains(const DesiredStack& stack, const StackRecord& record);

// `services.web`, `services["web.front"]`: the notation of paths in compose files.
std::string service_path(std::string_view service);

// How many should run. `at_least`: the file's number is a reference that is not resolved, one is taken as the least
// (none where it is the profile). `written`: the reference that gave the count, and takes its place in texts, since the
// value may be a secret.
struct Expected {
    std::int64_t count = 0;
    bool at_least = false;
    std::string written = {};

    bool any() const { return count > 0 || at_least; }
    std::string text() const {
        return !written.empty() ? written : (at_least ? "at least " : "") + std::to_string(count);
    }
};
Expected expected_count(const compose::ServiceFacts& service);

// Names of one service that are asked for: enough to tell what became of it, and no flood for `replicas: 1000000`.
inline constexpr std::int64_t most_names_asked = 20;

// Fewer than expected, and what became of those that are not in the list.
struct Shortage {
    const compose::ServiceFacts& service;
    Expected expected;
    std::int64_t running = 0;
    std::vector<std::string> names; // predictable names that the list lacks
    std::int64_t unasked = 0;       // what may run beyond those names
    bool predictable = true;        // false: the file's container_name holds a reference
    std::string reason;             // "No such image: ..."; may be empty
    Subject subject = Subject::gone;
};

// Adds the change `services.web.running`, or, where this token may not see all, what was not read.
void report_shortage(const RuntimePair& pair, const Shortage& shortage, Comparison& out);

// Why what runs beside the file that Portainer shows is no drift and not in sync: nobody can know.
inline constexpr std::string_view more_files_unread =
    "the stack's additional or included files, which may say so, were not read";

// What of a service cannot be told: unread `part` takes the verdict away (design §3.3), and `why` is said of its
// `field`.
void leave_open(std::string_view part, const compose::ServiceFacts& service, std::string_view field, std::string why,
                Comparison& out);
// Says which of the service's references are not resolved, or by a default alone. `up`: how many of it run.
void report_open(const RuntimePair& pair, const compose::ServiceFacts& service, std::int64_t up, Comparison& out);
// More than expected.
void report_surplus(const RuntimePair& pair, const compose::ServiceFacts& service, const Expected& expected,
                    std::int64_t count, Comparison& out);

// What runs of a service that the file does not have: a change, unless files that were not read may have it.
void report_foreign(const RuntimePair& pair, std::string_view service, std::string what, Comparison& out);

// `service`: of the file, or of what runs.
void add_runtime_change(const RuntimePair& pair, Subject subject, std::string_view service, std::string path,
                        std::optional<std::string> desired, std::optional<std::string> actual, Comparison& out);

// Images beside the file's: of containers that are up, of a swarm service's own spec, and of its tasks. One that holds
// an env value is said to differ and not shown.
void compare_images(const RuntimePair& pair, const compose::ServiceFacts& service,
                    const std::vector<const Container*>& up, Comparison& out);
void compare_image(const RuntimePair& pair, const compose::ServiceFacts& service, const SwarmService& actual,
                   Comparison& out);
// Whether the swarm is at it: its tasks are of the old and of the new spec then.
bool is_updating(const SwarmService& service);

// Of the declared jobs of a Git stack: those that its file cannot have. And that a stack of jobs alone has run at all:
// `there` are the services of which something is there, whatever its state.
void compare_jobs(const RuntimePair& pair, const std::set<std::string>& there, Comparison& out);
// A service that has stopped and is no job: the remedy names the way out.
void note_ended(const compose::ServiceFacts& service, bool kept_running, Comparison& out);

// What the probes say of names that the list lacks.
struct Fate {
    std::int64_t hidden = 0; // 403
    std::int64_t unknown = 0;
};
using Names = std::vector<std::pair<std::string, std::string>>; // service, name
// What was not read is told in `out`.
Fate ask_names(const RuntimePair& pair, const Names& names, Comparison& out);

// Whether two image names mean the same image: "nginx" is "docker.io/library/nginx:latest", and beside a digest the tag
// decides nothing. Ids mean nothing here. `podman`: what has no registry may be shown as `localhost/...`; for Docker
// that is another image.
bool same_image(std::string_view left, std::string_view right, bool podman);
std::string full_image_name(std::string_view image, bool podman);
// Whether the engine may be Podman, which names its registry with every image that it shows; Portainer takes it for
// Docker where it was added as such.
bool may_be_podman(const RuntimeFacts& runtime);
bool is_image_id(std::string_view image);
// With or without `sha256:`, one of them perhaps shortened.
bool same_image_id(std::string_view left, std::string_view right);
std::string short_image_id(std::string_view id); // "sha256:0123456789ab…"

// The containers of a project by compose service, one-off ones (`compose run`) left out; one that is listed twice
// counts once.
using ContainersByService = std::map<std::string, std::vector<const Container*>>;
ContainersByService containers_of(const RuntimeFacts& runtime, std::string_view project);
bool has_container_named(const RuntimeFacts& runtime, std::string_view name);

// The swarm services of a stack by their name in the file: those called P_S, as `docker stack deploy` names and finds
// them. What bears the stack's label and another name, or a name that is taken, is no service of its file: a stranger.
using SwarmServices = std::map<std::string, const SwarmService*>;
SwarmServices services_of(const RuntimeFacts& runtime, std::string_view project);
std::vector<const SwarmService*> strangers_of(const RuntimeFacts& runtime, std::string_view project);
std::vector<const SwarmTask*> tasks_of(const RuntimeFacts& runtime, std::string_view service_id);

// The exit code in "Exited (137) 2 hours ago"; nullopt without one.
std::optional<int> exit_code_of(const Container& container);
bool is_unhealthy(const Container& container);
// Running, paused or between two starts.
bool is_up(const Container& container);
// How often a container that runs was started anew by itself, when that was moments ago: a loop. nullopt: it is not in
// one, or was not inspected.
std::optional<std::int64_t> restarts_in_a_loop(const RuntimeFacts& runtime, const Container& container);
// The inspection that the answer stands on; or a note that there was none, where one would have been due.
void tell_inspected(const RuntimePair& pair, std::string_view service, const Container& container, Comparison& out);

// How many tasks of a service run, are wanted, and have ended well.
struct TaskCount {
    std::int64_t running = 0;
    std::optional<std::int64_t> wanted; // nullopt: neither the service nor a task says so
    std::int64_t completed = 0;
    std::string error; // of the tasks that are wanted; "" if none
};
TaskCount count_tasks(const SwarmService& service, const RuntimeFacts& runtime);
// What has become of a job's tasks that did not end well and were not replaced: "failed", with the error; "" if there
// are none.
std::string failed_tasks(const SwarmService& service, const RuntimeFacts& runtime);

// For a user: predictable names that the list lacks though that may be right, because what bears them may be hidden.
// Those of every service of a stack that is to be stopped; else of jobs, which may have been removed, and of services
// that are not to run.
Names unlisted_names(const DesiredStack& stack, const StackRecord& record, const compose::ProjectFacts& file,
                     const RuntimeFacts& runtime);

// Every service of the file of which fewer run than expected.
std::vector<Shortage> shortages(const StackRecord& record, const compose::ProjectFacts& file,
                                const RuntimeFacts& runtime);

} // namespace mooring::runtime
