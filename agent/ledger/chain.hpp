// The chain of runs: what is hashed, and in which bytes. Pure, so that anybody can recompute it. Private to this
// folder.
//
// Every hash is SHA-256 over canonical JSON (compact, keys sorted). A run's covers its number, times and due time, the
// hashes of its frame, servers, waivers and remarks (if it made any), the digests of the state of every stack in it and
// of the memory after it, the newest checkpoint, the newest entry of the log of writes (if there was one), and the hash
// of the run before; the first one's `previous` is the hash of the origin, which every checkpoint covers as well. The
// entries of that log are a chain of their own, which begins at the origin, too.
#pragma once

#include "ledger/entries.hpp"

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace mooring::ledger {

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
std::string hash_of(const Origin& origin);
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
