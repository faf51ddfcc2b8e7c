// What a report says of writes: what was written in the period, and what was kept from it until a person looked.
#include "sample_material.hpp"

#include "evidence/document.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace mooring::evidence {
namespace {

struct Log {
    Material material = hourly(48);

    LogEntry& entry(LogKind kind, UnixSeconds hours, const std::string& name = "shop") {
        LogEntry one;
        one.number = static_cast<std::int64_t>(material.log.size()) + 1;
        one.at = begin + hours * hour;
        one.kind = kind;
        one.by = "the agent";
        one.stack = {.server = "main", .environment = 1, .environment_name = "production", .name = name};
        one.intent.action = "update";
        one.intent.user = "robot";
        return material.log.emplace_back(one);
    }
    void outcome(UnixSeconds hours, PartOutcome what, std::int64_t of) {
        LogEntry& one = entry(LogKind::outcome, hours);
        one.answers = of;
        one.result.outcome = what;
        one.result.message = "read back";
    }
};

TEST(Written, EachWriteOfThePeriodStandsWithItsOutcome) {
    Log log;
    log.entry(LogKind::intent, -1);
    log.entry(LogKind::intent, 1).intent.changes = {"services.web.image: a becomes b"};
    log.outcome(2, PartOutcome::done, 2);
    log.entry(LogKind::intent, 3);
    log.entry(LogKind::intent, 4).stack.server = "elsewhere";
    log.material.scope.server = "main";
    const auto written = written_in(log.material);
    ASSERT_EQ(written.size(), 2U);
    EXPECT_EQ(written[0].outcome, PartOutcome::done);
    EXPECT_EQ(written[0].message, "read back");
    EXPECT_EQ(written[1].outcome, std::nullopt);
    const auto json = nlohmann::json::parse(to_json(assess(log.material)));
    EXPECT_EQ(json["corrections"][0]["outcome"], "done");
    EXPECT_EQ(json["corrections"][0]["by"], "the agent");
    EXPECT_TRUE(json["corrections"][1]["outcome"].is_null());
}

TEST(Written, WhatIsKeptLastsUntilAPersonLooksOrItIsWrittenAgain) {
    Log log;
    log.entry(LogKind::quarantined, 1).halt.code = "came_back";
    log.entry(LogKind::halted, 2, "").halt.code = "two_writers";
    log.entry(LogKind::resumed, 5).by = "alice";
    log.entry(LogKind::quarantined, 6).halt.code = "left";
    log.entry(LogKind::trusted, 7, "").by = "alice";
    log.entry(LogKind::intent, 8); // declared anew
    log.outcome(9, PartOutcome::unknown, 6);
    const auto kept = kept_in(log.material);
    ASSERT_EQ(kept.size(), 4U);
    EXPECT_EQ(kept[0].code, "came_back");
    EXPECT_EQ(kept[0].to, begin + 5 * hour);
    EXPECT_EQ(kept[0].ended_by, "alice");
    EXPECT_EQ(kept[1].code, "two_writers");
    EXPECT_EQ(kept[1].to, begin + 7 * hour);
    EXPECT_EQ(kept[2].code, "left");
    EXPECT_EQ(kept[2].to, begin + 8 * hour);
    EXPECT_EQ(kept[2].ended_by, "");
    EXPECT_EQ(kept[3].code, "unknown");
    EXPECT_EQ(kept[3].to, 0) << "it lasts";
}

TEST(Written, AnOpenWriteIsKeptAndWhatEndedBeforeThePeriodIsNot) {
    Log log;
    log.entry(LogKind::quarantined, -9).halt.code = "left";
    log.entry(LogKind::resumed, -8);
    log.entry(LogKind::quarantined, -7, "blog").halt.code = "came_back";
    log.entry(LogKind::intent, 1);
    const auto kept = kept_in(log.material);
    ASSERT_EQ(kept.size(), 2U);
    EXPECT_EQ(kept[0].code, "came_back") << "it began before, and lasts";
    EXPECT_EQ(kept[1].code, "open");
    const auto json = nlohmann::json::parse(to_json(assess(log.material)));
    EXPECT_EQ(json["blocked"].size(), 2U);
    EXPECT_TRUE(json["blocked"][0]["to"].is_null());
    EXPECT_NE(to_html(assess(log.material)).find("nobody has noted what came of the update"), std::string::npos);
}

} // namespace
} // namespace mooring::evidence
