// The log of writes in words, and which stacks may be adopted.
#include "cli/write_log.hpp"

#include "base/text.hpp"

#include <array>
#include <gtest/gtest.h>
#include <iterator>
#include <nlohmann/json.hpp>
#include <sstream>

namespace mooring::cli {
namespace {

LogEntry entry(LogKind kind, std::int64_t number, const std::string& name = "shop") {
    LogEntry one;
    one.number = number;
    one.at = 1'790'000'000 + number;
    one.kind = kind;
    one.by = "kim with mooring apply";
    one.stack = {.server = "main",
                 .instance_id = "i-1",
                 .environment = 4,
                 .environment_name = "production",
                 .name = kind == LogKind::trusted ? "" : name,
                 .id = 7,
                 .created_at = 1'700'000'000};
    if (kind == LogKind::intent) {
        one.intent.action = "update";
        one.intent.declared_at = "m/shop.yaml:3";
        one.intent.changes = {"services.web.image: a becomes b"};
    }
    return one;
}

LogEntry outcome(std::int64_t number, std::int64_t answers, PartOutcome what, const std::string& message = "") {
    LogEntry one = entry(LogKind::outcome, number);
    one.answers = answers;
    one.result.outcome = what;
    one.result.message = message;
    return one;
}

std::string text_of(const std::vector<LogEntry>& log) { return log_text(deeds_of(log), report::Paint(false)); }

TEST(LogWords, AnOutcomeStandsWithItsIntent) {
    const std::vector<LogEntry> log{entry(LogKind::intent, 1), entry(LogKind::adopted, 2, "blog"),
                                    outcome(3, 1, PartOutcome::not_converged, "web restarts")};
    const auto deeds = deeds_of(log);
    ASSERT_EQ(deeds.size(), 2U);
    EXPECT_EQ(deeds[0].outcome, &log[2]);
    EXPECT_FALSE(deeds[0].keeps);
    EXPECT_EQ(log_text(deeds, report::Paint(false)),
              "   1  2026-09-21T14:13:21Z  UPDATE    shop/production                      kim with mooring apply\n"
              "      m/shop.yaml:3\n"
              "      services.web.image: a becomes b\n"
              "   3  not converged: web restarts (after 2 s)\n"
              "   2  2026-09-21T14:13:22Z  ADOPT     blog/production                      kim with mooring apply\n"
              "      stack 7, made 2023-11-14T22:13:20Z, of instance i-1\n");
}

TEST(LogWords, WhatIsOpenOrUnknownSaysWhatSettlesIt) {
    const std::string open = text_of({entry(LogKind::intent, 1)});
    EXPECT_NE(open.find("open: nobody knows yet; the next apply settles it\n"), std::string::npos) << open;
    EXPECT_NE(open.find("1 write not settled"), std::string::npos) << open;
    for (const PartOutcome what : {PartOutcome::unknown, PartOutcome::twice}) {
        std::vector<LogEntry> log{entry(LogKind::intent, 1), outcome(2, 1, what, "it was cut off")};
        EXPECT_NE(text_of(log).find("it was cut off (after 1 s); look at it, then `mooring resume shop`"),
                  std::string::npos)
            << text_of(log);
        log.push_back(entry(LogKind::resumed, 3));
        const std::string resumed = text_of(log);
        EXPECT_EQ(resumed.find("look at it"), std::string::npos) << resumed;
        EXPECT_NE(resumed.find("; looked at: kim with mooring apply, 2026-09-21T14:13:23Z"), std::string::npos);
        EXPECT_EQ(resumed.find("not settled"), std::string::npos);
    }
}

TEST(LogWords, OnANarrowTerminalNothingIsCut) {
    std::vector<LogEntry> log{entry(LogKind::intent, 1), outcome(2, 1, PartOutcome::unknown, "it was cut off")};
    log[0].intent.changes = {"services.web.environment.ADDRESS: a long value of words becomes another long value"};
    const std::string wide = text_of(log);
    for (const std::size_t width : {40U, 60U, 80U}) {
        const std::string text = log_text(deeds_of(log), report::Paint(false), width);
        for (const std::string_view line : split(text, '\n')) EXPECT_LE(line.size(), width) << text;
        const auto words = [](const std::string& from) {
            std::istringstream in(from);
            return std::vector<std::string>(std::istream_iterator<std::string>(in), {});
        };
        if (width < 60) continue; // at 40 one word is wider than its place
        EXPECT_EQ(words(text), words(wide)) << width;
    }
}

TEST(LogWords, NothingOfALogReachesATerminalRaw) {
    LogEntry evil = entry(LogKind::intent, 1, "a\x1b[2Jb");
    evil.by = evil.stack.environment_name = evil.intent.action = evil.intent.backup = "\x1b]0;x\a\n";
    evil.intent.changes = {"\x1b[31m"};
    const std::vector<LogEntry> log{evil, outcome(2, 1, PartOutcome::unknown, "\x1b[31m")};
    EXPECT_EQ(text_of(log).find('\x1b'), std::string::npos);
}

TEST(LogWords, SeveralServersAreNamed) {
    std::vector<LogEntry> log{entry(LogKind::adopted, 1), entry(LogKind::adopted, 2)};
    EXPECT_EQ(text_of(log).find("@main"), std::string::npos);
    log[1].stack.server = "branch";
    EXPECT_NE(text_of(log).find("shop/production@main"), std::string::npos);
    EXPECT_NE(text_of(log).find("shop/production@branch"), std::string::npos);
}

TEST(LogWords, TheJsonSaysWhatKeepsAStack) {
    const std::vector<LogEntry> log{entry(LogKind::intent, 1), outcome(2, 1, PartOutcome::unknown),
                                    entry(LogKind::trusted, 3)};
    const auto json = nlohmann::json::parse(log_json(deeds_of(log)));
    ASSERT_EQ(json["entries"].size(), 2U);
    EXPECT_EQ(json["entries"][0]["write"]["keeps"], true);
    EXPECT_EQ(json["entries"][0]["write"]["outcome"]["outcome"], "unknown");
    EXPECT_EQ(json["entries"][1]["kind"], "trusted");
    EXPECT_TRUE(json["entries"][1]["name"].is_null());
}

TEST(LogWords, AQuarantineSaysWhatLiftsItUntilAPersonHasLooked) {
    std::vector<LogEntry> log{entry(LogKind::quarantined, 1), entry(LogKind::halted, 2, "")};
    log[0].halt = {.code = "came_back", .message = "services.web.image came back", .field = "services.web.image"};
    log[1].halt = {.code = "two_writers", .message = "somebody else writes"};
    const std::string text = text_of(log);
    EXPECT_NE(text.find("QUARANTINE"), std::string::npos) << text;
    EXPECT_NE(text.find("services.web.image came back"), std::string::npos) << text;
    EXPECT_NE(text.find("`mooring resume shop`"), std::string::npos) << text;
    EXPECT_NE(text.find("`mooring trust main`"), std::string::npos) << text;
    EXPECT_EQ(text.find("not settled"), std::string::npos) << "no write is open\n" << text;
    log.push_back(entry(LogKind::resumed, 3));
    EXPECT_EQ(text_of(log).find("`mooring resume shop`"), std::string::npos);
    const auto json = nlohmann::json::parse(log_json(deeds_of(log)));
    EXPECT_EQ(json["entries"][0]["halt"]["keeps"], false);
    EXPECT_EQ(json["entries"][1]["halt"]["code"], "two_writers");
    EXPECT_TRUE(json["entries"][1]["name"].is_null());
    EXPECT_TRUE(json["entries"][2]["halt"].is_null());
}

struct World {
    DesiredStack desired;
    WriteHistory history;
    config::ServerEntry server;
    drift::Assessment row;

    World() {
        desired.name = "shop";
        server.server.name = "main";
        history.sightings["main"].first_instance = "i-1";
        auto record = std::make_shared<StackRecord>();
        record->id = 7;
        record->created_at = 1'700'000'000;
        record->environment = 4;
        row.desired = &desired;
        row.record = record;
        row.result.name = "shop";
        row.result.server = "main";
        row.result.verdict = Verdict::drifted;
    }
    Adoption adoption(const std::string& instance = "i-1") const { return adoption_of(row, instance, history, server); }
};

TEST(Adoption, NeedsAVerdictThatMeansThisVeryRecord) {
    for (const Verdict verdict : all_verdicts) {
        World world;
        world.row.result.verdict = verdict;
        const bool may = verdict == Verdict::in_sync || verdict == Verdict::drifted || verdict == Verdict::pending;
        EXPECT_EQ(world.adoption().refused.empty(), may) << to_string(verdict);
        EXPECT_EQ(world.adoption().stack.id.has_value(), may) << to_string(verdict);
        world.row.record = nullptr;
        EXPECT_FALSE(world.adoption().refused.empty()) << to_string(verdict) << " without a record";
    }
}

TEST(Adoption, AnErrorOfItsContentIsNoDoubtWhichRecordIsMeant) {
    for (const auto& [rule, may] : std::array<std::pair<const char*, bool>, 6>{{{"file-lost", true},
                                                                                {"git-settings-not-deployed", true},
                                                                                {"ambiguous", false},
                                                                                {"meant-twice", false},
                                                                                {"tied-to-another", false},
                                                                                {"anything-new", false}}}) {
        World world;
        world.row.result.verdict = Verdict::error;
        world.row.result.rule = rule;
        EXPECT_EQ(world.adoption().refused.empty(), may) << rule;
    }
}

TEST(Adoption, NeedsTheServerThatIsMeant) {
    World world;
    EXPECT_EQ(world.adoption("I-1").refused, "") << "whatever the case";
    EXPECT_NE(world.adoption("i-2").refused.find("the ledger's first run knows i-1"), std::string::npos);
    EXPECT_NE(world.adoption("").refused.find("did not say"), std::string::npos);
    world.history.standing.first_written["main"] = "i-0";
    EXPECT_EQ(world.adoption("i-0").refused, "") << "what was written counts more than what was seen";
    EXPECT_NE(world.adoption("i-1").refused.find("the log of writes knows i-0"), std::string::npos);
    world.history.standing.trusted["main"] = "i-2";
    EXPECT_EQ(world.adoption("i-2").refused, "") << "what a person said counts more than both";
    EXPECT_NE(world.adoption("i-1").refused, "");
    world.server.write.instance = "i-3";
    EXPECT_EQ(world.adoption("i-3").refused, "") << "and the configuration more than all";
    EXPECT_NE(world.adoption("i-2").refused.find("the configuration knows i-3"), std::string::npos);
    World unknown;
    unknown.history.sightings.clear();
    EXPECT_NE(unknown.adoption().refused.find("first `mooring trust main`"), std::string::npos);
}

TEST(Adoption, SaysWhoseARecordIsAlready) {
    World world;
    world.history.log = {entry(LogKind::adopted, 1)};
    world.history.standing = standing_of(world.history.log);
    EXPECT_EQ(world.adoption().owner, Ownership::adopted);
    EXPECT_EQ(world.adoption().stack.id, 7);
}

} // namespace
} // namespace mooring::cli
