// Conclusions about a stack that is in no list.
#include "base/text.hpp"
#include "drift/explain.hpp"
#include "model/names.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <string_view>

namespace mooring::drift {
namespace {

constexpr std::size_t most_tried = 6;

std::string in_environment(const Situation& s) { return environment_text(s.environment); }

// "stack 31 (404), container web-web-1 (404)"
std::string tried(const Situation& s) {
    std::vector<std::string> parts;
    if (const Reply* reply = s.by_id()) {
        parts.push_back(fmt::format("stack {} ({})", s.match.remembered->id, reply->status));
    }
    for (const NameProbe& probe : s.facts.probes) {
        parts.push_back(
            fmt::format("{} {} ({})", to_string(probe.kind), printable(probe.name, 100), probe.reply.status));
    }
    if (parts.size() > most_tried) {
        const std::size_t more = parts.size() - most_tried;
        parts.resize(most_tried);
        parts.push_back(fmt::format("and {} more", more));
    }
    return parts.empty() ? "nothing, there was no name or id to ask for" : join(parts, ", ");
}

// What runs there under the project's name although no record has it: creating the stack would adopt it.
std::string made_outside(const Situation& s) {
    const auto found = s.server.runtime.find(*s.environment.id);
    if (found == s.server.runtime.end()) return {};
    const std::string project = normalise_stack_name(s.stack.name);
    std::size_t count = 0;
    if (const auto& containers = found->second.containers.value) {
        count += static_cast<std::size_t>(std::ranges::count(*containers, project, &Container::project));
    }
    if (const auto& services = found->second.services.value) {
        count += static_cast<std::size_t>(std::ranges::count(*services, project, &SwarmService::namespace_));
    }
    if (count == 0) return {};
    return fmt::format(" But {} container{} or services of the project {} are there: they were made outside Portainer, "
                       "and creating the stack would adopt them.",
                       count, count == 1 ? "" : "s", quoted(project));
}

void say_missing(StackResult& result, Proof proof, std::string message) {
    result.verdict = Verdict::missing;
    result.proof = proof;
    result.exists = false;
    result.message = std::move(message);
    result.remedy = "Create the stack in Portainer, or remove it from the manifests.";
}

// The reply that ended in 5xx, a timeout or something that is not the API's.
bool has_failed(const Reply& reply) { return says_nothing(reply); }

std::string why_not_visible(const Situation& s) {
    if (s.stack.type == StackType::kubernetes) return "Kubernetes stacks are in no user's list";
    if (const NameProbe* probe = find_probe(s, [](const Reply& reply) { return reply.ok(); })) {
        return fmt::format("the {} {} is there, so something of that name stands", to_string(probe->kind),
                           quoted(probe->name));
    }
    const auto hidden_volume = [](const NameProbe& probe) { return probe.reply.denied(); };
    if (std::ranges::any_of(s.facts.probes, hidden_volume)) return "a removed stack leaves hidden volumes behind, too";
    if (s.match.remembered == nullptr) return "no earlier run remembers its id";
    if (!s.declared_running()) return "a stopped stack leaves no trace on the host";
    return "not every service has a name that can be asked for";
}

} // namespace

void say_remembered_but_unlisted(const Situation& s, StackResult& result) {
    result.verdict = Verdict::error;
    result.exists = true;
    result.id = s.match.remembered->id;
    result.message = fmt::format("List and record disagree: stack {} answers as remembered, and is in neither of two "
                                 "lists.",
                                 s.match.remembered->id);
    result.remedy = "Check again in a while; if it stays so, look into the log of the server.";
}

void say_absent_unreachable(const Situation& s, StackResult& result) {
    result.verdict = Verdict::unreachable;
    const std::vector<const Reply*> replies = all_replies(s);
    const auto failed = std::ranges::find_if(replies, [](const Reply* reply) { return has_failed(*reply); });
    const std::string why =
        failed == replies.end() ? std::string("what could tell was not asked") : answer_text(**failed);
    result.message = fmt::format("Not in the list that {} may see, and nothing more could be learned: {}.",
                                 user_text(s.server), why);
    if (failed != replies.end()) result.remedy = remedy_for(**failed, s);
}

void say_environment_gone(const Situation& s, StackResult& result) {
    const Reply* by_id = s.by_id();
    const bool id_gone = by_id != nullptr && by_id->outcome == Outcome::stack_gone;
    const std::string proof = id_gone ? fmt::format("stack {} answers 404 too", s.match.remembered->id)
                                      : std::string("the complete list does not have it");
    // A younger record that was hidden there may be left over: nobody but an administrator sees it.
    const std::string_view rest = s.complete ? "" : " A hidden re-creation, orphaned with it, cannot be excluded.";
    say_missing(result, Proof::environment_gone,
                fmt::format("Proof: the environment {} does not exist any more, and {}.{}",
                            environment_label(s.environment), proof, rest));
    result.remedy = "Declare the stack for another environment, or remove it from the manifests.";
}

void say_environment_id_unknown(const Situation& s, StackResult& result) {
    result.verdict = Verdict::error;
    result.message =
        fmt::format("There is no environment {} on this server, and none is remembered.", s.environment.id.value_or(0));
    result.remedy =
        fmt::format("Correct `environment` in {}:{}.", printable(s.stack.where.file, 200), s.stack.where.line);
}

void say_environment_gone_unproven(const Situation& s, StackResult& result) {
    result.verdict = Verdict::not_visible;
    result.message = fmt::format("The environment {} answers 404, but the list is filtered, so that a record left over "
                                 "from it cannot be excluded. Tried: {}.",
                                 environment_label(s.environment), tried(s));
    result.remedy = "Check the environment in the manifest, or use the access token of an administrator.";
}

void say_absence_seen_once(const Situation& s, StackResult& result) {
    result.verdict = Verdict::pending;
    result.message =
        fmt::format("Absent from the complete list, seen once so far: a stack can vanish from the list for "
                    "a moment.{}",
                    made_outside(s));
    result.remedy = "Check again.";
}

void say_absent_from_complete_list(const Situation& s, StackResult& result) {
    say_missing(result, Proof::complete_list,
                fmt::format("Proof: {} is an administrator, whose list is complete, and no stack {} in {} was in it, "
                            "{}.{}",
                            user_text(s.server), quoted(s.stack.name), in_environment(s),
                            s.facts.round == 2 ? "twice" : "in two runs", made_outside(s)));
}

void say_environment_refused(const Situation& s, StackResult& result) {
    const std::vector<const Reply*> replies = all_replies(s);
    const Reply& reply = **std::ranges::find_if(replies, [](const Reply* r) { return refused_known(*r); });
    result.verdict = Verdict::denied;
    result.cause = reply.cause;
    result.message = fmt::format("{} has no access to {}, so whether the stack exists is not known.",
                                 user_text(s.server), in_environment(s));
    result.remedy = remedy_for(reply, s);
}

void say_name_taken(const Situation& s, StackResult& result) {
    const NameProbe& probe = *find_probe(s, [](const Reply& reply) { return reply.denied(); });
    result.verdict = Verdict::denied;
    result.cause = Cause::name_taken;
    result.message =
        fmt::format("Not in the list that {} may see, but something hidden holds the name of its {} {}: the "
                    "stack itself, or something made outside Portainer.",
                    user_text(s.server), to_string(probe.kind), quoted(probe.name));
    result.remedy = remedy_for(probe.reply, s);
    result.evidence.push_back({probe.reply.method, probe.reply.target, probe.reply.status, probe.reply.message});
}

void say_remembered_id_gone(const Situation& s, StackResult& result) {
    say_missing(result, Proof::remembered_id_gone,
                fmt::format("Proof: stack {}, seen on {}, answers 404; so does all that it would run. A stopped hidden "
                            "re-creation cannot be excluded.",
                            s.match.remembered->id, format_utc_date(s.match.remembered->seen_at)));
}

void say_not_visible(const Situation& s, StackResult& result) {
    result.verdict = Verdict::not_visible;
    result.message = fmt::format("Not in the list that {} may see, which proves nothing: {}. Tried: {}.",
                                 user_text(s.server), why_not_visible(s), tried(s));
    result.remedy = fmt::format("Ask an administrator to share the stack with {}, or check once with an "
                                "administrator's token and `--ledger FILE`.",
                                user_text(s.server));
}

} // namespace mooring::drift
