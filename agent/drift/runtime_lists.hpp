// Finding one stack's containers, services and tasks in the lists of its environment, and who of them is short.
#pragma once

#include "drift/runtime_parts.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mooring::drift {

// The containers of a project by compose service, one-off ones (`compose run`) left out.
using ContainersByService = std::map<std::string, std::vector<const Container*>>;
ContainersByService containers_of(const RuntimeFacts& runtime, std::string_view project);
bool has_container_named(const RuntimeFacts& runtime, std::string_view name);

// The swarm services of a stack by their name in the file.
using SwarmServices = std::map<std::string, const SwarmService*>;
SwarmServices services_of(const RuntimeFacts& runtime, std::string_view project);
std::vector<const SwarmTask*> tasks_of(const RuntimeFacts& runtime, std::string_view service_id);

// The exit code in "Exited (137) 2 hours ago"; nullopt without one.
std::optional<int> exit_code_of(const Container& container);
bool is_unhealthy(const Container& container);
// Running, paused or between two starts.
bool is_up(const Container& container);
// How often a container that runs was started anew by itself, when that was moments ago: a loop. nullopt: it is none,
// or was not inspected.
std::optional<std::int64_t> restarts_in_a_loop(const RuntimeFacts& runtime, const Container& container);
// The inspection that the answer stands on; or a note that there was none, where one would have been due.
void tell_inspected(const RuntimePair& pair, std::string_view service, const Container& container, Comparison& out);

// How many tasks of a service run, are wanted, and have ended well.
struct TaskCount {
    std::int64_t running = 0;
    std::optional<std::int64_t> wanted; // nullopt: neither the service nor a task says so
    std::int64_t completed = 0;
    std::string error; // of the tasks that are wanted; "" if none
};
TaskCount count_tasks(const SwarmService& service, const RuntimeFacts& runtime);
// What has become of a job's tasks that did not end well and were not replaced: "failed", with the error; "" if there
// are none.
std::string failed_tasks(const SwarmService& service, const RuntimeFacts& runtime);

// For a user: predictable names that the list lacks though that may be right, because what bears them may be hidden.
// Those of every service of a stack that is to be stopped; else of jobs, which may have been removed, and of services
// that are not to run.
Names unlisted_names(const DesiredStack& stack, const StackRecord& record, const compose::ProjectFacts& file,
                     const RuntimeFacts& runtime);

// Every service of the file of which fewer run than expected.
std::vector<Shortage> shortages(const StackRecord& record, const compose::ProjectFacts& file,
                                const RuntimeFacts& runtime);

} // namespace mooring::drift
