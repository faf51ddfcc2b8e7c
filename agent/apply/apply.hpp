// Doing what a plan says: each part once, with its intent on the disk before it and its outcome after it (reconcile.md
// §4). What is decided stands in sending, ground and aftermath; here it is done.
#pragma once

#include "apply/aftermath.hpp"
#include "apply/readings.hpp"
#include "apply/workshop.hpp"
#include "base/error.hpp"
#include "model/desired.hpp"
#include "model/stack.hpp"

#include <boost/asio/awaitable.hpp>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace mooring::apply {

struct PartDone {
    reconcile::Part part;
    PartResult result;
};

struct StepDone {
    const reconcile::Step* step = nullptr;
    std::vector<PartDone> parts; // those that were begun
    // Of the whole step: what went wrong, else the last part's.
    PartOutcome outcome = PartOutcome::skipped;
    std::string message;
};

// A step of the plan with what its stack was judged by.
struct Planned {
    const reconcile::Step* step = nullptr;
    const drift::Assessment* seen = nullptr;
};

// Writes the steps of one server in their order, one part at a time. Ends early when somebody asked to stop, when
// another server answers, and when a write went wrong in a way that a person should see first; what was not begun is
// skipped, and says so. Never throws for what a server does.
boost::asio::awaitable<std::vector<StepDone>> apply_steps(Workshop& workshop, Server& server,
                                                          std::span<const Planned> steps);

// Settles what an earlier run left open on this server, by reading only; nothing while another process writes there,
// whose intent is open because it is being done. Returns the outcomes that were recorded. Errors (io): the ledger.
boost::asio::awaitable<Result<std::vector<LogEntry>>> settle_open(Workshop& workshop, Server& server);

// Putting back what a write took down (reconcile.md §4, "Rollback"): file and variables together, once, as a part of
// its own. Only a standalone stack with a file of its own can be put back so.

// What is known once a part has an outcome. Everything outlives the call.
struct Fallen {
    const DesiredStack& desired;
    const reconcile::Part& part;
    PartOutcome outcome = PartOutcome::unknown;
    const std::optional<Before>& before;
    const std::optional<StackRecord>& now; // as it was read after the write
    const Running& ran;                    // before it
    const std::string& user;               // whose token wrote
};

// Whether what ran before is put back: the manifest says so, something that ran does not run any more, and the record
// is still as our own write left it, or as it was before. Pure.
bool may_be_put_back(const Fallen& fallen);

// The part that puts it back; never itself rolled back. The record's own Prune goes with it.
reconcile::Part rollback_part(const StackRecord& record);

// What becomes of a rollback that the record shows: done if everything that ran before runs. Pure.
PartResult put_back(PartResult written, const Running& ran, const Running& runs);

// One part: read the ground, back up, note the intent, send once, read until known, judge, note the outcome.

// A step under way: its record as the part before left it.
struct UnderWay {
    Workshop& workshop;
    Server& server;
    const reconcile::Step& step;
    const drift::Assessment& seen;
    std::optional<StackRecord> record; // nullopt until a create is done
    Running ran;                       // before the first part
    std::optional<Before> before;      // of a stack with a file of its own, before the first part that deploys
    bool other_server = false;         // it answers no longer as the one that was planned for
    bool ledger_failed = false;        // nothing more may be written: nobody would know of it
};

// Whose token writes; "" unknown.
const std::string& user_of(const UnderWay& way);

// `last`: the step's result is judged after it.
boost::asio::awaitable<PartResult> do_part(UnderWay& way, const reconcile::Part& part, bool last);

// What a part stands on, read again before it is sent: pure (reconcile.md §4, move 1).

// Whether what the server's file lacks goes with this part: the record's own setting is sent back.
bool sends_prune(const reconcile::Part& part, const StackRecord& record);
// What exists of a stack's project and its create does not name: "container shop-web-1".
std::vector<std::string> taken_over(const reconcile::Step& step, const reconcile::ExtraFacts& runs);
// What the stack's file has, had, or is to have: none of it is a stranger. Of what is put back (nullptr: of other
// parts) also the file that the write of this step took away.
std::vector<std::string> files_of(const drift::Assessment& seen, const Readings& ground, const Before* put_back);
// What runs of a record and goes with a deployment that prunes, beyond what its step names: none of `files` has it.
// From Git, where no file is known: what `then` did not have. `runs`: read whole.
std::vector<std::string> removed_beside(const reconcile::Step& step, const StackRecord& record,
                                        const std::vector<std::string>& files, const reconcile::ExtraFacts& runs,
                                        const match::RuntimeFacts* then);
// Whether what is created comes where the plan looked: to the same engine, or to the same swarm, whose nodes answer in
// turn behind a cluster of agents (ServerStanding::shares_engine).
bool is_same_engine(const Engine& then, const Engine& now);
// Whether its id says nothing: Podman makes up another one for each answer. Two engines that answer in turn are no
// such case: one of them is `then`.
bool has_no_lasting_id(const Engine& then, const Engine& now, const Engine& again);

// What of the record is not as it was, for people: "changed since it was planned: updated by anna on ..."; "" if all of
// it is. Everything that a write would send back or take away counts.
std::string moved(const StackRecord& then, const StackRecord& now);

// Whether a record has the name of a stack that is to be created: in normal form, but of Kubernetes letter for letter
// and in the same namespace, where others may have the name, too.
bool is_named_as(const StackRecord& record, const DesiredStack& desired);
// Such a record in that environment: nothing is created beside it; nullptr if there is none.
const StackRecord* of_name(std::span<const StackRecord> list, EnvironmentId environment, const DesiredStack& desired);

// What is kept before it is overwritten (reconcile.md §4, move 2): record, file and variables of a stack, in a folder
// of its own that only this user can read.
struct Backup {
    std::string server;
    std::string instance_id;
    const StackRecord& record;
    const std::optional<std::string>& file; // nullopt: a Git stack, or the server lost it
    UnixSeconds at = 0;
};

// Writes FOLDER/SERVER/STACK-ID/TIME/ (0700) with record.json, and compose.yaml where there is a file (0600), on the
// disk before it returns; returns that folder. Errors (io, invalid_input): the folder cannot be made or written, or
// lies in a Git work tree, where what is secret would be committed.
Result<std::filesystem::path> write_backup(const std::filesystem::path& folder, const Backup& backup);

// What a backup says, as read from its folder.
struct KeptBackup {
    std::string server;
    std::string instance_id;
    StackRecord record; // name, type, ids and dates, status, variables, access, whether it came from Git
    std::optional<std::string> file;
    UnixSeconds at = 0;
    bool names_namespace = false; // false: of a Mooring that did not keep the namespace of Kubernetes stacks
};
// Errors (not_found, io, invalid_input): the folder holds no backup, or one of another form. The text of a variable
// stands in no message.
Result<KeptBackup> read_backup(const std::filesystem::path& folder);

// The declaration that brings it back, file, variables, state and access whole. `anew`: the stack is gone, and another
// one of its name and place is created; else only the very record that was backed up is meant. Errors (invalid_input):
// a Git stack, or one whose file, or whose namespace in a cluster, was not kept.
Result<DesiredStack> declaration_of(const KeptBackup& backup, const std::filesystem::path& folder, bool anew);

// Removes those of a stack that are older than `settings.keep`, but for its youngest three.
void prune_backups(const std::filesystem::path& stack_folder, const BackupSettings& settings, UnixSeconds now);

// The folder with a `.git` above `folder`; "" if there is none.
std::filesystem::path git_work_tree(const std::filesystem::path& folder);

} // namespace mooring::apply
