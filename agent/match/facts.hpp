// Finding records and memories by place (environment, normalised name) or id without walking through all of them: a
// check of 10,000 stacks must cost ten times one of 1,000 (design §13).
#pragma once

#include "compose/compose.hpp"
#include "compose/facts.hpp"
#include "kubernetes/kubernetes.hpp"
#include "kubernetes/live.hpp"
#include "model/answer.hpp"
#include "model/desired.hpp"
#include "model/memory.hpp"
#include "model/stack.hpp"
#include "model/verdict.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mooring::match {

struct ServerFacts;

// A multimap from a place to values, as one sorted vector of hashes: what it finds are candidates, to be compared by
// the caller.
class PlaceIndex {
  public:
    struct Entry {
        std::size_t hash = 0;
        std::int64_t value = 0;
        friend auto operator<=>(const Entry&, const Entry&) = default;
    };
    void add(EnvironmentId environment, std::string_view stack_name, std::int64_t value);
    void sort();
    std::span<const Entry> at(EnvironmentId environment, std::string_view stack_name) const;

  private:
    std::vector<Entry> entries_;
};

// The records of one list: by place and by id; values are positions in the list.
struct ListIndex {
    PlaceIndex places;
    std::vector<std::pair<StackId, std::int64_t>> ids; // sorted
};

// One server's lists and memory. It holds for the vectors and the map it was made of, as long as they are not changed.
struct Lookup {
    ListIndex list;
    ListIndex list_again;
    PlaceIndex remembered; // values are stack ids
};

// Makes facts.lookup anew. To be called when the list, the second list or the memory has changed; without it everything
// is looked through one by one, with the same answers.
void index_facts(ServerFacts& facts);

// The list of a round (2: the second one); empty when it was not answered.
const std::vector<StackRecord>& records_of(const ServerFacts& facts, int round);

// The listed record of this id; nullptr if there is none.
const StackRecord* find_listed(const ServerFacts& facts, int round, StackId id);

// Records and memories that may stand at (environment, name): all of that place are among them.
std::vector<const StackRecord*> records_near(const ServerFacts& facts, int round, EnvironmentId environment,
                                             std::string_view stack_name);
std::vector<const RememberedStack*> memories_near(const ServerFacts& facts, EnvironmentId environment,
                                                  std::string_view stack_name);

// What one run learned: the values between observe (which asks) and judge (which decides). Pure data; no function here
// does I/O.

// One list of a cluster. `reply` is ok only when every page was read and all are of one state of the cluster; else it
// is the answer that failed, and there are no items.
struct ClusterList {
    Reply reply;
    std::vector<kubernetes::Item> items; // by namespace and name
};

// A kind as discovery tells of it.
struct ClusterKind {
    std::string kind;   // "Widget"
    std::string plural; // "widgets"
    bool namespaced = true;
};

// An object that exists and is a stack's, by the stack's file or by its own label.
struct ObjectThere {
    std::string name;          // "Deployment/web"
    std::string stack_id = {}; // label `io.portainer.kubernetes.application.stackid`; "": it has none
    bool in_file = true;       // false: the label alone says so
    bool takes_data = false;   // a StatefulSet that deletes its claims when it goes

    friend bool operator==(const ObjectThere&, const ObjectThere&) = default;
};

// What a cluster answered, by what was asked: shared by all stacks of its environment (kubernetes.md §7.2).
struct ClusterFacts {
    std::map<std::string, ClusterList> lists; // by path: "apis/apps/v1/namespaces/shop/deployments"
    std::map<std::string, Reply> namespaces;  // by name: whether there is one
    std::map<std::string, Answer<std::vector<ClusterKind>>> kinds;  // discovery, by apiVersion
    Answer<std::map<std::string, std::vector<std::string>>> groups; // every group that is served, and its versions
    std::map<StackId, Answer<StackRecord>> holders;                 // records that labels of objects name
    std::optional<Reply> down; // the cluster does not answer: it is not asked again in this run
};

