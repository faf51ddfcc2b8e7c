#include "compare/parts.hpp"
#include "unit/runtime/runtime_fixture.hpp"

namespace mooring::runtime {
namespace {

class CompareSwarm : public CompareFixture {
  protected:
    CompareSwarm() {
        stack.type = StackType::swarm;
        record.type = StackType::swarm;
        compose::ServiceFacts web;
        web.name = "web";
        web.image = "local/web:1.0";
        web.replicas = 2;
        file.services.push_back(web);
        runtime.services = answered(Call::docker_list, std::vector{service("web", 2)}, "/docker/services");
        runtime.tasks = answered(Call::docker_list, std::vector<SwarmTask>{}, "/docker/tasks");
    }

    static SwarmService service(const std::string& name, std::int64_t running) {
        SwarmService out;
        out.id = "id-" + name;
        out.name = "shop_" + name;
        out.namespace_ = "shop";
        out.image = "local/web:1.0";
        out.replicas = 2;
        out.running_tasks = running;
        out.desired_tasks = 2;
        return out;
    }
    void task(std::int64_t slot, std::string desired, std::string state, std::string error = {}) {
        runtime.tasks.value->push_back({.service_id = "id-web",
                                        .desired_state = std::move(desired),
                                        .state = std::move(state),
                                        .error = std::move(error),
                                        .slot = slot});
    }
    compose::ServiceFacts& web() { return file.services.at(0); }
    SwarmService& actual() { return runtime.services.value->at(0); }

    Comparison compare() {
        row.stack = &stack;
        settle(file, stack, &record);
        return compare_runtime(row, record, file, runtime, probes, filtered, jobs_seen);
    }
    Texts changes() { return paths_of(compare().changes); }

