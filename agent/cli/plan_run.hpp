// From a run to its plan: what the ledger knows of ownership, and what is asked only for plans.
#pragma once

#include "cli/load_run.hpp"
#include "ledger/ledger.hpp"
#include "reconcile/plan.hpp"

#include <boost/asio/awaitable.hpp>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>

namespace mooring::cli {

// `--allow STACK=NAME`, repeated; an error (usage) names the word that is wrong.
Result<std::map<std::string, std::set<Allowance>>> parse_allowed(const std::vector<std::string>& words);

// What the ledger knows that a plan stands on. Empty without one: then nothing is owned but what manifests adopt.
struct PlanPast {
    // Server, record: when a run last judged it in sync with a declaration.
    std::map<std::pair<std::string, StackId>, UnixSeconds> in_sync;
    std::map<ledger::StackKey, ledger::Spell> drifted; // stacks whose newest spell is a difference of what runs
    // From when until when runs saw that a name meant this environment.
    struct Place {
        EnvironmentId id = 0;
        UnixSeconds first_at = 0;
        UnixSeconds last_at = 0;
        ledger::RunNumber first_run = 0; // tells apart what is of one second
    };
    std::map<std::string, std::map<std::string, std::vector<Place>>> places;        // by server and name
    std::map<std::string, ledger::Sighting> sightings;                              // by server
    std::map<std::pair<std::string, StackId>, reconcile::CalledExtra> called_extra; // server, record: and still is
    ledger::DeclaredPlaces declared_places; // by which manifest each record was judged last, from the root
    // Server, record: the same as it was typed; all that runs of before tell.
    std::map<std::pair<std::string, StackId>, std::pair<UnixSeconds, std::string>> judged_by;
    // Server, record by id and creation date: its UpdateDate as it was read back after the last write since the server
    // was trusted.
    std::map<std::tuple<std::string, StackId, UnixSeconds>, UnixSeconds> written;
    // Server, record by id and creation date: its newest write, and what came of it.
    struct LastWrite {
        WrittenStack stack;
        Intent intent;
        PartResult result; // unknown until its outcome is noted
    };
    std::map<std::tuple<std::string, StackId, UnixSeconds>, LastWrite> last_writes;
    LogStanding log; // what was written and who was let
    Secret key;      // of the ledger's digests; empty without one
};
// Takes in the log of writes, oldest first.
void take_log(PlanPast& past, std::span<const LogEntry> log);
// Takes in what recorded runs say of stacks: all of them, or those of some.
void take_spells(PlanPast& past, std::span<const ledger::Spell> spells);
// Which manifest declared a record last, by the log of writes and by the newest run that judged it, if it lies outside
// `folder`, that of this run's manifests, or cannot be told to lie within it. Asks the file system whether it is there.
std::optional<reconcile::DeclaredElsewhere> declared_elsewhere(const PlanPast& past, const Owned& owned,
                                                               const std::string& server, const std::string& instance,
                                                               StackId id, const std::filesystem::path& folder);
// A backup that is restored, and the record that it is of.
struct Restoring {
    std::string server;
    StackRecord record; // as the backup has it
    std::string file;
    std::string folder; // as it was typed
};
// The services that Mooring's own write took down and this backup brings back. Any but: the write for which the backup
// was kept is the newest of its record and was an outage, record, file (`file_digest`, keyed) and variables are as it
// left them, or as they were before it (where the server kept them), and nobody wrote since: none.
std::set<std::string> fell_by_own_write(const PlanPast& past, const Restoring& restoring,
                                        const std::string& instance_id, const StackRecord& record,
                                        const std::string& file_digest);
// The InstanceID that the ledger ties a server to: what the log of writes says, else what its first run was told. The
// memory is about the database of the newest run, and proves nothing. "" if nothing says it.
std::string known_instance(const PlanPast& past, const std::string& server);
// Another entry of the configuration behind which the same Portainer answers, by its address, or by the InstanceID that
// it said (`instances`, by server), is pinned to, or said last; "" if there is none.
std::string same_portainer(const config::Config& config, const PlanPast& past, const std::string& server,
                           const std::map<std::string, std::string>& instances);
// The ids that names of environments have as far as a person let them: where the server was trusted, what the newest
// run before that saw; else, and of names that came later, what was written or seen first. The memory, which each run
// renews, speaks of names alone that neither the log nor a run knows.
std::map<std::string, EnvironmentId> environments_of(const PlanPast& past, const ServerMemory* memory,
                                                     const std::string& server);
// Since when the newest spell of this very stack has all differences of what runs that it has now; nullopt: it has not.
std::optional<UnixSeconds> runtime_differs_since(const PlanPast& past, const StackResult& now);
// Whether a run judged this very record in sync, as far as it was the same database then.
bool was_in_sync(const PlanPast& past, const ServerMemory* memory, const std::string& server,
                 const std::string& instance_id, const StackRecord& record);
// Takes into `standing` what the ledger says of this server, of the records that it lists, and of the database.
void take_standing(reconcile::ServerStanding& standing, const PlanPast& past, const ServerMemory* memory,
                   UnixSeconds now);

// How many of the recorded runs of a spell judged its server: others count among its runs, and saw nothing. A spell
// that the newest run of its server is no part of is over. Takes in, too, which manifest each record was judged by.
// Errors (io): the ledger.
Result<void> count_extras(ledger::Ledger& ledger, std::span<const ledger::Spell> spells, PlanPast& past);
// Errors (io): a ledger that cannot be read; nothing is known then, and nothing may be planned.
Result<PlanPast> read_past(ledger::Ledger& ledger);

// What may go beyond what the manifests say (reconcile.md §5): `--max-removes N`, `--irrecoverable STACK`.
struct Removing {
    std::size_t most = 0; // stacks of one server
    std::set<std::string> irrecoverable;
};

class RemovingFlags {
  public:
    void declare(CLI::App& app);
    Removing removing() const;

  private:
    std::size_t most_ = 0;
    std::vector<std::string> irrecoverable_;
};

// What a plan needs beside the run.
struct PlanSources {
    const config::Config& config;
    const Memory& before; // as it was read for the run
    const PlanPast& past;
    std::map<std::string, std::set<Allowance>> allowed;
    UnixSeconds now = 0;
    Removing removing;
    std::optional<Restoring> restoring = {}; // `mooring restore` of the record itself
};

// What the plan of a run is made from: its rows and servers, and the engines of what is to be created, which are asked
// here. What it refers to outlives the input.
boost::asio::awaitable<reconcile::PlanInput>
plan_input_of(const drift::Run& run, const std::vector<drift::Target>& targets, const PlanSources& sources);

// Everything that is known before a server is asked.
struct PlanStart {
    CheckOptions options;
    std::map<std::string, std::set<Allowance>> allowed;
    std::filesystem::path ledger; // "" if none is named
    LoadedRun loaded;
    config::Config config; // with tokens
    Memory before;
};
// The command line, the configuration and the manifests of a plan. Errors: usage (the command line), and those of
// load_run; problems of manifests are printed.
Result<PlanStart> start_plan(Console& console, const CheckWords& words, const std::vector<std::string>& allowed_words,
                             const SettingFlags& settings);

} // namespace mooring::cli
