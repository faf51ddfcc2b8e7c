// What runs, as the Docker proxy answers. The first line says what the list is of: containers, services, tasks, images,
// details (of inspected containers), users, environments.
#include "fuzz/json_reading.hpp"

namespace mooring::fuzz {

void run(std::string_view input) {
    const std::size_t end = std::min(input.find('\n'), input.size());
    const std::string_view kind = input.substr(0, end);
    const std::string_view list = input.substr(std::min(end + 1, input.size()));
    if (kind == "services") {
        read_list_both_ways<SwarmService>(list);
    } else if (kind == "tasks") {
        read_list_both_ways<SwarmTask>(list);
    } else if (kind == "images") {
        read_list_both_ways<DockerImage>(list);
    } else if (kind == "details") {
        for (const auto& detail : read_list_both_ways<ContainerDetail>(list).values) {
            require(detail.started_at >= 0, "a start is a time or never");
        }
    } else if (kind == "users") {
        read_list_both_ways<NamedId>(list);
    } else if (kind == "environments") {
        read_list_both_ways<Environment>(list);
    } else {
        for (const auto& container : read_list_both_ways<Container>(list).values) {
            require(!container.name.contains('/'), "a container's own name has no slash", container.name);
        }
    }
}

} // namespace mooring::fuzz
