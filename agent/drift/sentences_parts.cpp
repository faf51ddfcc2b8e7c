// What the conclusions look up and how they call things.
#include "base/text.hpp"
#include "drift/sentences.hpp"
#include "model/stack.hpp"
#include "portainer/causes.hpp"
#include "words/words.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>

namespace mooring::drift {
namespace {

void append(std::vector<const Reply*>& all, const std::vector<const Reply*>& more) {
    all.insert(all.end(), more.begin(), more.end());
}

} // namespace

std::vector<const Reply*> own_replies(const Situation& s) {
    std::vector<const Reply*> replies;
    if (s.by_id() != nullptr) replies.push_back(s.by_id());
    if (s.present()) replies.push_back(&s.facts.file.reply);
    return replies;
}

std::vector<const Reply*> environment_replies(const Situation& s) {
    std::vector<const Reply*> replies;
    if (s.environment.reply.asked()) replies.push_back(&s.environment.reply);
    const bool elsewhere = s.present() && s.place.id != s.environment.id;
    if (elsewhere && s.place.reply.asked()) replies.push_back(&s.place.reply);
    return replies;
}

std::vector<const Reply*> runtime_replies(const Situation& s) {
    std::vector<const Reply*> replies;
    if (!s.wants_runtime) return replies;
    if (s.runtime != nullptr) replies.push_back(s.runtime);
    replies.insert(replies.end(), s.of_runtime.inspected.begin(), s.of_runtime.inspected.end());
    for (const NameProbe& probe : s.facts.container_probes) replies.push_back(&probe.reply);
    return replies;
}

std::vector<const Reply*> probe_replies(const Situation& s) {
    std::vector<const Reply*> replies;
    if (s.present()) return replies;
    for (const NameProbe& probe : s.facts.probes) replies.push_back(&probe.reply);
    return replies;
}

std::vector<const Reply*> all_replies(const Situation& s) {
    std::vector<const Reply*> all = environment_replies(s);
    append(all, own_replies(s));
    append(all, runtime_replies(s));
    append(all, probe_replies(s));
    return all;
}

const NameProbe* find_probe(const Situation& s, bool (*fits)(const Reply&)) {
    if (s.present()) return nullptr;
    const auto found = std::ranges::find_if(
        s.facts.probes, [&](const NameProbe& probe) { return probe.kind != DockerKind::volume && fits(probe.reply); });
    return found == s.facts.probes.end() ? nullptr : &*found;
}

const StackRecord* record_in_denied_environment(const Situation& s) {
    for (const auto& [id, answer] : s.server.environments_by_id) {
        if (!answer.reply.denied()) continue;
        for (const StackRecord* record : match::records_near(s.server, s.facts.round, id, s.stack.name)) {
            if (match::same_stack_name(s.stack.name, record->name, s.stack.type == StackType::kubernetes))
                return record;
        }
    }
    return nullptr;
}

bool is_another_than_tied(const Situation& s, const StackRecord& record) {
    const StackTie& tie = *s.stack.tie;
    if (record.id != tie.id) return false;
    return tie.created ? *tie.created != record.created_at : s.server.redated.contains(tie.id);
}

std::optional<Orphan> orphan_of_name(const Situation& s) {
    if (!s.environment.id || s.stack.tie) return std::nullopt;
    const bool exact = s.stack.type == StackType::kubernetes;
    const auto is_gone = [&](EnvironmentId id) {
        return id != *s.environment.id && match::resolve_environment(id, s.server).reach == Reach::gone;
    };
    for (const StackRecord& record : match::records_of(s.server, s.facts.round)) {
        const bool same =
            match::same_stack_name(s.stack.name, record.name, exact) && record.namespace_ == s.stack.namespace_;
        if (same && is_gone(record.environment) && !s.server.tied.contains(record.id))
            return Orphan{.id = record.id, .environment = record.environment, .listed = true};
    }
    for (const auto& [id, memory] : s.server.memory.stacks) { // of an environment that was rebuilt under its name
        const bool same =
            match::same_stack_name(s.stack.name, memory.name, exact) && memory.namespace_ == s.stack.namespace_;
        if (same && memory.environment_name == s.environment.name && is_gone(memory.environment_id))
            return Orphan{.id = id, .environment = memory.environment_id};
    }
    return std::nullopt;
}

const Reply* no_manager(const Situation& s) {
    const auto says_so = [](const Reply* reply) {
        return reply->status == 503 && to_lower(reply->message).find("not a swarm manager") != std::string::npos;
    };
    const bool swarm = s.present() ? s.record->type == StackType::swarm : s.stack.type == StackType::swarm;
    if (!swarm) return nullptr;
    const std::vector<const Reply*> replies = s.present() ? runtime_replies(s) : probe_replies(s);
    const auto found = std::ranges::find_if(replies, says_so);
    return found == replies.end() ? nullptr : *found;
}

bool absence_was_seen_before(const Situation& s) {
    const bool exact = s.stack.type == StackType::kubernetes;
    return std::ranges::any_of(s.server.memory.absences, [&](const RememberedAbsence& absence) {
        return absence.environment_id == s.environment.id && absence.namespace_ == s.stack.namespace_ &&
               match::same_stack_name(absence.name, s.stack.name, exact) &&
               match::still_counts(absence, s.server.now, s.options.absences_apart) &&
               s.server.now - absence.first_seen >= s.options.absence_window.count();
    });
}

std::string user_text(const ServerFacts& server) {
    const auto& identity = server.identity_before.value;
    return identity && !identity->username.empty() ? printable(identity->username, words::most_of_a_name)
                                                   : "this token's user";
}

std::string environment_text(const ResolvedEnvironment& environment) {
    return words::environment_phrase(environment.name, environment.id);
}

std::string environment_label(const ResolvedEnvironment& environment) {
    return words::environment_after_word(environment.name, environment.id);
}

std::string id_text(StackId id) { return fmt::format("(id {})", id); }

std::string in_ticks(std::string_view name) { return "`" + printable(name, words::most_of_a_name) + "`"; }

std::string answer_text(const Reply& reply) {
    const std::string said = reply.message.empty() ? "" : fmt::format(" \"{}\"", printable(reply.message));
    if (!reply.asked()) return "The request was not completed";
    if (reply.target.empty()) return printable(reply.message); // nothing could be sent
    const std::string target = printable(reply.target);
    if (reply.status == 0) return fmt::format("{} {} got no answer{}", reply.method, target, said);
    return fmt::format("{} {} answered {}{}", reply.method, target, reply.status, said);
}

std::string remedy_for(const Reply& reply, const Situation& s) {
    const auto& identity = s.server.identity_before.value;
    return portainer::remedy(reply, {.user = identity ? printable(identity->username, words::most_of_a_name) : "",
                                     .stack = printable(s.record != nullptr ? s.record->name : s.stack.name),
                                     .environment = environment_text(s.where()),
                                     .server = printable(s.server.url.empty() ? s.server.name : s.server.url)});
}

} // namespace mooring::drift
