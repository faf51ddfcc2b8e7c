// What both kinds of Docker environment have in common: who should run, how a shortage is told, and what is asked about
// it (design §3.3 "Runtime changes").
#include "base/secret.hpp"
#include "base/text.hpp"
#include "match/match.hpp"
#include "model/stack.hpp"
#include "runtime/parts.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace mooring::runtime {
namespace {

constexpr std::size_t most_name_bytes = 200;

void mark_unread(const std::optional<Reply>& refusal, Comparison& out) {
    if (std::ranges::find(out.unread, "runtime") == out.unread.end()) out.unread.emplace_back("runtime");
    if (!out.refusal && refusal) out.refusal = refusal;
}

const Reply* probed(const RuntimePair& pair, std::string_view name) {
    const auto found = std::ranges::find(pair.probes, name, &NameProbe::name);
    return found == pair.probes.end() || !found->reply.asked() ? nullptr : &found->reply;
}

// What one name's answer says: gone, or what was not read is told in `out`.
void ask_probe(const RuntimePair& pair, const std::string& name, Fate& fate, Comparison& out) {
    const Reply* reply = probed(pair, name);
    if (reply != nullptr && reply->outcome == Outcome::object_absent) return;
    ++(reply != nullptr && reply->denied() ? fate.hidden : fate.unknown);
    mark_unread(reply == nullptr || reply->ok() ? std::nullopt : std::optional(*reply), out);
    if (reply == nullptr) {
        out.errors.push_back(fmt::format("runtime: whether {} runs was not asked", printable(name)));
    } else if (reply->ok()) {
        out.errors.push_back(fmt::format("runtime: {} exists, but the list of what runs does not show it (a hidden "
                                         "label, or it was just made)",
                                         printable(name)));
    }
}

Fate ask_probes(const RuntimePair& pair, const Shortage& shortage, Comparison& out) {
    Fate fate;
    for (const std::string& name : shortage.names) ask_probe(pair, name, fate, out);
    if (fate.hidden + fate.unknown > 0) fate.unknown += shortage.unasked;
    if (!shortage.predictable) {
        ++fate.unknown;
        mark_unread(std::nullopt, out);
        out.errors.push_back(fmt::format("runtime: the container of {} has a name that cannot be predicted, and this "
                                         "token may not see it",
                                         service_path(shortage.service.name)));
    }
    return fate;
}

Question about_container(const StackRecord& record, std::string name, std::string service) {
    return {.kind = Question::Kind::container,
            .environment = record.environment,
            .docker_kind = record.type == StackType::swarm ? DockerKind::service : DockerKind::container,
            .name = std::move(name),
            .service = std::move(service)};
}

} // namespace

bool wants_stopped(const DesiredStack& stack) { return stack.state == DesiredState::stopped; }

bool stop_explains(const DesiredStack& stack, const StackRecord& record) {
    return !wants_stopped(stack) && record.status == static_cast<std::int64_t>(StackStatus::inactive);
}

std::string service_path(std::string_view service) {
    constexpr std::string_view plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
    if (!service.empty() && service.find_first_not_of(plain) == std::string_view::npos) {
        return "services." + std::string(service);
    }
    std::string quoted;
    for (const char c : printable(service, most_name_bytes)) {
        if (c == '"' || c == '\\') quoted += '\\';
        quoted += c;
    }
    return "services[\"" + quoted + "\"]";
}

Expected expected_count(const compose::ServiceFacts& service) {
    if (service.in_profile) return {};
    if (service.profile_unknown) return {.count = 0, .at_least = true};
    return {.count = service.replicas.value_or(1),
            .at_least = !service.replicas,
            .written = service.replicas ? printable(service.replicas_written, most_name_bytes) : std::string()};
}

void leave_open(std::string_view part, const compose::ServiceFacts& service, std::string_view field, std::string why,
                Comparison& out) {
    if (std::ranges::find(out.unread, part) == out.unread.end()) out.unread.emplace_back(part);
    out.errors.push_back(fmt::format("{}.{}: {}", service_path(service.name), field, why));
}

