#include "apply/aftermath.hpp"

#include "base/secret.hpp"
#include "base/text.hpp"
#include "compare/parts.hpp"
#include "model/stack.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace mooring::apply {
namespace {

constexpr std::string_view two_of_a_name =
    "there are two stacks of this name now: they share their containers, so that "
    "removing one takes those of both down";

bool has(const StackRecord& record, StackStatus status) { return record.status == std::to_underlying(status); }

bool is_create(const Sending& what) { return std::holds_alternative<portainer_write::Create>(what); }

// Parts that make containers anew, and so can take some down.
bool deploys(const Sending& what) {
    if (is_create(what)) return true;
    const auto& change = std::get<portainer_write::Change>(what);
    return std::holds_alternative<portainer_write::Update>(change) ||
           std::holds_alternative<portainer_write::Redeploy>(change);
}

bool stops(const Sending& what) {
    const auto* change = std::get_if<portainer_write::Change>(&what);
    return change != nullptr && std::holds_alternative<portainer_write::Stop>(*change);
}

// Ran before and does not any more. A stop takes down what it should.
std::string lost(const Sent& sent, const Aftermath& after) {
    if (stops(sent.what) || !after.ran || !after.runs) return {};
    std::vector<std::string> names;
    std::ranges::set_difference(*after.ran, *after.runs, std::back_inserter(names));
    return join(names, ", ");
}

PartResult result_of(PartOutcome outcome, std::string message, const StackRecord* record) {
    PartResult result{.outcome = outcome, .message = std::move(message), .id = {}};
    if (record == nullptr) return result;
    result.id = record->id;
    result.created_at = record->created_at;
    result.updated_at = record->updated_at;
    result.updated_by = printable(record->updated_by, 100);
    return result;
}

void add_values(std::vector<Secret>& values, const std::vector<EnvVar>& env) {
    constexpr std::size_t tells_little = 4; // bytes: as in what a write's answer may not show
    for (const EnvVar& one : env) {
        const std::string_view value = one.value.reveal();
        if ((value.size() >= tells_little && !tells_nothing(value)) || is_secret(one.name, value))
            values.push_back(one.value);
    }
}

// What was sent or recorded, and must not come back in a server's text.
std::vector<Secret> values_of(const Sent& sent, const Aftermath& after) {
    std::vector<Secret> values;
    if (sent.before != nullptr) add_values(values, sent.before->env);
    if (after.record) add_values(values, after.record->env);
    if (const auto* create = std::get_if<portainer_write::Create>(&sent.what)) {
        std::visit([&](const auto& kind) { add_values(values, kind.env); }, *create);
        if (const auto* file = std::get_if<portainer_write::CreateFromFile>(create))
            values.insert(values.end(), file->withheld.begin(), file->withheld.end());
    } else if (const auto* update =
                   std::get_if<portainer_write::Update>(&std::get<portainer_write::Change>(sent.what))) {
        if (update->env) add_values(values, *update->env);
        values.insert(values.end(), update->withheld.begin(), update->withheld.end());
    }
    return values;
}

// And what stood in one of the files: a literal under `environment:`, a password in a command (reconcile.md §4).
std::string masked(std::string_view text, const Sent& sent, const Aftermath& after) {
    static const DesiredStack nothing_declared;
    const DesiredStack& desired = sent.desired == nullptr ? nothing_declared : *sent.desired;
    compare::KnownSecrets secrets(desired);
    secrets.learn_file(desired);
    if (sent.file) secrets.learn_text(*sent.file);
    if (after.file && after.file != sent.file) secrets.learn_text(*after.file);
    return mask_text(secrets.mask(redact(text, values_of(sent, after))));
}

// The server's own words on it: of the answer, else of the record's last deployment.
std::string words_of(const Sent& sent, const Aftermath& after) {
    std::string text = sent.reply.message;
    if (!sent.reply.details.empty() && sent.reply.details != text)
        text += (text.empty() ? "" : ": ") + sent.reply.details;
    if (text.empty() && after.record && has(*after.record, StackStatus::failed) && !after.record->deployment.empty())
        text = after.record->deployment.back().message;
    return printable(masked(text, sent, after), 500);
}

PartResult failed(const Sent& sent, const Aftermath& after) {
    const StackRecord* record = after.record ? &*after.record : nullptr;
    const std::string gone = lost(sent, after);
    const std::string words = words_of(sent, after);
    if (!gone.empty()) {
        return result_of(PartOutcome::outage,
                         fmt::format("{} ran before and {} not run any more{}{}", gone,
                                     gone.contains(", ") ? "do" : "does", words.empty() ? "" : ": ", words),
                         record);
    }
    const bool kept = record != nullptr && shows(sent.what, *record, after.file);
    return result_of(kept ? PartOutcome::stored : PartOutcome::failed, words, record);
}

bool written_by_us(const Sent& sent, const StackRecord& record) {
    const bool moved = sent.before == nullptr || record.updated_at != sent.before->updated_at;
    const std::string& by = sent.before == nullptr ? record.created_by : record.updated_by;
    return moved && by == sent.user;
}

Conclusion create_conclusion(const Sent& sent, const Aftermath& after) {
    const StackRecord* record = after.record ? &*after.record : nullptr;
    if (after.namesakes > 1) {
        return {.result = result_of(PartOutcome::twice, std::string(two_of_a_name), record)};
    }
    if (record == nullptr) {
        if (sent.reply.outcome == portainer::WriteOutcome::refused)
            return {.result = result_of(PartOutcome::refused, words_of(sent, after), nullptr)};
        if (sent.reply.outcome == portainer::WriteOutcome::failed)
            return {.result = result_of(PartOutcome::failed, words_of(sent, after), nullptr)};
        const std::string words = words_of(sent, after);
        return {.result = result_of(PartOutcome::unknown,
                                    "the server gave no answer that says whether the stack was created" +
                                        (words.empty() ? words : ": " + words),
                                    nullptr),
                .settled = false};
    }
    // Another run with this token may have made it, or a proxy sent the create twice: nobody calls it ours unseen.
    if (sent.reply.outcome == portainer::WriteOutcome::refused) {
        return {.result = result_of(
                    PartOutcome::unknown,
                    "the server refused it, and a stack of this name appeared meanwhile: another run may have made it",
                    record)};
    }
    if (has(*record, StackStatus::deploying))
        return {.result = result_of(PartOutcome::unknown, "its deployment has not ended yet", record),
                .settled = false};
    if (has(*record, StackStatus::failed) || sent.reply.outcome == portainer::WriteOutcome::failed)
        return {.result = failed(sent, after)};
    if (!shows(sent.what, *record, after.file))
        return {.result = result_of(PartOutcome::unknown, "the new record is not what was sent", record)};
    return {.result = result_of(PartOutcome::done, {}, record)};
}

Conclusion change_conclusion(const Sent& sent, const Aftermath& after) {
    const StackRecord& record = *after.record;
    const bool shown = shows(sent.what, record, after.file);
    const bool untouched = record.updated_at == sent.before->updated_at && record.status == sent.before->status;
    if (has(record, StackStatus::deploying))
        return {.result = result_of(PartOutcome::unknown, "its deployment has not ended yet", &record),
                .settled = false};
    switch (sent.reply.outcome) {
    case portainer::WriteOutcome::not_sent:
        std::unreachable();
    case portainer::WriteOutcome::refused:
        if (shown && !deploys(sent.what)) return {.result = result_of(PartOutcome::done, {}, &record)};
        if (untouched) return {.result = result_of(PartOutcome::refused, words_of(sent, after), &record)};
        return {.result = result_of(PartOutcome::unknown, "it was refused, and the record changed meanwhile", &record)};
    case portainer::WriteOutcome::failed:
        return {.result = failed(sent, after)};
    case portainer::WriteOutcome::answered:
        if (has(record, StackStatus::failed) && deploys(sent.what)) return {.result = failed(sent, after)};
        if (shown) return {.result = result_of(PartOutcome::done, {}, &record)};
        return {.result =
                    result_of(PartOutcome::unknown, "the server took it, and the record does not show it", &record)};
    case portainer::WriteOutcome::unknown:
        break;
    }
    // No answer: the record says, if it says.
    const bool ours = written_by_us(sent, record);
    if (ours && has(record, StackStatus::failed) && deploys(sent.what)) return {.result = failed(sent, after)};
    if (shown && (ours || !deploys(sent.what))) return {.result = result_of(PartOutcome::done, {}, &record)};
    const std::string words = words_of(sent, after);
    return {.result = result_of(
                PartOutcome::unknown,
                "the server gave no answer that says what was done" + (words.empty() ? words : ": " + words), &record),
            .settled = false};
}

constexpr std::string_view something_stays = "the stack is gone from the list, and containers or services of it are "
                                             "still there";

// The record is gone; what of it runs says whether it is whole.
PartResult removed(std::optional<bool> exists, const std::vector<std::string>& left) {
    if (!exists) return result_of(PartOutcome::sent, "it is gone from the list; what runs could not be read", nullptr);
    if (!left.empty()) {
        return result_of(PartOutcome::left_behind,
                         fmt::format("the stack is gone from the list, but the cluster still has: {}; delete it with "
                                     "kubectl if it should go",
                                     printable(join(left, ", "), 400)),
                         nullptr);
    }
    if (*exists) return result_of(PartOutcome::left_behind, std::string(something_stays), nullptr);
    return result_of(PartOutcome::done, {}, nullptr);
}

Conclusion removal_conclusion(const Sent& sent, const Aftermath& after) {
    if (!after.record && after.gone) return {.result = removed(after.exists, after.left)};
    if (!after.record) { // a list hides what its reader may not see
        return {.result = result_of(PartOutcome::unknown,
                                    "it is not listed any more, and the server does not say that it is gone", nullptr),
                .settled = false};
    }
    const StackRecord& record = *after.record;
    const std::string words = words_of(sent, after);
    switch (sent.reply.outcome) {
    case portainer::WriteOutcome::not_sent:
        std::unreachable();
    case portainer::WriteOutcome::refused:
        return {.result = result_of(PartOutcome::refused, words, &record)};
    case portainer::WriteOutcome::failed: // part of it may have gone
        return {.result = failed(sent, after)};
    case portainer::WriteOutcome::answered:
        return {.result = result_of(PartOutcome::unknown, "the server took it, and still lists the stack", &record)};
    case portainer::WriteOutcome::unknown:
        break;
    }
    return {.result = result_of(PartOutcome::unknown,
                                "the server gave no answer that says whether the stack was removed" +
                                    (words.empty() ? words : ": " + words),
                                &record),
            .settled = false};
}

// A record of that name and place that was not there before the intent. In a cluster the namespace belongs to the
// place: others may have the name there.
bool is_namesake(const LogEntry& intent, const StackRecord& record) {
    const bool exact = record.type == StackType::kubernetes;
    const bool named = exact ? record.name == intent.stack.name && record.namespace_ == intent.intent.namespace_
                             : normalise_stack_name(record.name) == normalise_stack_name(intent.stack.name);
    return record.id > intent.intent.newest && record.environment == intent.stack.environment && named;
}

// Seconds since it was about to be sent, by this machine's clock and the server's, whichever says less.
UnixSeconds passed(const LogEntry& intent, const IntentEvidence& evidence) {
    const UnixSeconds here = evidence.now - intent.at;
    if (!evidence.server_date || !intent.intent.sent_date) return here;
    return std::min(here, *evidence.server_date - *intent.intent.sent_date);
}

// A create of which two complete lists know nothing, long after it.
bool came_to_nothing(const LogEntry& intent, const IntentEvidence& evidence) {
    constexpr UnixSeconds long_enough = UnixSeconds{60} * 60;
    const bool dated = intent.intent.sent_date && evidence.server_date;
    return evidence.complete && evidence.lacked_twice && evidence.project_exists == false && dated &&
           passed(intent, evidence) >= long_enough;
}

// An UpdateDate is a whole second: a write within the second of the one before it leaves the same date.
bool date_may_hide_it(const LogEntry& intent) {
    const UnixSeconds sent = intent.intent.sent_date.value_or(intent.at);
    return !is_removal(intent) && intent.intent.updated_at != 0 && intent.intent.updated_at + 1 >= sent;
}

std::optional<PartResult> settle_create(const LogEntry& intent, const IntentEvidence& evidence) {
    const auto made = offspring(intent, evidence.list);
    if (!made.empty() && namesakes(intent, evidence.list) > 1)
        return result_of(PartOutcome::twice, std::string(two_of_a_name), made.front());
    if (made.size() == 1) {
        const StackRecord& record = *made.front();
        if (has(record, StackStatus::deploying)) return std::nullopt;
        const bool stored = has(record, StackStatus::failed);
        return result_of(stored ? PartOutcome::stored : PartOutcome::sent, "found again after an interruption",
                         &record);
    }
    if (came_to_nothing(intent, evidence))
        return result_of(PartOutcome::refused, "nothing came of it: it is not listed, and nothing of it runs", nullptr);
    return std::nullopt;
}

} // namespace

