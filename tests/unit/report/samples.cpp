#include "samples.hpp"

#include <fmt/format.h>

namespace mooring::report {
namespace {

constexpr UnixSeconds started = 1795000000; // 2026-11-18T10:13:20Z

ServerResult shop_server() {
    ServerResult server;
    server.name = "main";
    server.url = "https://portainer.example.test";
    server.version = "2.23.0";
    server.instance_id = "299ab403-70a8-4c05-92f7-bf7a994d50df";
    server.identity = Identity{.id = 2, .username = "alice", .role = 2};
    return server;
}

StackResult stack(std::string name, Verdict verdict) {
    StackResult out;
    out.name = std::move(name);
    out.server = "main";
    out.environment_id = 1;
    out.environment_name = "production";
    out.type = StackType::standalone;
    out.verdict = verdict;
    out.where = {.file = "manifests/" + out.name + ".yaml", .line = 1};
    return out;
}

StackResult drifted_shop() {
    StackResult out = stack("shop", Verdict::drifted);
    out.id = 7;
    out.exists = true;
    out.where.line = 3;
    out.changes = {{.plane = Plane::content,
                    .path = "services.web.image",
                    .desired = "nginx:1.27",
                    .actual = "nginx:1.25",
                    .secret = false,
                    .waiver = {},
                    .where = {.file = "shop/compose.yaml", .line = 4}},
                   {.plane = Plane::record,
                    .path = "env.DB_PASSWORD",
                    .desired = std::string(secret_desired),
                    .actual = std::string(secret_actual),
                    .secret = true,
                    .waiver = {},
                    .where = {}}};
    out.evidence = {{.method = "GET", .target = "/api/stacks/7/file", .status = 200, .message = {}}};
    return out;
}

StackResult deleted_cache() {
    StackResult out = stack("cache", Verdict::deleted);
    out.unread = {"record", "content", "runtime"};
    out.evidence = {{.method = "GET", .target = "/api/stacks/31", .status = 404, .message = "Unable to find a stack"}};
    out.probes = {
        {.method = "GET", .target = "/api/endpoints/1/docker/networks/cache_default", .status = 404, .message = {}}};
    out.message = "Stack 31, seen on 2026-11-20, is deleted (its id answers 404). Nothing of it runs: container "
                  "cache-cache-1 (404), network cache_default (404). Whether a stack of that name that alice may not "
                  "see took its place cannot be seen.";
    return out;
}

StackResult missing_gone() {
    StackResult out = stack("gone", Verdict::missing);
    out.proof = Proof::complete_list;
    out.exists = false;
    out.evidence = {{.method = "GET", .target = "/api/stacks", .status = 200, .message = {}}};
    out.message = "Proof: admin is an administrator, whose list is complete, and no stack `gone` in production was in "
                  "it, twice.";
    return out;
}

StackResult denied_billing() {
    StackResult out = stack("billing", Verdict::denied);
    out.id = 12;
    out.cause = Cause::resource_control;
    out.exists = true;
    out.unread = {"record", "content", "runtime"};
    out.evidence = {
        {.method = "GET", .target = "/api/stacks/12", .status = 403, .message = "Access denied to resource"}};
    out.message = "The stack exists (id 12), but its access control does not name alice or a team of hers.";
    out.remedy = "Ask an administrator to add alice to Stacks > billing > Access control.";
    return out;
}

StackResult hidden_audit() {
    StackResult out = stack("audit", Verdict::not_visible);
    for (const std::string_view path :
         {"containers/audit-web-1/json", "networks/audit_default", "volumes/audit_data"}) {
        out.probes.push_back({.method = "GET",
                              .target = "/api/endpoints/1/docker/" + std::string(path),
                              .status = 404,
                              .message = "No such object"});
    }
    out.message = "Not in the list that alice may see, which proves nothing.";
    return out;
}

void finish(Report& report, std::size_t declared, std::size_t covered, double score, int exit_code) {
    report.run_id = "c0ffee00";
    report.started_at = started;
    report.finished_at = started + 2;
    report.mooring_version = "0.1.0";
    report.exit_code = exit_code;
    Summary& summary = report.summary;
    summary.declared = declared;
    summary.covered = covered;
    summary.coverage = static_cast<double>(covered) / static_cast<double>(declared);
    summary.score = score;
    summary.score_with_waivers = score;
    for (const Verdict verdict : all_verdicts) summary.verdicts[verdict] = 0;
    for (const StackResult& one : report.stacks) ++summary.verdicts[one.verdict];
}

void add_hostile(Report& report) {
    StackResult out = stack("e\x1b[31mvil\xff", Verdict::error);
    out.message = "does not parse: \x1b]0;owned\x07 line 3";
    out.notes = {"3 values not compared"};
    out.ignored = 2;
    out.owner = "web@example.org";
    out.labels = {{"team", "web"}};
    out.rule = "error: content does not parse";
    report.stacks.push_back(out);
}

void add_waived(Report& report) {
    StackResult waived = drifted_shop();
    waived.name = "legacy";
    waived.verdict = Verdict::in_sync;
    waived.waived = true;
    waived.waivers = {"old-nginx"};
    for (Change& change : waived.changes) change.waiver = "old-nginx";
    report.stacks.push_back(waived);
    report.waivers = {{.name = "old-nginx",
                       .owner = "web@example.org",
                       .reason = "replaced when the proxy moves",
                       .approver = "ops",
                       .until = started + 86400 * 30}};
    StackResult not_asked = stack("batch", Verdict::in_sync);
    not_asked.id = 40;
    not_asked.runtime_asked = false;
    report.stacks.push_back(not_asked);
}

void add_remaining(Report& report) {
    for (const Verdict verdict : {Verdict::orphaned, Verdict::unreachable, Verdict::pending, Verdict::suspended}) {
        StackResult out = stack(std::string(to_string(verdict)), verdict);
        out.message = fmt::format("Why it is {}.", to_string(verdict));
        if (verdict == Verdict::unreachable) {
            out.server = "branch";
            out.environment_id.reset();
            out.evidence = {{.method = "GET", .target = "/api/status", .status = 0, .message = "connection refused"}};
        }
        report.stacks.push_back(out);
    }
    report.stacks.push_back(missing_gone());
    StackResult extra = stack("forgotten", Verdict::extra);
    extra.id = 50;
    extra.exists = true;
    extra.where = {};
    extra.message = "Present in a managed scope, declared nowhere.";
    report.stacks.push_back(extra);
}

} // namespace

Report shop_report() {
    Report report;
    report.servers = {shop_server()};
    for (int i = 1; i <= 11; ++i) report.stacks.push_back(stack(fmt::format("web{}", i), Verdict::in_sync));
    report.stacks.push_back(drifted_shop());
    report.stacks.push_back(denied_billing());
    report.stacks.push_back(hidden_audit());
    report.stacks.push_back(deleted_cache());
    finish(report, 15, 12, 11.0 / 15, 4);
    return report;
}

Report full_report() {
    Report report = shop_report();
    ServerResult down;
    down.name = "branch";
    down.url = "https://branch.example.test:9443";
    down.error = "GET /api/status: connection refused. Is the address right and the server running?";
    down.exit_code = 69;
    report.servers.push_back(down);
    add_hostile(report);
    add_waived(report);
    add_remaining(report);
    StackResult taken = stack("taken", Verdict::denied);
    taken.cause = Cause::name_taken;
    report.stacks.push_back(taken);
    report.diagnostics = {{.severity = Severity::error,
                           .code = "unknown-key",
                           .message = "unknown key `enviroment`",
                           .suggestion = "did you mean `environment`?",
                           .where = {.file = "manifests/bad.yaml", .line = 4, .column = 3},
                           .server = {}},
                          {.severity = Severity::note,
                           .code = "database-changed",
                           .message = "memory of main is void: another database",
                           .suggestion = {},
                           .where = {},
                           .server = "main"}};
    finish(report, 24, 15, 12.0 / 24, 69);
    report.summary.in_sync_waived = 1;
    report.summary.in_sync_runtime_not_asked = 1;
    report.summary.score_with_waivers = 13.0 / 24;
    report.summary.suspended = 1;
    return report;
}

Report empty_report() {
    Report report;
    report.servers = {shop_server()};
    finish(report, 1, 0, 0, 0);
    report.summary.declared = 0;
    report.summary.coverage.reset();
    report.summary.score.reset();
    report.summary.score_with_waivers.reset();
    return report;
}

} // namespace mooring::report
