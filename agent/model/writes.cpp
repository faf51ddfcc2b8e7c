#include "model/writes.hpp"

#include "base/file.hpp"
#include "base/text.hpp"
#include "model/desired.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace mooring {
namespace {

constexpr std::array<std::string_view, 11> outcomes{"done",        "sent",   "stored",        "refused",
                                                    "failed",      "outage", "not_converged", "unknown",
                                                    "left_behind", "twice",  "skipped"};
constexpr std::array<std::string_view, 7> kinds{"intent",  "outcome",     "adopted", "trusted",
                                                "resumed", "quarantined", "halted"};

template <typename Enum>
std::optional<Enum> parse(std::span<const std::string_view> words, std::string_view word) {
    const auto found = std::ranges::find(words, word);
    if (found == words.end()) return std::nullopt;
    return static_cast<Enum>(found - words.begin());
}

bool about_one_stack(const LogEntry& left, const WrittenStack& stack) {
    return left.stack.server == stack.server && left.stack.name == stack.name;
}

LogStanding::Record record_of(const WrittenStack& stack, StackId id, UnixSeconds created_at) {
    return {stack.server, to_lower(stack.instance_id), id, created_at};
}

void note_date(LogStanding& standing, const WrittenStack& stack, std::optional<StackId> id, UnixSeconds created_at) {
    if (id && created_at != 0) standing.dates[{stack.server, to_lower(stack.instance_id), *id}] = created_at;
}

// Which manifest wrote a stack that is owned; the newest that was sent counts.
void note_declaration(LogStanding& standing, const LogEntry& intent, const PartResult& result) {
    const std::optional<StackId> id = intent.stack.id ? intent.stack.id : result.id;
    const UnixSeconds created_at = intent.stack.id ? intent.stack.created_at : result.created_at;
    if (!id || intent.intent.declared_at.empty() || intent.intent.action == "remove" ||
        result.outcome == PartOutcome::skipped)
        return;
    const auto owned = standing.owned.find(record_of(intent.stack, *id, created_at));
    if (owned == standing.owned.end()) return;
    owned->second.place = intent.intent.place;
    owned->second.declared_at = intent.intent.declared_at;
}

// An outcome ends its intent, or leaves it to a person.
void take_outcome(LogStanding& standing, const LogEntry& outcome) {
    const auto intent = std::ranges::find(standing.open, outcome.answers, &LogEntry::number);
    if (intent == standing.open.end()) return;
    note_date(standing, intent->stack, outcome.result.id, outcome.result.created_at);
    LogEntry answered = std::move(*intent);
    standing.open.erase(intent);
    const PartResult& result = outcome.result;
    const bool made = !answered.stack.id && result.id && !needs_a_look(result.outcome);
    if (made) {
        standing.owned[record_of(answered.stack, *result.id, result.created_at)] = {
            .how = Ownership::created, .environment = answered.stack.environment, .name = answered.stack.name};
    }
    note_declaration(standing, answered, result);
    if (!needs_a_look(result.outcome)) return;
    answered.result = result;
    standing.to_look_at.push_back(std::move(answered));
}

// What a write or an adoption says of the server and of the environment's name: the first one counts.
void take_place(LogStanding& standing, const LogEntry& entry) {
    const WrittenStack& stack = entry.stack;
    if (!stack.instance_id.empty()) standing.first_written.try_emplace(stack.server, stack.instance_id);
    if (stack.environment != 0 && !stack.environment_name.empty())
        standing.environments[stack.server].try_emplace(stack.environment_name, stack.environment);
    note_date(standing, stack, stack.id, stack.created_at);
}

void take_adoption(LogStanding& standing, const LogEntry& adopted) {
    take_place(standing, adopted);
    const WrittenStack& stack = adopted.stack;
    if (!stack.id) return;
    standing.owned[record_of(stack, *stack.id, stack.created_at)] = {.how = Ownership::adopted,
                                                                     .environment = stack.environment,
                                                                     .name = stack.name,
                                                                     .place = adopted.intent.place,
                                                                     .declared_at = adopted.intent.declared_at};
}

void take_trust(LogStanding& standing, const LogEntry& trusted) {
    const std::string& server = trusted.stack.server;
    standing.trusted[server] = trusted.stack.instance_id;
    standing.trusted_at[server] = trusted.at;
    standing.halted.erase(server);
    standing.environments.erase(server);
    std::erase_if(standing.dates, [&](const auto& one) { return std::get<0>(one.first) == server; });
}

void take_look(LogStanding& standing, const LogEntry& resumed) {
    const auto looked_at = [&](const LogEntry& one) { return about_one_stack(one, resumed.stack); };
    std::erase_if(standing.open, looked_at);
    std::erase_if(standing.to_look_at, looked_at);
    std::erase_if(standing.quarantined, looked_at);
}

void take_quarantine(LogStanding& standing, const LogEntry& entry) {
    std::erase_if(standing.quarantined, [&](const LogEntry& one) {
        return about_one_stack(one, entry.stack) && one.stack.environment == entry.stack.environment;
    });
    standing.quarantined.push_back(entry);
}

} // namespace

