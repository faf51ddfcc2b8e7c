#include "drift/engine.hpp"

#include "support/fake_api.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

namespace mooring::drift {
namespace {

constexpr UnixSeconds now = 1'795'480'000;

DesiredStack declared(std::string name, std::string text = "services:\n  web:\n    image: nginx:1.27\n") {
    DesiredStack stack;
    stack.name = std::move(name);
    stack.server = "main";
    stack.environment = EnvironmentRef{.id = std::nullopt, .name = "production"};
    stack.source = DesiredContent{.text = std::move(text), .file = "compose.yaml"};
    stack.where = {.file = stack.name + ".yaml", .line = 1};
    return stack;
}

StackRecord record(StackId id, std::string name) {
    StackRecord stack;
    stack.id = id;
    stack.name = std::move(name);
    stack.type = StackType::standalone;
    stack.environment = 1;
    stack.status = 1;
    stack.created_at = now - 86'400;
    return stack;
}

Container running(const std::string& project, const std::string& service) {
    return {.name = project + "-" + service + "-1",
            .project = project,
            .service = service,
            .number = 1,
            .image = "nginx:1.27",
            .state = "running",
            .status = "Up 2 hours"};
}

// One environment `production`, one record `web` that is as declared and runs.
struct Shop {
    test::FakeApi api;
    Desired desired;
    Memory memory;
    FixedClock clock{now};
    RunOptions options;

    Shop() {
        api.the_environments =
            test::answered(Call::environments, std::vector<Environment>{{.id = 1, .name = "production", .type = 1}});
        api.lists = {test::answered(Call::stacks, std::vector{record(7, "web")})};
        const auto& content = declared("web").source;
        api.files[7] = test::answered(Call::stack_file, std::get<DesiredContent>(content).text);
        api.containers_of[1] = {running("web", "web")};
        desired.stacks = {declared("web")};
        options.debounce = std::chrono::milliseconds(1);
    }

