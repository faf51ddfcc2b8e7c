// Records that nobody declared, in environments that a Scope manages whole (design §4 "Scope").
#include "base/text.hpp"
#include "drift/judge.hpp"
#include "model/stack.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <set>
#include <tuple>
#include <utility>

namespace mooring::drift {
namespace {

std::string name_in_scope(const StackRecord& record) {
    return record.type == StackType::kubernetes ? record.name : normalise_stack_name(record.name);
}

// A Scope with the environments that it names found; one that cannot be found, or not without doubt, holds nothing.
struct FoundScope {
    const DesiredScope& scope;
    std::set<EnvironmentId> environments;

    bool holds(const StackRecord& record) const {
        const std::string name = name_in_scope(record);
        return (scope.environments.empty() || environments.contains(record.environment)) &&
               glob_matches(scope.names, name) &&
               std::ranges::none_of(scope.except, [&](const std::string& glob) { return glob_matches(glob, name); });
    }
};

std::vector<FoundScope> scopes_of(const Desired& desired, const ServerFacts& server) {
    std::vector<FoundScope> found;
    for (const DesiredScope& scope : desired.scopes) {
        if (scope.server != server.name) continue;
        found.push_back({.scope = scope, .environments = {}});
        for (const EnvironmentRef& ref : scope.environments) {
            const auto place =
                match::resolve_environment({.stack = nullptr, .environment = ref, .selector_text = {}}, server);
            if (place.id && place.error.empty()) found.back().environments.insert(*place.id);
        }
    }
    return found;
}

// The names of stacks whose environment could not be resolved: each may mean any record of its name.
std::set<std::string> names_without_place(const std::vector<Row>& rows, const ServerFacts& server) {
    std::set<std::string> names;
    for (const Row& row : rows) {
        if (row.selector || match::resolve_environment(row, server).id) continue;
        names.insert(normalise_stack_name(row.stack->name));
    }
    return names;
}

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
    result.namespace_ = record.namespace_;
    result.id = record.id;
    result.verdict = Verdict::extra;
    result.exists = true;
    result.where = scope.where;
    result.evidence.push_back({listed.method, listed.target, listed.status, listed.message});
    result.message = fmt::format("The server has this stack (id {}), and no manifest declares it, while the Scope at "
                                 "{}:{} manages its environment whole.",
                                 record.id, scope.where.file, scope.where.line);
    result.remedy = "To keep a stack, declare it in a manifest or list it under `except` of the Scope; else remove it "
                    "from the server.";
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
    const std::set<std::string> anywhere = names_without_place(rows, server);
    const std::vector<FoundScope> scopes = scopes_of(desired, server);
    for (const StackRecord& record : *latest_list(server).value) {
        const std::string name = normalise_stack_name(record.name);
        if (claimed.contains(record.id) || anywhere.contains(name) || options.own_stacks.contains(name)) continue;
        const auto found = std::ranges::find_if(scopes, [&](const FoundScope& scope) { return scope.holds(record); });
        if (found == scopes.end()) continue;
        out.push_back(
            extra_result(record, match::resolve_environment(record.environment, server).name, found->scope, server));
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
            const auto place =
                match::resolve_environment({.stack = nullptr, .environment = ref, .selector_text = {}}, server);
            if (place.id && place.error.empty()) continue;
            const bool known = std::ranges::find(names, ref.name) != names.end();
            const char* why = place.id ? "has another name now"
                              : known  ? "several environments have: give the id of the one that is meant"
                              : server.is_administrator() ? "the server does not have"
                                                          : "this token cannot see";
            out.push_back({.severity = Severity::warning,
                           .code = "scope-environment",
                           .message = fmt::format("the Scope names the environment `{}`, which {}",
                                                  printable(ref.name, 100), why),
                           .suggestion = suggest(ref.name, names),
                           .where = scope.where,
                           .server = server.name});
        }
    }
    return out;
}

} // namespace mooring::drift
