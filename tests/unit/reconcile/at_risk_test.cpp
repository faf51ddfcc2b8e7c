// What a deployment could do away with: what runs stores in volumes without a name, and what has another stack's name.
#include "unit/reconcile/plan_world.hpp"

#include <algorithm>

namespace mooring::reconcile::test {
namespace {

// shop, whose `db` has an unnamed volume at /data in each of `count` containers, and whose file becomes `text`.
PlanWorld with_unnamed(const char* deployed, const std::string& text, std::size_t count = 1) {
    PlanWorld world;
    world.desired.source = DesiredContent{.text = text, .file = "c"};
    auto file = compose::load(deployed);
    EXPECT_TRUE(file);
    if (file) world.seen.deploying.actual = std::make_shared<const compose::File>(std::move(*file));
    for (std::size_t i = 0; i < count; ++i)
        world.facts.runtime[1].containers.value->push_back({.name = "shop-db-" + std::to_string(i + 1),
                                                            .project = "shop",
                                                            .service = "db",
                                                            .unnamed_volumes = Texts{"/data"}});
    world.differs(Subject::content, "services.db.volumes");
    return world;
}

TEST(PlanPreflight, NothingIsMountedOverAnUnnamedVolumeThatHoldsData) {
    const char* plain = "services: {db: {image: a}}";
    const auto of = [&](const char* key) {
        return with_unnamed(plain, std::string("services: {db: {image: a, ") + key + "}}\nvolumes: {dd: }");
    };
    PlanWorld world = of("volumes: ['dd:/data']");
    EXPECT_EQ(world.said(), "blocked touches_data");
    world.desired.policy.data = {"services.db.volumes[/data]"};
    EXPECT_EQ(world.said(), "update");
    EXPECT_EQ(of("volumes: ['/srv:/data/x']").said(), "blocked touches_data") << "inside of it";
    EXPECT_EQ(of("volumes: ['/srv:/']").said(), "blocked touches_data") << "around it";
    EXPECT_EQ(of("tmpfs: ['/data:size=1m']").said(), "blocked touches_data");
    EXPECT_EQ(of("volumes: [{type: tmpfs, target: /data}]").said(), "blocked touches_data");
    EXPECT_EQ(of("volumes: ['/srv:/other']").said(), "update");
    EXPECT_EQ(of("volumes: ['/data']").said(), "update") << "the engine hands it on";
    PlanWorld unread = of("volumes: ['dd:/data']");
    unread.facts.runtime[1].containers.value->front().unnamed_volumes.reset();
    EXPECT_EQ(unread.said(), "blocked volumes_not_known");
}

TEST(PlanPreflight, WhatWasMountedBeforeHidesNothingAnew) {
    PlanWorld more = with_unnamed("services: {db: {image: a, volumes: ['/srv:/other']}}",
                                  "services: {db: {image: a, volumes: ['/srv:/other', 'dd:/data']}}\nvolumes: {dd: }");
    EXPECT_EQ(more.said(), "blocked touches_data") << "beside others";
    PlanWorld image = with_unnamed("services: {db: {image: a}}", "services: {db: {image: b}}");
    image.host_has({"b:latest"});
    EXPECT_EQ(image.said(), "update") << "Docker Compose hands an unnamed volume on";
    PlanWorld there = with_unnamed("services: {db: {image: a, volumes: ['/srv:/data/x']}}",
                                   "services: {db: {image: b, volumes: ['/srv:/data/x']}}");
    there.host_has({"b:latest"});
    EXPECT_EQ(there.said(), "update") << "it is mounted there already";
    there.seen.deploying.actual.reset();
    EXPECT_EQ(there.said(), "update") << "the deployed file says the same";
    there.seen.content_read = false;
    EXPECT_EQ(there.said(), "blocked touches_data") << "nobody knows what is mounted";
    PlanWorld moved =
        with_unnamed("services: {db: {image: a}}", "services: {db: {image: a, volumes: ['/srv:${A:-/other}']}}");
    EXPECT_EQ(moved.said(), "update");
    moved.desired.env = std::vector<DesiredEnv>{{.name = "A", .value = Secret("/data/x")}};
    EXPECT_EQ(moved.said(), "blocked touches_data") << "by the value of a variable";
}

TEST(PlanRehearsal, AConfigOfASwarmThatGetsANewNameIsAnotherOne) {
    const auto of = [](const std::string& kind, const char* before, const char* after) {
        PlanWorld world;
        world.desired.type = world.record.type.emplace(StackType::swarm);
        world.facts.runtime[1].services.value.emplace();
        const auto text = [&](const char* held) {
            return "services: {web: {image: a}}\n" + kind + ": {c: " + held + "}";
        };
        world.desired.source = DesiredContent{.text = text(after), .file = "c"};
        auto file = compose::load(text(before));
        EXPECT_TRUE(file);
        if (file) world.seen.deploying.actual = std::make_shared<const compose::File>(std::move(*file));
        world.differs(Subject::content, kind + ".c.name");
        world.seen.result.changes.back().plane = Plane::content;
        return world.said();
    };
    for (const std::string kind : {"configs", "secrets"}) {
        EXPECT_EQ(of(kind, "{external: true, name: app_v1}", "{external: true, name: app_v2}"), "update");
        EXPECT_EQ(of(kind, "{external: {name: app_v1}}", "{external: {name: app_v2}}"), "update");
        EXPECT_EQ(of(kind, "{environment: A, name: app_v1}", "{environment: B, name: app_v2}"), "update");
        EXPECT_EQ(of(kind, "{environment: A}", "{external: true}"), "update") << "no longer of the file";
        EXPECT_EQ(of(kind, "{environment: A, name: app}", "{environment: B, name: app}"),
                  "blocked swarm_content_changed");
        EXPECT_EQ(of(kind, "{environment: A}", "{environment: B}"), "blocked swarm_content_changed");
    }
    EXPECT_EQ(of("configs", "{content: a, name: app_v1}", "{content: b, name: app_v2}"), "update");
    EXPECT_EQ(of("configs", "{content: a}", "{content: b}"), "blocked swarm_content_changed");
}

TEST(PlanPreflight, FewerContainersLeaveWhatTheyStored) {
    const auto of = [](const std::string& key, std::size_t count) {
        return with_unnamed("services: {db: {image: a}}", "services: {db: {image: a, " + key + "}}", count);
    };
    EXPECT_EQ(of("scale: 1", 3).said(), "blocked touches_data");
    EXPECT_EQ(of("scale: 0", 1).said(), "blocked touches_data");
    EXPECT_EQ(of("deploy: {replicas: 2}", 3).said(), "blocked touches_data");
    EXPECT_EQ(of("scale: 3", 3).said(), "update");
    EXPECT_EQ(of("scale: 2", 1).said(), "update");
    EXPECT_EQ(of("user: '1'", 1).said(), "update") << "one, as it is by default";
    EXPECT_EQ(of("scale: 0", 0).said(), "update");
    PlanWorld world = of("scale: 1", 3);
    world.desired.policy.data = {"services.db.volumes[/data]"};
    EXPECT_EQ(world.said(), "update");
    PlanWorld once = of("scale: 1", 2);
    once.facts.runtime[1].containers.value->back().oneoff = true;
    EXPECT_EQ(once.said(), "update") << "docker compose run";
    PlanWorld valued = of("scale: '${N}'", 2);
    valued.desired.env = std::vector<DesiredEnv>{{.name = "N", .value = Secret("2")}};
    EXPECT_EQ(valued.said(), "update");
    valued.desired.env->front().value = Secret("1");
    EXPECT_EQ(valued.said(), "blocked touches_data");
}

TEST(PlanPreflight, WhatIsPrunedLeavesWhatItStored) {
    PlanWorld world = with_unnamed("services: {web: {image: a}, db: {image: a}}", "services: {web: {image: a}}");
    world.seen.deploying.dropped_services = {"db"};
    EXPECT_EQ(world.said(), "blocked drops_services");
    EXPECT_EQ(world.allow(Allowance::prune_services).said(), "blocked touches_data");
    world.desired.policy.data = {"services.db.volumes[/data]"};
    EXPECT_EQ(world.said(), "update");
}

TEST(PlanPreflight, ASwarmsTasksThatAreMadeAnewLeaveWhatTheyStored) {
    const auto of = [](const char* db, const char* web = "", const char* config = "c1", const char* was = "") {
        const auto file = [](const std::string& one, const std::string& other, const std::string& name) {
            return "services: {db: {image: a, volumes: ['/data']" + one + "}, web: {image: a, configs: [c]" + other +
                   "}}\nconfigs: {c: {content: " + name + ", name: " + name + "}}";
        };
        PlanWorld world = with_unnamed(file(was, "", "c1").c_str(), file(db, web, config), 0);
        world.desired.type = world.record.type.emplace(StackType::swarm);
        world.facts.runtime[1].services.value =
            std::vector{SwarmService{.name = "shop_db", .namespace_ = "shop", .unnamed_volumes = {"/data"}},
                        SwarmService{.name = "shop_web", .namespace_ = "shop"}};
        return world;
    };
    EXPECT_EQ(of(", user: '1'").said(), "blocked touches_data");
    EXPECT_EQ(of("", ", user: '1'").said(), "update") << "another service";
    EXPECT_EQ(of("", "", "c2").said(), "update") << "a config of another service";
    EXPECT_EQ(of(", deploy: {labels: {a: b}}").said(), "update") << "changed in place";
    EXPECT_EQ(of(", deploy: {replicas: 2}").said(), "update") << "one more";
    EXPECT_EQ(of(", deploy: {replicas: 1}", "", "c1", ", deploy: {replicas: 2}").said(), "blocked touches_data");
    PlanWorld image = of("");
    image.differs(Subject::image, "services.db.image", "db");
    EXPECT_EQ(image.said(), "blocked touches_data") << "another one runs";
    PlanWorld unread = of(", user: '1'");
    unread.facts.runtime[1].services.value.reset();
    EXPECT_EQ(unread.said(), "blocked touches_data") << "as the file has it";
    PlanWorld meant = of(", user: '1'");
    meant.desired.policy.data = {"services.db.volumes[/data]"};
    EXPECT_EQ(meant.said(), "update");
    PlanWorld valued = of(", environment: {A: '${A}'}", "", "c1", ", environment: {A: '${A}'}");
    valued.record.env = {{.name = "A", .value = Secret("1")}};
    valued.desired.env = std::vector<DesiredEnv>{{.name = "A", .value = Secret("1")}};
    EXPECT_EQ(valued.said(), "update");
    valued.desired.env->front().value = Secret("2");
    EXPECT_EQ(valued.said(), "blocked touches_data") << "by the value of a variable";
}

TEST(PlanPreflight, AnotherPlacementLeavesWhatLiesOnANode) {
    const auto of = [](const std::string& was, const std::string& is, const std::string& mount = "dd:/data",
                       const std::string& volume = "") {
        const auto file = [&](const std::string& constraints) {
            return "services: {db: {image: a, volumes: ['" + mount + "'], deploy: {placement: {constraints: [" +
                   constraints + "]}}}}\nvolumes: {dd: {" + volume + "}}";
        };
        PlanWorld world = with_unnamed(file(was).c_str(), file(is), 0);
        world.desired.type = world.record.type.emplace(StackType::swarm);
        world.facts.runtime[1].services.value =
            std::vector{SwarmService{.name = "shop_db", .namespace_ = "shop", .unnamed_volumes = {}}};
        return world;
    };
    const std::string a = "'node.hostname == a'";
    const std::string b = "'node.hostname == b'";
    PlanWorld moved = of(a, b);
    EXPECT_EQ(moved.said(), "blocked touches_data");
    EXPECT_NE(moved.step().obstacles.front().message.find("services.db.volumes[/data] lies on the node"),
              std::string::npos);
    moved.desired.policy.data = {"services.db.volumes[/data]"};
    EXPECT_EQ(moved.said(), "update");
    EXPECT_EQ(of("", b).said(), "blocked touches_data");
    EXPECT_EQ(of(a, "").said(), "blocked touches_data");
    EXPECT_EQ(of(a + ", " + b, b + ", " + a).said(), "update") << "the same";
    EXPECT_EQ(of(a, b, "/srv/db:/data").said(), "blocked touches_data") << "a folder of the node";
    EXPECT_EQ(of(a, b, "/var/run/docker.sock:/var/run/docker.sock").said(), "update");
    EXPECT_EQ(of(a, b, "dd:/data", "external: true").said(), "blocked touches_data");
    EXPECT_EQ(of(a, b, "dd:/data", "driver: rexray").said(), "update") << "every node has it";
    EXPECT_EQ(of(a, b, "dd:/data", "driver_opts: {type: nfs, o: addr=x, device: ':/d'}").said(), "update");
    PlanWorld valued = of("'node.hostname == ${N}'", "'node.hostname == ${N}'");
    valued.record.env = {{.name = "N", .value = Secret("a")}};
    valued.desired.env = std::vector<DesiredEnv>{{.name = "N", .value = Secret("a")}};
    EXPECT_EQ(valued.said(), "update");
    valued.desired.env->front().value = Secret("b");
    EXPECT_EQ(valued.said(), "blocked touches_data") << "by the value of a variable";
    PlanWorld alone = of(a, b);
    alone.desired.type = alone.record.type.emplace(StackType::standalone);
    EXPECT_EQ(alone.said(), "update") << "one engine is one node";
}

// shop, beside a stack `blog`, whose file comes to have these volumes or networks.
PlanWorld beside_blog(const std::string& keys, const char* deployed = "services: {web: {image: a}}") {
    PlanWorld world = with_unnamed(deployed, "services: {web: {image: a}}\n" + keys, 0);
    StackRecord blog = world.record;
    blog.id = 9;
    blog.name = "blog";
    world.facts.list.value = std::vector{blog};
    world.input.servers["main"].claimed = {9};
    for (const char* name : {"blog_data", "blog_default"})
        for (const bool is_network : {false, true})
            world.input.servers["main"].outside.insert({{1, is_network, name}, true});
    return world;
}

TEST(PlanPreflight, AnotherStacksVolumeIsNotTakenUp) {
    PlanWorld world = beside_blog("volumes: {x: {name: blog_data}}");
    EXPECT_EQ(world.said(), "blocked touches_data");
    world.desired.policy.data = {"volume blog_data"};
    EXPECT_EQ(world.said(), "update");
    EXPECT_EQ(beside_blog("volumes: {x: {name: blog_data, external: true}}").said(), "blocked touches_data");
    EXPECT_EQ(beside_blog("volumes: {x: {name: blogs}}").said(), "update");
    EXPECT_EQ(beside_blog("volumes: {x: }").said(), "update") << "its own";
    EXPECT_EQ(beside_blog("volumes: {x: {name: blog_data}}", "volumes: {x: {name: blog_data}}\nservices: {web: "
                                                             "{image: b}}")
                  .said(),
              "update")
        << "as it has it already";
    EXPECT_EQ(beside_blog("volumes: {x: {name: blog_data}}").missing().said(), "blocked touches_data");
    PlanWorld lost = beside_blog("volumes: {x: {name: blog_data}}");
    lost.seen.deploying.actual.reset();
    lost.seen.content_read = false;
    EXPECT_EQ(lost.said(), "blocked touches_data") << "what the deployed file has is not known";
    PlanWorld own = beside_blog("volumes: {x: {name: blog_shop_data}}");
    own.desired.name = own.seen.result.name = own.record.name = "blog_shop";
    EXPECT_EQ(own.said(), "update") << "its own name is in front, too";
    PlanWorld valued = beside_blog("volumes: {x: {name: '${A}'}}");
    valued.desired.env = std::vector<DesiredEnv>{{.name = "A", .value = Secret("blog_data")}};
    const Step step = valued.step();
    ASSERT_FALSE(step.obstacles.empty());
    EXPECT_TRUE(std::ranges::any_of(step.obstacles,
                                    [](const Obstacle& one) { return one.message.starts_with("volume by variable"); }));
    for (const Obstacle& one : step.obstacles) EXPECT_FALSE(one.message.contains("blog_data")) << one.message;
}

TEST(PlanPreflight, AnotherStacksNetworkAndWhatACreateSaysIsNotItsOwnAreNamed) {
    const auto has = [](PlanWorld world, const std::string& note) {
        const Step step = world.step();
        EXPECT_EQ(step.readiness, Readiness::to_do);
        return std::ranges::find(step.notes, note) != step.notes.end();
    };
    const char* network = "networks: {x: {name: blog_default, external: true}}";
    EXPECT_TRUE(has(beside_blog(network), "joins the network blog_default, which is that of `blog` by its name"));
    PlanWorld create = beside_blog("volumes: {x: {name: blog_data, external: true}}");
    EXPECT_TRUE(has(create.missing(), "uses the volume blog_data, which is that of `blog` by its name"));
    const char* before = "services: {web: {image: b}}\nnetworks: {x: {name: blog_default, external: true}}";
    EXPECT_FALSE(
        has(beside_blog(network, before), "joins the network blog_default, which is that of `blog` by its name"))
        << "as it has it already";
}

TEST(PlanPreflight, AnotherStacksNetworkIsNotMadeOnesOwn) {
    const char* network = "networks: {x: {name: blog_default}}";
    const Step step = beside_blog(network).step();
    ASSERT_FALSE(step.obstacles.empty());
    EXPECT_EQ(step.obstacles.front().code, "others_network");
    EXPECT_EQ(step.obstacles.front().message,
              "the network blog_default is that of `blog` by its name, and the file would make it its own");
    EXPECT_EQ(beside_blog(network).missing().said(), "blocked others_network");
    EXPECT_EQ(beside_blog("networks: {default: {name: blog_default}}").said(), "blocked others_network");
    EXPECT_EQ(beside_blog("networks: {x: {name: blogs}}").said(), "update");
    EXPECT_EQ(beside_blog("networks: {x: {name: shop_blog_default}}").said(), "update") << "its own name is in front";
    EXPECT_EQ(beside_blog("networks: {x: }").said(), "update");
    EXPECT_EQ(beside_blog(network, "services: {web: {image: b}}\nnetworks: {x: {name: blog_default}}").said(), "update")
        << "as it has it already";
    PlanWorld none = beside_blog(network);
    none.input.servers["main"].outside[{1, true, "blog_default"}] = false;
    EXPECT_EQ(none.said(), "update") << "there is none of that name";
    EXPECT_EQ(externals_to_ask(none.input, "main"), (std::set<Outside>{{1, true, "blog_default"}}));
    PlanWorld valued = beside_blog("networks: {x: {name: '${A}'}}");
    valued.desired.env = std::vector<DesiredEnv>{{.name = "A", .value = Secret("blog_default")}};
    const Step hidden = valued.step();
    EXPECT_TRUE(
        std::ranges::any_of(hidden.obstacles, [](const Obstacle& one) { return one.code == "others_network"; }));
    for (const Obstacle& one : hidden.obstacles) EXPECT_FALSE(one.message.contains("blog_default")) << one.message;
}

TEST(PlanPreflight, AContainerThatIsCalledAsOneToComeBlocksACreate) {
    PlanWorld world;
    world.facts.runtime[1].containers.value = std::vector{Container{.name = "shop-web-1"}};
    EXPECT_EQ(world.missing().said(), "blocked name_in_use");
    world.facts.runtime[1].containers.value->front().name = "shop-web-2";
    EXPECT_EQ(world.said(), "create");
    world.facts.runtime[1].containers.value->front().name = "shop-web-1";
    world.desired.source = DesiredContent{.text = "services: {web: {image: a, container_name: w}}", .file = "c"};
    EXPECT_EQ(world.said(), "create");
}

// "shop to do, two port_in_use": what becomes of two creates of a plan, whose only service has these keys.
std::string said_of_two(const char* first, const char* second, EnvironmentId where = 1,
                        std::map<EnvironmentId, Engine> engines = {{1, {.id = "a"}}, {2, {.id = "b"}}}) {
    PlanWorld world;
    const auto file = [](const char* key) {
        return DesiredContent{.text = std::string("services: {web: {image: a, ") + key + "}}", .file = "c"};
    };
    world.missing().desired.source = file(first);
    PlanWorld::Other& other = world.beside("two", Verdict::missing);
    other.seen.record.reset();
    other.desired.source = file(second);
    other.seen.result.environment_id = where;
    world.facts.environments.value->push_back({.id = 2, .name = "also", .type = 1});
    world.facts.runtime[2].containers.value.emplace();
    world.input.servers["main"].images[2] = world.input.servers["main"].images[1];
    world.input.servers["main"].engines = std::move(engines);
    std::string out;
    for (const Step& step : world.plan().steps)
        out += (out.empty() ? "" : ", ") + step.name + " " +
               (step.obstacles.empty() ? "to do" : step.obstacles.front().code);
    return out;
}

TEST(PlanPreflight, TwoStepsOfAnEngineDoNotTakeOnePortOrName) {
    EXPECT_EQ(said_of_two("ports: ['80:80']", "ports: ['80:1']"), "shop to do, two port_in_use");
    EXPECT_EQ(said_of_two("container_name: w", "container_name: w"), "shop to do, two name_in_use");
    EXPECT_EQ(said_of_two("ports: ['80:80']", "ports: ['81:80']"), "shop to do, two to do");
    EXPECT_EQ(said_of_two("ports: ['80:80']", "ports: ['80:1']", 2), "shop to do, two to do") << "another engine";
    EXPECT_EQ(said_of_two("ports: ['80:80']", "ports: ['80:1']", 2, {{1, {.id = "a"}}, {2, {.id = "a"}}}),
              "shop to do, two port_in_use")
        << "one engine under two names";
}

// Of updates nobody asks which engine an environment is.
TEST(PlanPreflight, OnePortOnSeveralEnvironmentsIsNoConflictWhereTheirEnginesAreNotKnown) {
    PlanWorld world;
    world.desired.source = DesiredContent{.text = "services: {web: {image: a, ports: ['80:80']}}", .file = "c"};
    world.differs(Subject::content);
    PlanWorld::Other& other = world.beside("two", Verdict::drifted);
    StackRecord there = world.record;
    there.id = 8;
    there.name = "two";
    there.environment = 2;
    other.seen.record = std::make_shared<const StackRecord>(there);
    other.seen.result.environment_id = 2;
    world.facts.environments.value->push_back({.id = 2, .name = "also", .type = 1});
    world.facts.runtime[2].containers.value.emplace();
    world.input.servers["main"].images[2] = world.input.servers["main"].images[1];
    const Plan plan = world.plan();
    ASSERT_EQ(plan.steps.size(), 2U);
    for (const Step& step : plan.steps) EXPECT_EQ(step.readiness, Readiness::to_do) << step.name;
    there.environment = 1;
    world.others.front().seen.record = std::make_shared<const StackRecord>(there);
    world.others.front().seen.result.environment_id = 1;
    const Plan one = world.plan();
    ASSERT_EQ(one.steps.size(), 2U);
    ASSERT_FALSE(one.steps.back().obstacles.empty());
    EXPECT_EQ(one.steps.back().obstacles.front().code, "port_in_use") << "one engine";
}

} // namespace
} // namespace mooring::reconcile::test
