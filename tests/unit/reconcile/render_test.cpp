#include "reconcile/render.hpp"
#include "unit/reconcile/plan_world.hpp"

#include <nlohmann/json.hpp>

namespace mooring::reconcile::test {
namespace {

PlanWorld world_of_each() {
    PlanWorld world;
    world.facts.url = "https://portainer.example.test";
    world.seen.result.changes = {
        {.subject = Subject::content,
         .path = "services.web.image",
         .desired = "nginx:1.27",
         .actual = "nginx:1.25",
         .where = {.file = "compose.yaml", .line = 4}},
        {.subject = Subject::env,
         .key = "DB_PASSWORD",
         .path = "env.DB_PASSWORD",
         .desired = "",
         .actual = "",
         .secret = true},
    };
    world.seen.jobs = {"migrate"};
    return world;
}

TEST(PlanText, SaysWhatIsWhatItBecomesAndWhatRunsAgain) {
    EXPECT_EQ(to_text(world_of_each().plan()),
              "main  https://portainer.example.test  2.43.0  as deploy (administrator, list complete)\n"
              "\n"
              "  to do 1   held 0   blocked 0\n"
              "\n"
              "UPDATE       shop/production                         shop.yaml:1\n"
              "               services.web.image  nginx:1.25  becomes  nginx:1.27    compose.yaml:4\n"
              "               env.DB_PASSWORD  changes (secret)\n"
              "               runs again: migrate\n"
              "\n"
              "exit 2: 1 step to do\n");
}

TEST(PlanText, ABlockedStepSaysWhyAndWhatToType) {
    PlanWorld world = world_of_each();
    world.record.status = 2;
    world.desired.state = DesiredState::any;
    const std::string text = to_text(world.plan());
    EXPECT_NE(text.find("BLOCKED      shop/production                         shop.yaml:1\n"
                        "               would_start: the stack is stopped, and deploying starts it\n"
                        "               once: --allow shop=start-to-change\n"),
              std::string::npos)
        << text;
    EXPECT_TRUE(text.ends_with("exit 3: 1 blocked\n")) << text;
}

TEST(PlanText, AServerOfWhichNothingIsKnownSaysSo) {
    PlanWorld world = world_of_each();
    world.input.servers["main"].problem = "the access token was refused";
    EXPECT_NE(to_text(world.plan()).find("  nothing is planned: the access token was refused\n"), std::string::npos);
}

TEST(PlanMarkdown, LeavesOutAddressVersionAndIdentity) {
    const std::string text = to_markdown(world_of_each().plan());
    EXPECT_EQ(text, "### Mooring plan: 1 step to do\n"
                    "\n"
                    "| | stack | what |\n"
                    "|---|---|---|\n"
                    "| UPDATE | `shop/production` | `services.web.image` `nginx:1.25` becomes "
                    "`nginx:1.27`<br>`env.DB_PASSWORD` changes (secret)<br>`runs again: migrate` |\n");
}

TEST(PlanMarkdown, NamesWhatNobodyDeclaresAndTheServerOnlyInDetail) {
    PlanWorld world;
    world.facts.url = "https://portainer.example.test";
    world.extra();
    const Plan plan = world.plan();
    const std::string strangers = to_markdown(plan);
    EXPECT_EQ(strangers.find("shop"), std::string::npos) << strangers;
    EXPECT_NE(strangers.find("| REMOVE | a stack that nobody declares |  |"), std::string::npos) << strangers;
    const std::string details = to_markdown(plan, true);
    EXPECT_NE(details.find("`main` `https://portainer.example.test` `2.43.0` as `deploy"), std::string::npos)
        << details;
    EXPECT_NE(details.find("| REMOVE | `shop/production` |"), std::string::npos) << details;
    world.input.servers["main"].max_removes = 0;
    EXPECT_EQ(to_markdown(world.plan()).find("shop"), std::string::npos);
    EXPECT_NE(to_markdown(world.plan(), true).find("`nothing is removed unless a number allows it`"),
              std::string::npos);
}

TEST(PlanMarkdown, NoRemedyNamesAStackThatNobodyDeclares) {
    PlanWorld world;
    world.missing();
    StackRecord old = world.record;
    old.id = 3;
    old.name = "former";
    world.facts.list.value = std::vector{old};
    const Plan plan = world.plan();
    ASSERT_EQ(plan.steps.front().obstacles.front().code, "looks_renamed");
    EXPECT_EQ(to_markdown(plan).find("former"), std::string::npos) << to_markdown(plan);
    EXPECT_NE(to_markdown(plan).find("`looks_renamed`"), std::string::npos);
    EXPECT_NE(to_markdown(plan, true).find("replaces: former"), std::string::npos) << to_markdown(plan, true);
}

TEST(PlanJson, IsStableAndHoldsWhatThePlanStandsOnAndNoSecret) {
    PlanWorld world = world_of_each();
    world.desired.env = std::vector<DesiredEnv>{{.name = "DB_PASSWORD", .value = Secret("wanted-value")}};
    world.record.env = {{.name = "DB_PASSWORD", .value = Secret("actual-value")}};
    const std::string text = to_json(world.plan());
    EXPECT_EQ(text, to_json(world.plan()));
    EXPECT_EQ(text.find("-value"), std::string::npos);
    const auto json = nlohmann::json::parse(text);
    EXPECT_EQ(json["steps"][0]["standsOn"]["id"], 7);
    EXPECT_EQ(json["steps"][0]["standsOn"]["updatedBy"], "anna");
    EXPECT_EQ(json["steps"][0]["parts"][0]["action"], "update");
    EXPECT_TRUE(json["steps"][0]["corrections"][1]["becomes"].is_null());
    EXPECT_EQ(json["exitCode"], 2);
}

} // namespace
} // namespace mooring::reconcile::test