// What runs in one environment, read once a run and shared by all its stacks (design §3.3). Standalone stacks need
// `containers`, swarm stacks `services` and `tasks`; what no stack needed has the outcome not_asked.
struct RuntimeFacts {
    Answer<std::vector<Container>> containers;
    Answer<std::vector<SwarmService>> services;
    Answer<std::vector<SwarmTask>> tasks;
    Answer<std::vector<DockerImage>> images; // read only where a declared stack's container shows an id (design §3.3)
    std::map<std::string, Answer<ContainerDetail>> details; // of containers that looked young, by name
    UnixSeconds server_date = 0; // the server's Date with the containers; 0: not known, and none looks young then
    bool arranged = false;       // sorted by project, namespace and service (arrange in compare.hpp)
    std::vector<std::uint32_t> by_name;           // when arranged: positions of containers, by name
    std::map<std::string, std::string> image_ids; // when arranged: ids of images by their names in full
    bool short_names = false; // when arranged: an image is shown without its registry, as Podman never does
    ClusterFacts cluster;     // of a Kubernetes environment
};

// Everything learned about one server before and beside its stacks.
struct ServerFacts {
    std::string name; // in the configuration
    std::string url;  // without its user part: what remedies name; "" where it is not known
    Answer<ServerStatus> status;
    Answer<Identity> identity_before; // before the list
    Answer<Identity> identity_after;  // after the list; both must say Role 1 for the list to be complete
    Answer<std::vector<Environment>> environments;
    Answer<std::vector<StackRecord>> list;
    Answer<std::vector<StackRecord>> list_again; // asked only when some stack needs it (Question::list_again)
    Answer<Identity> identity_after_again;       // after list_again, under the same rule
    std::map<EnvironmentId, Answer<Environment>> environments_by_id; // those not in `environments` (design §3.3)
    std::map<EnvironmentId, RuntimeFacts> runtime;
    std::map<StackId, SourceLocation> tied; // records that a manifest means by `stack: {id}`, and where that stands
    Answer<std::vector<NamedId>> users;     // asked only when a desired access names users, and so on
    Answer<std::vector<NamedId>> teams;
    Answer<std::vector<NamedId>> tags;
    Answer<std::vector<NamedId>> groups;
    ServerMemory
        memory; // already freed of what §3.2 "Memory" voids (believe_memory in match.hpp); empty without memory
    std::set<StackId> redated; // answered with another creation date than the memory had, which is void since
    bool has_memory = false;   // a memory for this database was there and is not void
    Diagnostics diagnostics;   // "memory of main is void: another database", ...
    UnixSeconds now = 0;       // our clock when the run began
    std::shared_ptr<const Lookup> lookup; // of the lists and the memory (index_facts); nullptr: slower, same answers

    // design §3.2 "The list is complete". `again` asks it of the second list.
    bool list_complete(bool again = false) const {
        const auto& last = again ? identity_after_again : identity_after;
        const auto& listed = again ? list_again : list;
        const auto& first = again ? identity_after : identity_before;
        return listed.reply.ok() && first.value && last.value && first.value->is_administrator() &&
               last.value->is_administrator() && first.value->id == last.value->id;
    }
    // Whether every answer about the identity was an administrator's. To one who was demoted meanwhile, what is read
    // after the list is shown filtered.
    bool is_administrator() const {
        const auto is = [](const Answer<Identity>& one) { return one.value && one.value->is_administrator(); };
        return is(identity_before) && is(identity_after) &&
               (!identity_after_again.reply.asked() || is(identity_after_again));
    }
};

// One row of the report: a desired stack in one environment. A selector (tags, group) has become one row an environment
// that it reaches, and, when permission may narrow it, one more row for the selector itself.
struct Row {
    const DesiredStack* stack = nullptr; // outlives the row
    EnvironmentRef environment;          // as declared, or as the selector was expanded (then with id and name)
    bool selector = false;               // the row for a selector itself: always not_visible
    std::string selector_text;           // "tags: [prod]", for messages; "" unless it came from a selector
};

