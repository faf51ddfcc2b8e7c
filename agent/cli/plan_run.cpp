#include "cli/plan_run.hpp"

#include "base/text.hpp"
#include "base/time_zone.hpp"

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

std::string known_instance(const Memory& before, const std::string& server) {
    const auto known = before.servers.find(server);
    return known == before.servers.end() ? std::string() : known->second.instance_id;
}

std::vector<ledger::Spell> history_of(ledger::Ledger& ledger, const std::string& server, const std::string& name) {
    const Result<std::vector<ledger::Current>> all = ledger.current();
    std::vector<ledger::Spell> out;
    if (!all) return out;
    for (const ledger::Current& one : *all) {
        if (one.spell.stack.server != server || one.spell.stack.name != name) continue;
        auto spells = ledger.history(one.spell.stack, {});
        if (spells) std::ranges::move(*spells, std::back_inserter(out));
    }
    return out;
}

// Mooring judged this very record (id and creation date) in sync with a declaration before.
bool was_in_sync(const PlanSources& sources, const drift::Assessment& seen, const StackRecord& record) {
    const auto server = sources.before.servers.find(seen.result.server);
    if (server == sources.before.servers.end()) return false;
    const auto known = server->second.stacks.find(record.id);
    if (known == server->second.stacks.end() || known->second.created_at != record.created_at) return false;
    const auto spells = history_of(*sources.ledger, seen.result.server, seen.result.name);
    return std::ranges::any_of(spells, [&](const ledger::Spell& spell) {
        return spell.state->verdict == Verdict::in_sync && spell.state->id == record.id;
    });
}

// Which records are owned: asked once, of those that a step may be about.
std::set<std::pair<std::string, StackId>> owned_of(const PlanSources& sources,
                                                   const std::vector<drift::Assessment>& assessments) {
    std::set<std::pair<std::string, StackId>> owned;
    if (sources.ledger == nullptr) return owned;
    for (const drift::Assessment& seen : assessments) {
        if (seen.record == nullptr || seen.result.verdict == Verdict::in_sync) continue;
        if (was_in_sync(sources, seen, *seen.record)) owned.emplace(seen.result.server, seen.record->id);
    }
    return owned;
}

std::optional<UnixSeconds> differs_since(ledger::Ledger& ledger, const std::string& server, const std::string& name) {
    const auto spells = history_of(ledger, server, name);
    const auto newest = std::ranges::max_element(spells, {}, &ledger::Spell::last_run);
    if (newest == spells.end() || newest->state->verdict != Verdict::drifted) return std::nullopt;
    const bool of_runtime = std::ranges::any_of(newest->state->changes,
                                                [](const Change& change) { return change.plane == Plane::runtime; });
    return of_runtime ? std::optional(newest->first_at) : std::nullopt;
}

TimeZones zones_of(const std::vector<drift::Assessment>& assessments) {
    std::set<std::string> names;
    for (const drift::Assessment& seen : assessments) {
        if (seen.desired == nullptr) continue;
        for (const Window& window : seen.desired->policy.windows) names.insert(window.time_zone);
    }
    return load_time_zones(names);
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

} // namespace

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

asio::awaitable<reconcile::Plan> plan_of(const drift::Run& run, const std::vector<drift::Target>& targets,
                                         const PlanSources& sources) {
    reconcile::PlanInput input;
    input.assessments = run.assessments();
    input.now = sources.now;
    input.zones = zones_of(input.assessments);
    input.allowed = sources.allowed;
    const Report report = run.report();
    for (const drift::ServerFacts* facts : run.facts()) {
        reconcile::ServerStanding standing;
        standing.facts = facts;
        standing.settings = settings_of(sources.config, facts->name);
        standing.known_instance = known_instance(sources.before, facts->name);
        const auto result = std::ranges::find(report.servers, facts->name, &ServerResult::name);
        if (result != report.servers.end()) standing.problem = result->error;
        input.servers[facts->name] = std::move(standing);
    }
    const auto owned = owned_of(sources, input.assessments);
    input.owner = [&owned](const std::string& server, const StackRecord& record) {
        return owned.contains({server, record.id}) ? reconcile::Ownership::judged_in_sync : reconcile::Ownership::none;
    };
    if (sources.ledger != nullptr) {
        input.runtime_differs_since = [&sources](const std::string& server, const std::string& name) {
            return differs_since(*sources.ledger, server, name);
        };
    }
    co_await ask_engines(input, targets);
    co_return reconcile::make_plan(input);
}

} // namespace mooring::cli
