#include "cli/plan_run.hpp"

#include "base/clock.hpp"
#include "base/text.hpp"
#include "cli/console.hpp"
#include "cli/process.hpp"
#include "drift/observe.hpp"
#include "model/memory.hpp"
#include "reconcile/pacing.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <fmt/format.h>

namespace mooring::cli {
namespace {

namespace asio = boost::asio;

WriteSettings settings_of(const config::Config& config, const std::string& server) {
    for (const config::ServerEntry& entry : config.servers) {
        if (entry.server.name == server) return entry.write;
    }
    return {};
}

const ServerMemory* memory_of(const PlanSources& sources, const std::string& server) {
    const auto known = sources.before.servers.find(server);
    return known == sources.before.servers.end() ? nullptr : &known->second;
}

// What the log says of a stack that a write keeps.
std::optional<std::string> unsettled(const PlanSources& sources, const std::string& server, const std::string& name) {
    const LogEntry* kept = sources.past.log.kept_by(server, name);
    return kept == nullptr ? std::nullopt : std::optional(keeping_words(*kept));
}

// A difference that came back under the declaration of now.
std::optional<reconcile::Quarantine> quarantine(const PlanSources& sources, std::span<const DesiredStack> declared,
                                                const std::string& server, const std::string& name) {
    if (sources.past.log.quarantined.empty()) return std::nullopt;
    for (const DesiredStack& stack : declared) {
        if (stack.server != server || stack.name != name) continue;
        const std::string declaration = reconcile::declaration_digest(stack, sources.past.key);
        const LogEntry* entry = reconcile::quarantine_of(sources.past.log, server, name, declaration);
        if (entry == nullptr) continue;
        return reconcile::Quarantine{.field = entry->halt.field,
                                     .desired = entry->halt.desired,
                                     .actual = entry->halt.actual,
                                     .since = entry->at};
    }
    return std::nullopt;
}

asio::awaitable<reconcile::ExtraFacts> ask_extra(portainer::Api& api, const drift::ServerFacts& server,
                                                 const StackRecord& record) {
    reconcile::ExtraFacts facts;
    Answer<std::string> file = co_await api.stack_file(record.id);
    facts.file = std::move(file.value);
    if (record.type == StackType::kubernetes) {
        if (facts.file) facts.objects = co_await drift::read_objects_there(api, server, record, *facts.file);
        co_return facts;
    }
    Answer<std::vector<Container>> containers = co_await api.containers(record.environment);
    facts.containers = std::move(containers.value);
    if (record.type == StackType::swarm) {
        Answer<std::vector<SwarmService>> services = co_await api.services(record.environment);
        facts.services = std::move(services.value);
    }
    co_return facts;
}

asio::awaitable<void> ask_extras(reconcile::PlanInput& input, const std::vector<drift::Target>& targets) {
    for (const drift::Target& target : targets) {
        if (target.api == nullptr || !input.servers.contains(target.name)) continue;
        const std::vector<StackRecord> records = reconcile::extras_to_ask(input, target.name);
        for (const StackRecord& record : records) {
            reconcile::ExtraFacts facts = co_await ask_extra(*target.api, *input.servers.at(target.name).facts, record);
            input.servers.at(target.name).extras[record.id] = std::move(facts);
        }
    }
}

asio::awaitable<void> ask_undeclared(reconcile::PlanInput& input, const std::vector<drift::Target>& targets) {
    for (const drift::Target& target : targets) {
        if (target.api == nullptr || !input.servers.contains(target.name)) continue;
        const std::vector<StackRecord> records = reconcile::undeclared_to_ask(input, target.name);
        for (const StackRecord& record : records) {
            Answer<std::string> file = co_await target.api->stack_file(record.id);
            input.servers.at(target.name).undeclared[record.id] = std::move(file.value);
        }
    }
}

asio::awaitable<void> ask_engines(reconcile::PlanInput& input, const std::vector<drift::Target>& targets) {
    for (const drift::Target& target : targets) {
        if (target.api == nullptr) continue;
        for (const EnvironmentId id : reconcile::engines_to_ask(input, target.name)) {
            Answer<Engine> answer = co_await target.api->engine(id);
            if (answer.value) input.servers.at(target.name).engines[id] = std::move(*answer.value);
        }
    }
}

// Which objects a stack's file has anew, and somebody has made already.
asio::awaitable<drift::ObjectsThere> ask_objects(portainer::Api& api, const drift::ServerFacts& facts,
                                                 const drift::Assessment& seen) {
    if (!seen.record)
        co_return co_await drift::read_objects_there(api, facts, *seen.desired, reconcile::place_of(seen).environment);
    const Answer<std::string> file = co_await api.stack_file(seen.record->id);
    co_return co_await drift::read_objects_taken(api, facts, *seen.desired, *seen.record, file.value);
}

asio::awaitable<void> ask_clusters(reconcile::PlanInput& input, const std::vector<drift::Target>& targets) {
    for (const drift::Target& target : targets) {
        if (target.api == nullptr || !input.servers.contains(target.name)) continue;
        reconcile::ServerStanding& server = input.servers.at(target.name);
        for (const drift::Assessment* one : reconcile::objects_to_ask(input, target.name)) {
            auto there = co_await ask_objects(*target.api, *server.facts, *one);
            server.objects_there[reconcile::place_of(*one)] = std::move(there);
        }
        for (const drift::Assessment* one : reconcile::kinds_to_ask(input, target.name)) {
            const EnvironmentId environment = reconcile::place_of(*one).environment;
            auto kinds = co_await drift::read_kinds_of(*target.api, *server.facts, *one->desired, environment);
            server.kinds[environment].merge(kinds);
        }
    }
}

asio::awaitable<void> ask_externals(reconcile::PlanInput& input, const std::vector<drift::Target>& targets) {
    for (const drift::Target& target : targets) {
        if (target.api == nullptr || !input.servers.contains(target.name)) continue;
        for (const reconcile::Outside& one : reconcile::externals_to_ask(input, target.name)) {
            const DockerKind kind = one.is_network ? DockerKind::network : DockerKind::volume;
            const Reply reply = co_await target.api->docker_object(one.environment, kind, one.name);
            std::optional<bool>& exists = input.servers.at(target.name).outside[one];
            const bool taken = reply.outcome == Outcome::denied && reply.cause == Cause::name_taken;
            if (reply.outcome == Outcome::ok || taken) exists = true;
            if (reply.outcome == Outcome::object_absent) exists = false;
        }
    }
}

// What runs, and which images its host has.
asio::awaitable<void> ask_hosts(reconcile::PlanInput& input, const std::vector<drift::Target>& targets) {
    for (const drift::Target& target : targets) {
        if (target.api == nullptr || !input.servers.contains(target.name)) continue;
        reconcile::ServerStanding& server = input.servers.at(target.name);
        const auto unread = reconcile::runtime_to_ask(input, target.name);
        for (const auto& [id, kind] : unread) {
            if (kind == DockerKind::service) {
                Answer<std::vector<SwarmService>> services = co_await target.api->services(id);
                server.runtime[id].services = std::move(services);
            } else {
                Answer<std::vector<Container>> containers = co_await target.api->containers(id);
                server.runtime[id].containers = std::move(containers);
            }
        }
        const std::set<EnvironmentId> hosts = reconcile::images_to_ask(input, target.name);
        for (const EnvironmentId id : hosts) {
            Answer<std::vector<DockerImage>> images = co_await target.api->images(id);
            server.images[id] = std::move(images.value);
        }
    }
}

asio::awaitable<void> ask_registries(reconcile::PlanInput& input, const std::vector<drift::Target>& targets) {
    for (const drift::Target& target : targets) {
        if (target.api == nullptr || !input.servers.contains(target.name)) continue;
        for (const EnvironmentId id : reconcile::registries_to_ask(input, target.name)) {
            const Answer<std::vector<Registry>> answer = co_await target.api->registries(id);
            std::optional<std::vector<std::string>>& hosts = input.servers.at(target.name).registries[id];
            if (!answer.value) continue;
            hosts.emplace();
            for (const Registry& one : *answer.value) hosts->push_back(one.url);
        }
    }
}

} // namespace

void RemovingFlags::declare(CLI::App& app) {
    app.add_option("--max-removes", most_,
                   "Stacks of one server that may be removed, where a Scope says `prune: true` (default: 0)")
        ->type_name("N");
    app.add_option("--irrecoverable", irrecoverable_, "Let STACK go although no backup brings it back; repeatable")
        ->type_name("STACK")
        ->take_all()
        ->allow_extra_args(false);
}

Removing RemovingFlags::removing() const {
    return {.most = most_, .irrecoverable = {irrecoverable_.begin(), irrecoverable_.end()}};
}

Result<std::map<std::string, std::set<Allowance>>> parse_allowed(const std::vector<std::string>& words) {
    std::map<std::string, std::set<Allowance>> allowed;
    for (const std::string& word : words) {
        const std::size_t equals = word.rfind('=');
        const std::string name = word.substr(0, equals);
        if (equals == std::string::npos || name.empty()) {
            return std::unexpected(
                Error{.kind = ErrorKind::usage,
                      .message = fmt::format("--allow takes STACK=NAME, not `{}`", printable(word, 100)),
                      .detail = {}});
        }
        const auto allowance = parse_allowance(word.substr(equals + 1));
        if (!allowance) {
            return std::unexpected(Error{.kind = ErrorKind::usage,
                                         .message = fmt::format("--allow: nothing is called `{}`; {}",
                                                                printable(word.substr(equals + 1), 100),
                                                                suggest(word.substr(equals + 1), allowance_names())),
                                         .detail = {}});
        }
        allowed[name].insert(*allowance);
    }
    return allowed;
}

namespace {

void add_servers(reconcile::PlanInput& input, const drift::Run& run, const PlanSources& sources) {
    const Report report = run.report();
    for (drift::Run::Read& read : run.read()) {
        const std::string& name = read.facts.name;
        reconcile::ServerStanding standing;
        standing.facts = &read.facts;
        standing.settings = settings_of(sources.config, name);
        take_standing(standing, sources.past, memory_of(sources, name), sources.now);
        standing.claimed = std::move(read.claimed);
        standing.max_removes = sources.removing.most;
        const auto result = std::ranges::find(report.servers, name, &ServerResult::name);
        if (result != report.servers.end()) standing.problem = result->error;
        input.servers[name] = std::move(standing);
    }
}

// InstanceIDs as they answer now.
std::map<std::string, std::string> instances_of(const reconcile::PlanInput& input) {
    std::map<std::string, std::string> ids;
    for (const auto& [name, server] : input.servers) {
        const auto& status = server.facts->status.value;
        ids[name] = status ? status->instance_id : std::string();
    }
    return ids;
}

// By the ledger, else by what lies around the folder.
std::optional<reconcile::DeclaredElsewhere> declared_elsewhere(const PlanSources& sources, const std::string& server,
                                                               const std::string& instance, const StackRecord& record) {
    const Owned owned = sources.past.log.owned_as(server, instance, record);
    if (owned.how == Ownership::none) return std::nullopt; // it is not removed at all
    const auto& folder = sources.config.manifests;
    auto other = cli::declared_elsewhere(sources.past, owned, server, instance, record.id, folder);
    const auto around = other ? std::nullopt : manifest::declared_around(folder, record.name);
    return around ? std::optional(reconcile::DeclaredElsewhere{*around, true}) : other;
}

} // namespace

asio::awaitable<reconcile::PlanInput> plan_input_of(const drift::Run& run, const std::vector<drift::Target>& targets,
                                                    const PlanSources& sources) {
    reconcile::PlanInput input;
    input.assessments = run.assessments();
    input.now = sources.now;
    input.zones = load_time_zones(time_zones_of(run.declared(), run.scopes()));
    input.allowed = sources.allowed;
    input.declared = run.declared();
    input.scopes = run.scopes();
    input.manifests_whole = run.manifests_whole();
    input.irrecoverable = sources.removing.irrecoverable;
    input.own_container = own_container();
    add_servers(input, run, sources);
    for (auto& [name, server] : input.servers)
        server.same_as = same_portainer(sources.config, sources.past, name, instances_of(input));
    input.unsettled = [&sources](const std::string& server, const std::string& name) {
        return unsettled(sources, server, name);
    };
    input.quarantine = [&sources, declared = input.declared](const std::string& server, const std::string& name) {
        return quarantine(sources, declared, server, name);
    };
    input.owner = [&sources, instances = instances_of(input)](const std::string& server, const StackRecord& record) {
        const Ownership logged = sources.past.log.owner(server, instances.at(server), record);
        if (logged != Ownership::none) return logged;
        const bool judged = was_in_sync(sources.past, memory_of(sources, server), server, instances.at(server), record);
        return judged ? Ownership::judged_in_sync : Ownership::none;
    };
    input.owned_as = [&sources, instances = instances_of(input)](const std::string& server, const StackRecord& record) {
        return sources.past.log.owned_as(server, instances.at(server), record);
    };
    input.declared_elsewhere = [&sources, instances = instances_of(input)](const auto& server, const auto& record) {
        return declared_elsewhere(sources, server, instances.at(server), record);
    };
    input.called_extra = [&sources](const std::string& server, StackId id) {
        const auto found = sources.past.called_extra.find({server, id});
        return found == sources.past.called_extra.end() ? reconcile::CalledExtra{} : found->second;
    };
    if (const auto& restoring = sources.restoring)
        input.puts_back = [&sources, &restoring, instances = instances_of(input)](
                              const std::string& server, const StackRecord& record,
                              const std::string& digest) -> std::optional<reconcile::PutBack> {
            if (server != restoring->server || record.id != restoring->record.id) return std::nullopt;
            return reconcile::PutBack{
                restoring->folder, fell_by_own_write(sources.past, *restoring, instances.at(server), record, digest)};
        };
    input.runtime_differs_since = [&sources](const StackResult& now) {
        return runtime_differs_since(sources.past, now);
    };
    co_await ask_engines(input, targets);
    co_await ask_extras(input, targets);
    co_await ask_undeclared(input, targets);
    co_await ask_hosts(input, targets);
    co_await ask_externals(input, targets);
    co_await ask_registries(input, targets);
    co_await ask_clusters(input, targets);
    co_return input;
}

Result<PlanStart> start_plan(Console& console, const CheckWords& words, const std::vector<std::string>& allowed_words,
                             const SettingFlags& settings) {
    PlanStart start;
    Result<CheckOptions> options = parse_check(words, false);
    if (!options) return std::unexpected(options.error());
    start.options = std::move(*options);
    auto allowed = parse_allowed(allowed_words);
    if (!allowed) return std::unexpected(allowed.error());
    start.allowed = std::move(*allowed);
    config::Loaded configured = config::load(settings.overrides(console, start.options.folder), console.variables);
    if (auto problem = flag_problem(configured.diagnostics)) return fail(ErrorKind::usage, std::move(*problem));
    start.ledger = configured.config.ledger;
    Result<LoadedRun> loaded = load_run(start.options, std::move(configured), ledger::Access::read_only, console);
    if (!loaded) return std::unexpected(loaded.error());
    start.loaded = std::move(*loaded);
    if (auto problem = name_problem(start.loaded.inputs.desired, start.options))
        return fail(ErrorKind::usage, std::move(*problem));
    if (start.loaded.nothing_to_judge) {
        print_problems(start.loaded.inputs.desired.diagnostics, start.loaded.inputs.config.color, console);
        return fail(ErrorKind::invalid_input, "nothing was read; fix the errors above first");
    }
    if (chooses_nothing(start.loaded.inputs.desired, start.options.only))
        return fail(ErrorKind::usage, chooses_nothing_words(start.options.only));
    start.config = start.loaded.inputs.config;
    start.before = start.loaded.inputs.memory.memory;
    return start;
}

} // namespace mooring::cli
