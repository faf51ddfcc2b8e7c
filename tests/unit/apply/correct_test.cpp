// The agent corrects a stand-in server: run after run in this process, with a ledger on the disk and short waits.
#include "cli/apply_agent.hpp"
#include "ledger/lease_holder.hpp"
#include "portainer_double/double.hpp"
#include "serve/log.hpp"
#include "support/run.hpp"
#include "unit/manifest/temporary_folder.hpp"

#include <gtest/gtest.h>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

namespace mooring::cli {
namespace {

using portainer_double::Double;
using portainer_double::Fault;
using portainer_double::Version;
using reconcile::Readiness;
using Texts = std::vector<std::string>;

constexpr const char* uuid = "5dd72a1f-939b-494c-861f-23d068846b6a";
constexpr const char* newer = "services:\n  web:\n    image: local/web:1.1\n";
constexpr const char* stacks =
    R"({"id": 11, "name": "shop", "environment": 1, "createdBy": "robot",
        "file": "services:\n  web:\n    image: local/web:1.0\n"})";

class ShiftedClock final : public Clock {
  public:
    std::chrono::system_clock::time_point now() const override { return std::chrono::system_clock::now() + shift; }
    std::chrono::seconds shift{0};
};

class CorrectingWorld {
  public:
    explicit CorrectingWorld(Version version = Version::v2_43_0, const std::string& seeded = stacks)
        : double_({.version = version, .seed = seed(seeded)}),
          log_(said_, clock, serve::LogForm::text, serve::Level::debug) {
        double_.start();
        entry.server.name = "main";
        entry.server.url = double_.url();
        entry.server.token = Secret("ptr_robot");
        entry.server.withheld = {entry.server.token};
        entry.server.retries.attempts = 1;
        entry.write = {
            .apply = true,
            .correct = true,
            .instance = uuid,
            .protect = {},
            .limits = {.max_changes = 5, .deploy_timeout = std::chrono::seconds(1), .settle = std::chrono::seconds(1)}};
        config.relist_after = std::chrono::milliseconds(1);
        restart();
    }

