// What the proxy's handlers share: the request behind /docker/ and Portainer's access rules for Docker objects (§6).
#pragma once

#include "portainer_double/docker_values.hpp"
#include "portainer_double/routes.hpp"

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <vector>

namespace portainer_double {

struct Proxied {
    Call& call;
    const Environment& environment;
    Host& host;
    std::vector<std::string> parts; // of the path behind /docker/, without the API version
};

// 403 in Docker's shape: the object exists and its resource control refuses.
Answer hidden_object();
// The refusal of what is not rewritten but refused beforehand: as hidden_object(), on 2.23.0 a broken 500.
Answer refused_beforehand(const Proxied& p);
// The 500 of Portainer where Docker's client fails, or Portainer itself.
Answer proxy_failed(std::string_view why, int status = 500);
Answer not_a_swarm_manager();
const ResourceControl* control_for(const Proxied& p, const std::string& id, const Labels& labels);
bool may_see(const Proxied& p, const std::string& id, const Labels& labels);
// With {"Portainer":{"ResourceControl":...}}, where there is one.
Json decorated(const Proxied& p, Json object, const std::string& id, const Labels& labels);
// A volume's key among the resource controls: its name and the id of the host or its swarm.
std::string volume_resource(const Host& host, const std::string& name);
Labels labels_of(const SwarmService& service);
SwarmService* find_service(Host& host, const std::string& name_or_id);
Volume* find_volume(Host& host, const std::string& name);

// Why the caller may not do this to an object that Docker knows by `name`; nullopt if they may. Asked before Docker is:
// the control of the name as it was sent, then those of the object's labels. `missing`: Docker's words if there is no
// such object.
std::optional<Answer> refuse_object(const Proxied& p, const std::string& resource, const Labels* labels,
                                    const std::string& missing);
// For 201 answers: a private resource control for the caller, and 200 with it.
Answer created_object(const Proxied& p, Json object, const std::string& resource, int type);
// After an object went, so does the control of the name as it was sent.
void forget_object(const Proxied& p, const std::string& resource);

// The answer to a reading, if the path is one that is emulated.
std::optional<Answer> read_standalone(Proxied& p);
std::optional<Answer> read_swarm(Proxied& p);
// The answer to any other method.
Answer write_docker(Proxied& p);
Answer write_container(Proxied& p);
Answer create_container(Proxied& p);
// Who may not look into a container's or service's logs and processes; nullopt for other paths.
std::optional<Answer> refuse_looking_inside(const Proxied& p);

} // namespace portainer_double
