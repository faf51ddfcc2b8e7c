#include "apply/apply.hpp"

#include "apply/readings.hpp"
#include "base/file.hpp"
#include "base/secret.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>
#include <iterator>

namespace mooring::apply {
namespace {

namespace asio = boost::asio;
using asio::awaitable;
using portainer_write::WriteReply;
using reconcile::Action;
using reconcile::Part;
using Steady = std::chrono::steady_clock;

PartResult skipped(std::string why) { return {.outcome = PartOutcome::skipped, .message = std::move(why), .id = {}}; }

void tell(const UnderWay& way, const Part& part, Phase phase) {
    if (way.workshop.on_phase) way.workshop.on_phase(way.step, part, phase);
}

bool overwrites(Action action) {
    return action == Action::update || action == Action::settings || action == Action::redeploy ||
           action == Action::access || action == Action::remove;
}

std::string change_text(const reconcile::Correction& one) {
    if (one.secret) return fmt::format("{}: differs", one.path);
    return fmt::format("{}: {} becomes {}", one.path, one.from.value_or("(not there)"),
                       one.becomes.value_or("(not there)"));
}

LogEntry intent_of(const UnderWay& way, const Part& part, const Readings& ground) {
    LogEntry entry;
    entry.at = way.workshop.clock.unix_seconds();
    entry.kind = LogKind::intent;
    entry.by = way.workshop.by;
    entry.stack.server = way.step.server;
    const auto& status = way.server.facts->status.value;
    entry.stack.instance_id = status ? status->instance_id : std::string();
    entry.stack.environment = ground.record ? ground.record->environment : way.step.ground.environment.value_or(0);
    entry.stack.environment_name = way.step.environment;
    entry.stack.name = way.step.name;
    entry.intent.action = reconcile::to_string(part);
    if (ground.record) {
        entry.stack.id = ground.record->id;
        entry.stack.created_at = ground.record->created_at;
        entry.intent.updated_at = ground.record->updated_at;
        entry.intent.updated_by = printable(ground.record->updated_by, 100);
        entry.intent.status = ground.record->status;
    }
    entry.intent.user = user_of(way);
    if (const auto& self = way.server.facts->identity_before.value) entry.intent.user_id = self->id;
    entry.intent.declared_at = way.step.where.file.empty()
                                   ? std::string()
                                   : fmt::format("{}:{}", mask_text(way.step.where.file), way.step.where.line);
    if (!way.step.where.file.empty()) entry.intent.place = mask_text(real_path(way.step.where.file).string());
    for (const reconcile::Correction& one : way.step.corrections) entry.intent.changes.push_back(change_text(one));
    if (way.workshop.declaration && way.seen.desired != nullptr)
        entry.intent.declaration = way.workshop.declaration(*way.seen.desired);
    entry.intent.newest = ground.newest;
    if (!ground.record && way.seen.desired != nullptr && way.seen.desired->type == StackType::kubernetes)
        entry.intent.namespace_ = way.seen.desired->namespace_;
    entry.intent.sent_date = ground.date;
    return entry;
}

// "" or why it is not sent.
std::string keep_backup(UnderWay& way, const Part& part, Readings& ground, LogEntry& intent) {
    if (!ground.record || !overwrites(part.action)) return {};
    const auto kept = write_backup(way.workshop.backup.folder, {.server = way.step.server,
                                                                .instance_id = intent.stack.instance_id,
                                                                .record = *ground.record,
                                                                .file = ground.file,
                                                                .at = way.workshop.clock.unix_seconds()});
    if (!kept) return kept.error().message + (kept.error().detail.empty() ? "" : ". " + kept.error().detail);
    intent.intent.backup = kept->string();
    prune_backups(kept->parent_path(), way.workshop.backup, way.workshop.clock.unix_seconds());
    return {};
}

std::string fresh_uuid() {
    std::string bytes = random_bytes(16);
    bytes[6] = static_cast<char>((bytes[6] & 0x0F) | 0x40); // version 4
    bytes[8] = static_cast<char>((bytes[8] & 0x3F) | 0x80);
    std::string hex;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10) hex += '-';
        hex += fmt::format("{:02x}", static_cast<unsigned char>(bytes[i]));
    }
    return hex;
}

std::expected<Sending, std::string> make_sending(const UnderWay& way, const Part& part, const Readings& ground) {
    const EnvironmentId environment = way.step.ground.environment.value_or(0);
    const auto engine = way.server.engines.find(environment);
    return sending_of({.part = part,
                       .seen = way.seen,
                       .record = ground.record ? &*ground.record : nullptr,
                       .file = &ground.file,
                       .before = way.before ? &*way.before : nullptr,
                       .environment = environment,
                       .swarm_id = engine == way.server.engines.end() ? std::string() : engine->second.swarm_id,
                       .access = ground.access,
                       .webhook = fresh_uuid(),
                       .namespaced = &way.step.namespaced});
}

// So that what the record has later can be told to be this write's; "" of what deploys no file of the stack's own.
std::string digest_of(const UnderWay& way, const Sending& sending, const Readings& ground) {
    const auto* change = std::get_if<portainer_write::Change>(&sending);
    const auto* update = change == nullptr ? nullptr : std::get_if<portainer_write::Update>(change);
    const Secret& key = way.workshop.look.digest_key;
    if (update == nullptr || !ground.record || key.empty()) return {};
    const std::string file = to_hex(hmac_sha256(key.reveal(), update->file.reveal()));
    return deployed_digest(key, file, update->env ? *update->env : ground.record->env);
}

