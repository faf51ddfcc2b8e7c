// Conclusions about a stack that is in no list.
#include "base/text.hpp"
#include "drift/observe.hpp"
#include "drift/sentences.hpp"
#include "model/stack.hpp"
#include "words/words.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <string_view>
#include <utility>

namespace mooring::drift {
namespace {

constexpr std::size_t most_tried = 6;

std::string in_environment(const Situation& s) { return environment_text(s.environment); }

std::vector<std::string> asked_names(const Situation& s) {
    std::vector<std::string> parts;
    parts.reserve(s.facts.probes.size());
    for (const NameProbe& probe : s.facts.probes) {
        parts.push_back(
            fmt::format("{} {} ({})", to_string(probe.kind), printable(probe.name, 100), probe.reply.status));
    }
    return parts;
}

std::string first_of(std::vector<std::string> parts) {
    return join(words::with_the_rest_counted(std::move(parts), most_tried), ", ");
}

// "container web-web-1 (404), network web_default (404)"
std::string names_asked(const Situation& s) { return first_of(asked_names(s)); }

// "stack 31 (404), container web-web-1 (404)"
// "api/v1/namespaces/shop/pods (200)": what of a cluster was asked for labels.
std::string cluster_path(const Reply& reply) {
    constexpr std::string_view before = "/kubernetes/";
    const std::size_t at = reply.target.find(before);
    std::string_view path = reply.target;
    if (at != std::string::npos) path.remove_prefix(at + before.size());
    return fmt::format("{} ({})", printable(path.substr(0, path.find('?')), 200), reply.status);
}

std::string tried(const Situation& s) {
    std::vector<std::string> parts = asked_names(s);
    if (const Reply* reply = s.by_id()) {
        parts.insert(parts.begin(), fmt::format("stack {} ({})", s.known_id().value_or(0), reply->status));
    }
    if (s.labels) {
        for (const Reply* reply : runtime::cluster_replies(*s.labels)) parts.push_back(cluster_path(*reply));
    }
    return parts.empty() ? "nothing, there was no name or id to ask for" : first_of(std::move(parts));
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
    return fmt::format(
        " However, {} or services of the project {} are there, made outside Portainer: creating the stack "
        "would adopt them.",
        words::counted(count, "container"), in_ticks(project));
}

void say_missing(StackResult& result, Proof proof, std::string message) {
    result.verdict = Verdict::missing;
    result.proof = proof;
    result.exists = false;
    result.message = std::move(message);
    result.remedy = "Create the stack in Portainer, or remove it from the manifests.";
}

// "Stack 31, seen on 2026-11-20, is deleted (its id answers 404)"
std::string deleted_words(const Situation& s) {
    return fmt::format("Stack {}, seen on {}, is deleted (its id answers 404)", s.found.remembered->id,
                       format_utc_date(s.found.remembered->seen_at));
}

// What the names on the host tell of a successor that this token may not see.
std::string traces(const Situation& s) {
    if (s.facts.probes.empty()) return " There was no name to ask for.";
    if (const NameProbe* probe = find_probe(s, [](const Reply& reply) { return reply.ok(); })) {
        return fmt::format(" The {} {} is there, so something of that name stands. Asked: {}.", to_string(probe->kind),
                           in_ticks(probe->name), names_asked(s));
    }
    const bool nothing = s.facts.desired && nothing_of_it_runs(s.stack, *s.facts.desired, s.facts.probes);
    return fmt::format(" {}: {}.",
                       nothing ? "Nothing of it runs" : "No container, service or network of its name is there",
                       names_asked(s));
}

// The reply that ended in 5xx, a timeout or something that is not the API's.
bool has_failed(const Reply& reply) { return says_nothing(reply); }

std::string why_not_visible(const Situation& s) {
    if (s.stack.type == StackType::kubernetes) return "Kubernetes stacks are in no user's list";
    if (const NameProbe* probe = find_probe(s, [](const Reply& reply) { return reply.ok(); })) {
        return fmt::format("the {} {} is there, so something of that name stands", to_string(probe->kind),
                           in_ticks(probe->name));
    }
    const auto hidden_volume = [](const NameProbe& probe) { return probe.reply.denied(); };
    if (std::ranges::any_of(s.facts.probes, hidden_volume)) return "a removed stack leaves hidden volumes behind, too";
    if (s.found.remembered == nullptr) return "no earlier run remembers its id";
    return "more ids stood there than are remembered";
}

} // namespace

void say_remembered_but_unlisted(const Situation& s, StackResult& result) {
    result.verdict = Verdict::error;
    result.exists = true;
    result.id = s.known_id();
    result.message = fmt::format("List and record disagree: stack {} answers as remembered, and is in neither of two "
                                 "lists.",
                                 s.known_id().value_or(0));
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
    say_missing(result, Proof::environment_gone,
                fmt::format("Proof: the environment {} does not exist any more, and the complete list does not have "
                            "the stack.",
                            environment_label(s.environment)));
    result.remedy = "Declare the stack for another environment, or remove it from the manifests.";
}

void say_deleted_with_environment(const Situation& s, StackResult& result) {
    result.verdict = Verdict::deleted;
    result.message = fmt::format("{}, and its environment {} does not exist any more. Whether a stack of that name "
                                 "that {} may not see was left over from it cannot be seen.",
                                 deleted_words(s), environment_label(s.environment), user_text(s.server));
    result.remedy = "Declare the stack for another environment, or remove it from the manifests. Whether something of "
                    "it was left over, an administrator's token shows.";
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
                                 "from it cannot be ruled out. Tried: {}.",
                                 environment_label(s.environment), tried(s));
    result.remedy = "Check the environment in the manifest, or use the access token of an administrator.";
}

