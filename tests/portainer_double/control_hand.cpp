// What people and cron jobs do on a Docker host behind Portainer's back. Everything here leaves the records alone.
#include "portainer_double/control_routes.hpp"
#include "portainer_double/docker_proxy.hpp"
#include "portainer_double/host.hpp"
#include "portainer_double/seed.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace portainer_double {
namespace {

Answer changed(std::size_t count) { return json_answer({{"ok", true}, {"changed", count}}); }

Host& host_meant(World& world, const Json& in) {
    const Json name = in.value("environment", Json(1));
    Environment* found =
        name.is_string() ? world.find_environment(name.get<std::string>()) : world.find_environment(name.get<Id>());
    if (found == nullptr) throw std::runtime_error("no environment " + name.dump());
    return world.deployment_host(*found, compose_stack);
}

bool is_labelled(const Container& container, const char* label, const Json& wanted) {
    const auto at = container.labels.find(label);
    if (at == container.labels.end()) return false;
    return wanted.is_number() ? at->second == wanted.dump() : wanted == at->second;
}

bool is_meant(const Container& container, const Json& in) {
    if (in.contains("container")) return container.name == in["container"].get<std::string>();
    if (!in.contains("project") || !is_labelled(container, "com.docker.compose.project", in["project"])) return false;
    if (in.contains("service") && !is_labelled(container, "com.docker.compose.service", in["service"])) return false;
    return !in.contains("number") || is_labelled(container, "com.docker.compose.container-number", in["number"]);
}

std::vector<Container*> containers_meant(Host& host, const Json& in) {
    std::vector<Container*> meant;
    for (Container& container : host.containers) {
        if (is_meant(container, in)) meant.push_back(&container);
    }
    if (meant.empty()) throw std::runtime_error("no container fits " + in.dump());
    return meant;
}

Answer leave_in(Service& service, const Json& in, const char* state, int code) {
    const auto meant = containers_meant(host_meant(service.world, in), in);
    for (Container* container : meant) {
        container->state = state;
        container->exit_code = in.value("code", code);
        if (container->state != "running" && container->state != "paused") container->health.clear();
    }
    return changed(meant.size());
}

// `docker stop`: what listens to SIGTERM ends with 0, what does not know it with 143, what ignores it with 137.
Answer stop(Service& service, const Json& in) { return leave_in(service, in, "exited", 0); }
Answer kill(Service& service, const Json& in) { return leave_in(service, in, "exited", 137); }
Answer pause(Service& service, const Json& in) { return leave_in(service, in, "paused", 0); }
Answer unpause(Service& service, const Json& in) { return leave_in(service, in, "running", 0); }

Answer start(Service& service, const Json& in) {
    const auto meant = containers_meant(host_meant(service.world, in), in);
    for (Container* container : meant) {
        container->state = "running";
        container->exit_code = 0;
        container->started = service.world.now() - in.value("ago", UnixSeconds{0});
    }
    return changed(meant.size());
}

// Docker keeps starting it anew: `times` so far, the last time `up` seconds ago. `state`: what one look meets it in.
Answer loop(Service& service, const Json& in) {
    const auto meant = containers_meant(host_meant(service.world, in), in);
    for (Container* container : meant) {
        container->restart_count = in.value("times", 7);
        container->started = service.world.now() - in.value("up", UnixSeconds{2});
        container->created = std::min(container->created, service.world.now() - 3600);
        container->state = in.value("state", "running");
        container->exit_code = in.value("code", 0);
    }
    return changed(meant.size());
}

Answer remove_by_hand(Service& service, const Json& in) {
    Host& host = host_meant(service.world, in);
    const std::size_t count = containers_meant(host, in).size();
    std::erase_if(host.containers, [&](const Container& container) { return is_meant(container, in); });
    return changed(count);
}

// `docker system prune`: everything that does not run, and images that have lost their names.
Answer prune(Service& service, const Json& in) {
    Host& host = host_meant(service.world, in);
    const std::size_t before = host.containers.size();
    std::erase_if(host.containers, [](const Container& c) {
        return c.state != "running" && c.state != "paused" && c.state != "restarting";
    });
    std::erase_if(host.images, [&](const Image& image) {
        const auto uses = [&](const Container& c) { return c.image_id == image.id; };
        return image.tag.empty() && std::ranges::none_of(host.containers, uses);
    });
    return changed(before - host.containers.size());
}

// The name means another image from now on: it was pulled or built anew.
Answer retag(Service& service, const Json& in) {
    Host& host = host_meant(service.world, in);
    const std::string image = in.at("image").get<std::string>();
    if (find_image(host, image) == nullptr) throw std::runtime_error("no image " + image);
    move_tag(service.world, host, image);
    return changed(1);
}

// `docker build -t`: as retag, of an image that no registry has.
Answer build(Service& service, const Json& in) {
    Host& host = host_meant(service.world, in);
    move_tag(service.world, host, in.at("image").get<std::string>());
    host.images.back().built = true;
    return changed(1);
}

Answer untag(Service& service, const Json& in) {
    Host& host = host_meant(service.world, in);
    const std::string name = familiar_name(in.at("image").get<std::string>());
    std::size_t count = 0;
    for (Image& image : host.images) {
        if (image.tag.empty() || familiar_name(image.tag) != name) continue;
        image.tag.clear();
        ++count;
    }
    if (count == 0) throw std::runtime_error("no image " + name);
    return changed(count);
}

Answer scale_by_hand(Service& service, const Json& in) {
    const std::string name = in.value("service", "");
    const std::size_t count = in.value("count", std::size_t{1});
    if (!scale(service.world, host_meant(service.world, in), in.value("project", ""), name, count))
        throw std::runtime_error("no container fits " + in.dump());
    return changed(count);
}

// A container under a project's labels that no file has.
Answer foreign(Service& service, const Json& in) {
    seed_container(service.world, in);
    return changed(1);
}

// `docker service update --image` and `docker service scale`.
Answer update_by_hand(Service& service, const Json& in) {
    Host& host = host_meant(service.world, in);
    SwarmService* found = find_service(host, in.value("service", ""));
    if (found == nullptr) throw std::runtime_error("no service " + in.value("service", ""));
    found->image = in.value("image", found->image);
    found->replicas = in.value("replicas", found->replicas);
    found->label_image = in.value("label", found->label_image);
    update_service(service.world, host, *found);
    return changed(1);
}

constexpr std::array by_hand{
    ControlRoute{"POST", "/hand/stop", stop},
    ControlRoute{"POST", "/hand/kill", kill},
    ControlRoute{"POST", "/hand/pause", pause},
    ControlRoute{"POST", "/hand/unpause", unpause},
    ControlRoute{"POST", "/hand/start", start},
    ControlRoute{"POST", "/hand/loop", loop},
    ControlRoute{"POST", "/hand/remove", remove_by_hand},
    ControlRoute{"POST", "/hand/prune", prune},
    ControlRoute{"POST", "/hand/retag", retag},
    ControlRoute{"POST", "/hand/build", build},
    ControlRoute{"POST", "/hand/untag", untag},
    ControlRoute{"POST", "/hand/foreign", foreign},
    ControlRoute{"POST", "/hand/scale", scale_by_hand},
    ControlRoute{"POST", "/hand/service", update_by_hand},
};

} // namespace

std::span<const ControlRoute> hand_routes() { return by_hand; }

} // namespace portainer_double
