// Runs, results and memories for tests of the ledger, and a folder of its own for each.
#pragma once

#include "ledger/database.hpp"
#include "ledger/ledger.hpp"

#include <cstdlib>
#include <filesystem>
#include <gtest/gtest.h>
#include <string>
#include <unistd.h>
#include <utility>
#include <vector>

namespace mooring::ledger {

inline constexpr UnixSeconds first_start = 1'790'000'000;
inline constexpr UnixSeconds hour = 3600;

inline StackResult stack_with(std::string name, Verdict verdict, std::string environment = "production") {
    StackResult result;
    result.name = std::move(name);
    result.server = "main";
    result.environment_id = 4;
    result.environment_name = std::move(environment);
    result.type = StackType::standalone;
    result.verdict = verdict;
    result.rule = "compare";
    result.labels = {{"team", "web"}};
    result.evidence = {{.method = "GET", .target = "/api/stacks", .status = 200, .message = {}}};
    return result;
}

inline StackResult drifted(std::string name, std::string actual) {
    StackResult result = stack_with(std::move(name), Verdict::drifted);
    Change change;
    change.plane = Plane::content;
    change.path = "services.web.image";
    change.desired = "nginx:1.27";
    change.actual = std::move(actual);
    result.changes.push_back(std::move(change));
    return result;
}

// The run `hours` after the first, with these stacks.
inline Report report_of(std::vector<StackResult> stacks, UnixSeconds hours) {
    Report report;
    report.run_id = "run-" + std::to_string(hours);
    report.started_at = first_start + hours * hour;
    report.finished_at = report.started_at + 5;
    report.mooring_version = "1.2.3";
    ServerResult server;
    server.name = "main";
    server.url = "https://portainer.example.test";
    server.version = "2.43.0";
    server.instance_id = "instance";
    server.identity = Identity{.id = 7, .username = "mooring", .role = 2};
    report.servers.push_back(std::move(server));
    for (const Verdict verdict : all_verdicts) report.summary.verdicts[verdict] = 0;
    for (const StackResult& stack : stacks) ++report.summary.verdicts[stack.verdict];
    report.summary.declared = stacks.size();
    report.stacks = std::move(stacks);
    return report;
}

inline Memory memory_seen_at(UnixSeconds at, std::int64_t stacks = 3) {
    Memory memory;
    ServerMemory& server = memory.servers["main"];
    server.instance_id = "instance";
    server.environments = {{4, {"production"}}, {5, {"staging"}}};
    server.selections[4] = {.group = 1, .tags = {2, 3}};
    server.selections[5] = {.group = 1, .tags = {}};
    for (std::int64_t id = 1; id <= stacks; ++id) {
        server.stacks[id] = {.id = id,
                             .environment_id = 4,
                             .environment_name = "production",
                             .name = "stack" + std::to_string(id),
                             .created_at = 1000 + id,
                             .seen_at = at,
                             .namespace_ = {}};
        server.files[id] = {.record_digest = std::string(64, 'a'),
                            .content_digest = std::string(64, 'b'),
                            .desired_digest = {},
                            .server_date = at - 1,
                            .verified_at = at,
                            .settled = true};
    }
    return memory;
}

class LedgerTest : public ::testing::Test {
  protected:
    LedgerTest() {
        std::string name = (std::filesystem::temp_directory_path() / "mooring-ledger-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) std::abort();
        folder = name;
        file = folder / "ledger.db";
    }
    ~LedgerTest() override {
        std::error_code ignored;
        std::filesystem::remove_all(folder, ignored);
    }

    Opened open(OpenOptions options = {}) const {
        options.now = first_start;
        auto opened = open_ledger(file, options);
        if (opened) return std::move(*opened);
        ADD_FAILURE() << opened.error().message << "; " << opened.error().detail;
        std::abort();
    }

    // Records the run `hours` after the first.
    static Recorded record(Ledger& ledger, std::vector<StackResult> stacks, UnixSeconds hours,
                           std::span<const Waiver> waivers = {}) {
        const Report report = report_of(std::move(stacks), hours);
        const Memory memory = memory_seen_at(report.started_at);
        const Memory before = *ledger.memory();
        const auto recorded = ledger.record_run({.report = report,
                                                 .before = before,
                                                 .memory = memory,
                                                 .waivers = waivers,
                                                 .trigger = "check",
                                                 .next_due = report.started_at + hour});
        if (recorded) return *recorded;
        ADD_FAILURE() << recorded.error().message << "; " << recorded.error().detail;
        return {};
    }

    static Verification proof_of(Ledger& ledger, Period period = {}) {
        auto found = ledger.verify(period);
        if (found) return std::move(*found);
        ADD_FAILURE() << found.error().message;
        return {};
    }

    // What somebody with a database editor could do.
    void edit(const std::string& sql) const {
        Database database;
        database.open(file, Database::Open::write);
        database.execute(sql);
        const Result<void> done = database.outcome();
        ASSERT_TRUE(done) << done.error().message;
    }

    std::filesystem::path folder;
    std::filesystem::path file;
};

} // namespace mooring::ledger
