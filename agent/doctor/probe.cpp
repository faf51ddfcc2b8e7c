#include "doctor/diagnose.hpp"

#include "drift/judge.hpp"
#include "drift/observe.hpp"
#include "match/match.hpp"
#include "model/stack.hpp"
#include "net/client.hpp"

#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace mooring::doctor {
namespace {

template <typename T>
using Awaitable = portainer::Awaitable<T>;

constexpr std::size_t workers = 8;

// Docker, its agent and the Edge agent; the others have no containers to list (portainer-api.md §2.3).
bool has_docker(const Environment& environment) {
    return environment.type == 1 || environment.type == 2 || environment.type == 4;
}

// One stack an environment is enough: within one, access to a listed stack depends on the environment alone
// (portainer-api.md §3.2).
std::map<EnvironmentId, EnvironmentTrial> plan_trials(const match::ServerFacts& known) {
    std::map<EnvironmentId, EnvironmentTrial> trials;
    for (const Environment& environment : *known.environments.value) trials[environment.id];
    for (const StackRecord& record : *known.list.value) {
        if (record.type == StackType::kubernetes) continue;
        EnvironmentTrial& trial = trials[record.environment];
        if (trial.stack != 0 && trial.stack < record.id) continue;
        trial.stack = record.id;
        trial.stack_name = record.name;
    }
    return trials;
}

Awaitable<void> try_environments(portainer::Api& api, ServerTrial& facts) {
    facts.trials = plan_trials(facts.known);
    std::vector<EnvironmentId> ids;
    ids.reserve(facts.trials.size());
    for (const auto& [id, trial] : facts.trials) ids.push_back(id);
    auto one = [&](std::size_t i) -> Awaitable<void> {
        EnvironmentTrial& trial = facts.trials[ids[i]];
        const match::ResolvedEnvironment where = match::resolve_environment(ids[i], facts.known);
        if (where.about != nullptr && has_docker(*where.about)) {
            const auto containers = co_await api.containers(ids[i]);
            trial.containers = containers.reply;
        }
        if (trial.stack == 0) co_return;
        const auto file = co_await api.stack_file(trial.stack);
        trial.file = file.reply;
    };
    co_await net::for_each_bounded(ids.size(), workers, one);
}

Awaitable<void> ask(portainer::Api& api, std::span<const DesiredStack> declared, const ServerMemory& memory,
                    const Clock& clock, ServerTrial& facts) {
    if (!facts.has_token) {
        facts.known.status = co_await api.status();
        facts.now = clock.unix_seconds();
        co_return;
    }
    co_await drift::observe_server(api, facts.known);
    facts.now = clock.unix_seconds();
    if (drift::judge_server(facts.known).exit_code != 0) co_return;
    match::believe_memory(facts.known, memory);
    match::index_facts(facts.known);
    co_await drift::observe_names(api, declared, facts.known, workers);
    facts.settings = co_await api.settings();
    co_await try_environments(api, facts);
}

} // namespace

Awaitable<ServerTrial> probe(const Outside& outside, ServerConnection server, std::span<const DesiredStack> declared,
                             const ServerMemory& memory, const Clock& clock) {
    ServerTrial facts;
    facts.name = server.name;
    facts.url = url_without_user(server.url);
    facts.trust = server.tls;
    facts.has_token = !server.token.empty();
    facts.known.name = server.name;
    facts.known.url = facts.url;
    facts.known.now = clock.unix_seconds();
    for (const DesiredStack& stack : declared) facts.declared.push_back(&stack);

    const auto executor = co_await boost::asio::this_coro::executor;
    auto inspection = co_await outside.inspect(executor, server);
    if (!inspection) {
        facts.unusable = inspection.error().message;
        co_return facts;
    }
    facts.inspection = std::move(*inspection);
    if (facts.inspection->trouble) co_return facts;
    auto api = outside.make_api(executor, server, outside.hooks);
    if (!api) {
        facts.unusable = api.error().message;
        co_return facts;
    }
    co_await ask(**api, declared, memory, clock, facts);
    co_return facts;
}

} // namespace mooring::doctor
