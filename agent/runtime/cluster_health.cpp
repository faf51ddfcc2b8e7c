// How workloads do, by their own status (kubernetes.md §7.4).
#include "base/text.hpp"
#include "runtime/cluster.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <fmt/format.h>
#include <iterator>

namespace mooring::runtime {
namespace {

using kubernetes::Live;
using kubernetes::Shape;
using kubernetes::Value;
using State = Health::State;

// The API server's own default for Deployments; taken for kinds that have none as well.
constexpr std::int64_t usual_deadline = 600;

const Value* condition(const Value& tree, std::string_view type) {
    const Value* all = kubernetes::at(tree, {"status", "conditions"});
    if (all == nullptr || all->shape != Shape::list) return nullptr;
    const auto found = std::ranges::find_if(
        all->members, [&](const auto& one) { return kubernetes::text_at(one.value, {"type"}) == type; });
    return found == all->members.end() ? nullptr : &found->value;
}

bool is_condition(const Value& tree, std::string_view type, std::string_view status) {
    const Value* found = condition(tree, type);
    return found != nullptr && kubernetes::text_at(*found, {"status"}) == status;
}

std::string reason_of(const Value& condition) {
    std::string reason = printable(kubernetes::text_at(condition, {"reason"}), 80);
    // Its other words name a pod that is another one at the next attempt.
    if (kubernetes::text_at(condition, {"message"}).contains("exceeded quota")) reason += ": exceeded quota";
    return reason;
}

// When what is declared of the object was last written: by anybody, its status aside.
UnixSeconds last_written(const Value& tree) {
    UnixSeconds newest = time_at(tree, {"metadata", "creationTimestamp"});
    const Value* managers = kubernetes::at(tree, {"metadata", "managedFields"});
    if (managers == nullptr || managers->shape != Shape::list) return newest;
    for (const auto& [key, entry] : managers->members) {
        if (kubernetes::text_at(entry, {"subresource"}) == "status") continue;
        newest = std::max(newest, time_at(entry, {"time"}));
    }
    return newest;
}

// On its way until the deadline, failed after it.
void not_yet(Health& health, UnixSeconds since, std::int64_t seconds, UnixSeconds now) {
    if (health.state == State::failed) return;
    health.deadline = since + seconds;
    health.state = now <= health.deadline ? State::rolling : State::failed;
}

void say(Health& health, std::string what, std::string desired, std::string actual) {
    health.what = std::move(what);
    health.desired = std::move(desired);
    health.actual = std::move(actual);
}

void say_count(Health& health, const char* what, std::int64_t desired, std::int64_t actual) {
    say(health, what, std::to_string(desired), std::to_string(actual));
}

bool is_unobserved(const Value& tree) {
    return whole_number(tree, {"status", "observedGeneration"}, 0) < whole_number(tree, {"metadata", "generation"}, 0);
}

// The controller has not looked at the newest spec: its numbers are of an older one. One that never does is down.
Health unobserved(const Value& tree, UnixSeconds now) {
    Health health;
    say(health, "ready", "the newest generation", "not looked at by its controller yet");
    const UnixSeconds since = last_written(tree);
    since == 0 ? void(health.state = State::rolling) : not_yet(health, since, usual_deadline, now);
    return health;
}

// The conditions that end a Deployment's rollout, and since when it goes on.
void judge_progress(const Value& tree, Health& health, UnixSeconds now) {
    if (const Value* failure = condition(tree, "ReplicaFailure"); is_condition(tree, "ReplicaFailure", "True")) {
        health.state = State::failed;
        health.reasons.push_back(reason_of(*failure));
    }
    const Value* progress = condition(tree, "Progressing");
    if (progress != nullptr && is_condition(tree, "Progressing", "False")) {
        health.state = State::failed;
        health.reasons.push_back(reason_of(*progress));
    }
    const UnixSeconds since = progress == nullptr ? 0 : time_at(*progress, {"lastUpdateTime"});
    // Scaling, by an autoscaler for example, is no rollout and leaves that condition as it was.
    not_yet(health, std::max(since, last_written(tree)),
            whole_number(tree, {"spec", "progressDeadlineSeconds"}, usual_deadline), now);
}

Health of_deployment(const Value& tree, UnixSeconds now) {
    if (is_unobserved(tree)) return unobserved(tree, now);
    const std::int64_t wanted = whole_number(tree, {"spec", "replicas"}, 1);
    const std::int64_t there = whole_number(tree, {"status", "replicas"}, 0);
    const std::int64_t updated = whole_number(tree, {"status", "updatedReplicas"}, 0);
    const std::int64_t ready = whole_number(tree, {"status", "readyReplicas"}, 0);
    Health health;
    if (updated >= wanted && ready >= wanted && there == wanted) return health;
    const Value* paused = kubernetes::at(tree, {"spec", "paused"});
    if (updated < wanted)
        say(health, "updated", std::to_string(wanted), fmt::format("{}, {} ready", updated, ready));
    else if (ready < wanted)
        say_count(health, "ready", wanted, ready);
    else
        say_count(health, "replicas", wanted, there);
    if (paused != nullptr && paused->text == "true" && updated < wanted) {
        health.state = State::failed;
        health.reasons.emplace_back("paused");
        return health;
    }
    judge_progress(tree, health, now);
    return health;
}

bool is_updated_by_hand(const Value& tree) {
    return kubernetes::text_at(tree, {"spec", "updateStrategy", "type"}) == "OnDelete" ||
           whole_number(tree, {"spec", "updateStrategy", "rollingUpdate", "partition"}, 0) > 0;
}

Health of_stateful_set(const Value& tree, UnixSeconds now) {
    if (is_unobserved(tree)) return unobserved(tree, now);
    const std::int64_t wanted = whole_number(tree, {"spec", "replicas"}, 1);
    const std::int64_t ready = whole_number(tree, {"status", "readyReplicas"}, 0);
    const bool current = kubernetes::text_at(tree, {"status", "currentRevision"}) ==
                         kubernetes::text_at(tree, {"status", "updateRevision"});
    Health health;
    if (ready == wanted && (current || is_updated_by_hand(tree))) return health;
    if (ready != wanted)
        say_count(health, "ready", wanted, ready);
    else
        say(health, "updated", std::to_string(wanted),
            std::to_string(whole_number(tree, {"status", "updatedReplicas"}, 0)));
    not_yet(health, last_written(tree), usual_deadline, now);
    return health;
}

Health of_daemon_set(const Value& tree, UnixSeconds now) {
    if (is_unobserved(tree)) return unobserved(tree, now);
    const std::int64_t wanted = whole_number(tree, {"status", "desiredNumberScheduled"}, 0);
    const std::int64_t ready = whole_number(tree, {"status", "numberReady"}, 0);
    const std::int64_t updated = whole_number(tree, {"status", "updatedNumberScheduled"}, 0);
    Health health;
    if (ready >= wanted && (updated >= wanted || is_updated_by_hand(tree))) return health;
    if (ready < wanted)
        say_count(health, "ready", wanted, ready);
    else
        say_count(health, "updated", wanted, updated);
    not_yet(health, last_written(tree), usual_deadline, now);
    return health;
}

// ReplicaSets and ReplicationControllers that no Deployment made.
Health of_replica_set(const Value& tree, UnixSeconds now) {
    if (is_unobserved(tree)) return unobserved(tree, now);
    const std::int64_t wanted = whole_number(tree, {"spec", "replicas"}, 1);
    const std::int64_t ready = whole_number(tree, {"status", "readyReplicas"}, 0);
    Health health;
    if (ready == wanted) return health;
    say_count(health, "ready", wanted, ready);
    if (const Value* failure = condition(tree, "ReplicaFailure"); is_condition(tree, "ReplicaFailure", "True")) {
        health.state = State::failed;
        health.reasons.push_back(reason_of(*failure));
    }
    not_yet(health, last_written(tree), usual_deadline, now);
    return health;
}

Health of_job(const Value& tree) {
    Health health;
    if (is_condition(tree, "Failed", "True")) {
        health.state = State::failed;
        say(health, "status", "Complete", "Failed");
        health.reasons.push_back(reason_of(*condition(tree, "Failed")));
    } else if (!is_condition(tree, "Complete", "True")) {
        const bool suspended = is_condition(tree, "Suspended", "True");
        health.note = suspended ? "it is suspended" : "it has not ended yet";
    }
    return health;
}

Health of_pod(const Value& tree, UnixSeconds now) {
    const std::string_view phase = kubernetes::text_at(tree, {"status", "phase"});
    Health health;
    const bool ready = is_condition(tree, "Ready", "True");
    if (phase == "Succeeded" || (phase == "Running" && ready)) return health;
    if (phase == "Failed") health.state = State::failed;
    const bool is_unready = phase == "Running";
    say(health, "status", "ready", is_unready ? "not ready" : phase.empty() ? "unknown" : printable(phase, 40));
    if (const std::string_view reason = kubernetes::text_at(tree, {"status", "reason"}); !reason.empty())
        health.reasons.push_back(printable(reason, 80));
    not_yet(health, last_written(tree), usual_deadline, now);
    return health;
}

Health of_claim(const Value& tree, UnixSeconds now) {
    const std::string_view phase = kubernetes::text_at(tree, {"status", "phase"});
    Health health;
    if (phase == "Bound") return health;
    if (phase == "Lost") health.state = State::failed;
    say(health, "status", "Bound", phase.empty() ? "unknown" : printable(phase, 40));
    not_yet(health, last_written(tree), usual_deadline, now);
    return health;
}

// What waits for an address that something outside of the cluster gives.
Health of_entrance(const Value& tree) {
    const Value* addresses = kubernetes::at(tree, {"status", "loadBalancer", "ingress"});
    Health health;
    if (addresses == nullptr || addresses->members.empty()) health.note = "it has no address from outside yet";
    return health;
}

} // namespace

std::int64_t whole_number(const Value& tree, std::initializer_list<std::string_view> keys, std::int64_t otherwise) {
    const Value* value = kubernetes::at(tree, keys);
    if (value == nullptr || value->shape != Shape::number) return otherwise;
    std::int64_t number = 0;
    const char* const end = value->text.data() + value->text.size();
    const auto [stopped, error] = std::from_chars(value->text.data(), end, number);
    return error == std::errc{} && stopped == end ? number : otherwise;
}

UnixSeconds time_at(const Value& tree, std::initializer_list<std::string_view> keys) {
    return parse_utc(kubernetes::text_at(tree, keys)).value_or(0);
}

Health health_of(const Live& live, UnixSeconds now) {
    const Value& tree = live.tree;
    const std::string& kind = live.key.kind;
    if (live.key.group == "apps") {
        if (kind == "Deployment") return of_deployment(tree, now);
        if (kind == "StatefulSet") return of_stateful_set(tree, now);
        if (kind == "DaemonSet") return of_daemon_set(tree, now);
        if (kind == "ReplicaSet") return of_replica_set(tree, now);
    } else if (live.key.group == "batch") {
        if (kind == "Job") return of_job(tree);
    } else if (live.key.group.empty()) {
        if (kind == "Pod") return of_pod(tree, now);
        if (kind == "PersistentVolumeClaim") return of_claim(tree, now);
        if (kind == "ReplicationController") return of_replica_set(tree, now);
        if (kind == "Service" && kubernetes::text_at(tree, {"spec", "type"}) == "LoadBalancer")
            return of_entrance(tree);
    } else if (live.key.group == "networking.k8s.io" && kind == "Ingress") {
        return of_entrance(tree);
    }
    return {};
}

namespace {

bool is_text(const Value* value, std::string_view text) { return value != nullptr && value->text == text; }

} // namespace

std::vector<Stop> stops_of(const kubernetes::Object& declared, const Live& live) {
    constexpr std::array all{
        Stop{"batch", "CronJob", "suspend", "true", "false"}, Stop{"apps", "Deployment", "paused", "true", "false"},
        Stop{"apps", "Deployment", "replicas", "0", "1"},     Stop{"apps", "StatefulSet", "replicas", "0", "1"},
        Stop{"apps", "ReplicaSet", "replicas", "0", "1"},     Stop{"", "ReplicationController", "replicas", "0", "1"},
    };
    std::vector<Stop> out;
    std::ranges::copy_if(all, std::back_inserter(out), [&](const Stop& one) {
        if (one.group != live.key.group || one.kind != live.key.kind) return false;
        return kubernetes::at(declared.tree, {"spec", one.field}) == nullptr &&
               is_text(kubernetes::at(live.tree, {"spec", one.field}), one.stopped);
    });
    return out;
}

bool replicas_differ(const kubernetes::Object& declared, const Live& live) {
    constexpr std::int64_t none = -1;
    const std::int64_t wanted = whole_number(declared.tree, {"spec", "replicas"}, none);
    if (wanted != none) return wanted != whole_number(live.tree, {"spec", "replicas"}, none);
    return std::ranges::any_of(stops_of(declared, live), [](const Stop& one) { return one.field == "replicas"; });
}

} // namespace mooring::runtime
