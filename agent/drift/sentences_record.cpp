// Conclusions about a record that could not be read, or not in full.
#include "base/text.hpp"
#include "drift/sentences.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <string_view>
#include <utility>

namespace mooring::drift {
namespace {

StackId id_of(const Situation& s) { return s.record != nullptr ? s.record->id : s.known_id().value_or(0); }

const Reply& first(const std::vector<const Reply*>& replies, bool (*fits)(const Reply&)) {
    return **std::ranges::find_if(replies, [&](const Reply* reply) { return fits(*reply); });
}

std::string why_refused(const Situation& s, Cause cause) {
    const std::string user = user_text(s.server);
    switch (cause) {
    case Cause::environment:
        return fmt::format("{} has no access to {}", user, environment_text(s.where()));
    case Cause::resource_control:
    case Cause::name_taken:
        return fmt::format("its access control names neither {} nor a team that {} is in", user, user);
    case Cause::stack_management_disabled:
        return fmt::format("stack management is disabled for users in {}", environment_text(s.where()));
    case Cause::role:
        return fmt::format("the role of {} does not allow to read it", user);
    case Cause::credentials:
        return fmt::format("the access token of {} was refused", user);
    case Cause::git_source:
        return fmt::format("{} may not see from which Git repository it comes", user);
    case Cause::namespace_:
        return fmt::format("{} may not look into its namespace", user);
    case Cause::kind:
        return fmt::format("{} may not see all of its kinds of objects", user);
    case Cause::unknown:
        break;
    }
    return "the server refuses to show it, for a reason that Mooring does not know";
}

void deny(const Situation& s, const Reply& reply, StackResult& result) {
    result.verdict = Verdict::denied;
    result.cause = reply.cause.value_or(Cause::unknown);
    result.remedy = remedy_for(reply, s);
}

bool fails(const Reply& reply) {
    return !reply.ok() && !reply.denied() && reply.outcome != Outcome::object_absent &&
           reply.outcome != Outcome::not_served;
}

// "Not read: Role/deployer, Role/reader." of a cluster.
std::string objects_unread(const Situation& s) {
    std::vector<std::string> names = s.of_runtime.unread;
    std::erase(names, "runtime");
    return names.empty() ? "" : fmt::format(" Not read: {}.", printable(join(names, ", "), 600));
}

} // namespace

void say_orphaned(const Situation& s, StackResult& result) {
    result.verdict = Verdict::orphaned;
    result.exists = true;
    result.id = id_of(s);
    result.message = fmt::format("The record of the stack exists {}, but its environment {} no longer does.",
                                 id_text(id_of(s)), environment_label(s.where()));
    result.remedy = "Ask an administrator to associate the stack with an environment, or to remove its record.";
}

void say_refused(const Situation& s, StackResult& result) {
    const Reply& reply = first(own_replies(s), refused_known);
    deny(s, reply, result);
    result.exists = true;
    result.id = id_of(s);
    result.message = fmt::format("The stack exists {}, but {}.", id_text(id_of(s)), why_refused(s, *reply.cause));
}

void say_refused_unknown(const Situation& s, StackResult& result) {
    const Reply& reply = first(all_replies(s), refused_unknown);
    deny(s, reply, result);
    if (s.present()) result.exists = true;
    const std::string whether = s.present() ? fmt::format("The stack exists {}", id_text(s.record->id))
                                            : std::string("Whether the stack exists is not known");
    result.message = fmt::format("{}; {}.", whether, why_refused(s, Cause::unknown));
}

void say_runtime_refused(const Situation& s, StackResult& result) {
    const Reply& reply = first(runtime_replies(s), refused_known);
    deny(s, reply, result);
    // Of a listed stack's own container the question is not who holds the name, but who may see it.
    if (result.cause == Cause::name_taken) result.cause = Cause::resource_control;
    result.exists = true;
    const bool of_cluster = result.cause == Cause::namespace_ || result.cause == Cause::kind;
    // Of a cluster the refusals stand below, with the objects; its own words are long.
    const std::string why = of_cluster ? why_refused(s, *result.cause) : "not all of what runs: " + answer_text(reply);
    result.message = fmt::format("The stack exists {} and its file was read, but {}.", id_text(s.record->id), why);
    if (!of_cluster) result.message += objects_unread(s);
}

void say_list_and_record_disagree(const Situation& s, StackResult& result) {
    result.verdict = Verdict::error;
    result.message = fmt::format("List and record disagree: the stack is listed {}, and its file answers that there is "
                                 "no such stack.",
                                 id_text(s.record->id));
    result.remedy = "Check again in a while; if it stays so, look into the log of the server.";
}

void say_file_lost(const Situation& s, StackResult& result) {
    result.verdict = Verdict::error;
    result.exists = true;
    result.message = fmt::format("The stack exists {}, but the server has lost its file.", id_text(s.record->id));
    result.remedy = remedy_for(s.facts.file.reply, s);
}

void say_git_settings_not_deployed(const Situation& s, StackResult& result) {
    result.verdict = Verdict::error;
    result.exists = true;
    result.message = fmt::format("The Git settings of the stack {} were changed and not deployed: until they are, the "
                                 "server does not show its file.",
                                 id_text(s.record->id));
    result.remedy = remedy_for(s.facts.file.reply, s);
}

void say_unreachable(const Situation& s, StackResult& result) {
    std::vector<const Reply*> replies{&s.facts.file.reply};
    if (s.place.standing == Standing::unavailable) replies.push_back(&s.place.reply);
    for (const Reply* reply : runtime_replies(s)) replies.push_back(reply);
    const Reply& reply = first(replies, fails);
    const std::string_view what = &reply == &s.place.reply ? "its environment" : "what runs";
    result.verdict = Verdict::unreachable;
    result.exists = true;
    result.message = fmt::format("The stack exists {}, but {} could not be read: {}.", id_text(s.record->id),
                                 &reply == replies.front() ? "its file" : what, answer_text(reply));
    result.remedy = remedy_for(reply, s);
}

void say_swarm_left(const Situation& s, StackResult& result) {
    const Reply& reply = *no_manager(s);
    const std::string which =
        s.present() ? fmt::format("The stack exists {}, but the", id_text(s.record->id)) : std::string("The");
    result.verdict = Verdict::error;
    if (s.present()) result.exists = true;
    result.message =
        fmt::format("{} node of {} has left its swarm, or is a worker, so what runs could not be read: {}.", which,
                    environment_text(s.where()), answer_text(reply));
    result.remedy = fmt::format("Point the environment {} at a manager of the swarm, or make its node one again.",
                                environment_text(s.where()));
}

void say_git_source_unread(const Situation& s, StackResult& result) {
    result.verdict = Verdict::denied;
    result.cause = Cause::git_source;
    result.exists = true;
    result.message =
        fmt::format("The stack exists {} and comes from Git, but {}: this version of Portainer shows it to "
                    "administrators alone. Its Git settings were not compared.",
                    id_text(s.record->id), why_refused(s, Cause::git_source));
    result.remedy = fmt::format("Declare `git: any` in {}:{}, or check with an administrator's access token.",
                                printable(s.stack.where.file, 200), s.stack.where.line);
}

} // namespace mooring::drift