void say_absence_seen_once(const Situation& s, StackResult& result) {
    result.verdict = Verdict::pending;
    result.message =
        fmt::format("The stack is missing from the complete list for the first time; Mooring waits for a second run "
                    "before it reports it as missing.{}",
                    made_outside(s));
    result.remedy = "Check again.";
}

void say_absent_from_complete_list(const Situation& s, StackResult& result) {
    say_missing(result, Proof::complete_list,
                fmt::format("Proof: {} is an administrator, whose list is complete, and no stack {} in {} was in it, "
                            "{}.{}",
                            user_text(s.server),
                            s.stack.tie ? fmt::format("with the id {}", s.stack.tie->id) : in_ticks(s.stack.name),
                            in_environment(s), s.facts.round == 2 ? "twice" : "in two runs", made_outside(s)));
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
                    user_text(s.server), to_string(probe.kind), in_ticks(probe.name));
    result.remedy = remedy_for(probe.reply, s);
    result.evidence.push_back({probe.reply.method, probe.reply.target, probe.reply.status, probe.reply.message});
}

void say_deleted(const Situation& s, StackResult& result) {
    result.verdict = Verdict::deleted;
    result.message =
        fmt::format("{}.{} Whether a stack of that name that {} may not see took its place cannot be seen.",
                    deleted_words(s), traces(s), user_text(s.server));
    result.remedy = fmt::format("Ask an administrator whether the stack was made anew, and to share it with {}. If it "
                                "was not: create it in Portainer, or remove it from the manifests.",
                                user_text(s.server));
}

void say_tied_id_gone(const Situation& s, StackResult& result) {
    say_missing(result, Proof::id_gone,
                fmt::format("Proof: the manifest is tied to stack {}, and its id answers 404, as it does to everybody.",
                            s.stack.tie->id));
    result.remedy =
        fmt::format("Correct or remove `stack: {{id: {}}}` in {}:{}, or remove the manifest.", s.stack.tie->id,
                    printable(s.stack.where.file, 200), std::max(s.stack.tie->line, s.stack.where.line));
}

void say_not_visible(const Situation& s, StackResult& result) {
    result.verdict = Verdict::not_visible;
    result.message = fmt::format("Not in the list that {} may see, which proves nothing: {}. Tried: {}.",
                                 user_text(s.server), why_not_visible(s), tried(s));
    result.remedy = fmt::format("Ask an administrator to share the stack with {}, or check once with an "
                                "administrator's token and `--ledger FILE`.",
                                user_text(s.server));
    if (s.stack.type != StackType::kubernetes) return;
    result.remedy =
        "Tie the manifest to the stack's id (`stack: {id: N}`), or check once with an administrator's token "
        "and `--ledger FILE`.";
}

} // namespace mooring::drift
