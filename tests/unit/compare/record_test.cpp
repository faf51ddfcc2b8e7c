#include "compare/compare.hpp"

#include "unit/compare/compare_fixture.hpp"

#include <limits>

namespace mooring::compare {
namespace {

class CompareRecord : public CompareFixture {};

TEST_F(CompareRecord, FindsNothingInARecordThatIsAsDeclared) {
    const Comparison found = compare();
    EXPECT_EQ(paths_of(found.changes), Texts{});
    EXPECT_EQ(found.unread, Texts{});
    EXPECT_EQ(found.errors, Texts{});
    EXPECT_EQ(found.notes, Texts{});
}

TEST_F(CompareRecord, ComparesTheType) {
    record.type = StackType::swarm;
    const Comparison found = compare();
    ASSERT_EQ(paths_of(found.changes), (Texts{"record:type"}));
    EXPECT_EQ(arrow(found.changes[0]), "standalone -> swarm");
    EXPECT_EQ(found.changes[0].where, (SourceLocation{"manifests/shop.yaml", 3, 0}));
}

TEST_F(CompareRecord, CallsATypeThatItDoesNotKnowAnError) {
    record.type = std::nullopt;
    EXPECT_EQ(compare().errors, (Texts{"type: the record's type is a number that Mooring does not know"}));
}

TEST_F(CompareRecord, ComparesRunningAndStopped) {
    stack.state = DesiredState::running;
    record.status = 2;
    const Comparison found = compare();
    EXPECT_EQ(arrow_at(found.changes, "state"), "running -> stopped");
    EXPECT_EQ(found.changes.at(0).where.line, 20U);

    stack.state = DesiredState::stopped;
    record.status = 1;
    EXPECT_EQ(arrow_at(compare().changes, "state"), "stopped -> running");
    record.status = 2;
    EXPECT_EQ(paths_of(compare().changes), Texts{});
}

TEST_F(CompareRecord, AStateThatIsLeftOutMeansRunning) {
    stack.state_line = 0;
    EXPECT_EQ(paths_of(compare().changes), Texts{});
    record.status = 2;
    const Comparison found = compare();
    EXPECT_EQ(paths_of(found.changes), (Texts{"record:state"}));
    EXPECT_EQ(arrow(found.changes[0]), "running -> stopped");
    EXPECT_EQ(found.changes[0].where.line, 3U); // the document's
}

TEST_F(CompareRecord, StateAnyComparesNothingOfIt) {
    stack.state = DesiredState::any;
    for (const std::int64_t status : {1, 2}) {
        record.status = status;
        EXPECT_EQ(paths_of(compare().changes), Texts{}) << status;
        EXPECT_EQ(compare().notes, Texts{}) << status;
    }
}

TEST_F(CompareRecord, KubernetesHasNoStop) {
    stack.type = StackType::kubernetes;
    record.type = StackType::kubernetes;
    record.status = 2;
    EXPECT_EQ(paths_of(compare().changes), Texts{});
}

TEST_F(CompareRecord, ATiedManifestsNameIsALabelUnlessTheTieNamesIt) {
    stack.tie = StackTie{.id = 12};
    record.name = "other";
    EXPECT_EQ(paths_of(compare().changes), Texts{});
    stack.tie->name_declared = true;
    stack.tie->name = "Shop!"; // as Portainer would keep it: shop
    EXPECT_EQ(arrow_at(compare().changes, "name"), "shop -> other");
    record.name = "shop";
    EXPECT_EQ(paths_of(compare().changes), Texts{});
}

TEST_F(CompareRecord, ATiedManifestsEnvironmentNamespaceAndTypeAreCompared) {
    stack.tie = StackTie{.id = 12};
    stack.type = StackType::kubernetes;
    stack.namespace_ = "shop";
    record.type = StackType::kubernetes;
    record.name = "";
    record.namespace_ = "blog";
    record.environment = 5;
    EXPECT_EQ(paths_of(compare().changes), (Texts{"record:environment", "record:namespace"}));
    EXPECT_EQ(arrow_at(compare().changes, "namespace"), "shop -> blog");
    stack.type = StackType::standalone;
    EXPECT_EQ(paths_of(compare().changes), (Texts{"record:environment", "record:type"}));
}

TEST_F(CompareRecord, CallsAnUnknownStatusNumberAnError) {
    stack.state = DesiredState::running;
    for (const std::int64_t status : {0, 5, 99, -1}) {
        record.status = status;
        const Comparison found = compare();
        EXPECT_EQ(paths_of(found.changes), Texts{});
        EXPECT_EQ(found.errors,
                  (Texts{"state: the record's Status is " + std::to_string(status) + ", which Mooring does not know"}));
    }
}

TEST_F(CompareRecord, ReportsAStackThatHasMovedByEnvironmentAndName) {
    server.memory.environments = {{4, {"production"}}, {5, {"staging"}}};
    record.environment = 5;
    record.name = "shop2";
    const Comparison found = compare();
    EXPECT_EQ(arrow_at(found.changes, "environment"), "production (id 4) -> staging (id 5)");
    EXPECT_EQ(arrow_at(found.changes, "name"), "shop -> shop2");
}

TEST_F(CompareRecord, NamesMeetInTheirNormalisedForm) {
    stack.name = "My Shop!";
    record.name = "MYSHOP"; // as versions before the normalisation stored it
    EXPECT_EQ(paths_of(compare().changes), Texts{});
}

class CompareDeployment : public CompareFixture {};

TEST_F(CompareDeployment, ADeploymentUnderWayIsNoChange) {
    record.status = 3;
    record.deployment = {{.status = 3, .time = 2'000'000 - 1200, .message = {}}};
    EXPECT_EQ(paths_of(compare().changes), Texts{});
}

TEST_F(CompareDeployment, IsStuckMoreThanTwentyMinutesBeforeTheServersDate) {
    record.status = 3;
    record.deployment = {{.status = 3, .time = 100, .message = {}},
                         {.status = 3, .time = 2'000'000 - 1201, .message = {}}};
    server.now = 5; // our clock says nothing about the server's
    const Comparison found = compare();
    ASSERT_EQ(paths_of(found.changes), (Texts{"runtime:deployment"}));
    EXPECT_EQ(arrow(found.changes[0]), "finished -> stuck: deploying since 1970-01-24T03:13:19Z");
}

TEST_F(CompareDeployment, CountsFromUpdateDateElseCreationDateWithoutATimeOfItsOwn) {
    record.created_at = 1000;
    EXPECT_FALSE(deployment_is_stuck(record, 2200));
    EXPECT_TRUE(deployment_is_stuck(record, 2201));
    record.updated_at = 5000;
    EXPECT_FALSE(deployment_is_stuck(record, 6200));
    EXPECT_TRUE(deployment_is_stuck(record, 6201));
    record.deployment = {{.status = 1, .time = 9000, .message = {}}};
    EXPECT_TRUE(deployment_is_stuck(record, 6201));
    EXPECT_FALSE(deployment_is_stuck(record, 0)); // a server whose clock was put back
}

TEST_F(CompareDeployment, ATimeThatIsNotGivenIsNoTimeAndNoNumberIsTooLarge) {
    record.updated_at = 5000;
    record.deployment = {{.status = 3, .time = 0, .message = {}}};
    EXPECT_FALSE(deployment_is_stuck(record, 6200));
    record.deployment[0].time = std::numeric_limits<UnixSeconds>::min();
    EXPECT_TRUE(deployment_is_stuck(record, 6200));
    record.deployment[0].time = std::numeric_limits<UnixSeconds>::max();
    EXPECT_FALSE(deployment_is_stuck(record, 6200));
}

TEST_F(CompareDeployment, AFailedOneIsAChangeWithTheServersMessage) {
    record.status = 4;
    record.deployment = {{.status = 3, .time = 1, .message = {}},
                         {.status = 4, .time = 2, .message = "failed to deploy a stack: no such\nimage \x1b[31mred"}};
    const Comparison found = compare();
    ASSERT_EQ(paths_of(found.changes), (Texts{"runtime:deployment"}));
    EXPECT_EQ(arrow(found.changes[0]), "finished -> failed: failed to deploy a stack: no such image \\x1b[31mred");
    record.deployment.clear();
    EXPECT_EQ(arrow_at(compare().changes, "deployment"), "finished -> failed");
}

TEST_F(CompareDeployment, MasksValuesUnderSecretLookingNamesOfTheFile) {
    stack.source = DesiredContent{
        .text = "services:\n  db:\n    image: a\n    environment: {DB_PASSWORD: hunter22, ADMIN_TOKEN: plain-token}\n",
        .file = "c.yaml"};
    record.status = 4;
    record.deployment = {{.status = 4, .time = 2, .message = "exec: \"--login=hunter22\": plain-token is not known"}};
    EXPECT_EQ(arrow_at(compare().changes, "deployment"), "finished -> failed: exec: \"--login=***\": *** is not known");
    // Another file than the desired one failed: only the name tells.
    record.deployment[0].message =
        "invalid interpolation format for services.db.environment.OTHER_PASSWORD: \"pa$$w{rd\". Use $ twice";
    EXPECT_EQ(
        arrow_at(compare().changes, "deployment"),
        "finished -> failed: invalid interpolation format for services.db.environment.OTHER_PASSWORD: \"***\". Use "
        "$ twice");
    record.deployment[0].message = "Get \"https://r.example.test/v2/\": unauthorized: authentication required";
    EXPECT_EQ(arrow_at(compare().changes, "deployment"),
              "finished -> failed: Get \"https://r.example.test/v2/\": unauthorized: authentication required");
}

TEST_F(CompareDeployment, MasksEnvValuesInTheServersMessage) {
    record.status = 4;
    stack.env = std::vector{env_of("A", "desired-value")};
    set_env({{"A", "hunter2"}});
    record.deployment = {{.status = 4, .time = 2, .message = "bad: hunter2 and desired-value"}};
    EXPECT_EQ(arrow_at(compare().changes, "deployment"), "finished -> failed: bad: *** and ***");
}

} // namespace
} // namespace mooring::compare
