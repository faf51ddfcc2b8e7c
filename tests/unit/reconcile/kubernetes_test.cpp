// What a plan makes of Kubernetes stacks (reconcile.md §3, kubernetes.md §0, §10).
#include "unit/reconcile/plan_world.hpp"

#include <functional>

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
        input.servers["main"].objects_there[{.environment = 1, .namespace_ = "shop", .name = "shop"}].emplace();
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

// What the run read of the cluster: one list, with the object `name` in it as it runs.
void runs(PlanWorld& world, const std::string& path, const std::string& name, const std::string& json) {
    auto& list = world.facts.runtime[1].cluster.lists[path];
    list.reply = {.outcome = Outcome::ok, .status = 200};
    list.items.clear();
    if (!json.empty()) list.items.push_back({.namespace_ = "shop", .name = name, .stack_id = "7", .json = json});
}

TEST(PlanKubernetes, WhatTheClusterNeverChangesIsComparedWithWhatRuns) {
    ClusterWorld world("apiVersion: batch/v1\nkind: Job\nmetadata: {name: once}\n"
                       "spec: {template: {spec: {containers: [{name: a, image: 'a:1'}], restartPolicy: Never}}}\n");
    const auto job = [](const std::string& image) {
        return R"({"metadata": {"name": "once", "namespace": "shop"}, "spec": {"completions": 1, "template": {"spec":
                   {"containers": [{"name": "a", "image": ")" +
               image + R"("}], "restartPolicy": "Never"}}}})";
    };
    const std::string jobs = "apis/batch/v1/jobs";
    world.differs(Subject::content, "Job/once:spec.template.spec.containers[name=a].image");
    EXPECT_EQ(world.said(), "blocked immutable") << "what runs is not known";
    runs(world, jobs, "once", job("a:0"));
    EXPECT_EQ(world.said(), "blocked immutable");
    runs(world, jobs, "once", job("a:1"));
    EXPECT_EQ(world.said(), "update") << "it runs as declared: nothing of it changes";
    runs(world, jobs, "once", "");
    EXPECT_EQ(world.said(), "update") << "it is gone, and made anew";
    runs(world, "apis/batch/v1/namespaces/shop/jobs", "once", job("a:0"));
    world.facts.runtime[1].cluster.lists.erase(jobs);
    EXPECT_EQ(world.said(), "blocked immutable") << "a user's list";
    world.seen.result.changes[0].waiver = "waiver";
    world.differs(Subject::object_differs, "Job/once:spec.suspend");
    EXPECT_EQ(world.said().substr(0, 7), "blocked") << "an accepted difference is sent, too";
}

TEST(PlanKubernetes, AMapThatIsFrozenInItsClusterIsNotSent) {
    ClusterWorld world;
    world.differs(Subject::content, "ConfigMap/settings:data.color");
    runs(world, "api/v1/configmaps", "settings",
         R"({"metadata": {"name": "settings", "namespace": "shop"}, "data": {"color": "red"}, "immutable": true})");
    EXPECT_EQ(world.said(), "blocked immutable");
    runs(world, "api/v1/configmaps", "settings",
         R"({"metadata": {"name": "settings", "namespace": "shop"}, "data": {"color": "red"}})");
    EXPECT_EQ(world.said(), "update");
}

TEST(PlanKubernetes, AnUpdateTakesOverNothingThatItsFileHasAnew) {
    ClusterWorld world;
    world.input.servers["main"].objects_there.clear();
    world.differs(Subject::content, "ConfigMap/settings");
    EXPECT_EQ(world.said(), "blocked objects_not_known");
    auto& there = world.input.servers["main"].objects_there[{.environment = 1, .namespace_ = "shop", .name = "shop"}];
    EXPECT_EQ(world.said(), "blocked objects_not_known") << "of one of them nobody knows";
    there = std::vector{match::ObjectThere{.name = "ConfigMap/settings"}};
    EXPECT_EQ(world.said(), "blocked would_adopt");
    EXPECT_EQ(world.allow(Allowance::adopt_running).said(), "update");
    const Step taking = world.step();
    EXPECT_EQ(taking.takes_over, Texts{"ConfigMap/settings"}) << "and nothing else, when it is sent";
    EXPECT_EQ(taking.notes, Texts{"takes over what exists already: ConfigMap/settings"});
    there->front().stack_id = "9";
    EXPECT_EQ(world.said(), "blocked held_by_another") << "whatever is allowed";
    there->clear();
    EXPECT_EQ(world.said(), "update");
}

