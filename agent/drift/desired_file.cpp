#include "drift/desired_file.hpp"

#include "model/names.hpp"

#include <utility>
#include <variant>

namespace mooring::drift {

std::optional<compose::File> desired_file(const DesiredStack& stack) {
    const auto* content = std::get_if<DesiredContent>(&stack.source);
    if (content == nullptr || stack.type == StackType::kubernetes) return std::nullopt;
    auto file = compose::load(content->text);
    if (!file) return std::nullopt;
    return std::move(*file);
}

std::optional<compose::ProjectFacts> facts_of(const DesiredStack& stack, const std::optional<compose::File>& file) {
    if (!file) return std::nullopt;
    return compose::facts(*file, normalise_stack_name(stack.name));
}

} // namespace mooring::drift