namespace {

std::string in_ticks(const RuntimePair& pair, std::string_view written) {
    if (pair.secrets.stand_in(written)) return "what the file says";
    return "`" + printable(mask_text(written), most_name_bytes) + "`";
}

std::string unresolved(const RuntimePair& pair, std::string_view written) {
    return in_ticks(pair, written) +
           " cannot be resolved: the stack lacks a variable of it (set it there), or has one whose value refers to "
           "another";
}

void say_default(const RuntimePair& pair, const compose::ServiceFacts& service, std::string_view field,
                 std::string_view written, Comparison& out) {
    out.notes.push_back(fmt::format("{}.{}: {} is taken by its default, since the stack has no such variable; a `.env` "
                                    "of the repository was not read",
                                    service_path(service.name), field, in_ticks(pair, written)));
}

// A count that is not what runs where a file that was not read may say so: a default's, or one of more files.
bool left_to_a_default(const RuntimePair& pair, const compose::ServiceFacts& service, std::int64_t running,
                       Comparison& out) {
    if (!service.replicas_by_default) return false;
    if (pair.file.more_files && running == 0) return false; // as where nothing is known of the count: at least one
    if (pair.file.more_files)
        leave_open("runtime.replicas", service, "replicas",
                   fmt::format("the entry file says {}, and {} run; {}", expected_count(service).text(), running,
                               more_files_unread),
                   out);
    else
        leave_open("runtime.replicas", service, "replicas",
                   fmt::format("{} is taken by its default, and {} run; whether a `.env` of the repository sets the "
                               "variable was not read",
                               in_ticks(pair, service.replicas_written), running),
                   out);
    return true;
}

} // namespace

void report_open(const RuntimePair& pair, const compose::ServiceFacts& service, std::int64_t up, Comparison& out) {
    if (service.in_profile || stop_explains(pair.stack, pair.record)) return;
    const bool swarm = pair.record.type == StackType::swarm;
    // Of a stack with additional files everything counts as a default, also what is resolved (allow_for_more_files).
    const bool defaults = pair.record.additional_files.empty();
    if (service.profile_unknown && up == 0 && !service.job)
        leave_open("runtime.profiles", service, "profiles",
                   "nothing of it runs, and whether one of its profiles is active is not known", out);
    if (service.replicas == 0 && !(swarm && service.job && up > 0)) return; // a scheduler may have started the job
    if (swarm && service.mode.empty() && compose::has_reference(service.mode_written))
        leave_open("runtime.replicas", service, "mode", unresolved(pair, service.mode_written), out);
    const bool counts = !service.profile_unknown && !service.global && !service.job;
    if (counts && service.replicas_unknown)
        leave_open("runtime.replicas", service, "replicas",
                   compose::has_reference(service.replicas_written)
                       ? unresolved(pair, service.replicas_written)
                       : in_ticks(pair, service.replicas_written) + " is not a number of containers",
                   out);
    if (defaults && counts && service.replicas_by_default && service.replicas == up &&
        !service.replicas_written.empty())
        say_default(pair, service, "replicas", service.replicas_written, out);
    if (up == 0) return;
    if (service.image_unknown)
        leave_open("runtime.image", service, "image", unresolved(pair, service.image_written), out);
    if (defaults && service.image_by_default && service.image && compose::has_reference(service.image_written))
        say_default(pair, service, "image", service.image_written, out);
}

void report_surplus(const RuntimePair& pair, const compose::ServiceFacts& service, const Expected& expected,
                    std::int64_t count, Comparison& out) {
    if (left_to_a_default(pair, service, count, out)) return;
    add_runtime_change(pair, expected.any() ? Subject::too_many : Subject::unwanted, service.name,
                       service_path(service.name) + ".running", expected.text(), std::to_string(count), out);
}

