// One `mooring apply`: settle what an earlier one left open, plan, ask, write, say what came of it.
#pragma once

#include "apply/apply.hpp"
#include "cli/commands.hpp"
#include "cli/plan_run.hpp"
#include "cli/process.hpp"

#include <boost/asio/awaitable.hpp>
#include <iosfwd>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace mooring::cli {

struct ApplyOptions {
    std::string command = "apply"; // as the user typed it, for messages
    bool yes = false;              // nobody is asked
    bool json = false;             // the result is one JSON value; what is said meanwhile goes to standard error
    bool partial = false;          // of a blocked stack its access; of a saved plan the steps that still hold
    bool from_backup = false;      // no manifest declares what is written
    std::string server;            // the only one that is written to; "" all
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

} // namespace mooring::cli