    static std::string seed(const std::string& seeded) {
        return R"({"settle": 1, "instanceId": ")" + std::string(uuid) +
               R"(", "users": [{"username": "robot", "role": "administrator", "token": "ptr_robot"}, {"username": "anna", "role": "administrator", "token": "ptr_anna"}],
                "environments": [{"id": 1, "name": "production"}], "stacks": [)" +
               seeded + "]}";
    }

    // As a process that starts again: the same file, nothing in memory.
    void restart() {
        corrector_.reset();
        ledger_.reset();
        ledger_ = std::move(ledger::open_ledger(ledger_file(), {.now = clock.unix_seconds()}).value().ledger);
        corrector_ = make_corrector({.ledger = ledger_file(),
                                     .clock = clock,
                                     .log = log_,
                                     .make_api = portainer::make_api,
                                     .pace = {.first_read = std::chrono::milliseconds(1),
                                              .longest_read = std::chrono::milliseconds(20),
                                              .between_looks = std::chrono::milliseconds(2),
                                              .deploy = std::chrono::milliseconds(60),
                                              .settle = std::chrono::milliseconds(60)}});
    }

    DesiredStack& declare(std::string name = "shop", std::string text = newer) {
        DesiredStack stack;
        stack.name = std::move(name);
        stack.server = "main";
        stack.environment = EnvironmentRef{.id = {}, .name = "production"};
        stack.source = DesiredContent{.text = std::move(text), .file = "compose.yaml"};
        stack.adopt = true;
        stack.policy.mode = PolicyMode::correct;
        stack.where = {.file = stack.name + ".yaml", .line = 1};
        declared.push_back(std::move(stack));
        return declared.back();
    }
    void note(LogKind kind, const std::string& name) {
        LogEntry decided;
        decided.at = clock.unix_seconds();
        decided.kind = kind;
        decided.by = "alice";
        decided.stack = {.server = "main", .instance_id = uuid, .environment = 1, .name = name};
        append(decided);
    }
    void trust() { note(LogKind::trusted, ""); }
    void resume() { note(LogKind::resumed, "shop"); }
    void pass(std::chrono::seconds time) {
        clock.shift += time;
        double_.world()->clock_offset += time.count();
    }
    void set_file(const std::string& text, const std::string& by) {
        const auto inside = double_.world();
        auto* stack = inside->find_stack(11);
        stack->file = text;
        stack->updated = inside->now();
        stack->updated_by = by;
    }
    std::string file_of(StackId id) { return double_.world()->find_stack(id)->file; }
    std::size_t writes() {
        std::size_t count = 0;
        for (const auto& [route, times] : double_.requests().by_route) count += route.starts_with("GET ") ? 0 : times;
        return count;
    }
    std::vector<LogEntry> log() { return ledger_->log().value(); }
    std::size_t count(LogKind kind) {
        const auto all = log();
        return static_cast<std::size_t>(std::ranges::count(all, kind, &LogEntry::kind));
    }
    void append(const LogEntry& one) { ASSERT_TRUE(ledger_->append(one).has_value()); }
    Double& server() { return double_; }
    std::filesystem::path ledger_file() const { return folder_.path() / "ledger.db"; }
    std::string said() const { return said_.str(); }

    // One run, judged, recorded and corrected: "shop done", "shop held human_grace", "halted not_trusted", in order.
    Texts run() {
        boost::asio::io_context context{1};
        shown = {};
        told_.clear();
        Texts out;
        auto api = portainer::make_api(context.get_executor(), entry.server, {}).value();
        Desired desired;
        desired.stacks = declared;
        Memory before;
        before.servers["main"] = ledger_->memory_of("main").value();
        drift::RunOptions options;
        options.debounce = std::chrono::milliseconds(1);
        options.digest_key = ledger_->key();
        drift::Run run(std::move(desired), {{.name = "main", .url = entry.server.url, .api = api.get(), .problem = {}}},
                       before, clock, options);
        mooring::test::run(context, work(run, before));
        if (shown.halted) out.push_back("halted " + shown.halted->code);
        if (!shown.problem.empty()) out.push_back("problem " + shown.problem);
        for (const std::string& one : told_) out.push_back(one);
        for (const reconcile::Step& step : shown.steps) {
            if (!step.obstacles.empty())
                out.push_back(step.name + " " + std::string(to_string(step.readiness)) + " " +
                              step.obstacles.front().code);
        }
        return out;
    }

    std::vector<DesiredStack> declared;
    config::Config config;
    config::ServerEntry entry;
    ShiftedClock clock;
    serve::Corrections shown;
    bool stopping = false;
    bool manifests_whole = true;
    bool recorded = true;
    bool wrote = false;

  private:
    boost::asio::awaitable<bool> work(drift::Run& run, const Memory& before) {
        co_await run.execute();
        const Report report = run.report();
        const Memory after = run.memory();
        EXPECT_TRUE(ledger_
                        ->record_run({.report = report,
                                      .before = before,
                                      .memory = after,
                                      .waivers = {},
                                      .trigger = "interval",
                                      .next_due = {}})
                        .has_value());
        config.servers = {entry};
        ServerConnection connection = entry.server;
        const serve::JudgedRun judged{.run = run,
                                      .memory = before,
                                      .report = report,
                                      .config = config,
                                      .entry = entry,
                                      .connection = connection,
                                      .manifests_whole = manifests_whole,
                                      .recorded = recorded};
        serve::CorrectingHooks hooks;
        hooks.show = [this](const serve::Corrections& corrections) { shown = corrections; };
        hooks.is_at_work = [](std::chrono::seconds longest) { EXPECT_GT(longest.count(), 0); };
        hooks.stopping = &stopping;
        const std::size_t entries = log().size();
        wrote = co_await corrector_->correct(judged, hooks);
        const auto all = log();
        for (std::size_t i = entries; i < all.size(); ++i) {
            if (all[i].kind == LogKind::outcome)
                told_.push_back(all[i].stack.name + " " + std::string(to_string(all[i].result.outcome)));
        }
        co_return true;
    }

    manifest::TemporaryFolder folder_;
    Double double_;
    std::ostringstream said_;
    serve::Log log_;
    std::unique_ptr<ledger::Ledger> ledger_;
    std::unique_ptr<serve::Corrector> corrector_;
    Texts told_;
};

class Correct : public testing::TestWithParam<Version> {};

