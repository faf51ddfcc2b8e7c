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
    world.desired.env = std::vector<DesiredEnv>{{.name = "DB_PASSWORD", .value = Secret("w"), .from = "secrets/db"}};
    world.desired.env_strict = false;
    for (const char* name : {"A", "B", "DB_PASSWORD", "C", "D"})
        world.record.env.push_back({.name = name, .value = Secret("a")});
    return world;
}

TEST(PlanText, SaysWhatIsWhatItBecomesWhatIsKeptPulledAndRunAgain) {
    PlanWorld world = world_of_each();
    world.desired.source =
        DesiredContent{.text = "services: {web: {image: 'nginx:1.27'}, b: {image: 'b:${TAG}'}}", .file = "c"};
    world.host_has({});
    EXPECT_EQ(to_text(world.plan()),
              "main  https://portainer.example.test  2.43.0  as deploy (administrator, list complete)\n"
              "\n"
              "  to do 1   blocked 0   in sync 0\n"
              "\n"
              "UPDATE       shop/production                         shop.yaml:1\n"
              "               services.web.image  nginx:1.25  becomes  nginx:1.27    compose.yaml:4\n"
              "               env.DB_PASSWORD     set from secrets/db; 4 variables kept\n"
              "               pulls nginx:1.27 (not on the host); not known: whether the host has b:${TAG}\n"
              "               runs again: migrate\n"
              "               TAG has no value, as now\n"
              "\n"
              "values not shown here may have changed by the time a saved plan is applied\n"
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

TEST(PlanText, AServerOfWhichNothingIsKnownIsTheFirstLine) {
    PlanWorld world = world_of_each();
    world.input.servers["main"].problem = "the access token was refused";
    world.input.servers["first"] = world.input.servers["main"];
    world.input.servers["first"].facts = &world.facts;
    world.input.servers["first"].problem.clear();
    EXPECT_EQ(to_text(world.plan()),
              "NO PLAN      main                                    https://portainer.example.test\n"
              "               nothing is planned: the access token was refused\n"
              "\n"
              "first  https://portainer.example.test  2.43.0  as deploy (administrator, list complete)\n"
              "\n"
              "  to do 0   blocked 0   in sync 0\n"
              "\n"
              "exit 0: 1 server without a plan\n");
}

TEST(PlanMarkdown, LeavesOutAddressVersionAndIdentity) {
    const std::string text = to_markdown(world_of_each().plan());
    EXPECT_EQ(text, "### Mooring plan: 1 step to do\n"
                    "\n"
                    "| | stack | what |\n"
                    "|---|---|---|\n"
                    "| UPDATE | `shop/production` | `services.web.image` `nginx:1.25` becomes "
                    "`nginx:1.27`<br>`env.DB_PASSWORD` `set from secrets/db`<br>4 variables kept<br>`runs again: "
                    "migrate` |\n"
                    "\n"
                    "values not shown here may have changed by the time a saved plan is applied\n");
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

TEST(PlanText, ACreateSaysHowMissingIsProvenWhatItFindsAndWhoGetsIt) {
    PlanWorld world;
    world.facts.url = "https://portainer.example.test";
    world.missing().desired.source = DesiredContent{
        .text = "services: {web: {image: 'redis:7', volumes: ['data:/d']}}\nvolumes: {data: , logs: }", .file = "c"};
    world.desired.access = DesiredAccess{.kind = DesiredAccess::Kind::restricted, .teams = {{.name = "web"}}};
    world.desired.env =
        std::vector<DesiredEnv>{{.name = "A", .value = Secret("w")}, {.name = "B", .value = Secret("w")}};
    world.input.servers["main"].outside = {{{1, false, "shop_data"}, true}, {{1, false, "shop_logs"}, false}};
    world.beside("fine", Verdict::in_sync);
    world.beside("other", Verdict::drifted).seen.result.changes = {
        {.subject = Subject::state, .path = "state", .desired = "running", .actual = "stopped"}};
    world.others.back().desired.policy.mode = PolicyMode::manual;
    EXPECT_EQ(to_text(world.plan()),
              "main  https://portainer.example.test  2.43.0  as deploy (administrator, list complete)\n"
              "\n"
              "  to do 2   blocked 0   in sync 1\n"
              "\n"
              "CREATE       shop/production                         shop.yaml:1\n"
              "               missing is proven by the complete list; volume shop_data exists and will be used\n"
              "               sets A, B\n"
              "               services.web  {\"image\":\"redis:7\",\"networks\":{\"default\":{}},"
              "\"volumes\":{\"/d\":{\"source\":\"data\",\"type\":\"volume\"}}}    c:1\n"
              "               pulls redis:7 (not on the host)\n"
              "               then access: team web\n"
              "START        other/production                        shop.yaml:1\n"
              "               state  stopped  becomes  running\n"
              "\n"
              "values not shown here may have changed by the time a saved plan is applied\n"
              "exit 2: 2 steps to do\n");
    const std::string markdown = to_markdown(world.plan(), true);
    EXPECT_EQ(markdown.find("`nothing`"), std::string::npos) << "a create makes all from nothing: " << markdown;
    EXPECT_NE(markdown.find("`stopped` becomes `running`"), std::string::npos) << markdown;
}

// `{"environment":{...},"privileged":true,...}` of more than anybody reads.
std::string long_service(const std::string& rest) {
    std::string out = R"({"environment":{)";
    for (int i = 10; i < 40; ++i)
        out += (i == 10 ? "" : ",") + ("\"VARIABLE_" + std::to_string(i)) + R"(":"some ordinary words")";
    return out + R"(},"image":"nginx:1.27","labels":{"a":"b"})" + rest + "}";
}

TEST(PlanText, WhatIsLongIsCutByKeyAndNothingThatReachesOut) {
    const std::string host = R"(,"pid":"host","privileged":true,"volumes":{"/host":{"source":"/","type":"bind"}})";
    const std::string text = long_service(host);
    const std::string said = words_of_side("cut", text);
    for (const char* part : {R"(image: "nginx:1.27")", "privileged: true", R"(pid: "host")", R"("source":"/")",
                             "more: environment", "bytes, sha256 "})
        EXPECT_NE(said.find(part), std::string::npos) << part << " in " << said;
    EXPECT_EQ(said.find("VARIABLE_39"), std::string::npos) << said;
    EXPECT_NE(words_of_side("cut", long_service("")), words_of_side("cut", long_service(R"(,"x":"y")")));
    const std::string pod = R"({"kind":"Pod","spec":{"containers":[{"env":[{"name":"A","value":")" +
                            std::string(400, 'a') + R"("}],"image":"a","securityContext":{"privileged":true}}],)" +
                            R"("hostNetwork":true,"hostPID":true}})";
    const std::string of_pod = words_of_side("cut", pod);
    for (const char* part : {"spec.hostPID: true", "spec.hostNetwork: true",
                             R"(spec.containers[0].securityContext: {"privileged":true})", "spec.containers[0].env"})
        EXPECT_NE(of_pod.find(part), std::string::npos) << part << " in " << of_pod;
    EXPECT_NE(words_of_side("cut", std::string(500, 'a')), words_of_side("cut", std::string(499, 'a') + "b"));
    const std::string rules = "[" + std::string(900, 'a') + R"({"resources":["secrets"]}])";
    EXPECT_NE(words_of_side("cut", rules, "ClusterRole/web:rules").find("secrets"), std::string::npos);
    EXPECT_LT(words_of_side("cut", std::string(900, 'a'), "services.web.labels.x").size(), 400U);
    EXPECT_EQ(words_of_side("short", ""), "short");
    EXPECT_EQ(words_of_side(std::nullopt, ""), "nothing");
    const std::string broken = "{" + std::string(400, '*') + R"(,"privileged":true}!)"; // masking took a quote
    EXPECT_NE(words_of_side("cut", broken).find("privileged"), std::string::npos);
}

