// What a cluster holds against what a stack's file declares (kubernetes.md §7). Pure; agent/drift asks.
#pragma once

#include "compare/compare.hpp"
#include "kubernetes/kubernetes.hpp"
#include "kubernetes/live.hpp"
#include "runtime/parts.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mooring::runtime {

using match::ClusterFacts;
using match::ClusterKind;
using match::ClusterList;
using match::ClusterQuestion;
using match::JudgeOptions;
using match::ObjectThere;

// A file in its cluster. Everything outlives it.
struct ClusterStack {
    const kubernetes::File& file; // what is declared
    std::string_view namespace_;  // of the stack; "": each object's own, or `default`
    EnvironmentId environment = 0;
    const ServerFacts& server;
    bool is_declared = false; // it is the declared file, byte for byte: its lines are
};

// What must still be asked before the file can be compared; empty: nothing. First where the objects are; then, of those
// that are there, who else holds them, why they are not ready, and what scales them. Without a record only the first.
std::vector<Question> cluster_questions(const ClusterStack& stack, const StackRecord* record);

// The answers on which the objects' absence or presence stands, each once. Valid as long as the facts are.
std::vector<const Reply*> cluster_replies(const ClusterStack& stack);

// Each declared object: gone, differs, being deleted, held by another stack, not as it should run; in notes what is no
// drift. What is on its way is in `rolling`; what was refused or not answered is `unread`, object by object.
Comparison compare_cluster(const Row& row, const StackRecord& record, const ClusterStack& stack,
                           const JudgeOptions& options);

// The file's objects that exist, once cluster_questions() has no more to ask; nullopt: of one of them it is not known.
// For a stack that is to be created. With the id of one that is to be removed, or was, also what bears its label
// beside, once removal_questions() has no more to ask.
std::optional<std::vector<ObjectThere>> objects_there(const ClusterStack& stack, std::optional<StackId> id = {});
// What must still be asked for that.
std::vector<Question> removal_questions(const ClusterStack& stack);

// The records that visible objects of the file name in their labels as a stack of this name: to be confirmed by id.
// For users, whose list has no Kubernetes stack. At most 5, by id.
std::vector<StackId> ids_by_label(const ClusterStack& stack, std::string_view stack_name);

// A list, page by page: what is asked next, and what came of it. A list that changed while it was read is read once
// more from its beginning; what changes then, too, is not known.
class ClusterPages {
  public:
    explicit ClusterPages(const ClusterQuestion& question) : question_(question) {}

    std::string path() const;            // of the next page
    bool take(Answer<std::string> page); // false: that was the last one
    ClusterList result() &&;             // once nothing more is asked

  private:
    bool end(Reply reply);
    bool fail(Reply reply, std::string why);
    bool once_more(Reply reply, std::string why);

    const ClusterQuestion& question_; // outlives it
    ClusterList list_;
    std::string resource_version_;
    std::string continue_;
    std::size_t pages_ = 0;
    bool again_ = false;
};

// Discovery: what `apis/GROUP/VERSION` and `apis` answer. An answer that is none of the kind becomes unavailable.
Answer<std::vector<ClusterKind>> read_kinds(const Answer<std::string>& answer);
Answer<std::map<std::string, std::vector<std::string>>> read_groups(const Answer<std::string>& answer);

// The path below the cluster's root that answers a question; "" for a record.
std::string path_of(const ClusterQuestion& question);

// The parts of cluster.hpp, private to this folder.

// How a declared object was seen.
enum class ObjectSight {
    unasked, // `questions` say what is missing
    absent,  // proven; `why` where it is not simply not in the list
    found,   // `item`
    unread,  // refused or not answered: `reply`
    unclear, // it cannot be told, whoever asks: `why`
};

struct Seen {
    const kubernetes::Object* object = nullptr;
    std::string namespace_; // where it is; "" for what is cluster-wide
    ObjectSight sight = ObjectSight::unasked;
    const kubernetes::Item* item = nullptr;
    std::string list;                  // the list that shows it, once it is known
    std::vector<const Reply*> replies; // in the order in which they were needed; the last one decides
    std::string why;
    std::vector<ClusterQuestion> questions;
};

Seen see(const ClusterStack& stack, const kubernetes::Object& object);
std::vector<Seen> see_all(const ClusterStack& stack);

const ClusterFacts& cluster_of(const ClusterStack& stack);

