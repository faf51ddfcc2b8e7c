// Boards as an agent would have them, for tests of pages, answers and metrics.
#pragma once

#include "drift/judge.hpp"
#include "serve/board.hpp"

#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

namespace mooring::serve {

inline StackResult stack_with(const std::string& name, Verdict verdict, const std::string& server = "main") {
    StackResult out;
    out.name = name;
    out.server = server;
    out.environment_id = 1;
    out.environment_name = "production";
    out.verdict = verdict;
    out.message = "because of " + name;
    if (verdict == Verdict::drifted)
        out.changes.push_back(
            {.plane = Plane::content, .path = "services.web.image", .desired = "nginx:1.27", .actual = "nginx:1.25"});
    return out;
}

// A report of one server that was judged at `at`.
inline Report report_of(std::vector<StackResult> stacks, UnixSeconds at, const std::string& server = "main") {
    Report out;
    out.run_id = "0123456789abcdef";
    out.started_at = at;
    out.finished_at = at + 1;
    ServerResult seen;
    seen.name = server;
    seen.url = "https://portainer.example.test";
    out.servers.push_back(seen);
    out.stacks = std::move(stacks);
    out.summary = drift::summarise(out.stacks);
    return out;
}

// The runs of a server as they began, each believed for an hour.
inline Watch watch_of(std::initializer_list<UnixSeconds> runs) {
    Watch out;
    for (const UnixSeconds at : runs) out.look(at, at + 3600);
    return out;
}

inline ServerView view_of(const Report& report, UnixSeconds now) {
    ServerView out;
    out.name = report.servers.front().name;
    out.url = report.servers.front().url;
    out.stacks = views_of(report, {}, watch_of({report.started_at}));
    out.report = report;
    out.started_at = report.started_at;
    out.ended_at = out.succeeded_at = report.finished_at;
    out.next_due = now + 300;
    return out;
}

inline Board board_of(std::vector<StackResult> stacks, UnixSeconds now) {
    Board out;
    out.version = "0.1.0";
    out.source.loaded = true;
    out.source.loaded_at = now;
    out.servers.push_back(view_of(report_of(std::move(stacks), now), now));
    return out;
}

} // namespace mooring::serve
