#include "drift/desired_file.hpp"

#include "model/names.hpp"

#include <algorithm>
#include <ranges>
#include <string_view>
#include <utility>
#include <variant>

namespace mooring::drift {
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

} // namespace

void settle(compose::ProjectFacts& project, const DesiredStack& stack, const StackRecord* record,
            std::span<const std::string> called_jobs) {
    compose::activate(project, active_profiles(stack, record));
    const auto is_named = [](const auto& names, const std::string& name) {
        return std::ranges::find(names, name) != names.end();
    };
    for (compose::ServiceFacts& service : project.services) {
        service.job = service.job || is_named(stack.jobs, service.name) || is_named(called_jobs, service.name);
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

} // namespace mooring::drift
