#include "portainer_double/host.hpp"
#include "portainer_double/seed.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <stdexcept>

namespace portainer_double {
namespace {

Environment& environment_named(World& world, const Json& seed) {
    const Json name = seed.value("environment", Json(1));
    Environment* found =
        name.is_string() ? world.find_environment(name.get<std::string>()) : world.find_environment(name.get<Id>());
    if (found == nullptr) throw std::runtime_error("no environment " + name.dump());
    return *found;
}

bool is_changed(const Container& container, const Json& change) {
    if (change.contains("container")) return container.name == change["container"].get<std::string>();
    const auto project = container.labels.find("com.docker.compose.project");
    const auto service = container.labels.find("com.docker.compose.service");
    if (project == container.labels.end() || project->second != change.value("project", "")) return false;
    if (!change.contains("service")) return true;
    return service != container.labels.end() && service->second == change["service"].get<std::string>();
}

void apply(World& world, Host& host, Container& container, const Json& change) {
    container.state = change.value("state", container.state);
    container.exit_code = change.value("exitCode", container.exit_code);
    container.health = change.value("health", container.health);
    container.restart_count = change.value("restartCount", container.restart_count);
    if (change.contains("createdAgo")) container.created = world.now() - change["createdAgo"].get<UnixSeconds>();
    if (change.contains("startedAgo")) container.started = world.now() - change["startedAgo"].get<UnixSeconds>();
    if (change.contains("image")) {
        container.image = change["image"].get<std::string>();
        ensure_image(world, host, container.image);
        if (const Image* image = find_image(host, container.image); image != nullptr) container.image_id = image->id;
    }
    container.image_id = change.value("imageId", container.image_id); // what the name meant when it was made
}

std::string padding(std::size_t bytes) {
    std::string text;
    for (int line = 0; text.size() < bytes; ++line) {
        text += "      SETTING_" + std::to_string(line) + ": \"value of the setting with the number " +
                std::to_string(line) + "\"\n";
    }
    return text;
}

// A file in which people's habits show: of ten files four have anchors, three block scalars, two text beyond ASCII.
std::string file_as_people_write(int number, const std::string& top, const std::string& rest) {
    const int kind = number % 10;
    std::string head;
    std::string tail;
    if (kind == 6 || kind == 7) {
        head += "# Für die Bühne\n";
        tail += "      GREETING: Grüße\n";
    }
    if (kind >= 3 && kind < 6) tail += "      SCRIPT: |\n        #!/bin/sh\n        echo \"started\"\n";
    if (kind < 4) {
        head += "x-labels: &labels\n  team: shop\n  tier: web\n";
        tail += "    labels:\n      <<: *labels\n      part: front\n";
    }
    return head + top + rest + tail;
}

} // namespace

void seed_container(World& world, const Json& seed) {
    Environment& environment = environment_named(world, seed);
    Host& host = world.host_of(environment);
    Container& made = host.containers.emplace_back();
    made.id = world.take_hash();
    made.name = seed.value("name", "container-" + made.id.substr(0, 6));
    made.created = world.now();
    made.network_mode = "bridge";
    made.command = {"sleep", "3600"};
    if (seed.contains("labels")) made.labels = seed["labels"].get<Labels>();
    if (seed.contains("project")) made.labels["com.docker.compose.project"] = seed["project"].get<std::string>();
    if (seed.contains("service")) {
        made.labels["com.docker.compose.service"] = seed["service"].get<std::string>();
        made.labels["com.docker.compose.container-number"] = "1";
        made.labels["com.docker.compose.oneoff"] = seed.value("oneoff", false) ? "True" : "False";
    }
    made.ports = seed.value("ports", std::vector<int>{});
    Json change = seed;
    change["image"] = seed.value("image", "local/web:1.0");
    apply(world, host, made, change);
}

void set_container_state(World& world, const Json& change) {
    Environment& environment = environment_named(world, change);
    Host& host = world.deployment_host(environment, compose_stack);
    if (change.value("remove", false)) {
        std::erase_if(host.containers, [&](const Container& container) { return is_changed(container, change); });
        return;
    }
    bool found = false;
    for (Container& container : host.containers) {
        if (!is_changed(container, change)) continue;
        apply(world, host, container, change);
        found = true;
    }
    if (!found) throw std::runtime_error("no container fits " + change.dump());
}

// The stacks are alike but for their names, so one parsed file brings all of them up.
void generate_stacks(World& world, const Json& wanted) {
    const int count = wanted.value("stacks", 1000);
    const int environments = std::max(1, wanted.value("environments", 1));
    const std::string filler = padding(static_cast<std::size_t>(std::max(0, wanted.value("bytes", 4096) - 160)));
    while (world.environments.size() < static_cast<std::size_t>(environments)) {
        seed_environment(world, {{"name", "generated-" + std::to_string(world.environments.size() + 1)}});
    }
    const auto project = read_compose(
        "services:\n  web:\n    image: local/web:1.0\n    command: [\"sleep\", \"3600\"]\n    environment:\n" + filler,
        {});
    if (!project) throw std::runtime_error("generated content does not parse");
    for (int i = 0; i < count; ++i) {
        const Id id = world.take_id("stacks");
        Stack& stack = world.stacks[id];
        stack.id = id;
        std::string number = std::to_string(i);
        number.insert(0, 5 - std::min<std::size_t>(5, number.size()), '0');
        stack.name = wanted.value("prefix", "stack-") + number;
        stack.environment = world.environments[static_cast<std::size_t>(i % environments)].id;
        stack.created = world.now() - 86400;
        stack.created_by = "admin";
        stack.env.emplace({EnvVar{.name = "TOKEN", .value = "secret-" + number}});
        const std::string top =
            "# " + stack.name +
            "\nservices:\n  web:\n    image: local/web:1.0\n    command: [\"sleep\", \"3600\"]\n    environment:\n";
        stack.file = wanted.value("varied", false) ? file_as_people_write(i, top, filler) : top + filler;
        if (world.rules().generation == Generation::background) {
            stack.deployments = {{.status = deploying, .time = stack.created, .message = {}},
                                 {.status = active, .time = stack.created, .message = {}}};
        }
        ResourceControl& control = world.add_control(stack, *world.find_user(Id{1}));
        control.administrators_only = false;
        control.open = true;
        Environment& environment = *world.find_environment(stack.environment);
        compose_up(world, world.host_of(environment), stack, *project, {});
    }
}

} // namespace portainer_double
