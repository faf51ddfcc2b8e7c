// Conclusions about names and environments (design §3.2, before the table) and about rows that ask nothing.
#include "base/text.hpp"
#include "drift/sentences.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

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
        return fmt::format("There is no {} {} on this server{}", word, in_ticks(name),
                           hint.empty() ? "." : "; " + hint);
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
        fmt::format("The selector {} cannot be expanded: {}.", in_ticks(s.row.selector_text), answer_text(reply));
    result.remedy = remedy_for(reply, s);
    result.evidence.push_back({reply.method, reply.target, reply.status, reply.message});
}

const StackRecord& older_of(const std::vector<const StackRecord*>& records) {
    return **std::ranges::min_element(records, {},
                                      [](const StackRecord* r) { return std::pair(r->created_at, r->id); });
}

const StackRecord& younger_of(const std::vector<const StackRecord*>& records) {
    return **std::ranges::max_element(records, {},
                                      [](const StackRecord* r) { return std::pair(r->created_at, r->id); });
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
                                     in_ticks(s.row.selector_text), user_text(s.server));
        result.remedy = "Name the environments (`environments: {names: [...]}`), or use an administrator's token.";
        return;
    }
    result.verdict = Verdict::error;
    result.message = unknown_words(selector.tags, s.server.tags, "tag");
    if (result.message.empty()) result.message = unknown_words({selector.group}, s.server.groups, "environment group");
    if (result.message.empty()) {
        result.message =
            fmt::format("No environment has {}: the stack is declared nowhere.", in_ticks(s.row.selector_text));
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
        user_text(s.server), in_ticks(s.environment.name), in_ticks(record.name), id_text(record.id),
        record.environment, user_text(s.server));
    result.remedy = remedy_for(reply, s);
    result.evidence.push_back({reply.method, reply.target, reply.status, reply.message});
}

void say_environment_not_visible(const Situation& s, StackResult& result) {
    result.verdict = Verdict::not_visible;
    result.message = fmt::format("{} sees no environment {}, which proves nothing: others may be hidden, and none of "
                                 "that name is remembered.",
                                 user_text(s.server), in_ticks(s.environment.name));
    result.remedy = fmt::format("Check the name, or ask an administrator to give {} access to the environment.",
                                user_text(s.server));
}

void say_ambiguous(const Situation& s, StackResult& result) {
    std::vector<std::string> ids;
    ids.reserve(s.found.ambiguous.size());
    for (const StackRecord* record : s.found.ambiguous) ids.push_back(std::to_string(record->id));
    result.verdict = Verdict::error;
    result.exists = true;
    result.message = fmt::format("Several stacks in {} match {} equally (ambiguous: ids {}).",
                                 environment_text(s.environment), in_ticks(s.stack.name), join(ids, ", "));
    if (s.kubernetes()) {
        result.remedy = "Tie the manifest to the one that is meant: `stack: {id: N}`.";
        return;
    }
    // Two creates at once make two records of one project (2.43.0): its containers go with whichever is deleted.
    result.remedy = fmt::format(
        "Stop using both. Both hold one project: an administrator deletes the younger (id {}), which takes the "
        "containers of both down; volumes stay. Then deploy the other (id {}) anew.",
        younger_of(s.found.ambiguous).id, older_of(s.found.ambiguous).id);
}

void say_meant_twice(const Situation& s, StackResult& result) {
    const StackRecord& record = *s.found.tied_elsewhere;
    const SourceLocation& other = s.server.tied.at(record.id);
    result.verdict = Verdict::error;
    result.exists = true;
    result.message = fmt::format("Two manifests mean stack {}: this one by its name, and {}:{} by its id.", record.id,
                                 printable(other.file, 200), other.line);
    result.remedy = "Remove one of them.";
}

void say_nameless(const Situation& s, StackResult& result) {
    std::vector<std::string> ids;
    for (const StackRecord* record : match::nameless_records(s.stack, *s.environment.id, s.server, s.facts.round)) {
        ids.push_back(std::to_string(record->id));
    }
    const bool one = ids.size() == 1;
    result.verdict = Verdict::error;
    result.message =
        fmt::format("Stack{} {} of this namespace ({}) {} no name, so that it may be the one that is meant.",
                    one ? "" : "s", join(ids, ", "), in_ticks(s.stack.namespace_), one ? "has" : "have");
    result.remedy = fmt::format("Say `stack: {{id: {}}}` in {}:{} if it is meant.", ids.front(),
                                printable(s.stack.where.file, 200), s.stack.where.line);
}

void name_orphan(const Situation& s, StackResult& result) {
    if (result.verdict != Verdict::missing && result.verdict != Verdict::pending &&
        result.verdict != Verdict::not_visible && result.verdict != Verdict::deleted)
        return;
    const auto orphan = orphan_of_name(s);
    if (!orphan) return;
    result.message += fmt::format(" Stack {}{} of this name lies in environment {}, which does not exist any more.",
                                  orphan->id, orphan->listed ? "" : ", which was seen once,", orphan->environment);
    result.remedy = fmt::format("If it is the one that is meant, an administrator can associate it with an environment "
                                "that exists (Stacks > the stack > Associate). Otherwise: {}",
                                result.remedy);
}

void say_tied_to_another(const Situation& s, StackResult& result) {
    result.verdict = Verdict::error;
    result.exists = true;
    result.message =
        fmt::format("The manifest is tied to stack {}, but the stack that has this id now, {}, was created "
                    "on {}: it is another one.",
                    s.stack.tie->id, in_ticks(s.record->name), format_utc(s.record->created_at));
    result.remedy = fmt::format("Correct `stack` in {}:{}: its `id` and `created` must be those of the stack meant.",
                                printable(s.stack.where.file, 200), std::max(s.stack.tie->line, s.stack.where.line));
}

void say_undecided(const Situation&, StackResult& result) {
    result.verdict = Verdict::error;
    result.message = "No rule fits what was read: this is a bug of Mooring.";
    result.remedy = "Please report it with the output of `--format json`.";
}

} // namespace mooring::drift
