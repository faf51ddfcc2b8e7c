// What no part may do (reconcile.md §3.2), whatever asked for it. Each guard looks at the parts that a step has.
#include "base/text.hpp"
#include "model/stack.hpp"
#include "reconcile/case.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace mooring::reconcile {
namespace {

using C = const Case&;

// No file is ever PUT onto a Git record, and of one whose source is hidden nothing is known at all.
void keep_git_links(C c, Step& step) {
    if (!c.from_git()) return;
    if (c.record()->git_hidden()) {
        block(step, "git_hidden", "it is deployed from Git, and this token is not shown from where",
              "plan with an administrator's token");
        return;
    }
    const auto update = std::ranges::find(step.parts, Action::update, &Part::action);
    if (update != step.parts.end() && !update->detaches) {
        block(step, "detaches_git", "a file would take the place of the stack's Git source");
    }
}

// Deploying starts what is stopped. Where running is declared that is wanted, and one write does both.
void keep_stopped(C c, Step& step) {
    if (!c.has_status(StackStatus::inactive) || !deploys(step)) return;
    if (c.desired.state.value_or(DesiredState::running) == DesiredState::running &&
        c.differs(Subject::state) != nullptr) {
        std::erase_if(step.parts, [](const Part& part) { return part.action == Action::start; });
        return;
    }
    if (unless_allowed(c, step, Allowance::start_to_change, "would_start",
                       "the stack is stopped, and deploying starts it")) {
        need(step, Action::stop);
        step.notes.emplace_back("it is started for the change and stopped again");
    }
}

// Saving Git settings with an interval arms the polling of a stopped stack again, and polling starts it
// (portainer-api.md §12).
void keep_polling_off(C c, Step& step) {
    if (!has(step, Action::settings) || !c.has_status(StackStatus::inactive)) return;
    const bool declared = c.desired.auto_update && c.desired.auto_update->interval;
    const bool recorded = c.record()->auto_update && !c.record()->auto_update->interval.empty();
    if (!declared && !recorded) return;
    block(step, "would_poll", "the stack is stopped, and saving its Git settings makes the server poll and start it",
          "start it first, or set it in Portainer");
}

// Status 4 refuses to start (409): deploying again is what starts it.
void never_start_what_failed(C c, Step& step) {
    if (c.has_status(StackStatus::failed) && has(step, Action::start)) {
        block(step, "start_refused", "the last deployment failed: the server starts it only by deploying it again");
    }
}

// A difference that somebody accepted, and that deploying would take away.
void keep_what_is_accepted(C c, Step& step) {
    if (!deploys(step) || has(step, Action::create)) return;
    const auto undone = [](const Change& change) {
        const bool kept = change.subject == Subject::env || change.subject == Subject::env_twice ||
                          change.subject == Subject::access; // the recorded value is sent, or nothing is
        return !kept && change.plane != Plane::git;
    };
    const auto name = [&](const Change& change, std::string_view by) {
        unless_allowed(c, step, Allowance::overwrite_accepted, "undoes_accepted",
                       fmt::format("deploying would also undo the accepted difference {} ({})", change.path, by));
    };
    for (const Change& change : c.result().changes) {
        if (!change.waiver.empty() && undone(change))
            return name(change, "waiver `" + printable(change.waiver, 80) + "`");
    }
    for (const Change& change : c.seen.ignored) {
        if (undone(change)) return name(change, "the manifest's `ignore`");
    }
}

bool sends_variables(const Step& step) {
    return has(step, Action::update) || has(step, Action::settings) || has(step, Action::redeploy);
}

std::string names_that_would_go(C c) {
    std::vector<std::string> names;
    for (const Change& change : c.result().changes) {
        if (change.subject == Subject::env && !change.desired && change.actual && change.waiver.empty())
            names.push_back(change.key);
    }
    return join(names, ", ");
}

// The server replaces all variables by those that are sent: none is lost that nobody said should go.
void keep_variables(C c, Step& step) {
    if (!sends_variables(step) || c.is_kubernetes()) return; // Kubernetes has none
    const std::string gone = names_that_would_go(c);
    if (!gone.empty() && !c.desired.env_strict_written) {
        block(step, "would_remove_variables", fmt::format("it would remove {}", gone),
              "write `envStrict: true` to remove them, or `envStrict: false` to keep them");
    }
    for (const DesiredEnv& one : c.desired.env.value_or(std::vector<DesiredEnv>{})) {
        const std::string name = printable(one.name, 100);
        const bool recorded = c.record() != nullptr &&
                              std::ranges::find(c.record()->env, one.name, &EnvVar::name) != c.record()->env.end();
        if (!one.unwritable.empty()) {
            block(step, "value_unknown",
                  fmt::format("the value of {} may not be sent: {}", name, printable(one.unwritable, 200)));
        } else if (!one.value && !recorded && !has(step, Action::create)) {
            block(step, "opaque_missing",
                  fmt::format("{} is declared without a value, and the stack does not have it", name),
                  "set it in Portainer, or give its source in the manifest");
        } else if (one.value && one.value->reveal().contains('\n')) {
            block(step, "value_of_lines",
                  fmt::format("the value of {} has a line break, which the server's own file of variables cannot hold",
                              name));
        }
    }
    if (c.has_status(StackStatus::failed) && (!c.desired.env || !c.desired.env_strict)) {
        block(step, "variables_not_whole",
              "its last deployment failed, and the server may hold the variables of that one with the file of before",
              "declare `env` whole with `envStrict: true`");
    }
}

// An update writes the name in normal form, and the access control, which hangs on the name, is lost.
void keep_access_of_odd_names(C c, Step& step) {
    if (c.record() == nullptr || !deploys(step) || c.record()->name == normalise_stack_name(c.record()->name)) return;
    if (c.is_kubernetes()) return; // the recorded name is sent back, letter for letter
    // The access comes last then, so that it must not be what takes the stack from somebody first.
    if (c.administrator() && c.record()->resource_control && c.desired.access && !c.narrows_access()) {
        need(step, Action::access);
        return;
    }
    block(step, "odd_name",
          fmt::format("an update stores its name as `{}`, and its access control is lost with the old one",
                      normalise_stack_name(c.record()->name)),
          "rename it by hand, or declare `access` and plan as an administrator");
}

// A service that left the file leaves its containers, on every version unless it is told to remove them.
void name_services_that_go(C c, Step& step) {
    if (c.record() == nullptr || !has(step, Action::update) || c.seen.deploying.dropped_services.empty()) return;
    Part& update = need(step, Action::update);
    const std::string names = printable(join(c.seen.deploying.dropped_services, ", "), 4000);
    if (c.record()->option && c.record()->option->prune) {
        update.prunes = true;
        step.notes.push_back(fmt::format("removes the containers of {}: the stack's own setting", names));
    } else if (unless_allowed(c, step, Allowance::prune_services, "drops_services",
                              fmt::format("the file no longer has {}, whose containers would stay", names))) {
        update.prunes = true;
        step.notes.push_back(fmt::format("removes the containers of {}, where the server's version can", names));
    }
}

// What runs of the project, is not in the file and does not leave it: "container shop-debug-1"; nullopt: not known.
std::optional<std::vector<std::string>> strangers_to_prune(C c) {
    const bool swarm = c.record()->type == StackType::swarm;
    const bool known = swarm ? c.services() != nullptr : c.containers() != nullptr;
    if (!c.file || !known) { // a difference each, which a row has
        if (c.seen.runtime_read && c.record()->additional_files.empty()) return std::vector<std::string>();
        return std::nullopt;
    }
    const std::string project = normalise_stack_name(c.record()->name);
    std::set<std::string> in_file(c.seen.deploying.dropped_services.begin(), c.seen.deploying.dropped_services.end());
    for (const compose::ServiceFacts& one : compose::facts(*c.file, project).services) in_file.insert(one.name);
    std::set<std::string> strangers;
    if (swarm) {
        for (const SwarmService& one : *c.services()) {
            const bool ours =
                one.name.starts_with(project + "_") && in_file.contains(one.name.substr(project.size() + 1));
            if (one.namespace_ == project && !ours) strangers.insert("service " + one.name);
        }
        return std::vector(strangers.begin(), strangers.end());
    }
    for (const Container& one : *c.containers()) {
        if (one.project == project && !in_file.contains(one.service)) strangers.insert("container " + one.name);
    }
    return std::vector(strangers.begin(), strangers.end());
}

// The record's Prune is sent with whatever deploys (portainer-api.md §3.5), as an allowed one is: plans name what goes.
void name_what_is_pruned(C c, Step& step) {
    if (c.record() == nullptr || c.is_kubernetes()) return;
    for (Part& part : step.parts) {
        const bool sends =
            part.action == Action::update || part.action == Action::settings || part.action == Action::redeploy;
        if (sends && c.record()->option && c.record()->option->prune) part.prunes = true;
    }
    if (std::ranges::none_of(step.parts, &Part::prunes)) return;
    if (std::ranges::find(step.obstacles, "foreign_service", &Obstacle::code) != step.obstacles.end()) return;
    const auto strangers = strangers_to_prune(c);
    if (strangers && strangers->empty()) return;
    const std::string what =
        strangers ? printable(join(*strangers, ", "), 4000) : "whatever runs of it and is not in its file";
    step.pruned = strangers.value_or(std::vector<std::string>{});
    if (unless_allowed(c, step, Allowance::prune_services, "foreign_service",
                       fmt::format("deploying sends `Prune` and would remove {}{}", what,
                                   strangers ? "" : ", which was not read")))
        step.notes.push_back(fmt::format("removes {}", what));
    else if (!strangers)
        step.obstacles.back().remedy += fmt::format("; or {}switch Prune off in Portainer",
                                                    c.desired.runtime ? "" : "declare `runtime: true`, or ");
}

void say_jobs(C c, Step& step) {
    if (!deploys(step) || c.seen.jobs.empty()) return;
    step.jobs = c.seen.jobs;
    if (c.input.by_agent)
        unless_allowed(c, step, Allowance::rerun_jobs, "reruns_jobs", "deploying runs its jobs again");
}

// A member of the record that Mooring does not know is in no request of its own, and may be lost with it.
void keep_what_is_unknown(C c, Step& step) {
    if (c.record() == nullptr || !sends_variables(step) || c.record()->unknown.empty()) return;
    const auto members = nlohmann::json::parse(c.record()->unknown, nullptr, false);
    for (const auto& [name, value] : members.items()) {
        if (name == "Webhook") continue; // sent back (agent/portainer_write)
        block(step, "unknown_field",
              fmt::format("the record has `{}`, which this Mooring does not know: a write could lose it",
                          printable(name, 100)),
              "update Mooring, or make the change in Portainer");
        return;
    }
}

// "9443" of "https://portainer.example.test:9443"; "" where the scheme's own port is not known.
std::string port_of(std::string_view url) {
    const std::size_t scheme = url.find("://");
    if (scheme == std::string_view::npos) return {};
    std::string_view place = url.substr(scheme + 3);
    place = place.substr(0, place.find('/'));
    const std::size_t colon = place.rfind(':');
    if (colon != std::string_view::npos && place.find(']', colon) == std::string_view::npos)
        return std::string(place.substr(colon + 1));
    return url.starts_with("https") ? "443" : "80";
}

// On the engine that runs Portainer: whether what this stack has, or would have, holds the port at which it is reached.
bool is_the_way_to_portainer(C c, const std::string& project) {
    const std::string port = port_of(c.server.facts->url) + "/tcp";
    bool portainer = false;
    bool holds = c.footprint && std::ranges::find(c.footprint->claims, "port " + port) != c.footprint->claims.end();
    const auto look = [&](const std::string& image, const std::string& owner, const std::vector<std::string>& ports) {
        portainer = portainer || is_portainer_server(image);
        holds = holds || (owner == project && std::ranges::find(ports, port) != ports.end());
    };
    if (const auto* all = c.containers(); all != nullptr) {
        for (const Container& one : *all) look(one.image, one.project, one.ports);
    }
    if (const auto* all = c.services(); all != nullptr) {
        for (const SwarmService& one : *all) look(one.image, one.namespace_, one.ports);
    }
    return portainer && holds;
}

// Writing would end this very process half way.
bool runs_this_process(C c, const std::string& project) {
    const auto* all = c.containers();
    if (c.input.own_container.empty() || all == nullptr) return false;
    return std::ranges::any_of(
        *all, [&](const Container& one) { return one.project == project && one.id == c.input.own_container; });
}

// Stopping removes the containers, and what lies in a volume without a name goes out of reach with them: those of the
// declared file, and those of what runs, which may come from Git, or from its images.
void stop_keeps_data(C c, Step& step) {
    if (!has(step, Action::stop) || c.is_kubernetes()) return;
    const std::string project = normalise_stack_name(c.record() != nullptr ? c.record()->name : c.desired.name);
    const auto running = unnamed_volumes_of(project, c.desired.type == StackType::swarm, c.containers(), c.services());
    if (!running) {
        block(step, "volumes_not_known",
              "what runs of it was not read, so that what it stores might be out of reach once it is stopped",
              "plan with a token that may read what runs in its environment");
    }
    std::set<std::string> paths = running.value_or(std::set<std::string>{});
    if (c.footprint) paths.insert(c.footprint->anonymous_volumes.begin(), c.footprint->anonymous_volumes.end());
    for (const std::string& path : paths) {
        if (std::ranges::find(c.desired.policy.data, path) != c.desired.policy.data.end()) continue;
        block(step, "touches_data",
              fmt::format("{} has no name, and what is stored there is out of reach once it is stopped",
                          printable(path, 200)),
              fmt::format("name the volume, or if that is meant: `policy: {{data: [\"{}\"]}}`", printable(path, 200)));
    }
}

constexpr std::array all{
    Guard{"git-links", keep_git_links},
    Guard{"stopped", keep_stopped, but_access},
    Guard{"polling", keep_polling_off, but_access},
    Guard{"start-after-failure", never_start_what_failed, but_access},
    Guard{"accepted", keep_what_is_accepted, but_access},
    Guard{"variables", keep_variables, but_access},
    Guard{"odd-names", keep_access_of_odd_names},
    Guard{"people-at-work", leave_people_at_work, but_access},
    Guard{"services-that-go", name_services_that_go, but_access},
    Guard{"pruned", name_what_is_pruned, but_access},
    Guard{"jobs", say_jobs, but_access},
    Guard{"unknown", keep_what_is_unknown},
    Guard{"stop-keeps-data", stop_keeps_data, but_access},
    Guard{"protected", protect},
};

} // namespace

