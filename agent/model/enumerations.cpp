// The stable words of the model's enumerations, as the JSON report and the messages spell them.
#include "model/answer.hpp"
#include "model/desired.hpp"
#include "model/stack.hpp"
#include "model/verdict.hpp"

#include <utility>

namespace mooring {

std::string_view to_string(StackType type) {
    switch (type) {
    case StackType::standalone:
        return "standalone";
    case StackType::swarm:
        return "swarm";
    case StackType::kubernetes:
        return "kubernetes";
    }
    std::unreachable();
}

std::string_view to_string(DesiredState state) {
    switch (state) {
    case DesiredState::running:
        return "running";
    case DesiredState::stopped:
        return "stopped";
    case DesiredState::any:
        return "any";
    }
    std::unreachable();
}

std::string_view to_string(DockerKind kind) {
    switch (kind) {
    case DockerKind::container:
        return "container";
    case DockerKind::network:
        return "network";
    case DockerKind::volume:
        return "volume";
    case DockerKind::service:
        return "service";
    }
    std::unreachable();
}

std::string_view to_string(Cause cause) {
    switch (cause) {
    case Cause::environment:
        return "environment";
    case Cause::resource_control:
        return "resource_control";
    case Cause::stack_management_disabled:
        return "stack_management_disabled";
    case Cause::role:
        return "role";
    case Cause::name_taken:
        return "name_taken";
    case Cause::credentials:
        return "credentials";
    case Cause::git_source:
        return "git_source";
    case Cause::namespace_:
        return "namespace";
    case Cause::kind:
        return "kind";
    case Cause::unknown:
        return "unknown";
    }
    std::unreachable();
}

std::string_view to_string(Outcome outcome) {
    switch (outcome) {
    case Outcome::not_asked:
        return "not_asked";
    case Outcome::ok:
        return "ok";
    case Outcome::credentials_refused:
        return "credentials_refused";
    case Outcome::header_added:
        return "header_added";
    case Outcome::denied:
        return "denied";
    case Outcome::stack_gone:
        return "stack_gone";
    case Outcome::environment_gone:
        return "environment_gone";
    case Outcome::object_absent:
        return "object_absent";
    case Outcome::not_served:
        return "not_served";
    case Outcome::file_lost:
        return "file_lost";
    case Outcome::settings_not_deployed:
        return "settings_not_deployed";
    case Outcome::unavailable:
        return "unavailable";
    }
    std::unreachable();
}

std::string_view to_string(Failure failure) {
    switch (failure) {
    case Failure::none:
        return "none";
    case Failure::resolve:
        return "resolve";
    case Failure::connect:
        return "connect";
    case Failure::proxy:
        return "proxy";
    case Failure::tls:
        return "tls";
    case Failure::timeout:
        return "timeout";
    case Failure::lost:
        return "lost";
    case Failure::too_large:
        return "too_large";
    case Failure::not_the_api:
        return "not_the_api";
    case Failure::redirect:
        return "redirect";
    case Failure::refused:
        return "refused";
    }
    std::unreachable();
}

std::string_view to_string(Verdict verdict) {
    switch (verdict) {
    case Verdict::in_sync:
        return "in_sync";
    case Verdict::drifted:
        return "drifted";
    case Verdict::missing:
        return "missing";
    case Verdict::deleted:
        return "deleted";
    case Verdict::extra:
        return "extra";
    case Verdict::denied:
        return "denied";
    case Verdict::not_visible:
        return "not_visible";
    case Verdict::orphaned:
        return "orphaned";
    case Verdict::unreachable:
        return "unreachable";
    case Verdict::pending:
        return "pending";
    case Verdict::error:
        return "error";
    case Verdict::suspended:
        return "suspended";
    }
    std::unreachable();
}

std::optional<Verdict> parse_verdict(std::string_view word) {
    for (const Verdict verdict : all_verdicts) {
        if (to_string(verdict) == word) return verdict;
    }
    return std::nullopt;
}

std::string_view to_string(Plane plane) {
    switch (plane) {
    case Plane::record:
        return "record";
    case Plane::content:
        return "content";
    case Plane::runtime:
        return "runtime";
    case Plane::git:
        return "git";
    }
    std::unreachable();
}

std::string_view to_string(Proof proof) {
    switch (proof) {
    case Proof::environment_gone:
        return "environment_gone";
    case Proof::complete_list:
        return "complete_list";
    case Proof::remembered_id_gone:
        return "remembered_id_gone";
    case Proof::id_gone:
        return "id_gone";
    }
    std::unreachable();
}

} // namespace mooring
