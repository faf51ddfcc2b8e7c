// What a cluster holds against what a stack's file declares (kubernetes.md §7). Pure; agent/drift asks.
#pragma once

#include "compare/compare.hpp"
#include "kubernetes/kubernetes.hpp"
#include "kubernetes/live.hpp"
#include "runtime/runtime.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mooring::runtime {

using match::ClusterFacts;
using match::ClusterKind;
using match::ClusterList;
using match::ClusterQuestion;
using match::JudgeOptions;

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

// The file's objects that exist, "Deployment/web", once cluster_questions() has no more to ask; nullopt: of one of them
// it is not known. For a stack that is to be created.
std::optional<std::vector<std::string>> objects_there(const ClusterStack& stack);

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

} // namespace mooring::runtime