TEST(PlanKubernetes, WhereNothingIsNewNobodyIsAsked) {
    ClusterWorld world;
    world.input.servers["main"].objects_there.clear();
    const auto asked = [&world] {
        world.plan();
        return objects_to_ask(world.input, "main").size();
    };
    EXPECT_EQ(world.differs(Subject::object_differs).said(), "update") << "the same objects are sent";
    EXPECT_EQ(asked(), 0U);
    world.seen.ignored = {{.subject = Subject::content, .path = "ConfigMap/settings"}};
    EXPECT_EQ(asked(), 1U) << "an accepted difference is sent, too";
    world.seen.ignored.clear();
    world.differs(Subject::content);
    EXPECT_EQ(asked(), 1U);
    world.from_git();
    EXPECT_EQ(asked(), 0U) << "what a repository has is not known";
}

TEST(PlanKubernetes, WhatARepositoryHoldsIsSaidNotToBeKnown) {
    const std::string objects = "what the repository's head holds is not known: an object that it has anew and that "
                                "exists already would be taken over";
    const std::pair<const char*, const char*> versions[]{
        {"2.23.0", "a file at the repository's head that does not parse would hang Portainer 2.23.0 for good: look at "
                   "it first"},
        {"2.39.0", "a file at the repository's head that does not parse would hang Portainer 2.39.0 for good: look at "
                   "it first"},
        {"2.43.0", ""},
    };
    for (const auto& [version, hangs] : versions) {
        ClusterWorld world;
        world.facts.status.value->version = version;
        world.from_git().differs(Subject::git_settings, "git.reference");
        const Step step = world.step();
        EXPECT_EQ(step.readiness, Readiness::to_do);
        EXPECT_EQ(step.notes, *hangs == '\0' ? Texts{objects} : (Texts{objects, hangs})) << version;
    }
    ClusterWorld unknown;
    unknown.facts.status.value.reset();
    unknown.from_git().differs(Subject::git_settings, "git.reference");
    EXPECT_TRUE(unknown.step().notes.back().contains("hang Portainer before 2.43"));
}

TEST(PlanKubernetes, CustomObjectsGetTheirNamespaceWhereTheirKindHasOne) {
    ClusterWorld world("apiVersion: example.test/v1\nkind: Widget\nmetadata: {name: w}\n");
    world.differs(Subject::object_differs, "Widget/w:spec.size");
    auto& kinds = world.input.servers["main"].kinds;
    EXPECT_TRUE(world.step().notes.back().contains("Widget/w is sent without a namespace")) << "nobody was asked";
    kinds[1][{"example.test/v1", "Gadget"}] = true;
    EXPECT_EQ(world.step().notes.size(), 1U) << "there is no such kind yet";
    kinds[1][{"example.test/v1", "Widget"}] = true;
    EXPECT_TRUE(world.step().notes.empty());
    EXPECT_EQ(world.step().namespaced, (kubernetes::Kinds{{"example.test/v1", "Widget"}}));
    kinds[1][{"example.test/v1", "Widget"}] = false;
    EXPECT_TRUE(world.step().notes.empty()) << "it is cluster-wide, and has none";
    EXPECT_TRUE(world.step().namespaced.empty());
    EXPECT_EQ(kinds_to_ask(world.input, "main").size(), 1U);
    ClusterWorld named("apiVersion: example.test/v1\nkind: Widget\nmetadata: {name: w, namespace: shop}\n");
    EXPECT_TRUE(named.differs(Subject::object_differs, "Widget/w:spec.size").step().notes.empty());
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

TEST(PlanKubernetes, PortainersImageIsKnownByWhateverNameAndWherever) {
    const std::string digest = "@sha256:" + std::string(64, 'a');
    for (const std::string& image :
         {std::string("portainer/portainer-ce"), std::string("docker.io/portainer/portainer-ee:2.43.0"),
          std::string("index.docker.io/portainer/agent:2.43.0"), "portainer/portainer-ce" + digest,
          "registry.example.test:5000/portainer/portainer-ce:2.43.0" + digest,
          std::string("mirror.example.test/docker/portainer/agent")}) {
        const std::string pod =
            "{containers: [{name: a, image: a}], initContainers: [{name: p, image: '" + image + "'}]}";
        for (const std::string& text :
             {"apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: " + pod + "\n",
              "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: p}\nspec: {jobTemplate: {spec: {template: "
              "{spec: " +
                  pod + "}}}}\n",
              "apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: p}\nspec: {template: {spec: " + pod + "}}\n"}) {
            ClusterWorld world(text);
            EXPECT_EQ(world.differs(Subject::object_differs, "Pod/p:metadata.labels.a").said(), "blocked protected")
                << text;
            ClusterWorld missing(text);
            EXPECT_EQ(missing.missing().said(), "blocked protected") << text;
        }
    }
    for (const char* image : {"example/portainer-exporter", "portainer", "registry.example.test/myportainer/web"}) {
        ClusterWorld world("apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: p, image: '" +
                           std::string(image) + "'}]}\n");
        EXPECT_EQ(world.differs(Subject::object_differs, "Pod/p:metadata.labels.a").said(), "update") << image;
    }
    ClusterWorld held; // by what runs of it now, whatever its file becomes
    held.seen.images = {"docker.io/portainer/agent:2.39.0"};
    EXPECT_EQ(held.differs(Subject::content).said(), "blocked protected");
}

// What becomes of a create beside a stack `Former` that nobody declares any more.
std::string beside_former(const std::string& desired, std::optional<std::string> file,
                          const std::function<void(ClusterWorld&, StackRecord&)>& change = {}) {
    ClusterWorld world(desired);
    world.missing();
    StackRecord old = world.record;
    old.id = 3;
    old.name = "Former";
    world.input.servers["main"].undeclared[3] = std::move(file);
    if (change) change(world, old);
    world.facts.list.value = std::vector{old};
    return world.said();
}

TEST(PlanKubernetes, OnlyWhatLooksLikeItIsTakenForItsOldName) {
    const std::string respelt = "kind: ConfigMap\napiVersion: v1\ndata: {color: 'blue'}\nmetadata: {name: settings}\n";
    const std::string red = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {color: red}\n";
    const std::string other = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: other}\n";
    const std::string renamed = "blocked looks_renamed";
    EXPECT_EQ(beside_former(settings, other), "create") << "nothing in common";
    EXPECT_EQ(beside_former(settings, respelt), renamed) << "by meaning";
    EXPECT_EQ(beside_former(settings, red), renamed) << "one object cannot be of two stacks";
    EXPECT_EQ(beside_former(settings, "apiVersion: v1\nkind: Secret\nmetadata: {name: settings}\n"), "create");
    EXPECT_EQ(beside_former(settings, std::nullopt), renamed) << "not read";
    EXPECT_EQ(beside_former(settings, "a: ["), renamed) << "does not load";
    EXPECT_EQ(beside_former(settings, other, [](auto&, StackRecord& old) { old.name = "SHOP"; }), renamed);
    EXPECT_EQ(beside_former(settings, respelt, [](auto&, StackRecord& old) { old.type = StackType::standalone; }),
              "create");
    EXPECT_EQ(beside_former(settings, respelt, [](ClusterWorld& world, auto&) { world.owned = Ownership::none; }),
              "create")
        << "it is not Mooring's";
}