void add_runtime_change(const RuntimePair& pair, Subject subject, std::string_view service, std::string path,
                        std::optional<std::string> desired, std::optional<std::string> actual, Comparison& out) {
    out.changes.push_back(compare::change_at(Plane::runtime, subject, std::move(path), std::move(desired),
                                             std::move(actual), compare::manifest_line(pair.stack, 0)));
    out.changes.back().key = printable(service, most_name_bytes);
}

void report_foreign(const RuntimePair& pair, std::string_view service, std::string what, Comparison& out) {
    if (!pair.file.more_files)
        return add_runtime_change(pair, Subject::foreign, service, service_path(service), std::nullopt, std::move(what),
                                  out);
    compose::ServiceFacts unknown;
    unknown.name = service;
    leave_open("runtime.services", unknown, "running",
               fmt::format("{}, and the file that was read does not have the service; {}", what, more_files_unread),
               out);
}

Fate ask_names(const RuntimePair& pair, const Names& names, Comparison& out) {
    Fate fate;
    for (const auto& [service, name] : names) ask_probe(pair, name, fate, out);
    return fate;
}

void report_shortage(const RuntimePair& pair, const Shortage& shortage, Comparison& out) {
    if (stop_explains(pair.stack, pair.record)) return;
    const Fate fate = pair.list_filtered ? ask_probes(pair, shortage, out) : Fate{};
    // Hidden ones may run: it is a change only when they would not make up for it either.
    if (shortage.running + fate.hidden + fate.unknown >= shortage.expected.count) return;
    if (left_to_a_default(pair, shortage.service, shortage.running, out)) return;
    std::string actual = std::to_string(shortage.running);
    if (!shortage.reason.empty()) actual += " (" + printable(pair.secrets.mask(shortage.reason), most_name_bytes) + ")";
    add_runtime_change(pair, shortage.subject, shortage.service.name, service_path(shortage.service.name) + ".running",
                       shortage.expected.text(), std::move(actual), out);
}

Comparison compare_runtime(const Row& row, const StackRecord& record, const compose::ProjectFacts& file,
                           const RuntimeFacts& runtime, const std::vector<NameProbe>& container_probes,
                           bool list_filtered, bool jobs_seen) {
    const KnownSecrets secrets(*row.stack, &record);
    const RuntimePair pair{.stack = *row.stack,
                           .record = record,
                           .file = file,
                           .runtime = runtime,
                           .probes = container_probes,
                           .secrets = secrets,
                           .list_filtered = list_filtered,
                           .jobs_seen = jobs_seen,
                           .project = normalise_stack_name(record.name)};
    Comparison out;
    const bool swarm = record.type == StackType::swarm;
    const Reply& reply = swarm ? runtime.services.reply : runtime.containers.reply;
    if (record.type == StackType::kubernetes ||
        !(swarm ? runtime.services.value.has_value() : runtime.containers.value.has_value())) {
        mark_unread(reply, out);
        return out;
    }
    swarm ? compare_services(pair, out) : compare_containers(pair, out);
    // A stack that is to be stopped may run where this token cannot see it.
    if (list_filtered && wants_stopped(*row.stack))
        ask_names(pair, unlisted_names(*row.stack, record, file, runtime), out);
    compare::sort_changes(out.changes);
    return out;
}

std::vector<Question> containers_to_ask(const Row& row, const StackRecord& record, const compose::ProjectFacts& file,
                                        const ServerFacts& server) {
    std::vector<Question> questions;
    const auto runtime = server.runtime.find(record.environment);
    if (server.is_administrator() || runtime == server.runtime.end() || !row.stack->runtime) return questions;
    if (stop_explains(*row.stack, record)) return questions;
    if (!wants_stopped(*row.stack)) {
        for (const Shortage& shortage : shortages(record, file, runtime->second)) {
            for (const std::string& name : shortage.names) {
                questions.push_back(about_container(record, name, shortage.service.name));
            }
        }
    }
    for (auto& [service, name] : unlisted_names(*row.stack, record, file, runtime->second)) {
        questions.push_back(about_container(record, std::move(name), std::move(service)));
    }
    return questions;
}

} // namespace mooring::runtime