Conclusion conclusion_of(const Sent& sent, const Aftermath& after) {
    if (sent.reply.not_sent())
        return {.result = result_of(PartOutcome::skipped, "not sent: " + sent.reply.message, nullptr)};
    if (!after.list_read)
        return {.result = result_of(PartOutcome::unknown, "the stack could not be read afterwards", nullptr),
                .settled = false};
    if (sent.before == nullptr) return create_conclusion(sent, after);
    if (removes(sent.what)) return removal_conclusion(sent, after);
    if (!after.record) return {.result = result_of(PartOutcome::unknown, "the stack is not listed any more", nullptr)};
    return change_conclusion(sent, after);
}

bool removes(const Sending& what) {
    const auto* change = std::get_if<portainer_write::Change>(&what);
    return change != nullptr && std::holds_alternative<portainer_write::Remove>(*change);
}

bool may_still_move(const Sent& sent, const Aftermath& after) {
    if (sent.reply.not_sent() || sent.reply.outcome == portainer::WriteOutcome::refused) return false;
    const Conclusion conclusion = conclusion_of(sent, after);
    return !conclusion.settled ||
           conclusion.result.outcome == PartOutcome::left_behind; // what stays may be on its way out
}

std::vector<const StackRecord*> offspring(const LogEntry& intent, std::span<const StackRecord> list) {
    std::vector<const StackRecord*> found;
    for (const StackRecord& record : list) {
        if (is_namesake(intent, record) && record.created_by == intent.intent.user) found.push_back(&record);
    }
    return found;
}

