// One `mooring apply`: settle what an earlier one left open, plan, ask, write, say what came of it.
#pragma once

#include "apply/apply.hpp"
#include "apply/workshop.hpp"
#include "cli/commands.hpp"
#include "cli/plan_run.hpp"
#include "cli/process.hpp"
#include "ledger/ledger.hpp"
#include "reconcile/pacing.hpp"
#include "serve/correcting.hpp"
#include "serve/log.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>
#include <filesystem>
#include <iosfwd>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace mooring::cli {

struct ApplyOptions {
    std::string command = "apply";      // as the user typed it, for messages
    bool yes = false;                   // nobody is asked
    bool json = false;                  // the result is one JSON value; what is said meanwhile goes to standard error
    bool partial = false;               // of a blocked stack its access; of a saved plan the steps that still hold
    bool from_backup = false;           // no manifest declares what is written
    std::optional<Restoring> restoring; // from_backup: the record that it is of; nullopt: it is created anew
    std::string server;                 // the only one that is written to; "" all
    std::optional<std::size_t> max_changes;
    std::optional<std::string> saved_plan; // the text of --plan FILE
};

// Why nothing may be written as it was asked for, known before a server is asked; nullopt if nothing stands against it.
std::optional<std::string> apply_problem(const ApplyOptions& options, const config::Config& config);

// How many stacks of a server may be written without a plan that a person saw (reconcile.md §3.3).
std::size_t most_changes(const WriteLimits& limits, const std::optional<std::size_t>& asked, std::size_t declared);

class ApplyRun {
  public:
    // Everything outlives it. `past` is read again once open intents are settled.
    ApplyRun(Console& console, const ApplyOptions& options, PlanPast& past, const PlanSources& sources,
             ledger::Ledger& ledger, Ending& ending);

    // The route; in place of CheckInputs::afterwards.
    boost::asio::awaitable<void> execute(const drift::Run& run, const std::vector<drift::Target>& targets,
                                         Progress& progress);

    // After execute(), or after it was interrupted: what is said at the end, and the exit code. `beside`: that of what
    // happened beside it, a server that did not answer or a signal.
    int conclude(int beside);

  private:
    boost::asio::awaitable<bool> settle(const drift::Run& run, const std::vector<drift::Target>& targets);
    void choose();
    bool still_holds();
    bool within_limits(const drift::Run& run);
    bool is_grave() const;
    std::ostream& said() const;
    std::string_view result_of(const reconcile::Step& step) const;
    std::string to_json(int code) const;
    boost::asio::awaitable<bool> confirmed();
    std::string outage_words() const;
    std::string unsettled_words() const;
    boost::asio::awaitable<void> write(const drift::Run& run, const std::vector<drift::Target>& targets);
    apply::Workshop workshop_of();
    void say_phases(apply::Workshop& workshop);
    void wait_for(const reconcile::Step& step, const std::string& line);
    std::string backup_of(const reconcile::Step& step) const;
    std::string way_back(const reconcile::Step& step) const;
    int conclude_with(int code);
    void tell(const reconcile::Step& step, const reconcile::Part& part, const PartResult& result);

    Console& console_;
    const ApplyOptions& options_;
    PlanPast& past_;
    const PlanSources& sources_;
    ledger::Ledger& ledger_;
    Ending& ending_;
    reconcile::PlanInput input_;
    std::optional<reconcile::Plan> plan_;
    std::vector<const reconcile::Step*> chosen_;
    std::map<const reconcile::Step*, PartOutcome> outcomes_; // of steps of which something was begun
    std::set<const reconcile::Step*> done_;
    std::set<const reconcile::Step*> put_back_; // of those that fell
    // What was told, for the JSON: parts that were begun, steps of which none was, and what was settled before.
    struct Told {
        std::string action;
        PartResult result;
        std::string backup; // the file from which it can be restored; "" none, or it went well
    };
    std::map<const reconcile::Step*, std::vector<Told>> told_;
    std::map<const reconcile::Step*, std::string> skipped_;
    std::vector<LogEntry> settled_;
    Progress* progress_ = nullptr; // while it writes
    std::optional<int> ended_;     // before anything was written: that exit code
};

// From what a command line asked to be written to what came of it: for apply and restore.

// Refuses what can be told before a server is asked, then reads, plans, asks, writes and concludes. Returns the exit
// code.
int apply_from(Console& console, PlanStart start, const ApplyOptions& options, Removing removing,
               const MakeApi& make_api);

