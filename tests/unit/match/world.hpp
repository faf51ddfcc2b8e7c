// One server, one desired stack and what was asked about it, as values: the beginning of every test of match and judge.
#pragma once

#include "match/match.hpp"

#include <string>
#include <utility>
#include <vector>

namespace mooring::match::test {

inline constexpr UnixSeconds noon = 1795500000;
inline constexpr EnvironmentId production = 4;
inline constexpr EnvironmentId staging = 5;

Reply reply(Call call, Outcome outcome, int status, std::string target, std::string message = {});
Reply ok(Call call, std::string target);
Reply denied(Call call, Cause cause, std::string target);
Reply stack_gone(std::string target);
Reply environment_gone(std::string target);
Reply unavailable(Call call, std::string target);

template <typename T>
Answer<T> answered(Call call, std::string target, T value) {
    return {.reply = ok(call, std::move(target)), .value = std::move(value)};
}

StackRecord record(StackId id, std::string name = "web", EnvironmentId environment = production);
RememberedStack remembered(StackId id, std::string name = "web", EnvironmentId environment = production);

// Service `web` on the default network, as container web-web-1.
compose::ProjectFacts one_service(const std::string& service = "web");
Container running_container(std::string project = "web", std::string service = "web");

// Desired: the standalone stack `web` in environment `production`, nothing about env, access or state.
DesiredStack desired(std::string name = "web");

struct World {
    DesiredStack stack = desired();
    ServerFacts server;
    StackFacts facts;
    JudgeOptions options;

    Row row() const;

    void role(std::int64_t role); // before, after and after the second list
    void list(std::vector<StackRecord> records);
    void list_again(std::vector<StackRecord> records); // and round 2
    void remember(RememberedStack stack);
    void by_id(StackRecord record);
    void by_id(Reply reply);
    void environment(EnvironmentId id, Reply reply); // by id, not in the list
    void hide_environments();                        // none is listed
    void file_equal();                               // the file was read, equal, and runs `one_service`
    void file(Reply reply);
    void runs(std::vector<Container> containers, EnvironmentId environment = production);
    void runs(Reply reply, EnvironmentId environment = production);
    void container(const std::string& name, Reply reply); // asked for, because the list lacks it
    void probe(DockerKind kind, const std::string& name, Outcome outcome, const std::string& service = {});
};

// An administrator, or alice (user), on a server with the environments `production` (4) and `staging` (5), an empty
// list and no memory.
World administrator();
World user();

// Listed, file read and equal, everything running: in sync but for what the test changes.
World in_sync(World world);

} // namespace mooring::match::test
