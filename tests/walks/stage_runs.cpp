#include "walks/stage_runs.hpp"

#include "portainer_double/host.hpp"
#include "walks/content.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace mooring::walks {
namespace {

using Json = nlohmann::json;

constexpr int hour = 3600;

// What a look at its service web meets; null if it is as deployed.
Json web_of(const Stack& stack) {
    switch (stack.runs) {
    case Runs::exited:
        return {{"state", "exited"}, {"exitCode", 1}};
    case Runs::ended:
        return {{"state", "exited"}, {"exitCode", 0}};
    case Runs::terminated:
        return {{"state", "exited"}, {"exitCode", 143}};
    case Runs::killed:
        return {{"state", "exited"}, {"exitCode", 137}};
    case Runs::paused:
        return {{"state", "paused"}};
    case Runs::removed:
        return {{"remove", true}};
    case Runs::looping:
        return {{"restartCount", 7}, {"startedAgo", 2}, {"createdAgo", hour}};
    case Runs::just_restarted:
        return {{"startedAgo", 5}, {"createdAgo", hour}};
    case Runs::calmed:
        return {{"restartCount", 7}, {"startedAgo", hour}, {"createdAgo", 2 * hour}};
    case Runs::older_image:
        return {{"imageId", "sha256:" + std::string(64, 'a')}};
    default:
        return nullptr;
    }
}

// What a look at the third service meets; null if it is as deployed.
Json third_of(const Stack& stack) {
    const Extra extra = stack.content.extra;
    const bool deployed = extra != Extra::none && extra != Extra::spare && (extra != Extra::profiled || stack.profile);
    if (!deployed) return nullptr;
    if (stack.rest == Rest::ended || (stack.rest == Rest::as_meant && is_job(extra))) {
        return {{"state", "exited"}, {"exitCode", 0}};
    }
    if (stack.rest == Rest::failed) return {{"state", "exited"}, {"exitCode", 1}};
    if (stack.rest == Rest::removed) return {{"remove", true}};
    return nullptr;
}

// A name on a host is given once: whoever takes it from outside must find it free.
bool runs_web(const State& state, const Stack& taken) {
    return std::ranges::any_of(state.stacks, [&](const Stack& stack) {
        return stack.place == taken.place && stack.name == taken.name && runs_service_web(stack);
    });
}

// What somebody does with `docker service update`.
void change_service(portainer_double::World& world, const Stack& stack) {
    portainer_double::Environment* place = world.find_environment(stack.place);
    if (place == nullptr || stack.kind != Kind::swarm || !runs_anything(stack)) return;
    portainer_double::Host& host = world.host_of(*place);
    for (portainer_double::SwarmService& service : host.services) {
        if (service.name != stack.name + "_web") continue;
        if (stack.runs == Runs::service_updated) service.image = "local/web:1.77";
        if (stack.runs == Runs::relabelled) service.label_image = "local/web:1.77";
        if (stack.runs == Runs::service_scaled) service.replicas = 2;
        update_service(world, host, service);
    }
}

void untag(portainer_double::Host& host) {
    for (portainer_double::Image& image : host.images) {
        if (image.tag == "local/db:16") image.tag.clear();
    }
}

} // namespace

void add_runtime(const Stack& stack, Json& seed) {
    if (stack.runs == Runs::nothing) seed["runs"] = false;
    if (stack.runs == Runs::other_image) seed["runs"] = other_image_text(stack.kind, stack.content);
    if (!runs_anything(stack) || stack.kind != Kind::standalone) return;
    Json containers = Json::object();
    if (Json web = web_of(stack); !web.is_null()) containers["web"] = std::move(web);
    if (Json third = third_of(stack); !third.is_null()) containers[name_of(stack.content.extra)] = std::move(third);
    if (!containers.empty()) seed["containers"] = std::move(containers);
}

void add_containers(const State& state, Json& containers) {
    const auto add = [&](const Stack& stack, Json container) {
        if (find_place(state, stack.place) == nullptr) return;
        container["environment"] = stack.place;
        containers.push_back(std::move(container));
    };
    for (const Stack& stack : state.stacks) {
        if (stack.runs != Runs::foreign || stack.kind != Kind::standalone) continue;
        add(stack, {{"name", stack.name + "-stray-1"}, {"project", stack.name}, {"service", "stray"}});
    }
    for (const Stack& stack : state.stacks) {
        if (stack.kind != Kind::standalone || !runs_anything(stack)) continue;
        const std::string image = fmt::format("local/web:1.{}", stack.content.image);
        if (stack.runs == Runs::more) {
            add(stack,
                {{"name", stack.name + "-web-2"}, {"project", stack.name}, {"service", "web"}, {"image", image}});
        }
        const Extra extra = stack.content.extra;
        const bool idle = extra == Extra::spare || (extra == Extra::profiled && !stack.profile);
        if (!idle || stack.rest != Rest::running) continue;
        const std::string third = name_of(extra);
        add(stack, {{"name", stack.name + "-" + third + "-1"}, {"project", stack.name}, {"service", third}});
    }
    for (const Stack& stack : state.outside) {
        if (!runs_web(state, stack)) add(stack, {{"name", stack.name + "-web-1"}});
    }
}

void change_hosts(portainer_double::World& world, const State& state) {
    for (const Stack& stack : state.stacks) change_service(world, stack);
    for (const Place& place : state.places) {
        if (place.untagged) untag(world.host_of(*world.find_environment(place.id)));
    }
}

} // namespace mooring::walks
