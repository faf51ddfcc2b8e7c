// Conclusions about a record that was read.
#include "base/text.hpp"
#include "drift/sentences.hpp"
#include "words/amounts.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <string_view>
#include <vector>

namespace mooring::drift {
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
}

} // namespace mooring::drift
