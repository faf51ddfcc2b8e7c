#include "drift/judge.hpp"

#include "compare/parts.hpp"
#include "drift/observe.hpp"
#include "drift/sentences.hpp"
#include "drift/situation.hpp"

#include <algorithm>

namespace mooring::drift {
namespace {

void add_evidence(std::vector<Evidence>& evidence, const Reply& reply) {
    if (!reply.asked() || reply.target.empty()) return; // a file that was skipped was not asked for
    evidence.push_back({reply.method, reply.target, reply.status, reply.message});
}

// The lists, and for an absence by complete list also what makes them complete.
void add_lists(const Situation& s, std::vector<Evidence>& evidence) {
    const ServerFacts& server = s.server;
    const bool proves = s.absent() && server.list_complete();
    if (proves) add_evidence(evidence, server.identity_before.reply);
    add_evidence(evidence, server.list.reply);
    if (proves) add_evidence(evidence, server.identity_after.reply);
    for (const Reply* reply : environment_replies(s)) add_evidence(evidence, *reply);
    if (s.facts.round != 2) return;
    add_evidence(evidence, server.list_again.reply);
    if (proves) add_evidence(evidence, server.identity_after_again.reply);
}

void add_runtime(const Situation& s, std::vector<Evidence>& evidence) {
    if (s.record == nullptr || !s.wants_runtime || s.content == nullptr)
        return; // shared by all stacks, but not used for this one
    if (s.record->type == StackType::swarm && s.runtime->asked()) {
        const Reply& services = s.server.runtime.at(s.record->environment).services.reply;
        if (&services != s.runtime) add_evidence(evidence, services);
    }
    for (const Reply* reply : runtime_replies(s)) add_evidence(evidence, *reply);
    if (s.of_runtime.images != nullptr) add_evidence(evidence, *s.of_runtime.images);
}

// Remembered ids of the place that are gone, beside the one that speaks for it.
std::vector<const Reply*> gone_ids(const Situation& s) {
    std::vector<const Reply*> gone;
    if (s.by_id() == nullptr) return gone;
    if (s.answer_by_id != &s.facts.by_id) gone.push_back(&s.facts.by_id.reply);
    for (const auto& [id, answer] : s.facts.older_by_id) {
        if (&answer != s.answer_by_id && answer.reply.outcome == Outcome::stack_gone) gone.push_back(&answer.reply);
    }
    return gone;
}

std::vector<Evidence> gather_evidence(const Situation& s) {
    std::vector<Evidence> evidence;
    add_lists(s, evidence);
    for (const Reply* reply : gone_ids(s)) add_evidence(evidence, *reply);
    for (const Reply* reply : own_replies(s)) add_evidence(evidence, *reply);
    add_runtime(s, evidence);
    return evidence;
}

std::vector<Evidence> gather_probes(const Situation& s) {
    std::vector<Evidence> probes;
    for (const Reply* reply : gone_ids(s)) add_evidence(probes, *reply);
    if (s.by_id() != nullptr) add_evidence(probes, *s.by_id());
    for (const Reply* reply : probe_replies(s)) add_evidence(probes, *reply);
    if (s.labels && s.absent()) {
        for (const Reply* reply : runtime::cluster_replies(*s.labels)) add_evidence(probes, *reply);
    }
    if (!s.wants_runtime) return probes;
    for (const NameProbe& probe : s.facts.container_probes) add_evidence(probes, probe.reply);
    return probes;
}

Change settings_not_deployed(const DesiredStack& stack) {
    const auto* git = std::get_if<DesiredGit>(&stack.source);
    return compare::change_at(Plane::git, Subject::git_pending, "settings", "deployed", "not deployed",
                              compare::manifest_line(stack, git != nullptr ? git->line : 0));
}

void add_differences(const Situation& s, StackResult& result, std::vector<Change>& ignored) {
    const auto add = [](auto& to, const auto& from) { to.insert(to.end(), from.begin(), from.end()); };
    add(result.changes, s.of_record.changes);
    add(result.changes, s.of_runtime.changes);
    add(result.notes, s.of_record.notes);
    add(result.notes, s.of_runtime.notes);
    if (!result.changes.empty()) add(result.notes, s.of_runtime.rolling);
    if (s.content != nullptr) {
        add(result.changes, s.content->changes);
        if (s.content->skipped) result.notes.emplace_back("the file was not read again: its record is unchanged");
    }
    if (s.facts.file.reply.outcome == Outcome::settings_not_deployed) {
        result.changes.push_back(settings_not_deployed(s.stack));
    }
    compare::sort_changes(result.changes);
    ignored = apply_ignore(result, s.stack.ignore);
}

} // namespace

StackResult name_result(const Row& row, const ServerFacts& server, const ResolvedEnvironment& environment) {
    const DesiredStack& stack = *row.stack;
    StackResult result;
    result.name = stack.name;
    result.server = server.name;
    result.environment_id = environment.id;
    result.environment_name = row.selector ? row.selector_text : environment.name;
    result.type = stack.type;
    result.namespace_ = stack.namespace_;
    result.runtime_asked = stack.runtime;
    result.where = stack.where;
    result.labels = stack.labels;
    result.owner = stack.owner;
    return result;
}

StackResult begin_result(const Situation& s, std::vector<Change>& ignored) {
    StackResult result = name_result(s.row, s.server, s.environment);
    if (match::is_suspended(s.stack, s.server.now)) return result; // nothing was asked, whatever is known by chance
    if (s.record != nullptr) {
        result.id = s.record->id;
        add_differences(s, result, ignored);
    }
    result.evidence = gather_evidence(s);
    result.probes = gather_probes(s);
    return result;
}

void list_unread(const Situation& s, StackResult& result) {
    const auto unread = [&](const std::string& part) {
        if (std::ranges::find(result.unread, part) == result.unread.end()) result.unread.push_back(part);
    };
    const bool blind = result.verdict == Verdict::deleted || result.verdict == Verdict::denied ||
                       result.verdict == Verdict::not_visible || result.verdict == Verdict::unreachable ||
                       result.verdict == Verdict::orphaned;
    if (s.absent() && !blind) return;
    if (match::is_suspended(s.stack, s.server.now)) return;
    if (s.absent()) unread("record");
    for (const std::string& part : s.of_record.unread) unread(part);
    if (s.content == nullptr) unread("content");
    const auto replies = runtime_replies(s);
    const bool refused = std::ranges::any_of(replies, [](const Reply* reply) { return reply->denied(); });
    if (s.stack.runtime && (!s.runtime_compared || refused)) unread("runtime");
    for (const std::string& part : s.of_runtime.unread) unread(part);
}

namespace {

// Listed records live as long as the run; one that was read by its id goes with the row's own facts.
std::shared_ptr<const StackRecord> kept_record(const Situation& s) {
    if (s.record == nullptr) return nullptr;
    const auto is_it = [&](const Answer<StackRecord>& answer) { return answer.value && &*answer.value == s.record; };
    const bool by_id = is_it(s.facts.by_id) ||
                       std::ranges::any_of(s.facts.older_by_id, [&](const auto& older) { return is_it(older.second); });
    if (by_id) return std::make_shared<const StackRecord>(*s.record);
    return {std::shared_ptr<const StackRecord>(), s.record};
}

} // namespace

namespace {

// The images of a Kubernetes object, whatever its kind.
// NOLINTNEXTLINE(misc-no-recursion): bounded when it was read
void add_images(const kubernetes::Value& value, std::vector<std::string>& into) {
    for (const kubernetes::Member& member : value.members) {
        if (member.key == "image" && !member.value.text.empty()) into.push_back(member.value.text);
        add_images(member.value, into);
    }
}

std::vector<std::string> images_of(const ContentFacts& content) {
    std::vector<std::string> images;
    if (content.actual) {
        for (const compose::ServiceFacts& service : content.actual->services) {
            if (!service.image_written.empty()) images.push_back(service.image_written);
        }
    }
    if (content.objects) {
        for (const kubernetes::Object& object : content.objects->objects) add_images(object.tree, images);
    }
    return images;
}

} // namespace

Assessment assess(const Row& row, const ServerFacts& server, const StackFacts& facts, const JudgeOptions& options) {
    Situation situation = look(row, server, facts, options);
    compare_parts(situation);
    Assessment assessment{.desired = row.stack, .record = kept_record(situation)};
    StackResult& result = assessment.result = begin_result(situation, assessment.ignored);
    decide(situation, result);
    if (const compose::ProjectFacts* project = facts.desired ? &*facts.desired : situation.project) {
        for (const compose::ServiceFacts& service : project->services) {
            if (service.job) assessment.jobs.push_back(service.name);
        }
    }
    const bool runtime_hidden = std::ranges::find(result.unread, "runtime") != result.unread.end();
    assessment.names_free =
        situation.absent() && facts.desired && nothing_of_it_runs(*row.stack, *facts.desired, facts.probes);
    assessment.content_read = situation.content != nullptr && !situation.content->problem;
    assessment.runtime_read = situation.runtime_compared && !runtime_hidden;
    if (situation.content != nullptr) {
        assessment.content_digest = situation.content->content_digest;
        assessment.desired_digest = situation.content->desired_digest;
        assessment.deploying = situation.content->deploying;
        if (result.verdict != Verdict::in_sync) {
            assessment.images = images_of(*situation.content);
            assessment.objects = situation.content->objects;
        }
    }
    return assessment;
}

StackResult judge(const Row& row, const ServerFacts& server, const StackFacts& facts, const JudgeOptions& options) {
    return assess(row, server, facts, options).result;
}

} // namespace mooring::drift
