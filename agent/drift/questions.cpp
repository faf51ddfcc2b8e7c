// What must still be asked before one row can be judged. Each step asks only what the answers so far leave open, so
// that a full check costs one request a stack.
#include "drift/judge.hpp"
#include "drift/predictable.hpp"
#include "drift/situation.hpp"

#include <algorithm>

namespace mooring::drift {
namespace {

using Kind = Question::Kind;
using Questions = std::vector<Question>;

Questions list_again() { return {{.kind = Kind::list_again}}; }

bool has_probe(const std::vector<NameProbe>& probes, const Question& question) {
    return std::ranges::any_of(probes, [&](const NameProbe& probe) {
        return probe.kind == question.docker_kind && probe.name == question.name;
    });
}

Questions without_asked(Questions questions, const std::vector<NameProbe>& asked) {
    std::erase_if(questions, [&](const Question& question) { return has_probe(asked, question); });
    return questions;
}

Questions about_runtime(const Situation& s) {
    if (s.runtime->asked()) {
        if (!s.runtime->ok() || s.project == nullptr) return {};
        return without_asked(containers_to_ask(s.row, *s.record, *s.project, s.server), s.facts.container_probes);
    }
    const DockerKind kind = s.record->type == StackType::swarm ? DockerKind::service : DockerKind::container;
    return {{.kind = Kind::runtime, .environment = s.record->environment, .docker_kind = kind}};
}

Questions about_record(const Situation& s) {
    if (s.place.standing == Standing::not_asked) {
        return {{.kind = Kind::environment, .environment = s.record->environment}};
    }
    if (s.place.standing == Standing::gone) return {}; // orphaned
    const Reply& file = s.facts.file.reply;
    if (!file.asked()) return {{.kind = Kind::file, .id = s.record->id}};
    if (file.outcome == Outcome::stack_gone && s.facts.round == 1) return list_again();
    return file.ok() && s.wants_runtime ? about_runtime(s) : Questions{};
}

// Absent, and neither its environment nor its remembered id has decided.
Questions about_absence_itself(const Situation& s) {
    if (s.environment.standing == Standing::gone) return {};
    if (!nameless_records(s.stack, *s.environment.id, s.server, s.facts.round).empty()) return {};
    if (s.environment.standing == Standing::denied && refused_unknown(s.environment.reply)) return {};
    if (s.complete) return s.options.absence_in_two_runs || s.facts.round == 2 ? Questions{} : list_again();
    if (!is_open(s.environment) || !s.facts.desired) return {};
    return without_asked(predictable_names(s.stack, *s.facts.desired, *s.environment.id), s.facts.probes);
}

// A stack may have stood there under several ids: the absence of one says nothing of the others.
Questions older_ids(const Situation& s) {
    Questions questions;
    for (const RememberedStack* older : s.match.older) {
        if (s.facts.older_by_id.contains(older->id)) continue;
        questions.push_back({.kind = Kind::stack_by_id, .id = older->id});
    }
    return questions;
}

Questions about_absence(const Situation& s) {
    if (s.environment.standing == Standing::not_asked) {
        return {{.kind = Kind::environment, .environment = *s.environment.id}};
    }
    if (!s.known_id()) return about_absence_itself(s);
    const Reply& by_id = s.answer_by_id->reply;
    if (!by_id.asked()) return {{.kind = Kind::stack_by_id, .id = *s.known_id()}};
    if (s.older_unasked && !s.complete) return older_ids(s);
    if (by_id.ok() && s.recollection == Recollection::same) {
        const bool orphan = s.environment.standing == Standing::gone;
        return s.facts.round == 1 && !orphan ? list_again() : Questions{};
    }
    const bool tied_gone = s.stack.tie && by_id.outcome == Outcome::stack_gone;
    const bool decides = tied_gone || by_id.denied() || by_id.outcome == Outcome::environment_gone;
    const bool fails = says_nothing(by_id) && !s.complete;
    return decides || fails ? Questions{} : about_absence_itself(s);
}

} // namespace

std::vector<Question> next_questions(const Row& row, const ServerFacts& server, const StackFacts& facts,
                                     const JudgeOptions& options) {
    if (row.selector || is_suspended(*row.stack, server.now)) return {};
    if (ending_reply(facts) != nullptr) return {}; // the server's run is over
    const Situation s = look(row, server, facts, options);
    if (s.second_list_failed || !s.environment.id || !s.environment.error.empty()) return {};
    if (!s.match.ambiguous.empty() || s.match.tied_elsewhere != nullptr) return {};
    return s.present() ? about_record(s) : about_absence(s);
}

} // namespace mooring::drift
