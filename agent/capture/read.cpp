#include "capture/read.hpp"

#include "net/parallel.hpp"

#include <algorithm>
#include <set>

namespace mooring::capture {
namespace {

using boost::asio::awaitable;

bool is_listed(const Seen& seen, EnvironmentId id) {
    return std::ranges::find(*seen.environments.value, id, &Environment::id) != seen.environments.value->end();
}

awaitable<void> read_hidden(portainer::Api& api, Seen& seen) {
    std::set<EnvironmentId> hidden;
    for (const StackRecord& record : *seen.stacks.value) {
        if (!is_listed(seen, record.environment)) hidden.insert(record.environment);
    }
    for (const EnvironmentId id : hidden) {
        Answer<Environment> answer = co_await api.environment(id);
        seen.hidden_environments[id] = std::move(answer.reply);
    }
}

// What runs, for what had ended: one request an environment, three for a swarm's.
awaitable<void> read_what_runs(portainer::Api& api, Seen& seen) {
    std::set<EnvironmentId> standalone;
    std::set<EnvironmentId> swarm;
    for (const StackRecord& record : *seen.stacks.value) {
        if (!is_listed(seen, record.environment)) continue;
        if (record.type == StackType::standalone) standalone.insert(record.environment);
        if (record.type == StackType::swarm) swarm.insert(record.environment);
    }
    for (const EnvironmentId id : standalone) {
        Answer<std::vector<Container>> containers = co_await api.containers(id);
        seen.runs[id].containers = std::move(containers);
    }
    for (const EnvironmentId id : swarm) {
        Answer<std::vector<SwarmService>> services = co_await api.services(id);
        Answer<std::vector<SwarmTask>> tasks = co_await api.tasks(id);
        seen.runs[id].services = std::move(services);
        seen.runs[id].tasks = std::move(tasks);
    }
}

} // namespace

awaitable<void> read_server(portainer::Api& api, Seen& seen, std::size_t workers) {
    seen.identity = co_await api.identity();
    if (!seen.identity.value) co_return;
    seen.environments = co_await api.environments();
    if (!seen.environments.value) co_return;
    seen.stacks = co_await api.stacks();
    if (!seen.stacks.value) co_return;
    co_await read_hidden(api, seen);
    co_await read_what_runs(api, seen);
    const bool restricted = std::ranges::any_of(*seen.stacks.value, [](const StackRecord& record) {
        return record.resource_control &&
               !(record.resource_control->users.empty() && record.resource_control->teams.empty());
    });
    if (restricted) seen.users = co_await api.users();
    if (restricted) seen.teams = co_await api.teams();
    std::vector<StackId> ids;
    for (const StackRecord& record : *seen.stacks.value) {
        if (is_listed(seen, record.environment)) ids.push_back(record.id);
    }
    auto read = [&](std::size_t i) -> awaitable<void> {
        Answer<std::string> answer = co_await api.stack_file(ids[i]);
        seen.files[ids[i]] = std::move(answer);
    };
    co_await net::for_each_bounded(ids.size(), workers, read);
}

} // namespace mooring::capture
