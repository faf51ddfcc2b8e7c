#include "drift/situation.hpp"

#include <algorithm>

namespace mooring::drift {
namespace {

// The clock by which a deployment is stuck: the server's own, from its newest list.
UnixSeconds server_time(const ServerFacts& server) {
    if (server.list_again.reply.server_date) return *server.list_again.reply.server_date;
    return server.list.reply.server_date.value_or(server.now);
}

bool is_listed(const match::Match& found) {
    return found.record != nullptr || found.tied_elsewhere != nullptr || found.moved != nullptr ||
           !found.ambiguous.empty();
}

// Kubernetes memory matches by namespace too, and an answer by id must: another namespace is another stack.
match::Recollection recollect_by_id(const DesiredStack& stack, const RememberedStack& remembered,
                                    const StackRecord& record) {
    const bool kubernetes = stack.type == StackType::kubernetes && record.type == StackType::kubernetes;
    if (kubernetes && stack.namespace_ != record.namespace_) return match::Recollection::contradicted;
    return match::recollect(remembered, record);
}

// The memory that speaks for the place: the newest, unless its id is gone and an older one's is not.
void choose_memory(Situation& s) {
    s.answer_by_id = &s.facts.by_id;
    if (s.facts.by_id.reply.outcome != Outcome::stack_gone) return;
    for (const RememberedStack* older : s.found.older) {
        const auto asked = s.facts.older_by_id.find(older->id);
        if (asked == s.facts.older_by_id.end()) {
            s.older_unasked = true;
        } else if (asked->second.reply.outcome != Outcome::stack_gone) {
            s.found.remembered = older;
            s.answer_by_id = &asked->second;
            return;
        }
    }
}

// A tied record that no list has, answered by its id. A list would have a Docker one that may be read: list and record
// disagree then, unless it is another record altogether, or in another environment.
void find_tied(Situation& s, const StackRecord& answered) {
    const bool elsewhere = s.environment.id && answered.environment != *s.environment.id;
    const bool is_another = s.stack.tie->created && *s.stack.tie->created != answered.created_at;
    if (answered.type != StackType::kubernetes && !elsewhere && !is_another) {
        s.recollection = match::Recollection::same;
        return;
    }
    s.presence = elsewhere ? Presence::moved : Presence::by_id;
    s.record = &answered;
}

void find_record(Situation& s) {
    if (s.found.record != nullptr) {
        s.presence = Presence::listed;
        s.record = s.found.record;
    } else if (s.found.moved != nullptr) {
        s.presence = Presence::moved;
        s.record = s.found.moved;
    }
    if (s.record != nullptr || !s.found.ambiguous.empty() || !s.answer_by_id->value) return;
    if (s.stack.tie) return find_tied(s, *s.answer_by_id->value);
    if (s.found.remembered == nullptr) return;
    const StackRecord& answered = *s.answer_by_id->value;
    s.recollection = recollect_by_id(s.stack, *s.found.remembered, answered);
    if (s.recollection == match::Recollection::moved) {
        s.presence = Presence::moved;
        s.record = &answered;
    } else if (s.recollection == match::Recollection::same && answered.type == StackType::kubernetes) {
        s.presence = Presence::by_id;
        s.record = &answered;
    }
}

// The list that shows what a record of this type runs: containers, or services and tasks.
const Reply* runtime_reply(const ServerFacts& server, EnvironmentId environment, StackType type) {
    static const Reply not_asked;
    const auto found = server.runtime.find(environment);
    if (found == server.runtime.end()) return &not_asked;
    if (type == StackType::standalone) return &found->second.containers.reply;
    const Reply& services = found->second.services.reply;
    return services.ok() ? &found->second.tasks.reply : &services;
}

void look_at_record(Situation& s) {
    const StackRecord& record = *s.record;
    s.place = match::resolve_environment(record.environment, s.server);
    s.deploying = record.status == static_cast<std::int64_t>(StackStatus::deploying) &&
                  !compare::deployment_is_stuck(record, server_time(s.server));
    if (s.facts.file.reply.ok() && s.facts.file.value) {
        s.content = &*s.facts.file.value;
        const bool equal = s.content->skipped || s.content->equal_bytes;
        if (s.content->actual) {
            s.project = &*s.content->actual;
        } else if (equal && s.facts.desired) {
            s.project = &*s.facts.desired;
        }
    }
    const bool docker = record.type == StackType::standalone || record.type == StackType::swarm;
    const bool kubernetes = record.type == StackType::kubernetes;
    // While a deployment runs, what runs is on its way: comparing it would call every deployment drift.
    s.wants_runtime = s.stack.runtime && (docker || kubernetes) && !s.deploying;
    if (!s.wants_runtime) return;
    if (docker) s.runtime = runtime_reply(s.server, record.environment, *record.type);
    if (kubernetes && s.content != nullptr && s.content->objects)
        s.cluster.emplace(*s.content->objects, record.namespace_, record.environment, s.server, s.content->equal_bytes);
}

bool is_declared(const Situation& s, const StackRecord& record) {
    return record.type == StackType::kubernetes && record.name == s.stack.name &&
           record.namespace_ == s.stack.namespace_ && record.environment == *s.environment.id &&
           !s.server.tied.contains(record.id);
}

// Users are shown no Kubernetes stack: visible objects say in a label whose they are, and the record answers by its id.
void find_by_label(Situation& s) {
    const bool is_gone = s.answer_by_id->reply.outcome == Outcome::stack_gone && !s.older_unasked;
    if (s.stack.type != StackType::kubernetes || s.stack.tie || s.complete || !s.facts.objects) return;
    if (s.present() || !s.found.ambiguous.empty() || s.found.tied_elsewhere != nullptr) return;
    if (!is_open(s.environment) || (s.known_id() && !is_gone)) return;
    s.labels.emplace(*s.facts.objects, s.stack.namespace_, *s.environment.id, s.server);
    const auto cluster = s.server.runtime.find(*s.environment.id);
    if (cluster == s.server.runtime.end()) return;
    std::vector<const StackRecord*> records;
    for (const StackId id : runtime::ids_by_label(*s.labels, s.stack.name)) {
        const auto answer = cluster->second.cluster.holders.find(id);
        const bool answered = answer != cluster->second.cluster.holders.end() && answer->second.value;
        if (answered && is_declared(s, *answer->second.value)) records.push_back(&*answer->second.value);
    }
    if (records.empty()) return;
    if (records.size() > 1) {
        s.found.ambiguous = std::move(records);
        return;
    }
    s.presence = Presence::by_id;
    s.record = records.front();
}

} // namespace

bool says_nothing(const Reply& reply) {
    switch (reply.outcome) {
    case Outcome::ok:
    case Outcome::denied:
        return false;
    case Outcome::stack_gone:
        return reply.call != Call::stack && reply.call != Call::stack_file;
    case Outcome::environment_gone:
        return reply.call == Call::stacks;
    case Outcome::object_absent:
        return reply.call != Call::docker_object && reply.call != Call::kubernetes;
    case Outcome::file_lost:
    case Outcome::settings_not_deployed:
        return reply.call != Call::stack_file;
    default:
        return true;
    }
}

bool refused_unknown(const Reply& reply) {
    return reply.denied() && reply.cause.value_or(Cause::unknown) == Cause::unknown;
}

bool refused_known(const Reply& reply) { return reply.denied() && !refused_unknown(reply); }

std::optional<StackId> Situation::known_id() const {
    if (stack.tie) return stack.tie->id;
    return found.remembered != nullptr ? std::optional(found.remembered->id) : std::nullopt;
}

const Reply* Situation::by_id() const {
    if (!known_id() || found.record != nullptr || found.moved != nullptr) return nullptr;
    return answer_by_id->reply.asked() ? &answer_by_id->reply : nullptr;
}

bool Situation::kubernetes() const {
    return stack.type == StackType::kubernetes || (record != nullptr && record->type == StackType::kubernetes);
}

Situation look(const Row& row, const ServerFacts& server, const StackFacts& facts, const JudgeOptions& options) {
    Situation s{.row = row, .stack = *row.stack, .server = server, .facts = facts, .options = options};
    const bool second = facts.round == 2;
    s.second_list_failed = second && !server.list_again.value;
    s.complete = server.list_complete() && (!second || server.list_complete(true));
    s.environment = match::resolve_environment(row, server);
    s.found = match::match_record(row, s.environment, server, facts.round);
    if (second) s.was_listed = is_listed(match::match_record(row, s.environment, server, 1));
    choose_memory(s);
    find_record(s);
    find_by_label(s);
    if (s.record != nullptr) look_at_record(s);
    return s;
}

void compare_parts(Situation& s) {
    if (s.record == nullptr) return;
    s.of_record = compare::compare_record(s.row, *s.record, s.server, s.options);
    if (!s.wants_runtime) return;
    if (s.cluster) {
        s.of_runtime = runtime::compare_cluster(s.row, *s.record, *s.cluster, s.options);
        s.runtime_compared = true;
        return;
    }
    if (s.runtime == nullptr || !s.runtime->ok() || s.project == nullptr) return;
    const RuntimeFacts& runtime = s.server.runtime.at(s.record->environment);
    const bool jobs_seen = s.content != nullptr && !s.content->jobs_seen.empty();
    s.of_runtime = runtime::compare_runtime(s.row, *s.record, *s.project, runtime, s.facts.container_probes,
                                            !s.server.is_administrator(), jobs_seen);
    s.runtime_compared = true;
}

} // namespace mooring::drift
