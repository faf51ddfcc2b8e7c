#include "drift/engine.hpp"

#include "support/fake_api.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <functional>
#include <gtest/gtest.h>
#include <tuple>

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

StackRecord listed_record(StackId id, std::string name) {
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
        api.lists = {test::answered(Call::stacks, std::vector{listed_record(7, "web")})};
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

TEST(Engine, ARunYieldsAssessmentsWithTheWholeRecordAndWhatTheManifestAccepts) {
    Shop shop;
    shop.api.lists[0].value->front().env = {{.name = "A", .value = Secret("1")}, {.name = "A", .value = Secret("2")}};
    shop.api.containers_of[1][0].image = "nginx:1.25";
    shop.desired.stacks[0].ignore = {{.path = "runtime:*", .reason = "renovate"}};
    shop.desired.scopes = {{.server = "main"}};
    shop.api.lists[0].value->push_back(listed_record(9, "other"));
    boost::asio::io_context context(1);
    drift::Run run(shop.desired, {{.name = "main", .url = "", .api = &shop.api}}, shop.memory, shop.clock,
                   shop.options);
    boost::asio::co_spawn(context, run.execute(), boost::asio::detached);
    context.run();
    const auto all = run.assessments();
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all[0].desired, nullptr) << "extra: nobody declared it";
    EXPECT_EQ(all[0].record->id, 9);
    EXPECT_EQ(all[1].desired->name, "web");
    EXPECT_EQ(all[1].record->env.size(), 2U) << "duplicates stay, in their order";
    ASSERT_EQ(all[1].ignored.size(), 1U);
    EXPECT_EQ(all[1].ignored[0].subject, Subject::image);
    EXPECT_TRUE(all[1].content_read && all[1].runtime_read);
    EXPECT_EQ(run.report().stacks.size(), 2U);
}

TEST(Engine, WhatIsDeclaredIsClaimedWhetherOnlyLeftItOutOrNot) {
    Shop shop;
    shop.options.only = [](const auto& name, const auto&, const auto&) { return name == "none"; };
    boost::asio::io_context context(1);
    drift::Run run(shop.desired, {{.name = "main", .url = "", .api = &shop.api}}, shop.memory, shop.clock,
                   shop.options);
    boost::asio::co_spawn(context, run.execute(), boost::asio::detached);
    context.run();
    EXPECT_TRUE(run.assessments().empty());
    ASSERT_EQ(run.read().size(), 1U);
    EXPECT_EQ(run.read()[0].claimed, std::set<StackId>{7});
    EXPECT_EQ(run.declared().size(), 1U);
}

TEST(Engine, OneStackIsObservedAndJudgedAgainByItself) {
    Shop shop;
    shop.desired.stacks.push_back(declared("db"));
    shop.check();
    shop.api.containers_of[1].clear();
    boost::asio::io_context context(1);
    std::optional<Observation> seen;
    const auto watch = [&]() -> boost::asio::awaitable<void> {
        Target target{.name = "main", .url = "", .api = &shop.api};
        seen = co_await observe_stack(shop.desired.stacks[0], std::move(target), shop.memory, shop.clock, shop.options);
    };
    boost::asio::co_spawn(context, watch, boost::asio::detached);
    context.run();
    ASSERT_TRUE(seen);
    ASSERT_EQ(seen->rows.size(), 1U) << "the other stacks are nobody's business";
    const Assessment* row = seen->in(1);
    ASSERT_NE(row, nullptr);
    EXPECT_EQ(row->result.verdict, Verdict::drifted);
    EXPECT_EQ(row->result.changes[0].subject, Subject::gone);
    EXPECT_EQ(seen->in(2), nullptr);
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
    EXPECT_EQ(shop.api.calls["images"], 0);
    EXPECT_EQ(shop.api.calls["container"], 0);
}

const std::string old_id = "sha256:" + std::string(64, 'a');
const std::string new_id = "sha256:" + std::string(64, 'b');

