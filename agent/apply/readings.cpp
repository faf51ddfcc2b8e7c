#include "apply/readings.hpp"

#include "apply/apply.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "drift/observe.hpp"
#include "model/stack.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace mooring::apply {
namespace {

namespace asio = boost::asio;
using asio::awaitable;
using reconcile::Action;

std::string unread(const Reply& reply, std::string_view what) {
    return fmt::format("{} could not be read: {}", what,
                       reply.message.empty() ? "no answer" : printable(reply.message, 300));
}

// The server must be the one that was planned for, of the version whose behaviour the plan knows.
awaitable<void> ask_server(Server& server, Readings& ground) {
    const Answer<ServerStatus> status = co_await server.target.api->status();
    ground.date = status.reply.server_date;
    if (!status.value) {
        ground.problem = unread(status.reply, "the server's status");
        co_return;
    }
    const auto& planned = server.facts->status.value;
    if (planned && to_lower(planned->instance_id) == to_lower(status.value->instance_id) &&
        planned->version == status.value->version)
        co_return;
    ground.other_server = true;
    ground.problem = fmt::format("the server has changed since it was planned: InstanceID {}, version {}",
                                 printable(status.value->instance_id, 80), printable(status.value->version, 40));
}

// As the plan knew it; "" where it did not.
std::string name_then(const drift::ServerFacts& facts, EnvironmentId id) {
    if (facts.environments.value) {
        const auto found = std::ranges::find(*facts.environments.value, id, &Environment::id);
        if (found != facts.environments.value->end()) return found->name;
    }
    const auto asked = facts.environments_by_id.find(id);
    return asked == facts.environments_by_id.end() || !asked->second.value ? "" : asked->second.value->name;
}

// What the manifest names must still be what the id stands for: two environments may have swapped their names.
awaitable<void> ask_environment(Server& server, EnvironmentId id, Readings& ground) {
    const std::string then = name_then(*server.facts, id);
    if (then.empty()) co_return;
    const Answer<Environment> now = co_await server.target.api->environment(id);
    if (!now.value) {
        ground.problem = unread(now.reply, "its environment");
    } else if (now.value->name != then) {
        ground.problem = fmt::format("environment {} was called {} when it was planned, and is called {} now", id,
                                     printable(then, 100), printable(now.value->name, 100));
    }
}

// Whether what is sent would still come to the engine that the plan asked.
awaitable<void> ask_engine(Server& server, EnvironmentId id, bool creates, Readings& ground) {
    const auto then = server.engines.find(id);
    if (then == server.engines.end() || then->second.id.empty()) co_return;
    const Answer<Engine> now = co_await server.target.api->engine(id);
    if (now.value && is_same_engine(then->second, *now.value)) co_return;
    if (!now.value) {
        ground.problem = unread(now.reply, "the engine of its environment");
    } else {
        const Answer<Engine> again = co_await server.target.api->engine(id);
        if (!creates && again.value && has_no_lasting_id(then->second, *now.value, *again.value)) co_return;
        ground.problem = fmt::format("environment {} leads to another engine than when it was planned", id);
    }
}

// A record of that name which the plan did not know, in any environment.
bool newly_there(const Server& server, const std::vector<StackRecord>& list, const DesiredStack& desired) {
    const auto& known = server.facts->list_again.value ? server.facts->list_again : server.facts->list;
    return std::ranges::any_of(list, [&](const StackRecord& one) {
        if (!is_named_as(one, desired)) return false;
        return !known.value || std::ranges::find(*known.value, one.id, &StackRecord::id) == known.value->end();
    });
}

// As the list shows it. Kubernetes stacks are in no user's list, and have no access that the list alone shows: those
// are read by their id.
awaitable<std::optional<StackRecord>> record_of(Server& server, std::vector<StackRecord> list, StackId id) {
    const auto found = std::ranges::find(list, id, &StackRecord::id);
    if (found != list.end()) co_return std::move(*found);
    Answer<StackRecord> answer = co_await server.target.api->stack(id);
    if (answer.value && answer.value->id == id && answer.value->type == StackType::kubernetes)
        co_return std::move(answer.value);
    co_return std::nullopt;
}

// `desired`: of a create.
awaitable<void> ask_list(Server& server, const reconcile::Step& step, const DesiredStack* desired,
                         const StackRecord* then, Readings& ground) {
    Answer<std::vector<StackRecord>> list = co_await server.target.api->stacks();
    if (!list.value) {
        ground.problem = unread(list.reply, "the list of stacks");
        co_return;
    }
    if (list.reply.server_date) ground.date = list.reply.server_date;
    for (const StackRecord& one : *list.value) ground.newest = std::max(ground.newest, one.id);
    if (then == nullptr) {
        const bool beside = step.ground.environment && of_name(*list.value, *step.ground.environment, *desired);
        if (beside || newly_there(server, *list.value, *desired))
            ground.problem = "a stack of this name appeared after the plan was made";
        co_return;
    }
    ground.record = co_await record_of(server, std::move(*list.value), then->id);
    ground.problem = ground.record ? moved(*then, *ground.record) : "the stack is not listed any more";
}

// The file that would be sent back, and whose meaning was compared.
awaitable<void> ask_file(Server& server, const reconcile::Part& part, const drift::Assessment& seen,
                         const std::string& key, Readings& ground) {
    if (ground.record->from_git()) co_return;
    Answer<std::string> file = co_await server.target.api->stack_file(ground.record->id);
    if (!file.value) {
        if (seen.result.rule != "file-lost") ground.problem = unread(file.reply, "the stack's file");
        co_return;
    }
    // What is put back stands in place of what this very step sent.
    const bool comparable = !part.rolls_back && !key.empty() && !seen.content_digest.empty();
    if (comparable && to_hex(hmac_sha256(key, *file.value)) != seen.content_digest)
        ground.problem = "its file changed since it was planned";
    ground.file = std::move(*file.value);
}

awaitable<void> ask_principals(Server& server, const DesiredAccess& declared, Readings& ground) {
    compare::Principals known;
    known.self = server.facts->identity_before.value;
    if (!declared.users.empty()) known.users = co_await server.target.api->users();
    if (!declared.teams.empty()) known.teams = co_await server.target.api->teams();
    ground.access = compare::access_ids(declared, known);
}

// The same guards of server, file and cluster that the plan had.
awaitable<void> ask_which_objects_go(Server& server, reconcile::ExtraFacts facts, Readings& ground) {
    const StackRecord& record = *ground.record;
    if (facts.file)
        facts.objects = co_await drift::read_objects_there(*server.target.api, *server.facts, record, *facts.file);
    const auto& status = server.facts->status.value;
    const auto why = reconcile::why_objects_stay(record, facts, status ? status->version : std::string());
    if (why) ground.problem = why->message;
    ground.file = std::move(facts.file);
}

// What would go with a stack, read anew: nothing that its file does not have, and the file itself for the backup.
awaitable<void> ask_what_goes(Server& server, Readings& ground) {
    const StackRecord& record = *ground.record;
    reconcile::ExtraFacts facts;
    Answer<std::string> file = co_await server.target.api->stack_file(record.id);
    facts.file = std::move(file.value);
    if (record.type == StackType::kubernetes) {
        co_await ask_which_objects_go(server, std::move(facts), ground);
        co_return;
    }
    Answer<std::vector<Container>> containers = co_await server.target.api->containers(record.environment);
    facts.containers = std::move(containers.value);
    if (record.type == StackType::swarm) {
        Answer<std::vector<SwarmService>> services = co_await server.target.api->services(record.environment);
        facts.services = std::move(services.value);
    }
    const auto strangers = reconcile::strangers_of(record, facts);
    if (!strangers) {
        ground.problem = "its file or what runs of it could not be read";
    } else if (!strangers->empty()) {
        ground.problem = "it would take down what is not in its file: " + printable(join(*strangers, ", "), 300);
    }
    ground.file = std::move(facts.file);
}

// Whoever made an object that the file has anew while the plan was looked at keeps it.
awaitable<void> ask_objects_there(Server& server, const reconcile::Step& step, const DesiredStack& desired,
                                  Readings& ground) {
    if (!std::holds_alternative<DesiredContent>(desired.source)) co_return;
    portainer::Api& api = *server.target.api;
    drift::ObjectsThere there;
    if (ground.record)
        there = co_await drift::read_objects_taken(api, *server.facts, desired, *ground.record, ground.file);
    else
        there = co_await drift::read_objects_there(api, *server.facts, desired, step.ground.environment.value_or(0));
    if (!there) {
        ground.problem = "whether its objects exist already could not be read";
        co_return;
    }
    std::vector<std::string> newly;
    for (const match::ObjectThere& one : *there) {
        const bool held = ground.record && !one.stack_id.empty();
        if (held || std::ranges::find(step.takes_over, one.name) == step.takes_over.end()) newly.push_back(one.name);
    }
    if (!newly.empty())
        ground.problem = fmt::format("{} appeared after the plan was made, and {} would take it over",
                                     printable(join(newly, ", "), 300), ground.record ? "updating" : "creating");
}

// What a create would take over, or a deployment that prunes would remove, beyond what the plan names.
awaitable<void> ask_what_runs(Server& server, const reconcile::Step& step, const reconcile::Part& part,
                              const drift::Assessment& seen, const Before* put_back, EnvironmentId environment,
                              Readings& ground) {
    const StackRecord* record = ground.record ? &*ground.record : nullptr;
    if (record != nullptr && !sends_prune(part, *record)) co_return;
    const auto type = record != nullptr ? record->type : seen.desired->type;
    reconcile::ExtraFacts runs;
    Answer<std::vector<Container>> containers = co_await server.target.api->containers(environment);
    runs.containers = std::move(containers.value);
    if (type == StackType::swarm) {
        Answer<std::vector<SwarmService>> services = co_await server.target.api->services(environment);
        runs.services = std::move(services.value);
    }
    if (!runs.containers || (type == StackType::swarm && !runs.services)) {
        ground.problem = "what runs of it could not be read";
        co_return;
    }
    // `docker stack deploy --prune` touches no container of a compose project with the swarm stack's name.
    if (type == StackType::swarm && record != nullptr) runs.containers = std::vector<Container>{};
    const auto then = server.facts->runtime.find(environment);
    const auto newly = record == nullptr
                           ? taken_over(step, runs)
                           : removed_beside(step, *record, files_of(seen, ground, put_back), runs,
                                            then == server.facts->runtime.end() ? nullptr : &then->second);
    if (newly.empty()) co_return;
    ground.problem =
        fmt::format("{} appeared after the plan was made, and {} would {}", printable(join(newly, ", "), 300),
                    record == nullptr ? "creating" : "deploying", record == nullptr ? "take it over" : "remove it");
}

} // namespace

