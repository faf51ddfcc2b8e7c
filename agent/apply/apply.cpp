#include "apply/apply.hpp"

#include "base/text.hpp"
#include "ledger/ledger.hpp"
#include "model/stack.hpp"
#include "model/verdict.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <set>
#include <utility>

namespace mooring::apply {
namespace {

namespace asio = boost::asio;
using asio::awaitable;

class HttpSender final : public Sender {
  public:
    explicit HttpSender(std::unique_ptr<portainer_write::Writer> writer) : writer_(std::move(writer)) {}
    portainer::Awaitable<portainer_write::WriteReply> create(portainer_write::Create create) override {
        return writer_->create(std::move(create));
    }
    portainer::Awaitable<portainer_write::WriteReply> change(portainer_write::Change change,
                                                             StackRecord record) override {
        return writer_->change(std::move(change), std::move(record));
    }

  private:
    std::unique_ptr<portainer_write::Writer> writer_;
};

// After these a person should look before this server is written to again.
bool ends_the_server(PartOutcome outcome) {
    return outcome == PartOutcome::outage || outcome == PartOutcome::unknown || outcome == PartOutcome::twice;
}

bool goes_on(PartOutcome outcome) { return outcome == PartOutcome::done || outcome == PartOutcome::sent; }

StepDone not_begun(const Planned& planned, std::string why) {
    return {.step = planned.step, .parts = {}, .outcome = PartOutcome::skipped, .message = std::move(why)};
}

// The lease of a server, given back at the end.
class Hold {
  public:
    Hold(Workshop& workshop, const Server& server) : workshop_(workshop), server_(server) {}
    Hold(const Hold&) = delete;
    Hold& operator=(const Hold&) = delete;
    ~Hold() {
        for (const std::string& name : held_) (void)workshop_.ledger.end_lease(name, workshop_.holder);
    }

    // "" once it is ours for another part, else why not.
    std::string renew() {
        const UnixSeconds now = workshop_.clock.unix_seconds();
        const WriteLimits& limits = server_.settings.limits;
        const auto longest = limits.deploy_timeout * 2 + limits.settle.value_or(std::chrono::minutes(5)) * 2;
        const ledger::Lease wanted{.holder = workshop_.holder, .until = now + longest.count()};
        for (const std::string& name : names()) {
            const auto other = ledger::take_lease_over(workshop_.ledger, name, wanted, now);
            if (!other) return "the ledger cannot be written: " + other.error().message;
            if (other->has_value())
                return fmt::format("{} writes to this server, until {} at the latest", printable((*other)->holder, 200),
                                   format_utc((*other)->until));
            held_.insert(name);
        }
        return {};
    }

  private:
    // Another configuration may call the same Portainer otherwise.
    std::vector<std::string> names() const {
        std::vector<std::string> names{server_.target.name};
        const auto& status = server_.facts->status.value;
        if (status && !status->instance_id.empty()) names.push_back("instance " + to_lower(status->instance_id));
        return names;
    }

