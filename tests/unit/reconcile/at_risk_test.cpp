// What a deployment could do away with: what runs stores in volumes without a name, and what has another stack's name.
#include "unit/reconcile/plan_world.hpp"

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

} // namespace
} // namespace mooring::reconcile::test