// Two stacks that show an id and one that does not, in one environment.
void show_image_ids(Shop& shop) {
    shop.desired.stacks = {declared("web"), declared("shop"), declared("blog")};
    shop.api.lists = {test::answered(
        Call::stacks, std::vector{listed_record(7, "web"), listed_record(8, "shop"), listed_record(9, "blog")})};
    shop.api.files[8] = shop.api.files[9] = shop.api.files[7];
    shop.api.containers_of[1] = {running("web", "web"), running("shop", "web"), running("blog", "web")};
    for (const std::size_t i : {0U, 1U}) {
        shop.api.containers_of[1][i].image = old_id;
        shop.api.containers_of[1][i].image_id = old_id;
    }
    shop.api.images_of[1] = test::answered(
        Call::docker_images, std::vector<DockerImage>{{.id = old_id}, {.id = new_id, .tags = {"nginx:1.27"}}});
}

TEST(Engine, ImagesAreReadOnceAnEnvironmentAndOnlyWhereAnIdIsShown) {
    Shop shop;
    show_image_ids(shop);
    const Report report = shop.check();
    EXPECT_EQ(shop.api.calls["images"], 1);
    EXPECT_EQ(verdict_of(report, "web"), Verdict::drifted);
    EXPECT_EQ(verdict_of(report, "shop"), Verdict::drifted);
    EXPECT_EQ(verdict_of(report, "blog"), Verdict::in_sync);
    shop.api.images_of[1].value->at(0).tags = {"nginx:1.27"}; // the id is the name's again
    shop.api.images_of[1].value->at(1).tags.clear();
    EXPECT_EQ(verdict_of(shop.check(), "web"), Verdict::in_sync);
}

TEST(Engine, ImagesThatCannotBeReadAreAnErrorOfThoseThatShowAnIdAndOfNoOthers) {
    for (const auto& [outcome, status] : {std::pair{Outcome::denied, 403}, {Outcome::unavailable, 500}}) {
        Shop shop;
        show_image_ids(shop);
        const auto cause = status == 403 ? std::optional(Cause::environment) : std::nullopt;
        shop.api.images_of[1] =
            test::refused<std::vector<DockerImage>>(Call::docker_images, outcome, status, "not to you", cause);
        const Report report = shop.check();
        EXPECT_EQ(verdict_of(report, "web"), Verdict::error) << status;
        EXPECT_EQ(verdict_of(report, "blog"), Verdict::in_sync) << status;
        EXPECT_EQ(report.exit_code, 3);
        const auto web = std::ranges::find(report.stacks, "web", &StackResult::name);
        EXPECT_EQ(web->unread, std::vector<std::string>{"runtime.image"});
        EXPECT_FALSE(web->cause);
    }
}

TEST(Engine, ATokenThatIsRefusedForImagesOrAContainerEndsTheRun) {
    Shop shop;
    show_image_ids(shop);
    shop.api.images_of[1] = test::refused<std::vector<DockerImage>>(Call::docker_images, Outcome::credentials_refused,
                                                                    401, "Invalid JWT token");
    EXPECT_EQ(shop.check().exit_code, 77);
}

TEST(Engine, AContainerThatLooksYoungIsInspectedOnceAndALoopIsDrift) {
    Shop shop;
    Container& web = shop.api.containers_of[1][0];
    web.status = "Up 3 seconds";
    web.created_at = now - 7200;
    shop.api.details["web-web-1"] = test::answered(Call::docker_object, ContainerDetail{0, now - 3});
    EXPECT_EQ(verdict_of(shop.check(), "web"), Verdict::in_sync);
    EXPECT_EQ(shop.api.calls["container"], 1);
    shop.api.details["web-web-1"] = test::answered(Call::docker_object, ContainerDetail{7, now - 3});
    const Report report = shop.check();
    EXPECT_EQ(verdict_of(report, "web"), Verdict::drifted);
    EXPECT_EQ(report.stacks[0].changes[0].actual, "restarting (7 times)");
}

