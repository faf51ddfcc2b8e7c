// One rule of "since": what is recorded beside a spell, what is proven of it, and what an agent goes on counting with.
#include "sample_runs.hpp"

#include <random>

namespace mooring::ledger {
namespace {

StackResult unreachable(std::string name) {
    StackResult out = stack_with(std::move(name), Verdict::unreachable);
    out.rule = "server-unreachable";
    return out;
}

StackResult denied(std::string name) {
    StackResult out = stack_with(std::move(name), Verdict::denied);
    out.cause = Cause::environment;
    return out;
}

class CountsTest : public LedgerTest {
  protected:
    static UnixSeconds since_of(Ledger& ledger) { return ledger.current()->at(0).since; }
};

TEST_F(CountsTest, NeitherAnOutageNorARefusalRestartsWhatIsRecorded) {
    const Opened opened = open();
    Ledger& ledger = *opened.ledger;
    record(ledger, {drifted("blog", "x")}, 0);
    record(ledger, {unreachable("blog")}, 1);
    EXPECT_EQ(since_of(ledger), first_start + hour) << "the outage is counted by itself";
    record(ledger, {denied("blog")}, 2);
    record(ledger, {unreachable("blog")}, 3);
    record(ledger, {denied("blog")}, 4);
    EXPECT_EQ(since_of(ledger), first_start + 2 * hour) << "denied since then, an outage is no answer";
    record(ledger, {drifted("blog", "y")}, 5);
    EXPECT_EQ(since_of(ledger), first_start) << "whatever differs";
    EXPECT_EQ(proof_of(ledger).problem, "");
    record(ledger, {stack_with("blog", Verdict::in_sync)}, 6);
    record(ledger, {drifted("blog", "y")}, 7);
    EXPECT_EQ(since_of(ledger), first_start + 7 * hour);
    EXPECT_EQ(proof_of(ledger).problem, "");
}

// Ledgers of 0.1.0 began a count anew after an outage; what they say is what was recorded.
TEST_F(CountsTest, RowsOfAnOlderMooringStayProvenAndOthersDoNot) {
    const Opened opened = open();
    Ledger& ledger = *opened.ledger;
    record(ledger, {drifted("blog", "x")}, 0);
    record(ledger, {unreachable("blog")}, 1);
    record(ledger, {drifted("blog", "x")}, 2);
    EXPECT_EQ(since_of(ledger), first_start);
    edit("UPDATE spells SET since = first_at WHERE first_run = 3");
    EXPECT_EQ(proof_of(ledger).problem, "");
    for (const char* sql : {"UPDATE spells SET since = first_at - 3600 WHERE first_run = 3",
                            "UPDATE spells SET since = first_at + 1 WHERE first_run = 3",
                            "UPDATE spells SET since = since - 1 WHERE first_run = 3"}) {
        edit(sql);
        EXPECT_EQ(proof_of(ledger).broken, 3) << sql;
        EXPECT_EQ(proof_of(ledger).problem, "a verdict says that it stands since another time");
        edit("UPDATE spells SET since = first_at WHERE first_run = 3");
    }
}

// What began before the runs that were pruned keeps its time, and that stays provable.
TEST_F(CountsTest, ACountOutlivesThePruningOfItsBeginning) {
    const Opened opened = open();
    Ledger& ledger = *opened.ledger;
    record(ledger, {drifted("blog", "x")}, 0);
    record(ledger, {unreachable("blog")}, 1);
    record(ledger, {unreachable("blog")}, 2);
    record(ledger, {drifted("blog", "x")}, 3);
    EXPECT_EQ(ledger.prune(first_start + 2 * hour, first_start + 9 * hour), 2U);
    EXPECT_EQ(since_of(ledger), first_start);
    EXPECT_EQ(proof_of(ledger).problem, "");
    edit("UPDATE spells SET since = first_at - 1 WHERE first_run = 4");
    EXPECT_EQ(proof_of(ledger).broken, 4) << "not before the outage that is left, and not when it was seen again";
}

StackResult state_of(char sign, const std::string& name) {
    switch (sign) {
    case 'D':
        return drifted(name, "x");
    case 'd':
        return drifted(name, "y"); // other differences, the same word
    case 'M':
        return stack_with(name, Verdict::missing);
    case 'A':
        return denied(name);
    case 'U':
        return unreachable(name);
    default:
        return stack_with(name, Verdict::in_sync);
    }
}

// However a count came to be, the rows give the same one as counting run by run.
TEST_F(CountsTest, ReadBackAreThoseOfCountingRunByRun) {
    std::mt19937 chance(20261129); // NOLINT: the same stories in every run
    const Opened opened = open();
    Ledger& ledger = *opened.ledger;
    constexpr int stacks = 40;
    std::vector<Tally> tallies(stacks);
    std::vector<bool> known(stacks, false);
    Watch watch;
    UnixSeconds hours = 0;
    std::string signs(stacks, 'S');
    for (int run = 0; run < 60; ++run) {
        hours += chance() % 5 == 0 ? 7 : 1; // a run is believed for two hours, then there is a gap
        const UnixSeconds at = first_start + hours * hour;
        const UnixSeconds watched = watch.look(at, holds_until(at, at + hour, default_max_gap));
        std::vector<StackResult> results;
        for (std::size_t i = 0; i < stacks; ++i) {
            if (chance() % 4 == 0) signs[i] = "SDdMAU-"[chance() % 7];
            if (signs[i] == '-') {
                tallies[i].rest(watched);
                continue;
            }
            results.push_back(state_of(signs[i], "stack" + std::to_string(100 + i)));
            tallies[i].take(word_of(results.back()), at, watched);
            known[i] = true;
        }
        record(ledger, std::move(results), hours);
    }
    const auto counts = ledger.counts();
    ASSERT_TRUE(counts);
    const UnixSeconds now = first_start + (hours + 1) * hour;
    const UnixSeconds watched = watch.seconds(now);
    EXPECT_EQ(counts->servers.at("main").seconds(now), watched);
    for (std::size_t i = 0; i < stacks; ++i) {
        if (!known[i]) continue;
        const std::string name = "stack" + std::to_string(100 + i);
        const Tally& read = counts->stacks.at({.server = "main", .environment = "production", .name = name});
        EXPECT_EQ(read.word(watched), tallies[i].word(watched)) << name;
        EXPECT_EQ(read.difference(watched), tallies[i].difference(watched)) << name;
        const auto current = ledger.current();
        const auto row =
            std::ranges::find_if(*current, [&](const Current& one) { return one.spell.stack.name == name; });
        EXPECT_EQ(row->since, tallies[i].word(watched)->since) << name;
    }
    EXPECT_EQ(proof_of(ledger).problem, "");
}

TEST_F(CountsTest, RunsOfOtherServersWatchNothingOfThisOne) {
    const Opened opened = open();
    Ledger& ledger = *opened.ledger;
    record(ledger, {drifted("blog", "x")}, 0);
    Report other = report_of({}, 1);
    other.servers[0].name = "branch";
    const Memory none;
    ASSERT_TRUE(ledger.record_run({.report = other,
                                   .before = none,
                                   .memory = none,
                                   .waivers = {},
                                   .trigger = "interval",
                                   .next_due = other.started_at + 9 * hour}));
    const auto counts = ledger.counts();
    ASSERT_TRUE(counts);
    const UnixSeconds later = first_start + 10 * hour;
    EXPECT_EQ(counts->servers.at("main").seconds(later), 2 * hour);
    EXPECT_EQ(counts->servers.at("branch").seconds(later), 9 * hour);
    const StackKey blog{.server = "main", .environment = "production", .name = "blog"};
    EXPECT_EQ(counts->stacks.at(blog).word(2 * hour), (Count{.since = first_start, .seen = 2 * hour}));
}

} // namespace
} // namespace mooring::ledger