void protect(const Case& c, Step& step) {
    if (c.is_kubernetes()) return; // kubernetes_guards()
    const std::string name = normalise_stack_name(c.record() != nullptr ? c.record()->name : c.desired.name);
    const auto& globs = c.server.settings.protect;
    const auto glob = std::ranges::find_if(globs, [&](const std::string& one) { return glob_matches(one, name); });
    if (glob != globs.end()) {
        block(step, "protected", fmt::format("the configuration protects `{}`", printable(*glob, 100)));
    } else if (c.runs_portainer()) {
        block(step, "protected", "it runs Portainer, which would take itself down half way");
    } else if (runs_this_process(c, name)) {
        block(step, "protected", "this Mooring runs in it, and would be ended half way");
    } else if (is_the_way_to_portainer(c, name)) {
        block(step, "protected", "it holds the port at which Portainer is reached, which would be cut off half way");
    }
}

std::optional<std::set<std::string>> unnamed_volumes_of(const std::string& project, bool swarm,
                                                        const std::vector<Container>* containers,
                                                        const std::vector<SwarmService>* services) {
    std::set<std::string> paths;
    if (swarm ? services == nullptr : containers == nullptr) return std::nullopt;
    const auto add = [&](const std::string& service, const std::vector<std::string>& targets) {
        for (const std::string& target : targets) paths.insert(compose::mount_path(service, target));
    };
    if (swarm) {
        for (const SwarmService& one : *services) {
            const bool named_after_it = one.name.starts_with(project + "_");
            if (one.namespace_ == project)
                add(named_after_it ? one.name.substr(project.size() + 1) : one.name, one.unnamed_volumes);
        }
        return paths;
    }
    for (const Container& one : *containers) {
        if (one.project != project) continue;
        if (!one.unnamed_volumes) return std::nullopt;
        add(one.service.empty() ? one.name : one.service, *one.unnamed_volumes);
    }
    return paths;
}

std::span<const Guard> guards() { return all; }

} // namespace mooring::reconcile
