// Material for tests of the compliance report: hourly runs, and spells by hour.
#pragma once

#include "evidence/assessment.hpp"

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace mooring::evidence {

inline constexpr UnixSeconds begin = 1'790'812'800; // 2026-10-01T00:00:00Z
inline constexpr UnixSeconds hour = 3600;

// Runs at the hours 0 .. `hours` - 1 of a period of as many hours, each promising the next.
inline Material hourly(UnixSeconds hours) {
    Material material;
    material.scope = {.period = {.from = begin, .to = begin + hours * hour}, .server = "*", .label = {}};
    ServerResult server;
    server.name = "main";
    server.url = "https://portainer.example.test";
    server.version = "2.43.0";
    server.identity = Identity{.id = 2, .username = "alice", .role = 2};
    const auto servers = std::make_shared<const std::vector<ServerResult>>(1, server);
    const auto waivers = std::make_shared<const std::vector<Waiver>>();
    const auto remarks = std::make_shared<const Diagnostics>();
    for (UnixSeconds i = 0; i < hours; ++i) {
        ledger::Run run;
        run.number = i + 1;
        run.started_at = begin + i * hour;
        run.finished_at = run.started_at + 5;
        run.next_due = run.started_at + hour;
        run.servers = servers;
        run.waivers = waivers;
        run.remarks = remarks;
        run.hash = std::string(63, 'a') + std::to_string(i % 10);
        material.runs.push_back(std::move(run));
    }
    material.verification.runs = material.runs.size();
    material.verification.first = 1;
    material.verification.last = hours;
    return material;
}

// As an agent of two servers records it: the runs of even hours are those of main, the others of branch, each promising
// its next. The numbers of the runs are hour + 1.
inline Material in_turns(UnixSeconds hours) {
    Material material = hourly(hours);
    auto branch = material.runs.front().servers->front();
    branch.name = "branch";
    const auto servers = std::make_shared<const std::vector<ServerResult>>(1, branch);
    for (ledger::Run& run : material.runs) {
        run.next_due = run.started_at + 2 * hour;
        if (run.number % 2 == 0) run.servers = servers;
    }
    return material;
}

// The stack had this state in the runs of the hours `from` .. `to` (both included).
inline StackResult& add(Material& material, const std::string& name, Verdict verdict, UnixSeconds from, UnixSeconds to,
                        const std::string& server = "main") {
    auto state = std::make_shared<StackResult>();
    state->name = name;
    state->server = server;
    state->environment_name = "production";
    state->verdict = verdict;
    state->evidence = {{.method = "GET", .target = "/api/stacks/1/file", .status = 200, .message = {}}};
    if (verdict == Verdict::drifted) {
        Change change;
        change.plane = Plane::content;
        change.path = "services.web.image";
        change.desired = "nginx:1.27";
        change.actual = "nginx:1.25";
        state->changes.push_back(change);
    }
    const ledger::StackKey key{.server = server, .environment = "production", .name = name};
    material.spells.push_back({.stack = key,
                               .first_run = from + 1,
                               .last_run = to + 1,
                               .first_at = begin + from * hour,
                               .last_at = begin + to * hour,
                               .state = state});
    material.first_seen.try_emplace(key, begin + from * hour);
    return *state;
}

} // namespace mooring::evidence