awaitable<Readings> read_ground(Server& server, const reconcile::Step& step, const reconcile::Part& part,
                                const drift::Assessment& seen, const StackRecord* then,
                                const std::string& file_digest_key, const Before* before) {
    Readings ground;
    co_await ask_server(server, ground);
    if (ground.problem.empty()) co_await ask_list(server, step, seen.desired, then, ground);
    const auto environment = then != nullptr ? std::optional(then->environment) : step.ground.environment;
    // What is put back goes where it was.
    if (ground.problem.empty() && environment && !part.rolls_back)
        co_await ask_environment(server, *environment, ground);
    if (ground.problem.empty() && environment && part.action != Action::access && !part.rolls_back)
        co_await ask_engine(server, *environment, then == nullptr, ground);
    const bool needs_file = part.action == Action::update && then != nullptr;
    if (ground.problem.empty() && needs_file) co_await ask_file(server, part, seen, file_digest_key, ground);
    if (ground.problem.empty() && part.action == Action::remove) co_await ask_what_goes(server, ground);
    const bool sends_file = part.action == Action::create || part.action == Action::update;
    const bool to_cluster = then != nullptr ? then->type == StackType::kubernetes
                                            : seen.desired != nullptr && seen.desired->type == StackType::kubernetes;
    if (ground.problem.empty() && sends_file && to_cluster && seen.desired != nullptr)
        co_await ask_objects_there(server, step, *seen.desired, ground);
    const bool deploys = sends_file || part.action == Action::redeploy;
    if (ground.problem.empty() && deploys && !to_cluster && environment)
        co_await ask_what_runs(server, step, part, seen, part.rolls_back ? before : nullptr, *environment, ground);
    if (ground.problem.empty() && part.action == Action::access && seen.desired->access)
        co_await ask_principals(server, *seen.desired->access, ground);
    if (!ground.problem.empty() || !environment) co_return ground;
    const std::string project = normalise_stack_name(then != nullptr ? then->name : step.name);
    const std::optional<StackType> type = then != nullptr ? then->type : seen.desired->type;
    ground.runs = co_await read_running(*server.target.api, *environment, project, type);
    co_return ground;
}