TEST_P(Correct, WhatIsDeclaredAnewIsWrittenReadBackAndInSyncAfterwards) {
    CorrectingWorld world(GetParam());
    world.declare();
    world.trust();
    EXPECT_EQ(world.run(), Texts{"shop done"}) << world.said();
    EXPECT_TRUE(world.wrote);
    EXPECT_EQ(world.file_of(11), newer);
    ASSERT_EQ(world.shown.done.size(), 1U);
    EXPECT_EQ(world.shown.done[0].action, "update");
    EXPECT_EQ(world.shown.outcomes.at(PartOutcome::done), 1U);
    const auto log = world.log();
    EXPECT_EQ(log.at(1).by, "the agent");
    EXPECT_NE(log.at(1).intent.declaration, "");
    EXPECT_EQ(world.run(), Texts{});
    EXPECT_FALSE(world.wrote);
    EXPECT_EQ(world.writes(), 1U);
}

TEST_P(Correct, NothingIsWrittenBeforeTheServerIsTrustedAndItSaysSoOnce) {
    CorrectingWorld world(GetParam());
    world.declare();
    EXPECT_EQ(world.run(), (Texts{"halted not_trusted", "shop blocked not_trusted"}));
    EXPECT_EQ(world.run(), (Texts{"halted not_trusted", "shop blocked not_trusted"}));
    EXPECT_EQ(world.writes(), 0U);
    const std::string said = world.said();
    EXPECT_NE(said.find("mooring trust main"), std::string::npos);
    EXPECT_EQ(said.find("mooring trust main"), said.rfind("mooring trust main"));
    world.trust();
    EXPECT_EQ(world.run(), Texts{"shop done"});
}

INSTANTIATE_TEST_SUITE_P(EveryGeneration, Correct,
                         testing::Values(Version::v2_23_0, Version::v2_33_0_rc1, Version::v2_39_0, Version::v2_43_0));

TEST(CorrectOnly, WhatItsPolicyTheServerAndTheRunAllow) {
    struct Row {
        std::string name;
        std::function<void(CorrectingWorld&)> set;
        Texts expected;
    };
    const std::vector<Row> rows{
        {"manual", [](CorrectingWorld& w) { w.declared[0].policy.mode = PolicyMode::manual; }, {}},
        {"report", [](CorrectingWorld& w) { w.declared[0].policy.mode = PolicyMode::report; }, {}},
        {"the agent may not",
         [](CorrectingWorld& w) { w.entry.write.correct = false; },
         {"shop blocked agent_not_enabled"}},
        {"nobody may", [](CorrectingWorld& w) { w.entry.write.apply = false; }, {"shop blocked not_enabled"}},
        {"not adopted", [](CorrectingWorld& w) { w.declared[0].adopt = false; }, {"shop blocked not_adopted"}},
        {"protected", [](CorrectingWorld& w) { w.entry.write.protect = {"sh*"}; }, {"shop blocked protected"}},
        {"stale manifests",
         [](CorrectingWorld& w) { w.manifests_whole = false; },
         {"halted manifests_unreadable", "shop blocked manifests_unreadable"}},
        {"no record of the run",
         [](CorrectingWorld& w) { w.recorded = false; },
         {"halted no_ledger", "shop blocked no_ledger"}},
        {"over the limit", [](CorrectingWorld& w) { w.entry.write.limits.max_changes = 0; }, {"shop blocked too_many"}},
        {"clock",
         [](CorrectingWorld& w) { w.clock.shift += std::chrono::seconds(300); },
         {"halted clock_off", "shop blocked clock_off"}},
        {"another database",
         [](CorrectingWorld& w) {
             w.server().world()->instance_id = "other";
             w.entry.write.instance = "other";
         },
         {"halted other_instance", "shop blocked other_instance"}},
        {"asked to end", [](CorrectingWorld& w) { w.stopping = true; }, {}},
    };
    for (const Row& row : rows) {
        CorrectingWorld world;
        world.declare();
        world.trust();
        row.set(world);
        EXPECT_EQ(world.run(), row.expected) << row.name;
        EXPECT_EQ(world.writes(), 0U) << row.name;
    }
}

