#include "words/names.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

namespace mooring::words {

std::string environment_name(std::string_view name, std::optional<EnvironmentId> id) {
    if (!name.empty()) return printable(name);
    return id ? fmt::format("#{}", *id) : "?";
}

std::string environment_name(const StackResult& stack) {
    return environment_name(stack.environment_name, stack.environment_id);
}

std::string environment_phrase(std::string_view name, std::optional<EnvironmentId> id) {
    if (!name.empty()) return printable(name, most_of_a_name);
    return id ? fmt::format("environment {}", *id) : "its environment";
}

std::string environment_after_word(std::string_view name, std::optional<EnvironmentId> id) {
    return name.empty() && id ? std::to_string(*id) : environment_phrase(name, id);
}

std::string stack_name(const StackResult& stack, bool with_server) {
    const std::string id = stack.id ? fmt::format(", id {}", *stack.id) : std::string();
    std::string out = stack.name.empty() ? "(no name" + id + ")" : printable(stack.name);
    out += "/" + environment_name(stack);
    if (with_server) out += "@" + printable(stack.server);
    return out;
}

std::string observer_words(const ServerResult& server) {
    if (!server.identity) return "nobody";
    return fmt::format("{} ({}, list {})", printable(server.identity->username), role_name(server.identity->role),
                       list_word(server));
}

std::string role_name(std::int64_t role) {
    if (role == 1) return "administrator";
    if (role == 2) return "user";
    if (role == 3) return "edge administrator";
    return fmt::format("role {}", role);
}

std::string_view list_word(const ServerResult& server) {
    if (server.list_complete) return "complete";
    return server.exit_code == 0 ? "filtered" : "not read";
}

} // namespace mooring::words
