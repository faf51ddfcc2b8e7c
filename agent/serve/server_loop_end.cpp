// What a run leaves: its record, the board, the log, what is known of the stacks.
#include "serve/server_loop.hpp"

#include "model/stack.hpp"
#include "report/formats.hpp"
#include "report/wording.hpp"
#include "serve/agent.hpp"
#include "serve/metrics.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace mooring::serve {
namespace {

using SteadyClock = std::chrono::steady_clock;

// nullopt: the server did not answer, and what is known of it stays.
std::optional<ServerMemory> memory_after(const drift::Run& run, const std::string& server) {
    Memory after = run.memory();
    const auto own = after.servers.find(server);
    return own == after.servers.end() ? std::nullopt : std::optional(std::move(own->second));
}

// Whether the run came to verdicts about its server.
bool is_judged(const Report& report) {
    return !report.partial &&
           std::ranges::all_of(report.servers, [](const ServerResult& server) { return server.exit_code == 0; });
}

bool is_unused_waiver(const Diagnostic& remark) { return remark.code == "waiver-unused"; }

} // namespace

Ending ending_of(const Report& report, const std::string& problem) {
    if (is_judged(report)) return Ending::judged;
    if (!problem.empty()) return Ending::refused;
    const bool refused = std::ranges::any_of(report.servers, [](const ServerResult& s) { return s.exit_code == 77; });
    return refused ? Ending::refused : Ending::no_answer;
}

EndedRun ServerLoop::ended_run() {
    EndedRun out{.report = run_->report(),
                 .memory = memory_after(*run_, server_),
                 .waivers = shared_.source.desired()->waivers,
                 .server = server_,
                 .trigger = std::string(to_string(view().trigger)),
                 .next_due = {}};
    // Each run sees one server: whether a waiver is used is said of all of them together (waiver_remarks).
    if (shared_.config->servers.size() > 1) std::erase_if(out.report.diagnostics, is_unused_waiver);
    const Ending ending = ending_of(out.report, problem_);
    view().failures = ending == Ending::judged ? 0 : view().failures + 1;
    pause_ = wait_after(ending);
    out.next_due = out.report.finished_at + std::chrono::ceil<std::chrono::seconds>(pause_).count();
    return out;
}

std::optional<EndedRun> ServerLoop::interrupted() const {
    if (!run_ || recorded_) return std::nullopt;
    const Report report = run_->report();
    // What it saw must not seem to hold for a day because nobody promised to look again.
    const auto interval = std::chrono::ceil<std::chrono::seconds>(shared_.config->agent.interval).count();
    return EndedRun{.report = report,
                    .memory = memory_after(*run_, server_),
                    .waivers = shared_.source.desired()->waivers,
                    .server = server_,
                    .trigger = std::string(to_string(shared_.board.find(server_)->trigger)),
                    .next_due = report.started_at + interval};
}

// The board, the log, the metrics, and whoever else wants to know.
void ServerLoop::publish(const EndedRun& run, Ending ending, const std::string& unrecorded) {
    shared_.board.ledger = shared_.recorder.view();
    if (!unrecorded.empty())
        shared_.log.write(Level::error, "the run could not be recorded: " + unrecorded,
                          {{"event", "ledger"}, {"server", server_}, {"run_id", run.report.run_id}});
    show(run, ending);
    const ServerView& mine = view();
    shared_.metrics.count_run(server_, mine.seconds, ending == Ending::judged ? "judged" : "unjudged");
    const std::string what = ending == Ending::judged ? report::headline(run.report) : run.report.servers.front().error;
    // An error that lasts is one error: who watches for that level wants to know when it begins.
    const bool is_news = ending != Ending::judged && what != logged_error_;
    logged_error_ = ending == Ending::judged ? std::string() : what;
    shared_.log.write(is_news ? Level::error : Level::info, fmt::format("{}: {}", server_, what),
                      {{"event", "run"},
                       {"server", server_},
                       {"run_id", run.report.run_id},
                       {"trigger", std::string(to_string(mine.trigger))},
                       {"exit", std::to_string(run.report.exit_code)},
                       {"seconds", fmt::format("{:.3f}", mine.seconds)}});
    shared_.on_change();
    shared_.on_verdicts(server_, run.report.run_id);
}

void ServerLoop::show(const EndedRun& run, Ending ending) {
    const Report& report = run.report;
    ServerView& mine = view();
    mine.running = false;
    mine.unwatched = false;
    mine.problem = problem_;
    mine.ended_at = report.finished_at;
    if (ending == Ending::judged) mine.succeeded_at = report.finished_at;
    mine.seconds = std::chrono::duration<double>(SteadyClock::now() - began_).count();
    known_.watch.look(report.started_at, holds_until(report.started_at, run.next_due, default_max_gap));
    mine.stacks = views_of(report, known_.stacks, known_.watch);
    // A server that tells nothing has no extra stacks to show.
    know(mine, report, whole_ && ending == Ending::judged);
    mine.report = report;
    mine.report->stacks.clear(); // they stand in `stacks`
}

void ServerLoop::know(const ServerView& mine, const Report& report, bool whole) {
    if (mine.stacks.empty() && !is_judged(report)) { // nothing is said, not that there is nothing
        for (auto& [key, stack] : known_.stacks) stack.tally.rest(known_.watch.before());
        return;
    }
    std::vector<Transition> all = transitions(known_.stacks, mine.stacks);
    // Without the manifests as a whole nothing can be called extra, and so nothing ceases to be.
    std::erase_if(all, [whole](const Transition& one) { return !one.after && one.before == Verdict::extra && !whole; });
    for (const std::vector<Transition>& together : told_together(std::move(all))) {
        const Transition& first = together.front();
        Fields fields{{"event", "transition"}, {"server", server_}};
        if (together.size() == 1) {
            fields.push_back({"environment", first.key.environment});
            fields.push_back({"stack", first.key.name});
        } else {
            fields.push_back({"stacks", std::to_string(together.size())});
        }
        fields.push_back({"verdict", std::string(first.after ? to_string(*first.after) : "")});
        fields.push_back({"run_id", report.run_id});
        shared_.log.write(level_of(first), line_of(together), fields);
    }
    known_.stacks = known_after(known_.stacks, mine.stacks, known_.watch, whole);
}

} // namespace mooring::serve
