// What is remembered of servers and stacks, and since when a stack is what it is: one rule for page, metrics, ledger
// and report. Time that nobody saw never begins a count anew and is never counted as seen; both are told. Pure.
#pragma once

#include "base/clock.hpp"
#include "model/desired.hpp"
#include "model/stack.hpp"
#include "model/verdict.hpp"

#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mooring {

// What a run could tell of a stack. The order matters: what is further down says nothing about what is above it.
enum class Sight {
    seen,   // how the stack is: in sync, a difference, suspended
    blind,  // it could not be read or compared
    outage, // its server as a whole told nothing or refused the token, which says nothing of the stack
};

// What is counted: as long as this stays the same, one count goes on.
struct Word {
    Sight sight = Sight::seen;
    Verdict verdict = Verdict::in_sync;
    bool accepted = false;      // by waivers, or suspended
    std::optional<Cause> cause; // of what could not be read

    // Drifted, missing, deleted or extra, and not accepted.
    bool differs() const;

    friend bool operator==(const Word&, const Word&) = default;
};
Word word_of(const StackResult& stack);

// What an older word of a stack means for a count that a newer one goes on with.
enum class Bond {
    same,   // the count goes on
    silent, // it says nothing about what is counted: look further back
    other,  // the count began after it
};
Bond bond(const Word& older, const Word& newer);

// When a stack was first seen so, and for how many seconds since then somebody saw it so.
struct Count {
    UnixSeconds since = 0;
    UnixSeconds seen = 0;

    friend bool operator==(const Count&, const Count&) = default;
};

// How long what a run saw is taken to hold if no other looks before: for twice the time to the next one that it
// promised, so that jitter is no gap; without a promise for `max_gap`.
inline constexpr std::chrono::seconds default_max_gap{std::chrono::hours(25)};
UnixSeconds holds_until(UnixSeconds started_at, std::optional<UnixSeconds> next_due, std::chrono::seconds max_gap);

// For how long the runs of one server have looked at it, told in the order of the runs.
class Watch {
  public:
    // A run that began at `at`. Returns the seconds that were watched before it.
    UnixSeconds look(UnixSeconds at, UnixSeconds holds_until);
    // From `at` on nobody watches, by intention.
    UnixSeconds stop(UnixSeconds at);
    // Seconds that were watched up to `at`, which is not before the newest run.
    UnixSeconds seconds(UnixSeconds at) const;
    // Seconds that were watched before the newest run.
    UnixSeconds before() const { return before_; }

  private:
    UnixSeconds before_ = 0; // watched before `from_`
    UnixSeconds from_ = 0;
    UnixSeconds to_ = 0;
};

// The counts of one stack, told in the order of the runs. `watched` is what its server's Watch says at that time.
class Tally {
  public:
    // A run that began at `at` judged the stack so.
    void take(const Word& word, UnixSeconds at, UnixSeconds watched);
    // A run of the server did not judge it: nobody sees it until one does.
    void rest(UnixSeconds watched);

    // Of the newest word; nullopt before the first.
    std::optional<Count> word(UnixSeconds watched) const;
    // Of the difference whose end nobody has seen, whatever it was called meanwhile; nullopt: there is none.
    std::optional<Count> difference(UnixSeconds watched) const;

  private:
    struct Open {
        Word word;
        Count count;
    };
    std::optional<Open>& open_of(Sight sight);
    void add(UnixSeconds seconds);

    std::optional<Word> now_;
    bool resting_ = false;
    UnixSeconds mark_ = 0; // what was watched when the counts were last brought up to date
    std::optional<Open> seen_, blind_, outage_;
    std::optional<Count> difference_;
};

// Windows and freezes: whether a stack may be written now, by the clock on the wall of the zone that is named.

// Why a stack is not written now although it could be: it will go on by itself.
struct Hold {
    std::string why;                  // "outside its windows", "frozen: end of the year"
    std::optional<UnixSeconds> until; // nullopt: not known
};

// nullopt: no window and no freeze stands against it. Freezes count first. A window whose zone is not in `zones` is
// never open.
std::optional<Hold> hold_of(const Policy& policy, const TimeZones& zones, UnixSeconds now);

// The zones that windows name: what load_time_zones is asked for, once, before a plan is made.
std::set<std::string> time_zones_of(std::span<const DesiredStack> stacks, std::span<const DesiredScope> scopes);

// What a text about a stack says for longer than one run. Pure.

