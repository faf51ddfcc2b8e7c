// What is known before the first write (reconcile.md §3.3): the file that would be sent, held against what it needs and
// what it takes of its host. What is stored there: at_risk.cpp.

#include "base/text.hpp"
#include "compare/parts.hpp"
#include "model/stack.hpp"
#include "reconcile/case.hpp"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <utility>

namespace mooring::reconcile {
namespace {

using C = const Case&;

void file_loads(C c, Step& step) {
    if (!sends_file(step) || c.declares_git() || c.file) return;
    block(step, "file_does_not_load", "the desired file does not load", "mooring validate says where");
}

// A stack made of a text has nothing beside it.
void file_stands_alone(C c, Step& step) {
    if (!sends_file(step) || !c.footprint || c.declares_git()) return;
    if (!c.footprint->needs_files.empty()) {
        block(step, "needs_files",
              fmt::format("{} needs files that a stack made of a text does not have",
                          printable(c.footprint->needs_files.front(), 200)),
              "deploy it from Git, or write what it needs into the file");
    }
    const bool has_variables =
        c.desired.env ? !c.desired.env->empty() : c.record() != nullptr && !c.record()->env.empty();
    if (c.footprint->needs_stack_env && !has_variables) {
        block(step, "needs_stack_env", "it reads `stack.env`, which the server writes only for a stack with variables",
              "declare a variable under `env`");
    }
}

// The loader of Portainer 2.43 is that of Docker Compose 2.40.3; of other versions it is not known, nor of swarms,
// whose loader is another one. What one does not know it refuses, and the whole file with it.
void loader_knows_keys(C c, Step& step) {
    if (!sends_file(step) || !c.needs || c.declares_git()) return;
    const auto& fresh = c.seen.deploying.new_keys;
    const auto& status = c.server.facts->status.value;
    const std::pair<int, int> release = release_of(status ? status->version : std::string());
    constexpr std::pair known{2, 43};
    const bool compose = c.desired.type == StackType::standalone;
    for (const compose::NewKey& key : c.needs->new_keys) {
        if (c.record() != nullptr && std::ranges::find(fresh, key.path) == fresh.end()) continue; // deployed already
        const std::string path = printable(key.path, 200);
        const bool too_new = key.since.empty() && release <= known;
        if (too_new) {
            block(step, "key_too_new",
                  fmt::format("Portainer does not know {} yet, and would refuse the whole file", path),
                  "leave it out, or deploy the file without Portainer");
        } else if (!compose || release != known) {
            step.notes.push_back(fmt::format("not known: whether this server knows {} ({})", path,
                                             key.since.empty() ? std::string("newer than Docker Compose 2.40")
                                                               : fmt::format("Docker Compose {} does", key.since)));
        }
    }
}

// Its own, and those of a stack that goes first.
bool is_foreign(C c, std::string_view project) {
    const std::string& replaced = c.desired.policy.replaces;
    return project != normalise_stack_name(c.desired.name) &&
           (replaced.empty() || project != normalise_stack_name(replaced));
}

bool claims(C c, const std::string& claim) {
    return std::ranges::find(c.footprint->claims, claim) != c.footprint->claims.end();
}

// Its text is then not shown: the value may be a secret.
bool by_variable(C c, const std::string& claim) {
    return std::ranges::find(c.footprint->by_variable, claim) != c.footprint->by_variable.end();
}

bool has_open_claim(C c, std::string_view kind) {
    return std::ranges::any_of(c.footprint->claims, [&](const std::string& claim) {
        return claim.starts_with(kind) && compose::has_reference(claim);
    });
}

// A port of the host that something else holds makes the deployment fail half way. Addresses are not compared: whoever
// publishes one port on two of them writes so.
void ports_are_free(C c, Step& step) {
    if (!sends_file(step) || !c.footprint) return;
    if (has_open_claim(c, "port "))
        step.notes.emplace_back("not known: whether a port is free that a variable without a value names");
    const auto check = [&](const std::vector<std::string>& held, std::string_view project, std::string_view what,
                           const std::string& name) {
        if (!is_foreign(c, project)) return;
        for (const std::string& port : held) {
            if (!claims(c, "port " + port)) continue;
            const std::string which =
                by_variable(c, "port " + port) ? "the port that a variable gives" : "port " + printable(port, 20);
            block(step, "port_in_use",
                  fmt::format("the {} {} of that engine holds {}", what, printable(name, 100), which),
                  "publish another port, or stop what holds it");
            return;
        }
    };
    if (const auto* all = c.containers(); all != nullptr) {
        for (const Container& one : *all) check(one.ports, one.project, "container", one.name);
    }
    if (const auto* all = c.services(); all != nullptr) {
        for (const SwarmService& one : *all) check(one.ports, one.namespace_, "service", one.name);
    }
}

// What the first containers of a stack that is created are called: "shop-web-1".
std::set<std::string> names_to_come(C c, const Step& step) {
    std::set<std::string> names;
    if (!has(step, Action::create) || !c.file || c.desired.type != StackType::standalone) return names;
    const std::string project = normalise_stack_name(c.desired.name);
    for (const compose::ServiceFacts& one : compose::facts(*c.file, project).services) {
        const bool by_default = !one.container_name && !one.container_name_symbolic;
        if (by_default && one.replicas != 0 && one.profiles.empty()) names.insert(project + "-" + one.name + "-1");
    }
    return names;
}

// A container name that another project's container has makes the deployment fail half way.
void names_are_free(C c, Step& step) {
    const auto* all = c.containers();
    if (!sends_file(step) || !c.footprint) return;
    if (has_open_claim(c, "container "))
        step.notes.emplace_back("not known: whether a name is free that a variable without a value names");
    if (all == nullptr) return;
    const std::set<std::string> by_default = names_to_come(c, step);
    for (const Container& container : *all) {
        if (!is_foreign(c, container.project)) continue;
        if (by_default.contains(container.name)) {
            block(step, "name_in_use",
                  fmt::format("another container of that engine is called {}, as one of this stack's would be",
                              printable(container.name, 100)),
                  "rename or remove that container");
        }
        const std::string claim = "container " + container.name;
        if (!claims(c, claim)) continue;
        block(step, "name_in_use",
              by_variable(c, claim)
                  ? std::string("another container of that engine has the name that a variable gives")
                  : fmt::format("another container of that engine is called {}", printable(container.name, 100)),
              "give the service another `container_name`, or remove that container");
    }
}

constexpr std::array all_preflight{
    Guard{"file-loads", file_loads, but_access},
    Guard{"file-stands-alone", file_stands_alone, but_access},
    Guard{"loader-knows-keys", loader_knows_keys, but_access},
    Guard{"data", keep_data, but_access},
    Guard{"names-are-free", names_are_free, but_access},
    Guard{"ports-are-free", ports_are_free, but_access},
};

} // namespace

std::pair<int, int> release_of(std::string_view version) {
    std::pair<int, int> release{0, 0};
    const std::string text(version);
    const char* const end = text.data() + text.size();
    const auto [point, error] = std::from_chars(text.data(), end, release.first);
    if (error != std::errc() || point == end || *point != '.') return {0, 0};
    const auto minor = std::from_chars(point + 1, end, release.second);
    return minor.ec == std::errc() ? release : std::pair(0, 0);
}

std::span<const Guard> preflight() { return all_preflight; }

// What is known before the first write (reconcile.md §3.3, "Rehearsal"): what the environment lets this token's user
// do, and what the file needs that only its surroundings have.

namespace {

using C = const Case&;

const Environment* environment_of(C c) {
    const auto id = c.record() != nullptr ? std::optional(c.record()->environment) : c.result().environment_id;
    const auto& all = c.server.facts->environments.value;
    if (!id || !all) return nullptr;
    const auto found = std::ranges::find(*all, *id, &Environment::id);
    return found == all->end() ? nullptr : &*found;
}

// Portainer's settings for ordinary users bind no administrator (portainer-api.md §5.2).
void users_may_manage_stacks(C c, Step& step) {
    const Environment* environment = environment_of(c);
    if (environment == nullptr || c.administrator() || environment->stack_management_for_users) return;
    block(step, "management_forbidden",
          fmt::format("the environment `{}` lets only administrators manage stacks", printable(environment->name, 100)),
          "plan with an administrator's token, or allow it in Portainer: Environment > Host > Setup");
}

void users_may_use_it(C c, Step& step) {
    const Environment* environment = environment_of(c);
    if (environment == nullptr || c.administrator() || !sends_file(step) || !c.needs) return;
    for (const compose::Restriction& one : c.needs->features) {
        if (std::ranges::find(environment->forbidden_to_users, one.setting) == environment->forbidden_to_users.end())
            continue;
        block(step, "feature_forbidden",
              fmt::format("the file uses {}, which the environment `{}` forbids ordinary users", one.feature,
                          printable(environment->name, 100)),
              "plan with an administrator's token, or allow it in Portainer: Environment > Host > Setup");
        return;
    }
}

bool recorded(C c, const std::string& name) {
    return c.record() != nullptr && std::ranges::find(c.record()->env, name, &EnvVar::name) != c.record()->env.end();
}

bool will_have(C c, const std::string& name) {
    if (c.desired.env && std::ranges::find(*c.desired.env, name, &DesiredEnv::name) != c.desired.env->end())
        return true;
    const bool kept = !c.desired.env || !c.desired.env_strict;
    return kept && recorded(c, name);
}

// A reference that has no value deploys an empty text. One that the deployed file has already is as it was.
void variables_have_values(C c, Step& step) {
    if (!deploys(step) || !c.needs || c.declares_git()) return;
    const auto& fresh = c.seen.deploying.new_references;
    for (const compose::Reference& one : c.needs->references) {
        if (one.name == "COMPOSE_PROJECT_NAME" || will_have(c, one.name)) continue; // the loader sets the former itself
        const std::string name = printable(one.name, 100);
        const bool is_new =
            c.record() == nullptr || recorded(c, one.name) || std::ranges::find(fresh, one.name) != fresh.end();
        if (one.required) {
            block(step, "variable_required", fmt::format("the file demands {}, which has no value", name),
                  fmt::format("declare it: `env: {{{}: {{value: ...}}}}`", name));
        } else if (is_new) {
            block(step, "variable_without_value", fmt::format("${{{}}} of the file would be empty", name),
                  fmt::format("declare it under `env`, or write `${{{}:-}}` if that is meant", name));
        } else {
            step.notes.push_back(fmt::format("{} has no value, as now", name));
        }
    }
}

// A swarm does not change what a config or secret holds: the deployment would fail half way. Under another name, or as
// somebody else's, it is another one.
void swarm_contents_get_new_names(C c, Step& step) {
    if (c.desired.type != StackType::swarm || !has(step, Action::update)) return;
    std::vector<std::string> paths;
    for (const Change& change : c.result().changes) {
        if (c.file && c.seen.deploying.actual) break; // both files are at hand, and say which is another one
        const bool held = change.path.starts_with("configs.") || change.path.starts_with("secrets.");
        if (change.plane == Plane::content && held && change.desired && change.actual) paths.push_back(change.path);
    }
    if (c.file) {
        const auto by_values = compose::held_at_risk(
            *c.file, [&](const std::string& name) { return value_to_come(c, name); },
            c.seen.deploying.actual ? *c.seen.deploying.actual : *c.file,
            [&](const std::string& name) { return recorded_value(c, name); });
        paths.insert(paths.end(), by_values.begin(), by_values.end());
    }
    if (paths.empty()) return;
    block(step, "swarm_content_changed",
          fmt::format("{} differs, and a swarm never changes what a config or secret of a name holds",
                      printable(paths.front(), 200)),
          "give it a new name in the file");
}

Outside outside(EnvironmentId id, const compose::External& one) {
    return {.environment = id, .is_network = one.kind == compose::ExternalKind::network, .name = one.name};
}

// Configs and secrets of a swarm are not asked for.
void externals_exist(C c, Step& step) {
    if (!sends_file(step) || !c.needs || c.declares_git()) return;
    const auto id = c.record() != nullptr ? std::optional(c.record()->environment) : c.result().environment_id;
    for (const compose::External& one : c.needs->externals) {
        const bool asked = one.kind == compose::ExternalKind::network || one.kind == compose::ExternalKind::volume;
        const auto found = asked ? c.server.outside.find(outside(id.value_or(0), one)) : c.server.outside.end();
        const bool by_variable = one.by_variable || compose::has_reference(one.name); // no request shows its value
        const std::string what =
            fmt::format("{} {}", to_string(one.kind),
                        by_variable ? std::string("that a variable names") : printable(one.name, 100));
        if (found == c.server.outside.end() || !found->second) {
            step.notes.push_back(fmt::format("not known: whether the external {} exists", what));
        } else if (!*found->second) {
            block(step, "external_missing", fmt::format("the external {} does not exist on that engine", what),
                  "make it first, or let the file make its own");
        }
    }
}

constexpr std::array all_rehearsal{
    Guard{"users-may-manage", users_may_manage_stacks},
    Guard{"users-may-use", users_may_use_it, but_access},
    Guard{"variables-have-values", variables_have_values, but_access},
    Guard{"swarm-contents", swarm_contents_get_new_names, but_access},
    Guard{"externals-exist", externals_exist, but_access},
    Guard{"pulling", add_pulling, but_access},
};

} // namespace

std::span<const Guard> rehearsal() { return all_rehearsal; }

} // namespace mooring::reconcile