// The path of the list that shows a resource: cluster-wide for an administrator, else of one namespace.
std::string list_path(const ClusterStack& stack, std::string_view api_version, std::string_view plural,
                      std::string_view name_space);

// What the list of this path has; nullptr: it was not asked, or not answered.
const std::vector<kubernetes::Item>* items_of(const ClusterStack& stack, const std::string& path);

// The record that an object's label names; nullopt: none, or no id.
std::optional<StackId> holder_id(const kubernetes::Item& item);
// A stack's name as Portainer writes it into labels.
std::string label_of_name(std::string_view name);

// What each declared object is called in paths: "Deployment/web"; of two of that name in one file:
// "Deployment.apps/shop/web".
std::map<const kubernetes::Object*, std::string> names_of(const ClusterStack& stack);

// What scales in a namespace, as far as it was read.
std::vector<kubernetes::Autoscaler> autoscalers_of(const ClusterStack& stack, const std::string& name_space);

// The pods of a namespace, and what scales there (the version that the cluster serves).
ClusterQuestion pods_question(const std::string& name_space);
ClusterQuestion autoscalers_question(const ClusterStack& stack, const std::string& name_space);
ClusterQuestion storage_classes_question();
// The jobs where a CronJob lies.
ClusterQuestion jobs_question(const ClusterStack& stack, const std::string& name_space);

std::int64_t whole_number(const kubernetes::Value& tree, std::initializer_list<std::string_view> keys,
                          std::int64_t otherwise);
// "2026-11-28T23:39:40Z"; 0: there is none
UnixSeconds time_at(const kubernetes::Value& tree, std::initializer_list<std::string_view> keys);

// How a workload does, by its own status (kubernetes.md §7.4).
struct Health {
    enum class State { well, rolling, failed };
    State state = State::well;
    std::string what;                 // "ready", "updated", "status": the end of the change's path
    std::string desired;              // "2"
    std::string actual;               // "1"
    std::vector<std::string> reasons; // of the object's own conditions: "ProgressDeadlineExceeded"
    UnixSeconds deadline = 0;         // rolling: until then; 0: it has none
    std::string note;                 // what is worth knowing though all is well; "" if nothing
};
// `now` by the server's clock. Kinds that do not run are well.
Health health_of(const kubernetes::Live& live, UnixSeconds now);

// A field of `spec` that the file leaves out, and that makes nothing run, or nothing new ever (kubernetes.md §7.4).
struct Stop {
    std::string_view group;
    std::string_view kind;
    std::string_view field;   // "replicas"
    std::string_view stopped; // "0"
    std::string_view usual;   // "1": by default
};
// Those that the live object stands still by.
std::vector<Stop> stops_of(const kubernetes::Object& declared, const kubernetes::Live& live);

// Why pods of a workload are not ready, the worst first.
struct PodReasons {
    std::vector<std::string> texts; // "ImagePullBackOff: registry.example.test/web:2", distinct
    bool hopeless = false;          // one of them does not go away by waiting
};
PodReasons pod_reasons(const kubernetes::Live& workload, std::span<const kubernetes::Item> pods);
// What the newest of a CronJob's jobs came to, if it failed: "nightly-28 failed (BackoffLimitExceeded)"; "" else.
std::string failure_of_last_job(const kubernetes::Live& cron_job, std::span<const kubernetes::Item> jobs);
// A claim that its storage class binds with the first pod that uses it, and there is none (kubernetes.md §7.4).
bool waits_for_its_first_pod(const ClusterStack& stack, const Seen& claim, const kubernetes::Live& live);

// The lists that show what the stack has left behind, beside those of its own kinds: of what bears Portainer's label
// alone, unless the whole list was read for another stack.
std::vector<ClusterQuestion> left_behind_questions(const ClusterStack& stack, const std::vector<Seen>& all);
// What bears the stack's label, and is not in its file: "Service/old"; nullopt where a list could not be read.
std::optional<std::vector<std::string>> labelled_beside(const ClusterStack& stack, StackId id,
                                                        const std::vector<Seen>& all);
// Notes on what the stack deployed and its file declares no more.
std::vector<std::string> left_behind(const ClusterStack& stack, const StackRecord& record,
                                     const std::vector<Seen>& all);

// Whether the live object's replicas are other than the declared ones, or none where none are declared.
bool replicas_differ(const kubernetes::Object& declared, const kubernetes::Live& live);

} // namespace mooring::runtime