    Report check() {
        boost::asio::io_context context(1);
        drift::Run run(desired, {{.name = "main", .url = "https://portainer.example.test", .api = &api}}, memory, clock,
                       options);
        boost::asio::co_spawn(context, run.execute(), [](const std::exception_ptr& failure) {
            if (failure) std::rethrow_exception(failure);
        });
        context.run();
        memory = run.memory();
        return run.report();
    }
};

Verdict verdict_of(const Report& report, const std::string& name) {
    const auto found = std::ranges::find(report.stacks, name, &StackResult::name);
    return found == report.stacks.end() ? Verdict::suspended : found->verdict;
}

TEST(Engine, SaysInSyncWhenRecordFileAndRuntimeAgree) {
    Shop shop;
    const Report report = shop.check();
    EXPECT_EQ(verdict_of(report, "web"), Verdict::in_sync);
    EXPECT_EQ(report.exit_code, 0);
    EXPECT_FALSE(report.partial);
}

TEST(Engine, AFullCheckCostsOneRequestAStackAndAHandfulBeside) {
    Shop shop;
    shop.check();
    EXPECT_EQ(shop.api.calls["stack_file"], 1);
    EXPECT_EQ(shop.api.calls["stacks"], 1);
    EXPECT_EQ(shop.api.calls["identity"], 2);
    EXPECT_EQ(shop.api.calls["containers"], 1);
    EXPECT_EQ(shop.api.calls["stack"], 0);
    EXPECT_EQ(shop.api.calls["environment"], 0);
    EXPECT_EQ(shop.api.calls["docker_object"], 0);
}

TEST(Engine, AnAbsenceIsMissingOnlyAfterASecondCompleteList) {
    Shop shop;
    shop.desired.stacks.push_back(declared("cache"));
    const Report report = shop.check();
    EXPECT_EQ(verdict_of(report, "cache"), Verdict::missing);
    EXPECT_EQ(shop.api.calls["stacks"], 2);
    EXPECT_EQ(report.exit_code, 2);
}

TEST(Engine, AStackThatAppearsInTheSecondListIsJudgedAnew) {
    Shop shop;
    shop.desired.stacks.push_back(declared("cache"));
    shop.api.lists.push_back(test::answered(Call::stacks, std::vector{record(7, "web"), record(8, "cache")}));
    shop.api.files[8] = shop.api.files[7];
    shop.api.containers_of[1].push_back(running("cache", "web"));
    const Report report = shop.check();
    EXPECT_EQ(verdict_of(report, "cache"), Verdict::in_sync);
    EXPECT_EQ(verdict_of(report, "web"), Verdict::in_sync);
}

TEST(Engine, AnAdministratorDemotedWhileTheListIsReadProvesNothing) {
    Shop shop;
    shop.desired.stacks.push_back(declared("cache"));
    shop.api.identities.push_back(test::answered(Call::identity, Identity{1, "admin", 2}));
    EXPECT_EQ(verdict_of(shop.check(), "cache"), Verdict::not_visible);
}

TEST(Engine, AnAdministratorDemotedBeforeTheSecondListProvesNothing) {
    Shop shop;
    shop.desired.stacks.push_back(declared("cache"));
    const auto administrator = shop.api.identities[0];
    shop.api.identities = {administrator, administrator, test::answered(Call::identity, Identity{1, "admin", 2})};
    EXPECT_EQ(verdict_of(shop.check(), "cache"), Verdict::not_visible);
}

TEST(Engine, AServerThatRefusesTheTokenJudgesNothingAndEndsWith77) {
    Shop shop;
    shop.api.identities = {
        test::refused<Identity>(Call::identity, Outcome::credentials_refused, 401, "Invalid JWT token")};
    const Report report = shop.check();
    EXPECT_TRUE(report.stacks.empty());
    EXPECT_EQ(report.exit_code, 77);
    EXPECT_EQ(shop.api.calls["stacks"], 0);
}

TEST(Engine, ATokenWithdrawnHalfWayLeavesNothingJudged) {
    Shop shop;
    shop.desired.stacks.push_back(declared("blog"));
    shop.api.lists = {test::answered(Call::stacks, std::vector{record(7, "web"), record(8, "blog")})};
    shop.api.files[8] =
        test::refused<std::string>(Call::stack_file, Outcome::credentials_refused, 401, "Invalid JWT token");
    const Report report = shop.check();
    EXPECT_TRUE(report.stacks.empty());
    EXPECT_EQ(report.exit_code, 77);
    EXPECT_NE(report.servers.at(0).error, "");
    EXPECT_TRUE(shop.memory.servers.empty());
}

TEST(Engine, AServerWithoutAListLeavesEveryStackUnreachable) {
    Shop shop;
    shop.api.lists = {test::refused<std::vector<StackRecord>>(Call::stacks, Outcome::unavailable, 502, "Bad Gateway")};
    const Report report = shop.check();
    EXPECT_EQ(verdict_of(report, "web"), Verdict::unreachable);
    EXPECT_EQ(report.exit_code, 69);
    EXPECT_EQ(shop.api.calls["stack_file"], 0);
}

TEST(Engine, ARunThatWasNotFinishedReportsItselfPartial) {
    Shop shop;
    drift::Run run(shop.desired, {{.name = "main", .url = "x", .api = &shop.api}}, shop.memory, shop.clock,
                   shop.options);
    const Report report = run.report();
    EXPECT_TRUE(report.partial);
    EXPECT_EQ(report.exit_code, 130);
    EXPECT_EQ(run.memory(), shop.memory);
}

TEST(Engine, OnlyNarrowsWhatIsAskedAndShownButNotWhatIsExtra) {
    Shop shop;
    shop.desired.stacks.push_back(declared("cache"));
    shop.desired.scopes.push_back({.server = "main"});
    shop.options.only = [](const std::string& name, const std::string&, const auto&) { return name == "cache"; };
    const Report report = shop.check();
    EXPECT_EQ(shop.api.calls["stack_file"], 0) << "web was not asked for";
    ASSERT_EQ(report.stacks.size(), 1U) << "web is declared, so it is not extra";
    EXPECT_EQ(report.stacks[0].name, "cache");
}

TEST(Engine, SameInputsGiveTheSameReport) {
    Shop one;
    Shop two;
    EXPECT_EQ(one.check().run_id, two.check().run_id);
}

TEST(Engine, RemembersWhatItSaw) {
    Shop shop;
    shop.check();
    const ServerMemory& memory = shop.memory.servers.at("main");
    EXPECT_EQ(memory.instance_id, "instance-1");
    EXPECT_EQ(memory.stacks.at(7).name, "web");
    EXPECT_EQ(memory.environments.at(1), "production");
}

// alice, who remembers two stacks that no list shows; blog's id answers with another record when `restored`.
void remember_two(Shop& shop, bool restored) {
    shop.api.identities = {test::answered(Call::identity, Identity{2, "alice", 2})};
    ServerMemory& memory = shop.memory.servers["main"];
    memory.instance_id = "instance-1";
    memory.environments[1] = "production";
    StackId id = 8;
    for (const std::string name : {"cache", "blog"}) {
        shop.desired.stacks.push_back(declared(name));
        memory.stacks[id] = {.id = id, .environment_id = 1, .name = name, .created_at = now - 50, .seen_at = now - 9};
        ++id;
    }
    if (restored) shop.api.stacks_by_id[9] = test::answered(Call::stack, record(9, "blog"));
}

// An older backup that shows itself by one remembered id alone: nothing that its memory proved stands.
TEST(Engine, ACreationDateContradictedByIdVoidsAllOfTheMemory) {
    Shop before;
    remember_two(before, false);
    EXPECT_EQ(verdict_of(before.check(), "cache"), Verdict::missing) << "both ids are gone";

    Shop shop;
    remember_two(shop, true);
    const Report report = shop.check();
    EXPECT_EQ(verdict_of(report, "cache"), Verdict::not_visible);
    EXPECT_EQ(verdict_of(report, "blog"), Verdict::not_visible);
    EXPECT_EQ(verdict_of(report, "web"), Verdict::in_sync);
    EXPECT_EQ(report.stacks.size(), 3U);
    ASSERT_EQ(report.diagnostics.size(), 1U);
    EXPECT_EQ(report.diagnostics[0].code, "older-backup");
    EXPECT_EQ(shop.memory.servers.at("main").stacks.size(), 1U) << "written anew";
}

// The other server's stacks are judged on their own when one is refused or down.
TEST(Engine, SeveralServersAreJudgedEachOnItsOwn) {
    for (const auto outcome : {Outcome::credentials_refused, Outcome::unavailable}) {
        Shop shop;
        test::FakeApi other;
        other.identities = {test::refused<Identity>(Call::identity, outcome, 401, "Invalid JWT token")};
        shop.desired.stacks.push_back(declared("elsewhere"));
        shop.desired.stacks.back().server = "other";
        boost::asio::io_context context(1);
        drift::Run run(shop.desired,
                       {{.name = "main", .url = "x", .api = &shop.api}, {.name = "other", .url = "y", .api = &other}},
                       shop.memory, shop.clock, shop.options);
        boost::asio::co_spawn(context, run.execute(), [](const std::exception_ptr& failure) {
            if (failure) std::rethrow_exception(failure);
        });
        context.run();
        const Report report = run.report();
        const bool refused = outcome == Outcome::credentials_refused;
        EXPECT_EQ(verdict_of(report, "web"), Verdict::in_sync);
        EXPECT_EQ(report.stacks.size(), refused ? 1U : 2U) << "refused credentials judge nothing";
        EXPECT_EQ(report.exit_code, refused ? 77 : 3);
        EXPECT_EQ(run.memory().servers.size(), 1U) << "nothing was learned of the other one";
    }
}

} // namespace
} // namespace mooring::drift
