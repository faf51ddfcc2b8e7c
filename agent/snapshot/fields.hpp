// What a snapshot alone stores: its fields (those of the values of the model are in model/fields.hpp, which says how
// both are walked) and the words of enumerations, both ways. Private to this folder.
#pragma once

#include "base/error.hpp"
#include "model/answer.hpp"
#include "model/desired.hpp"
#include "model/fields.hpp"
#include "model/stack.hpp"
#include "model/verdict.hpp"
#include "snapshot/snapshot.hpp"

#include <array>
#include <string_view>

namespace mooring::snapshot {

// The words of enumerations as a snapshot spells them, both ways.

template <typename Enum>
struct EnumWords; // `all`: every enumerator

template <>
struct EnumWords<Outcome> {
    static constexpr std::array all{
        Outcome::not_asked,  Outcome::ok,         Outcome::credentials_refused,   Outcome::header_added,
        Outcome::denied,     Outcome::stack_gone, Outcome::environment_gone,      Outcome::object_absent,
        Outcome::not_served, Outcome::file_lost,  Outcome::settings_not_deployed, Outcome::unavailable};
};
template <>
struct EnumWords<Cause> {
    static constexpr std::array all{Cause::environment, Cause::resource_control, Cause::stack_management_disabled,
                                    Cause::role,        Cause::name_taken,       Cause::credentials,
                                    Cause::git_source,  Cause::namespace_,       Cause::kind,
                                    Cause::unknown};
};
template <>
struct EnumWords<Failure> {
    static constexpr std::array all{Failure::none,        Failure::resolve,  Failure::connect, Failure::proxy,
                                    Failure::tls,         Failure::timeout,  Failure::lost,    Failure::too_large,
                                    Failure::not_the_api, Failure::redirect, Failure::refused};
};
template <>
struct EnumWords<StackType> {
    static constexpr std::array all{StackType::standalone, StackType::swarm, StackType::kubernetes};
};
template <>
struct EnumWords<DockerKind> {
    static constexpr std::array all{DockerKind::container, DockerKind::network, DockerKind::volume,
                                    DockerKind::service};
};
template <>
struct EnumWords<Plane> {
    static constexpr std::array all{Plane::record, Plane::content, Plane::runtime, Plane::git};
};
template <>
struct EnumWords<Severity> {
    static constexpr std::array all{Severity::note, Severity::warning, Severity::error};
};
template <>
struct EnumWords<DesiredState> {
    static constexpr std::array all{DesiredState::running, DesiredState::stopped, DesiredState::any};
};
template <>
struct EnumWords<DesiredAccess::Kind> {
    static constexpr std::array all{DesiredAccess::Kind::administrators, DesiredAccess::Kind::everyone,
                                    DesiredAccess::Kind::restricted};
};

template <typename Enum>
concept Worded = requires { EnumWords<Enum>::all; };

constexpr std::string_view word_of(DesiredAccess::Kind kind) {
    return kind == DesiredAccess::Kind::administrators ? "administrators"
           : kind == DesiredAccess::Kind::everyone     ? "public"
                                                       : "restricted";
}
template <Worded Enum>
std::string_view word_of(Enum value) {
    return to_string(value);
}

// The fields of what a snapshot alone stores; those of the model's values are in model/fields.hpp, which says
// how both are walked.

void fields(auto& a, Of<compose::ServiceFacts> auto& s) {
    a("name", s.name);
    a("containerName", s.container_name);
    a("containerNameSymbolic", s.container_name_symbolic);
    a("image", s.image);
    a.added("imageWritten", s.image_written);
    a.added("imageUnknown", s.image_unknown);
    a.added("imageByDefault", s.image_by_default);
    a("replicas", s.replicas);
    a.added("replicasWritten", s.replicas_written);
    a.added("replicasUnknown", s.replicas_unknown);
    a.added("replicasByDefault", s.replicas_by_default);
    a("global", s.global);
    a.added("mode", s.mode);
    a.added("profiles", s.profiles);
    a("inProfile", s.in_profile);
    a.added("profileUnknown", s.profile_unknown);
    a.added("job", s.job);
    a("restarts", s.restarts);
    a("restartsInSwarm", s.restarts_in_swarm);
    a.added("keptRunning", s.kept_running);
    a.added("serves", s.serves);
    a.added("needed", s.needed);
    a("usesDefaultNetwork", s.uses_default_network);
    a("line", s.line);
}

void fields(auto& a, Of<compose::ProjectFacts> auto& p) {
    a("services", p.services);
    a("hasDefaultNetwork", p.has_default_network);
    a("networks", p.networks);
    a("volumes", p.volumes);
    a("moreFiles", p.more_files);
}

void fields(auto& a, Of<match::ContentFacts> auto& c) {
    a("equalBytes", c.equal_bytes);
    a("changes", c.changes);
    a("problem", c.problem);
    a("actual", c.actual);
    a.added("jobsSeen", c.jobs_seen);
}

void fields(auto& a, Of<ObjectKey> auto& k) {
    a("environment", k.environment);
    a("kind", k.kind);
    a("name", k.name);
}

void fields(auto& a, Of<Texts> auto& t) {
    a("desired", t.desired);
    a("files", t.files);
}

void fields(auto& a, Of<ServerAnswers> auto& s) {
    a("name", s.name);
    a("url", s.url);
    a("status", s.status);
    a("identity", s.identity);
    a("environments", s.environments);
    a("environment", s.environment);
    a("stacks", s.stacks);
    a("stack", s.stack);
    a("stackFile", s.stack_file);
    a("containers", s.containers);
    a("services", s.services);
    a("tasks", s.tasks);
    a.added("images", s.images);
    a.added("container", s.container);
    a("dockerObject", s.docker_object);
    a("users", s.users);
    a("teams", s.teams);
    a("tags", s.tags);
    a("groups", s.groups);
}

} // namespace mooring::snapshot