// How the content of a stack came out. The text itself is compared on arrival and dropped.
struct ContentFacts {
    bool skipped = false; // not read again, by the conditions of design §3.3
    bool equal_bytes = false;
    std::vector<Change> changes;                     // plane content
    std::optional<std::string> problem;              // it was read and cannot be compared: the verdict is error
    std::optional<compose::ProjectFacts> actual;     // what the server's file would run; nullopt when it does not load
    std::string content_digest;                      // keyed, hex; "" without a key (for the memory)
    std::string desired_digest;                      // keyed digest of the desired text it was compared with
    std::vector<std::string> jobs_seen;              // jobs that an earlier run saw under this very file (design §3.3)
    compose::Deploying deploying;                    // what replacing the file would do beside; empty with equal bytes
    std::shared_ptr<const kubernetes::File> objects; // Kubernetes: what the server's file declares; nullptr: not known
};

// A name asked of the Docker proxy, and the answer.
struct NameProbe {
    DockerKind kind = DockerKind::container;
    std::string name;
    std::string service; // the compose service it stands for; "" for networks and volumes
    Reply reply;
};

// What was asked for one row, beside ServerFacts. Round 2 starts anew, against list_again.
struct StackFacts {
    int round = 1;
    std::optional<compose::ProjectFacts>
        desired; // of the desired file; nullopt for Git and Kubernetes, or when it does not load
    std::shared_ptr<const kubernetes::File> objects;    // of the desired Kubernetes file; nullptr likewise
    Answer<ContentFacts> file;                          // value also when skipped
    Answer<StackRecord> by_id;                          // the newest remembered id that is not listed
    std::map<StackId, Answer<StackRecord>> older_by_id; // older memories of the same place, once the newest is gone
    std::vector<NameProbe> probes;                      // predictable names of an absent stack (§3.2)
    std::vector<NameProbe> container_probes; // for a user: containers that the list of a listed stack lacks (§3.3)
};

// What is to be asked of a cluster; each once, whatever the number of rows that want it.
struct ClusterQuestion {
    enum class About {
        list,       // `what`: its path
        namespace_, // `what`: its name; NOLINT(readability-identifier-naming)
        kinds,      // `what`: an apiVersion
        groups,     // which are served
        holder,     // the record `id`, which the label of an object names
    };
    About about = About::list;
    std::string what;
    std::string api_version; // of a list's items
    std::string kind;
    StackId id = 0;

    friend bool operator==(const ClusterQuestion&, const ClusterQuestion&) = default;
};

// What is still to be asked for one row before it can be judged. Each question is asked once.
struct Question {
    enum class Kind {
        file,          // of `id`
        stack_by_id,   // `id`: the newest memory of the place, and when that is gone, the older ones
        docker_object, // `environment`, `docker_kind`, `name`: an absent stack's predictable name
        container,     // `environment`, `name`, `service`: a container that the list lacks
        environment,   // `environment`, by id: of a record that only the second list or its id showed
        runtime,       // what runs in `environment`, as observe_runtime reads it: `docker_kind` container or service
        list_again,    // wait the debounce, list once more, then start round 2 for this row
        cluster,       // `environment`, `cluster`
    };
    Kind kind = Kind::file;
    StackId id = 0;
    EnvironmentId environment = 0;
    DockerKind docker_kind = DockerKind::container; // also of Kind::container: swarm services are asked so too
    std::string name;
    std::string service;
    ClusterQuestion cluster;

    friend bool operator==(const Question&, const Question&) = default;
};

// How a run wants to be judged.
struct JudgeOptions {
    std::function<std::string(std::string_view)> digest; // keyed; so that the ledger notices that a secret changed
    std::vector<Secret> credentials; // the configuration's own: in no text of the report, whatever it is about
    bool show_values = false;        // only on a terminal, only when asked: secrets are then put into changes as text
    bool absence_in_two_runs =
        false; // the agent: complete-list absence is `pending` until a second run sees it (memory.absences)
    std::chrono::seconds absence_window{0}; // with absence_in_two_runs: the first sighting was at least this long ago
    // Two sightings of one absence are this far apart at most; else the later one is the first again (design §3.2
    // "Memory": the agent two intervals, `check` a day).
    std::chrono::seconds absences_apart{24 * 3600};
    std::set<std::string> own_stacks{"portainer", "mooring"}; // never extra
};

} // namespace mooring::match