TEST(CorrectOnly, AnotherHandsChangeWaitsAnHourAlsoAcrossARestart) {
    CorrectingWorld world;
    world.declare();
    world.trust();
    ASSERT_EQ(world.run(), Texts{"shop done"});
    ASSERT_EQ(world.run(), Texts{});
    world.pass(std::chrono::hours(2));
    world.set_file("services:\n  web:\n    image: local/web:1.0\n", "anna");
    EXPECT_EQ(world.run(), Texts{"shop held human_grace"});
    world.pass(std::chrono::minutes(59));
    world.restart();
    EXPECT_EQ(world.run(), Texts{"shop held human_grace"});
    EXPECT_EQ(world.writes(), 1U);
    world.pass(std::chrono::minutes(2));
    EXPECT_EQ(world.run(), Texts{"shop done"}) << world.said();
    EXPECT_EQ(world.file_of(11), newer);
}

TEST(CorrectOnly, ADifferenceThatComesBackTwiceIsQuarantinedUntilAPersonHasLooked) {
    CorrectingWorld world;
    world.declare();
    world.trust();
    world.entry.write.limits.human_grace = std::chrono::seconds(0);
    ASSERT_EQ(world.run(), Texts{"shop done"});
    for (int again = 0; again < 2; ++again) {
        world.pass(std::chrono::hours(1));
        world.set_file("services:\n  web:\n    image: local/web:1.0\n", "anna");
        EXPECT_EQ(world.run(), again == 0 ? Texts{"shop done"} : Texts{"shop blocked quarantined"});
    }
    EXPECT_EQ(world.count(LogKind::quarantined), 1U);
    EXPECT_EQ(world.shown.quarantined(), 1U);
    world.restart();
    world.pass(std::chrono::hours(48));
    EXPECT_EQ(world.run(), Texts{"shop blocked quarantined"}) << "time alone lifts nothing";
    EXPECT_EQ(world.count(LogKind::quarantined), 1U) << "it is noted once";
    EXPECT_EQ(world.writes(), 2U);
    world.resume();
    EXPECT_EQ(world.run(), Texts{"shop done"});
}

TEST(CorrectOnly, AnotherDeclarationLiftsAQuarantine) {
    CorrectingWorld world;
    world.declare();
    world.trust();
    world.entry.write.limits.human_grace = std::chrono::seconds(0);
    for (int i = 0; i < 3; ++i) {
        world.run();
        world.pass(std::chrono::hours(1));
        world.set_file("services:\n  web:\n    image: local/web:1.0\n", "anna");
    }
    ASSERT_EQ(world.run(), Texts{"shop blocked quarantined"});
    std::get<DesiredContent>(world.declared[0].source).text = "services:\n  web:\n    image: local/web:1.2\n";
    EXPECT_EQ(world.run(), Texts{"shop done"});
}

TEST(CorrectOnly, AFailedWriteIsTriedAgainAfterAMinuteAndNotBefore) {
    CorrectingWorld world;
    world.declare();
    world.trust();
    world.server().add_fault(
        {.method = "PUT",
         .times = 1,
         .status = 403,
         .content_type = "application/json",
         .body = R"({"message": "Access denied to resource", "details": "Access denied to resource"})"});
    const Texts first = world.run();
    ASSERT_EQ(first.size(), 1U) << world.said();
    EXPECT_NE(first[0], "shop done");
    EXPECT_EQ(world.run(), Texts{"shop held backoff"});
    world.pass(std::chrono::seconds(61));
    EXPECT_EQ(world.run(), Texts{"shop done"});
}

TEST(CorrectOnly, ASecondWriterWithThisTokenStopsTheServerUntilItIsTrustedAnew) {
    CorrectingWorld world;
    world.declare();
    world.trust();
    ASSERT_EQ(world.run(), Texts{"shop done"});
    world.pass(std::chrono::hours(1));
    world.set_file("services:\n  web:\n    image: local/web:1.0\n", "robot");
    EXPECT_EQ(world.run(), (Texts{"halted two_writers", "shop blocked two_writers"}));
    EXPECT_EQ(world.count(LogKind::halted), 1U);
    EXPECT_TRUE(world.shown.two_writers());
    world.restart();
    EXPECT_EQ(world.run(), (Texts{"halted two_writers", "shop blocked two_writers"}));
    EXPECT_EQ(world.count(LogKind::halted), 1U);
    EXPECT_EQ(world.writes(), 1U);
    world.pass(std::chrono::hours(1));
    world.trust();
    EXPECT_EQ(world.run(), Texts{"shop done"});
}

