// Swarm: services with the stack's namespace label, and their tasks.
#include "drift/runtime_lists.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace mooring::drift {
namespace {

// Before API 1.41 the services do not say how many tasks run: then the list of tasks must have been read.
bool can_count(const RuntimePair& pair, const SwarmServices& services, Comparison& out) {
    if (pair.runtime.tasks.value) return true;
    const bool all_say =
        std::ranges::all_of(services, [](const auto& entry) { return entry.second->running_tasks.has_value(); });
    if (all_say && !pair.runtime.tasks.reply.denied() && !pair.runtime.tasks.reply.unavailable()) return true;
    out.unread.emplace_back("runtime");
    out.refusal = pair.runtime.tasks.reply;
    return false;
}

void compare_stopped(const RuntimePair& pair, const SwarmServices& services, Comparison& out) {
    for (const auto& [name, service] : services) {
        const std::int64_t running = count_tasks(*service, pair.runtime).running;
        if (running > 0) add_runtime_change(pair, service_path(name) + ".running", "0", std::to_string(running), out);
    }
}

void compare_service(const RuntimePair& pair, const compose::ServiceFacts& declared, const SwarmService& service,
                     Comparison& out) {
    if (declared.in_profile || declared.replicas == 0) return; // not expected to run
    const std::int64_t running = count_tasks(service, pair.runtime).running;
    if (!declared.global && declared.replicas && running > *declared.replicas) {
        out.notes.push_back(
            fmt::format("{}: {} tasks run, {} declared", service_path(declared.name), running, *declared.replicas));
    }
    compare_image(pair, declared, {service.image}, out);
}

} // namespace

void compare_services(const RuntimePair& pair, Comparison& out) {
    const SwarmServices services = services_of(pair.runtime, pair.project);
    if (!can_count(pair, services, out)) return;
    if (wants_stopped(pair.stack)) {
        compare_stopped(pair, services, out);
        return;
    }
    for (const Shortage& shortage : shortages(pair.record, pair.file, pair.runtime)) {
        report_shortage(pair, shortage, out);
    }
    for (const auto& [name, service] : services) {
        const auto declared = std::ranges::find(pair.file.services, name, &compose::ServiceFacts::name);
        if (declared != pair.file.services.end()) {
            compare_service(pair, *declared, *service, out);
            continue;
        }
        const std::int64_t running = count_tasks(*service, pair.runtime).running;
        report_foreign(pair, name,
                       fmt::format("a service with {} running {}", running, running == 1 ? "task" : "tasks"), out);
    }
}

} // namespace mooring::drift
