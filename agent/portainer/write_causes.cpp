// Names and cures of why a write was refused or failed.
#include "portainer/causes.hpp"

#include <array>
#include <fmt/format.h>
#include <string_view>

namespace mooring::portainer {
namespace {

// In the order of the enumerators.
constexpr std::array<std::string_view, static_cast<std::size_t>(WriteCause::deployment) + 1> names_of_causes{
    "credentials", "header_added",        "environment",       "access_control", "management_disabled",
    "role",        "access_beyond_right", "other_environment", "stack_gone",     "environment_gone",
    "access_gone", "access_exists",       "name_taken",        "webhook_taken",  "deploying",
    "already_so",  "last_deploy_failed",  "not_git",           "git_hidden",     "payload",
    "request",     "not_supported",       "content",           "pull",           "repository",
    "docker",      "deployment"};

std::string_view named_or(const std::string& name, std::string_view otherwise) {
    return name.empty() ? otherwise : std::string_view(name);
}

// What an administrator of the server has to do, or the user of the token.
std::string of_right(WriteCause cause, const RemedyNames& names) {
    const auto user = named_or(names.user, "this token's user");
    const auto stack = named_or(names.stack, "the stack");
    const auto environment = named_or(names.environment, "the environment");
    switch (cause) {
    case WriteCause::credentials:
        return fmt::format("Make a new access token for {} (My account > Access tokens) and give it to Mooring.", user);
    case WriteCause::header_added:
        return "Find what adds an Authorization, Origin or Cookie header on the way (usually a reverse proxy) and stop "
               "it.";
    case WriteCause::environment:
        return fmt::format("Ask an administrator to give {} access to {}: Environments > {} > Manage access.", user,
                           environment, environment);
    case WriteCause::access_control:
        return fmt::format("Ask an administrator to add {} to Stacks > {} > Access control.", user, stack);
    case WriteCause::management_disabled:
        return fmt::format("Ask an administrator to let users manage stacks in {}: Host > Setup > \"Disable the use of "
                           "Stacks for non-administrators\".",
                           environment);
    case WriteCause::access_beyond_right:
        return fmt::format("{} may only make {} public or restrict it to itself: ask an administrator to set its "
                           "Access control, or use an administrator's token.",
                           user, stack);
    case WriteCause::git_hidden:
        return fmt::format("Use the access token of an administrator: this server shows {} no Git source.", user);
    default:
        return fmt::format("Use the access token of an administrator, or ask one to give {} the role that this needs.",
                           user);
    }
}

// What stands against it, or is not there.
std::string of_state(WriteCause cause, const RemedyNames& names) {
    const auto stack = named_or(names.stack, "the stack");
    const auto environment = named_or(names.environment, "the environment");
    switch (cause) {
    case WriteCause::stack_gone:
    case WriteCause::environment_gone:
    case WriteCause::access_gone:
    case WriteCause::access_exists:
    case WriteCause::already_so:
        return "Somebody changed it meanwhile: make a new plan.";
    case WriteCause::name_taken:
        return fmt::format("Find out what holds the name {} in {}: another stack, or containers with its project "
                           "label.",
                           stack, environment);
    case WriteCause::webhook_taken:
        return "Declare another webhook: another stack has this one.";
    case WriteCause::deploying:
        return fmt::format("Wait until the deployment of {} that is under way has ended, then make a new plan.", stack);
    case WriteCause::last_deploy_failed:
        return fmt::format("Stop {}, or update it: its last deployment failed, and it cannot be started from there.",
                           stack);
    case WriteCause::not_git:
        return fmt::format("{} is not deployed from Git any more: make a new plan.", stack);
    default:
        return {};
    }
}

// What the server says is shown with it.
std::string of_work(WriteCause cause, const RemedyNames& names) {
    const auto environment = named_or(names.environment, "the environment");
    switch (cause) {
    case WriteCause::content:
        return fmt::format("Correct the file, or ask an administrator to allow this for users in {}: Host > Setup.",
                           environment);
    case WriteCause::pull:
        return "Check the image's name and that its registry can be reached from the environment.";
    case WriteCause::repository:
        return "Check the repository's address, its reference and the credentials.";
    case WriteCause::docker:
        return fmt::format("Check that the Docker engine of {} is running and of the declared type.", environment);
    case WriteCause::deployment:
        return "Correct what the server's message names.";
    case WriteCause::other_environment:
    case WriteCause::payload:
    case WriteCause::request:
    case WriteCause::not_supported:
        return "This is a bug of Mooring, or this version of Portainer is not known: please report the server's "
               "message.";
    default:
        return {};
    }
}

} // namespace

std::string_view to_string(WriteCause cause) { return names_of_causes.at(static_cast<std::size_t>(cause)); }

std::string_view to_string(WriteOutcome outcome) {
    constexpr std::array<std::string_view, 5> names{"not_sent", "answered", "refused", "failed", "unknown"};
    return names.at(static_cast<std::size_t>(outcome));
}

std::string remedy(WriteCause cause, const RemedyNames& names) {
    if (std::string state = of_state(cause, names); !state.empty()) return state;
    if (std::string work = of_work(cause, names); !work.empty()) return work;
    return of_right(cause, names);
}

} // namespace mooring::portainer