// The text without what another run would find different although nothing happened to the stack: how often a container
// was restarted, how many tasks have ended, the local port of a connection, the id of a container or of a task. Two
// texts that are equal afterwards say the same. For comparing only; people read the whole text. Digests (sha256:...)
// stay, because another digest is another image.
std::string lasting(std::string_view text);

// The side of a change in the same way, where Mooring or Docker wrote it about what runs. What a manifest, a variable
// or a file says is compared as it stands, and so is an image.
std::string lasting_side(const Change& change, std::string_view side);

// What Mooring remembers of earlier runs (design §3.2 "Memory"): it turns a later 403 or 404 into proof. Kept in a file
// by agent/ledger.

// A record that was seen in a list or by id.
struct RememberedStack {
    StackId id = 0;
    EnvironmentId environment_id = 0;
    std::string environment_name; // "" if it was not known then
    std::string name;             // as stored by Portainer
    UnixSeconds created_at = 0;
    UnixSeconds seen_at = 0; // when it was last seen, by our clock
    std::string namespace_;  // Kubernetes only: part of the identity there
    // Older ids of its place were forgotten (each kept one of a place says so): that every remembered id of it is gone
    // proves nothing then.
    bool older_dropped = false;
    // When a run last declared its place, by our clock; 0: not known. What is declared is not forgotten.
    UnixSeconds declared_at = 0;

    friend bool operator==(const RememberedStack&, const RememberedStack&) = default;
};

// A file that was read and what must still hold for it not to be read again (design §3.3). Digests are keyed; empty
// without the key.
struct RememberedFile {
    std::string record_digest;   // hex HMAC of StackRecord::fingerprint when the file was read
    std::string content_digest;  // hex HMAC of the file's bytes
    std::string desired_digest;  // hex HMAC of the desired text it was found equal to; "" when it was not
    UnixSeconds server_date = 0; // the server's Date then
    UnixSeconds verified_at = 0; // when it was last really read, by our clock
    bool settled = false;        // UpdateDate and every deployment time were at least 60 s older than server_date
    // Services that were seen to run, or to have ended with 0, under this file: their containers may be pruned since.
    std::vector<std::string> jobs_seen; // sorted

    friend bool operator==(const RememberedFile&, const RememberedFile&) = default;
};

// An absence seen by complete list (the agent's `pending`), keyed by environment, namespace and name.
struct RememberedAbsence {
    EnvironmentId environment_id = 0;
    std::string namespace_; // Kubernetes only
    std::string name;       // normalised; Kubernetes: as written
    UnixSeconds first_seen = 0;
    UnixSeconds last_seen = 0; // 0: written by 0.1.0, which did not know it; such a one never counts

    friend bool operator==(const RememberedAbsence&, const RememberedAbsence&) = default;
};

// What a selector (tags, group) looked at when the environment was visible, so that it still reaches it when it is
// hidden (design §4 "Selectors").
struct RememberedSelection {
    std::int64_t group = 1;
    std::vector<std::int64_t> tags;

    friend bool operator==(const RememberedSelection&, const RememberedSelection&) = default;
};

// An environment that was visible once. One that is gone for good is forgotten in time (design §3.2 "Memory").
struct RememberedEnvironment {
    std::string name;            // last known
    UnixSeconds seen_at = 0;     // when it last answered, by our clock; 0: not known
    UnixSeconds declared_at = 0; // when a run last declared it; 0: not known
    bool gone = false;           // it was answered 404 when it was last asked

    friend bool operator==(const RememberedEnvironment&, const RememberedEnvironment&) = default;
};

struct ServerMemory {
    std::string instance_id;
    std::map<StackId, RememberedStack> stacks;
    std::map<EnvironmentId, RememberedEnvironment> environments;
    std::map<EnvironmentId, RememberedSelection> selections; // id -> group and tags, when it was last visible
    // Names of tags and groups, as they were last read: what a selector means when the server tells nothing any more.
    std::map<std::int64_t, std::string> tags;
    std::map<std::int64_t, std::string> groups;
    std::map<StackId, RememberedFile> files;
    std::vector<RememberedAbsence> absences;

    friend bool operator==(const ServerMemory&, const ServerMemory&) = default;
};

struct Memory {
    std::map<std::string, ServerMemory> servers; // by the server's name in the configuration

    friend bool operator==(const Memory&, const Memory&) = default;
};

} // namespace mooring
