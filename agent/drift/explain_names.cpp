// Conclusions about names and environments (design §3.2, before the table) and about rows that ask nothing.
#include "base/text.hpp"
#include "drift/explain.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace mooring::drift {
namespace {

// The tags or groups that a selector names and the server does not have, or did not show.
std::string unknown_words(const std::vector<std::string>& wanted, const Answer<std::vector<NamedId>>& known,
                          std::string_view word) {
    std::vector<std::string> names;
    if (known.value) {
        for (const NamedId& one : *known.value) names.push_back(printable(one.name, 100));
    }
    for (const std::string& name : wanted) {
        if (name.empty() || std::ranges::find(names, name) != names.end()) continue;
        const std::string hint = suggest(name, names);
        return fmt::format("There is no {} {} on this server{}", word, quoted(name), hint.empty() ? "." : "; " + hint);
    }
    return {};
}

const Reply* failed_names(const Situation& s, const EnvironmentSelector& selector) {
    if (!selector.tags.empty() && !s.server.tags.reply.ok()) return &s.server.tags.reply;
    if (!selector.group.empty() && !s.server.groups.reply.ok()) return &s.server.groups.reply;
    return nullptr;
}

// What the selector's names are called by could not be read: nothing is known of what it reaches.
void say_selector_unreadable(const Situation& s, const Reply& reply, StackResult& result) {
    result.verdict = reply.denied() ? Verdict::denied : Verdict::unreachable;
    result.cause = reply.cause;
    result.message =
        fmt::format("The selector {} cannot be expanded: {}.", quoted(s.row.selector_text), answer_text(reply));
    result.remedy = remedy_for(reply, s);
    result.evidence.push_back({reply.method, reply.target, reply.status, reply.message});
}

} // namespace

void say_suspended(const Situation& s, StackResult& result) {
    const Suspension& suspension = *s.stack.suspended;
    result.verdict = Verdict::suspended;
    result.message = fmt::format("Suspended until {} by {}: {}.", format_utc(suspension.until),
                                 printable(suspension.owner, 100), printable(suspension.reason));
}

void say_selector(const Situation& s, StackResult& result) {
    const auto& selector = std::get<EnvironmentSelector>(s.stack.environment);
    if (const Reply* failed = failed_names(s, selector)) return say_selector_unreadable(s, *failed, result);
    if (!s.server.list_complete()) {
        result.verdict = Verdict::not_visible;
        result.message = fmt::format("The selector {} reaches the environments that {} may see or that are remembered; "
                                     "whether there are more is not visible.",
                                     quoted(s.row.selector_text), user_text(s.server));
        result.remedy = "Name the environments (`environments: {names: [...]}`), or use an administrator's token.";
        return;
    }
    result.verdict = Verdict::error;
    result.message = unknown_words(selector.tags, s.server.tags, "tag");
    if (result.message.empty()) result.message = unknown_words({selector.group}, s.server.groups, "environment group");
    if (result.message.empty()) {
        result.message =
            fmt::format("No environment has {}: the stack is declared nowhere.", quoted(s.row.selector_text));
    }
    result.remedy = "Correct the selector, or give the environments their tags and group in Portainer.";
}

void say_second_list_unanswered(const Situation& s, StackResult& result) {
    const Reply& reply = s.server.list_again.reply;
    result.verdict = Verdict::unreachable;
    result.message = fmt::format("The list had to be read a second time, and was not: {}.", answer_text(reply));
    result.remedy = remedy_for(reply, s);
}

void say_wrong_environment(const Situation& s, StackResult& result) {
    result.verdict = Verdict::error;
    result.message = s.environment.error;
    result.remedy =
        fmt::format("Correct `environment` in {}:{}.", printable(s.stack.where.file, 200), s.stack.where.line);
}

void say_environment_hidden(const Situation& s, StackResult& result) {
    const StackRecord& record = *record_in_denied_environment(s);
    const Reply& reply = s.server.environments_by_id.at(record.environment).reply;
    result.verdict = Verdict::denied;
    result.cause = reply.cause.value_or(Cause::environment);
    result.message = fmt::format(
        "{} may not see an environment {}. Stack {} {} lies in environment {}, which refuses {}: it may be this one.",
        user_text(s.server), quoted(s.environment.name), quoted(record.name), id_text(record.id), record.environment,
        user_text(s.server));
    result.remedy = remedy_for(reply, s);
    result.evidence.push_back({reply.method, reply.target, reply.status, reply.message});
}

void say_environment_not_visible(const Situation& s, StackResult& result) {
    result.verdict = Verdict::not_visible;
    result.message = fmt::format("{} sees no environment {}, which proves nothing: others may be hidden, and none of "
                                 "that name is remembered.",
                                 user_text(s.server), quoted(s.environment.name));
    result.remedy = fmt::format("Check the name, or ask an administrator to give {} access to the environment.",
                                user_text(s.server));
}

void say_ambiguous(const Situation& s, StackResult& result) {
    std::vector<std::string> ids;
    ids.reserve(s.match.ambiguous.size());
    for (const StackRecord* record : s.match.ambiguous) ids.push_back(std::to_string(record->id));
    result.verdict = Verdict::error;
    result.exists = true;
    result.message = fmt::format("Several stacks in {} match {} equally (ambiguous: ids {}).",
                                 environment_text(s.environment), quoted(s.stack.name), join(ids, ", "));
    result.remedy = "Remove or rename all but one of them in Portainer.";
}

void say_undecided(const Situation&, StackResult& result) {
    result.verdict = Verdict::error;
    result.message = "No rule fits what was read: this is a bug of Mooring.";
    result.remedy = "Please report it with the output of `--format json`.";
}

} // namespace mooring::drift
