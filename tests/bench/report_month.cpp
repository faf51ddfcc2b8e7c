// A month of hourly runs over 500 stacks, a few of which drift each day: how large the ledger gets, and what the report
// costs. Prints figures and never passes or fails. Usage: report_month FILE.db [STACKS] [HOURS], once to fill FILE.db
// and once more for the report, whose forms are written beside it.
#include "base/file.hpp"
#include "evidence/document.hpp"
#include "ledger/ledger.hpp"

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <sys/resource.h>

namespace {

using namespace mooring;

constexpr UnixSeconds begin = 1'790'812'800; // 2026-10-01T00:00:00Z
constexpr UnixSeconds hour = 3600;

// Deterministic and uneven: every stack drifts for some hours about twice a month, one in fifty is denied on some days.
Verdict verdict_at(std::int64_t stack, std::int64_t at) {
    if (stack % 50 == 7 && at / 24 % 5 == 2) return Verdict::denied;
    return (at + stack * 37) % 360 < 5 ? Verdict::drifted : Verdict::in_sync;
}

StackResult stack_at(std::int64_t stack, std::int64_t at) {
    StackResult result;
    result.name = fmt::format("stack-{:04}", stack);
    result.server = "main";
    result.environment_id = stack % 5;
    result.environment_name = fmt::format("environment-{}", stack % 5);
    result.id = stack + 1;
    result.type = StackType::standalone;
    result.verdict = verdict_at(stack, at);
    result.rule = "listed, record, file and runtime read";
    result.labels = {{"team", fmt::format("team-{}", stack % 7)}};
    result.owner = "owner@example.org";
    result.evidence = {
        {.method = "GET", .target = "/api/stacks", .status = 200, .message = {}},
        {.method = "GET", .target = fmt::format("/api/stacks/{}/file", stack + 1), .status = 200, .message = {}},
        {.method = "GET", .target = "/api/endpoints/4/docker/containers/json?all=1", .status = 200, .message = {}}};
    if (result.verdict == Verdict::drifted) {
        for (const char* path : {"services.web.image", "services.web.environment.MODE"}) {
            Change change;
            change.plane = Plane::content;
            change.path = path;
            change.desired = "registry.example.org/shop/web:1.27";
            change.actual = fmt::format("registry.example.org/shop/web:1.{}", at / 24);
            change.where = {.file = result.name + "/compose.yaml", .line = 12, .column = 0};
            result.changes.push_back(std::move(change));
        }
    }
    if (result.verdict == Verdict::denied) {
        result.cause = Cause::resource_control;
        result.exists = true;
        result.message = "The record is listed and its file is refused: the resource control names neither alice nor a "
                         "team of hers.";
        result.remedy = "Ask an administrator to share the stack with alice.";
    }
    return result;
}

Report run_at(std::int64_t stacks, std::int64_t at) {
    Report report;
    report.run_id = fmt::format("{:016x}", at);
    report.started_at = begin + at * hour;
    report.finished_at = report.started_at + 9;
    report.mooring_version = "0.0.0";
    ServerResult server;
    server.name = "main";
    server.url = "https://portainer.example.org";
    server.version = "2.43.0";
    server.identity = Identity{.id = 2, .username = "alice", .role = 2};
    report.servers.push_back(std::move(server));
    for (const Verdict verdict : all_verdicts) report.summary.verdicts[verdict] = 0;
    for (std::int64_t i = 0; i < stacks; ++i) {
        report.stacks.push_back(stack_at(i, at));
        ++report.summary.verdicts[report.stacks.back().verdict];
    }
    report.summary.declared = report.stacks.size();
    return report;
}

Memory memory_at(std::int64_t stacks, UnixSeconds at) {
    Memory memory;
    ServerMemory& server = memory.servers["main"];
    for (std::int64_t id = 1; id <= stacks; ++id) {
        server.stacks[id] = {.id = id,
                             .environment_id = id % 5,
                             .environment_name = "environment",
                             .name = fmt::format("stack-{:04}", id),
                             .created_at = 5,
                             .seen_at = at,
                             .namespace_ = {}};
        server.files[id] = {.record_digest = std::string(64, 'a'),
                            .content_digest = std::string(64, 'b'),
                            .desired_digest = std::string(64, 'c'),
                            .server_date = at,
                            .verified_at = at,
                            .settled = true};
    }
    return memory;
}

double seconds_since(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double cpu_seconds() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

long resident_mebibytes() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss / 1024;
}

int fill(const std::filesystem::path& file, std::int64_t stacks, std::int64_t hours) {
    auto opened = ledger::open_ledger(file, {.access = ledger::Access::write, .now = begin});
    if (!opened) return fmt::print("{}\n", opened.error().message), 1;
    std::size_t states = 0;
    for (std::int64_t at = 0; at < hours; ++at) {
        const Report report = run_at(stacks, at);
        const Memory memory = memory_at(stacks, report.started_at);
        const auto before = opened->ledger->memory();
        if (!before) return fmt::print("{}\n", before.error().message), 1;
        const auto recorded = opened->ledger->record_run({.report = report,
                                                          .before = *before,
                                                          .memory = memory,
                                                          .waivers = {},
                                                          .trigger = "interval",
                                                          .next_due = report.started_at + hour});
        if (!recorded) return fmt::print("{}\n", recorded.error().message), 1;
        states += recorded->new_states;
    }
    fmt::print("recorded: {} runs of {} stacks, {} states that changed\n", hours, stacks, states);
    return 0;
}

int report(const std::filesystem::path& file, std::int64_t hours) {
    const auto start = std::chrono::steady_clock::now();
    const double cpu = cpu_seconds();
    auto opened = ledger::open_ledger(file, {.access = ledger::Access::read_only, .now = 0});
    if (!opened) return fmt::print("{}\n", opened.error().message), 1;
    const auto material = evidence::collect(
        *opened->ledger, {.period = {.from = begin, .to = begin + hours * hour}, .server = "*", .label = {}});
    if (!material) return fmt::print("{}\n", material.error().message), 1;
    fmt::print("collected and verified: {:.2f} s\n", seconds_since(start));
    const evidence::PeriodAssessment assessment = evidence::assess(*material);
    fmt::print("assessed: {:.2f} s, {} findings\n", seconds_since(start), assessment.findings.size());
    for (const std::string& word : evidence::form_words()) {
        const std::string text = evidence::render(assessment, *evidence::parse_form(word));
        if (!write_file_atomically(file.string() + "." + word, text))
            fmt::print("cannot write beside {}\n", file.string());
        fmt::print("{}: {} KiB, after {:.2f} s\n", word, text.size() / 1024, seconds_since(start));
    }
    fmt::print("all: {:.2f} s, {:.2f} s of CPU, {} MiB resident at most\n", seconds_since(start), cpu_seconds() - cpu,
               resident_mebibytes());
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    if (argc < 2) return fmt::print("usage: report_month FILE.db [STACKS] [HOURS]\n"), 64;
    const std::filesystem::path file = argv[1];
    const std::int64_t stacks = argc > 2 ? std::atoll(argv[2]) : 500;
    const std::int64_t hours = argc > 3 ? std::atoll(argv[3]) : 24 * 31;
    if (!std::filesystem::exists(file)) {
        if (const int failed = fill(file, stacks, hours); failed != 0) return failed;
        const auto size = static_cast<double>(std::filesystem::file_size(file));
        fmt::print("size: {:.1f} MiB, {:.1f} bytes a run and stack\n", size / 1048576,
                   size / static_cast<double>(stacks * hours));
        fmt::print("run it again for the report by itself\n");
        return 0;
    }
    return report(file, hours);
}
