// What Mooring is about to write, what came of it, and what people decided about it: the values of the log of writes
// (reconcile.md §1, §2, §4). The ledger keeps them, apply makes them, plan and page read them.
#pragma once

#include "base/clock.hpp"
#include "model/stack.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace mooring {

// What came of one part (reconcile.md §1, "outcome").
enum class PartOutcome : std::uint8_t {
    done,          // in sync in two looks without a restart between; of a part that is not the last: as it was sent
    sent,          // the record is as it was sent, and what runs could not be read
    stored,        // the server kept file and variables although their deployment failed
    refused,       // read back: nothing changed
    failed,        // the deployment failed, and what ran before still runs
    outage,        // it failed, and what ran before does not run any more
    not_converged, // it was done, and what runs does not become as declared
    unknown,       // nobody knows: nothing more is done with this stack until a person looks
    left_behind,   // something stays that should be gone
    twice,         // two stacks came of one create: neither is touched
    skipped,       // nothing was sent
};
// "done", "not_converged", ...
std::string_view to_string(PartOutcome outcome);
std::optional<PartOutcome> parse_part_outcome(std::string_view word);
// A person must look before anything more is done with the stack.
constexpr bool needs_a_look(PartOutcome outcome) {
    return outcome == PartOutcome::unknown || outcome == PartOutcome::twice;
}
// It went wrong: exit code 5.
constexpr bool went_wrong(PartOutcome outcome) {
    return outcome != PartOutcome::done && outcome != PartOutcome::sent && outcome != PartOutcome::skipped;
}

// Which stack an entry of the log is about.
struct WrittenStack {
    std::string server;      // in the configuration
    std::string instance_id; // of the Portainer that answered
    EnvironmentId environment = 0;
    std::string environment_name;
    std::string name;          // as declared; "" where the entry is about the server alone
    std::optional<StackId> id; // nullopt: it is about to be created
    UnixSeconds created_at = 0;

    friend bool operator==(const WrittenStack&, const WrittenStack&) = default;
};

// What is on disk before a write is sent.
struct Intent {
    std::string action;         // "create", "update", ... (reconcile::Action)
    UnixSeconds updated_at = 0; // of the record that it stands on; all 0 of a create
    std::string updated_by;
    std::int64_t status = 0;
    std::string user; // whose token writes
    std::int64_t user_id = 0;
    std::string declared_at;          // "manifests/shop.yaml:3"
    std::string place;                // the manifest, from the root of this machine; "" in logs of before
    std::vector<std::string> changes; // in words, nothing secret: "services.web.image: nginx:1.25 becomes nginx:1.27"
    StackId newest = 0;               // of a create: the highest id that was listed before
    std::string namespace_;           // of a create in a cluster; "": none, or a Mooring that did not note it
    std::optional<UnixSeconds> sent_date; // the server's clock when it was about to be sent
    std::string backup;                   // the folder with what was there; "" if nothing was kept
    std::string declaration;              // keyed digest of what is declared (reconcile/pacing.hpp): the agent's alone
    std::string sent;                     // of an update: deployed_digest() of what is sent; "" in logs of before

    friend bool operator==(const Intent&, const Intent&) = default;
};

// Why the agent leaves a stack, or a whole server, alone until a person has looked (reconcile.md §6).
struct Halt {
    std::string code;        // "came_back", "left", "outage"; of a server: "two_writers"
    std::string message;     // for people
    std::string field;       // the path that differs; "" of a server
    std::string desired;     // printable; "" when secret
    std::string actual;      // likewise
    std::string declaration; // as in Intent: of another one the halt says nothing

    friend bool operator==(const Halt&, const Halt&) = default;
};

struct PartResult {
    PartOutcome outcome = PartOutcome::unknown;
    std::string message;       // one or two sentences for people, masked; "" where the outcome says it all
    std::optional<StackId> id; // the record that was read back; of a create: the new one
    UnixSeconds created_at = 0;
    UnixSeconds updated_at = 0;
    std::string updated_by;
    std::vector<std::string> fell = {}; // of an outage: services that ran before it; none in logs of before

    friend bool operator==(const PartResult&, const PartResult&) = default;
};

