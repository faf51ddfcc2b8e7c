// Names and sentences of why there is no request.
#include "portainer_write/request.hpp"

#include <array>
#include <utility>

namespace mooring::portainer_write {

std::string_view to_string(Veto veto) {
    constexpr std::array<std::string_view, static_cast<std::size_t>(Veto::no_record) + 1> names{
        "kubernetes",  "unknown_type",  "git_stack",    "git_hidden",     "not_git",     "deploying",
        "would_start", "would_poll",    "start_failed", "name",           "no_swarm_id", "empty_file",
        "not_utf8",    "url_with_user", "no_password",  "access_unclear", "no_record"};
    return names.at(static_cast<std::size_t>(veto));
}

std::string_view sentence(Veto veto) {
    switch (veto) {
    case Veto::kubernetes:
        return "Portainer neither starts nor stops Kubernetes stacks, and they have no access of their own.";
    case Veto::unknown_type:
        return "The stack is of a type that Mooring does not know.";
    case Veto::git_stack:
        return "The stack is deployed from Git, and a file would cut it from its repository.";
    case Veto::git_hidden:
        return "The stack is deployed from Git, and this token may not see from where.";
    case Veto::not_git:
        return "The stack is not deployed from Git.";
    case Veto::deploying:
        return "A deployment of the stack is under way.";
    case Veto::would_start:
        return "The stack is stopped, and deploying would start it.";
    case Veto::would_poll:
        return "The stack is stopped, and these settings would make the server poll its repository again.";
    case Veto::start_failed:
        return "The stack's last deployment failed, and Portainer does not start it from there: update it.";
    case Veto::name:
        return "The name is empty or not as Portainer would store it.";
    case Veto::no_swarm_id:
        return "A swarm stack needs the id of its swarm, and only a swarm stack has one.";
    case Veto::empty_file:
        return "The file is empty.";
    case Veto::not_utf8:
        return "The file or a variable is not valid UTF-8, and Portainer would store something else in its place.";
    case Veto::url_with_user:
        return "The repository's URL holds a user or password, which everybody who sees the stack could read.";
    case Veto::no_password:
        return "The Git credentials have no password.";
    case Veto::access_unclear:
        return "The access names nobody, or is public and for administrators only at once.";
    case Veto::no_record:
        return "The record or its environment has no id.";
    }
    std::unreachable();
}

} // namespace mooring::portainer_write
