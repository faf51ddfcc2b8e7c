// Rows that are decided by names, environments and suspensions, before anything about a stack is asked.
#include "unit/drift/judge_world.hpp"

#include <gtest/gtest.h>

namespace mooring::drift::test {
namespace {

World with_environment(World world, std::string name) {
    world.stack.environment = EnvironmentRef{.id = std::nullopt, .name = std::move(name)};
    return world;
}

TEST(Judge, ASuspendedStackIsNotAskedAbout) {
    World world = user();
    world.remember(remembered(12));
    world.stack.suspended = Suspension{.reason = "database move", .owner = "dba@example.org", .until = noon + 1};
    EXPECT_TRUE(world.questions().empty());
    const StackResult result = world.judge();
    EXPECT_EQ(result.verdict, Verdict::suspended);
    EXPECT_TRUE(result.evidence.empty());
    EXPECT_NE(result.message.find("database move"), std::string::npos);
    EXPECT_NE(result.message.find("dba@example.org"), std::string::npos);
}

TEST(Judge, ASuspensionThatHasPassedIsJudgedNormally) {
    World world = in_sync(user());
    world.stack.suspended = Suspension{.reason = "database move", .owner = "dba", .until = noon};
    EXPECT_EQ(world.judge().verdict, Verdict::in_sync);
}

TEST(Judge, AnEnvironmentNameThatACompleteListLacksIsAnError) {
    const World world = with_environment(administrator(), "prodution");
    EXPECT_TRUE(world.questions().empty());
    EXPECT_EQ(world.judge().verdict, Verdict::error);
    EXPECT_EQ(world.judge().rule, "environment-name-unknown");
    EXPECT_EQ(world.judge().message, "There is no environment `prodution` on this server; did you mean `production`?");
    EXPECT_EQ(world.judge().remedy, "Correct `environment` in manifests/web.yaml:1.");
}

TEST(Judge, AnEnvironmentNameThatTheTokenCannotSeeIsNotVisible) {
    const World world = with_environment(user(), "hidden");
    EXPECT_TRUE(world.questions().empty());
    EXPECT_EQ(world.judge().verdict, Verdict::not_visible);
    EXPECT_EQ(world.judge().rule, "environment-name-not-visible");
    EXPECT_EQ(world.judge().environment_name, "hidden");
    EXPECT_EQ(world.judge().environment_id, std::nullopt);
}

TEST(Judge, AListedRecordOfTheNameInADeniedEnvironmentMakesItDenied) {
    World world = with_environment(user(), "hidden");
    world.list({record(20, "Web", 9), record(21, "web", staging)});
    world.environment(9, denied(Call::environment, Cause::environment, "/api/endpoints/9"));
    const StackResult result = world.judge();
    EXPECT_EQ(result.verdict, Verdict::denied);
    EXPECT_EQ(result.rule, "environment-name-hidden");
    EXPECT_EQ(result.cause, Cause::environment);
    EXPECT_EQ(result.exists, std::nullopt);
    EXPECT_NE(result.message.find("(id 20)"), std::string::npos) << result.message;
    EXPECT_EQ(result.evidence.back().target, "/api/endpoints/9");
}

TEST(Judge, ARenamedEnvironmentIsAnErrorForEveryRole) {
    for (World world : {user(), administrator()}) {
        world.server.memory.environments[production].name = "production";
        world.server.environments.value->at(0).name = "prod-eu";
        EXPECT_TRUE(world.questions().empty());
        EXPECT_EQ(world.judge().verdict, Verdict::error);
        EXPECT_EQ(world.judge().rule, "environment-renamed");
        EXPECT_EQ(world.judge().message, "Environment `production` was renamed to `prod-eu` (environment 4).");
    }
}

TEST(Judge, AnEnvironmentKnownByMemoryAloneIsDeniedOrGoneByItsOwnAnswer) {
    World world = user();
    world.environment(production, denied(Call::environment, Cause::environment, "/api/endpoints/4"));
    world.server.memory.environments[production].name = "production";
    EXPECT_EQ(world.judge().verdict, Verdict::denied);
    World gone = administrator();
    gone.environment(production, environment_gone("/api/endpoints/4"));
    gone.server.memory.environments[production].name = "production";
    EXPECT_EQ(gone.judge().verdict, Verdict::missing);
    EXPECT_EQ(gone.judge().proof, Proof::environment_gone);
}

Row selector_row(World& world) {
    world.stack.environment = EnvironmentSelector{.tags = {"prod"}, .group = ""};
    return {.stack = &world.stack, .environment = {}, .selector = true, .selector_text = "tags: [prod]"};
}

StackResult judged(World& world) {
    const Row row = selector_row(world);
    EXPECT_TRUE(next_questions(row, world.server, world.facts).empty());
    return judge(row, world.server, world.facts, world.options);
}

TEST(Judge, ASelectorNarrowedByPermissionIsNotVisible) {
    World world = user();
    world.server.tags = answered(Call::tags, "/api/tags", std::vector<NamedId>{{1, "prod"}});
    EXPECT_EQ(judged(world).verdict, Verdict::not_visible);
    EXPECT_EQ(judged(world).environment_name, "tags: [prod]");
}

TEST(Judge, ASelectorWhoseTagsCannotBeReadSaysWhy) {
    World world = user();
    world.server.tags = {.reply = unavailable(Call::tags, "/api/tags"), .value = std::nullopt};
    EXPECT_EQ(judged(world).verdict, Verdict::unreachable);
    world.server.tags.reply = denied(Call::tags, Cause::role, "/api/tags");
    EXPECT_EQ(judged(world).verdict, Verdict::denied);
    EXPECT_EQ(judged(world).cause, Cause::role);
}

TEST(Judge, AnAdministratorsSelectorThatReachesNothingIsAnError) {
    World world = administrator();
    world.server.tags = answered(Call::tags, "/api/tags", std::vector<NamedId>{{1, "prod"}});
    EXPECT_EQ(judged(world).verdict, Verdict::error);
    world.server.tags.value->at(0).name = "prod-eu";
    EXPECT_EQ(judged(world).verdict, Verdict::error);
    EXPECT_EQ(judged(world).message, "There is no tag `prod` on this server; known: prod-eu");
}

TEST(JudgeNames, AnEnvironmentThatIsPinnedToAnotherNameIsAnErrorWhateverStandsThere) {
    World world = administrator();
    world.stack.environment = EnvironmentRef{.id = production, .name = "production"};
    EXPECT_NE(world.judge().verdict, Verdict::error);
    world.stack.environment = EnvironmentRef{.id = production, .name = "staging"};
    EXPECT_EQ(world.judge().verdict, Verdict::error);
    EXPECT_NE(world.judge().message.find("Environment 4 is named `production`"), std::string::npos);
    world.list({record(12, "web")}); // the declared name stands there: of which environment is it?
    EXPECT_EQ(world.judge().verdict, Verdict::error);
}

TEST(JudgeNames, AnAbsenceFromOneOfTwoEnvironmentsOfANameIsAnErrorUntilItsIdIsGiven) {
    World world = administrator();
    world.server.environments.value->at(1).name = "production"; // older versions allow it
    world.list_again({});                                       // absent from both: but from which of the two?
    EXPECT_EQ(world.judge().verdict, Verdict::error);
    world.stack.environment = EnvironmentRef{.id = staging, .name = ""};
    EXPECT_EQ(world.judge().verdict, Verdict::missing);
}

} // namespace
} // namespace mooring::drift::test
