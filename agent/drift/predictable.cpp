#include "drift/predictable.hpp"

#include "model/names.hpp"

#include <algorithm>

namespace mooring::drift {
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
