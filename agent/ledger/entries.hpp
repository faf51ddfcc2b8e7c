// What the ledger holds, as values: runs, the spells in which a stack's state did not change, waivers, notifications,
// and what came of proving the chain.
#pragma once

#include "base/error.hpp"
#include "model/desired.hpp"
#include "model/memory.hpp"
#include "model/verdict.hpp"

#include <compare>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace mooring::ledger {

using RunNumber = std::int64_t; // counts from 1 in each ledger, without holes; pruned runs keep theirs

// Half-open, by the time at which a run started.
struct Period {
    UnixSeconds from = 0;
    UnixSeconds to = std::numeric_limits<UnixSeconds>::max(); // exclusive

    bool contains(UnixSeconds at) const { return from <= at && at < to; }
};

// A stack as the ledger knows it: by what people call it, because its ids may be unknown.
struct StackKey {
    std::string server;
    std::string environment;  // the name; "#4" where only the id is known, "?" where neither is
    std::string name;         // as the manifest or, for an undeclared one, Portainer writes it
    std::int64_t ordinal = 0; // tells apart rows of one run that share all of the above, in the report's order

    friend bool operator==(const StackKey&, const StackKey&) = default;
    friend auto operator<=>(const StackKey&, const StackKey&) = default;
};

// The trigger of a run that asked nothing: it says that its servers are watched no more, and ends their spells.
inline constexpr std::string_view watch_ended = "removed";

// The key under which the ledger files a result (ordinal 0).
StackKey key_of(const StackResult& result);

// Server, InstanceID in small letters, record: the manifest, from the root of the machine that judged.
using DeclaredPlaces = std::map<std::tuple<std::string, std::string, StackId>, std::string>;

// A run that has ended, to be recorded. Everything it refers to outlives the call.
struct NewRun {
    const Report& report;
    const Memory& before;                // of its servers, as it was read for the run
    const Memory& memory;                // of its servers, after the run; a server that is not in it keeps its own
    std::span<const Waiver> waivers;     // all that are declared, in force or not
    std::string trigger;                 // what started it: "check", "interval", "manifests", "signal", "sync"; or
                                         // watch_ended
    std::optional<UnixSeconds> next_due; // when the next run was due; nullopt: nobody promised one
};

// A run as recorded.
struct Run {
    RunNumber number = 0;
    std::string run_id;
    UnixSeconds started_at = 0;
    UnixSeconds finished_at = 0;
    std::string mooring_version;
    std::string trigger;
    std::optional<UnixSeconds> next_due;
    bool partial = false; // interrupted
    int exit_code = 0;
    Summary summary;
    std::shared_ptr<const std::vector<ServerResult>> servers; // never null; shared by runs that have the same
    std::shared_ptr<const std::vector<Waiver>> waivers;       // never null; all that were declared, likewise shared
    // Never null; about manifests and servers, errors first, at most 50, likewise shared.
    std::shared_ptr<const Diagnostics> remarks;
    std::string previous; // hex: hash of the run before, or of what the chain begins with
    std::string hash;     // hex

    // Whether it was to find out how the stacks are.
    bool looked() const { return trigger != watch_ended; }
};

// An unbroken row of runs in which a stack was judged and its state stayed the same. A run in which it was not judged
// (--only, interrupted, credentials refused) ends a spell; one of other servers alone (the agent's) does not, and
// counts among the runs of the spell.
struct Spell {
    StackKey stack;
    RunNumber first_run = 0;
    RunNumber last_run = 0;
    UnixSeconds first_at = 0; // started_at of these runs
    UnixSeconds last_at = 0;
    // The verdict with everything that explains it, as it was in first_run; evidence, notes and places in files are
    // those of that run and do not end a spell. A change of a secret has no values: "" where there was one.
    std::shared_ptr<const StackResult> state; // never null; shared by spells that have the same
};

// What is known of a stack by the last run in which it was judged.
struct Current {
    Spell spell;
    UnixSeconds first_seen = 0; // started_at of the first run that judged it, pruned or not
    UnixSeconds since = 0;      // as it was recorded with the spell, by the rule of model/memory.hpp
    bool in_last_run = false;   // it was judged in the newest run that is recorded
};

// What an agent that begins goes on counting with (model/memory.hpp). Time before the oldest run that is kept was
// watched by nobody who can prove it, and does not count as seen.
struct Counts {
    std::map<std::string, Watch> servers;
    std::map<StackKey, Tally> stacks; // every one that was ever judged and not pruned
};

// A message that went out. The ledger keeps the newest of each channel, subject and topic; what the words mean is the
// sender's business.
struct Notification {
    std::string channel; // name of the receiver in the configuration
    std::string subject; // what it is about: a stack, a server
    std::string topic;   // "drift", "access", ...
    std::string state;   // what was said, so that it is not said twice
    UnixSeconds at = 0;

    friend bool operator==(const Notification&, const Notification&) = default;
};

// Who writes to a server, and until when nobody else does.
struct Lease {
    std::string holder; // "apply, process 4711 on host"
    UnixSeconds until = 0;
};

// The remark of a run that found records with other creation dates than it remembered (match/believe.cpp).
inline constexpr std::string_view older_backup_remark = "older-backup";

// What the recorded runs say of one server's database, whatever the memory has become since.
struct Sighting {
    UnixSeconds first_at = 0;   // when the first run began that was told an InstanceID
    std::string first_instance; // that one; "" if none was told any
    // By InstanceID: when the newest run began that was told it.
    std::map<std::string, UnixSeconds> last_at;
    UnixSeconds older_backup_at = 0; // when the newest run began that found an older backup restored; 0: none did
};