TEST(PlanText, WhatReadsFilesOfTheHostOrRunsIsNeverCut) {
    const std::string pad = R"(,"x-pad":")" + std::string(400, 'a') + '"';
    const std::pair<const char*, std::string> cases[] = {
        {"secrets.x", R"("file":"/etc/shadow")"},
        {"services.web", R"("env_file":"/etc/shadow")"},
        {"services.web", R"("label_file":"/etc/shadow")"},
        {"services.web", R"("extends":{"file":"/etc/shadow"})"},
        {"services.web", R"("healthcheck":{"test":"cat /etc/shadow"})"},
        {"Pod/web:spec", R"("shareProcessNamespace":"/etc/shadow")"},
        {"Service/web:spec", R"("loadBalancerSourceRanges":["/etc/shadow"])"},
        {"Pod/web:spec.containers[name=web]", R"("envFrom":[{"secretRef":"/etc/shadow"}])"},
    };
    for (const auto& [path, member] : cases) {
        const std::string text = R"({"a":"b")" + pad + R"(,"z":")" + std::string(400, 'z') + "\"," + member + "}";
        EXPECT_NE(words_of_side("cut", text, path).find("/etc/shadow"), std::string::npos) << member;
    }
}

TEST(PlanText, AValueOfBracketsIsCutAndNotLookedInto) {
    constexpr std::size_t many = 200'000;
    std::string objects;
    for (std::size_t i = 0; i < many; ++i) objects += R"({"a":)";
    for (const std::string& text : {std::string(many, '[') + std::string(many, ']'), std::string(many, '['),
                                    objects + "1" + std::string(many, '}')}) {
        const std::string said = words_of_side("cut", text, "env.A");
        EXPECT_LT(said.size(), 20'000U);
        EXPECT_NE(said.find(std::to_string(text.size()) + " bytes, sha256 "), std::string::npos);
    }
    const std::string deep = std::string(90, '[') + R"({"privileged":true,"x":")" + std::string(400, 'a') + R"("})" +
                             std::string(90, ']'); // as a file may be
    EXPECT_NE(words_of_side("cut", deep).find("privileged: true"), std::string::npos);
}

TEST(PlanText, SaysThatValuesAreHiddenOnlyWhereSomeAre) {
    PlanWorld world;
    world.differs(Subject::content, "services.web.image");
    EXPECT_FALSE(hides_values(world.plan()));
    EXPECT_EQ(to_text(world.plan()).find("not shown"), std::string::npos);
    world.seen.result.changes.front().desired = "nginx:***";
    EXPECT_TRUE(hides_values(world.plan()));
    PlanWorld created;
    created.missing().desired.env = std::vector<DesiredEnv>{{.name = "A", .value = Secret("w"), .is_public = true}};
    EXPECT_FALSE(hides_values(created.plan()));
    created.desired.env->front().is_public = false;
    EXPECT_TRUE(hides_values(created.plan()));
}

TEST(PlanText, WhatIsBlockedStandsLast) {
    PlanWorld world = world_of_each();
    world.owned = Ownership::none;
    PlanWorld::Other& other = world.beside("zeta", Verdict::drifted);
    other.desired.adopt = true;
    const std::string text = to_text(world.plan());
    EXPECT_LT(text.find("UPDATE       zeta"), text.find("BLOCKED      shop")) << text;
}

} // namespace
} // namespace mooring::reconcile::test
