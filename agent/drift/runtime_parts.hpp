// What runs, compared service by service; the parts of compare_runtime, private to this folder.
#pragma once

#include "drift/compare_parts.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mooring::drift {

// What both kinds of Docker environment look at. Everything outlives it.
struct RuntimePair {
    const DesiredStack& stack;
    const StackRecord& record;
    const compose::ProjectFacts& file; // what the server's file says should run
    const RuntimeFacts& runtime;
    const std::vector<NameProbe>& probes;
    const KnownSecrets& secrets;
    bool list_filtered = false; // a user's list: what it lacks may be hidden
    std::string project;        // the record's name as compose spells it
};

void compare_containers(const RuntimePair& pair, Comparison& out);
void compare_services(const RuntimePair& pair, Comparison& out);

// Whether the manifest wants nothing to run.
bool wants_stopped(const DesiredStack& stack);
// Whether the change `state: running -> stopped` of the record says already that nothing runs.
bool stopped_is_said(const DesiredStack& stack, const StackRecord& record);

// `services.web`, `services["web.front"]`: the notation of paths in compose files.
std::string service_path(std::string_view service);

// How many should run. `at_least`: the file's number is a reference, one is taken as the least.
struct Expected {
    std::int64_t count = 0;
    bool at_least = false;

    std::string text() const { return (at_least ? "at least " : "") + std::to_string(count); }
};
Expected expected_count(const compose::ServiceFacts& service);

// Names of one service that are asked for: enough to tell what became of it, and no flood for `replicas: 1000000`.
inline constexpr std::int64_t most_names_asked = 20;

// Fewer than expected, and what became of those that are not in the list.
struct Shortage {
    const compose::ServiceFacts& service;
    Expected expected;
    std::int64_t running = 0;
    std::vector<std::string> names; // predictable names that the list lacks
    std::int64_t unasked = 0;       // what may run beyond those names
    bool predictable = true;        // false: the file's container_name holds a reference
    std::string reason;             // "No such image: ..."; may be empty
};

// Adds the change `services.web.running`, or, where this token may not see all, what was not read.
void report_shortage(const RuntimePair& pair, const Shortage& shortage, Comparison& out);

// What runs of a service that the file does not have: a change, unless files that were not read may have it.
void report_foreign(const RuntimePair& pair, std::string_view service, std::string what, Comparison& out);

void add_runtime_change(const RuntimePair& pair, std::string path, std::optional<std::string> desired,
                        std::optional<std::string> actual, Comparison& out);
// An image beside the file's. One that holds an env value is said to differ and not shown.
void compare_image(const RuntimePair& pair, const compose::ServiceFacts& service,
                   const std::vector<std::string>& images, Comparison& out);

// The predictable container names of a service that the list of the environment lacks.
std::vector<std::string> missing_container_names(const compose::ServiceFacts& service, std::string_view project,
                                                 const RuntimeFacts& runtime);

// Whether two image names mean the same image: "nginx" is "docker.io/library/nginx:latest". Ids mean nothing here.
bool same_image(std::string_view left, std::string_view right);
bool is_image_id(std::string_view image);

} // namespace mooring::drift
