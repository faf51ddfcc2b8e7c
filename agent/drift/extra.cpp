// Records that nobody declared, in environments that a Scope manages whole (design §4 "Scope").
#include "base/text.hpp"
#include "drift/conclude.hpp"
#include "drift/match.hpp"
#include "model/names.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <tuple>
#include <utility>

namespace mooring::drift {
namespace {

std::string name_in_scope(const StackRecord& record) {
    return record.type == StackType::kubernetes ? record.name : normalise_stack_name(record.name);
}

bool holds(const DesiredScope& scope, const StackRecord& record, std::string_view environment_name,
           const ServerFacts& server) {
    if (scope.server != server.name) return false;
    const bool here = scope.environments.empty() || std::ranges::any_of(scope.environments, [&](const auto& ref) {
                          return ref.id ? *ref.id == record.environment : ref.name == environment_name;
                      });
    const std::string name = name_in_scope(record);
    return here && glob_matches(scope.names, name) &&
           std::ranges::none_of(scope.except, [&](const std::string& glob) { return glob_matches(glob, name); });
}

// Where the rows' stacks may be. Suspended ones are matched by nobody else, and a row whose environment could not be
// resolved may mean any record of its name.
class Declared {
  public:
    Declared(const std::vector<Row>& rows, const ServerFacts& server) {
        for (const Row& row : rows) {
            if (row.selector) continue;
            const auto environment = resolve_environment(row, server).id;
            const std::string name = normalise_stack_name(row.stack->name);
            if (environment) places_.emplace(*environment, name);
            if (!environment) anywhere_.insert(name);
        }
    }
    bool holds(const StackRecord& record) const {
        const std::string name = normalise_stack_name(record.name);
        return places_.contains({record.environment, name}) || anywhere_.contains(name);
    }

  private:
    std::set<std::pair<EnvironmentId, std::string>> places_;
    std::set<std::string> anywhere_;
};

// The newest list that was answered.
const Answer<std::vector<StackRecord>>& latest_list(const ServerFacts& server) {
    return server.list_again.value ? server.list_again : server.list;
}

StackResult extra_result(const StackRecord& record, std::string environment_name, const DesiredScope& scope,
                         const ServerFacts& server) {
    const Reply& listed = latest_list(server).reply;
    StackResult result;
    result.name = printable(record.name, 200);
    result.server = server.name;
    result.environment_id = record.environment;
    result.environment_name = std::move(environment_name);
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
    const Declared declared(rows, server);
    for (const StackRecord& record : *latest_list(server).value) {
        if (claimed.contains(record.id) || declared.holds(record)) continue;
        if (options.own_stacks.contains(normalise_stack_name(record.name))) continue;
        std::string environment = resolve_environment(record.environment, server).name;
        const auto scope = std::ranges::find_if(desired.scopes, [&](const DesiredScope& candidate) {
            return holds(candidate, record, environment, server);
        });
        if (scope == desired.scopes.end()) continue;
        out.push_back(extra_result(record, std::move(environment), *scope, server));
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
            if (resolve_environment({.stack = nullptr, .environment = ref, .selector_text = {}}, server).id) continue;
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
