// Conclusions about a record that could not be read, or not in full.

#include "base/text.hpp"
#include "drift/sentences.hpp"
#include "words/words.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <string_view>
#include <utility>
#include <vector>

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
    if (s.place.reach == Reach::unavailable) replies.push_back(&s.place.reply);
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

// Conclusions about a record that was read.

namespace {

void say_error(const Situation& s, StackResult& result, std::string message, std::string remedy) {
    result.verdict = Verdict::error;
    result.exists = true;
    result.message = fmt::format("The stack {} cannot be compared: {}.", id_text(s.record->id), std::move(message));
    result.remedy = std::move(remedy);
}

// What was read and agrees, as people count it.
std::string what_agrees(const Situation& s) {
    if (const auto* git = std::get_if<DesiredGit>(&s.stack.source)) {
        return git->any ? "Record" : "Record and Git settings";
    }
    return "Record and file";
}

// What has stopped and was declared a service may be a job that nobody declared.
std::string about_jobs(const Situation& s) {
    const auto& ended = s.of_runtime.ended;
    if (ended.empty()) return {};
    std::vector<std::string> names(ended.size());
    std::ranges::transform(ended, names.begin(), [](const std::string& name) { return in_ticks(name); });
    return ended.size() == 1
               ? fmt::format(" {} has stopped: if it is meant to end, declare it under `jobs`.", names.front())
               : fmt::format(" {} have stopped: if they are meant to end, declare them under `jobs`.",
                             join(names, ", "));
}

std::string moved_text(const Situation& s) {
    const bool renamed = s.record->environment == s.environment.id;
    if (renamed) return fmt::format("it is now called {}", in_ticks(s.record->name));
    return fmt::format("it is now in {}", environment_text(s.place));
}

// What is to be done about changes that do not say it themselves.
std::string cures_of(const Situation& s, const std::vector<Change>& changes) {
    const auto has = [&](Subject subject) {
        return std::ranges::find(changes, subject, &Change::subject) != changes.end();
    };
    std::string cures;
    if (has(Subject::state) && !s.stack.state) {
        cures += fmt::format(" No `state` is declared, which means running: start the stack, or declare `state: "
                             "stopped`, or `state: any` if it does not matter, in {}:{}.",
                             printable(s.stack.where.file, 200), s.stack.where.line);
    }
    if (has(Subject::polling)) {
        cures +=
            " Nothing polls the repository any more: save the stack's Git settings in Portainer again, which starts "
            "it.";
    }
    if (has(Subject::update))
        cures += " The swarm paused an update or took it back: look at the service's update in Portainer.";
    return cures;
}

} // namespace

void say_access_unread(const Situation& s, StackResult& result) {
    const auto& refusal = s.of_record.refusal;
    const bool failed = refusal && !refusal->denied() && !refusal->ok();
    result.verdict = failed ? Verdict::unreachable : Verdict::denied;
    if (!failed) result.cause = refusal && refusal->cause ? *refusal->cause : Cause::role;
    result.exists = true;
    result.message = fmt::format("The stack exists {}, but a name in the manifest's `access` cannot be resolved with "
                                 "this token{}.",
                                 id_text(s.record->id), refusal ? ": " + answer_text(*refusal) : "");
    if (refusal) result.evidence.push_back({refusal->method, refusal->target, refusal->status, refusal->message});
    result.remedy = failed ? remedy_for(*refusal, s)
                           : "Give users and teams by id (`{id: 3}`), or use the access token of an administrator.";
}

void say_not_comparable(const Situation& s, StackResult& result) {
    std::vector<std::string> reasons = s.of_record.errors;
    if (s.content->problem) reasons.push_back(*s.content->problem);
    reasons.insert(reasons.end(), s.of_runtime.errors.begin(), s.of_runtime.errors.end());
    if (reasons.empty()) reasons.emplace_back("its file could not be understood, so what should run is not known");
    say_error(s, result, printable(join(reasons, "; "), 1000),
              "Correct what the message names; nothing about the stack is claimed until then.");
}

void say_deploying(const Situation& s, StackResult& result) {
    result.verdict = Verdict::pending;
    result.exists = true;
    result.message = fmt::format("The server is deploying the stack {} right now.", id_text(s.record->id));
    result.remedy = "Check again when the deployment has ended.";
}

void say_rolling(const Situation& s, StackResult& result) {
    result.verdict = Verdict::pending;
    result.exists = true;
    result.message = fmt::format("Of the stack {} nothing differs, and it is being rolled out: {}.",
                                 id_text(s.record->id), printable(join(s.of_runtime.rolling, "; "), 1000));
    result.remedy = "Check again when the rollout has ended.";
}

void say_drifted(const Situation& s, StackResult& result) {
    result.verdict = Verdict::drifted;
    result.exists = true;
    result.message = fmt::format("The stack {} differs from its manifest in {}", id_text(s.record->id),
                                 words::counted(result.changes.size(), "place"));
    result.message += s.presence == Presence::moved ? "; " + moved_text(s) + "." : ".";
    result.remedy = "Correct the stack in Portainer, or the manifest." + cures_of(s, result.changes) + about_jobs(s);
}

void say_in_sync(const Situation& s, StackResult& result) {
    result.verdict = Verdict::in_sync;
    result.exists = true;
    result.message = s.stack.runtime
                         ? fmt::format("{} of the stack {} and what runs were read and agree with the manifest.",
                                       what_agrees(s), id_text(s.record->id))
                         : fmt::format("{} of the stack {} were read and agree with the manifest; what runs was not "
                                       "asked (`runtime: false`).",
                                       what_agrees(s), id_text(s.record->id));
    if (result.ignored == 0) return;
    result.message.back() = ',';
    result.message +=
        fmt::format(" but for {} that an ignore rule takes away.", words::counted(result.ignored, "difference"));
}

} // namespace mooring::drift
