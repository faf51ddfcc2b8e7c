#include "inventory/inventory.hpp"

#include "drift/judge.hpp"
#include "drift/observe.hpp"
#include "match/match.hpp"
#include "net/client.hpp"
#include "portainer/causes.hpp"
#include "words/words.hpp"

#include <algorithm>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>
#include <map>
#include <tuple>

namespace mooring::inventory {
namespace {

template <typename T>
using Awaitable = portainer::Awaitable<T>;

constexpr std::size_t workers = 8;

struct Runtime {
    Answer<std::vector<Container>> containers;
    Answer<std::vector<SwarmService>> services;
};

std::string services_state(const SwarmService& service) {
    if (!service.running_tasks) return service.global ? "global" : fmt::format("{} tasks declared", service.replicas);
    return fmt::format("{} of {} tasks", *service.running_tasks, service.desired_tasks.value_or(service.replicas));
}

// What of an environment's runtime belongs to one record.
void take_runtime(const Runtime& runtime, Reading& reading) {
    const bool swarm = reading.record.type == StackType::swarm;
    reading.runtime = swarm ? runtime.services.reply : runtime.containers.reply;
    if (swarm && runtime.services.value) {
        for (const SwarmService& one : *runtime.services.value) {
            if (one.namespace_ == reading.record.name)
                reading.running.push_back({one.name, one.image, services_state(one)});
        }
    } else if (!swarm && runtime.containers.value) {
        for (const Container& one : *runtime.containers.value) {
            if (one.project == reading.record.name)
                reading.running.push_back(
                    {one.name, one.image, one.state + (one.status.empty() ? "" : ", " + one.status)});
        }
    }
    std::ranges::sort(reading.running, {}, &Running::name);
}

std::string remedy_of(const Reading& reading, const match::ServerFacts& facts, const std::string& url) {
    const Reply& reply = reading.file.ok() ? reading.runtime : reading.file;
    const auto& identity = facts.identity_before.value;
    return portainer::remedy(reply,
                             {.user = identity ? identity->username : "",
                              .stack = reading.record.name,
                              .environment = words::environment_phrase(reading.environment, reading.record.environment),
                              .server = url});
}

class Inventory {
  public:
    Inventory(portainer::Api& api, const match::ServerFacts& facts, ServerInventory& out)
        : api_(api), facts_(facts), out_(out) {}

    Awaitable<void> read() {
        for (const Reading& reading : out_.stacks) {
            if (reading.record.type != StackType::kubernetes) runtimes_[reading.record.environment];
        }
        std::vector<EnvironmentId> ids;
        ids.reserve(runtimes_.size());
        for (const auto& [id, runtime] : runtimes_) ids.push_back(id);
        auto one_environment = [this, &ids](std::size_t i) { return read_runtime(ids[i]); };
        co_await net::for_each_bounded(ids.size(), workers, one_environment);
        auto one_file = [this](std::size_t i) { return read_file(out_.stacks[i]); };
        co_await net::for_each_bounded(out_.stacks.size(), workers, one_file);
        for (Reading& reading : out_.stacks) {
            if (const auto found = runtimes_.find(reading.record.environment); found != runtimes_.end())
                take_runtime(found->second, reading);
            reading.remedy = remedy_of(reading, facts_, out_.server.url);
        }
    }

  private:
    Awaitable<void> read_runtime(EnvironmentId id) {
        Runtime& runtime = runtimes_[id];
        const auto needed = [&](bool swarm) {
            return std::ranges::any_of(out_.stacks, [&](const Reading& reading) {
                return reading.record.environment == id && (reading.record.type == StackType::swarm) == swarm;
            });
        };
        if (needed(false)) runtime.containers = co_await api_.containers(id);
        if (needed(true)) runtime.services = co_await api_.services(id);
    }

    Awaitable<void> read_file(Reading& reading) {
        const auto file = co_await api_.stack_file(reading.record.id);
        reading.file = file.reply;
        if (file.value) reading.file_bytes = file.value->size();
    }

    portainer::Api& api_;
    const match::ServerFacts& facts_;
    ServerInventory& out_;
    std::map<EnvironmentId, Runtime> runtimes_;
};

} // namespace

Awaitable<ServerInventory> take_inventory(portainer::Api& api, std::string name, std::string url,
                                          std::function<bool(const StackRecord&)> wanted) {
    match::ServerFacts facts;
    facts.name = name;
    facts.url = url;
    co_await drift::observe_server(api, facts);
    ServerInventory out;
    out.server = drift::judge_server(facts);
    out.server.url = url;
    if (out.server.exit_code != 0) co_return out;
    for (const StackRecord& record : *facts.list.value) {
        if (!wanted(record)) continue;
        const match::ResolvedEnvironment where = match::resolve_environment(record.environment, facts);
        out.stacks.push_back({.record = record, .environment = where.name});
    }
    std::ranges::sort(out.stacks, {}, [](const Reading& reading) {
        return std::tie(reading.environment, reading.record.environment, reading.record.name, reading.record.id);
    });
    Inventory inventory(api, facts, out);
    co_await inventory.read();
    co_return out;
}

} // namespace mooring::inventory