std::size_t namesakes(const LogEntry& intent, std::span<const StackRecord> list) {
    const auto count = std::ranges::count_if(list, [&](const StackRecord& one) { return is_namesake(intent, one); });
    return static_cast<std::size_t>(count);
}

bool is_removal(const LogEntry& intent) { return intent.intent.action == "remove"; }

std::optional<PartResult> settle(const LogEntry& intent, const IntentEvidence& evidence) {
    if (!intent.stack.id) return settle_create(intent, evidence);
    const auto listed = std::ranges::find(evidence.list, *intent.stack.id, &StackRecord::id);
    const StackRecord* found = listed != evidence.list.end() ? &*listed : evidence.by_id ? &*evidence.by_id : nullptr;
    if (found == nullptr && is_removal(intent) && evidence.complete)
        return removed(evidence.project_exists, evidence.left);
    if (found == nullptr || found->created_at != intent.stack.created_at) return std::nullopt;
    const StackRecord& record = *found;
    if (has(record, StackStatus::deploying)) return std::nullopt;
    const bool touched = record.updated_at != intent.intent.updated_at || record.status != intent.intent.status;
    const bool ours = record.updated_at != intent.intent.updated_at && record.updated_by == intent.intent.user;
    if (ours && !is_removal(intent)) {
        const bool broken = has(record, StackStatus::failed);
        return result_of(broken ? PartOutcome::stored : PartOutcome::sent, "found again after an interruption",
                         &record);
    }
    // Older servers answer, and change the record, only when all is deployed: it may still be under way.
    if (passed(intent, evidence) < evidence.deploy_timeout.count()) return std::nullopt;
    const bool of_state = intent.intent.action == "start" || intent.intent.action == "stop";
    const bool of_access = intent.intent.action == "access";
    if (of_access || (of_state && record.updated_at == intent.intent.updated_at) ||
        (!touched && date_may_hide_it(intent)))
        return result_of(PartOutcome::sent, "what is there now is judged anew", &record);
    if (!touched) return result_of(PartOutcome::refused, "nothing changed", &record);
    return result_of(PartOutcome::unknown, "somebody else has changed the stack since", &record);
}

} // namespace mooring::apply
