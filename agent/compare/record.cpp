// The record as a whole: where it is, its type, state and variables. Other large fields are compared in files of their
// own.

#include "base/secret.hpp"
#include "base/text.hpp"
#include "compare/parts.hpp"
#include "match/match.hpp"
#include "model/stack.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <ranges>
#include <set>
#include <tuple>

namespace mooring::compare {
namespace {

std::string environment_text(EnvironmentId id, const ServerFacts& server) {
    const std::string name = match::resolve_environment(id, server).name;
    return name.empty() ? fmt::format("id {}", id) : fmt::format("{} (id {})", printable(name), id);
}

// Records are matched by environment and name, so that these differ only for a stack that memory found elsewhere, or
// that the manifest ties to its id: then its name is a label, unless `name:` stands beside the id, and its namespace
// may be another one.
void compare_place(const RecordPair& pair, Comparison& out) {
    const auto wanted = match::resolve_environment(pair.row, pair.server).id;
    const SourceLocation where = manifest_line(pair.stack, 0);
    if (wanted && *wanted != pair.record.environment) {
        out.changes.push_back(change_at(Plane::record, Subject::environment, "environment",
                                        environment_text(*wanted, pair.server),
                                        environment_text(pair.record.environment, pair.server), where));
    }
    const bool exact = pair.stack.type == StackType::kubernetes;
    if (exact && pair.record.type == StackType::kubernetes && pair.stack.namespace_ != pair.record.namespace_) {
        out.changes.push_back(change_at(Plane::record, Subject::namespace_, "namespace",
                                        printable(pair.stack.namespace_), printable(pair.record.namespace_), where));
    }
    const auto& tie = pair.stack.tie;
    if (tie && !tie->name_declared) return;
    const std::string& declared = tie ? tie->name : pair.stack.name;
    if (match::same_stack_name(declared, pair.record.name, exact)) return;
    const std::string desired = exact ? declared : normalise_stack_name(declared);
    out.changes.push_back(
        change_at(Plane::record, Subject::name, "name", printable(desired), printable(pair.record.name), where));
}

void compare_type(const RecordPair& pair, Comparison& out) {
    if (!pair.record.type) {
        out.errors.emplace_back("type: the record's type is a number that Mooring does not know");
    } else if (*pair.record.type != pair.stack.type) {
        out.changes.push_back(change_at(Plane::record, Subject::type, "type", std::string(to_string(pair.stack.type)),
                                        std::string(to_string(*pair.record.type)), manifest_line(pair.stack, 0)));
    }
}

// Deploying (3) and failed (4) are neither running nor stopped: compare_deployment speaks about them. Kubernetes has no
// stop. Left out means running (design §4).
void compare_state(const RecordPair& pair, Comparison& out) {
    const auto status = static_cast<StackStatus>(pair.record.status);
    if (status != StackStatus::active && status != StackStatus::inactive) return;
    const DesiredState desired = pair.stack.state.value_or(DesiredState::running);
    const DesiredState actual = status == StackStatus::active ? DesiredState::running : DesiredState::stopped;
    if (desired == actual || desired == DesiredState::any || pair.stack.type == StackType::kubernetes) return;
    out.changes.push_back(change_at(Plane::record, Subject::state, "state", std::string(to_string(desired)),
                                    std::string(to_string(actual)), manifest_line(pair.stack, pair.stack.state_line)));
}

} // namespace

SourceLocation manifest_line(const DesiredStack& stack, std::size_t line) {
    return {.file = stack.where.file, .line = line == 0 ? stack.where.line : line, .column = 0};
}

void sort_changes(std::vector<Change>& changes) {
    std::ranges::sort(changes, {}, [](const Change& change) {
        return std::tie(change.plane, change.path, change.desired, change.actual);
    });
}

Comparison compare_record(const Row& row, const StackRecord& record, const ServerFacts& server,
                          const JudgeOptions& options) {
    const KnownSecrets secrets(*row.stack, &record);
    const RecordPair pair{row, *row.stack, record, server, options, secrets};
    Comparison out;
    compare_place(pair, out);
    compare_type(pair, out);
    compare_state(pair, out);
    compare_deployment(pair, out);
    compare_env(pair, out);
    compare_access(pair, out);
    compare_auto_update(pair, out);
    compare_source(pair, out);
    sort_changes(out.changes);
    return out;
}

namespace {

constexpr UnixSeconds stuck_after = 1200; // 20 minutes: one ends after 15 by itself (portainer-api.md §0, G3)
constexpr std::size_t most_message_bytes = 400;

UnixSeconds deploying_since(const StackRecord& record) {
    for (const DeploymentStep& step : record.deployment | std::views::reverse) {
        if (step.status == static_cast<std::int64_t>(StackStatus::deploying) && step.time != 0) return step.time;
    }
    return record.updated_at != 0 ? record.updated_at : record.created_at;
}

// The server's own clock, from the newest answer that holds the record; ours when the server sends no Date.
UnixSeconds server_time(const ServerFacts& server) {
    if (server.list_again.reply.server_date) return *server.list_again.reply.server_date;
    return server.list.reply.server_date.value_or(server.now);
}

std::string failure_text(const RecordPair& pair) {
    const auto& steps = pair.record.deployment;
    const auto said = std::ranges::find_if(steps | std::views::reverse,
                                           [](const DeploymentStep& step) { return !step.message.empty(); });
    if (said == steps.rend()) return "failed";
    KnownSecrets secrets(pair.stack, &pair.record);
    secrets.learn_file(pair.stack);
    return "failed: " + printable(secrets.mask(said->message), most_message_bytes);
}

} // namespace

bool deployment_is_stuck(const StackRecord& record, UnixSeconds server_date) {
    return deploying_since(record) < server_date - stuck_after;
}

void compare_deployment(const RecordPair& pair, Comparison& out) {
    std::string actual;
    switch (static_cast<StackStatus>(pair.record.status)) {
    case StackStatus::active:
    case StackStatus::inactive:
        return;
    case StackStatus::deploying:
        if (!deployment_is_stuck(pair.record, server_time(pair.server))) return;
        actual = "stuck: deploying since " + format_utc(deploying_since(pair.record));
        break;
    case StackStatus::failed:
        actual = failure_text(pair);
        break;
    default:
        out.errors.push_back(
            fmt::format("state: the record's Status is {}, which Mooring does not know", pair.record.status));
        return;
    }
    out.changes.push_back(change_at(Plane::runtime, Subject::deployment, "deployment", "finished", std::move(actual),
                                    manifest_line(pair.stack, 0)));
}

// Env by name and value (design §4): the last value of a duplicated name wins, order says nothing, and no value is
// shown unless it is public or asked for.

namespace {

constexpr std::size_t most_name_bytes = 200;

struct ActualEnv {
    const EnvVar* last = nullptr;
    std::size_t count = 0;
};

// One side of a change: absent, hidden (present, "") or the value itself.
std::optional<std::string> side(const std::optional<Secret>& value, bool present, bool shown) {
    if (!present) return std::nullopt;
    return shown && value ? printable(value->reveal()) : std::string();
}

Secret masked(const Secret& value) { return Secret(mask_text(value.reveal())); }

// `TOKEN=x` is a name that somebody gave by mistake.
std::string shown_name(std::string_view name) { return printable(mask_text(name), most_name_bytes); }

Change env_change(const RecordPair& pair, std::string_view name, const DesiredEnv* desired, const EnvVar* actual) {
    const bool secret = desired == nullptr || !desired->is_public || !desired->value;
    const bool shown = !secret || pair.options.show_values;
    // What is public is the manifest's value; the server's may be what nobody meant to show.
    const auto found = actual ? std::optional(secret ? actual->value : masked(actual->value)) : std::nullopt;
    Change change =
        change_at(Plane::record, Subject::env, env_path(name),
                  side(desired ? desired->value : std::nullopt, desired != nullptr, shown),
                  side(found, actual != nullptr, shown), manifest_line(pair.stack, desired ? desired->line : 0));
    change.key = shown_name(name);
    change.secret = secret;
    if (!secret) {
        shown_of(desired->value->reveal(), change.whole_desired);
        if (found) shown_of(found->reveal(), change.whole_actual);
        return change;
    }
    const auto revealed = [](const Secret& value) { return value.reveal(); };
    change.secret_digest = digest_of_secret(
        pair.options.digest, desired && desired->value ? std::optional(revealed(*desired->value)) : std::nullopt,
        actual ? std::optional(revealed(actual->value)) : std::nullopt);
    return change;
}

void compare_declared(const RecordPair& pair, const DesiredEnv& desired, const ActualEnv& actual, Comparison& out) {
    if (!desired.unreadable.empty()) {
        out.errors.push_back(fmt::format("{}: {}", env_path(desired.name), printable(desired.unreadable)));
    }
    const bool differs = desired.value && actual.last && desired.value->reveal() != actual.last->value.reveal();
    if (actual.last == nullptr || differs) out.changes.push_back(env_change(pair, desired.name, &desired, actual.last));
}

// How often a name stands there is no secret.
void compare_count(const RecordPair& pair, std::string_view name, const ActualEnv& actual, std::size_t line,
                   Comparison& out) {
    if (actual.count < 2) return;
    out.changes.push_back(change_at(Plane::record, Subject::env_twice, env_path(name) + std::string(twice_suffix),
                                    "once", fmt::format("{} times", actual.count), manifest_line(pair.stack, line)));
    out.changes.back().key = shown_name(name);
}

} // namespace

std::string env_path(std::string_view name) { return "env." + shown_name(name); }

std::string digest_of_secret(const std::function<std::string(std::string_view)>& digest,
                             const std::optional<std::string_view>& desired,
                             const std::optional<std::string_view>& actual) {
    if (!digest) return {};
    // With lengths, so that no two pairs give the same text.
    const auto side = [](const std::optional<std::string_view>& value) {
        return value ? fmt::format("{}:{}", value->size(), *value) : std::string("-");
    };
    const Secret both(side(desired) + side(actual)); // wiped when it goes
    return digest(both.reveal());
}

void compare_env(const RecordPair& pair, Comparison& out) {
    if (!pair.stack.env) return;
    std::map<std::string_view, const DesiredEnv*> declared;
    for (const DesiredEnv& variable : *pair.stack.env) declared[variable.name] = &variable;
    std::map<std::string_view, ActualEnv> present;
    for (const EnvVar& variable : pair.record.env) {
        ActualEnv& entry = present[variable.name];
        entry.last = &variable;
        ++entry.count;
    }
    std::size_t opaque = 0;
    for (const auto& [name, desired] : declared) {
        const auto found = present.find(name);
        const ActualEnv actual = found == present.end() ? ActualEnv{} : found->second;
        compare_declared(pair, *desired, actual, out);
        compare_count(pair, name, actual, desired->line, out);
        if (!desired->value && desired->unreadable.empty()) ++opaque;
    }
    for (const auto& [name, actual] : present) {
        if (!pair.stack.env_strict || declared.contains(name)) continue;
        out.changes.push_back(env_change(pair, name, nullptr, actual.last));
        compare_count(pair, name, actual, 0, out);
    }
    if (opaque > 0) out.notes.push_back(fmt::format("{} {} not compared", opaque, opaque == 1 ? "value" : "values"));
}

} // namespace mooring::compare