    compose::ProjectFacts file;
    RuntimeFacts runtime;
    std::vector<NameProbe> probes;
    bool filtered = false;
    bool jobs_seen = false;
};

TEST_F(CompareSwarm, ComparesRunningTasksWithDeclaredReplicas) {
    EXPECT_EQ(changes(), Texts{});
    actual().running_tasks = 1; // recorded: 13-swarm, services whose tasks stay in `assigned` run 0
    EXPECT_EQ(arrow_at(compare().changes, "services.web.running"), "2 -> 1");
}

TEST_F(CompareSwarm, SaysWhatATaskFailedOnWithoutEnvValues) {
    set_env({{"TAG", "s3cr3t"}});
    actual().running_tasks = 0;
    task(1, "shutdown", "failed", "old news");
    task(1, "running", "rejected", "No such image: web:s3cr3t");
    EXPECT_EQ(arrow_at(compare().changes, "services.web.running"), "2 -> 0 (No such image: web:***)");
}

TEST_F(CompareSwarm, CountsTasksWhereTheServicesDoNotSay) {
    actual().running_tasks = std::nullopt; // API before 1.41
    task(1, "running", "running");
    task(2, "running", "preparing");
    task(2, "shutdown", "running");
    EXPECT_EQ(arrow_at(compare().changes, "services.web.running"), "2 -> 1");
    runtime.tasks = refused<std::vector<SwarmTask>>(Call::docker_list, Cause::environment, "/docker/tasks");
    const Comparison found = compare();
    EXPECT_EQ(found.unread, (Texts{"runtime"}));
    EXPECT_EQ(paths_of(found.changes), Texts{});
}

TEST_F(CompareSwarm, AGlobalServiceRunsAsOftenAsTheSwarmWants) {
    web().global = true;
    actual().desired_tasks = 3;
    EXPECT_EQ(arrow_at(compare().changes, "services.web.running"), "3 -> 2");
    actual().desired_tasks = 0;
    actual().running_tasks = 0;
    runtime.services.value->push_back(service("db", 1));
    file.services.push_back(file.services[0]);
    file.services[1].name = "db";
    file.services[1].replicas = 1;
    file.services[1].global = false;
    EXPECT_EQ(changes(), Texts{}); // no node fits
    actual().desired_tasks = std::nullopt;
    EXPECT_EQ(arrow_at(compare().changes, "services.web.running"), "at least 1 -> 0");
}

TEST_F(CompareSwarm, AServiceThatTheSwarmLacksIsAChange) {
    runtime.services.value->clear();
    EXPECT_EQ(arrow_at(compare().changes, "services.web.running"), "2 -> 0");
}

TEST_F(CompareSwarm, AServiceThatTheFileDoesNotHaveIsAChange) {
    runtime.services.value->push_back(service("old", 1));
    EXPECT_EQ(arrow_at(compare().changes, "services.old"), "(absent) -> a service with 1 running task");
}

TEST_F(CompareSwarm, AStackOfWhichNothingRunsIsNotInSyncWhateverTheSwarmWants) {
    web().global = true;
    actual().desired_tasks = 0;
    actual().running_tasks = 0;
    EXPECT_EQ(arrow_at(compare().changes, "services.web.running"), "at least 1 -> 0");
}

TEST_F(CompareSwarm, MoreTasksThanDeclaredAreAChange) {
    actual().running_tasks = 3;
    EXPECT_EQ(arrow_at(compare().changes, "services.web.running"), "2 -> 3");
    web().replicas = 0;
    EXPECT_EQ(arrow_at(compare().changes, "services.web.running"), "0 -> 3");
    web().replicas = std::nullopt;
    EXPECT_EQ(changes(), Texts{});
}

// `docker service update --image`, Portainer's own page of services and its webhooks leave the label as it was.
TEST_F(CompareSwarm, ComparesTheImageThatTheServiceRunsAndNeverItsLabel) {
    actual().image = "local/web:1.1";
    actual().label_image = "local/web:1.0";
    EXPECT_EQ(arrow_at(compare().changes, "services.web.image"), "local/web:1.0 -> local/web:1.1");
    actual().image = "docker.io/local/web:1.0";
    actual().label_image = "local/web:0.9";
    EXPECT_EQ(changes(), Texts{});
    actual().image = "sha256:" + std::string(64, 'a'); // what somebody gave it by hand
    EXPECT_EQ(changes(), Texts{"runtime:services.web.image"});
}

TEST_F(CompareSwarm, TheLabelTellsHowAFileWithAReferenceWasRead) {
    web().image = std::nullopt; // local/web:${TAG}
    EXPECT_EQ(changes(), Texts{});
    actual().label_image = "local/web:1.0";
    EXPECT_EQ(changes(), Texts{});
    actual().image = "evil.example/backdoor:latest";
    EXPECT_EQ(arrow_at(compare().changes, "services.web.image"), "local/web:1.0 -> evil.example/backdoor:latest");
}

// A spec that is right says nothing of tasks that an update never reached.
TEST_F(CompareSwarm, TasksOfAnotherImageThanTheSpecsAreAChange) {
    const std::string a = "@sha256:" + std::string(64, 'a');
    const std::string b = "@sha256:" + std::string(64, 'b');
    struct Case {
        std::string spec, digest, desired, image, arrow;
    };
    for (const auto& [spec, digest, desired, image, arrow] :
         {Case{"local/web:1.0", "", "running", "local/web:0.9" + a, "local/web:1.0 -> local/web:0.9 (its tasks)"},
          {"local/web:1.0", "", "running", "local/web:0.9", "local/web:1.0 -> local/web:0.9 (its tasks)"},
          {"local/web:1.0", "", "running", "docker.io/local/web:1.0" + a, ""},
          {"local/web:1.0", "", "running", "", ""}, // an engine that does not say
          {"local/web:1.0", "", "shutdown", "local/web:0.9", ""},
          {"local/web:1.0", "", "ready", "local/web:0.9", ""},
          {"local/web:1.0", b, "running", "local/web:1.0" + b, ""},
          {"local/web:1.0", b, "running", "local/web:1.0" + a,
           "local/web:1.0 -> an older local/web:1.0 (sha256:aaaaaaaaaaaa…, its tasks)"},
          {"local/web:1.1", "", "running", "local/web:0.9", "local/web:1.0 -> local/web:1.1"}}) { // the spec's alone
        actual().image = spec;
        actual().digest = digest.empty() ? "" : digest.substr(1);
        runtime.tasks.value->clear();
        task(1, desired, "running");
        task(2, desired, "running");
        for (SwarmTask& one : *runtime.tasks.value) one.image = image;
        const Comparison found = compare();
        EXPECT_EQ(arrow_at(found.changes, "services.web.image"), arrow) << image;
        EXPECT_EQ(found.changes.size(), arrow.empty() ? 0U : 1U) << image;
    }
    set_env({{"OLD", "s3cr3t-tag"}});
    actual() = service("web", 2);
    for (SwarmTask& one : *runtime.tasks.value) one.image = "local/web:s3cr3t-tag";
    EXPECT_EQ(all_text(compare()).find("s3cr3t"), std::string::npos);
    ASSERT_EQ(compare().changes.size(), 1U);
    EXPECT_TRUE(compare().changes[0].secret);
}

TEST_F(CompareSwarm, AnUpdateThatStandsStillIsForPeopleAndOneUnderWayIsWaitedFor) {
    task(1, "running", "running");
    (*runtime.tasks.value)[0].image = "local/web:0.9";
    const std::string tasks = "runtime:services.web.image";
    const std::string update = "runtime:services.web.update";
    struct Case {
        std::string state;
        Texts changes, rolling;
    };
    for (const auto& [state, changed, rolling] : {Case{"", {tasks}, {}},
                                                  {"completed", {tasks}, {}},
                                                  {"paused", {tasks, update}, {}},
                                                  {"rollback_paused", {tasks, update}, {}},
                                                  {"rollback_completed", {tasks, update}, {}},
                                                  {"updating", {}, {"services.web is being updated"}},
                                                  {"rollback_started", {}, {"services.web is being rolled back"}}}) {
        actual().update_state = state;
        const Comparison found = compare();
        EXPECT_EQ(paths_of(found.changes), changed) << state;
        EXPECT_EQ(found.rolling, rolling) << state;
    }
    actual().update_state = "paused";
    EXPECT_EQ(arrow_at(compare().changes, "services.web.update"), "completed -> paused");
    for (const Change& change : compare().changes) {
        EXPECT_TRUE(change.subject == Subject::update || change.subject == Subject::tasks) << "deploying cures neither";
    }
    actual().update_state = "updating"; // what is missing is said all the same
    actual().running_tasks = 1;
    EXPECT_EQ(changes(), Texts{"runtime:services.web.running"});
    web().profiles = {"off"};
    actual() = service("web", 0);
    actual().update_state = "paused";
    EXPECT_EQ(changes(), Texts{}) << "it is not to run";
}

TEST_F(CompareSwarm, ReferencesAreReadInTheProcesssOwnWords) {
    web().image_written = "local/web:${TAG:-0.9}";
    set_env({{"TAG", "1.0"}});
    EXPECT_EQ(changes(), Texts{});
    set_env({{"TAG", "'1.0'"}}); // no env file is read
    EXPECT_EQ(arrow_at(compare().changes, "services.web.image"), "local/web:${TAG:-0.9} -> local/web:1.0");
    set_env({});
    EXPECT_EQ(changes(), Texts{"runtime:services.web.image"});
    web().image_written = "local/web:${TAG}";
    EXPECT_EQ(compare().unread, Texts{"runtime.image"});
    web() = {.name = "web", .image = "local/web:1.0", .replicas_written = "${N}"};
    EXPECT_EQ(compare().unread, Texts{"runtime.replicas"});
    set_env({{"N", "2"}});
    EXPECT_EQ(changes(), Texts{});
    EXPECT_EQ(compare().unread, Texts{});
    set_env({{"N", "3"}});
    EXPECT_EQ(arrow_at(compare().changes, "services.web.running"), "${N} -> 2");
    web().global = true; // as often as the swarm says
    EXPECT_EQ(compare().unread, Texts{});
    web() = {.name = "web", .image = "local/web:1.0", .replicas = 2, .mode_written = "${MODE}"};
    actual().mode = "global";
    EXPECT_EQ(compare().unread, Texts{"runtime.replicas"});
    EXPECT_EQ(changes(), Texts{});
    set_env({{"MODE", "replicated"}});
    EXPECT_EQ(compare().unread, Texts{});
    EXPECT_EQ(changes(), Texts{"runtime:services.web.mode"});
}

TEST_F(CompareSwarm, ADigestIsComparedWhereTheFileHasOne) {
    actual().digest = "sha256:11";
    EXPECT_EQ(changes(), Texts{});
    web().image = "local/web:1.0@sha256:11";
    EXPECT_EQ(changes(), Texts{});
    actual().digest = "sha256:22";
    EXPECT_EQ(arrow_at(compare().changes, "services.web.image"), "local/web:1.0@sha256:11 -> local/web:1.0@sha256:22");
}

TEST_F(CompareSwarm, TasksThatCompletedAreAChangeUnlessTheServiceIsAJob) {
    web().restarts_in_swarm = false;
    actual().running_tasks = 0;
    task(1, "shutdown", "complete");
    task(2, "shutdown", "complete");
    const Comparison found = compare();
    EXPECT_EQ(arrow_at(found.changes, "services.web.running"), "2 -> 0 (2 tasks ended with 0)");
    EXPECT_EQ(found.ended, Texts{"web"});
    web().job = true;
    EXPECT_EQ(changes(), Texts{});
}

TEST_F(CompareSwarm, AJobsTaskThatFailedAndWasNotReplacedIsAChange) {
    web().job = true;
    actual().running_tasks = 0;
    task(1, "shutdown", "complete");
    task(2, "shutdown", "failed", "task: non-zero exit (1)");
    EXPECT_EQ(arrow_at(compare().changes, "services.web.tasks"), "complete -> failed (task: non-zero exit (1))");
    task(2, "running", "preparing"); // it is tried again
    EXPECT_EQ(changes(), Texts{});
    runtime.tasks = refused<std::vector<SwarmTask>>(Call::docker_list, Cause::environment, "/docker/tasks");
    EXPECT_EQ(compare().unread, Texts{"runtime"}) << "the services do not say how tasks ended";
}

TEST_F(CompareSwarm, AJobMayHaveBeenRemovedWhereSomethingElseRunsOrItWasSeen) {
    web().job = true;
    runtime.services.value->clear();
    EXPECT_EQ(arrow_at(compare().changes, "services.web.running"), "2 -> 0");
    jobs_seen = true;
    EXPECT_EQ(changes(), Texts{});
}

TEST_F(CompareSwarm, ACompletedTaskOfAServiceThatRestartsIsNoExcuse) {
    web().restarts = false; // what `restart:` says counts for containers alone
    actual().running_tasks = 0;
    task(1, "shutdown", "complete");
    const Comparison found = compare();
    EXPECT_EQ(arrow_at(found.changes, "services.web.running"), "2 -> 0 (1 task ended with 0)");
    EXPECT_EQ(found.ended, Texts{});
}

TEST_F(CompareSwarm, TasksThatRunWhereStoppedIsDeclaredAreAChange) {
    stack.state = DesiredState::stopped;
    EXPECT_EQ(arrow_at(compare().changes, "services.web.running"), "0 -> 2");
    actual().running_tasks = 0;
    EXPECT_EQ(changes(), Texts{});
}

TEST_F(CompareSwarm, AUserAsksByNameForAServiceThatTheListLacks) {
    runtime.services.value->clear();
    as_role(2);
    filtered = true;
    row.stack = &stack;
    server.runtime[environment] = runtime;
    const std::vector<Question> questions = containers_to_ask(row, record, file, server);
    ASSERT_EQ(questions.size(), 1U);
    EXPECT_EQ(questions[0].docker_kind, DockerKind::service);
    EXPECT_EQ(questions[0].name, "shop_web");
    probes.push_back({.kind = DockerKind::service, .name = "shop_web", .service = "web", .reply = {}});
    probes[0].reply.outcome = Outcome::denied;
    EXPECT_EQ(changes(), Texts{});
    EXPECT_EQ(compare().unread, (Texts{"runtime"}));
    probes[0].reply.outcome = Outcome::object_absent;
    EXPECT_EQ(changes(), (Texts{"runtime:services.web.running"}));
}

TEST_F(CompareSwarm, ArrangedListsGiveTheSameAnswers) {
    runtime.services.value->insert(runtime.services.value->begin(), service("old", 1));
    task(1, "running", "failed", "x");
    const std::string before = all_text(compare());
    arrange(runtime);
    EXPECT_EQ(all_text(compare()), before);
}

TEST_F(CompareSwarm, TellsASpecThatAsksForLessFromASwarmThatLacksTasks) {
    actual().running_tasks = 1;
    EXPECT_EQ(compare().changes.at(0).subject, Subject::tasks);
    actual().replicas = 1; // `docker service scale`
    EXPECT_EQ(compare().changes.at(0).subject, Subject::scaled);
    runtime.services.value->clear();
    EXPECT_EQ(compare().changes.at(0).subject, Subject::gone);
}

// `docker service scale` counts at once, whatever the swarm has done of it so far: tasks that find no node, or are
// still to be stopped.
TEST_F(CompareSwarm, TheNumberOfTheServicesOwnSpecIsComparedWhateverRuns) {
    web().mode = "replicated";
    actual().mode = "replicated";
    EXPECT_EQ(changes(), Texts{});
    actual().replicas = 5;
    actual().desired_tasks = 5;
    EXPECT_EQ(changes(), Texts{"runtime:services.web.replicas"});
    EXPECT_EQ(arrow_at(compare().changes, "services.web.replicas"), "2 -> 5 (2 running)");
    EXPECT_EQ(compare().changes.at(0).subject, Subject::scaled);
    actual().replicas = 1;
    EXPECT_EQ(arrow_at(compare().changes, "services.web.replicas"), "2 -> 1 (2 running)");
    actual().replicas = 0;
    actual().running_tasks = 0;
    EXPECT_EQ(changes(), Texts{"runtime:services.web.replicas"});
    web().replicas = 0;
    EXPECT_EQ(changes(), Texts{});
    actual().replicas = 5;
    EXPECT_EQ(changes(), Texts{"runtime:services.web.replicas"}) << "nothing of it is to run";
    web().replicas = std::nullopt; // `${N}`
    actual().running_tasks = 2;
    EXPECT_EQ(changes(), Texts{});
}

// One scaling by hand is one change, with what runs in it; what it does not explain stays a change of its own.
TEST_F(CompareSwarm, OneScalingByHandIsOneChange) {
    struct Case {
        std::int64_t declared, spec, running;
        std::string replicas, runs;
        Subject subject = Subject::scaled;
    };
    for (const auto& [declared, spec, running, replicas, runs, subject] :
         {Case{2, 2, 2, "", ""},
          {2, 5, 5, "2 -> 5", ""},
          {2, 5, 3, "2 -> 5 (3 running)", ""},
          {2, 5, 1, "2 -> 5 (1 running)", "2 -> 1"}, // the swarm lacks tasks beside
          {2, 1, 1, "2 -> 1", ""},
          {2, 1, 4, "2 -> 1 (4 running)", ""}, // and stops them
          {2, 1, 0, "2 -> 1 (0 running)", "2 -> 0"},
          {2, 0, 0, "2 -> 0", ""},
          {0, 3, 0, "0 -> 3 (0 running)", ""},
          {0, 3, 3, "0 -> 3", "", Subject::unwanted}, // as before: no deployment is said to stop it
          {0, 0, 3, "", "0 -> 3"}}) {
        web().mode = actual().mode = "replicated";
        web().replicas = declared;
        actual().replicas = spec;
        actual().desired_tasks = spec;
        actual().running_tasks = running;
        const Comparison found = compare();
        EXPECT_EQ(arrow_at(found.changes, "services.web.replicas"), replicas) << declared << spec << running;
        EXPECT_EQ(arrow_at(found.changes, "services.web.running"), runs) << declared << spec << running;
        EXPECT_EQ(found.changes.size(), (replicas.empty() ? 0U : 1U) + (runs.empty() ? 0U : 1U));
        EXPECT_TRUE(replicas.empty() || found.changes.at(0).subject == subject) << declared << spec << running;
    }
    actual().replicas = 0; // files that were not read may ask for none: that nothing runs is told all the same
    actual().running_tasks = 0;
    web().replicas = 2;
    file.more_files = true;
    EXPECT_EQ(changes(), Texts{"runtime:services.web.running"});
}

// A scheduler of the swarm sets a job's number and leaves it. One that runs or has ended is right (design §3.3).
TEST_F(CompareSwarm, AJobThatASchedulerStartsIsNoChangeWhereTheFileStartsNone) {
    web().job = true;
    web().restarts_in_swarm = false;
    web().replicas = 0;
    web().mode = actual().mode = "replicated";
    for (const std::int64_t spec : {0, 1, 3}) {
        for (const std::int64_t running : {0, 1, 3}) {
            actual().replicas = spec;
            actual().running_tasks = running;
            EXPECT_EQ(changes(), Texts{}) << spec << running;
        }
    }
    actual().image = "evil:1"; // what was started is compared
    EXPECT_EQ(changes(), Texts{"runtime:services.web.image"});
    actual().image = "local/web:1.0";
    task(1, "shutdown", "failed", "task: non-zero exit (1)");
    EXPECT_EQ(arrow_at(compare().changes, "services.web.tasks"), "complete -> failed (task: non-zero exit (1))");
    runtime.tasks.value->clear();
    web().image = std::nullopt;
    web().image_written = "local/web:${TAG}";
    EXPECT_EQ(compare().unread, Texts{"runtime.image"});
    web().image = "local/web:1.0";
    web().image_written.clear();
    web().image_unknown = false;
    web().job = false;
    EXPECT_EQ(changes(), Texts{"runtime:services.web.replicas"}) << "no service is started that way";
    web().job = true;
    web().replicas = 1;
    EXPECT_EQ(changes(), Texts{"runtime:services.web.replicas"}) << "the file says how many";
    web().replicas = 0;
    web().profiles = {"off"};
    EXPECT_EQ(changes(), Texts{"runtime:services.web.running"});
    web().profiles.clear();
    stack.state = DesiredState::stopped;
    EXPECT_EQ(arrow_at(compare().changes, "services.web.running"), "0 -> 3");
}

// Before API 1.41 only the tasks say what runs, also of what bears the stack's label under another name.
TEST_F(CompareSwarm, StrangersAreCountedOnlyWhereTheirTasksWereRead) {
    SwarmService& other = actual();
    other.name = "web"; // not shop_web
    other.running_tasks = std::nullopt;
    runtime.tasks = {};
    for (const auto state : {std::optional(DesiredState::stopped), std::optional<DesiredState>()}) {
        stack.state = state;
        EXPECT_EQ(changes(), Texts{});
        EXPECT_EQ(compare().unread, Texts{"runtime"});
    }
    stack.state = DesiredState::stopped;
    actual().running_tasks = 1;
    EXPECT_EQ(arrow_at(compare().changes, "services.web.running"), "0 -> 1");
    EXPECT_EQ(compare().unread, Texts{});
}

TEST_F(CompareSwarm, TheKindOfTheServiceIsComparedAndNoDeploymentChangesIt) {
    struct Case {
        std::string declared, actual, arrow;
    };
    for (const auto& [declared, runs, arrow] : {Case{"replicated", "global", "replicated -> global"},
                                                {"replicated", "replicated-job", "replicated -> replicated-job"},
                                                {"global", "replicated", "global -> replicated"},
                                                {"global", "global", ""},
                                                {"replicated-job", "replicated-job", ""},
                                                {"replicated-job", "replicated", "replicated-job -> replicated"},
                                                {"global-job", "global-job", ""},
                                                {"global-job", "replicated-job", "global-job -> replicated-job"},
                                                {"", "global", ""},     // a reference that is not resolved
                                                {"replicated", "", ""}, // a snapshot of before
                                                {"", "", ""}}) {
        web().mode = declared;
        web().global = declared.starts_with("global");
        web().job = declared.ends_with("-job");
        actual() = service("web", 2);
        actual().mode = runs;
        actual().global = runs.starts_with("global");
        if (actual().global) actual().replicas = 0;
        const Comparison found = compare();
        EXPECT_EQ(arrow_at(found.changes, "services.web.mode"), arrow) << declared << runs;
        EXPECT_EQ(found.changes.size(), arrow.empty() ? 0U : 1U) << declared << runs;
        for (const Change& change : found.changes) EXPECT_EQ(change.subject, Subject::tasks);
    }
}

TEST_F(CompareSwarm, WhatIsNotToBeComparedOfASpec) {
    web().mode = "replicated";
    actual().mode = "global";
    record.status = static_cast<std::int64_t>(StackStatus::inactive);
    stack.state = DesiredState::any;
    EXPECT_EQ(changes(), Texts{}) << "it is stopped";
    record.status = static_cast<std::int64_t>(StackStatus::active);
    stack.state = std::nullopt;
    file.more_files = true;
    EXPECT_EQ(changes(), Texts{});
    EXPECT_EQ(compare().unread, Texts{"runtime.replicas"}) << "another file may say so";
    file.more_files = false;
    web().job = true; // `jobs: [web]`
    actual() = service("web", 0);
    actual().mode = "replicated";
    actual().replicas = 0;
    EXPECT_EQ(changes(), Texts{}) << "it had ended";
    actual().replicas = 3;
    EXPECT_EQ(changes(), Texts{"runtime:services.web.replicas"});
}

// `docker stack deploy` finds the services of its file by the name P_S; a label can be given to anything.
TEST_F(CompareSwarm, AServiceOfAnotherNameDoesNotStandForTheFiles) {
    SwarmService other = service("web", 2);
    other.id = "zzz";
    other.name = "web";
    runtime.services.value->push_back(other);
    actual().image = "evil:1";
    for (int twice = 0; twice < 2; ++twice) {
        EXPECT_EQ(changes(), (Texts{"runtime:services.web", "runtime:services.web.image"}));
        EXPECT_EQ(arrow_at(compare().changes, "services.web"), "(absent) -> a service with 2 running tasks");
        std::ranges::reverse(*runtime.services.value);
    }
    runtime.services.value->erase(runtime.services.value->begin());
    EXPECT_EQ(changes(), (Texts{"runtime:services.web", "runtime:services.web.running"}))
        << "deploying would create the file's own";
    stack.state = DesiredState::stopped;
    EXPECT_EQ(arrow_at(compare().changes, "services.web.running"), "0 -> 2");
}

TEST_F(CompareSwarm, TwoOfOneNameAreBothJudgedAndOneThatIsListedTwiceIsOne) {
    runtime.services.value->push_back(actual());
    EXPECT_EQ(changes(), Texts{});
    runtime.services.value->back().id = "another";
    EXPECT_EQ(changes(), Texts{"runtime:services.shop_web"});
    runtime.services.value->pop_back();
    actual().running_tasks = std::nullopt;
    task(1, "running", "running");
    task(2, "running", "running");
    EXPECT_EQ(changes(), Texts{});
    for (SwarmTask& one : *runtime.tasks.value) one.id = "t";
    EXPECT_EQ(arrow_at(compare().changes, "services.web.running"), "2 -> 1");
}

TEST_F(CompareSwarm, LocalhostIsARegistryLikeAnyOther) { // Podman has no swarm
    web().image = "localhost/local/web:1.0";
    EXPECT_EQ(arrow_at(compare().changes, "services.web.image"), "localhost/local/web:1.0 -> local/web:1.0");
    actual().image = "localhost/local/web:1.0";
    EXPECT_EQ(changes(), Texts{});
}
} // namespace
} // namespace mooring::runtime
