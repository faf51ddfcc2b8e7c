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
// Whether the service has done its work: ended with 0, and nothing is to start it again.
bool has_ended(const Container& container, const compose::ServiceFacts& service);

// How many tasks of a service run, are wanted, and have ended well.
struct TaskCount {
    std::int64_t running = 0;
    std::optional<std::int64_t> wanted; // nullopt: neither the service nor a task says so
    std::int64_t completed = 0;
    std::string error; // of the tasks that are wanted; "" if none
};
TaskCount count_tasks(const SwarmService& service, const RuntimeFacts& runtime);

// The predictable names of every service that the list lacks, whether it should run or not: for a user, what is to be
// asked about a stack that is to be stopped.
std::vector<std::pair<std::string, std::string>> unlisted_names(const StackRecord& record,
                                                                const compose::ProjectFacts& file,
                                                                const RuntimeFacts& runtime); // service, name

// Every service of the file of which fewer run than expected.
std::vector<Shortage> shortages(const StackRecord& record, const compose::ProjectFacts& file,
                                const RuntimeFacts& runtime);

} // namespace mooring::drift
