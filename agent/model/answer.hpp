// What a server answered: values with their replies, and what runs as the Docker proxy says (portainer-api.md §6).
#pragma once

#include "base/clock.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mooring {

enum class DockerKind { container, network, volume, service };

// "container", "network", "volume", "service"
std::string_view to_string(DockerKind kind);

// What a Docker engine says of itself (GET docker/info): two environments that show one id are one engine.
struct Engine {
    std::string id;
    std::string swarm_id; // of the swarm that it manages; "" if it manages none
};

// One element of containers/json?all=1.
struct Container {
    std::string name;        // without the leading slash
    std::string project;     // label com.docker.compose.project; "" if none
    std::string service;     // label com.docker.compose.service
    std::int64_t number = 0; // label com.docker.compose.container-number
    bool oneoff = false;
    std::string image;              // as written, or an id when the tag has moved on
    std::string image_id;           // ImageID: "sha256:..."
    UnixSeconds created_at = 0;     // 0: the answer does not say
    std::string state;              // created running paused restarting exited dead removing
    std::string status;             // "Up 5 minutes (unhealthy)", "Exited (1) 2 hours ago"
    std::string id;                 // 64 hex digits; for plans alone, in no snapshot
    std::vector<std::string> ports; // of the host that it holds now: "8080/tcp"; for plans alone, in no snapshot
    // Where its volumes without a name of their own are mounted, which no later container finds again: those of the
    // file, and those of its image (VOLUME). nullopt: the answer does not say. For plans alone, in no snapshot.
    std::optional<std::vector<std::string>> unnamed_volumes;
};

// One element of images/json: a local image and the names that it has now.
struct DockerImage {
    std::string id;                 // "sha256:..."
    std::vector<std::string> tags;  // RepoTags: "nginx:1.27"; empty when it has none
    std::vector<std::string> names; // RepoDigests: "nginx@sha256:..."
};

// What containers/N/json alone says: whether a container that looks young keeps being started anew.
struct ContainerDetail {
    std::int64_t restart_count = 0;
    UnixSeconds started_at = 0; // 0: never
};

// One element of services?status=true.
struct SwarmService {
    std::string id;
    std::string name;        // P_S
    std::string namespace_;  // label com.docker.stack.namespace
    std::string image;       // what runs: the spec's ContainerSpec.Image, without its digest
    std::string digest;      // the digest that stood there: "sha256:..."; "" if none
    std::string label_image; // label com.docker.stack.image: how the file of the last `docker stack deploy` wrote it
    bool global = false;
    std::string mode;          // of the spec, in the words of compose files: "global-job"; "" if it does not say
    std::int64_t replicas = 0; // of the spec, of a job its completions; global: 0
    std::optional<std::int64_t> running_tasks; // ServiceStatus; nullopt before API 1.41
    std::optional<std::int64_t> desired_tasks;
    std::string update_state; // UpdateStatus.State: "updating", "paused", "rollback_completed"; "" if it never was
    std::vector<std::string> ports;           // published: "8080/tcp"; for plans alone, in no snapshot
    std::vector<std::string> unnamed_volumes; // of its spec, as Container has them; for plans alone, in no snapshot
    UnixSeconds created_at = 0;               // likewise; 0: the answer does not say
    UnixSeconds updated_at = 0;               // when its spec was written last, likewise
};

// A registry that a server uses for an environment, with whatever credentials it has for it.
struct Registry {
    std::string url; // "registry.example.test:5000", "docker.io"; some kinds with a path behind
};

// One element of tasks.
struct SwarmTask {
    std::string id;             // a task that starts anew is another one; for writes alone, in no snapshot
    UnixSeconds created_at = 0; // likewise; 0: the answer does not say
    std::string service_id;
    std::string desired_state; // running, shutdown, ...
    std::string state;         // Status.State
    std::string error;         // Status.Err
    std::int64_t slot = 0;
    std::string image; // of its own spec, as the service's was when the task was made; "" if the answer does not say
};

// One request to Portainer and how it came out. The classification is done once, by the table of causes in
// agent/portainer; everything above (observe, judge, report) reads these values and never looks at raw HTTP.

