// What a walk's manifests say, in Mooring's terms.
#include "walks/content.hpp"
#include "walks/stage.hpp"

#include <fmt/format.h>

namespace mooring::walks {
namespace {

StackType type_of(Kind kind) {
    switch (kind) {
    case Kind::standalone:
        return StackType::standalone;
    case Kind::swarm:
        return StackType::swarm;
    default:
        return StackType::kubernetes;
    }
}

DesiredAccess desired_access(Sharing sharing) {
    using Is = DesiredAccess::Kind;
    DesiredAccess access;
    if (sharing == Sharing::everyone) access.kind = Is::everyone;
    if (sharing == Sharing::reader || sharing == Sharing::team || sharing == Sharing::others) {
        access.kind = Is::restricted;
    }
    if (sharing == Sharing::reader) access.users.push_back({.id = {}, .name = "reader"});
    if (sharing == Sharing::others) access.users.push_back({.id = {}, .name = "other"});
    if (sharing == Sharing::team) access.teams.push_back({.id = {}, .name = "web"});
    return access;
}

std::variant<EnvironmentRef, EnvironmentSelector> environment_of(const Declared& declared) {
    if (declared.by_tag) return EnvironmentSelector{.tags = {tag_name}, .group = {}};
    if (declared.place != 0) return EnvironmentRef{.id = declared.place, .name = {}};
    return EnvironmentRef{.id = {}, .name = declared.called};
}

DesiredStack desired_stack(const Declared& declared, std::size_t index, UnixSeconds now) {
    DesiredStack stack;
    stack.name = declared.name;
    stack.server = declared.branch ? "branch" : "main";
    stack.environment = environment_of(declared);
    stack.type = type_of(declared.kind);
    stack.where = place_of_declaration(index);
    stack.namespace_ = declared.space;
    if (declared.tied != 0) {
        StackTie tie;
        tie.id = declared.tied;
        if (declared.tied_created != 0) tie.created = declared.tied_created;
        stack.tie = tie;
    }
    if (declared.content.extra == Extra::declared_job) stack.jobs = {"job"};
    if (declared.git_any) {
        DesiredGit git;
        git.any = true;
        stack.source = git;
    } else if (declared.content.git) {
        DesiredGit git;
        git.url = "https://git.example.test/" + declared.name + ".git";
        git.reference = fmt::format("v{}", declared.content.image);
        git.path = "compose.yaml";
        stack.source = git;
    } else {
        stack.source = DesiredContent{.text = file_text(declared.kind, declared.content), .file = "compose.yaml"};
    }
    if (declared.env >= 0) {
        DesiredEnv variable;
        variable.name = "DB_PASSWORD";
        variable.value = Secret(secret_value("env", declared.env));
        stack.env = {variable};
        if (declared.profile) {
            variable.name = "COMPOSE_PROFILES";
            variable.value = Secret("debug");
            stack.env->insert(stack.env->begin(), variable);
        }
    }
    if (declared.polls) {
        stack.auto_update.emplace();
        stack.auto_update->interval = "12h";
    }
    if (declared.access >= 0) stack.access = desired_access(static_cast<Sharing>(declared.access));
    if (declared.state == 1) stack.state = DesiredState::running;
    if (declared.state == 2) stack.state = DesiredState::stopped;
    if (declared.state == 3) stack.state = DesiredState::any;
    stack.runtime = declared.runtime;
    if (!declared.team.empty()) stack.labels["team"] = declared.team;
    if (declared.suspended != Suspended::no) {
        const UnixSeconds until = declared.suspended == Suspended::yes ? now + 1000 : now;
        stack.suspended = Suspension{.reason = "it moves", .owner = "web@example.test", .until = until};
    }
    return stack;
}

Waiver waiver_of(const Accepted& accepted, std::size_t index, UnixSeconds now) {
    Waiver waiver;
    waiver.name = name_of_waiver(index);
    waiver.server = accepted.server;
    waiver.environment = accepted.environment;
    waiver.stack = accepted.stack;
    waiver.path = accepted.path;
    waiver.owner = "web@example.test";
    waiver.reason = "it is known";
    waiver.approver = "ops@example.test";
    waiver.from = accepted.force == Force::later ? now + 1000 : now - 100'000;
    waiver.until = accepted.force == Force::expired ? now : now + 100'000;
    waiver.where = {.file = "manifests/waivers.yaml", .line = index + 1, .column = 0};
    return waiver;
}

DesiredScope scope_of(const Scope& wanted) {
    DesiredScope scope;
    scope.server = "main";
    if (!wanted.called.empty()) scope.environments.push_back({.id = {}, .name = wanted.called});
    scope.names = wanted.names;
    if (!wanted.except.empty()) scope.except.push_back(wanted.except);
    scope.where = {.file = "manifests/scope.yaml", .line = 1, .column = 0};
    return scope;
}

} // namespace

std::string name_of_waiver(std::size_t index) { return fmt::format("waiver-{}", index); }

SourceLocation place_of_declaration(std::size_t index) {
    return {.file = fmt::format("manifests/{}.yaml", index), .line = 1, .column = 0};
}

Desired desired_of(const World& world) {
    const UnixSeconds now = after_steps(world).clock;
    Desired desired;
    for (std::size_t i = 0; i < world.declared.size(); ++i) {
        desired.stacks.push_back(desired_stack(world.declared[i], i, now));
    }
    for (std::size_t i = 0; i < world.waivers.size(); ++i) {
        desired.waivers.push_back(waiver_of(world.waivers[i], i, now));
    }
    if (world.scope.declared) desired.scopes.push_back(scope_of(world.scope));
    return desired;
}

} // namespace mooring::walks