TEST(PlanKubernetes, AnObjectIsTheSameOnlyInItsNamespaceAndCluster) {
    const std::string red = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {color: red}\n";
    const std::string named = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings, namespace: shop}\n";
    const auto elsewhere = [](auto&, StackRecord& old) { old.namespace_ = "elsewhere"; };
    const auto nowhere = [](auto&, StackRecord& old) { old.namespace_.clear(); };
    const auto in_another_cluster = [](ClusterWorld& world, StackRecord& old) {
        world.facts.environments.value->push_back({.id = 2, .name = "also", .type = 5});
        old.environment = 2;
    };
    const std::string renamed = "blocked looks_renamed";
    EXPECT_EQ(beside_former(settings, red, elsewhere), "create");
    EXPECT_EQ(beside_former(settings, settings, elsewhere), renamed) << "it moved";
    EXPECT_EQ(beside_former(settings, named, nowhere), renamed) << "the file says where";
    EXPECT_EQ(beside_former(settings, red, in_another_cluster), "create");
    EXPECT_EQ(beside_former(settings, settings, in_another_cluster), renamed) << "it moved";
}

TEST(PlanKubernetes, IsCreatedOnlyWhereNothingOfItExists) {
    ClusterWorld world;
    world.input.servers["main"].objects_there.clear();
    world.missing();
    EXPECT_EQ(world.said(), "blocked objects_not_known");
    auto& there = world.input.servers["main"].objects_there[{.environment = 1, .namespace_ = "shop", .name = "shop"}];
    EXPECT_EQ(world.said(), "blocked objects_not_known") << "of one of them nobody knows";
    there = std::vector{match::ObjectThere{.name = "ConfigMap/settings"}};
    EXPECT_EQ(world.said(), "blocked would_adopt");
    EXPECT_EQ(world.allow(Allowance::adopt_running).said(), "create");
    const Step taking = world.step();
    EXPECT_EQ(taking.takes_over, Texts{"ConfigMap/settings"}) << "and nothing else, when it is sent";
    EXPECT_EQ(taking.notes, Texts{"takes over what exists already: ConfigMap/settings"});
    world.desired.allow.clear();
    there->clear();
    EXPECT_EQ(world.said(), "create");
    EXPECT_EQ(world.user().said(), "blocked record_not_found_again");
    world.desired.source = DesiredGit{.url = "https://git.example.test/shop"};
    EXPECT_NE(world.said().find("blocked"), std::string::npos) << "what the repository holds is not known";
}

