#include "cli/apply_run.hpp"

#include "base/secret.hpp"
#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/console.hpp"
#include "cli/load_run.hpp"
#include "cli/write_log.hpp"
#include "ledger/ledger.hpp"
#include "net/client.hpp"
#include "reconcile/render.hpp"
#include "words/words.hpp"

#include <algorithm>
#include <boost/asio/this_coro.hpp>
#include <fmt/format.h>
#include <ostream>

namespace mooring::cli {
namespace {

namespace asio = boost::asio;
using reconcile::name_of;
using reconcile::Readiness;
using reconcile::Step;

const config::ServerEntry* entry_of(const config::Config& config, const std::string& server) {
    const auto found =
        std::ranges::find(config.servers, server, [](const config::ServerEntry& one) { return one.server.name; });
    return found == config.servers.end() ? nullptr : &*found;
}

const drift::Target* target_of(const std::vector<drift::Target>& targets, const std::string& server) {
    const auto found = std::ranges::find(targets, server, &drift::Target::name);
    return found == targets.end() || found->api == nullptr ? nullptr : &*found;
}

// The next part was not begun although the one before it went well. A rollback is not part of the plan: the step
// ended before it.
bool stopped_between(const apply::StepDone& step) {
    const apply::PartDone& ended = step.parts.back();
    const PartOutcome last = ended.result.outcome;
    return !ended.part.rolls_back && step.parts.size() < step.step->parts.size() &&
           (last == PartOutcome::done || last == PartOutcome::sent);
}

} // namespace

std::optional<std::string> apply_problem(const ApplyOptions& options, const config::Config& config) {
    if (options.yes && !options.saved_plan && options.server.empty() && config.servers.size() > 1)
        return "several servers are configured: with --yes, name the one that is written to with --server";
    if (!options.server.empty() && entry_of(config, options.server) == nullptr)
        return fmt::format("no server `{}` is configured", printable(options.server, 100));
    return std::nullopt;
}

std::size_t most_changes(const WriteLimits& limits, const std::optional<std::size_t>& asked, std::size_t declared) {
    if (asked) return *asked;
    if (limits.max_changes) return *limits.max_changes;
    return std::max<std::size_t>(1, (declared * limits.max_share + 99) / 100);
}

ApplyRun::ApplyRun(Console& console, const ApplyOptions& options, PlanPast& past, const PlanSources& sources,
                   ledger::Ledger& ledger, Ending& ending)
    : console_(console), options_(options), past_(past), sources_(sources), ledger_(ledger), ending_(ending) {}

apply::Workshop ApplyRun::workshop_of() {
    apply::Workshop workshop{.ledger = ledger_, .clock = console_.clock, .memory = sources_.before};
    workshop.look.judge.credentials = config::tokens_of(sources_.config);
    workshop.look.debounce = sources_.config.relist_after;
    workshop.look.full_verify = std::chrono::seconds(0); // every file is read: what was written is what counts
    workshop.look.digest_key = ledger_.key();
    workshop.look.mooring_version = version();
    const std::filesystem::path beside = std::filesystem::path(sources_.config.ledger).parent_path() / "backups";
    workshop.backup = sources_.config.backup;
    if (workshop.backup.folder.empty()) workshop.backup.folder = beside;
    workshop.by = author(console_, options_.command);
    workshop.holder = ledger::holder_of_this_process("mooring " + options_.command);
    if (!options_.yes && !options_.saved_plan) {
        workshop.may_roll_back = [this](const Step& step) -> asio::awaitable<bool> {
            std::string question = fmt::format("{}: put back what ran before?", name_of(step));
            if (progress_ != nullptr) progress_->hush(true);
            const Confirmed answer = co_await confirm_while_running(console_, std::move(question), "y");
            if (progress_ != nullptr) progress_->hush(false);
            co_return answer == Confirmed::yes;
        };
    }
    workshop.on_part = [this](const Step& step, const reconcile::Part& part, const PartResult& result) {
        tell(step, part, result);
    };
    if (console_.err_is_terminal) say_phases(workshop);
    return workshop;
}

// On a terminal: what is waited for and since when, a line as it begins, and the seconds meanwhile.
void ApplyRun::say_phases(apply::Workshop& workshop) {
    workshop.on_phase = [this, last = std::map<const Step*, std::string>()](
                            const Step& step, const reconcile::Part& part, apply::Phase phase) mutable {
        std::string line = fmt::format("{}: {}: {}", name_of(step), reconcile::to_string(part), apply::words_of(phase));
        if (line == last[&step]) return;
        wait_for(step, line);
        last[&step] = std::move(line);
    };
}

void ApplyRun::wait_for(const Step& step, const std::string& line) {
    if (progress_ != nullptr) progress_->clear();
    console_.err << fmt::format("{}, since {}\n", line, format_utc(console_.clock.unix_seconds())) << std::flush;
    if (progress_ != nullptr) progress_->wait_for(reconcile::title_of(step), line);
}

asio::awaitable<bool> ApplyRun::settle(const drift::Run& run, const std::vector<drift::Target>& targets) {
    if (past_.log.open.empty()) co_return true;
    apply::Workshop workshop = workshop_of();
    for (const drift::Run::Read& read : run.read()) {
        const drift::Target* target = target_of(targets, read.facts.name);
        const config::ServerEntry* entry = entry_of(sources_.config, read.facts.name);
        if (target == nullptr || entry == nullptr) continue;
        apply::Server server{.target = *target, .facts = &read.facts, .settings = entry->write, .engines = {}};
        const auto settled = co_await apply::settle_open(workshop, server);
        if (!settled) {
            ended_ = failure(console_, options_.command, sentences_of(settled.error()), exit_failure);
            co_return false;
        }
        for (const LogEntry& one : *settled) {
            settled_.push_back(one);
            said() << fmt::format("settled      {:<39} {}: {}\n", printable(one.stack.name, 100),
                                  to_string(one.result.outcome), one.result.message);
        }
    }
    const auto log = ledger_.log();
    if (log) past_.log = standing_of(*log);
    if (!log) ended_ = failure(console_, options_.command, sentences_of(log.error()), exit_failure);
    co_return log.has_value();
}

void ApplyRun::choose() {
    for (const Step& step : plan_->steps) {
        if (step.readiness != Readiness::to_do) continue;
        if (!options_.server.empty() && step.server != options_.server) continue;
        chosen_.push_back(&step);
    }
}

// Whether the plan that somebody read is the plan of now.
bool ApplyRun::still_holds() {
    if (!options_.saved_plan) return true;
    const auto moved = reconcile::moved_steps(*options_.saved_plan, *plan_);
    if (!moved) {
        ended_ = failure(console_, options_.command, "--plan: " + moved.error().message, exit_invalid);
        return false;
    }
    if (moved->empty()) return true;
    console_.err << "what moved since the plan was made: " << join(*moved, ", ") << '\n';
    std::erase_if(chosen_, [&](const Step* step) {
        return std::ranges::find(*moved, reconcile::title_of(*step)) != moved->end();
    });
    if (options_.partial) return true;
    ended_ = failure(console_, options_.command,
                     "the plan no longer holds, and nothing was written; plan again, or give --partial to write what "
                     "still holds",
                     exit_moved);
    return false;
}

bool ApplyRun::within_limits(const drift::Run& run) {
    if (!options_.yes || options_.saved_plan) return true; // a person saw what is written
    std::map<std::string, std::size_t> wanted;
    for (const Step* step : chosen_) ++wanted[step->server];
    for (const auto& [server, count] : wanted) {
        const auto declared = std::ranges::count(run.declared(), server, &DesiredStack::server);
        const config::ServerEntry* entry = entry_of(sources_.config, server);
        const std::size_t most = most_changes(entry == nullptr ? WriteLimits{} : entry->write.limits,
                                              options_.max_changes, static_cast<std::size_t>(declared));
        if (count <= most) continue;
        ended_ = failure(console_, options_.command,
                         fmt::format("{} of {} would be changed, and without a plan that somebody has read {} may be: "
                                     "save one with `mooring plan --format json -o FILE` and give --plan FILE, or give "
                                     "--max-changes {}",
                                     words::counted(count, "stack"), printable(server, 100), most, count),
                         exit_not_confirmed);
        return false;
    }
    return true;
}

// Whether something of this plan is of the kind for which `y` is too quickly typed.
bool ApplyRun::is_grave() const {
    const auto log = ledger_.log();
    return std::ranges::any_of(chosen_, [&](const Step* step) {
        const bool written_before = log && std::ranges::any_of(*log, [&](const LogEntry& one) {
                                        return one.kind == LogKind::intent && one.stack.server == step->server;
                                    });
        return !written_before || std::ranges::any_of(step->parts, [](const reconcile::Part& part) {
            return part.action == reconcile::Action::create || part.action == reconcile::Action::remove;
        });
    });
}

asio::awaitable<bool> ApplyRun::confirmed() {
    if (options_.yes || options_.saved_plan) co_return true;
    std::string question = fmt::format("Write {}?", words::counted(chosen_.size(), "stack"));
    std::string wanted = is_grave() ? "yes" : "y";
    const Confirmed answer = co_await confirm_while_running(console_, std::move(question), std::move(wanted));
    if (answer == Confirmed::yes) co_return true;
    std::string why = "not confirmed: nothing was written";
    if (answer == Confirmed::nobody) {
        why = "nothing was written: there is nobody to ask; give --yes";
        if (options_.command == "apply") why += ", or --plan FILE with a plan that somebody has read";
    }
    ended_ = failure(console_, options_.command, why, exit_not_confirmed);
    co_return false;
}

asio::awaitable<void> ApplyRun::write(const drift::Run& run, const std::vector<drift::Target>& targets) {
    const auto executor = co_await asio::this_coro::executor;
    apply::Workshop workshop = workshop_of();
    workshop.declared = run.declared();
    workshop.stopping = &ending_.asked;
    workshop.not_now = [this](const Step& step) {
        return reconcile::not_now(input_, step, console_.clock.unix_seconds());
    };
    struct Work {
        apply::Server server;
        std::unique_ptr<apply::Sender> sender;
        std::vector<apply::Planned> steps;
    };
    std::vector<Work> all;
    for (const drift::Run::Read& read : run.read()) {
        Work work;
        for (const Step* step : chosen_) {
            if (step->server == read.facts.name)
                work.steps.push_back({.step = step, .seen = &input_.assessments[step->row]});
        }
        const drift::Target* target = target_of(targets, read.facts.name);
        const config::ServerEntry* entry = entry_of(sources_.config, read.facts.name);
        if (work.steps.empty() || target == nullptr || entry == nullptr) continue;
        auto sender = apply::make_sender(executor, entry->server, entry->write.limits.deploy_timeout);
        if (!sender) {
            ended_ = failure(console_, options_.command, sentences_of(sender.error()), exit_invalid);
            co_return;
        }
        work.sender = std::move(*sender);
        work.server = {.target = *target,
                       .sender = work.sender.get(),
                       .facts = &read.facts,
                       .settings = entry->write,
                       .engines = input_.servers.at(read.facts.name).engines};
        all.push_back(std::move(work));
    }
    ending_.busy = true;
    auto one = [&](std::size_t i) -> asio::awaitable<void> {
        const auto done = co_await apply::apply_steps(workshop, all[i].server, all[i].steps);
        for (const apply::StepDone& step : done) {
            if (!went_wrong(step.outcome) && step.outcome != PartOutcome::skipped) done_.insert(step.step);
            if (!step.parts.empty()) {
                outcomes_[step.step] = step.outcome;
                if (!stopped_between(step)) continue;
            } else {
                skipped_[step.step] = step.message;
            }
            if (progress_ != nullptr) progress_->clear();
            said() << fmt::format("{:<13}{:<39} skipped: {}\n",
                                  reconcile::to_string(step.step->parts[step.parts.size()].action), name_of(*step.step),
                                  step.message);
        }
    };
    co_await net::for_each_bounded(all.size(), all.size(), one);
    ending_.busy = false;
}

asio::awaitable<void> ApplyRun::execute(const drift::Run& run, const std::vector<drift::Target>& targets,
                                        Progress& progress) {
    if (!co_await settle(run, targets)) co_return;
    progress.wait_for("plan", "reading what the plan needs");
    input_ = co_await plan_input_of(run, targets, sources_);
    progress.waited("plan");
    input_.partial = options_.partial;
    plan_ = reconcile::make_plan(input_);
    choose();
    std::string text = reconcile::to_text(*plan_, false);
    take_out(text, config::tokens_of(sources_.config));
    said() << fitted(text, console_.out_width) << std::flush;
    const bool holds = still_holds();
    reconcile::keep_unreplaced(*plan_, chosen_);
    if (!holds || chosen_.empty() || !within_limits(run)) co_return;
    if (!co_await confirmed()) co_return;
    if (options_.from_backup) { // its place declares nothing, and stands for no manifest in the log
        for (Step& step : plan_->steps) step.where = {};
    }
    said() << '\n';
    progress_ = &progress;
    co_await write(run, targets);
    progress_ = nullptr;
}

} // namespace mooring::cli
