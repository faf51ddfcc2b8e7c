// Standalone: containers with the project's label, grouped by compose service.
#include "base/text.hpp"
#include "runtime/parts.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace mooring::runtime {
namespace {

// "exited (137)", "unhealthy", "created", "restarting (7 times)": what a person wants to know of one container.
std::string describe(const RuntimeFacts& runtime, const Container& container) {
    if (const auto restarts = restarts_in_a_loop(runtime, container)) {
        return fmt::format("restarting ({} {})", *restarts, *restarts == 1 ? "time" : "times");
    }
    if (container.state == "running") return is_unhealthy(container) ? "unhealthy" : "running";
    const auto code = exit_code_of(container);
    return code ? fmt::format("{} ({})", printable(container.state, 40), *code) : printable(container.state, 40);
}

std::string describe_all(const RuntimeFacts& runtime, const std::vector<const Container*>& containers) {
    std::vector<std::string> states(containers.size());
    std::ranges::transform(containers, states.begin(),
                           [&](const Container* container) { return describe(runtime, *container); });
    std::ranges::sort(states);
    return fmt::format("{} {}: {}", states.size(), states.size() == 1 ? "container" : "containers", join(states, ", "));
}

// What has stopped is a change, with whatever code, unless it is a job's that ended well or the whole stack was
// stopped.
bool may_have_stopped(const RuntimePair& pair, const compose::ServiceFacts& service, const Container& container) {
    if (container.state != "exited") return false;
    return (service.job && exit_code_of(container) == 0) || stop_explains(pair.stack, pair.record);
}

// What a container that does not run as it should is a case of. One that is up and troubled is left to people.
Subject subject_of(const compose::ServiceFacts& service, const Container& container) {
    if (container.state == "created" || container.state == "dead") return Subject::not_started;
    if (container.state != "exited") return Subject::troubled;
    if (service.job) return Subject::job;
    return service.restarts ? Subject::ended_kept : Subject::ended;
}

void compare_state(const RuntimePair& pair, const compose::ServiceFacts& service, const Container& container,
                   Comparison& out) {
    std::string state = describe(pair.runtime, container);
    if (state == "running" || may_have_stopped(pair, service, container)) return;
    if (container.state == "exited") note_ended(service, service.restarts, out);
    add_runtime_change(
        pair, subject_of(service, container), service.name,
        fmt::format("{}.containers[{}].state", service_path(service.name), printable(container.name, 200)), "running",
        std::move(state), out);
}

void compare_service(const RuntimePair& pair, const compose::ServiceFacts& service,
                     const std::vector<const Container*>& containers, Comparison& out) {
    const Expected expected = expected_count(service);
    std::vector<const Container*> up;
    std::int64_t running = 0;
    for (const Container* container : containers) {
        if (is_up(*container)) up.push_back(container);
        if (!expected.any()) continue;
        tell_inspected(pair, service.name, *container, out);
        compare_state(pair, service, *container, out);
        if (container->state == "running" && !restarts_in_a_loop(pair.runtime, *container)) ++running;
    }
    // Of what should not run at all, whatever is up counts, in whichever state.
    const auto count = expected.any() ? running : static_cast<std::int64_t>(up.size());
    if (!expected.at_least && count > expected.count) {
        add_runtime_change(pair, expected.any() ? Subject::too_many : Subject::unwanted, service.name,
                           service_path(service.name) + ".running", expected.text(), std::to_string(count), out);
    }
    if (expected.any()) compare_images(pair, service, up, out);
}

// Declared stopped: whatever of the project runs is a change, whether the file has it or not.
void compare_stopped(const RuntimePair& pair, const ContainersByService& all, Comparison& out) {
    for (const auto& [service, containers] : all) {
        const auto running = std::ranges::count_if(containers, [](const Container* one) { return is_up(*one); });
        if (running == 0) continue;
        add_runtime_change(pair, Subject::unwanted, service, service_path(service) + ".running", "0",
                           std::to_string(running), out);
    }
}

std::set<std::string> names_of(const ContainersByService& all) {
    std::set<std::string> names;
    for (const auto& [service, containers] : all) names.insert(service);
    return names;
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
    compare_jobs(pair, names_of(all), out);
    for (const auto& [name, containers] : all) {
        const auto service = std::ranges::find(pair.file.services, name, &compose::ServiceFacts::name);
        if (service != pair.file.services.end()) {
            compare_service(pair, *service, containers, out);
        } else {
            report_foreign(pair, name, describe_all(pair.runtime, containers), out);
        }
    }
}

} // namespace mooring::runtime