awaitable<WriteReply> send(UnderWay& way, const Sending& sending, const Readings& ground) {
    if (const auto* create = std::get_if<portainer_write::Create>(&sending)) {
        portainer_write::Create copy = *create;
        co_return co_await way.server.sender->create(std::move(copy));
    }
    portainer_write::Change change = std::get<portainer_write::Change>(sending);
    StackRecord record = *ground.record;
    co_return co_await way.server.sender->change(std::move(change), std::move(record));
}

// What an answered removal leaves should go at once; everything else has the time of a deployment.
std::chrono::milliseconds longest_reading(const UnderWay& way, const Sent& sent) {
    const auto& pace = way.workshop.pace;
    const WriteLimits& limits = way.server.settings.limits;
    if (removes(sent.what) && sent.reply.outcome == portainer::WriteOutcome::answered)
        return pace.settle.value_or(limits.settle.value_or(std::chrono::minutes(2)));
    return pace.deploy.value_or(limits.deploy_timeout);
}

// Reads until what came of the write is known, or the time for a deployment is up (move 6).
awaitable<void> read_until_known(UnderWay& way, const Part& part, const Sent& sent, const LogEntry& intent,
                                 const Readings& ground, Aftermath& after) {
    const auto timer_executor = co_await asio::this_coro::executor;
    asio::steady_timer timer(timer_executor);
    const std::optional<StackType> type = ground.record ? ground.record->type : way.seen.desired->type;
    const auto end = Steady::now() + longest_reading(way, sent);
    auto pause = way.workshop.pace.first_read;
    const std::optional<StackId> id = ground.record ? std::optional(ground.record->id) : sent.reply.created;
    for (int reads = 0; reads < 10'000; ++reads) {
        after = co_await read_aftermath(way.server, intent, id, type, ground);
        after.ran = ground.runs;
        if (!may_still_move(sent, after) || Steady::now() >= end) break;
        tell(way, part, Phase::deploying);
        timer.expires_after(pause);
        co_await timer.async_wait(asio::use_awaitable);
        pause = std::min(2 * pause, way.workshop.pace.longest_read);
    }
}

// False: the ledger did not take it, and nothing more may be written.
bool record(UnderWay& way, const LogEntry& intent, std::int64_t number, const PartResult& result) {
    LogEntry entry;
    entry.at = way.workshop.clock.unix_seconds();
    entry.kind = LogKind::outcome;
    entry.by = intent.by;
    entry.stack = intent.stack;
    entry.answers = number;
    entry.result = result;
    way.ledger_failed = !way.workshop.ledger.append(entry).has_value();
    return !way.ledger_failed;
}

} // namespace

const std::string& user_of(const UnderWay& way) {
    static const std::string nobody;
    const auto& self = way.server.facts->identity_before.value;
    return self ? self->username : nobody;
}

awaitable<PartResult> do_part(UnderWay& way, const Part& part, bool last) {
    const StackRecord* then = way.record ? &*way.record : nullptr;
    Readings ground =
        co_await read_ground(way.server, way.step, part, way.seen, then,
                             std::string(way.workshop.look.digest_key.reveal()), way.before ? &*way.before : nullptr);
    if (!way.ran) way.ran = ground.runs;
    if (!way.before && ground.record && ground.file)
        way.before = Before{.record = *ground.record, .file = *ground.file};
    way.other_server = ground.other_server;
    if (!ground.problem.empty()) co_return skipped(ground.problem);
    const auto sending = make_sending(way, part, ground);
    if (!sending) co_return skipped(sending.error());
    LogEntry intent = intent_of(way, part, ground);
    intent.intent.sent = digest_of(way, *sending, ground);
    if (std::string problem = keep_backup(way, part, ground, intent); !problem.empty())
        co_return skipped(std::move(problem));
    const Result<std::int64_t> number = way.workshop.ledger.append(intent);
    if (!number) {
        way.ledger_failed = true;
        co_return skipped("nothing is sent that cannot be noted first: " + number.error().message);
    }

    tell(way, part, Phase::sending);
    const WriteReply reply = co_await send(way, *sending, ground);
    Sent sent{.what = *sending, .reply = reply, .before = then, .user = user_of(way), .desired = way.seen.desired};
    if (ground.file) sent.file = *ground.file;
    Aftermath after;
    if (!reply.not_sent()) co_await read_until_known(way, part, sent, intent, ground, after);
    Conclusion conclusion = conclusion_of(sent, after);
    if (conclusion.result.outcome == PartOutcome::outage && after.ran && after.runs)
        std::ranges::set_difference(*after.ran, *after.runs, std::back_inserter(conclusion.result.fell));
    if (after.record) way.record = after.record;
    if (conclusion.result.outcome == PartOutcome::done && part.rolls_back) {
        tell(way, part, Phase::settling);
        co_await runs_again(way.workshop, way.server, *way.record, way.step.start_period, conclusion.result, way.ran);
    } else if (conclusion.result.outcome == PartOutcome::done && last && part.action != Action::remove) {
        tell(way, part, Phase::settling);
        co_await converge(way.workshop, way.server, way.seen, way.step.start_period, conclusion.result, way.ran);
    }
    if (conclusion.settled && !record(way, intent, *number, conclusion.result))
        conclusion.result.message += " (the ledger did not take this outcome)";
    co_return conclusion.result;
}

} // namespace mooring::apply
