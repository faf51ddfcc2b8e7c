// Environments: how a manifest's name or id meets the server's (design §3.2 "Names and environments first").
#include "unit/match/world.hpp"

#include <gtest/gtest.h>

namespace mooring::match::test {
namespace {

ResolvedEnvironment resolved(const World& world) { return resolve_environment(world.row(), world.server); }

TEST(ResolveEnvironment, ANameIsResolvedThroughTheList) {
    const World world = user();
    EXPECT_EQ(resolved(world).id, production);
    EXPECT_EQ(resolved(world).reach, Reach::listed);
}

TEST(ResolveEnvironment, AnIdIsTakenAsItIs) {
    World world = user();
    world.stack.environment = EnvironmentRef{.id = staging, .name = ""};
    EXPECT_EQ(resolved(world).name, "staging");
    world.stack.environment = EnvironmentRef{.id = 99, .name = ""};
    EXPECT_EQ(resolved(world).id, 99);
    EXPECT_EQ(resolved(world).reach, Reach::not_asked);
}

TEST(ResolveEnvironment, ANameThatIsNotListedIsResolvedThroughMemoryForEveryRole) {
    for (World world : {user(), administrator()}) {
        world.environment(production, denied(Call::environment, Cause::environment, "/api/endpoints/4"));
        world.server.memory.environments[production].name = "production";
        EXPECT_EQ(resolved(world).id, production);
        EXPECT_EQ(resolved(world).reach, Reach::denied);
        EXPECT_EQ(resolved(world).name, "production");
        EXPECT_EQ(resolved(world).error, "");
    }
}

TEST(ResolveEnvironment, AnUnknownNameIsAnErrorWithACompleteListOnly) {
    World world = administrator();
    world.stack.environment = EnvironmentRef{.id = std::nullopt, .name = "prodution"};
    EXPECT_EQ(resolved(world).error, "There is no environment `prodution` on this server; did you mean `production`?");
    world.role(2);
    EXPECT_EQ(resolved(world).error, "");
    EXPECT_EQ(resolved(world).id, std::nullopt);
    world.role(1);
    world.server.identity_after.value->role = 2; // demoted while the list was read
    EXPECT_EQ(resolved(world).error, "");
}

TEST(ResolveEnvironment, ARememberedEnvironmentWithAnotherNameNowIsRenamed) {
    World world = user();
    world.server.memory.environments[production].name = "production";
    world.server.environments.value->at(0).name = "prod-eu";
    EXPECT_EQ(resolved(world).error, "Environment `production` was renamed to `prod-eu` (environment 4).");
    EXPECT_EQ(resolved(world).id, production);
}

TEST(ResolveEnvironment, ANameThatAnotherEnvironmentBearsNowIsThatOne) {
    World world = user();
    world.server.memory.environments[9].name = "production";
    EXPECT_EQ(resolved(world).id, production);
    EXPECT_EQ(resolved(world).error, "");
}

TEST(ResolveEnvironment, OfTwoRememberedOnesOneThatIsGoneIsTakenLast) {
    World world = user();
    world.hide_environments();
    world.environment(4, denied(Call::environment, Cause::environment, "/api/endpoints/4"));
    world.environment(9, environment_gone("/api/endpoints/9"));
    world.server.memory.environments = {{4, {"production"}}, {9, {"production"}}};
    EXPECT_EQ(resolved(world).id, 4);
    world.environment(4, environment_gone("/api/endpoints/4"));
    EXPECT_EQ(resolved(world).reach, Reach::gone);
}

TEST(ResolveEnvironment, APinnedOneIsThatOfItsIdAndAnotherNameThereIsAnError) {
    World world = user();
    world.stack.environment = EnvironmentRef{.id = production, .name = "production"};
    EXPECT_EQ(resolved(world).id, production);
    EXPECT_EQ(resolved(world).error, "");
    world.stack.environment = EnvironmentRef{.id = production, .name = "staging"}; // the names were swapped
    EXPECT_EQ(resolved(world).id, production);
    EXPECT_EQ(resolved(world).error, "Environment 4 is named `production`, and the manifest says `staging`.");
}

TEST(ResolveEnvironment, APinnedNameOfWhichNothingIsKnownIsNotDoubted) {
    World world = user();
    world.hide_environments();
    world.stack.environment = EnvironmentRef{.id = production, .name = "production"};
    world.environment(production, denied(Call::environment, Cause::environment, "/api/endpoints/4"));
    EXPECT_EQ(resolved(world).reach, Reach::denied);
    EXPECT_EQ(resolved(world).name, "production");
    EXPECT_EQ(resolved(world).error, "");
}

TEST(ResolveEnvironment, ItsAnswerByIdSaysHowItStands) {
    World world = user();
    world.stack.environment = EnvironmentRef{.id = production, .name = ""};
    world.environment(production, unavailable(Call::environment, "/api/endpoints/4"));
    EXPECT_EQ(resolved(world).reach, Reach::unavailable);
    world.environment(production, environment_gone("/api/endpoints/4"));
    EXPECT_EQ(resolved(world).reach, Reach::gone);
    world.server.environments_by_id[production] =
        answered(Call::environment, "/api/endpoints/4", Environment{.id = production, .name = "edge"});
    EXPECT_EQ(resolved(world).reach, Reach::readable);
    EXPECT_EQ(resolved(world).name, "edge");
}

TEST(ResolveEnvironment, ANameThatTwoEnvironmentsBearIsAmbiguous) {
    World world = administrator();
    world.server.environments.value->at(1).name = "production"; // older versions allow it
    EXPECT_FALSE(resolved(world).id);
    EXPECT_NE(resolved(world).error.find("ambiguous: ids 4, 5"), std::string::npos);
}

TEST(EnvironmentsToAsk, AreThoseDeclaredRememberedOrNamedByARecordThatTheListLacks) {
    World world = user();
    std::vector<DesiredStack> stacks{world.stack, world.stack};
    stacks[1].environment = EnvironmentRef{.id = 20, .name = ""};
    world.remember(remembered(12, "web", 21));
    world.list({record(13, "db", 22), record(14, "shop", staging)});
    EXPECT_EQ(environments_to_ask(stacks, world.server), (std::set<EnvironmentId>{20, 21, 22}));
}

} // namespace
} // namespace mooring::match::test
