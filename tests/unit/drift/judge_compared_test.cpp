// The rows that design §3.2 calls "compare": what was read, and what keeps it from being compared (§3.1 `error`, §3.3,
// §4, §5).
#include "unit/drift/judge_world.hpp"

#include <gtest/gtest.h>

namespace mooring::drift::test {
namespace {

using Paths = std::vector<std::string>;

StackRecord with_status(StackStatus status) {
    StackRecord made = record(12);
    made.status = static_cast<std::int64_t>(status);
    return made;
}

World deploying(UnixSeconds since) {
    World world = in_sync(user());
    StackRecord made = with_status(StackStatus::deploying);
    made.deployment = {{.status = 3, .time = since, .message = ""}};
    world.list({made});
    return world;
}

TEST(Judge, ADeploymentUnderWayIsPending) {
    World world = deploying(noon - 60);
    world.server.runtime.clear();
    EXPECT_TRUE(world.questions().empty()); // what runs is on its way
    const StackResult result = world.judge();
    EXPECT_EQ(result.verdict, Verdict::pending);
    EXPECT_EQ(result.rule, "deploying");
    EXPECT_EQ(result.exists, true);
    EXPECT_EQ(result.unread, Paths{"runtime"});
    EXPECT_TRUE(result.changes.empty());
}

TEST(Judge, ADeploymentOfMoreThanTwentyMinutesIsStuck) {
    const World world = deploying(noon - 20 * 60 - 1);
    const StackResult result = world.judge();
    EXPECT_EQ(result.verdict, Verdict::drifted);
    ASSERT_EQ(result.changes.size(), 1U);
    EXPECT_EQ(result.changes[0].plane, Plane::runtime);
    EXPECT_EQ(result.changes[0].path, "deployment");
    EXPECT_EQ(deploying(noon - 20 * 60).judge().verdict, Verdict::pending);
}

TEST(Judge, AFailedDeploymentIsARuntimeChangeBesideWhateverElseWasRead) {
    World world = in_sync(user());
    world.list({with_status(StackStatus::failed)});
    const StackResult result = world.judge();
    EXPECT_EQ(result.verdict, Verdict::drifted);
    EXPECT_EQ(result.changes.at(0).path, "deployment");
    world.runs(unavailable(Call::docker_list, "/api/x"));
    EXPECT_EQ(world.judge().verdict, Verdict::unreachable);
    EXPECT_EQ(world.judge().changes.size(), 1U);
}

TEST(Judge, AnUnknownStatusNumberIsAnError) {
    World world = in_sync(user());
    world.list({with_status(static_cast<StackStatus>(99))});
    const StackResult result = world.judge();
    EXPECT_EQ(result.verdict, Verdict::error);
    EXPECT_EQ(result.rule, "record-not-comparable");
    EXPECT_NE(result.message.find("99"), std::string::npos);
}

TEST(Judge, AnUnknownTypeNumberIsAnError) {
    World world = in_sync(user());
    StackRecord made = record(12);
    made.type = std::nullopt;
    world.list({made});
    EXPECT_EQ(world.judge().verdict, Verdict::error);
}

TEST(Judge, ATypeThatDiffersIsDrift) {
    World world = in_sync(user());
    world.stack.type = StackType::swarm;
    const StackResult result = world.judge();
    EXPECT_EQ(result.verdict, Verdict::drifted);
    EXPECT_EQ(result.changes.at(0).path, "type");
}

TEST(Judge, ASecretSourceThatCannotBeReadIsAnError) {
    World world = in_sync(user());
    DesiredEnv variable;
    variable.name = "DB_PASSWORD";
    variable.unreadable = "secrets/db: permission denied";
    world.stack.env = std::vector<DesiredEnv>{variable};
    StackRecord made = record(12);
    made.env = {{.name = "DB_PASSWORD", .value = Secret("hunter2")}};
    world.list({made});
    const StackResult result = world.judge();
    EXPECT_EQ(result.verdict, Verdict::error);
    EXPECT_NE(result.message.find("secrets/db"), std::string::npos) << result.message;
    EXPECT_EQ(result.message.find("hunter2"), std::string::npos);
}

TEST(Judge, ContentThatDoesNotParseIsAnErrorThatShowsTheChangesSeen) {
    World world = in_sync(user());
    world.facts.file.value->problem = "the server's file does not parse: line 3";
    world.stack.state = DesiredState::stopped;
    const StackResult result = world.judge();
    EXPECT_EQ(result.verdict, Verdict::error);
    EXPECT_EQ(result.rule, "content-not-comparable");
    EXPECT_FALSE(result.changes.empty());
}

TEST(Judge, WithoutKnowingWhatShouldRunNothingIsInSync) {
    World world = in_sync(user());
    world.facts.file.value->actual = std::nullopt;
    world.facts.file.value->equal_bytes = false;
    EXPECT_EQ(world.judge().verdict, Verdict::error);
    EXPECT_EQ(world.judge().rule, "runtime-not-comparable");
    world.facts.file.value->equal_bytes = true; // then the desired file says it
    EXPECT_EQ(world.judge().verdict, Verdict::in_sync);
}

TEST(Judge, AFileThatWasSkippedIsEqualAndIsSaid) {
    World world = in_sync(user());
    world.facts.file.value->skipped = true;
    world.facts.file.reply.target.clear();
    const StackResult result = world.judge();
    EXPECT_EQ(result.verdict, Verdict::in_sync);
    EXPECT_EQ(result.evidence.size(), 2U); // the list and what runs
    EXPECT_EQ(result.notes.size(), 1U);
}

TEST(Judge, AnAccessNameThatThisTokenCannotResolveIsDeniedRole) {
    World world = in_sync(user());
    DesiredAccess access;
    access.kind = DesiredAccess::Kind::restricted;
    access.teams.push_back({.id = std::nullopt, .name = "web"});
    world.stack.access = access;
    world.stack.state = DesiredState::stopped;
    world.server.teams = answered(Call::teams, "/api/teams", std::vector<NamedId>{});
    const StackResult result = world.judge();
    EXPECT_EQ(result.verdict, Verdict::denied);
    EXPECT_EQ(result.cause, Cause::role);
    EXPECT_EQ(result.exists, true);
    EXPECT_EQ(result.unread, Paths{"access"});
    EXPECT_FALSE(result.changes.empty()); // `state`, seen elsewhere
    world.server.teams = {.reply = unavailable(Call::teams, "/api/teams"), .value = std::nullopt};
    EXPECT_EQ(world.judge().verdict, Verdict::unreachable);
    EXPECT_EQ(world.judge().cause, std::nullopt);
}

World kubernetes() {
    World world = in_sync(administrator());
    world.stack.type = StackType::kubernetes;
    StackRecord made = record(12);
    made.type = StackType::kubernetes;
    world.list({made});
    world.facts.desired = std::nullopt;
    world.facts.file.value->actual = std::nullopt;
    world.server.runtime.clear();
    return world;
}

TEST(Judge, KubernetesFilesThatDifferHaveDrifted) {
    World world = kubernetes();
    world.stack.runtime = false;
    world.facts.file.value->equal_bytes = false;
    EXPECT_TRUE(world.questions().empty());
    EXPECT_EQ(world.judge().verdict, Verdict::in_sync); // other bytes of the same meaning
    world.facts.file.value->changes = {Change{.plane = Plane::content, .path = "Deployment/web:spec.replicas"}};
    EXPECT_EQ(world.judge().verdict, Verdict::drifted);
    world.facts.file.value->problem = "the server's file does not parse";
    EXPECT_EQ(world.judge().rule, "content-not-comparable");
}

TEST(Judge, KubernetesFilesWhoseObjectsAreNotKnownAreAnErrorUnlessRuntimeFalse) {
    World world = kubernetes();
    EXPECT_EQ(world.judge().verdict, Verdict::error);
    EXPECT_EQ(world.judge().rule, "runtime-not-comparable");
    world.stack.runtime = false;
    EXPECT_EQ(world.judge().verdict, Verdict::in_sync);
    EXPECT_FALSE(world.judge().runtime_asked);
}

TEST(Judge, AMovedStackHasDriftedAndIsComparedToo) {
    World world = in_sync(user());
    world.remember(remembered(12));
    world.list({record(12, "web", staging)});
    world.runs({running_container()}, staging);
    EXPECT_TRUE(world.questions().empty());
    const StackResult result = world.judge();
    EXPECT_EQ(result.verdict, Verdict::drifted);
    EXPECT_EQ(result.id, 12);
    ASSERT_EQ(result.changes.size(), 1U);
    EXPECT_EQ(result.changes[0].plane, Plane::record);
    EXPECT_EQ(result.changes[0].path, "environment");
    world.file(denied(Call::stack_file, Cause::resource_control, "/api/stacks/12/file"));
    EXPECT_EQ(world.judge().verdict, Verdict::denied);
    EXPECT_EQ(world.judge().changes.size(), 1U);
}

TEST(Judge, ARenamedStackHasDriftedByName) {
    World world = in_sync(user());
    world.remember(remembered(12));
    world.list({record(12, "shop")});
    world.runs({running_container("shop")});
    const StackResult result = world.judge();
    EXPECT_EQ(result.verdict, Verdict::drifted);
    EXPECT_EQ(result.changes.at(0).path, "name");
    EXPECT_NE(result.message.find("`shop`"), std::string::npos);
}

TEST(Judge, AMovedStackThatOnlyItsIdFindsHasDrifted) {
    World world = user();
    world.remember(remembered(12));
    world.by_id(record(12, "web", staging));
    ASSERT_EQ(world.questions().size(), 1U);
    EXPECT_EQ(world.questions()[0].kind, Question::Kind::file);
    world.file_equal();
    EXPECT_EQ(world.questions().at(0).kind, Question::Kind::runtime);
    world.runs({running_container()}, staging);
    EXPECT_EQ(world.judge().verdict, Verdict::drifted);
    EXPECT_EQ(world.judge().rule, "drifted");
}

// Demoted after the first answer: the list of containers was filtered already.
TEST(Judge, ADemotedAdministratorsContainersAreAskedForByName) {
    World world = in_sync(administrator());
    world.runs(std::vector<Container>{});
    world.server.identity_after.value->role = 2;
    ASSERT_EQ(world.questions().size(), 1U);
    world.container("web-web-1", denied(Call::docker_object, Cause::name_taken, "/api/x"));
    EXPECT_EQ(world.judge().verdict, Verdict::denied);
}

TEST(Judge, AHiddenContainerOfAStackDeclaredStoppedMakesRuntimeUnread) {
    World world = in_sync(user());
    world.stack.state = DesiredState::stopped;
    world.server.list.value->at(0).status = 2;
    world.runs(std::vector<Container>{});
    ASSERT_EQ(world.questions().size(), 1U);
    EXPECT_EQ(world.questions()[0].name, "web-web-1");
    EXPECT_NE(world.judge().verdict, Verdict::in_sync) << "not asked";
    world.container("web-web-1", denied(Call::docker_object, Cause::name_taken, "/api/x"));
    EXPECT_TRUE(world.questions().empty());
    EXPECT_EQ(world.judge().verdict, Verdict::denied);
    EXPECT_EQ(world.judge().unread, std::vector<std::string>{"runtime"});
    world.facts.container_probes[0].reply = reply(Call::docker_object, Outcome::object_absent, 404, "/api/x");
    EXPECT_EQ(world.judge().verdict, Verdict::in_sync);
}

} // namespace
} // namespace mooring::drift::test
