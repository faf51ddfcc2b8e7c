// What came of a write, decided from its answer and from what was read afterwards: pure (reconcile.md §4, moves 5, 6
// and 8). Whatever the answer says, what is read counts.
#pragma once

#include "apply/sending.hpp"
#include "model/writes.hpp"
#include "portainer_write/writer.hpp"

#include <chrono>
#include <optional>
#include <set>
#include <span>
#include <string>

namespace mooring::apply {

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