TEST(CorrectOnly, AnotherProcessThatWritesIsLeftAlone) {
    CorrectingWorld world;
    world.declare();
    world.trust();
    auto other = std::move(ledger::open_ledger(world.ledger_file(), {.now = 1}).value().ledger);
    const ledger::Lease lease{.holder = "mooring apply, elsewhere", .until = world.clock.unix_seconds() + 60};
    ASSERT_TRUE(other->take_lease("main", lease, world.clock.unix_seconds()).has_value());
    EXPECT_EQ(world.run(), Texts{});
    EXPECT_EQ(world.writes(), 0U);
    EXPECT_FALSE(world.wrote);
    EXPECT_NE(world.said().find("mooring apply, elsewhere writes to this server"), std::string::npos) << world.said();
}

TEST(CorrectOnly, WhatComesAfterAHeldStackWaitsForIt) {
    CorrectingWorld world(Version::v2_43_0, std::string(stacks) + R"(,{"id": 12, "name": "worker", "environment": 1,
        "createdBy": "anna", "file": "services:\n  web:\n    image: local/web:1.0\n"})");
    world.declare("worker");
    world.declare("shop").policy.after = {"worker"};
    world.trust();
    EXPECT_EQ(world.run(), (Texts{"worker held human_grace", "shop held waits"}));
    EXPECT_EQ(world.writes(), 0U);
}

TEST(CorrectOnly, AnOpenIntentIsSettledByReadingBeforeAnythingElse) {
    CorrectingWorld world;
    world.declare();
    world.trust();
    LogEntry intent;
    intent.at = world.clock.unix_seconds();
    intent.kind = LogKind::intent;
    intent.by = "the agent";
    intent.stack = {.server = "main",
                    .instance_id = uuid,
                    .environment = 1,
                    .environment_name = "production",
                    .name = "shop",
                    .id = 11};
    intent.stack.created_at = world.server().world()->find_stack(11)->created;
    intent.intent.action = "update";
    intent.intent.user = "robot";
    intent.intent.sent_date = intent.at;
    world.append(intent);
    world.set_file(newer, "robot");
    const Texts said = world.run(); // what runs is still of before: it is looked at again
    ASSERT_FALSE(said.empty());
    EXPECT_EQ(said.front(), "shop sent") << world.said();
    EXPECT_EQ(world.writes(), 0U);
}

ledger::Spell spell(Verdict verdict, UnixSeconds first, UnixSeconds last, std::string actual = "b") {
    auto state = std::make_shared<StackResult>();
    state->verdict = verdict;
    if (verdict == Verdict::drifted)
        state->changes.push_back({.path = "services.web.image", .desired = "a", .actual = std::move(actual)});
    ledger::Spell out;
    out.first_at = first;
    out.last_at = last;
    out.state = std::move(state);
    return out;
}

TEST(Seen, TheFirstRunThatSawTheVeryDifferencesOfNowCounts) {
    struct Row {
        std::vector<ledger::Spell> history;
        std::optional<UnixSeconds> first;
    };
    using V = Verdict;
    const std::vector<Row> rows{
        {{}, std::nullopt},
        {{spell(V::drifted, 10, 20)}, 10},
        {{spell(V::drifted, 10, 20), spell(V::unreachable, 30, 30), spell(V::drifted, 40, 50)}, 10},
        {{spell(V::drifted, 10, 20), spell(V::in_sync, 30, 30), spell(V::drifted, 40, 50)}, 40},
        {{spell(V::drifted, 10, 20, "c"), spell(V::drifted, 40, 50)}, 40},
        {{spell(V::drifted, 10, 20), spell(V::drifted, 25, 30, "c"), spell(V::drifted, 40, 50)}, 40},
        {{spell(V::drifted, 10, 20), spell(V::missing, 40, 50)}, 40},
    };
    for (const Row& row : rows) EXPECT_EQ(seen_of(row.history).first, row.first) << row.history.size();
    const std::vector<ledger::Spell> was{spell(V::in_sync, 1, 7), spell(V::missing, 10, 20)};
    EXPECT_EQ(seen_of(was).in_sync_at, 7);
    EXPECT_TRUE(seen_of(was).was_there);
    const std::vector<ledger::Spell> never{spell(V::missing, 10, 20)};
    EXPECT_FALSE(seen_of(never).was_there);
}

} // namespace
} // namespace mooring::cli
