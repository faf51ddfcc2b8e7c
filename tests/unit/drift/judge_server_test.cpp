// The first three rows of design §3.2: what ends a server's run, and what leaves it unreachable.
#include "unit/drift/judge_world.hpp"

#include <gtest/gtest.h>

namespace mooring::drift::test {
namespace {

Reply refused() {
    return reply(Call::identity, Outcome::credentials_refused, 401, "/api/users/me", "Invalid JWT token");
}

Reply header_added() { return reply(Call::stacks, Outcome::header_added, 403, "/api/stacks", "Forbidden"); }

TEST(JudgeServer, AnAnsweringServerCanBeJudged) {
    const ServerResult result = judge_server(administrator().server);
    EXPECT_EQ(result.exit_code, 0);
    EXPECT_EQ(result.error, "");
    EXPECT_EQ(result.name, "main");
    EXPECT_EQ(result.version, "2.43.0");
    EXPECT_EQ(result.instance_id, "database-1");
    EXPECT_TRUE(result.list_complete);
    EXPECT_EQ(result.identity->username, "admin");
    EXPECT_FALSE(judge_server(user().server).list_complete);
}

TEST(JudgeServer, RefusedCredentialsEndTheRunWith77) {
    World world = user();
    world.server.identity_before = {.reply = refused(), .value = std::nullopt};
    const ServerResult result = judge_server(world.server);
    EXPECT_EQ(result.exit_code, 77);
    EXPECT_NE(result.error.find("Invalid JWT token"), std::string::npos) << result.error;
    World later = user();
    later.server.environments_by_id[9] = {.reply = refused(), .value = std::nullopt};
    EXPECT_EQ(judge_server(later.server).exit_code, 77);
}

TEST(JudgeServer, AHeaderAddedOnTheWayEndsTheRunWith70) {
    World world = user();
    world.server.list = {.reply = header_added(), .value = std::nullopt};
    EXPECT_EQ(judge_server(world.server).exit_code, 70);
}

TEST(JudgeServer, WithoutIdentityEnvironmentsOrListItEndsWith69) {
    World identity = user();
    identity.server.identity_before = {.reply = unavailable(Call::identity, "/api/users/me"), .value = std::nullopt};
    World environments = user();
    environments.server.environments = {.reply = unavailable(Call::environments, "/api/endpoints"), .value = {}};
    World list = user();
    list.server.list = {.reply = unavailable(Call::stacks, "/api/stacks"), .value = std::nullopt};
    for (const World* world : {&identity, &environments, &list}) {
        const ServerResult result = judge_server(world->server);
        EXPECT_EQ(result.exit_code, 69);
        EXPECT_NE(result.error.find("502"), std::string::npos) << result.error;
        const StackResult stack = judge_without_server(world->row(), world->server);
        EXPECT_EQ(stack.verdict, Verdict::unreachable);
        EXPECT_EQ(stack.evidence.size(), 1U);
        EXPECT_EQ(stack.evidence[0].status, 502);
        EXPECT_FALSE(stack.message.empty());
    }
}

TEST(JudgeServer, TheIdentityAfterTheListDecidesOnlyWhetherItIsComplete) {
    World world = administrator();
    world.server.identity_after = {.reply = unavailable(Call::identity, "/api/users/me"), .value = std::nullopt};
    EXPECT_EQ(judge_server(world.server).exit_code, 0);
    EXPECT_FALSE(judge_server(world.server).list_complete);
}

TEST(JudgeServer, AnUnknownVersionStopsNothing) {
    World world = administrator();
    world.server.status = {.reply = unavailable(Call::status, "/api/system/status"), .value = std::nullopt};
    EXPECT_EQ(judge_server(world.server).exit_code, 0);
}

TEST(JudgeServer, ASuspendedStackStaysSuspendedWithoutItsServer) {
    World world = user();
    world.server.list = {.reply = unavailable(Call::stacks, "/api/stacks"), .value = std::nullopt};
    world.stack.suspended = Suspension{.reason = "move", .owner = "web", .until = noon + 1};
    EXPECT_EQ(judge_without_server(world.row(), world.server).verdict, Verdict::suspended);
}

TEST(JudgeServer, ARowsAnswerThatEndsTheRunIsFoundAndStopsItsQuestions) {
    World world = in_sync(user());
    EXPECT_EQ(ending_reply(world.facts), nullptr);
    world.file(refused());
    ASSERT_NE(ending_reply(world.facts), nullptr);
    EXPECT_EQ(ends_run(*ending_reply(world.facts)), 77);
    EXPECT_EQ(ends_run(header_added()), 70);
    EXPECT_EQ(ends_run(unavailable(Call::stacks, "/api/stacks")), 0);
    EXPECT_TRUE(world.questions().empty());
    EXPECT_EQ(world.judge().verdict, Verdict::unreachable); // should anybody ask all the same
}

} // namespace
} // namespace mooring::drift::test
