// The agent corrects (reconcile.md §6): what a judged run leaves to do is planned, paced, written and told. The agent
// gets it as a serve::Corrector, so that a binary without writes has none.
#pragma once

#include "apply/apply.hpp"
#include "apply/workshop.hpp"
#include "cli/commands.hpp"
#include "cli/plan_run.hpp"
#include "ledger/ledger.hpp"
#include "reconcile/pacing.hpp"
#include "serve/correcting.hpp"
#include "serve/log.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace mooring::cli {

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
