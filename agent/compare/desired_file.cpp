#include "compare/parts.hpp"

#include "base/text.hpp"
#include "model/stack.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <optional>
#include <ranges>
#include <set>
#include <string_view>
#include <utility>
#include <variant>

namespace mooring::compare {
namespace {

constexpr std::string_view profiles_variable = "COMPOSE_PROFILES";

// As Portainer hands the variables to compose: of two with one name the later.
std::string_view active_profiles(const DesiredStack& stack, const StackRecord* record) {
    const auto is_it = [](const auto& variable) { return variable.name == profiles_variable; };
    if (record != nullptr) {
        const auto found = std::ranges::find_if(record->env | std::views::reverse, is_it);
        return found == record->env.rend() ? std::string_view() : found->value.reveal();
    }
    if (!stack.env) return {};
    const auto found = std::ranges::find_if(*stack.env | std::views::reverse, is_it);
    return found == stack.env->rend() || !found->value ? std::string_view() : found->value->reveal();
}

// What the stack's variables give a reference: an env file for compose, the process's own environment for a swarm
// (portainer-api.md §5.4). A `.env` beside a Git stack's file is not read.
compose::Setting setting_of(const StackRecord& record, const std::string& name) {
    using Known = compose::Setting::Known;
    const bool swarm = record.type == StackType::swarm;
    const auto found = std::ranges::find(record.env | std::views::reverse, name, &EnvVar::name);
    if (found == record.env.rend()) {
        if (!swarm && name.starts_with("COMPOSE_")) return {.value = std::nullopt, .known = Known::unknown};
        return {.value = std::nullopt, .known = record.from_git() && !swarm ? Known::likely : Known::yes};
    }
    if (swarm) return {.value = std::string(found->value.reveal())};
    std::optional<std::string> given = compose::as_env_file_gives(found->value.reveal());
    const bool known = given.has_value();
    return {.value = std::move(given), .known = known ? Known::yes : Known::unknown};
}

// Compose takes no notice of `deploy.mode`: it starts anew what its restart policy keeps running, job or not.
void forget_mode(compose::ServiceFacts& service) {
    service.global = false;
    if (service.mode.ends_with("-job") && !service.kept_running.empty()) service.job = false;
}

} // namespace

void settle(compose::ProjectFacts& project, const DesiredStack& stack, const StackRecord* record,
            std::span<const std::string> called_jobs) {
    compose::Settings settings; // of what Portainer has; what is to come decides nothing
    if (record != nullptr) settings = [record](const std::string& name) { return setting_of(*record, name); };
    compose::activate(project, active_profiles(stack, record), settings);
    if (settings) compose::resolve(project, settings);
    std::set<std::string_view> jobs(stack.jobs.begin(), stack.jobs.end());
    jobs.insert(called_jobs.begin(), called_jobs.end());
    const bool swarm = (record != nullptr ? record->type : stack.type) == StackType::swarm;
    for (compose::ServiceFacts& service : project.services) {
        if (!swarm) forget_mode(service);
        service.job = service.job || jobs.contains(service.name);
    }
}

std::optional<compose::File> desired_file(const DesiredStack& stack) {
    const auto* content = std::get_if<DesiredContent>(&stack.source);
    if (content == nullptr || stack.type == StackType::kubernetes) return std::nullopt;
    auto file = compose::load(content->text);
    if (!file) return std::nullopt;
    return std::move(*file);
}

std::optional<compose::ProjectFacts> facts_of(const DesiredStack& stack, const std::optional<compose::File>& file) {
    if (!file) return std::nullopt;
    compose::ProjectFacts project = compose::facts(*file, normalise_stack_name(stack.name));
    settle(project, stack);
    return project;
}

namespace {

std::string in_ticks(std::string_view text) { return "`" + printable(text, 100) + "`"; }

Diagnostic problem(const DesiredStack& stack, std::string message, std::string suggestion) {
    const std::size_t line = stack.jobs_line != 0 ? stack.jobs_line : stack.where.line;
    return {.severity = Severity::error,
            .code = "jobs",
            .message = std::move(message),
            .suggestion = std::move(suggestion),
            .where = {.file = stack.where.file, .line = line, .column = 0},
            .server = {}};
}

constexpr std::size_t most_looked_up = 50; // wrong jobs of a stack for which a like name is looked for

// `names`: of the services that it may have meant.
Diagnostic no_such_service(const DesiredStack& stack, const std::string& job, std::span<const std::string> names) {
    const auto near = closest_match(job, names);
    return problem(
        stack, fmt::format("{} declares the job {}, which its file does not have", in_ticks(stack.name), in_ticks(job)),
        near ? "did you mean " + in_ticks(*near) + "?" : "remove it from `jobs`");
}

Diagnostic cannot_end(const DesiredStack& stack, const compose::ServiceFacts& service) {
    return problem(stack,
                   fmt::format("{} declares the job {}, which cannot end: its file has {}", in_ticks(stack.name),
                               in_ticks(service.name), in_ticks(service.kept_running)),
                   "do not call it a job, or have it restarted `on-failure` at most");
}

Diagnostics unknown_jobs(const DesiredStack& stack, const compose::ProjectFacts& project) {
    Diagnostics out;
    if (project.more_files) return out;
    std::vector<std::string> names(project.services.size());
    std::ranges::transform(project.services, names.begin(), &compose::ServiceFacts::name);
    const std::set<std::string_view> known(names.begin(), names.end());
    for (const std::string& job : stack.jobs) {
        if (known.contains(job)) continue;
        const bool looks = out.size() < most_looked_up;
        out.push_back(
            no_such_service(stack, job, looks ? std::span<const std::string>(names) : std::span<const std::string>()));
    }
    return out;
}

// A file that does not load has other problems, which are said elsewhere.
Diagnostics problems_of(const DesiredStack& stack) {
    Diagnostics out;
    const auto* content = std::get_if<DesiredContent>(&stack.source);
    // A file is read only for this where it can matter.
    if (content == nullptr || (stack.jobs.empty() && !content->text.contains("x-mooring"))) return out;
    const auto file = desired_file(stack);
    if (!file) return out;
    const auto project = facts_of(stack, file);
    out = unknown_jobs(stack, *project);
    const std::vector<std::string>& called = compose::called_jobs(*file);
    std::set<std::string_view> jobs(called.begin(), called.end());
    jobs.insert(stack.jobs.begin(), stack.jobs.end());
    for (const compose::ServiceFacts& service : project->services) {
        if (!service.kept_running.empty() && jobs.contains(service.name)) out.push_back(cannot_end(stack, service));
    }
    return out;
}

bool may_be_a_job(const compose::ServiceFacts& service, StackType type) {
    const bool restarts = type == StackType::swarm ? service.restarts_in_swarm : service.restarts;
    return !restarts && !service.job && !service.serves && !service.needed && service.replicas != 0;
}

} // namespace

void refuse_wrong_jobs(Desired& desired) {
    std::set<SourceLocation> said; // one manifest may stand for many environments
    std::erase_if(desired.stacks, [&](const DesiredStack& stack) {
        Diagnostics found = problems_of(stack);
        if (found.empty()) return false;
        if (said.insert(stack.where).second)
            desired.diagnostics.insert(desired.diagnostics.end(), found.begin(), found.end());
        desired.complete = false;
        return true;
    });
}

Diagnostics job_candidates(const std::vector<DesiredStack>& stacks) {
    Diagnostics out;
    std::set<SourceLocation> seen;
    for (const DesiredStack& stack : stacks) {
        if (stack.state == DesiredState::stopped || !stack.runtime || !seen.insert(stack.where).second) continue;
        const auto project = facts_of(stack, desired_file(stack));
        if (!project) continue;
        std::vector<std::string> names;
        for (const compose::ServiceFacts& service : project->services) {
            if (may_be_a_job(service, stack.type)) names.push_back(service.name);
        }
        if (names.empty()) continue;
        std::vector<std::string> quoted(names.size());
        std::ranges::transform(names, quoted.begin(), in_ticks);
        const bool one = names.size() == 1;
        out.push_back({.severity = Severity::note,
                       .code = "job-candidate",
                       .message = fmt::format(
                           "{} of {} may be meant to end: nothing restarts {}, and {} neither ports nor a healthcheck",
                           join(quoted, ", "), in_ticks(stack.name), one ? "it" : "them", one ? "it has" : "they have"),
                       .suggestion = one ? "if it is, declare it: `jobs: [" + printable(names.front(), 100) + "]`"
                                         : "declare those that are under `jobs`",
                       .where = stack.where,
                       .server = {}});
    }
    return out;
}

} // namespace mooring::compare