std::string_view to_string(PartOutcome outcome) { return outcomes.at(static_cast<std::size_t>(outcome)); }
std::optional<PartOutcome> parse_part_outcome(std::string_view word) { return parse<PartOutcome>(outcomes, word); }
std::string_view to_string(LogKind kind) { return kinds.at(static_cast<std::size_t>(kind)); }
std::optional<LogKind> parse_log_kind(std::string_view word) { return parse<LogKind>(kinds, word); }

Ownership LogStanding::owner(const std::string& server, const std::string& instance_id,
                             const StackRecord& record) const {
    return owned_as(server, instance_id, record).how;
}

Owned LogStanding::owned_as(const std::string& server, const std::string& instance_id,
                            const StackRecord& record) const {
    const auto found = owned.find({server, to_lower(instance_id), record.id, record.created_at});
    return found == owned.end() ? Owned{} : found->second;
}

std::string LogStanding::instance_of(const std::string& server) const {
    if (const auto named = trusted.find(server); named != trusted.end()) return named->second;
    const auto written = first_written.find(server);
    return written == first_written.end() ? std::string() : written->second;
}

const LogEntry* LogStanding::kept_by(const std::string& server, const std::string& name) const {
    for (const std::vector<LogEntry>* entries : {&to_look_at, &open}) {
        for (const LogEntry& one : *entries) {
            if (one.stack.server == server && one.stack.name == name) return &one;
        }
    }
    return nullptr;
}

std::string keeping_words(const LogEntry& intent) {
    const std::string what = intent.intent.action + " of " + format_utc(intent.at);
    if (!needs_a_look(intent.result.outcome) || intent.result.message.empty())
        return "nobody knows yet what came of the " + what;
    return "the " + what + " ended as " + std::string(to_string(intent.result.outcome)) + ": " + intent.result.message;
}

std::string deployed_digest(const Secret& key, const std::string& file_digest, std::span<const EnvVar> env) {
    if (key.empty() || file_digest.empty()) return {};
    std::string text = "deployed " + file_digest;
    const auto add = [&](std::string_view part) {
        text += ' ' + std::to_string(part.size()) + ':';
        text += part;
    };
    for (const EnvVar& one : env) {
        add(one.name);
        add(one.value.reveal());
    }
    return to_hex(hmac_sha256(key.reveal(), text));
}

LogStanding standing_of(std::span<const LogEntry> log) {
    LogStanding standing;
    for (const LogEntry& entry : log) {
        switch (entry.kind) {
        case LogKind::intent:
            take_place(standing, entry);
            standing.open.push_back(entry);
            break;
        case LogKind::outcome:
            take_outcome(standing, entry);
            break;
        case LogKind::adopted:
            take_adoption(standing, entry);
            break;
        case LogKind::trusted:
            take_trust(standing, entry);
            break;
        case LogKind::resumed:
            take_look(standing, entry);
            break;
        case LogKind::quarantined:
            take_quarantine(standing, entry);
            break;
        case LogKind::halted:
            standing.halted.insert_or_assign(entry.stack.server, entry);
            break;
        }
    }
    return standing;
}

std::string_view to_string(PolicyMode mode) {
    switch (mode) {
    case PolicyMode::report:
        return "report";
    case PolicyMode::manual:
        return "manual";
    case PolicyMode::correct:
        return "correct";
    }
    std::unreachable();
}

std::string_view to_string(Pull pull) {
    switch (pull) {
    case Pull::unset:
        return "unset";
    case Pull::missing:
        return "missing";
    case Pull::always:
        return "always";
    }
    std::unreachable();
}

std::string_view to_string(Rollback rollback) { return rollback == Rollback::automatic ? "auto" : "never"; }

std::string_view to_string(WeekDay day) {
    constexpr std::array<std::string_view, 7> words{"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
    return words.at(std::to_underlying(day));
}

std::string_view to_string(Allowance allowance) {
    switch (allowance) {
    case Allowance::create_unseen:
        return "create-unseen";
    case Allowance::adopt_running:
        return "adopt-running";
    case Allowance::start_to_change:
        return "start-to-change";
    case Allowance::detach_git:
        return "detach-git";
    case Allowance::redeploy_git:
        return "redeploy-git";
    case Allowance::replace_lost_file:
        return "replace-lost-file";
    case Allowance::overwrite_accepted:
        return "overwrite-accepted";
    case Allowance::prune_services:
        return "prune-services";
    case Allowance::rerun_jobs:
        return "rerun-jobs";
    }
    std::unreachable();
}

std::optional<Allowance> parse_allowance(std::string_view word) {
    for (const Allowance allowance : all_allowances) {
        if (to_string(allowance) == word) return allowance;
    }
    return std::nullopt;
}

std::vector<std::string> allowance_names() {
    std::vector<std::string> names;
    names.reserve(all_allowances.size());
    for (const Allowance allowance : all_allowances) names.emplace_back(to_string(allowance));
    return names;
}

} // namespace mooring
