// What a plan makes of Kubernetes stacks (reconcile.md §3, kubernetes.md §0, §10).
#include "unit/reconcile/plan_world.hpp"

namespace mooring::reconcile::test {
namespace {

constexpr const char* settings = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {color: blue}\n";

struct ClusterWorld : PlanWorld {
    explicit ClusterWorld(std::string text = settings) {
        desired.type = StackType::kubernetes;
        desired.namespace_ = "shop";
        desired.source = DesiredContent{.text = std::move(text), .file = "objects.yaml"};
        record.type = StackType::kubernetes;
        record.name = "Shop 1";
        record.namespace_ = "shop";
    }
};

TEST(PlanKubernetes, WhatDiffersIsUpdatedWhateverItsNameLooksLike) {
    for (const Subject subject :
         {Subject::content, Subject::object_gone, Subject::object_differs, Subject::deployment}) {
        ClusterWorld world;
        EXPECT_EQ(world.differs(subject, "ConfigMap/settings:data.color").said(), "update");
    }
}

TEST(PlanKubernetes, AGitStackIsDeployedAgainOrGetsItsSettingsAndNeverAFile) {
    ClusterWorld world;
    world.record.git = GitConfig{.url = "https://git.example.test/shop"};
    EXPECT_EQ(world.differs(Subject::source).allow(Allowance::detach_git).said(), "blocked detaches_git");
    ClusterWorld drifted;
    drifted.from_git().differs(Subject::object_differs, "Deployment/web:spec.replicas");
    EXPECT_EQ(drifted.said(), "blocked deploys_the_head");
    EXPECT_EQ(drifted.allow(Allowance::redeploy_git).said(), "redeploy");
    ClusterWorld moved;
    EXPECT_EQ(moved.from_git().differs(Subject::git_settings, "git.reference").said(), "settings redeploy");
}

TEST(PlanKubernetes, WhatNoDeploymentCuresIsForPeople) {
    const std::pair<Subject, const char*> cases[]{
        {Subject::object_unready, "blocked needs_a_person"}, {Subject::object_deleting, "blocked needs_a_person"},
        {Subject::object_held, "blocked held_by_another"},   {Subject::object_undeclared, "blocked set_by_hand"},
        {Subject::namespace_, "blocked not_in_place"},
    };
    for (const auto& [subject, said] : cases) {
        ClusterWorld world;
        EXPECT_EQ(world.differs(subject, "Deployment/web").said(), said);
    }
}

TEST(PlanKubernetes, ARolloutThatFailedIsCuredByAnotherFileOfItsObject) {
    ClusterWorld world("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\n");
    world.differs(Subject::object_unready, "Deployment/web:ready", "Deployment/web");
    EXPECT_EQ(world.said(), "blocked needs_a_person");
    world.differs(Subject::content, "Deployment/web-2:spec.template.spec.containers[name=web].image");
    EXPECT_EQ(world.said(), "blocked needs_a_person") << "another object's file cures nothing";
    world.differs(Subject::content, "Deployment/web:spec.template.spec.containers[name=web].image");
    EXPECT_EQ(world.said(), "update");
}

TEST(PlanKubernetes, WhatTheClusterNeverChangesIsNotSent) {
    ClusterWorld world("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\n");
    EXPECT_EQ(world.differs(Subject::content, "Deployment/web:spec.selector.matchLabels.app").said(),
              "blocked immutable");
}

TEST(PlanKubernetes, WhatAServerCannotReadOrRefusesIsNotSent) {
    const std::pair<const char*, const char*> cases[]{
        {"a: [", "blocked not_sendable"},
        {"apiVersion: v1\nkind: List\nitems: []\n", "blocked not_sendable"},
        {"# nothing\n", "blocked not_sendable"},
        {"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: other}\n", "blocked namespace"},
        {"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n---\n"
         "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n",
         "blocked twice"},
    };
    for (const auto& [text, said] : cases) {
        ClusterWorld world(text);
        EXPECT_EQ(world.differs(Subject::content, "ConfigMap/a:data.x").said(), said) << text;
    }
}

TEST(PlanKubernetes, WhatLeavesTheFileStaysAndIsNamed) {
    ClusterWorld world;
    world.differs(Subject::content, "Service/old").seen.result.changes.back().desired.reset();
    const Step step = world.step();
    EXPECT_EQ(step.readiness, Readiness::to_do);
    EXPECT_EQ(step.notes, Texts{"stays in the cluster, because Portainer removes nothing: Service/old"});
}

TEST(PlanKubernetes, ARolloutHasItsProgressDeadline) {
    ClusterWorld world(std::string(settings) + "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\n"
                                               "spec: {progressDeadlineSeconds: 900}\n");
    EXPECT_EQ(world.differs(Subject::content).step().start_period, std::chrono::seconds(900));
    ClusterWorld usual("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\n");
    EXPECT_EQ(usual.differs(Subject::content).step().start_period, std::chrono::seconds(600));
}

TEST(PlanKubernetes, WhatRunsPortainerOrIsProtectedStays) {
    ClusterWorld world("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {template: {spec: "
                       "{containers: [{name: p, image: 'portainer/portainer-ce:2.43.0'}]}}}\n");
    EXPECT_EQ(world.differs(Subject::content).said(), "blocked protected");
    ClusterWorld named;
    named.input.servers["main"].settings.protect = {"Shop*"};
    EXPECT_EQ(named.differs(Subject::content).said(), "blocked protected");
}

TEST(PlanKubernetes, IsCreatedOnlyWhereNothingOfItExists) {
    ClusterWorld world;
    world.missing();
    EXPECT_EQ(world.said(), "blocked objects_not_known");
    auto& there = world.input.servers["main"].objects_there[{.environment = 1, .namespace_ = "shop", .name = "shop"}];
    EXPECT_EQ(world.said(), "blocked objects_not_known") << "of one of them nobody knows";
    there = Texts{"ConfigMap/settings"};
    EXPECT_EQ(world.said(), "blocked would_adopt");
    EXPECT_EQ(world.allow(Allowance::adopt_running).said(), "create");
    world.desired.allow.clear();
    there->clear();
    EXPECT_EQ(world.said(), "create");
    EXPECT_EQ(world.user().said(), "blocked record_not_found_again");
    world.desired.source = DesiredGit{.url = "https://git.example.test/shop"};
    EXPECT_NE(world.said().find("blocked"), std::string::npos) << "what the repository holds is not known";
}

TEST(PlanKubernetes, NothingUnseenIsCreated) {
    ClusterWorld world;
    world.recorded = false;
    world.seen.result.verdict = Verdict::not_visible;
    EXPECT_EQ(world.said().substr(0, 21), "blocked may_be_hidden");
    EXPECT_EQ(world.allow(Allowance::create_unseen).said().substr(0, 21), "blocked may_be_hidden");
}

} // namespace
} // namespace mooring::reconcile::test