TEST(Engine, AnInspectionThatIsRefusedOrFailsTakesTheVerdict) {
    Shop shop;
    shop.api.containers_of[1][0].status = "Up 3 seconds";
    shop.api.containers_of[1][0].created_at = now - 7200;
    shop.api.details["web-web-1"] = test::refused<ContainerDetail>(Call::docker_object, Outcome::denied, 403,
                                                                   "access denied to resource", Cause::name_taken);
    EXPECT_EQ(verdict_of(shop.check(), "web"), Verdict::denied);
    shop.api.details["web-web-1"] =
        test::refused<ContainerDetail>(Call::docker_object, Outcome::unavailable, 502, "Bad Gateway");
    EXPECT_EQ(verdict_of(shop.check(), "web"), Verdict::unreachable);
    shop.api.details.clear(); // it went in between: the list is the newest that is known
    EXPECT_EQ(verdict_of(shop.check(), "web"), Verdict::in_sync);
}

TEST(Engine, OfJobsAloneThePrunedOneIsRememberedUnderItsFile) {
    Shop shop;
    const std::string text = "services:\n  migrate:\n    image: nginx:1.27\n    x-mooring: {job: true}\n";
    shop.desired.stacks = {declared("web", text)};
    shop.api.files[7] = test::answered(Call::stack_file, text);
    StackRecord web = listed_record(7, "web");
    web.fingerprint = "as it was";
    shop.api.lists = {test::answered(Call::stacks, std::vector{web})};
    shop.options.digest_key = Secret("key");
    shop.api.containers_of[1].clear();
    EXPECT_EQ(verdict_of(shop.check(), "web"), Verdict::drifted) << "nobody ever saw it run";
    shop.api.containers_of[1] = {running("web", "migrate")};
    shop.api.containers_of[1][0].state = "exited";
    shop.api.containers_of[1][0].status = "Exited (0) 1 hour ago";
    EXPECT_EQ(verdict_of(shop.check(), "web"), Verdict::in_sync);
    shop.api.containers_of[1].clear();
    for (int again = 0; again < 3; ++again) EXPECT_EQ(verdict_of(shop.check(), "web"), Verdict::in_sync) << "pruned";
    const Memory remembered = shop.memory;
    shop.desired.stacks = {declared("web", text + "    command: again\n")};
    shop.api.files[7] = test::answered(Call::stack_file, text + "    command: again\n");
    EXPECT_EQ(verdict_of(shop.check(), "web"), Verdict::drifted) << "another file, which nobody saw run";
    shop.memory = remembered;
    shop.options.digest_key = Secret();
    EXPECT_EQ(verdict_of(shop.check(), "web"), Verdict::drifted) << "without a key nothing tells the files apart";
}

TEST(Engine, ProfilesOfTheRecordCountForAFileThatIsNotReadAgain) {
    Shop shop;
    const std::string text = "services:\n  web: {image: 'nginx:1.27'}\n  debug: {image: a, profiles: [debug]}\n";
    shop.desired.stacks = {declared("web", text)};
    shop.api.files[7] = test::answered(Call::stack_file, text);
    shop.options.digest_key = Secret("key");
    StackRecord web = listed_record(7, "web");
    web.env.push_back({.name = "COMPOSE_PROFILES", .value = Secret("debug")});
    web.fingerprint = "as it was";
    shop.api.lists = {test::answered(Call::stacks, std::vector{web})};
    shop.api.lists[0].reply.server_date = now;
    EXPECT_EQ(verdict_of(shop.check(), "web"), Verdict::drifted);
    EXPECT_EQ(verdict_of(shop.check(), "web"), Verdict::drifted);
    shop.api.containers_of[1].push_back(running("web", "debug"));
    shop.api.containers_of[1][1].image = "a";
    EXPECT_EQ(verdict_of(shop.check(), "web"), Verdict::in_sync);
}

