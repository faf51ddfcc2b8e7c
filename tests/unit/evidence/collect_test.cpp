// What is read from a ledger for a report: the period, its scope, and where trouble from before began.
#include "evidence/assessment.hpp"
#include "evidence/document.hpp"
#include "unit/ledger/sample_runs.hpp"

namespace mooring::evidence {
namespace {

using ledger::hour;

class Collect : public ledger::LedgerTest {
  protected:
    void SetUp() override {
        opened = open();
        // `blog` drifts from run 2 on, in two ways, is mended in run 8; `shop` is always in sync and gets a label late.
        for (UnixSeconds hours = 0; hours < 10; ++hours) {
            StackResult blog = hours == 0 || hours >= 7
                                   ? ledger::stack_with("blog", Verdict::in_sync)
                                   : ledger::drifted("blog", hours < 4 ? "nginx:1.25" : "nginx:1.26");
            StackResult shop = ledger::stack_with("shop", Verdict::in_sync);
            if (hours >= 8) shop.labels["tier"] = "prod";
            record(*opened.ledger, {blog, shop}, hours);
        }
    }
    PeriodAssessment assess_hours(UnixSeconds from, UnixSeconds to, std::string server = "*", std::string label = {}) {
        const auto material =
            collect(*opened.ledger,
                    {.period = {.from = ledger::first_start + from * hour, .to = ledger::first_start + to * hour},
                     .server = std::move(server),
                     .label = std::move(label)});
        if (material) return assess(*material);
        ADD_FAILURE() << material.error().message;
        return {};
    }

