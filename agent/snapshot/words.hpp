// The words of enumerations as a snapshot spells them, both ways. Private to this folder.
#pragma once

#include "base/diagnostic.hpp"
#include "model/answer.hpp"
#include "model/desired.hpp"
#include "model/docker.hpp"
#include "model/stack.hpp"
#include "model/verdict.hpp"

#include <array>
#include <string_view>

namespace mooring::snapshot {

template <typename Enum>
struct Words; // `all`: every enumerator

template <>
struct Words<Outcome> {
    static constexpr std::array all{Outcome::not_asked,
                                    Outcome::ok,
                                    Outcome::credentials_refused,
                                    Outcome::header_added,
                                    Outcome::denied,
                                    Outcome::stack_gone,
                                    Outcome::environment_gone,
                                    Outcome::object_absent,
                                    Outcome::file_lost,
                                    Outcome::settings_not_deployed,
                                    Outcome::unavailable};
};
template <>
struct Words<Cause> {
    static constexpr std::array all{Cause::environment, Cause::resource_control, Cause::stack_management_disabled,
                                    Cause::role,        Cause::name_taken,       Cause::credentials,
                                    Cause::git_source,  Cause::unknown};
};
template <>
struct Words<Failure> {
    static constexpr std::array all{Failure::none,        Failure::resolve,  Failure::connect, Failure::proxy,
                                    Failure::tls,         Failure::timeout,  Failure::lost,    Failure::too_large,
                                    Failure::not_the_api, Failure::redirect, Failure::refused};
};
template <>
struct Words<StackType> {
    static constexpr std::array all{StackType::standalone, StackType::swarm, StackType::kubernetes};
};
template <>
struct Words<DockerKind> {
    static constexpr std::array all{DockerKind::container, DockerKind::network, DockerKind::volume,
                                    DockerKind::service};
};
template <>
struct Words<Plane> {
    static constexpr std::array all{Plane::record, Plane::content, Plane::runtime, Plane::git};
};
template <>
struct Words<Severity> {
    static constexpr std::array all{Severity::note, Severity::warning, Severity::error};
};
template <>
struct Words<DesiredState> {
    static constexpr std::array all{DesiredState::running, DesiredState::stopped, DesiredState::any};
};
template <>
struct Words<DesiredAccess::Kind> {
    static constexpr std::array all{DesiredAccess::Kind::administrators, DesiredAccess::Kind::everyone,
                                    DesiredAccess::Kind::restricted};
};

template <typename Enum>
concept Worded = requires { Words<Enum>::all; };

constexpr std::string_view word_of(DesiredAccess::Kind kind) {
    return kind == DesiredAccess::Kind::administrators ? "administrators"
           : kind == DesiredAccess::Kind::everyone     ? "public"
                                                       : "restricted";
}
template <Worded Enum>
std::string_view word_of(Enum value) {
    return to_string(value);
}

} // namespace mooring::snapshot
