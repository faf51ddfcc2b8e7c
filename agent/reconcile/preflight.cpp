// What is known before the first write (reconcile.md §3.2 "Data", §3.3): the file that would be sent, held against what
// it needs, what it takes of its host, and what is stored there.
#include "base/text.hpp"
#include "model/names.hpp"
#include "reconcile/case.hpp"

#include <algorithm>
#include <fmt/format.h>

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

void keep_data(C c, Step& step) {
    if (!deploys(step)) return;
    const auto name = [&](const std::vector<std::string>& paths, std::string_view why) {
        for (const std::string& path : paths) {
            if (std::ranges::find(c.desired.policy.data, path) != c.desired.policy.data.end()) continue;
            block(step, "touches_data", fmt::format("{} {}", printable(path, 200), why),
                  fmt::format("if that is meant: `policy: {{data: [\"{}\"]}}`", printable(path, 200)));
        }
    };
    if (has(step, Action::update)) {
        name(c.seen.deploying.data, "differs, and what is stored there may be lost or left behind");
    }
    if (sends_file(step) && c.footprint && !c.declares_git()) {
        name(c.footprint->relative_binds,
             "lies in the stack's own folder, which another id or version does not find again");
    }
}

// Stopping removes the containers, and what lies in a volume without a name goes out of reach with them.
void stop_keeps_data(C c, Step& step) {
    if (!has(step, Action::stop) || !c.footprint) return;
    for (const std::string& path : c.footprint->anonymous_volumes) {
        if (std::ranges::find(c.desired.policy.data, path) != c.desired.policy.data.end()) continue;
        block(step, "touches_data",
              fmt::format("{} has no name, and what is stored there is out of reach once it is stopped",
                          printable(path, 200)),
              fmt::format("name the volume, or if that is meant: `policy: {{data: [\"{}\"]}}`", printable(path, 200)));
    }
}

// Its own, and those of a stack that goes first.
bool is_foreign(C c, std::string_view project) {
    const std::string& replaced = c.desired.policy.replaces;
    return project != normalise_stack_name(c.desired.name) &&
           (replaced.empty() || project != normalise_stack_name(replaced));
}

// A port of the host that something else holds makes the deployment fail half way. Addresses are not compared: whoever
// publishes one port on two of them writes so.
void ports_are_free(C c, Step& step) {
    const match::RuntimeFacts* engine = c.engine();
    if (!sends_file(step) || !c.footprint || engine == nullptr) return;
    const auto check = [&](const std::vector<std::string>& held, std::string_view project, std::string_view what,
                           const std::string& name) {
        if (!is_foreign(c, project)) return;
        for (const std::string& port : held) {
            if (std::ranges::find(c.footprint->claims, "port " + port) == c.footprint->claims.end()) continue;
            block(
                step, "port_in_use",
                fmt::format("the {} {} of that engine holds port {}", what, printable(name, 100), printable(port, 20)),
                "publish another port, or stop what holds it");
            return;
        }
    };
    if (engine->containers.value) {
        for (const Container& one : *engine->containers.value) check(one.ports, one.project, "container", one.name);
    }
    if (engine->services.value) {
        for (const SwarmService& one : *engine->services.value) check(one.ports, one.namespace_, "service", one.name);
    }
}

// A literal container name that another project's container has makes the deployment fail half way.
void names_are_free(C c, Step& step) {
    const match::RuntimeFacts* engine = c.engine();
    if (!sends_file(step) || !c.footprint || engine == nullptr || !engine->containers.value) return;
    for (const Container& container : *engine->containers.value) {
        if (!is_foreign(c, container.project)) continue;
        if (std::ranges::find(c.footprint->claims, "container " + container.name) == c.footprint->claims.end())
            continue;
        block(step, "name_in_use",
              fmt::format("another container of that engine is called {}", printable(container.name, 100)),
              "give the service another `container_name`, or remove that container");
    }
}

constexpr std::array all_preflight{
    Guard{"file-loads", file_loads},
    Guard{"file-stands-alone", file_stands_alone},
    Guard{"data", keep_data},
    Guard{"stop-keeps-data", stop_keeps_data},
    Guard{"names-are-free", names_are_free},
    Guard{"ports-are-free", ports_are_free},
};

} // namespace

std::span<const Guard> preflight() { return all_preflight; }

} // namespace mooring::reconcile
