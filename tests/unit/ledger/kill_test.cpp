// kill -9 at any moment: no run and no entry of the log of writes that was reported as recorded is lost, and the
// chains stay whole. MOORING_KILLS sets
// how often (20).
#include "sample_runs.hpp"

#include <array>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <random>
#include <sys/wait.h>
#include <thread>

namespace mooring::ledger {
namespace {

using Kill = LedgerTest;

// What was reported as being on disk.
struct Told {
    RunNumber run = 0;
    std::int64_t entry = 0; // of the log of writes
};

// Records until it is killed; each run that was recorded, with an entry of the log of writes, is written to `told`.
[[noreturn]] void record_without_end(const std::filesystem::path& file, int told) {
    auto opened = open_ledger(file, {.access = Access::write, .now = first_start});
    if (!opened) ::_exit(2);
    for (int i = 0; i < 100'000; ++i) {
        const auto newest = opened->ledger->newest_runs(1);
        if (!newest) ::_exit(3);
        const UnixSeconds hours = newest->empty() ? 0 : newest->front().number;
        const Report report =
            report_of({stack_with("shop", Verdict::in_sync),
                       hours % 3 == 0 ? stack_with("blog", Verdict::in_sync) : drifted("blog", std::to_string(hours))},
                      hours);
        const Memory memory = memory_seen_at(report.started_at);
        const Memory before = *opened->ledger->memory();
        const auto recorded = opened->ledger->record_run({.report = report,
                                                          .before = before,
                                                          .memory = memory,
                                                          .waivers = {},
                                                          .trigger = "interval",
                                                          .next_due = {}});
        if (!recorded) ::_exit(4);
        const auto appended = opened->ledger->append({.at = report.started_at, .by = "the agent"});
        if (!appended) ::_exit(8);
        const Told both{.run = recorded->number, .entry = *appended};
        if (::write(told, &both, sizeof both) != sizeof both) ::_exit(5);
        if (i % 7 == 6 && !opened->ledger->prune(report.started_at - 20 * hour, report.started_at)) ::_exit(6);
    }
    ::_exit(7);
}

// The last that a child, killed after `delay`, had reported; 0: nothing.
Told killed_after(const std::filesystem::path& file, std::chrono::microseconds delay) {
    std::array<int, 2> ends{};
    if (::pipe(ends.data()) != 0) return {.run = -1};
    const pid_t child = ::fork();
    if (child == 0) {
        ::close(ends[0]);
        record_without_end(file, ends[1]);
    }
    ::close(ends[1]);
    std::this_thread::sleep_for(delay);
    ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_TRUE(WIFSIGNALED(status)) << "the child ended by itself: " << WEXITSTATUS(status);
    Told last;
    for (Told one; ::read(ends[0], &one, sizeof one) == sizeof one;) last = one;
    ::close(ends[0]);
    return last;
}

TEST_F(Kill, LosesNoRunAndNoWriteThatWasReportedAndBreaksNoChain) {
    const char* wanted = std::getenv("MOORING_KILLS");            // NOLINT(concurrency-mt-unsafe): one thread
    const int kills = wanted == nullptr ? 20 : std::atoi(wanted); // NOLINT(cert-err34-c): 0 is no kill
    ASSERT_GT(kills, 0);
    std::mt19937 random(20261125);
    std::uniform_int_distribution<int> microseconds(0, 60'000);
    Told reported;
    for (int i = 0; i < kills; ++i) {
        const Told last = killed_after(file, std::chrono::microseconds(microseconds(random)));
        ASSERT_GE(last.run, 0);
        reported = {.run = std::max(reported.run, last.run), .entry = std::max(reported.entry, last.entry)};
        const Opened opened = open();
        for (const Diagnostic& diagnostic : opened.diagnostics) {
            EXPECT_EQ(diagnostic.code, "ledger-key-new") << diagnostic.message; // killed before the key was made
        }
        const Verification found = proof_of(*opened.ledger);
        ASSERT_TRUE(found.proven()) << found.problem;
        ASSERT_GE(found.last, reported.run);
        ASSERT_GE(std::ssize(*opened.ledger->log()), reported.entry);
        const auto memory = opened.ledger->memory();
        ASSERT_TRUE(memory);
        if (found.last == 0) continue;
        EXPECT_EQ(memory->servers.at("main").stacks.at(1).seen_at, first_start + (found.last - 1) * hour)
            << "the memory is that of the last run";
    }
    EXPECT_GT(reported.run, 0) << "not one child lived long enough: this proved nothing";
}

} // namespace
} // namespace mooring::ledger
