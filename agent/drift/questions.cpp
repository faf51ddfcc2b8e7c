// What must still be asked before one row can be judged. Each step asks only what the answers so far leave open, so
// that a full check costs one request a stack.
#include "drift/observe.hpp"

#include "drift/judge.hpp"
#include "drift/situation.hpp"
#include "model/stack.hpp"
#include "runtime/parts.hpp"

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
    if (s.record->type == StackType::kubernetes)
        return s.cluster ? runtime::cluster_questions(*s.cluster, s.record) : Questions{};
    if (s.runtime->asked()) {
        if (!s.runtime->ok() || s.project == nullptr) return {};
        return without_asked(runtime::containers_to_ask(s.row, *s.record, *s.project, s.server),
                             s.facts.container_probes);
    }
    const DockerKind kind = s.record->type == StackType::swarm ? DockerKind::service : DockerKind::container;
    return {{.kind = Kind::runtime, .environment = s.record->environment, .docker_kind = kind}};
}

Questions about_record(const Situation& s) {
    if (s.place.reach == Reach::not_asked) {
        return {{.kind = Kind::environment, .environment = s.record->environment}};
    }
    if (s.place.reach == Reach::gone) return {}; // orphaned
    const Reply& file = s.facts.file.reply;
    if (!file.asked()) return {{.kind = Kind::file, .id = s.record->id}};
    if (file.outcome == Outcome::stack_gone && s.facts.round == 1) return list_again();
    return file.ok() && s.wants_runtime ? about_runtime(s) : Questions{};
}

// The objects of a Kubernetes stack that no list shows, then the records that their labels name.
Questions about_labels(const Situation& s) {
    Questions questions = runtime::cluster_questions(*s.labels, nullptr);
    if (!questions.empty()) return questions;
    const auto cluster = s.server.runtime.find(s.labels->environment);
    for (const StackId id : runtime::ids_by_label(*s.labels, s.stack.name)) {
        if (cluster != s.server.runtime.end() && cluster->second.cluster.holders.contains(id)) continue;
        Question question{.kind = Kind::cluster, .environment = s.labels->environment};
        question.cluster = {.about = match::ClusterQuestion::About::holder, .id = id};
        questions.push_back(std::move(question));
    }
    return questions;
}

// Absent, and neither its environment nor its remembered id has decided.
Questions about_absence_itself(const Situation& s) {
    if (s.environment.reach == Reach::gone) return {};
    if (!match::nameless_records(s.stack, *s.environment.id, s.server, s.facts.round).empty()) return {};
    if (s.environment.reach == Reach::denied && refused_unknown(s.environment.reply)) return {};
    if (s.complete) return s.options.absence_in_two_runs || s.facts.round == 2 ? Questions{} : list_again();
    if (s.labels) return about_labels(s);
    if (!is_open(s.environment) || !s.facts.desired) return {};
    return without_asked(predictable_names(s.stack, *s.facts.desired, *s.environment.id), s.facts.probes);
}

// A stack may have stood there under several ids: the absence of one says nothing of the others.
Questions older_ids(const Situation& s) {
    Questions questions;
    for (const RememberedStack* older : s.found.older) {
        if (s.facts.older_by_id.contains(older->id)) continue;
        questions.push_back({.kind = Kind::stack_by_id, .id = older->id});
    }
    return questions;
}

Questions about_absence(const Situation& s) {
    if (s.environment.reach == Reach::not_asked) {
        return {{.kind = Kind::environment, .environment = *s.environment.id}};
    }
    if (!s.known_id()) return about_absence_itself(s);
    const Reply& by_id = s.answer_by_id->reply;
    if (!by_id.asked()) return {{.kind = Kind::stack_by_id, .id = *s.known_id()}};
    if (s.older_unasked && !s.complete) return older_ids(s);
    if (by_id.ok() && s.recollection == match::Recollection::same) {
        const bool orphan = s.environment.reach == Reach::gone;
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
    if (row.selector || match::is_suspended(*row.stack, server.now)) return {};
    if (ending_reply(facts) != nullptr) return {}; // the server's run is over
    const Situation s = look(row, server, facts, options);
    if (s.second_list_failed || !s.environment.id || !s.environment.error.empty()) return {};
    if (!s.found.ambiguous.empty() || s.found.tied_elsewhere != nullptr) return {};
    return s.present() ? about_record(s) : about_absence(s);
}

namespace {

bool is_expected_to_run(const compose::ServiceFacts& service) { return !service.in_profile && service.replicas != 0; }

DockerKind unit_of(const DesiredStack& stack) {
    return stack.type == StackType::swarm ? DockerKind::service : DockerKind::container;
}

// The name of what the service would run first; nullopt when it cannot be known, or cannot be asked for: Portainer
// routes a container called `edge` elsewhere (portainer-api.md §1.3).
std::optional<std::string> name_of(const DesiredStack& stack, const compose::ServiceFacts& service) {
    const std::string project = normalise_stack_name(stack.name);
    if (stack.type == StackType::swarm) return project + "_" + service.name;
    if (service.container_name_symbolic || service.container_name == "edge") return std::nullopt;
    return service.container_name.value_or(project + "-" + service.name + "-1");
}

std::string default_network(const DesiredStack& stack) { return normalise_stack_name(stack.name) + "_default"; }

bool is_absent(const std::vector<NameProbe>& probes, DockerKind kind, const std::string& name) {
    return std::ranges::any_of(probes, [&](const NameProbe& probe) {
        return probe.kind == kind && probe.name == name && probe.reply.outcome == Outcome::object_absent;
    });
}

} // namespace

std::vector<Question> predictable_names(const DesiredStack& stack, const compose::ProjectFacts& file,
                                        EnvironmentId environment) {
    std::vector<Question> questions;
    const auto ask = [&](DockerKind kind, const std::string& name, const std::string& service) {
        const Question question{.kind = Question::Kind::docker_object,
                                .environment = environment,
                                .docker_kind = kind,
                                .name = name,
                                .service = service};
        if (std::ranges::find(questions, question) == questions.end()) questions.push_back(question);
    };
    if (stack.type == StackType::kubernetes) return questions;
    for (const compose::ServiceFacts& service : file.services) {
        if (!is_expected_to_run(service)) continue;
        if (const auto name = name_of(stack, service)) ask(unit_of(stack), *name, service.name);
    }
    if (file.has_default_network) ask(DockerKind::network, default_network(stack), {});
    for (const std::string& network : file.networks) ask(DockerKind::network, network, {});
    for (const std::string& volume : file.volumes) ask(DockerKind::volume, volume, {});
    return questions;
}

bool nothing_of_it_runs(const DesiredStack& stack, const compose::ProjectFacts& file,
                        const std::vector<NameProbe>& probes) {
    bool any = false;
    for (const compose::ServiceFacts& service : file.services) {
        if (!is_expected_to_run(service)) continue;
        // `replicas: ${N}` may be none: a 404 says nothing then.
        const bool countable = service.replicas.has_value() || service.global;
        const auto name = name_of(stack, service);
        if (!countable || !name || !is_absent(probes, unit_of(stack), *name)) return false;
        any = true;
    }
    if (file.has_default_network && !is_absent(probes, DockerKind::network, default_network(stack))) return false;
    const bool something_stands = std::ranges::any_of(
        probes, [](const NameProbe& probe) { return probe.kind != DockerKind::volume && probe.reply.ok(); });
    return any && !something_stands;
}

} // namespace mooring::drift