struct Recorded {
    RunNumber number = 0;
    std::string hash;           // hex
    std::size_t new_states = 0; // stacks whose state was not that of the run before; 0: nothing changed
};

// How a ledger begins: what its first run's `previous` is the hash of.
struct LedgerStart {
    UnixSeconds at = 0;
    std::string reason;    // "" for a new ledger; otherwise why the one before was set aside: the chain is broken here
    std::string set_aside; // where the one before was put; "" for a new ledger
};

// What pruning left in place of the runs that it took away.
struct Checkpoint {
    RunNumber last_pruned = 0;
    UnixSeconds last_started_at = 0; // of that run
    UnixSeconds pruned_at = 0;
    std::string run_hash; // hex, of that run: `previous` of the first one kept
    std::string hash;     // hex, of the checkpoint itself; the next run that is recorded carries it
};

struct Verification {
    std::size_t runs = 0; // recomputed and found right, before the first broken one
    RunNumber first = 0;  // 0: there was none in the period
    RunNumber last = 0;   // the last one that was proven
    std::string head;     // hex, hash of `last`; "" without any
    LedgerStart origin;
    std::optional<Checkpoint> checkpoint; // the newest one
    bool origin_proven = true; // false: an older Mooring pruned it, whose checkpoint does not cover the origin
    // Servers whose memory is, row by row, what their newest run left; and those whose newest run says nothing of it,
    // because an older Mooring recorded it. Only when the newest run is among those that were proven.
    std::vector<std::string> memory_proven;
    std::vector<std::string> memory_unproven;
    std::size_t log_entries = 0;              // of the log of writes, found right, before the first broken one
    std::optional<RunNumber> broken;          // the first run that is not what was recorded
    std::optional<std::int64_t> broken_entry; // else the first entry of the log of writes that is not
    std::string problem;                      // what is wrong with it, or with the ledger around it; "" if nothing

    bool proven() const { return problem.empty(); }
    // "run 4", "entry 3 of the log of writes".
    std::string broken_at() const {
        if (broken_entry) return "entry " + std::to_string(*broken_entry) + " of the log of writes";
        return "run " + std::to_string(broken.value_or(0));
    }
};

// The chain of runs: what is hashed, and in which bytes. Pure, so that anybody can recompute it. Private to this
// folder.
//
// Every hash is SHA-256 over canonical JSON (compact, keys sorted). A run's covers its number, times and due time, the
// hashes of its frame, servers, waivers and remarks (if it made any), the digests of the state of every stack in it and
// of the memory after it, the newest checkpoint, the newest entry of the log of writes (if there was one), and the hash
// of the run before; the first one's `previous` is the hash of the origin, which every checkpoint covers as well. The
// entries of that log are a chain of their own, which begins at the origin, too.
struct RunFacts {
    RunNumber number = 0;
    std::string previous; // hashes are hex here
    std::string run_id;
    UnixSeconds started_at = 0;
    UnixSeconds finished_at = 0;
    std::optional<UnixSeconds> next_due;
    std::string frame;
    std::string servers;
    std::string waivers;
    std::optional<std::string> remarks; // nullopt: it made none, or was recorded before they were
    std::string stacks;                 // StackStates::digest()
    std::optional<std::string> checkpoint;
    std::optional<std::string> memory; // digests of its servers' memory after it; nullopt: recorded before they were
    std::optional<std::string> log;    // hash of the newest entry of the log of writes; nullopt: there was none yet
};

// An entry of the log of writes.
struct LogFacts {
    std::int64_t number = 0;
    std::string_view previous; // of the first: the origin's hash
    UnixSeconds at = 0;
    std::string_view kind;
    std::string_view body; // hash of the text
};

// Hex of each.
std::string hash_of(const RunFacts& run);
std::string hash_of(const LogFacts& entry);
std::string hash_of(const LedgerStart& origin);
// `previous` is the hash of the checkpoint before, "" for the first; `carried` that of what it carries over; `origin`
// that of how the ledger begins; nullopt: one of before, which does not cover it.
std::string hash_of(const Checkpoint& checkpoint, std::string_view previous, std::string_view carried,
                    const std::optional<std::string>& origin);
std::string hash_of_text(std::string_view body);

// What a checkpoint carries over of the runs that it stands for: the first sight of each stack, and spells that go on.
struct CarriedStack {
    StackKey stack;
    RunNumber first_run = 0;
    UnixSeconds first_seen = 0;
};
struct CarriedSpell {
    StackKey stack;
    RunNumber first_run = 0;
    UnixSeconds first_at = 0;
    std::string state;                // hash
    std::optional<UnixSeconds> since; // nullopt: for a checkpoint of before, which does not cover it
};
// Both in the order of their keys.
std::string hash_of(std::span<const CarriedStack> stacks, std::span<const CarriedSpell> spells);

// Which state each stack has at one run, and the digest of that: one line a stack, by key.
class StackStates {
  public:
    bool contains(const StackKey& stack) const { return lines_.contains(stack); }
    void put(const StackKey& stack, std::string_view state_hash);
    void remove(const StackKey& stack);
    // Hex. Costs nothing when nothing was put or removed since.
    const std::string& digest();

  private:
    std::map<StackKey, std::string> lines_;
    std::string digest_;
};

} // namespace mooring::ledger
