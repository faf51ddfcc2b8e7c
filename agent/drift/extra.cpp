// Records that nobody declared, in environments that a Scope manages whole (design §4 "Scope").
#include "base/text.hpp"
#include "drift/compare_parts.hpp"
#include "drift/conclude.hpp"
#include "model/names.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <tuple>

namespace mooring::drift {
namespace {

std::string name_in_scope(const StackRecord& record) {
    return record.type == StackType::kubernetes ? record.name : normalise_stack_name(record.name);
}

bool means_environment(const EnvironmentRef& ref, EnvironmentId id, const ServerFacts& server) {
    return ref.id ? *ref.id == id : known_environment_name(id, server) == ref.name;
}

bool holds(const DesiredScope& scope, const StackRecord& record, const ServerFacts& server) {
    if (scope.server != server.name) return false;
    const bool here = scope.environments.empty() || std::ranges::any_of(scope.environments, [&](const auto& ref) {
                          return means_environment(ref, record.environment, server);
                      });
    const std::string name = name_in_scope(record);
    return here && glob_matches(scope.names, name) &&
           std::ranges::none_of(scope.except, [&](const std::string& glob) { return glob_matches(glob, name); });
}

bool is_known_environment(const EnvironmentRef& ref, const ServerFacts& server) {
    if (ref.id) return true;
    const auto has_name = [&](const Environment& environment) { return environment.name == ref.name; };
    if (server.environments.value && std::ranges::any_of(*server.environments.value, has_name)) return true;
    return std::ranges::any_of(server.memory.environments, [&](const auto& known) { return known.second == ref.name; });
}

// Whether a row may mean this record: suspended ones are not matched by anybody else, and a row whose environment could
// not be resolved may mean any record of its name.
bool is_declared(const StackRecord& record, const std::vector<Row>& rows, const ServerFacts& server) {
    return std::ranges::any_of(rows, [&](const Row& row) {
        if (row.selector || normalise_stack_name(row.stack->name) != normalise_stack_name(record.name)) return false;
        return means_environment(row.environment, record.environment, server) ||
               !is_known_environment(row.environment, server);
    });
}

// The newest list that was answered.
const Answer<std::vector<StackRecord>>& latest_list(const ServerFacts& server) {
    return server.list_again.value ? server.list_again : server.list;
}

StackResult extra_result(const StackRecord& record, const DesiredScope& scope, const ServerFacts& server) {
    const Reply& listed = latest_list(server).reply;
    StackResult result;
    result.name = printable(record.name, 200);
    result.server = server.name;
    result.environment_id = record.environment;
    result.environment_name = known_environment_name(record.environment, server);
    result.type = record.type;
    result.id = record.id;
    result.verdict = Verdict::extra;
    result.exists = true;
    result.where = scope.where;
    result.evidence.push_back({listed.method, listed.target, listed.status, listed.message});
    result.message = fmt::format("The server has this stack (id {}), and no manifest declares it, while the Scope at "
                                 "{}:{} manages its environment whole.",
                                 record.id, scope.where.file, scope.where.line);
    result.remedy = "Declare it in a manifest, list it under `except` of the Scope, or remove it from the server.";
    result.rule = "listed in a managed scope, declared nowhere";
    if (!server.list_complete(server.list_again.value.has_value())) {
        result.notes.emplace_back("the list is filtered for this token: there may be more undeclared stacks");
    }
    return result;
}

} // namespace

std::vector<StackResult> find_extra(const Desired& desired, const std::vector<Row>& rows, const ServerFacts& server,
                                    const std::set<StackId>& claimed, const JudgeOptions& options, bool narrowed) {
    std::vector<StackResult> out;
    if (!desired.complete || narrowed || !latest_list(server).value) return out;
    for (const StackRecord& record : *latest_list(server).value) {
        if (claimed.contains(record.id) || options.own_stacks.contains(normalise_stack_name(record.name))) continue;
        const auto scope = std::ranges::find_if(
            desired.scopes, [&](const DesiredScope& candidate) { return holds(candidate, record, server); });
        if (scope == desired.scopes.end() || is_declared(record, rows, server)) continue;
        out.push_back(extra_result(record, *scope, server));
    }
    std::ranges::sort(out, {}, [](const StackResult& result) {
        return std::tie(result.environment_name, result.name, result.environment_id, result.id);
    });
    return out;
}

Diagnostics scope_diagnostics(const Desired& desired, const ServerFacts& server) {
    Diagnostics out;
    std::vector<std::string> names;
    if (server.environments.value) {
        for (const Environment& environment : *server.environments.value) names.push_back(environment.name);
    }
    std::ranges::sort(names);
    for (const DesiredScope& scope : desired.scopes) {
        if (scope.server != server.name || !server.environments.value) continue;
        for (const EnvironmentRef& ref : scope.environments) {
            if (is_known_environment(ref, server)) continue;
            out.push_back({.severity = Severity::warning,
                           .code = "scope-environment",
                           .message = fmt::format(
                               "the Scope names the environment `{}`, which {}", printable(ref.name, 100),
                               server.is_administrator() ? "the server does not have" : "this token cannot see"),
                           .suggestion = suggest(ref.name, names),
                           .where = scope.where,
                           .server = server.name});
        }
    }
    return out;
}

} // namespace mooring::drift
