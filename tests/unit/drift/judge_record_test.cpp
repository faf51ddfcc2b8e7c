// Rows of design §3.2 about a record that is listed (or taken as listed), one test a row.
#include "unit/drift/judge_world.hpp"

#include <gtest/gtest.h>

namespace mooring::drift::test {
namespace {

using Kinds = std::vector<Question::Kind>;
using Kind = Question::Kind;
using Paths = std::vector<std::string>;

Kinds kinds(const World& world) {
    Kinds found;
    for (const Question& question : world.questions()) found.push_back(question.kind);
    return found;
}

const char* const file_target = "/api/stacks/12/file";
const char* const containers_target = "/api/endpoints/4/docker/containers/json?all=1";

TEST(Judge, RecordFileAndRuntimeReadAndEqualIsInSync) {
    for (const World& world : {in_sync(administrator()), in_sync(user())}) {
        EXPECT_TRUE(world.questions().empty());
        const StackResult result = world.judge();
        EXPECT_EQ(result.verdict, Verdict::in_sync) << result.message;
        EXPECT_EQ(result.rule, "in-sync");
        EXPECT_EQ(result.exists, true);
        EXPECT_EQ(result.id, 12);
        EXPECT_TRUE(result.unread.empty());
        ASSERT_EQ(result.evidence.size(), 3U);
        EXPECT_EQ(result.evidence[0].target, "/api/stacks");
        EXPECT_EQ(result.evidence[1].target, file_target);
        EXPECT_EQ(result.evidence[2].target, containers_target);
    }
}

TEST(Judge, OneUnreadPartTakesInSyncAway) {
    World without_file = in_sync(user());
    without_file.facts.file = {};
    EXPECT_EQ(without_file.judge().verdict, Verdict::unreachable);
    World without_runtime = in_sync(user());
    without_runtime.server.runtime.clear();
    EXPECT_EQ(without_runtime.judge().verdict, Verdict::unreachable);
}

TEST(Judge, AFullCheckOfAListedStackAsksForItsFileAlone) {
    World world = in_sync(user());
    world.facts.file = {};
    EXPECT_EQ(kinds(world), Kinds{Kind::file});
    EXPECT_EQ(world.questions()[0].id, 12);
}

TEST(Judge, RuntimeFalseLeavesRuntimeOutAndIsSaid) {
    World world = in_sync(user());
    world.stack.runtime = false;
    world.server.runtime.clear();
    EXPECT_TRUE(world.questions().empty());
    const StackResult result = world.judge();
    EXPECT_EQ(result.verdict, Verdict::in_sync);
    EXPECT_FALSE(result.runtime_asked);
    EXPECT_TRUE(result.unread.empty());
}

TEST(Judge, ADifferenceIsDrift) {
    World world = in_sync(user());
    world.stack.state = DesiredState::stopped;
    const StackResult result = world.judge();
    EXPECT_EQ(result.verdict, Verdict::drifted);
    EXPECT_FALSE(result.changes.empty());
}

TEST(Judge, WhatDoesNotRunIsDriftThoughRecordAndFileAgree) {
    World world = in_sync(administrator());
    world.runs(std::vector<Container>{});
    EXPECT_EQ(world.judge().verdict, Verdict::drifted);
}

TEST(Judge, AnIgnoredChangeIsNoDriftAndIsCounted) {
    World world = in_sync(user());
    world.facts.file.value->changes.push_back({.plane = Plane::content, .path = "services.web.image"});
    EXPECT_EQ(world.judge().verdict, Verdict::drifted);
    world.stack.ignore = {{.path = "content:services.*", .reason = "pinned by hand"}};
    const StackResult result = world.judge();
    EXPECT_EQ(result.verdict, Verdict::in_sync);
    EXPECT_EQ(result.ignored, 1U);
}

TEST(Judge, AListedRecordWhoseEnvironmentIsGoneIsOrphaned) {
    for (World world : {in_sync(user()), in_sync(administrator())}) {
        world.stack.environment = EnvironmentRef{.id = production, .name = ""};
        world.environment(production, environment_gone("/api/endpoints/4"));
        world.facts.file = {};
        EXPECT_TRUE(world.questions().empty());
        const StackResult result = world.judge();
        EXPECT_EQ(result.verdict, Verdict::orphaned);
        EXPECT_EQ(result.exists, true);
        EXPECT_EQ(result.unread, (Paths{"content", "runtime"}));
    }
}

TEST(Judge, AFileThatAnswersThatTheEnvironmentIsGoneIsOrphaned) {
    World world = in_sync(user());
    Reply gone = environment_gone(file_target);
    gone.call = Call::stack_file;
    world.file(gone);
    EXPECT_EQ(world.judge().verdict, Verdict::orphaned);
}

TEST(Judge, AListedStackWhoseFileIsRefusedIsDeniedWithTheCause) {
    for (const Cause cause : {Cause::environment, Cause::resource_control, Cause::stack_management_disabled}) {
        World world = in_sync(user());
        world.file(denied(Call::stack_file, cause, file_target));
        EXPECT_TRUE(world.questions().empty());
        const StackResult result = world.judge();
        EXPECT_EQ(result.verdict, Verdict::denied);
        EXPECT_EQ(result.rule, "refused");
        EXPECT_EQ(result.cause, cause);
        EXPECT_EQ(result.exists, true);
        EXPECT_EQ(result.id, 12);
        EXPECT_EQ(result.unread, (Paths{"content", "runtime"}));
        EXPECT_EQ(result.evidence.back().target, file_target);
    }
}

TEST(Judge, APublicStackListedInAnEnvironmentWithoutAccessIsDenied) {
    World world = in_sync(user());
    world.stack.environment = EnvironmentRef{.id = production, .name = ""};
    world.environment(production, denied(Call::environment, Cause::environment, "/api/endpoints/4"));
    world.facts.file = {};
    EXPECT_EQ(kinds(world), Kinds{Kind::file}); // its refusal names the cause
    world.file(denied(Call::stack_file, Cause::environment, file_target));
    const StackResult result = world.judge();
    EXPECT_EQ(result.verdict, Verdict::denied);
    EXPECT_EQ(result.exists, true);
}

TEST(Judge, ADeniedStackStillShowsTheChangesThatWereSeen) {
    World world = in_sync(user());
    world.stack.state = DesiredState::stopped;
    world.file(denied(Call::stack_file, Cause::resource_control, file_target));
    const StackResult result = world.judge();
    EXPECT_EQ(result.verdict, Verdict::denied);
    ASSERT_EQ(result.changes.size(), 1U);
    EXPECT_EQ(result.changes[0].path, "state");
}

TEST(Judge, AnUnknownRefusalOfTheFileIsDeniedUnknown) {
    World world = in_sync(user());
    world.file(denied(Call::stack_file, Cause::unknown, file_target));
    const StackResult result = world.judge();
    EXPECT_EQ(result.verdict, Verdict::denied);
    EXPECT_EQ(result.rule, "refused-unknown");
    EXPECT_EQ(result.cause, Cause::unknown);
    EXPECT_EQ(result.exists, true);
}

TEST(Judge, AnUnknownRefusalOfRuntimeOrEnvironmentIsDeniedUnknown) {
    World runtime = in_sync(user());
    runtime.runs(denied(Call::docker_list, Cause::unknown, containers_target));
    EXPECT_EQ(runtime.judge().cause, Cause::unknown);
    EXPECT_EQ(runtime.judge().exists, true);
    World environment = in_sync(user());
    environment.stack.environment = EnvironmentRef{.id = production, .name = ""};
    environment.environment(production, denied(Call::environment, Cause::unknown, "/api/endpoints/4"));
    EXPECT_EQ(environment.judge().cause, Cause::unknown);
    EXPECT_EQ(environment.judge().exists, true);
}

TEST(Judge, AListedStackWhoseFileIsUnknownIsListedOnceMore) {
    World world = in_sync(user());
    world.file(stack_gone(file_target));
    EXPECT_EQ(kinds(world), Kinds{Kind::list_again});
}

TEST(Judge, ListAndFileStillDisagreeingIsAnError) {
    World world = in_sync(user());
    world.list_again({record(12)});
    world.file(stack_gone(file_target));
    EXPECT_TRUE(world.questions().empty());
    const StackResult result = world.judge();
    EXPECT_EQ(result.verdict, Verdict::error);
    EXPECT_EQ(result.rule, "list-and-record-disagree");
}

TEST(Judge, AfterTheSecondListTheStackIsJudgedAnew) {
    World world = in_sync(user());
    world.list_again({});
    world.facts.file = {};
    EXPECT_NE(world.questions().size(), 0U);
    world.probe_all(Outcome::object_absent);
    EXPECT_EQ(world.judge().verdict, Verdict::not_visible);
}

TEST(Judge, ASecondListThatIsNotAnsweredMakesItUnreachable) {
    World world = in_sync(user());
    world.facts.round = 2;
    world.server.list_again = {.reply = unavailable(Call::stacks, "/api/stacks"), .value = std::nullopt};
    EXPECT_TRUE(world.questions().empty());
    EXPECT_EQ(world.judge().verdict, Verdict::unreachable);
    EXPECT_EQ(world.judge().rule, "second-list-unanswered");
}

TEST(Judge, ALostFileIsAnError) {
    World world = in_sync(user());
    world.file(
        reply(Call::stack_file, Outcome::file_lost, 500, file_target, "Unable to retrieve Compose file from disk"));
    const StackResult result = world.judge();
    EXPECT_EQ(result.verdict, Verdict::error);
    EXPECT_EQ(result.rule, "file-lost");
    EXPECT_EQ(result.exists, true);
}

TEST(Judge, GitSettingsThatWereNotDeployedAreAnErrorAndAChange) {
    World world = in_sync(user());
    world.file(reply(Call::stack_file, Outcome::settings_not_deployed, 409, file_target));
    const StackResult result = world.judge();
    EXPECT_EQ(result.verdict, Verdict::error);
    EXPECT_EQ(result.unread, (Paths{"content", "runtime"}));
    ASSERT_EQ(result.changes.size(), 1U);
    EXPECT_EQ(result.changes[0].plane, Plane::git);
    EXPECT_EQ(result.changes[0].path, "settings");
    EXPECT_EQ(result.changes[0].actual, "not deployed");
}

TEST(Judge, AFileOrRuntimeListThatFailsIsUnreachable) {
    World file = in_sync(user());
    file.file(unavailable(Call::stack_file, file_target));
    EXPECT_EQ(file.judge().verdict, Verdict::unreachable);
    EXPECT_EQ(file.judge().exists, true);
    World runtime = in_sync(user());
    runtime.runs(unavailable(Call::docker_list, containers_target));
    EXPECT_EQ(runtime.judge().verdict, Verdict::unreachable);
    EXPECT_EQ(runtime.judge().unread, Paths{"runtime"});
}

// An orphan, perhaps: without the environment's answer nobody knows, whatever its file says.
TEST(Judge, AnEnvironmentThatCannotBeAskedLeavesItsStackUnreachable) {
    World world = in_sync(administrator());
    world.stack.environment = EnvironmentRef{.id = production, .name = ""};
    world.stack.runtime = false;
    world.environment(production, unavailable(Call::environment, "/api/endpoints/4"));
    const StackResult result = world.judge();
    EXPECT_EQ(result.verdict, Verdict::unreachable);
    EXPECT_EQ(result.exists, true);
    EXPECT_TRUE(result.message.contains("but its environment could not be read")) << result.message;
}

TEST(Judge, ARefusedRuntimeListIsDeniedWithRuntimeUnread) {
    World world = in_sync(user());
    world.runs(denied(Call::docker_list, Cause::environment, containers_target));
    const StackResult result = world.judge();
    EXPECT_EQ(result.verdict, Verdict::denied);
    EXPECT_EQ(result.rule, "runtime-refused");
    EXPECT_EQ(result.cause, Cause::environment);
    EXPECT_EQ(result.exists, true);
    EXPECT_EQ(result.unread, Paths{"runtime"});
}

TEST(Judge, AUsersMissingContainerIsAskedForByName) {
    World world = in_sync(user());
    world.runs(std::vector<Container>{});
    ASSERT_EQ(kinds(world), Kinds{Kind::container});
    EXPECT_EQ(world.questions()[0].name, "web-web-1");
}

TEST(Judge, AHiddenContainerMakesRuntimeUnread) {
    World world = in_sync(user());
    world.runs(std::vector<Container>{});
    world.container("web-web-1", denied(Call::docker_object, Cause::name_taken, "/api/x"));
    const StackResult result = world.judge();
    EXPECT_EQ(result.verdict, Verdict::denied);
    EXPECT_EQ(result.cause, Cause::resource_control);
    EXPECT_EQ(result.exists, true);
    EXPECT_EQ(result.unread, Paths{"runtime"});
    EXPECT_EQ(result.probes.size(), 1U);
}

TEST(Judge, AContainerThatAnswers404IsAChange) {
    World world = in_sync(user());
    world.runs(std::vector<Container>{});
    world.container("web-web-1", reply(Call::docker_object, Outcome::object_absent, 404, "/api/x"));
    EXPECT_TRUE(world.questions().empty());
    EXPECT_EQ(world.judge().verdict, Verdict::drifted);
}

TEST(Judge, AContainerThatCannotBeAskedForIsUnreachable) {
    World world = in_sync(user());
    world.runs(std::vector<Container>{});
    world.container("web-web-1", unavailable(Call::docker_object, "/api/x"));
    EXPECT_EQ(world.judge().verdict, Verdict::unreachable);
}

TEST(Judge, WhatRunsIsAskedForWhereARecordTurnsUpLate) {
    World world = in_sync(user());
    world.server.runtime.clear();
    ASSERT_EQ(kinds(world), Kinds{Kind::runtime});
    EXPECT_EQ(world.questions()[0].environment, production);
    World unknown_place = in_sync(user());
    unknown_place.stack.environment = EnvironmentRef{.id = 77, .name = ""};
    unknown_place.list({record(12, "web", 77)});
    ASSERT_EQ(kinds(unknown_place), Kinds{Kind::environment});
    EXPECT_EQ(unknown_place.questions()[0].environment, 77);
}

TEST(Judge, TwoRecordsThatMatchEquallyAreAnError) {
    World world = in_sync(user());
    world.list({record(12), record(31, "WEB")});
    EXPECT_TRUE(world.questions().empty());
    const StackResult result = world.judge();
    EXPECT_EQ(result.verdict, Verdict::error);
    EXPECT_NE(result.message.find("ambiguous: ids 12, 31"), std::string::npos) << result.message;
}

} // namespace
} // namespace mooring::drift::test
