// Standalone: containers with the project's label, grouped by compose service.
#include "base/text.hpp"
#include "drift/runtime_lists.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace mooring::drift {
namespace {

bool occupies(const Container& container) {
    return container.state == "running" || container.state == "restarting" || container.state == "paused";
}

// "exited (137)", "unhealthy", "created": what a person wants to know of one container.
std::string describe(const Container& container) {
    if (container.state == "running") return is_unhealthy(container) ? "unhealthy" : "running";
    const auto code = exit_code_of(container);
    return code ? fmt::format("{} ({})", printable(container.state, 40), *code) : printable(container.state, 40);
}

// Ended with 0 is counted, not called bad: a service that should run is then short of one (design §3.3).
bool is_bad(const Container& container) {
    if (container.state == "running") return is_unhealthy(container);
    return container.state != "exited" || exit_code_of(container) != 0;
}

std::string describe_all(const std::vector<const Container*>& containers) {
    std::vector<std::string> states(containers.size());
    std::ranges::transform(containers, states.begin(), [](const Container* container) { return describe(*container); });
    std::ranges::sort(states);
    return fmt::format("{} {}: {}", states.size(), states.size() == 1 ? "container" : "containers", join(states, ", "));
}

void compare_service(const RuntimePair& pair, const compose::ServiceFacts& service,
                     const std::vector<const Container*>& containers, Comparison& out) {
    if (service.in_profile || service.replicas == 0) return; // not expected to run
    std::vector<std::string> images;
    std::int64_t running = 0;
    for (const Container* container : containers) {
        if (occupies(*container)) images.push_back(container->image);
        if (container->state == "running") ++running;
        if (has_ended(*container, service)) {
            out.notes.push_back(fmt::format("{}: {} has ended with 0 and is not expected to run",
                                            service_path(service.name), printable(container->name, 200)));
        } else if (is_bad(*container)) {
            add_runtime_change(
                pair,
                fmt::format("{}.containers[{}].state", service_path(service.name), printable(container->name, 200)),
                "running", describe(*container), out);
        }
    }
    if (service.replicas && running > *service.replicas) {
        out.notes.push_back(
            fmt::format("{}: {} containers run, {} declared", service_path(service.name), running, *service.replicas));
    }
    compare_image(pair, service, images, out);
}

// Declared stopped: whatever of the project runs is a change, whether the file has it or not.
void compare_stopped(const RuntimePair& pair, const ContainersByService& all, Comparison& out) {
    for (const auto& [service, containers] : all) {
        const auto running = std::ranges::count_if(containers, [](const Container* c) { return occupies(*c); });
        if (running == 0) continue;
        add_runtime_change(pair, service_path(service) + ".running", "0", std::to_string(running), out);
    }
}

void note_profiles(const RuntimePair& pair, Comparison& out) {
    const bool some = std::ranges::any_of(pair.file.services, &compose::ServiceFacts::in_profile);
    const bool active = std::ranges::any_of(pair.record.env, [](const EnvVar& variable) {
        return variable.name == "COMPOSE_PROFILES" && !variable.value.empty();
    });
    if (some && active) {
        out.notes.emplace_back("COMPOSE_PROFILES is set, but whether services with profiles run is not compared");
    }
}

} // namespace

void compare_containers(const RuntimePair& pair, Comparison& out) {
    const ContainersByService all = containers_of(pair.runtime, pair.project);
    if (wants_stopped(pair.stack)) {
        compare_stopped(pair, all, out);
        return;
    }
    for (const Shortage& shortage : shortages(pair.record, pair.file, pair.runtime)) {
        report_shortage(pair, shortage, out);
    }
    for (const auto& [name, containers] : all) {
        const auto service = std::ranges::find(pair.file.services, name, &compose::ServiceFacts::name);
        if (service != pair.file.services.end()) {
            compare_service(pair, *service, containers, out);
        } else {
            report_foreign(pair, name, describe_all(containers), out);
        }
    }
    note_profiles(pair, out);
}

} // namespace mooring::drift