TEST(Engine, TheRemedyOfWhatHasStoppedTeachesJobs) {
    Shop shop;
    shop.api.containers_of[1][0].state = "exited";
    shop.api.containers_of[1][0].status = "Exited (0) 1 minute ago";
    const Report report = shop.check();
    EXPECT_EQ(report.stacks[0].remedy,
              "Correct the stack in Portainer, or the manifest. `web` has stopped: if it is meant "
              "to end, declare it under `jobs`.");
}

// Environments that were deleted years ago cost nothing for ever: they are asked for 30 days more.
TEST(Engine, DeadEnvironmentsAreAskedForThirtyDaysAndThenForgotten) {
    Shop shop;
    constexpr UnixSeconds day = 24 * 3600;
    shop.check();
    for (EnvironmentId id = 100; id < 400; ++id)
        shop.memory.servers.at("main").environments[id] = {
            .name = "old", .seen_at = now - 31 * day, .declared_at = now};
    shop.api.calls.clear();
    shop.check();
    EXPECT_EQ(shop.api.calls["environment"], 300);
    EXPECT_EQ(shop.memory.servers.at("main").environments.size(), 301U);
    shop.clock.advance(std::chrono::seconds(30 * day));
    shop.check();
    EXPECT_EQ(shop.memory.servers.at("main").environments.size(), 301U);
    shop.clock.advance(std::chrono::seconds(1));
    shop.options.only = [](const auto&, const auto&, const auto&) { return true; };
    shop.check();
    EXPECT_EQ(shop.memory.servers.at("main").environments.size(), 301U) << "a run with --only forgets nothing";
    shop.options.only = nullptr;
    shop.desired.complete = false;
    shop.check();
    EXPECT_EQ(shop.memory.servers.at("main").environments.size(), 301U) << "nor one of manifests that failed to load";
    shop.desired.complete = true;
    shop.check();
    EXPECT_EQ(shop.memory.servers.at("main").environments.size(), 1U);
    shop.api.calls.clear();
    shop.check();
    EXPECT_EQ(shop.api.calls["environment"], 0);
}