ExtraFacts& facts_of_extra(PlanWorld& world) { return world.input.servers["main"].extras[7]; }

// The file of the extra, with one of its kind in the namespace `shop`.
void holds(PlanWorld& world, const std::string& version, const std::string& kind, const std::string& rest = {}) {
    facts_of_extra(world).file =
        "apiVersion: " + version + "\nkind: " + kind + "\nmetadata: {namespace: shop, name: settings}\n" + rest;
}

TEST(RemovalOfKubernetes, HappensWhereEverythingHoldsAndSaysWhatGoesAndStays) {
    PlanWorld world;
    world.extra_in_cluster();
    facts_of_extra(world).objects->push_back({.name = "Service/old", .stack_id = "7", .in_file = false});
    const Step step = world.step();
    EXPECT_EQ(step.readiness, Readiness::to_do) << (step.obstacles.empty() ? "" : step.obstacles.front().code);
    EXPECT_EQ(step.parts.front().action, Action::remove);
    EXPECT_EQ(step.notes, (Texts{"deletes ConfigMap/settings",
                                 "stays in the cluster, because its file declares it no more: Service/old"}));
    for (const char* version : {"2.19.4", "2.23.0", "2.33.0-rc1", "2.43.0", "2.45.1", "3.0.0"}) {
        world.facts.status.value->version = version;
        EXPECT_EQ(world.said(), "remove") << version;
    }
}