    ledger::Opened opened;
};

TEST_F(Collect, TroubleFromBeforeThePeriodKeepsItsBeginning) {
    const PeriodAssessment it = assess_hours(5, 10);
    ASSERT_EQ(it.stacks.size(), 2U);
    ASSERT_EQ(it.stacks[0].episodes.size(), 1U);
    const Episode& episode = it.stacks[0].episodes[0];
    EXPECT_EQ(episode.opened_at, ledger::first_start + hour);
    EXPECT_EQ(episode.ended_at, ledger::first_start + 7 * hour);
    EXPECT_EQ(episode.end, Episode::End::repaired);
    EXPECT_EQ(episode.changes.size(), 2U);
    EXPECT_EQ(it.stacks[0].first_seen, ledger::first_start);
    EXPECT_EQ(it.verification.first, 6);
    EXPECT_TRUE(it.verification.proven());
}

TEST_F(Collect, WhatTheLastRunBeforeThePeriodSawHoldsIntoIt) {
    const UnixSeconds from = ledger::first_start + 5 * hour - 1800; // half an hour before a run
    auto material =
        collect(*opened.ledger, {.period = {.from = from, .to = from + 4 * hour}, .server = "*", .label = {}});
    ASSERT_TRUE(material);
    EXPECT_EQ(material->before.size(), 1U);
    const PeriodAssessment it = assess(*material);
    EXPECT_TRUE(it.observation.gaps.empty()) << "nobody had to look anew because a month began";
    EXPECT_EQ(it.runs, 4U);
    EXPECT_EQ(it.stacks.at(1).unobserved, 0);
    material->max_gap = std::chrono::hours(1);
    for (ledger::Run& run : material->before) {
        run.started_at -= 10 * hour; // too long ago
        run.next_due.reset();
    }
    const PeriodAssessment late = assess(*material);
    ASSERT_EQ(late.observation.gaps.size(), 1U);
    EXPECT_EQ(late.observation.gaps[0].to, from + 1800);
    for (ledger::Run& run : material->before) run.trigger = ledger::watch_ended;
    EXPECT_TRUE(assess(*material).observation.gaps.at(0).unwatched);
}

TEST_F(Collect, AStackBelongsToTheScopeWholeIfItEverHadTheLabel) {
    const PeriodAssessment it = assess_hours(0, 10, "*", "tier");
    ASSERT_EQ(it.stacks.size(), 1U);
    EXPECT_EQ(it.stacks[0].key.name, "shop");
    EXPECT_EQ(it.stacks[0].unobserved, 0);
    EXPECT_TRUE(assess_hours(0, 10, "other").stacks.empty());
    EXPECT_TRUE(assess_hours(0, 10, "other").observers.empty());
}

// Ten runs, hourly, each promising the next, of a period of a hundred hours.
TEST_F(Collect, WhatIsStillToComeIsNeitherObservedNorAGap) {
    const Scope asked{
        .period = {.from = ledger::first_start, .to = ledger::first_start + 100 * hour}, .server = "*", .label = {}};
    const UnixSeconds now = ledger::first_start + 9 * hour + 600;
    const auto material = collect(*opened.ledger, asked, now);
    ASSERT_TRUE(material);
    EXPECT_EQ(material->scope.ends, asked.period.to);
    const PeriodAssessment it = assess(*material);
    EXPECT_TRUE(it.observation.gaps.empty()) << "nobody failed to look at a time that is still to come";
    EXPECT_EQ(it.observation.observed, 9 * hour + 601);
    EXPECT_EQ(it.points.back().until, now + 1) << "the second that has begun is part of it";
    EXPECT_EQ(it.stacks.at(1).segments.back().to, now + 1);
    const std::string text = to_markdown(it);
    for (const char* words : {"until now", "the period ends on", "Now, ", "(100 %)"})
        EXPECT_NE(text.find(words), std::string::npos) << words << text;

    const auto later = collect(*opened.ledger, asked, ledger::first_start + 20 * hour);
    ASSERT_TRUE(later);
    const PeriodAssessment silent = assess(*later);
    ASSERT_EQ(silent.observation.gaps.size(), 1U);
    EXPECT_EQ(silent.observation.gaps[0].from, ledger::first_start + 11 * hour);
    EXPECT_EQ(silent.observation.gaps[0].to, ledger::first_start + 20 * hour + 1);
}

TEST_F(Collect, APeriodThatIsOverIsTheSameWheneverItIsReported) {
    const Scope asked{
        .period = {.from = ledger::first_start, .to = ledger::first_start + 5 * hour}, .server = "*", .label = {}};
    const auto without = collect(*opened.ledger, asked);
    ASSERT_TRUE(without);
    for (const UnixSeconds hours : {5, 6, 5000}) {
        const auto later = collect(*opened.ledger, asked, ledger::first_start + hours * hour);
        ASSERT_TRUE(later);
        EXPECT_EQ(later->scope.ends, 0);
        for (const Form form : {Form::html, Form::json, Form::csv, Form::markdown})
            EXPECT_EQ(render(assess(*later), form), render(assess(*without), form)) << to_string(form);
    }
}

TEST_F(Collect, APeriodOfWhichNothingHasPassedIsRefusedUnlessARunIsInIt) {
    const UnixSeconds now = ledger::first_start + 2 * hour; // runs of a clock that goes ahead are runs, too
    const auto to_come = [&](UnixSeconds from) {
        return collect(*opened.ledger,
                       {.period = {.from = ledger::first_start + from * hour, .to = ledger::first_start + 100 * hour},
                        .server = "*",
                        .label = {}},
                       now);
    };
    const auto refused = to_come(50);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::usage);
    EXPECT_NE(refused.error().message.find("still to come"), std::string::npos) << refused.error().message;
    const auto ahead = to_come(5);
    ASSERT_TRUE(ahead);
    EXPECT_EQ(ahead->runs.size(), 5U);
    EXPECT_EQ(ahead->scope.period.to, ledger::first_start + 9 * hour + 1);
}

TEST_F(Collect, WhatWasPrunedIsSaidAndNotObserved) {
    ASSERT_TRUE(opened.ledger->prune(ledger::first_start + 3 * hour, ledger::first_start + 20 * hour));
    const PeriodAssessment it = assess_hours(0, 10);
    EXPECT_EQ(it.observation.gaps.at(0).to, ledger::first_start + 3 * hour);
    EXPECT_EQ(it.findings.at(0).code, "gap");
    EXPECT_EQ(it.findings.at(1).code, "pruned");
    EXPECT_EQ(it.stacks.at(0).episodes.at(0).opened_at, ledger::first_start + hour) << "carried by the checkpoint";
}

} // namespace
} // namespace mooring::evidence
