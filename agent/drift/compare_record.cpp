// The record as a whole: where it is, its type and state. Its larger fields are compared in files of their own.
#include "base/text.hpp"
#include "drift/compare_parts.hpp"
#include "model/names.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <tuple>

namespace mooring::drift {
namespace {

std::string environment_text(EnvironmentId id, const ServerFacts& server) {
    const std::string name = known_environment_name(id, server);
    return name.empty() ? fmt::format("id {}", id) : fmt::format("{} (id {})", printable(name), id);
}

// The id of the environment that the row means: given, or a name of the list or of memory.
std::optional<EnvironmentId> declared_environment(const EnvironmentRef& declared, const ServerFacts& server) {
    if (declared.id) return declared.id;
    if (server.environments.value) {
        for (const Environment& environment : *server.environments.value) {
            if (environment.name == declared.name) return environment.id;
        }
    }
    for (const auto& [id, name] : server.memory.environments) {
        if (name == declared.name) return id;
    }
    return std::nullopt;
}

// Records are matched by environment and name, so that these differ only for a stack that memory found elsewhere.
void compare_place(const RecordPair& pair, Comparison& out) {
    const auto wanted = declared_environment(pair.row.environment, pair.server);
    const SourceLocation where = manifest_line(pair.stack, 0);
    if (wanted && *wanted != pair.record.environment) {
        out.changes.push_back(change_at(Plane::record, "environment", environment_text(*wanted, pair.server),
                                        environment_text(pair.record.environment, pair.server), where));
    }
    const bool exact = pair.stack.type == StackType::kubernetes;
    const std::string desired = exact ? pair.stack.name : normalise_stack_name(pair.stack.name);
    const std::string actual = exact ? pair.record.name : normalise_stack_name(pair.record.name);
    if (desired != actual) {
        out.changes.push_back(change_at(Plane::record, "name", printable(desired), printable(pair.record.name), where));
    }
}

void compare_type(const RecordPair& pair, Comparison& out) {
    if (!pair.record.type) {
        out.errors.emplace_back("type: the record's type is a number that Mooring does not know");
    } else if (*pair.record.type != pair.stack.type) {
        out.changes.push_back(change_at(Plane::record, "type", std::string(to_string(pair.stack.type)),
                                        std::string(to_string(*pair.record.type)), manifest_line(pair.stack, 0)));
    }
}

std::string_view to_text(DesiredState state) { return state == DesiredState::running ? "running" : "stopped"; }

// Deploying (3) and failed (4) are neither running nor stopped: compare_deployment speaks about them.
void compare_state(const RecordPair& pair, Comparison& out) {
    const auto status = static_cast<StackStatus>(pair.record.status);
    if (status != StackStatus::active && status != StackStatus::inactive) return;
    const DesiredState actual = status == StackStatus::active ? DesiredState::running : DesiredState::stopped;
    if (!pair.stack.state) {
        if (actual == DesiredState::stopped) {
            out.notes.emplace_back("the record's state is stopped; the manifest declares no state");
        }
    } else if (*pair.stack.state != actual) {
        out.changes.push_back(change_at(Plane::record, "state", std::string(to_text(*pair.stack.state)),
                                        std::string(to_text(actual)),
                                        manifest_line(pair.stack, pair.stack.state_line)));
    }
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

std::string known_environment_name(EnvironmentId id, const ServerFacts& server) {
    if (server.environments.value) {
        const auto& all = *server.environments.value;
        const auto listed = std::ranges::find(all, id, &Environment::id);
        if (listed != all.end()) return listed->name;
    }
    const auto asked = server.environments_by_id.find(id);
    if (asked != server.environments_by_id.end() && asked->second.value) return asked->second.value->name;
    const auto remembered = server.memory.environments.find(id);
    return remembered == server.memory.environments.end() ? std::string() : remembered->second;
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

} // namespace mooring::drift