awaitable<Running> read_running(portainer::Api& api, EnvironmentId environment, std::string project,
                                std::optional<StackType> type) {
    std::set<std::string> running;
    if (type == StackType::kubernetes) co_return std::nullopt;
    if (type == StackType::swarm) {
        const Answer<std::vector<SwarmService>> services = co_await api.services(environment);
        if (!services.value) co_return std::nullopt;
        for (const SwarmService& one : *services.value) {
            if (one.namespace_ == project && one.running_tasks.value_or(0) > 0) running.insert(one.name);
        }
        co_return running;
    }
    const Answer<std::vector<Container>> containers = co_await api.containers(environment);
    if (!containers.value) co_return std::nullopt;
    for (const Container& one : *containers.value) {
        if (one.project == project && one.state == "running") running.insert(one.service);
    }
    co_return running;
}

awaitable<std::optional<bool>> read_exists(portainer::Api& api, EnvironmentId environment, std::string project) {
    const Answer<std::vector<Container>> containers = co_await api.containers(environment);
    if (!containers.value) co_return std::nullopt;
    if (std::ranges::find(*containers.value, project, &Container::project) != containers.value->end()) co_return true;
    const Answer<std::vector<SwarmService>> services = co_await api.services(environment);
    if (!services.value) {
        // An engine that manages no swarm has no services, and says so.
        const bool no_swarm = services.reply.message.contains("swarm manager");
        co_return no_swarm ? std::optional(false) : std::nullopt;
    }
    co_return std::ranges::find(*services.value, project, &SwarmService::namespace_) != services.value->end();
}

