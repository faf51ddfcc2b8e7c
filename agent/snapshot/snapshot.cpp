#include "snapshot/snapshot.hpp"

#include <charconv>
#include <fmt/format.h>

namespace mooring::snapshot {
namespace {

constexpr std::string_view opening = "<secret ";
constexpr std::int64_t most_marks = 100'000'000;

std::string environment_key(const EnvironmentRef& environment) {
    return environment.id ? fmt::format("id {}", *environment.id) : "name " + environment.name;
}

std::string environment_key(const EnvironmentSelector& selector) {
    std::string key = "group " + selector.group;
    for (const std::string& tag : selector.tags) key += "\ntag " + tag;
    return key;
}

} // namespace

std::string key_of(const DesiredStack& stack) {
    const std::string environment =
        std::visit([](const auto& named) { return environment_key(named); }, stack.environment);
    return fmt::format("{}\n{}\n{}:{}\n{}\n{}", stack.server, stack.name, stack.where.file, stack.where.line,
                       stack.namespace_, environment);
}

std::string mark_text(std::int64_t number) { return fmt::format("{}{}>", opening, number); }

std::optional<std::int64_t> mark_number(std::string_view text) {
    if (!text.starts_with(opening) || !text.ends_with('>')) return std::nullopt;
    const std::string_view digits = text.substr(opening.size(), text.size() - opening.size() - 1);
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    const bool whole = error == std::errc() && end == digits.data() + digits.size();
    return whole && number > 0 && number <= most_marks ? std::optional(number) : std::nullopt;
}

} // namespace mooring::snapshot
