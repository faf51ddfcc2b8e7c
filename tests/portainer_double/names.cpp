#include "portainer_double/names.hpp"

#include "base/text.hpp"
#include "portainer_double/deploy.hpp"
#include "portainer_double/host.hpp"

#include <algorithm>

namespace portainer_double {

bool name_taken(World& world, const Environment& environment, const Stack& stack) {
    const std::string wanted = mooring::to_lower(stack.name);
    const bool on_record = std::ranges::any_of(world.stacks, [&](const auto& entry) {
        const Stack& other = entry.second;
        return other.id != stack.id && other.environment == environment.id && mooring::to_lower(other.name) == wanted;
    });
    if (on_record) return true;
    const Host& host = world.host_of(environment);
    const bool by_service =
        std::ranges::any_of(host.services, [&](const SwarmService& s) { return s.stack == stack.name; });
    if (!stack.swarm_id.empty() && by_service) return true;
    return !stack.name.empty() &&
           std::ranges::any_of(host.containers, [&](const Container& c) { return belongs_to(c, stack.name); });
}

std::optional<Answer> refuse_asking_host(World& world, const Environment& environment, const Stack& stack) {
    const Host& host = world.host_of(environment);
    constexpr std::string_view message = "Unable to check for name collision";
    if (!host.reachable || environment.type >= 5) return problem(500, message, unreachable(host));
    if (!stack.swarm_id.empty() && host.swarm_id.empty()) return problem(500, message, not_a_manager());
    return std::nullopt;
}

} // namespace portainer_double
