#include "unit/runtime/runtime_fixture.hpp"

namespace mooring::runtime {
namespace {

TEST_F(CompareRuntime, FindsNothingWhereAllRunsAsTheFileSays) {
    const Comparison found = compare();
    EXPECT_EQ(paths_of(found.changes), Texts{});
    EXPECT_EQ(found.unread, Texts{});
    EXPECT_EQ(found.notes, Texts{});
}

// Recorded: 2.23.0, 10-update 16 to 23. The record reads as declared, and nothing of it runs.
TEST_F(CompareRuntime, AServiceWithoutContainersIsAChange) {
    containers().clear();
    const Comparison found = compare();
    EXPECT_EQ(arrow_at(found.changes, "services.web.running"), "1 -> 0");
    EXPECT_EQ(found.changes.at(0).plane, Plane::runtime);
    EXPECT_EQ(found.changes.at(0).where.file, "manifests/shop.yaml");
}

// Recorded: 2.43.0, 10-update 33.
TEST_F(CompareRuntime, AContainerThatWasOnlyCreatedIsAChange) {
    containers() = {container("web", 1, "created", "Created")};
    const Comparison found = compare();
    EXPECT_EQ(arrow_at(found.changes, "services.web.running"), "1 -> 0");
    EXPECT_EQ(arrow_at(found.changes, "services.web.containers[shop-web-1].state"), "running -> created");
}

TEST_F(CompareRuntime, EveryStateButRunningIsAChange) {
    for (const std::string state : {"created", "paused", "dead", "restarting", "removing"}) {
        containers() = {container("web", 1, state, "x")};
        EXPECT_EQ(arrow_at(compare().changes, "services.web.containers[shop-web-1].state"), "running -> " + state);
    }
    containers() = {container("web", 1, "running", "Up 5 minutes (unhealthy)")};
    EXPECT_EQ(changes(), (Texts{"runtime:services.web.containers[shop-web-1].state"}));
    EXPECT_EQ(arrow_at(compare().changes, "services.web.containers[shop-web-1].state"), "running -> unhealthy");
    containers() = {container("web", 1, "running", "Up 1 second (health: starting)")};
    EXPECT_EQ(changes(), Texts{});
    containers() = {container("web", 1, "exited", "Exited (137) 2 hours ago")};
    EXPECT_EQ(arrow_at(compare().changes, "services.web.containers[shop-web-1].state"), "running -> exited (137)");
    containers() = {container("web", 1, "exited", "Exited (0) 1 second ago")};
    EXPECT_EQ(arrow_at(compare().changes, "services.web.containers[shop-web-1].state"), "running -> exited (0)");
    containers() = {container("web", 1, "exited", "gone, in other words")};
    EXPECT_EQ(arrow_at(compare().changes, "services.web.containers[shop-web-1].state"), "running -> exited");
}

TEST_F(CompareRuntime, FewerThanDeclaredIsAChange) {
    web().replicas = 3;
    containers() = {container("web", 1), container("web", 3)};
    EXPECT_EQ(arrow_at(compare().changes, "services.web.running"), "3 -> 2");
}

TEST_F(CompareRuntime, ANumberThatIsAReferenceMeansAtLeastOne) {
    web().replicas = std::nullopt;
    EXPECT_EQ(changes(), Texts{});
    containers().clear();
    EXPECT_EQ(arrow_at(compare().changes, "services.web.running"), "at least 1 -> 0");
}

TEST_F(CompareRuntime, AnotherImageThanTheFilesLiteralOneIsAChange) {
    containers()[0].image = "local/web:1.1";
    EXPECT_EQ(arrow_at(compare().changes, "services.web.image"), "local/web:1.0 -> local/web:1.1");
    web().image = std::nullopt; // built, or with a reference
    EXPECT_EQ(changes(), Texts{});
}

TEST_F(CompareRuntime, AnImageThatHoldsAnEnvValueIsNotShown) {
    set_env({{"TAG", "s3cr3t-tag"}});
    containers()[0].image = "local/web:s3cr3t-tag";
    const Comparison found = compare();
    ASSERT_EQ(paths_of(found.changes), (Texts{"runtime:services.web.image"}));
    EXPECT_TRUE(found.changes[0].secret);
    EXPECT_EQ(all_text(found).find("s3cr3t"), std::string::npos);
}

TEST_F(CompareRuntime, AContainerOfAServiceThatTheFileDoesNotHaveIsAChange) {
    containers().push_back(container("old", 1));
    containers().push_back(container("web.front", 1, "exited", "Exited (0) 1 hour ago"));
    const Comparison found = compare();
    EXPECT_EQ(arrow_at(found.changes, "services.old"), "(absent) -> 1 container: running");
    EXPECT_EQ(arrow_at(found.changes, "services[\"web.front\"]"), "(absent) -> 1 container: exited (0)");
}

TEST_F(CompareRuntime, OneOffContainersAndOtherProjectsSayNothing) {
    Container oneoff = container("web", 9, "exited", "Exited (1) 1 hour ago");
    oneoff.oneoff = true;
    Container other = container("web", 1, "dead");
    other.project = "shop2";
    containers().push_back(oneoff);
    containers().push_back(other);
    EXPECT_EQ(changes(), Texts{});
}

TEST_F(CompareRuntime, ProjectsAreSpeltInLowerCase) {
    record.name = "SHOP"; // a record of an old version; compose's label is in lower case
    EXPECT_EQ(changes(), Texts{});
}

TEST_F(CompareRuntime, AContainerThatAFileNotReadMayHaveIsUnreadAndNoChange) {
    containers().push_back(container("worker", 1));
    EXPECT_EQ(changes(), Texts{"runtime:services.worker"});
    file.more_files = true;
    EXPECT_EQ(changes(), Texts{});
    const Comparison found = compare();
    EXPECT_EQ(found.unread, Texts{"runtime.services"});
    EXPECT_TRUE(found.errors.at(0).starts_with("services.worker.running: 1 container")) << found.errors.at(0);
}

// What runs as the entry file says is as declared; what runs otherwise may be what an additional file says.
TEST_F(CompareRuntime, WhatRunsOtherwiseThanTheEntryFileOfManyIsUnread) {
    file.more_files = true;
    for (compose::ServiceFacts& service : file.services) {
        service.image_by_default = service.image.has_value();
        service.replicas_by_default = service.replicas.has_value();
    }
    EXPECT_EQ(changes(), Texts{});
    EXPECT_EQ(compare().unread, Texts{});
    EXPECT_EQ(compare().notes, Texts{}); // no default was taken
    const auto as_declared = containers();
    containers().at(0).image = "evil:1";
    EXPECT_EQ(changes(), Texts{});
    EXPECT_EQ(compare().unread, Texts{"runtime.image"});
    containers() = as_declared;
    containers().push_back(container("web", 9));
    EXPECT_EQ(changes(), Texts{});
    EXPECT_EQ(compare().unread, Texts{"runtime.replicas"});
    containers().clear(); // nothing at all runs, and that is no file's word
    EXPECT_NE(changes(), Texts{});
}

// Every image and count of such a stack counts as a default (allow_for_more_files), whatever its references gave.
TEST_F(CompareRuntime, NoVariableOfAStackWithAdditionalFilesIsCalledMissingOrShown) {
    record.additional_files = {"more.yml"};
    file.more_files = true;
    web().image_written = "local/web:${TAG}";
    web().replicas_written = "${COUNT}";
    web().replicas = 7;
    set_env({{"TAG", "1.0"}, {"COUNT", "7"}});
    row.stack = &stack;
    settle(file, stack, &record);
    web().image_by_default = web().replicas_by_default = true;
    const auto found = [&] { return compare_runtime(row, record, file, runtime, probes); };
    EXPECT_EQ(found().unread, Texts{"runtime.replicas"});
    EXPECT_EQ(found().notes, Texts{});
    ASSERT_EQ(found().errors.size(), 1U);
    EXPECT_TRUE(found().errors[0].starts_with("services.web.replicas: the entry file says ${COUNT}, and 1 run; "))
        << found().errors[0];
    for (std::int64_t i = 2; i <= 7; ++i) containers().push_back(container("web", i));
    EXPECT_EQ(found().unread, Texts{});
    EXPECT_EQ(found().notes, Texts{}) << "the stack has both variables";
}

TEST_F(CompareRuntime, WhatRunsWhereStoppedIsDeclaredIsAChange) {
    stack.state = DesiredState::stopped;
    record.status = 2;
    containers() = {container("web", 1, "exited", "Exited (0) 1 hour ago")};
    EXPECT_EQ(changes(), Texts{});
    containers().push_back(container("web", 2));
    containers().push_back(container("old", 1, "restarting", "Restarting (1) 2 seconds ago"));
    const Comparison found = compare();
    EXPECT_EQ(arrow_at(found.changes, "services.web.running"), "0 -> 1");
    EXPECT_EQ(arrow_at(found.changes, "services.old.running"), "0 -> 1");
}

TEST_F(CompareRuntime, AStoppedRecordDeclaredRunningIsOneChangeAndNotOneAService) {
    containers().clear();
    record.status = 2;
    EXPECT_EQ(changes(), Texts{}); // the record's change `state` says it
    stack.state = DesiredState::running;
    EXPECT_EQ(changes(), Texts{});
}

TEST_F(CompareRuntime, AListThatWasNotReadLeavesTheRuntimeUnread) {
    runtime.containers = refused<std::vector<Container>>(Call::docker_list, Cause::environment, "/docker");
    const Comparison found = compare();
    EXPECT_EQ(found.unread, (Texts{"runtime"}));
    EXPECT_EQ(found.refusal->cause, Cause::environment);
    EXPECT_EQ(paths_of(found.changes), Texts{});
}

TEST_F(RuntimeOfAUser, AsksByNameForContainersThatTheListLacks) {
    web().replicas = 3;
    containers() = {container("web", 2)};
    EXPECT_EQ(names_to_ask(), (Texts{"shop-web-1", "shop-web-3"}));
    const Question first = questions().at(0);
    EXPECT_EQ(first.kind, Question::Kind::container);
    EXPECT_EQ(first.environment, environment);
    EXPECT_EQ(first.service, "web");
    web().container_name = "the-web";
    web().replicas = 1;
    containers().clear();
    EXPECT_EQ(names_to_ask(), (Texts{"the-web"}));
}

TEST_F(RuntimeOfAUser, AsksNothingWithoutNeed) {
    EXPECT_EQ(names_to_ask().size(), 1U);
    web().container_name_symbolic = true;
    EXPECT_EQ(names_to_ask(), Texts{});
    web().container_name_symbolic = false;
    stack.runtime = false;
    EXPECT_EQ(names_to_ask(), Texts{});
    stack.runtime = true;
    as_role(1);
    EXPECT_EQ(names_to_ask(), Texts{});
    web().replicas = 1'000'000'000;
    as_role(2);
    EXPECT_EQ(names_to_ask().size(), 20U);
}

TEST_F(RuntimeOfAUser, ANameThatAnswers404IsAChange) {
    probe("shop-web-1", Outcome::object_absent);
    const Comparison found = compare();
    EXPECT_EQ(arrow_at(found.changes, "services.web.running"), "1 -> 0");
    EXPECT_EQ(found.unread, Texts{});
}

TEST_F(RuntimeOfAUser, ANameThatAnswers403MakesTheRuntimeUnreadAndIsNoChange) {
    probe("shop-web-1", Outcome::denied);
    const Comparison found = compare();
    EXPECT_EQ(paths_of(found.changes), Texts{});
    EXPECT_EQ(found.unread, (Texts{"runtime"}));
    EXPECT_EQ(found.refusal->cause, Cause::resource_control);
    EXPECT_EQ(found.errors, Texts{});
}

TEST_F(RuntimeOfAUser, HiddenOnesMakeUpForThoseThatAreGone) {
    web().replicas = 3;
    probe("shop-web-1", Outcome::denied);
    probe("shop-web-2", Outcome::object_absent);
    probe("shop-web-3", Outcome::object_absent);
    const Comparison found = compare();
    EXPECT_EQ(arrow_at(found.changes, "services.web.running"), "3 -> 0"); // even if the hidden one runs, two do not
    EXPECT_EQ(found.unread, (Texts{"runtime"}));
}

TEST_F(RuntimeOfAUser, AProbeThatFailedLeavesTheRuntimeUnread) {
    probe("shop-web-1", Outcome::unavailable);
    const Comparison found = compare();
    EXPECT_EQ(paths_of(found.changes), Texts{});
    EXPECT_EQ(found.unread, (Texts{"runtime"}));
    EXPECT_TRUE(found.refusal->unavailable());
}

TEST_F(RuntimeOfAUser, WithoutAProbeNothingIsCalledRunningOrGone) {
    const Comparison found = compare();
    EXPECT_EQ(paths_of(found.changes), Texts{});
    EXPECT_EQ(found.unread, (Texts{"runtime"}));
    EXPECT_EQ(found.errors.size(), 1U);
}

TEST_F(RuntimeOfAUser, ANameThatExistsOutsideTheListIsNeitherRunningNorGone) {
    probe("shop-web-1", Outcome::ok);
    const Comparison found = compare();
    EXPECT_EQ(paths_of(found.changes), Texts{});
    EXPECT_EQ(found.unread, (Texts{"runtime"}));
    EXPECT_EQ(found.errors.size(), 1U);
}

TEST_F(RuntimeOfAUser, ANameThatCannotBePredictedLeavesTheRuntimeUnread) {
    web().container_name_symbolic = true;
    const Comparison found = compare();
    EXPECT_EQ(paths_of(found.changes), Texts{});
    EXPECT_EQ(found.unread, (Texts{"runtime"}));
}

TEST_F(RuntimeOfAUser, AVisibleContainerInABadStateNeedsNoProbe) {
    containers() = {container("web", 1, "exited", "Exited (137) 1 hour ago")};
    EXPECT_EQ(names_to_ask(), Texts{});
    EXPECT_EQ(changes(), (Texts{"runtime:services.web.containers[shop-web-1].state", "runtime:services.web.running"}));
    EXPECT_EQ(compare().unread, Texts{});
}

TEST_F(RuntimeOfAUser, NamesThatWereNotAskedCountAsHiddenBesideHiddenOnes) {
    web().replicas = 25;
    for (int i = 1; i <= 20; ++i) probe("shop-web-" + std::to_string(i), Outcome::denied);
    EXPECT_EQ(changes(), Texts{});
    EXPECT_EQ(compare().unread, (Texts{"runtime"}));
}

TEST_F(CompareRuntime, ArrangedListsGiveTheSameAnswers) {
    containers() = {container("old", 1), container("web", 2, "created"), container("db", 1)};
    Container other = container("web", 1);
    other.project = "another";
    other.name = "shop-web-1"; // a name that another project has taken
    containers().insert(containers().begin(), other);
    web().replicas = 2;
    as_role(2);
    const std::string before = all_text(compare());
    const Texts asked = names_to_ask();
    arrange(runtime);
    EXPECT_EQ(all_text(compare()), before);
    EXPECT_EQ(names_to_ask(), asked);
}

// What a plan may do about each of them differs (design of reconciling: what the file's own policy would keep up, what
// ended by itself, what only a person can judge).
TEST_F(CompareRuntime, EachDifferenceSaysWhatItIsAbout) {
    const auto subjects = [this](std::vector<Container> there) {
        containers() = std::move(there);
        std::vector<Subject> out;
        for (const Change& change : compare().changes) {
            EXPECT_EQ(change.key, "web");
            out.push_back(change.subject);
        }
        return out;
    };
    using Subjects = std::vector<Subject>;
    EXPECT_EQ(subjects({}), Subjects{Subject::gone});
    EXPECT_EQ(subjects({container("web", 1, "exited", "Exited (0)")}),
              (Subjects{Subject::ended_kept, Subject::short_of}));
    for (const std::string state : {"created", "dead"}) {
        EXPECT_EQ(subjects({container("web", 1, state)}), (Subjects{Subject::not_started, Subject::short_of}));
    }
    for (const std::string state : {"paused", "restarting", "removing"}) {
        EXPECT_EQ(subjects({container("web", 1, state)}), (Subjects{Subject::troubled, Subject::short_of}));
    }
    EXPECT_EQ(subjects({container("web", 1, "running", "Up (unhealthy)")}), Subjects{Subject::troubled});
    EXPECT_EQ(subjects({container("web", 1), container("web", 2)}), Subjects{Subject::too_many});
    web().restarts = false;
    EXPECT_EQ(subjects({container("web", 1, "exited", "Exited (1)")}), (Subjects{Subject::ended, Subject::short_of}));
    web().replicas = 0;
    EXPECT_EQ(subjects({container("web", 1)}), Subjects{Subject::unwanted});
    file.services[0].name = "db";
    EXPECT_EQ(subjects({container("web", 1)}), Subjects{Subject::foreign});
}
} // namespace
} // namespace mooring::runtime