// The agent corrects (reconcile.md §6): what a judged run leaves to do is planned, paced, written and told. The agent
// gets it as a serve::Corrector, so that a binary without writes has none.
struct CorrectorSetup {
    std::filesystem::path ledger; // "" without one: then nothing is written, and that is said
    const Clock& clock;           // it and the log outlive the corrector
    serve::Log& log;
    MakeApi make_api;
    apply::Pace pace;
};
std::unique_ptr<serve::Corrector> make_corrector(CorrectorSetup setup);

// Of an agent's servers: each has the ledger open for itself.
serve::MakeCorrector make_correctors(const std::filesystem::path& ledger, const Clock& clock, serve::Log& log);

// What the agent knows of its own past before it corrects: read from the ledger, derived without asking.

// What the recorded runs say of a stack, oldest first. Its newest spell is that of the run which was just recorded.
// Pure.
reconcile::History seen_of(std::span<const ledger::Spell> history);

// What is asked of the ledger before anything is written.
struct CorrectingPast {
    std::vector<LogEntry> log;
    PlanPast plan;
    std::map<ledger::StackKey, reconcile::History> seen;
    std::string problem; // "" or why it cannot be read
};

// Of these stacks; on an error only `problem` counts.
CorrectingPast read_past_of(ledger::Ledger& ledger, const std::vector<ledger::StackKey>& stacks);

// The agent's newest outcomes on a server, for the page: the log has them whole. Pure.
std::vector<serve::Corrected> done_of(std::span<const LogEntry> log, const std::string& server);

// Whether a stack is the agent's: a manifest says `mode: correct`, or a Scope lets go what nobody declares and the
// configuration says how many may go.
bool is_the_agents(const drift::Assessment& row, const WriteLimits& limits);

// The rows that the agent may have to do with: what is in sync needs no past.
std::vector<ledger::StackKey> candidates(const std::vector<drift::Assessment>& rows, const WriteLimits& limits);

// One run's correcting, from its plan to what came of it. Lives in correct().
struct CorrectingWork {
    const serve::JudgedRun& judged;
    const serve::CorrectingHooks& hooks;
    const drift::ServerFacts& facts;
    CorrectingPast past;
    std::vector<ledger::StackKey> candidates; // rows that may have to be written
    std::optional<reconcile::ServerHalt> halt;
    reconcile::PlanInput input;
    std::vector<reconcile::Step> steps;
    bool sent = false;

    const std::string& server() const { return judged.entry.server.name; }
    std::string user() const { return facts.identity_before.value ? facts.identity_before.value->username : ""; }
    std::string instance() const { return facts.status.value ? facts.status.value->instance_id : ""; }
};

class AgentCorrector final : public serve::Corrector {
  public:
    explicit AgentCorrector(CorrectorSetup setup) : setup_(std::move(setup)) {}

    boost::asio::awaitable<bool> correct(const serve::JudgedRun& judged, const serve::CorrectingHooks& hooks) override;

  private:
    boost::asio::awaitable<void> read(CorrectingWork& work);
    bool note(CorrectingWork& work, LogKind kind, WrittenStack stack, Halt halt);
    void look_at_server(CorrectingWork& work);
    boost::asio::awaitable<void> settle(CorrectingWork& work, apply::Server& server, apply::Workshop& workshop);
    boost::asio::awaitable<void> plan(CorrectingWork& work, const drift::Target& target);
    std::optional<reconcile::Obstacle> obstacle_of(CorrectingWork& work, const reconcile::Step& step);
    void pace(CorrectingWork& work);
    boost::asio::awaitable<void> write(CorrectingWork& work, apply::Server& server, apply::Workshop& workshop);
    apply::Workshop workshop_of(CorrectingWork& work);
    void tell(CorrectingWork& work, apply::Workshop& workshop);
    boost::asio::awaitable<void> correct_with(CorrectingWork& work, portainer::Api& api);
    void show(const CorrectingWork& work);
    void say(const CorrectingWork& work, serve::Level level, std::string text, std::string_view event) const;
    void fail(const CorrectingWork& work, std::string problem);
    UnixSeconds now() const { return setup_.clock.unix_seconds(); }

    CorrectorSetup setup_;
    boost::asio::thread_pool files_{1}; // opens and reads the ledger
    std::unique_ptr<ledger::Ledger> ledger_;
    serve::Corrections shown_;
    std::string said_; // why nothing is written, as it was logged last
};

} // namespace mooring::cli