    Workshop& workshop_;
    const Server& server_;
    std::set<std::string> held_;
};

// What another process left behind since this one planned: with the lease in hand, nobody adds to it. "" if nothing
// keeps the stack.
std::string kept_since(Workshop& workshop, const reconcile::Step& step) {
    const auto log = workshop.ledger.log();
    if (!log) return "the ledger cannot be read: " + log.error().message;
    const LogStanding standing = standing_of(*log);
    const LogEntry* kept = standing.kept_by(step.server, step.name);
    return kept == nullptr ? std::string() : keeping_words(*kept);
}

// Once, after an outage, and not once somebody asked to end; the step stays what it was, and says what came of it.
awaitable<void> roll_back(UnderWay& way, Hold& hold, StepDone& done) {
    const reconcile::Part part = rollback_part(*way.record); // Fallen::now
    if (way.workshop.asked_to_stop() || !hold.renew().empty()) co_return;
    if (way.workshop.may_roll_back) {
        const bool agreed = co_await way.workshop.may_roll_back(way.step);
        if (!agreed) co_return;
    }
    PartResult result = co_await do_part(way, part, true);
    if (way.workshop.on_part) way.workshop.on_part(way.step, part, result);
    done.message += fmt::format("; rollback: {}", to_string(result.outcome));
    done.parts.push_back({.part = part, .result = std::move(result)});
}

// Whether this part ends what one before it in its step began: that is not left half done, whatever time it is.
bool ends_what_began(const StepDone& done, const reconcile::Part& part) {
    using reconcile::Action;
    const auto began = [&](std::initializer_list<Action> actions) {
        return std::ranges::any_of(done.parts, [&](const PartDone& one) {
            return std::ranges::find(actions, one.part.action) != actions.end();
        });
    };
    switch (part.action) {
    case Action::stop:   // it was started for the change
    case Action::access: // a deployment may have left it without the one that it is to have
        return began({Action::create, Action::update, Action::redeploy});
    case Action::redeploy:
        return began({Action::settings});
    default:
        return false;
    }
}

// Why this part is not begun; "" if it may be. The windows and freezes are those of this moment: somebody may have
// taken an hour to say yes, and the steps before may have taken their time.
std::string kept_from(const UnderWay& way, Hold& hold, const StepDone& done, const reconcile::Part& part) {
    std::string problem = hold.renew();
    if (problem.empty()) problem = kept_since(way.workshop, way.step);
    if (!problem.empty() || !way.workshop.not_now || ends_what_began(done, part)) return problem;
    const std::string why = way.workshop.not_now(way.step);
    return why.empty() ? why : "not_now: " + why;
}

awaitable<StepDone> apply_step(UnderWay& way, Hold& hold) {
    StepDone done{.step = &way.step, .parts = {}, .outcome = PartOutcome::skipped, .message = {}};
    for (const reconcile::Part& part : way.step.parts) {
        if (way.workshop.asked_to_stop()) {
            done.message = "interrupted before it was done";
            if (!done.parts.empty()) done.outcome = PartOutcome::not_converged;
            co_return done;
        }
        if (std::string problem = kept_from(way, hold, done, part); !problem.empty()) {
            done.message = std::move(problem);
            if (!done.parts.empty()) done.outcome = PartOutcome::not_converged;
            co_return done;
        }
        const bool last = &part == &way.step.parts.back() && !way.step.in_part; // the rest differs as before
        PartResult result = co_await do_part(way, part, last);
        if (way.workshop.on_part) way.workshop.on_part(way.step, part, result);
        done.outcome = result.outcome;
        done.message = result.message;
        const bool on = goes_on(result.outcome);
        const bool falls = way.seen.desired != nullptr && may_be_put_back({.desired = *way.seen.desired,
                                                                           .part = part,
                                                                           .outcome = result.outcome,
                                                                           .before = way.before,
                                                                           .now = way.record,
                                                                           .ran = way.ran,
                                                                           .user = user_of(way)});
        done.parts.push_back({.part = part, .result = std::move(result)});
        if (falls) co_await roll_back(way, hold, done);
        if (!on) co_return done;
    }
    co_return done;
}

// Whether the stack in whose place this one comes is known to be gone.
bool has_its_place(const reconcile::Step& step, const std::vector<StepDone>& all) {
    return step.replaces.empty() || std::ranges::any_of(all, [&](const StepDone& one) {
               return one.step->name == step.replaces && one.step->parts.front().action == reconcile::Action::remove &&
                      one.outcome == PartOutcome::done;
           });
}

// The stack that this one comes after, if it was to be written first and was not; else "".
std::string kept_back_by(const Planned& planned, const DeclaredOrder& order, const std::vector<StepDone>& all,
                         std::span<const Planned> steps) {
    if (!has_its_place(*planned.step, all)) return planned.step->replaces;
    if (planned.seen->desired == nullptr) return {};
    for (const DesiredStack* before : order.before(*planned.seen->desired)) {
        for (std::size_t i = 0; i < all.size(); ++i) {
            if (steps[i].seen->desired == before && !goes_on(all[i].outcome)) return before->name;
        }
    }
    return {};
}

// Why nothing more is written to the server after this step; "" if it goes on.
std::string ending_of(const UnderWay& way, const StepDone& done) {
    if (way.ledger_failed) return "the ledger can no longer be written";
    if (way.other_server) return "the server is not the one that was planned for any more";
    if (ends_the_server(done.outcome))
        return fmt::format("{} ended as {}: look at it first", printable(way.step.name, 100), to_string(done.outcome));
    return {};
}

bool may_be_settled(const LogEntry& intent, const Server& server) {
    const auto& status = server.facts->status.value;
    const bool listed = server.facts->list.value || server.facts->list_again.value;
    return intent.stack.server == server.target.name && listed && status &&
           to_lower(status->instance_id) == to_lower(intent.stack.instance_id);
}

// A Kubernetes stack that may be gone, as its backup has it; nullopt: of another kind, or not readable.
std::optional<KeptBackup> kept_of_cluster(const LogEntry& intent) {
    if (intent.intent.backup.empty()) return std::nullopt;
    auto kept = read_backup(intent.intent.backup);
    if (!kept || kept->record.type != StackType::kubernetes || !kept->file) return std::nullopt;
    return std::move(*kept);
}

// Docker knows nothing of what runs in a cluster.
bool is_in_a_cluster(const drift::ServerFacts& facts, const LogEntry& intent) {
    if (!facts.environments.value) return true; // nobody can say
    const auto place = std::ranges::find(*facts.environments.value, intent.stack.environment, &Environment::id);
    return place == facts.environments.value->end() || (place->type >= 5 && place->type <= 7);
}

// From what the run read already, and what runs.
awaitable<IntentEvidence> gather(const Workshop& workshop, Server& server, const LogEntry& intent) {
    const drift::ServerFacts& facts = *server.facts;
    const bool again = facts.list_again.value.has_value();
    const auto& list = again ? facts.list_again : facts.list;
    IntentEvidence evidence{.list = *list.value,
                            .by_id = {},
                            .complete = facts.list_complete(again),
                            .lacked_twice = again && facts.list.value && namesakes(intent, *facts.list.value) == 0,
                            .project_exists = {},
                            .left = {},
                            .server_date = list.reply.server_date,
                            .now = workshop.clock.unix_seconds(),
                            .deploy_timeout = server.settings.limits.deploy_timeout};
    const auto was = is_removal(intent) ? kept_of_cluster(intent) : std::nullopt;
    if (was) {
        co_await read_left(server, was->record, *was->file, evidence.project_exists, evidence.left);
    } else if ((!intent.stack.id || is_removal(intent)) && !is_in_a_cluster(facts, intent)) {
        evidence.project_exists =
            co_await read_exists(*server.target.api, intent.stack.environment, normalise_stack_name(intent.stack.name));
    }
    if (intent.stack.id &&
        std::ranges::find(evidence.list, *intent.stack.id, &StackRecord::id) == evidence.list.end()) {
        Answer<StackRecord> answer = co_await server.target.api->stack(*intent.stack.id);
        if (answer.value && answer.value->type == StackType::kubernetes) evidence.by_id = std::move(answer.value);
    }
    co_return evidence;
}

} // namespace

Result<std::unique_ptr<Sender>> make_sender(const asio::any_io_executor& executor, const ServerConnection& server,
                                            std::chrono::milliseconds deploy_timeout, const portainer::Hooks& hooks) {
    auto writer = portainer_write::Writer::make(executor, server, deploy_timeout, hooks);
    if (!writer) return std::unexpected(writer.error());
    return std::make_unique<HttpSender>(std::move(*writer));
}

std::string_view words_of(Phase phase) {
    switch (phase) {
    case Phase::sending:
        return "sent, waiting for the answer";
    case Phase::deploying:
        return "its deployment is under way";
    case Phase::settling:
        return "written; waiting until it is in sync in two looks";
    }
    std::unreachable();
}

awaitable<std::vector<StepDone>> apply_steps(Workshop& workshop, Server& server, std::span<const Planned> steps) {
    std::vector<StepDone> all;
    Hold hold(workshop, server);
    const DeclaredOrder order(workshop.declared);
    std::string ending;
    for (const Planned& planned : steps) {
        if (ending.empty() && workshop.asked_to_stop()) ending = "interrupted before it was begun";
        if (!ending.empty()) {
            all.push_back(not_begun(planned, ending));
            continue;
        }
        if (const std::string before = kept_back_by(planned, order, all, steps); !before.empty()) {
            all.push_back(
                not_begun(planned, fmt::format("it comes after {}, which was not done", printable(before, 100))));
            continue;
        }
        UnderWay way{.workshop = workshop,
                     .server = server,
                     .step = *planned.step,
                     .seen = *planned.seen,
                     .record = {},
                     .ran = {}};
        if (planned.seen->record) way.record = *planned.seen->record;
        StepDone done = co_await apply_step(way, hold);
        ending = ending_of(way, done);
        all.push_back(std::move(done));
    }
    co_return all;
}

awaitable<Result<std::vector<LogEntry>>> settle_open(Workshop& workshop, Server& server) {
    std::vector<LogEntry> outcomes;
    Hold hold(workshop, server);
    if (!hold.renew().empty()) co_return outcomes; // what is open there is being done right now
    const auto log = workshop.ledger.log();
    if (!log) co_return std::unexpected(log.error());
    const LogStanding standing = standing_of(*log);
    for (const LogEntry& intent : standing.open) {
        if (!may_be_settled(intent, server)) continue;
        const IntentEvidence evidence = co_await gather(workshop, server, intent);
        const auto result = settle(intent, evidence);
        if (!result) continue;
        LogEntry outcome;
        outcome.at = evidence.now;
        outcome.kind = LogKind::outcome;
        outcome.by = workshop.by;
        outcome.stack = intent.stack;
        outcome.answers = intent.number;
        outcome.result = *result;
        const auto number = workshop.ledger.append(outcome);
        if (!number) co_return std::unexpected(number.error());
        outcome.number = *number;
        outcomes.push_back(std::move(outcome));
    }
    co_return outcomes;
}

} // namespace mooring::apply