awaitable<void> read_left(Server& server, const StackRecord& was, const std::string& file, std::optional<bool>& exists,
                          std::vector<std::string>& left) {
    const auto there = co_await drift::read_objects_there(*server.target.api, *server.facts, was, file);
    if (!there) co_return;
    for (const match::ObjectThere& one : *there) left.push_back(one.name);
    exists = !left.empty();
}

awaitable<Aftermath> read_aftermath(Server& server, const LogEntry& intent, std::optional<StackId> id,
                                    std::optional<StackType> type, const Readings& ground) {
    Aftermath after;
    Answer<std::vector<StackRecord>> list = co_await server.target.api->stacks();
    if (!list.value) co_return after;
    after.list_read = true;
    if (!intent.stack.id) {
        const auto made = offspring(intent, *list.value);
        after.namesakes = namesakes(intent, *list.value);
        if (!id && made.size() == 1) id = made.front()->id;
    }
    if (!id) co_return after;
    after.record = co_await record_of(server, std::move(*list.value), *id);
    if (!after.record) {
        if (is_removal(intent)) {
            const Answer<StackRecord> record = co_await server.target.api->stack(*id);
            after.gone = record.reply.outcome == Outcome::stack_gone;
            if (type == StackType::kubernetes) {
                if (ground.record && ground.file)
                    co_await read_left(server, *ground.record, *ground.file, after.exists, after.left);
                co_return after;
            }
            const std::string project = normalise_stack_name(intent.stack.name);
            after.exists = co_await read_exists(*server.target.api, intent.stack.environment, project);
        }
        co_return after;
    }
    if (!after.record->from_git()) {
        Answer<std::string> file = co_await server.target.api->stack_file(*id);
        after.file = std::move(file.value);
    }
    const std::string project = normalise_stack_name(after.record->name);
    after.runs = co_await read_running(*server.target.api, after.record->environment, project, type);
    co_return after;
}

} // namespace mooring::apply