TEST(Engine, TheMemoryIsThatOfTheRunsServersAlone) {
    Shop shop;
    shop.memory.servers["another"].instance_id = "x";
    shop.check();
    EXPECT_EQ(shop.memory.servers.size(), 1U);
    EXPECT_TRUE(shop.memory.servers.contains("main"));
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
    shop.api.lists.push_back(
        test::answered(Call::stacks, std::vector{listed_record(7, "web"), listed_record(8, "cache")}));
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

Answer<Identity> token_refused() {
    return test::refused<Identity>(Call::identity, Outcome::credentials_refused, 401, "Invalid JWT token");
}

TEST(Engine, ARefusedTokenDeniesEveryStackOfItsServerAndEndsWith77) {
    Shop shop;
    shop.desired.stacks.push_back(declared("blog"));
    shop.desired.stacks.push_back(declared("moving"));
    shop.desired.stacks.back().suspended = Suspension{.reason = "move", .owner = "web", .until = now + 1};
    shop.api.identities = {token_refused()};
    const Report report = shop.check();
    ASSERT_EQ(report.stacks.size(), 3U);
    EXPECT_EQ(verdict_of(report, "moving"), Verdict::suspended);
    for (const StackResult& stack : report.stacks) {
        if (stack.verdict == Verdict::suspended) continue;
        EXPECT_EQ(stack.verdict, Verdict::denied);
        EXPECT_EQ(stack.cause, Cause::credentials);
        EXPECT_EQ(stack.exists, std::nullopt);
        EXPECT_EQ(stack.rule, "credentials-refused");
        EXPECT_EQ(stack.unread, (std::vector<std::string>{"record", "content", "runtime"}));
        ASSERT_EQ(stack.evidence.size(), 1U);
        EXPECT_EQ(stack.evidence[0].status, 401);
        EXPECT_FALSE(stack.remedy.empty());
    }
    EXPECT_EQ(report.summary.coverage, 0.0);
    EXPECT_EQ(report.summary.score, 0.0);
    EXPECT_EQ(report.exit_code, 77);
    EXPECT_EQ(shop.api.calls["stacks"], 0);
}

// Whatever was read before, and whichever answer of the run it is that refuses.
TEST(Engine, ATokenWithdrawnHalfWayDeniesWhatWasJudgedBeforeToo) {
    const auto in_the_middle = [](Shop& shop) {
        shop.api.files[8] =
            test::refused<std::string>(Call::stack_file, Outcome::credentials_refused, 401, "Invalid JWT token");
    };
    const auto at_the_runtime = [](Shop& shop) {
        shop.api.containers_answer = test::refused<std::vector<Container>>(
            Call::docker_list, Outcome::credentials_refused, 401, "Invalid JWT token");
    };
    const auto after_the_list = [](Shop& shop) { shop.api.identities = {shop.api.identities.at(0), token_refused()}; };
    for (const std::function<void(Shop&)>& refuse :
         std::vector<std::function<void(Shop&)>>{in_the_middle, at_the_runtime, after_the_list}) {
        Shop shop;
        shop.desired.stacks.push_back(declared("blog"));
        shop.api.lists = {test::answered(Call::stacks, std::vector{listed_record(7, "web"), listed_record(8, "blog")})};
        shop.options.workers = 1;
        std::size_t done = 0;
        std::size_t total = 0;
        shop.options.on_progress = [&](std::size_t so_far, std::size_t of) { std::tie(done, total) = {so_far, of}; };
        refuse(shop);
        const Report report = shop.check();
        ASSERT_EQ(report.stacks.size(), 2U);
        for (const StackResult& stack : report.stacks) {
            EXPECT_EQ(stack.verdict, Verdict::denied) << stack.message;
            EXPECT_EQ(stack.cause, Cause::credentials);
            EXPECT_TRUE(stack.changes.empty());
        }
        EXPECT_EQ(report.exit_code, 77);
        EXPECT_NE(report.servers.at(0).error, "");
        EXPECT_EQ(done, 2U);
        EXPECT_EQ(total, 2U);
        EXPECT_TRUE(shop.memory.servers.empty());
    }
}

TEST(Engine, AHeaderAddedOnTheWayLeavesEveryStackUnreachable) {
    for (const bool half_way : {false, true}) {
        Shop shop;
        if (half_way) {
            shop.api.files[7] = test::refused<std::string>(Call::stack_file, Outcome::header_added, 403, "Forbidden");
        } else {
            shop.api.identities = {test::refused<Identity>(Call::identity, Outcome::header_added, 403, "Forbidden")};
        }
        const Report report = shop.check();
        ASSERT_EQ(report.stacks.size(), 1U);
        EXPECT_EQ(report.stacks[0].verdict, Verdict::unreachable);
        EXPECT_EQ(report.stacks[0].rule, "header-added");
        EXPECT_EQ(report.exit_code, 70);
    }
}

// A selector over tags, of which the server says nothing any more.
TEST(Engine, WithoutItsServerASelectorExpandsOverTheMemoryAndKeepsARowForItself) {
    for (const bool refused : {true, false}) {
        Shop shop;
        shop.desired.stacks[0].environment = EnvironmentSelector{.tags = {"prod"}, .group = {}};
        shop.api.the_environments.value->push_back({.id = 2, .name = "branch", .type = 1, .tags = {5}});
        shop.api.the_environments.value->front().tags = {5};
        shop.api.the_tags = test::answered(Call::tags, std::vector<NamedId>{{.id = 5, .name = "prod"}});
        EXPECT_EQ(shop.check().stacks.size(), 2U) << "an administrator's list is complete";
        shop.api.the_tags.reset();
        shop.api.identities = {refused ? token_refused()
                                       : test::refused<Identity>(Call::identity, Outcome::unavailable, 502, "Bad")};
        const Report report = shop.check();
        ASSERT_EQ(report.stacks.size(), 3U);
        const Verdict verdict = refused ? Verdict::denied : Verdict::unreachable;
        std::vector<std::string> environments;
        for (const StackResult& stack : report.stacks) {
            EXPECT_EQ(stack.verdict, verdict);
            environments.push_back(stack.environment_name);
        }
        EXPECT_EQ(environments, (std::vector<std::string>{"branch", "production", "tags: [prod]"}));
    }
}

TEST(Engine, WithoutItsServerAStackKeepsTheNameOfItsEnvironment) {
    Shop shop;
    shop.desired.stacks[0].environment = EnvironmentRef{.id = 1, .name = {}};
    shop.check();
    shop.api.identities = {token_refused()};
    EXPECT_EQ(shop.check().stacks.at(0).environment_name, "production");
    shop.api.the_status.value->instance_id = "another database"; // where 1 may be another one
    EXPECT_EQ(shop.check().stacks.at(0).environment_name, "");
}

TEST(Engine, AServerWithoutAListLeavesEveryStackUnreachable) {
    Shop shop;
    shop.api.lists = {test::refused<std::vector<StackRecord>>(Call::stacks, Outcome::unavailable, 502, "Bad Gateway")};
    const Report report = shop.check();
    EXPECT_EQ(verdict_of(report, "web"), Verdict::unreachable);
    EXPECT_EQ(report.exit_code, 69);
    EXPECT_EQ(shop.api.calls["stack_file"], 0);
}

TEST(Engine, AServerThatCannotBeAskedLeavesEveryStackUnreachable) {
    Shop shop;
    boost::asio::io_context context(1);
    drift::Run run(shop.desired, {{.name = "main", .url = "x", .api = nullptr, .problem = "`token` cannot be read"}},
                   shop.memory, shop.clock, shop.options);
    boost::asio::co_spawn(context, run.execute(), boost::asio::detached);
    context.run();
    const Report report = run.report();
    ASSERT_EQ(report.stacks.size(), 1U);
    EXPECT_EQ(report.stacks[0].verdict, Verdict::unreachable);
    EXPECT_TRUE(report.stacks[0].evidence.empty());
    EXPECT_EQ(report.servers[0].error, "The server could not be read: `token` cannot be read.");
    EXPECT_EQ(report.exit_code, 69);
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
    EXPECT_EQ(memory.environments.at(1).name, "production");
}

// alice, who remembers two stacks that no list shows; blog's id answers with another record when `restored`.
void remember_two(Shop& shop, bool restored) {
    shop.api.identities = {test::answered(Call::identity, Identity{2, "alice", 2})};
    ServerMemory& memory = shop.memory.servers["main"];
    memory.instance_id = "instance-1";
    memory.environments[1].name = "production";
    StackId id = 8;
    for (const std::string name : {"cache", "blog"}) {
        shop.desired.stacks.push_back(declared(name));
        memory.stacks[id] = {.id = id, .environment_id = 1, .name = name, .created_at = now - 50, .seen_at = now - 9};
        ++id;
    }
    if (restored) shop.api.stacks_by_id[9] = test::answered(Call::stack, listed_record(9, "blog"));
}

// An older backup that shows itself by one remembered id alone: nothing that its memory proved stands.
TEST(Engine, ACreationDateContradictedByIdVoidsAllOfTheMemory) {
    Shop before;
    remember_two(before, false);
    EXPECT_EQ(verdict_of(before.check(), "cache"), Verdict::deleted) << "both ids are gone";

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
        EXPECT_EQ(verdict_of(report, "elsewhere"), refused ? Verdict::denied : Verdict::unreachable);
        EXPECT_EQ(report.summary.coverage, 0.5) << "no stack leaves the count";
        EXPECT_EQ(report.summary.score, 0.5);
        EXPECT_EQ(report.exit_code, refused ? 77 : 3);
        EXPECT_EQ(run.memory().servers.size(), 1U) << "nothing was learned of the other one";
    }
}

} // namespace
} // namespace mooring::drift
