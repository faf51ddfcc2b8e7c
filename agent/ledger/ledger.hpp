// The ledger: the append-only record of runs, verdicts and what was seen (design §8). Verbs of the field only, so that
// another store can take SQLite's place.
#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/secret.hpp"
#include "ledger/entries.hpp"
#include "model/writes.hpp"

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mooring::ledger {

// One open ledger. One call at a time, from any thread; several processes and several Ledgers may have the same file
// open, and readers never wait for a writer. Calls block for disk I/O (milliseconds). Failures are of the kind io, with
// the cure in `detail`; a writing call that failed has changed nothing, and the ledger stays usable.
class Ledger {
  public:
    Ledger() = default;
    Ledger(const Ledger&) = delete;
    Ledger& operator=(const Ledger&) = delete;
    virtual ~Ledger() = default;

    // Appends the run, its verdicts, its waivers and what it changed of its servers' memory, in one transaction: once
    // this has returned a number, neither kill -9 nor a power cut takes the run away. What other runs wrote since
    // `before` was read stays. Costs one small row when nothing changed. The ledger stores no value of a secret,
    // whatever the report holds.
    virtual Result<Recorded> record_run(const NewRun& run) = 0;

    // By which manifest each record was judged last, as runs since schema 5 noted it.
    virtual Result<DeclaredPlaces> declared_places() = 0;

    // What to judge the next run with. Read it before every run: another process may have recorded one.
    virtual Result<Memory> memory() = 0;
    // The same of one server; an empty one if nothing is known of it.
    virtual Result<ServerMemory> memory_of(const std::string& server) = 0;
    // Replaces the memory without a run (taking over a --remember file).
    virtual Result<void> replace_memory(const Memory& memory) = 0;
    // The key of the memory's digests (32 bytes), from FILE.key beside the database; empty: no file is skipped.
    virtual const Secret& key() const = 0;

    // Runs of the period, oldest first.
    virtual Result<std::vector<Run>> runs(Period period) = 0;
    // The newest `most` runs, newest first; of those before run number `before`, where it is not 0.
    virtual Result<std::vector<Run>> newest_runs(std::size_t most, std::int64_t before) = 0;
    Result<std::vector<Run>> newest_runs(std::size_t most) { return newest_runs(most, 0); }
    // What the runs that are kept say of each server's database, by server.
    virtual Result<std::map<std::string, Sighting>> sightings() = 0;
    // Every stack that was ever judged and not pruned, by key.
    virtual Result<std::vector<Current>> current() = 0;
    // Since when each of them is what it is, and for how long anybody saw it so.
    virtual Result<Counts> counts() = 0;
    // The spells that touch a run of the period, by stack and time; clipped to nothing.
    virtual Result<std::vector<Spell>> spells(Period period) = 0;
    // The same of one stack, oldest first; empty for a stack that the ledger does not know.
    virtual Result<std::vector<Spell>> history(const StackKey& stack, Period period) = 0;

    // The newest notification of each channel, subject and topic, in that order.
    virtual Result<std::vector<Notification>> notifications() = 0;
    // Each takes the place of the one with the same channel, subject and topic.
    virtual Result<void> record_notifications(std::span<const Notification> sent) = 0;

    // Appends one entry to the log of writes, chained to the one before, and returns its number: on disk by then, so
    // that neither kill -9 nor a power cut takes it away. `entry.number` is not looked at. No entry holds a secret.
    virtual Result<std::int64_t> append(const LogEntry& entry) = 0;
    // The whole log of writes, oldest first; pruning leaves it alone.
    virtual Result<std::vector<LogEntry>> log() = 0;
    // Lets one process write to a server at a time: nullopt once `holder` has it until `until`; else who has it. A
    // lease that is over by `now`, or that is the holder's own, is taken.
    virtual Result<std::optional<Lease>> take_lease(const std::string& server, const Lease& wanted,
                                                    UnixSeconds now) = 0;
    // Gives it back, if it is this holder's.
    virtual Result<void> end_lease(const std::string& server, const std::string& holder) = 0;

    // Recomputes every hash of the period from the rows. A broken chain is no error: it is what was found out.
    virtual Result<Verification> verify(Period period) = 0;
    // Takes away the runs that started before `before` (never the newest one) and leaves a checkpoint that keeps the
    // chain provable. Returns how many; 0 leaves no checkpoint.
    virtual Result<std::size_t> prune(UnixSeconds before, UnixSeconds now) = 0;
    // Writes a consistent copy (0600) while others read and write. The key is not in it. `file` must not exist.
    virtual Result<void> back_up(const std::filesystem::path& file) = 0;
    // Moves everything into the one file, so that a copy of it is whole; for whoever ends. Waits for no reader: what
    // one still needs stays in the -wal.
    virtual Result<void> settle() = 0;
};

// What `keep` days of retention keep: runs from the beginning of that UTC day on, so that pruning has work once a day.
constexpr UnixSeconds kept_from(UnixSeconds now, int keep_days) {
    constexpr UnixSeconds day = UnixSeconds{24} * 3600;
    return (now / day - keep_days) * day;
}

enum class Access {
    read_only, // for reports and verifying: a damaged or missing file is an error, nothing is written
    write,     // a missing file is made; a damaged one is set aside and a new chain begins
};

struct OpenOptions {
    Access access = Access::write;
    UnixSeconds now = 0;         // stamps the beginning of a new chain, and the name of a file that is set aside
    std::int64_t most_pages = 0; // of 2 KiB; 0: as many as the disk holds
};

struct Opened {
    std::unique_ptr<Ledger> ledger; // never null
    bool created = false;           // there was no ledger here before, or it was set aside
    Diagnostics diagnostics;        // "ledger-set-aside", "ledger-key-new", "ledger-key-readable", ...
};

// Opens FILE (with FILE.key, both 0600) and checks its integrity. A damaged file is renamed to FILE.damaged-TIME and a
// new chain begins whose origin says so. Errors: invalid_input (not a ledger, another database, a memory file of
// --remember, written by a newer Mooring; none of them is touched), not_found (read_only), io (permission, full disk).
Result<Opened> open_ledger(const std::filesystem::path& file, const OpenOptions& options);

// Who holds what: the agent's lock, the lease of writing, the key of seals.

// One agent keeps a ledger: a second one would end the first one's watches and say everything twice.

// FILE.lock beside the ledger, held by the kernel for as long as this process lives: however it ends, the next one
// takes it over. It names its holder (process, host, since when) for people.
class AgentLock {
  public:
    // Errors (io): somebody else holds it, who is named; no right to write the folder. Where the file system knows no
    // locks a holder counts as long as its process is there, if it is of this host.
    static Result<AgentLock> take(const std::filesystem::path& ledger, UnixSeconds now);

    AgentLock(AgentLock&& other) noexcept;
    AgentLock& operator=(AgentLock&&) = delete;
    // Removes the file.
    ~AgentLock();

  private:
    AgentLock(std::filesystem::path file, int descriptor) : file_(std::move(file)), descriptor_(descriptor) {}

    std::filesystem::path file_;
    int descriptor_ = -1;
};

// Who holds a lease: a process that can be told from others, and found gone.

// "mooring apply, process 4711 on web1 (pid:[4026531836])": `who` is the command.
std::string holder_of_this_process(std::string_view who);

// The holder was a process of this machine and of this process's own numbering that is not there any more (kill -9).
// False where that cannot be told: another machine, another container.
bool is_gone(const std::string& holder);

// take_lease, also from a process that was killed: nullopt once it is ours, else who has it. Errors: those of the
// ledger.
Result<std::optional<Lease>> take_lease_over(Ledger& ledger, const std::string& server, const Lease& wanted,
                                             UnixSeconds now);

// The key of keyed digests, in a file of its own (0600) beside what it belongs to. Private to this folder.
struct LoadedKey {
    Secret key;              // 32 bytes; empty when it could not be read or made: then nothing is skipped
    bool is_new = false;     // it was made just now, or could not be: digests made with another mean nothing
    Diagnostics diagnostics; // codes "NOUN-key-new", "NOUN-key-readable", "NOUN-key-unusable"
};

// FILE.key
std::filesystem::path key_path(const std::filesystem::path& file);

// Reads it, or makes one where there is none; `expected` says that one should have been there. `noun` is what it
// belongs to: "memory", "ledger". A key of the wrong length is an error (invalid_input).
Result<LoadedKey> load_key(const std::filesystem::path& path, std::string_view noun, bool expected);
// The same, never making one.
Result<LoadedKey> read_key(const std::filesystem::path& path, std::string_view noun);

// A warning about a file.
Diagnostic remark(const std::filesystem::path& about, std::string code, std::string message, std::string cure);

} // namespace mooring::ledger
