// What one part of a step sends, as a pure function of the declaration, the record that is there now and what the plan
// decided (reconcile.md §3.2, §4). What was compared is what is sent: nothing is read from a source again.
#pragma once

#include "compare/compare.hpp"
#include "drift/judge.hpp"
#include "model/writes.hpp"
#include "portainer_write/request.hpp"
#include "portainer_write/writer.hpp"
#include "reconcile/plan.hpp"

#include <chrono>
#include <expected>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace mooring::apply {

using Sending = std::variant<portainer_write::Create, portainer_write::Change>;

// A stack with a file of its own, before its first part that deploys.
struct Before {
    StackRecord record;
    std::string file;
};

// What a part is made of. Everything outlives the call.
struct Material {
    const reconcile::Part& part;
    const drift::Assessment& seen;                    // as the plan had it
    const StackRecord* record = nullptr;              // as it is now; nullptr: a create
    const std::optional<std::string>* file = nullptr; // the recorded file as it is now; nullptr or nullopt: not read
    const Before* before = nullptr;                   // of a part that rolls back: what is put back
    EnvironmentId environment = 0;
    std::string swarm_id;                          // of a swarm's create
    std::optional<compare::AccessIds> access;      // as declared, where it could be resolved
    std::string webhook;                           // a fresh UUID, for automatic updates that have none yet
    const kubernetes::Kinds* namespaced = nullptr; // of the step; nullptr: none
};

// The error says for people why nothing can be sent.
std::expected<Sending, std::string> sending_of(const Material& material);

// Paths of the differences that somebody accepts, by waiver or `ignore`: they stay as they are.
std::set<std::string> accepted_paths(const drift::Assessment& seen);

// The variables as they are sent whole: recorded ones in their places, with the declared values; those that are
// declared without a value, accepted as they are, or not declared at all (unless `envStrict`) as recorded; new ones at
// the end.
std::vector<EnvVar> variables_of(const DesiredStack& desired, const std::vector<EnvVar>& recorded,
                                 const std::set<std::string>& accepted);

// Whether the record, and the recorded file where one was sent, show what was sent.
bool shows(const Sending& sent, const StackRecord& record, const std::optional<std::string>& file);

// What came of a write, decided from its answer and from what was read afterwards: pure (reconcile.md §4, moves 5, 6
// and 8). Whatever the answer says, what is read counts.

// Services of a stack that have something running; nullopt: that could not be read.
using Running = std::optional<std::set<std::string>>;

// What was read once a write had an end, or time was up.
struct Aftermath {
    bool list_read = false;            // else nothing below says anything
    std::optional<StackRecord> record; // the written one as the list shows it, whose access no other answer shows
    std::size_t namesakes = 0;         // of a create: records of that name and place, ours included, since the intent
    std::optional<std::string> file;   // as the server has it now
    Running ran;                       // before the write
    Running runs;
    bool gone = false;             // of a removal that the list lacks: its id is gone, says the server (404 of the API)
    std::optional<bool> exists;    // then: whether anything of the project is there; nullopt: not read
    std::vector<std::string> left; // then, of a Kubernetes stack: what is there, by name
};

// The write and what it stood on.
struct Sent {
    const Sending& what;
    const portainer_write::WriteReply& reply;
    const StackRecord* before = nullptr; // nullptr: a create
    const std::string& user;             // whose token wrote
    // Whose secrets no text of the server may show: what is declared (nullptr: nothing), and the recorded file as it
    // was read before the write (nullopt: it was not).
    const DesiredStack* desired = nullptr;
    std::optional<std::string_view> file = {};
};

struct Conclusion {
    PartResult result;
    bool settled = true; // false: the intent stays open, and what came of it is read again later
};

Conclusion conclusion_of(const Sent& sent, const Aftermath& after);

bool removes(const Sending& what);

// Whether reading must go on: a deployment is under way, or nobody knows whether the write was taken.
bool may_still_move(const Sent& sent, const Aftermath& after);

// Records that a create without an answer may have left: of its name and place, newer than all that were listed before
// it, made by its user.
std::vector<const StackRecord*> offspring(const LogEntry& intent, std::span<const StackRecord> list);

// The same, whoever made them: two share their containers (portainer-api.md §12).
std::size_t namesakes(const LogEntry& intent, std::span<const StackRecord> list);

// What is known of an intent without an outcome when Mooring starts again.
struct IntentEvidence {
    std::span<const StackRecord> list;
    std::optional<StackRecord> by_id;       // where the list lacks it: a Kubernetes stack is in no user's list
    bool complete = false;                  // the list is an administrator's, whole
    bool lacked_twice = false;              // of a create: two lists had no record of it
    std::optional<bool> project_exists;     // of creates and removals: anything of that project on the engine;
                                            // nullopt: not read
    std::vector<std::string> left;          // as in Aftermath
    std::optional<UnixSeconds> server_date; // now
    UnixSeconds now = 0;                    // this machine's clock
    std::chrono::seconds deploy_timeout{1200};
};
bool is_removal(const LogEntry& intent);

// nullopt: it stays open, and the stack is left alone.
std::optional<PartResult> settle(const LogEntry& intent, const IntentEvidence& evidence);

} // namespace mooring::apply
