#include "evidence/assessment.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <tuple>

namespace mooring::evidence {
namespace {

bool is_same_observer(const ServerResult& a, const ServerResult& b) {
    const auto who = [](const ServerResult& server) {
        const auto identity = server.identity.value_or(Identity{});
        return std::tuple(server.name, server.url, server.version, server.instance_id, server.list_complete,
                          server.error, server.exit_code, identity.username, identity.role);
    };
    return who(a) == who(b);
}

Means means_of(const std::vector<Point>& points) {
    double covered = 0;
    double in_sync = 0;
    double waived = 0;
    double time = 0;
    for (const Point& point : points) {
        if (point.judged == 0) continue;
        const auto weight = static_cast<double>(point.until - point.at);
        time += weight;
        covered += *point.coverage() * weight;
        in_sync += *point.score() * weight;
        waived += *point.score_with_waivers() * weight;
    }
    if (time == 0) return {};
    return {.coverage = covered / time, .score = in_sync / time, .score_with_waivers = waived / time};
}

bool looked_at(const ledger::Run& run, const Scope& scope) {
    return run.looked() && std::ranges::any_of(*run.servers, [&scope](const ServerResult& server) {
               return glob_matches(scope.server, server.name);
           });
}

} // namespace

std::vector<Observer> observers(const Material& material) {
    std::vector<Observer> all;
    std::map<std::string, std::size_t> newest; // by server: index of its last observer
    for (const ledger::Run& run : material.runs) {
        if (!run.looked()) continue;
        for (const ServerResult& server : *run.servers) {
            if (!glob_matches(material.scope.server, server.name)) continue;
            const auto known = newest.find(server.name);
            if (known == newest.end() || !is_same_observer(all[known->second].server, server)) {
                newest[server.name] = all.size();
                all.push_back({.server = server, .from = run.started_at, .to = run.started_at, .runs = 0});
            }
            Observer& now = all[newest[server.name]];
            now.to = run.started_at;
            ++now.runs;
        }
    }
    std::ranges::stable_sort(all, {}, [](const Observer& one) { return one.server.name; });
    return all;
}

Assessment assess(const Material& material) {
    Assessment out{.scope = material.scope, .heading = material.heading};
    out.observers = observers(material);
    out.observation = observe(material);
    for (const ledger::Run& run : material.runs) {
        if (!looked_at(run, material.scope)) continue;
        if (out.runs++ == 0) out.first_run_at = run.started_at;
        out.partial_runs += run.partial ? 1 : 0;
        out.last_run_at = run.started_at;
    }
    if (!material.runs.empty()) out.last_hash = material.runs.back().hash;
    out.points = points(material, out.observation);
    out.means = means_of(out.points);
    out.stacks = stack_reports(material, out.observation);
    out.waivers = waiver_reports(material, out.observation);
    out.written = written_in(material);
    out.kept = kept_in(material);
    out.verification = material.verification;
    out.controls = material.controls;
    out.expiring_within = material.expiring_within;
    out.findings = findings(out, material);
    return out;
}

} // namespace mooring::evidence