// What was asked, in the server's terms. The table of causes is keyed on it, because the same text means different
// things.
enum class Call {
    status,        // GET /api/system/status
    identity,      // GET /api/users/me
    environments,  // GET /api/endpoints
    environment,   // GET /api/endpoints/{id}
    stacks,        // GET /api/stacks
    stack,         // GET /api/stacks/{id}
    stack_file,    // GET /api/stacks/{id}/file
    docker_list,   // GET /api/endpoints/{id}/docker/{containers/json|services|tasks}
    docker_images, // GET /api/endpoints/{id}/docker/images/json
    docker_object, // GET /api/endpoints/{id}/docker/{containers/N/json|networks/N|volumes/N|services/N}
    kubernetes,    // GET /api/endpoints/{id}/kubernetes/...: the cluster's own API, through the proxy
    users,         // GET /api/users
    teams,         // GET /api/teams
    tags,          // GET /api/tags
    groups,        // GET /api/endpoint_groups
    settings,      // GET /api/settings
    other,         // any other route, writes included
};

enum class Outcome {
    not_asked,
    ok,                  // 200, JSON, decoded
    credentials_refused, // 401 with one of the messages of portainer-api.md §1.3: ends the server's run, exit 77
    header_added,        // both-headers refusal or text/plain "Forbidden": something on the way added a header, exit 70
    denied,              // JSON 403; `cause` says why (unknown if the message is not in the table)
    stack_gone,          // JSON 404, bucket=stacks
    environment_gone,    // JSON 404, bucket=endpoints
    object_absent, // Docker's own 404 ({"message"} without details); the cluster's, about the name that was asked for
    not_served,    // Kubernetes: group, version or resource is not served; says nothing about an object
    file_lost,     // 500 "Unable to retrieve Compose file from disk"
    settings_not_deployed, // 409 "Stack git settings have changed ..."
    unavailable,           // network, TLS, timeout, 408, 429, 5xx, or an answer that is not the API's
};

// Why a request was refused, in the server's terms (design §3.1).
enum class Cause {
    environment,
    resource_control,
    stack_management_disabled,
    role,
    name_taken,
    credentials, // the server refused the token itself: all its stacks are denied by it
    git_source,  // a Git stack whose source this token may not see (portainer-api.md §12)
    namespace_,  // Kubernetes: the token may not look into the namespace; NOLINT(readability-identifier-naming)
    kind,        // Kubernetes: access to namespaces never gives this kind (kubernetes.md §3.2)
    unknown,
};

// "environment", "resource_control", ...
std::string_view to_string(Cause cause);
// "ok", "credentials_refused", ... : the enumerators' names
std::string_view to_string(Outcome outcome);

// What an unavailable answer failed on: it chooses the remedy, never a verdict.
enum class Failure {
    none,
    resolve,     // the name has no address
    connect,     // refused, no route, no such socket
    proxy,       // the proxy on the way refused or did not answer as one
    tls,         // the certificate or the handshake
    timeout,     // the request's or the run's deadline passed
    lost,        // the connection ended before the answer did
    too_large,   // larger than the limits
    not_the_api, // an answer, but not Portainer's: HTML, another content type, a wrong shape
    redirect,    // 3xx, never followed
    refused,     // the API's own answer, of no use here: 4xx, 5xx, 408, 429
};
// "connect", "not_the_api", ...
std::string_view to_string(Failure failure);

struct Reply {
    Call call = Call::other;
    Outcome outcome = Outcome::not_asked;
    std::optional<Cause> cause;      // set exactly when outcome is denied
    Failure failure = Failure::none; // set exactly when outcome is unavailable
    std::string method = "GET";
    std::string target;  // path and query as sent, without scheme and host
    int status = 0;      // HTTP status; 0: no answer
    std::string message; // the server's message, or what failed ("connection refused"); printable, capped
    std::string details; // the server's details; printable, capped
    std::optional<UnixSeconds> server_date; // the Date header

    bool ok() const { return outcome == Outcome::ok; }
    bool denied() const { return outcome == Outcome::denied; }
    bool unavailable() const { return outcome == Outcome::unavailable; }
    bool asked() const { return outcome != Outcome::not_asked; }
};

// The decoded value is there exactly when reply.ok().
template <typename T>
struct Answer {
    Reply reply;
    std::optional<T> value;
};

} // namespace mooring
