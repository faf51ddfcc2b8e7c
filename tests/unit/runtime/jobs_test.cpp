// A job ends, a service does not (design §3.3).
#include "unit/runtime/runtime_fixture.hpp"

namespace mooring::runtime {
namespace {

const Texts stopped{"runtime:services.web.containers[shop-web-1].state", "runtime:services.web.running"};

class RuntimeJobs : public CompareRuntime {
  protected:
    RuntimeJobs() { web().restarts = false; }

    // Adds the service `migrate`, which is a job.
    compose::ServiceFacts& migrate() {
        if (file.services.size() == 1) {
            file.services.insert(file.services.begin(), service("migrate"));
            file.services[0].restarts = false;
            file.services[0].job = true;
        }
        return file.services[0];
    }
    compose::ServiceFacts& last() { return file.services.back(); }
    void ended(const std::string& name, int code) {
        containers().push_back(container(name, 1, "exited", "Exited (" + std::to_string(code) + ") 3 days ago"));
    }
};

// `docker stop` of nginx, redis, postgres and most Go servers ends with 0, of others with 143 or 137.
TEST_F(RuntimeJobs, WhatStoppedIsAChangeWithWhateverCode) {
    for (const int code : {0, 1, 137, 143}) {
        containers().clear();
        ended("web", code);
        const Comparison found = compare();
        EXPECT_EQ(paths_of(found.changes), stopped) << code;
        EXPECT_EQ(arrow_at(found.changes, "services.web.containers[shop-web-1].state"),
                  "running -> exited (" + std::to_string(code) + ")");
        EXPECT_EQ(arrow_at(found.changes, "services.web.running"), "1 -> 0");
        EXPECT_EQ(found.ended, Texts{"web"}) << "the remedy teaches `jobs`";
    }
}

TEST_F(RuntimeJobs, WhatIsStartedAgainAlwaysIsNoJobThatNobodyDeclared) {
    web().restarts = true;
    containers().clear();
    ended("web", 0);
    EXPECT_EQ(changes(), stopped);
    EXPECT_EQ(compare().ended, Texts{});
}

TEST_F(RuntimeJobs, ADeclaredJobMayEndRunOrBeRemoved) {
    migrate().job = false;
    ended("migrate", 0);
    EXPECT_EQ(compare().changes.size(), 2U);
    stack.jobs = {"migrate"};
    EXPECT_EQ(changes(), Texts{});
    containers()[1] = container("migrate", 1);
    EXPECT_EQ(changes(), Texts{});
    containers().pop_back(); // docker container prune
    EXPECT_EQ(changes(), Texts{});
}

// Compose takes no notice of `deploy.mode`: what its restart policy keeps running has been stopped by somebody.
TEST_F(RuntimeJobs, AModeOfTheSwarmMakesNoJobOfWhatIsKeptRunningOnAHost) {
    for (const auto& [fields, is_job] : {std::pair<std::string, bool>{"deploy: {mode: replicated-job}", true},
                                         {"restart: on-failure, deploy: {mode: replicated-job}", true},
                                         {"restart: always, deploy: {mode: replicated-job}", false},
                                         {"restart: unless-stopped, deploy: {mode: global-job}", false},
                                         {"deploy: {mode: replicated-job, restart_policy: {condition: any}}", false}}) {
        const auto loaded = compose::load("services: {web: {image: 'local/web:1.0', " + fields + "}}");
        file = compose::facts(loaded.value(), "shop");
        containers().clear();
        ended("web", 0);
        EXPECT_EQ(changes(), is_job ? Texts{} : stopped) << fields;
        record.type = stack.type = StackType::swarm;
        settle(file = compose::facts(loaded.value(), "shop"), stack, &record);
        EXPECT_TRUE(web().job) << fields;
        record.type = stack.type = StackType::standalone;
    }
}

TEST_F(RuntimeJobs, AJobIsRightOnlyAsLongAsItEndsWithZero) {
    struct Case {
        std::string state, status, actual;
    };
    migrate();
    for (const auto& [state, status, actual] : {Case{"exited", "Exited (1) 1 hour ago", "exited (1)"},
                                                {"exited", "Exited (143) 1 hour ago", "exited (143)"},
                                                {"exited", "no code at all", "exited"},
                                                {"restarting", "Restarting (1) 2 seconds ago", "restarting"},
                                                {"paused", "Up 2 hours (Paused)", "paused"},
                                                {"created", "Created", "created"},
                                                {"dead", "Dead", "dead"}}) {
        containers() = {container("web", 1), container("migrate", 1, state, status)};
        const Comparison found = compare();
        EXPECT_EQ(paths_of(found.changes), Texts{"runtime:services.migrate.containers[shop-migrate-1].state"});
        EXPECT_EQ(found.changes.at(0).actual, actual);
        EXPECT_EQ(found.ended, Texts{}) << "it is declared already";
    }
}

TEST_F(RuntimeJobs, MoreOfAJobThanDeclaredIsAChange) {
    migrate();
    containers().push_back(container("migrate", 1));
    containers().push_back(container("migrate", 2));
    EXPECT_EQ(arrow_at(compare().changes, "services.migrate.running"), "1 -> 2");
}

TEST_F(RuntimeJobs, AStackOfWhichNothingRunsIsNeverInSyncUnlessItIsOfJobsAlone) {
    migrate();
    containers().clear();
    ended("migrate", 0);
    jobs_seen = true;
    EXPECT_EQ(changes(), Texts{"runtime:services.web.running"});
    ended("web", 0);
    EXPECT_EQ(changes(), stopped);
    last().job = true;
    EXPECT_EQ(changes(), Texts{});
}

TEST_F(RuntimeJobs, OfJobsAloneOneIsThereOrWasSeenUnderThisFile) {
    migrate();
    last().job = true;
    containers().clear();
    EXPECT_EQ(changes(), (Texts{"runtime:services.migrate.running", "runtime:services.web.running"}));
    EXPECT_EQ(arrow_at(compare().changes, "services.migrate.running"), "1 -> 0");
    jobs_seen = true;
    EXPECT_EQ(changes(), Texts{});
    jobs_seen = false;
    ended("web", 0);
    EXPECT_EQ(changes(), Texts{});
}

TEST_F(RuntimeJobs, WhatIsNotToRunMakesAStackOfJobsNoOther) {
    migrate();
    containers().clear();
    ended("migrate", 0);
    last().replicas = 0;
    EXPECT_EQ(changes(), Texts{});
    last().replicas = 1;
    last().profiles = {"debug"};
    EXPECT_EQ(changes(), Texts{});
    containers().clear();
    EXPECT_EQ(changes(), Texts{"runtime:services.migrate.running"});
}

// Of manifests with their file the loader says it (exit 65).
TEST_F(RuntimeJobs, ADeclaredJobThatAGitFileCannotHaveIsAnError) {
    stack.jobs = {"web"};
    web().kept_running = "restart: always";
    EXPECT_EQ(compare().errors, Texts{});
    stack.source = DesiredGit{.url = "https://git.example.test/shop"};
    EXPECT_EQ(compare().errors, Texts{"jobs: `web` cannot end, because the file has `restart: always` for it"});
    web().kept_running.clear();
    EXPECT_EQ(compare().errors, Texts{});
    stack.jobs = {"migrat"};
    EXPECT_EQ(compare().errors, Texts{"jobs: the file has no service `migrat`"});
    file.more_files = true; // another file may have it
    EXPECT_EQ(compare().errors, Texts{});
}

TEST_F(RuntimeJobs, OfAStackThatPortainerStoppedNothingNeedRun) {
    containers().clear();
    ended("web", 143);
    record.status = 2;
    EXPECT_EQ(changes(), Texts{}); // the record's change `state` says it
    stack.state = DesiredState::running;
    EXPECT_EQ(changes(), Texts{});
    stack.state = DesiredState::any;
    EXPECT_EQ(changes(), Texts{});
    record.status = 1; // and it does not say that it is stopped
    EXPECT_EQ(changes(), stopped);
}

TEST_F(RuntimeJobs, TellWhichJobsAreThereForTheMemory) {
    EXPECT_EQ(jobs_there(record, file, runtime), Texts{});
    migrate();
    EXPECT_EQ(jobs_there(record, file, runtime), Texts{});
    ended("migrate", 0);
    EXPECT_EQ(jobs_there(record, file, runtime), Texts{"migrate"});
}

class JobsOfAUser : public RuntimeJobs {
  protected:
    JobsOfAUser() {
        as_role(2);
        filtered = true;
        migrate();
    }
};

TEST_F(JobsOfAUser, AJobThatTheListLacksIsAskedForAndMayBeGone) {
    EXPECT_EQ(names_to_ask(), Texts{"shop-migrate-1"});
    probe("shop-migrate-1", Outcome::object_absent);
    const Comparison found = compare();
    EXPECT_EQ(paths_of(found.changes), Texts{});
    EXPECT_EQ(found.unread, Texts{});
}

TEST_F(JobsOfAUser, AHiddenJobMayHaveFailed) {
    probe("shop-migrate-1", Outcome::denied);
    const Comparison found = compare();
    EXPECT_EQ(paths_of(found.changes), Texts{});
    EXPECT_EQ(found.unread, Texts{"runtime"});
}

TEST_F(JobsOfAUser, OfHiddenJobsAloneNothingIsCalledGone) {
    last().job = true;
    containers().clear();
    EXPECT_EQ(names_to_ask(), (Texts{"shop-migrate-1", "shop-web-1"}));
    probe("shop-migrate-1", Outcome::denied);
    probe("shop-web-1", Outcome::object_absent);
    EXPECT_EQ(changes(), Texts{"runtime:services.web.running"});
    EXPECT_EQ(compare().unread, Texts{"runtime"});
}

} // namespace
} // namespace mooring::runtime