enum class LogKind : std::uint8_t {
    intent,      // `intent` says what is about to be sent
    outcome,     // `result` says what came of the intent with the number `answers`
    adopted,     // a person lets Mooring write this stack
    trusted,     // a person says that this InstanceID is the server that is meant
    resumed,     // a person looked: what was unknown or quarantined no longer keeps the stack
    quarantined, // `halt` says why the stack is corrected no more
    halted,      // `halt` says why the agent writes to this server no more, until it is trusted anew
};
// "intent", "outcome", ...
std::string_view to_string(LogKind kind);
std::optional<LogKind> parse_log_kind(std::string_view word);

// One entry. Entries are only ever added, and each is chained to the one before.
struct LogEntry {
    std::int64_t number = 0; // 1, 2, ...; the ledger gives it
    UnixSeconds at = 0;      // this machine's clock
    LogKind kind = LogKind::intent;
    std::string by; // who: "alice with mooring apply", "the agent"; printable
    WrittenStack stack;
    std::int64_t answers = 0; // outcome: the intent's number
    Intent intent;            // of an intent; of adopted only place and declared_at
    PartResult result;        // of an outcome
    Halt halt;                // of quarantined and halted

    friend bool operator==(const LogEntry&, const LogEntry&) = default;
};

// Whose a stack is (reconcile.md §1, "owned").
enum class Ownership : std::uint8_t { none, judged_in_sync, adopted, created };

// How a record became Mooring's, and what it was then.
struct Owned {
    Ownership how = Ownership::none;
    EnvironmentId environment = 0;
    std::string name; // as declared then
    // Intent::place and declared_at of the newest write, else of the adoption; "" in logs of before.
    std::string place{};
    std::string declared_at{};

    friend bool operator==(const Owned&, const Owned&) = default;
};

// What the log says now, whoever reads it.
struct LogStanding {
    // Server, InstanceID, id, creation date: one record and no other that has its name or its id.
    using Record = std::tuple<std::string, std::string, StackId, UnixSeconds>;

    std::map<std::string, std::string> trusted;    // by server: the InstanceID that a person named last
    std::map<Record, Owned> owned;                 // adopted or created
    std::vector<LogEntry> open;                    // intents without an outcome, oldest first
    std::vector<LogEntry> to_look_at;              // intents whose outcome needs a look that nobody has had since
    std::vector<LogEntry> quarantined;             // the newest of each stack, and no person has looked since
    std::map<std::string, LogEntry> halted;        // by server, and not trusted since
    std::map<std::string, UnixSeconds> trusted_at; // by server: when a person trusted it last
    // By server: the InstanceID at the first write or adoption. Later ones do not move it: only a person does.
    std::map<std::string, std::string> first_written;
    // By server: the id of each environment's name at the first write or adoption since the server was trusted.
    std::map<std::string, std::map<std::string, EnvironmentId>> environments;
    // Server, InstanceID, record: its creation date, as it was noted last since the server was trusted.
    std::map<std::tuple<std::string, std::string, StackId>, UnixSeconds> dates;

    // The InstanceID that the log ties a server to (reconcile.md §2): what a person trusted, else the first that was
    // written; "" if neither is.
    std::string instance_of(const std::string& server) const;

    // `how` is none of a record that was neither made nor adopted.
    Owned owned_as(const std::string& server, const std::string& instance_id, const StackRecord& record) const;
    Ownership owner(const std::string& server, const std::string& instance_id, const StackRecord& record) const;
    // The intent that keeps a stack of this name, open or unknown; nullptr if none does.
    const LogEntry* kept_by(const std::string& server, const std::string& name) const;
};

// Why that intent keeps its stack, for people: "nobody knows yet what came of the create of ...".
std::string keeping_words(const LogEntry& intent);

// What is deployed, file and variables in their order, as one keyed digest in hex. `file_digest`: the file's own,
// keyed, in hex. "" without a key or a file.
std::string deployed_digest(const Secret& key, const std::string& file_digest, std::span<const EnvVar> env);

// Entries as the ledger has them, oldest first.
LogStanding standing_of(std::span<const LogEntry> log);

} // namespace mooring