// Everything but one.
struct Keeping {
    const char* said;
    void (*hand)(PlanWorld&);
};
const std::vector<Keeping> what_keeps_objects{
    {"blocked server_deletes_nothing", [](PlanWorld& w) { w.facts.status.value->version = "2.39.0"; }},
    {"blocked server_deletes_nothing", [](PlanWorld& w) { w.facts.status.value->version = "2.34.0"; }},
    {"blocked server_deletes_nothing", [](PlanWorld& w) { w.facts.status.value->version = "2.42.9"; }},
    {"blocked server_deletes_nothing", [](PlanWorld& w) { w.facts.status.value->version = "edge"; }},
    {"blocked server_deletes_nothing", [](PlanWorld& w) { w.facts.status.value.reset(); }},
    {"blocked objects_of_repository",
     [](PlanWorld& w) { w.record.git = GitConfig{.url = "https://g.example.test/s"}; }},
    {"blocked objects_of_repository", [](PlanWorld& w) { w.record.additional_files = {"more.yaml"}; }},
    {"blocked not_read", [](PlanWorld& w) { facts_of_extra(w).file.reset(); }},
    {"blocked not_read", [](PlanWorld& w) { facts_of_extra(w).objects.reset(); }},
    {"blocked deletes_elsewhere",
     [](PlanWorld& w) { facts_of_extra(w).file = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\n"; }},
    {"blocked deletes_elsewhere",
     [](PlanWorld& w) {
         w.record.namespace_.clear();
         facts_of_extra(w).file = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\n";
     }},
    {"blocked deletes_elsewhere", [](PlanWorld& w) { w.record.namespace_ = "elsewhere"; }},
    {"blocked deletes_elsewhere", [](PlanWorld& w) { facts_of_extra(w).file->append("\r\n"); }},
    {"blocked deletes_elsewhere", [](PlanWorld& w) { facts_of_extra(w).file = "kind: ["; }},
    {"blocked deletes_elsewhere",
     [](PlanWorld& w) { facts_of_extra(w).file = "apiVersion: v1\nkind: List\nitems: []\n"; }},
    {"blocked takes_data", [](PlanWorld& w) { holds(w, "v1", "PersistentVolumeClaim"); }},
    {"blocked takes_data", [](PlanWorld& w) { holds(w, "example.test/v1", "Database"); }},
    {"blocked takes_data",
     [](PlanWorld& w) { facts_of_extra(w).file = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n"; }},
    {"blocked takes_data",
     [](PlanWorld& w) { facts_of_extra(w).file = "apiVersion: v1\nkind: PersistentVolume\nmetadata: {name: a}\n"; }},
    {"blocked takes_data",
     [](PlanWorld& w) {
         facts_of_extra(w).file =
             "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: a.b.c}\n";
     }},
    {"blocked takes_data", [](PlanWorld& w) { facts_of_extra(w).objects->front().takes_data = true; }},
    {"blocked strangers", [](PlanWorld& w) { facts_of_extra(w).objects->front().stack_id = "8"; }},
    {"blocked strangers", [](PlanWorld& w) { facts_of_extra(w).objects->front().stack_id.clear(); }},
    {"blocked two_of_a_name",
     [](PlanWorld& w) {
         w.facts.list.value->push_back(w.record);
         w.facts.list.value->back().id = 8;
     }},
    {"blocked changed_since_owned", [](PlanWorld& w) { w.owned_as.name = "Shop"; }},
    {"blocked list_not_complete", [](PlanWorld& w) { w.user(); }},
    {"blocked protected", [](PlanWorld& w) { w.input.servers["main"].settings.protect = {"sh*"}; }},
    {"blocked protected",
     [](PlanWorld& w) { holds(w, "v1", "Pod", "spec: {containers: [{name: p, image: portainer/portainer-ce}]}\n"); }},
    {"blocked declared_objects",
     [](PlanWorld& w) {
         DesiredStack& other = w.others[0].desired;
         other.type = StackType::kubernetes;
         other.namespace_ = "shop";
         other.source = DesiredContent{.text = settings, .file = "objects.yaml"};
     }},
    {"blocked declared_objects",
     [](PlanWorld& w) {
         w.others[0].desired.type = StackType::kubernetes;
         w.others[0].desired.source = DesiredGit{.url = "https://g.example.test/s"};
         w.others[0].seen.result.changes = {
             {.subject = Subject::object_held, .path = "ConfigMap/settings", .actual = "deployed last by stack 7"}};
     }},
};

TEST(RemovalOfKubernetes, DoesNotHappenWhereOneThingDoesNotHold) {
    for (std::size_t i = 0; i < what_keeps_objects.size(); ++i) {
        PlanWorld world;
        world.extra_in_cluster();
        what_keeps_objects[i].hand(world);
        const Plan plan = world.plan();
        const auto step = std::ranges::find(plan.steps, "shop", &Step::name);
        ASSERT_NE(step, plan.steps.end()) << i;
        ASSERT_FALSE(step->obstacles.empty()) << i << ", expected " << what_keeps_objects[i].said;
        EXPECT_EQ(std::string(to_string(step->readiness)) + " " + step->obstacles.front().code,
                  what_keeps_objects[i].said)
            << i;
        EXPECT_FALSE(step->obstacles.front().message.empty());
    }
}

TEST(RemovalOfKubernetes, TheSameNameInAnotherNamespaceIsAnotherStack) {
    PlanWorld world;
    world.extra_in_cluster();
    world.facts.list.value->push_back(world.record);
    world.facts.list.value->back().id = 8;
    world.facts.list.value->back().namespace_ = "elsewhere";
    EXPECT_EQ(world.said(), "remove");
    world.facts.list.value->back().name = "Shop";
    world.facts.list.value->back().namespace_ = "shop";
    EXPECT_EQ(world.said(), "remove") << "names are exact";
}

TEST(RemovalOfKubernetes, WhatTakesItsPlaceMayDeclareItsObjects) {
    PlanWorld world;
    world.extra_in_cluster();
    PlanWorld::Other& store = world.beside("store", Verdict::missing);
    store.seen.record.reset();
    store.seen.result.changes.clear();
    store.seen.result.proof = Proof::complete_list;
    store.desired.type = StackType::kubernetes;
    store.desired.namespace_ = "shop";
    store.desired.source = DesiredContent{.text = settings, .file = "objects.yaml"};
    store.desired.policy.replaces = "shop";
    auto& there = world.input.servers["main"].objects_there[{.environment = 1, .namespace_ = "shop", .name = "store"}];
    there = std::vector{match::ObjectThere{.name = "ConfigMap/settings", .stack_id = "7"}};
    Plan plan = world.plan();
    ASSERT_EQ(plan.steps.size(), 2U);
    EXPECT_EQ(plan.steps[0].parts.front().action, Action::remove);
    EXPECT_EQ(plan.steps[0].readiness, Readiness::to_do);
    EXPECT_EQ(plan.steps[1].readiness, Readiness::to_do);
    EXPECT_EQ(plan.steps[1].replaces, "shop");
    EXPECT_TRUE(plan.steps[1].takes_over.empty()) << "all of it is gone by then, or nothing is created";
    there->front().stack_id = "9";
    plan = world.plan();
    EXPECT_EQ(plan.steps[1].obstacles.front().code, "would_adopt") << "another's object stays";
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
