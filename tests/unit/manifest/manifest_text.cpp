#include "manifest_text.hpp"

#include "base/text.hpp"

#include <array>
#include <fmt/format.h>

namespace mooring::manifest {
namespace {

std::string as_text(const EnvironmentRef& environment) {
    if (!environment.id) return environment.name;
    return "#" + std::to_string(*environment.id) + (environment.name.empty() ? "" : "=" + environment.name);
}

std::string as_text(const std::variant<EnvironmentRef, EnvironmentSelector>& environment) {
    if (const auto* one = std::get_if<EnvironmentRef>(&environment)) return as_text(*one);
    const auto& selector = std::get<EnvironmentSelector>(environment);
    return selector.tags.empty() ? "group " + selector.group : "tags " + join(selector.tags, "+");
}

std::string as_text(const std::variant<DesiredContent, DesiredGit>& source) {
    if (const auto* content = std::get_if<DesiredContent>(&source))
        return fmt::format("{}:{} ({} bytes)", content->file, content->line, content->text.size());
    const auto& git = std::get<DesiredGit>(source);
    if (git.any) return fmt::format("any git (line {})", git.line);
    std::string out =
        fmt::format("git {} [{}] {} {}", git.url, git.reference, git.path, join(git.additional_files, ","));
    if (!git.credentials) return out;
    return out + fmt::format(" as {} ({}, line {})", git.credentials->username,
                             git.credentials->password ? "secret" : git.credentials->unreadable, git.credentials->line);
}

std::string as_text(const DesiredAccess& access) {
    if (access.kind == DesiredAccess::Kind::administrators) return "administrators";
    if (access.kind == DesiredAccess::Kind::everyone) return "public";
    std::vector<std::string> out;
    const auto add = [&](std::string_view kind, const Principal& p) {
        out.push_back(std::string(kind) + (p.id ? "#" + std::to_string(*p.id) : p.name));
    };
    for (const Principal& p : access.users) add("user ", p);
    for (const Principal& p : access.teams) add("team ", p);
    return join(out, ", ");
}

std::string as_text(const StackTie& tie) {
    const std::string created = tie.created ? " of " + format_utc(*tie.created) : "";
    const std::string name = tie.name_declared ? " named \"" + tie.name + "\"" : "";
    return fmt::format(", tied to {}{}{} (line {})", tie.id, created, name, tie.line);
}

std::string as_text(const DesiredEnv& env) {
    const char* kind = !env.unreadable.empty() ? "unreadable"
                       : !env.value            ? "opaque"
                       : env.is_public         ? "public"
                                               : "secret";
    const std::string unwritable = env.unwritable.empty() ? "" : ", not to be sent: " + env.unwritable;
    return fmt::format("\n    env {} {} (line {}){}", env.name, kind, env.line, unwritable);
}

std::string as_text(const Window& window) {
    std::vector<std::string> days;
    for (const WeekDay day : window.days) days.emplace_back(to_string(day));
    return fmt::format("\n    window {} {}-{} {} (line {})", join(days, "+"), window.from, window.until,
                       window.time_zone, window.line);
}

// Only what differs from what every stack has.
std::string as_text(const Policy& policy) {
    if (policy == Policy{.line = policy.line}) return {};
    std::string out = fmt::format("\n    policy {}, pull {}, rollback {} (line {})", to_string(policy.mode),
                                  to_string(policy.pull), to_string(policy.rollback), policy.line);
    if (policy.strict) out += ", strict";
    if (!policy.data.empty()) out += "\n    data " + join(policy.data, ", ");
    if (!policy.replaces.empty()) out += "\n    replaces " + policy.replaces;
    if (!policy.after.empty()) out += "\n    after " + join(policy.after, ", ");
    for (const Window& window : policy.windows) out += as_text(window);
    for (const Freeze& freeze : policy.freezes)
        out += fmt::format("\n    freeze {} to {}: {} (line {})", format_utc(freeze.from), format_utc(freeze.until),
                           freeze.reason, freeze.line);
    return out;
}

std::string as_text(const DesiredStack& s) {
    std::string out = fmt::format("stack {} in {} on {}: {}", s.name, as_text(s.environment),
                                  s.server.empty() ? "-" : s.server, to_string(s.type));
    if (s.type == StackType::kubernetes) out += " namespace=" + s.namespace_;
    out += fmt::format(", {}, from {}:{}", as_text(s.source), s.where.file, s.where.line);
    if (s.tie) out += as_text(*s.tie);
    if (s.state) out += fmt::format(", {} (line {})", to_string(*s.state), s.state_line);
    if (!s.jobs.empty()) out += fmt::format(", jobs {} (line {})", join(s.jobs, "+"), s.jobs_line);
    if (s.access) out += fmt::format(", access {} (line {})", as_text(*s.access), s.access->line);
    if (s.auto_update) {
        out += fmt::format(", updates {} (line {})", s.auto_update->interval.value_or("-"), s.auto_update->line);
        if (s.auto_update->webhook) out += *s.auto_update->webhook ? " with webhook" : " without webhook";
    }
    if (!s.runtime) out += ", runtime not asked";
    if (!s.env_strict) out += ", undeclared variables allowed";
    if (s.env_strict && s.env_strict_written) out += ", no undeclared variables";
    if (s.adopt) out += *s.adopt ? ", adopted" : ", not adopted";
    if (!s.owner.empty()) out += ", owner " + s.owner;
    for (const auto& [key, value] : s.labels) out += ", " + key + "=" + value;
    if (s.suspended)
        out += fmt::format(", suspended until {} by {}", format_utc(s.suspended->until), s.suspended->owner);
    out += as_text(s.policy);
    for (const Allowance allowance : s.allow)
        out += fmt::format("\n    allows {} (line {})", to_string(allowance), s.allow_line);
    for (const IgnoreRule& rule : s.ignore) out += fmt::format("\n    ignore {}: {}", rule.path, rule.reason);
    for (const DesiredEnv& env : s.env.value_or(std::vector<DesiredEnv>{})) out += as_text(env);
    return out + "\n";
}

} // namespace

std::string as_text(const Diagnostics& diagnostics) {
    constexpr std::array<std::string_view, 3> words{"note", "warning", "error"};
    std::string out;
    for (const Diagnostic& d : diagnostics) {
        out += d.where.file;
        if (d.where.line != 0) out += fmt::format(":{}:{}", d.where.line, d.where.column);
        out += fmt::format(": {}: {}: {}", words[static_cast<std::size_t>(d.severity)], d.code, d.message);
        out += d.suggestion.empty() ? "\n" : " (" + d.suggestion + ")\n";
    }
    return out;
}

std::string as_text(const Desired& desired) {
    std::string out = as_text(desired.diagnostics);
    out += desired.complete ? "-- complete\n" : "-- not complete\n";
    for (const DesiredStack& stack : desired.stacks) out += as_text(stack);
    for (const DesiredScope& scope : desired.scopes) {
        std::vector<std::string> environments;
        for (const EnvironmentRef& environment : scope.environments) environments.push_back(as_text(environment));
        const std::size_t holds = scope.windows.size() + scope.freezes.size();
        out += fmt::format("scope on {}: environments [{}], names {}, except [{}]{}{}, from {}:{}\n", scope.server,
                           join(environments, ","), scope.names, join(scope.except, ","), scope.prune ? ", pruned" : "",
                           holds == 0 ? "" : fmt::format(", {} windows and freezes", holds), scope.where.file,
                           scope.where.line);
    }
    for (const Waiver& w : desired.waivers) {
        out += fmt::format("waiver {}: {}/{}/{} {}, {} to {}, owner {}, approver {}, reason {}, from {}:{}\n", w.name,
                           w.server, w.environment, w.stack, w.path, format_utc(w.from), format_utc(w.until), w.owner,
                           w.approver, w.reason, w.where.file, w.where.line);
    }
    return out;
}

} // namespace mooring::manifest
