// More than declared is drift, as fewer is; profiles; containers kept in a loop (design §3.3).
#include "unit/runtime/runtime_fixture.hpp"

namespace mooring::runtime {
namespace {

using RuntimeCounts = CompareRuntime;

TEST_F(RuntimeCounts, MoreThanDeclaredIsAChange) {
    web().replicas = 3;
    containers() = {container("web", 1), container("web", 2), container("web", 3), container("web", 4)};
    EXPECT_EQ(arrow_at(compare().changes, "services.web.running"), "3 -> 4");
    containers()[3] = container("web", 4, "exited", "Exited (0) 1 minute ago");
    EXPECT_EQ(changes(), Texts{"runtime:services.web.containers[shop-web-4].state"});
    web().replicas = std::nullopt; // `${N}`: at least one
    containers()[3] = container("web", 4);
    EXPECT_EQ(changes(), Texts{});
}

TEST_F(RuntimeCounts, AContainerThatIsListedTwiceCountsOnce) {
    web().replicas = 2;
    containers() = {container("web", 1), container("web", 1)};
    EXPECT_EQ(changes(), Texts{}) << "two that have no id";
    for (Container& one : containers()) one.id = "c1";
    EXPECT_EQ(arrow_at(compare().changes, "services.web.running"), "2 -> 1");
    web().replicas = 1;
    EXPECT_EQ(changes(), Texts{});
    containers()[1].name = "another";
    EXPECT_EQ(changes(), Texts{}) << "by its id alone";
    containers()[1].id = "c2";
    EXPECT_EQ(arrow_at(compare().changes, "services.web.running"), "1 -> 2");
}

TEST_F(RuntimeCounts, ACountThatCannotBeIsUnread) {
    const auto file_of = [&](const std::string& deploy) {
        const auto loaded = compose::load("services: {web: {image: 'local/web:1.0', deploy: " + deploy + "}}");
        file = compose::facts(loaded.value(), "shop");
    };
    for (const std::string count : {"-1", "-5", "'-1'"}) {
        file_of("{replicas: " + count + "}");
        EXPECT_EQ(changes(), Texts{}) << count;
        EXPECT_EQ(compare().unread, Texts{"runtime.replicas"}) << count;
        EXPECT_TRUE(compare().errors.at(0).ends_with("` is not a number of containers")) << compare().errors.at(0);
    }
    file_of("{replicas: 0}");
    EXPECT_EQ(arrow_at(compare().changes, "services.web.running"), "0 -> 1");
}

TEST_F(RuntimeCounts, WhatIsNotToRunAndIsUpIsAChange) {
    for (const std::string why : {"replicas: 0", "profile"}) {
        web().replicas = why == "profile" ? 1 : 0;
        if (why == "profile") web().profiles = {"debug"};
        containers() = {container("web", 1)};
        EXPECT_EQ(arrow_at(compare().changes, "services.web.running"), "0 -> 1") << why;
        for (const std::string state : {"paused", "restarting"}) {
            containers() = {container("web", 1, state, "x")};
            EXPECT_EQ(changes(), Texts{"runtime:services.web.running"}) << why << state;
        }
        for (const auto& [state, status] :
             {std::pair{"exited", "Exited (1) 1 minute ago"}, {"created", "Created"}, {"dead", "Dead"}}) {
            containers() = {container("web", 1, state, status)};
            EXPECT_EQ(changes(), Texts{}) << why << state;
        }
        containers().clear();
        EXPECT_EQ(changes(), Texts{}) << why;
    }
}

TEST_F(RuntimeCounts, ProfilesOfTheStacksVariablesAreActive) {
    web().profiles = {"debug", "tools"};
    for (const auto& [value, active] : {std::pair{"debug", true},
                                        {"a,debug", true},
                                        {" tools , b", true},
                                        {"*", true},
                                        {"a, *", true},
                                        {"\"debug\"", true},
                                        {"'a, debug'", true},
                                        {" debug # while we look for it", true},
                                        {"debug,", true},
                                        {"'$debug'", false},
                                        {"debug#1", false},
                                        {"# debug", false},
                                        {"Debug", false},
                                        {"debug tools", false},
                                        {"", false},
                                        {"debu", false}}) {
        set_env({{"COMPOSE_PROFILES", value}});
        containers().clear();
        EXPECT_EQ(arrow_at(compare().changes, "services.web.running"), active ? "1 -> 0" : "") << value;
        containers() = {container("web", 1)};
        EXPECT_EQ(arrow_at(compare().changes, "services.web.running"), active ? "" : "0 -> 1") << value;
        EXPECT_EQ(compare().notes, Texts{});
    }
    set_env({{"COMPOSE_PROFILES", "debug"}, {"COMPOSE_PROFILES", "other"}}); // the last counts
    EXPECT_EQ(arrow_at(compare().changes, "services.web.running"), "0 -> 1");
}

TEST_F(RuntimeCounts, AProfileThatIsAReferenceSaysNeitherThatItRunsNorThatItDoesNot) {
    web().profiles = {"${PROFILE}"};
    EXPECT_EQ(changes(), Texts{});
    containers().clear();
    EXPECT_EQ(changes(), Texts{});
    containers() = {container("web", 1, "exited", "Exited (1) 1 minute ago")};
    EXPECT_EQ(changes(), Texts{"runtime:services.web.containers[shop-web-1].state"}) << "it was started";
}

TEST_F(RuntimeCounts, VariablesThatNameAReferenceSayNothingOfProfiles) {
    web().profiles = {"debug"};
    for (const std::string value : {"${STAGE}", "\"$STAGE\"", "a,${STAGE:-debug}"}) {
        set_env({{"COMPOSE_PROFILES", value}});
        containers() = {container("web", 1)};
        EXPECT_EQ(changes(), Texts{}) << value;
        containers().clear();
        EXPECT_EQ(changes(), Texts{}) << value;
    }
}

TEST_F(RuntimeOfAUser, WhatIsNotToRunMayRunHidden) {
    web().replicas = 0;
    EXPECT_EQ(names_to_ask(), Texts{"shop-web-1"});
    probe("shop-web-1", Outcome::object_absent);
    EXPECT_EQ(changes(), Texts{});
    EXPECT_EQ(compare().unread, Texts{});
    probes.clear();
    probe("shop-web-1", Outcome::denied);
    EXPECT_EQ(changes(), Texts{});
    EXPECT_EQ(compare().unread, Texts{"runtime"});
}

constexpr UnixSeconds now = 2'000'000;

class RuntimeLoops : public CompareRuntime {
  protected:
    RuntimeLoops() {
        runtime.server_date = now;
        up("Up 2 seconds");
    }
    void up(std::string status, UnixSeconds created = now - 3600) {
        containers() = {container("web", 1, "running", std::move(status))};
        containers()[0].created_at = created;
    }
    void detail(std::int64_t restarts, UnixSeconds started) {
        auto answer = answered(Call::docker_object, ContainerDetail{restarts, started}, "/docker/containers/x/json");
        answer.reply.server_date = now;
        runtime.details["shop-web-1"] = std::move(answer);
    }
    Texts to_inspect(std::set<std::string> projects = {"shop"}) { return containers_to_inspect(runtime, &projects); }
};

TEST_F(RuntimeLoops, OnlyWhatIsYoungAndWasCreatedLongBeforeIsInspected) {
    for (const std::string young : {"Up Less than a second", "Up 1 second", "Up 59 seconds (healthy)"}) {
        up(young);
        EXPECT_EQ(to_inspect(), Texts{"shop-web-1"}) << young;
    }
    for (const std::string older : {"Up About a minute", "Up 2 minutes", "Up 3 hours", "Up 2 days", "", "Up"}) {
        up(older);
        EXPECT_EQ(to_inspect(), Texts{}) << older;
    }
    up("Up 2 seconds", now - 4); // just deployed
    EXPECT_EQ(to_inspect(), Texts{});
    up("Up 2 seconds", 0); // not said
    EXPECT_EQ(to_inspect(), Texts{});
    up("Up 2 seconds");
    containers()[0].state = "paused";
    EXPECT_EQ(to_inspect(), Texts{});
    up("Up 2 seconds");
    EXPECT_EQ(to_inspect({"other"}), Texts{});
    EXPECT_EQ(containers_to_inspect(runtime, nullptr), Texts{"shop-web-1"});
    containers()[0].oneoff = true;
    EXPECT_EQ(to_inspect(), Texts{});
}

TEST_F(RuntimeLoops, ALoopThatHappensToBeUpIsTheSameChangeAsOneThatIsDown) {
    detail(7, now - 2);
    const Comparison found = compare();
    EXPECT_EQ(arrow_at(found.changes, "services.web.containers[shop-web-1].state"), "running -> restarting (7 times)");
    EXPECT_EQ(arrow_at(found.changes, "services.web.running"), "1 -> 0");
    ASSERT_EQ(found.inspected.size(), 1U);
    EXPECT_EQ(found.inspected[0]->target, "/docker/containers/x/json");
    containers() = {container("web", 1, "restarting", "Restarting (0) 4 seconds ago")};
    EXPECT_EQ(changes(), paths_of(found.changes));
    up("Up 2 seconds");
    detail(1, now - 59);
    EXPECT_EQ(arrow_at(compare().changes, "services.web.containers[shop-web-1].state"),
              "running -> restarting (1 time)");
}

TEST_F(RuntimeLoops, StartedByHandOrLongAgoIsNoLoop) {
    detail(0, now - 2); // `docker start` counts anew
    EXPECT_EQ(changes(), Texts{});
    detail(7, now - 60);
    EXPECT_EQ(changes(), Texts{});
    detail(7, 0);
    EXPECT_EQ(changes(), Texts{});
    EXPECT_EQ(compare().notes, Texts{});
}

TEST_F(RuntimeLoops, FiftyAreInspectedTheYoungestFirstAndTheRestIsNoted) {
    containers().clear();
    web().replicas = 60;
    for (int i = 0; i < 59; ++i) {
        containers().push_back(container("web", i + 1, "running", "Up " + std::to_string(59 - i) + " seconds"));
        containers().back().created_at = now - 7200;
    }
    const Texts names = to_inspect();
    ASSERT_EQ(names.size(), 50U);
    EXPECT_EQ(names.front(), "shop-web-59");
    EXPECT_EQ(names.back(), "shop-web-10");
    for (const std::string& name : names) {
        runtime.details[name] = answered(Call::docker_object, ContainerDetail{0, now - 5});
    }
    const Comparison found = compare();
    EXPECT_EQ(found.inspected.size(), 50U);
    ASSERT_EQ(found.notes.size(), 9U);
    EXPECT_EQ(found.notes[0], "services.web: whether shop-web-1 keeps restarting was not asked: 50 younger containers "
                              "were");
}

} // namespace
} // namespace mooring::runtime
