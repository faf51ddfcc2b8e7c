// The record as a whole: where it is, its type and state. Its larger fields are compared in files of their own.
#include "base/text.hpp"
#include "compare/parts.hpp"
#include "match/match.hpp"
#include "model/stack.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <ranges>
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

} // namespace mooring::compare
