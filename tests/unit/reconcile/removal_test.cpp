// What must hold before a stack that nobody declares is removed (reconcile.md §5), each without the others.
#include "unit/reconcile/plan_world.hpp"

namespace mooring::reconcile::test {
namespace {

TEST(Removal, HappensWhereEverythingHoldsAndSaysWhatStays) {
    PlanWorld world;
    const Step step = world.extra().step();
    EXPECT_EQ(step.readiness, Readiness::to_do) << (step.obstacles.empty() ? "" : step.obstacles.front().code);
    ASSERT_EQ(step.parts.size(), 1U);
    EXPECT_EQ(step.parts[0].action, Action::remove);
    EXPECT_EQ(step.name, "shop");
    EXPECT_EQ(step.where.file, "scope.yaml");
    EXPECT_EQ(step.ground.id, 7);
    EXPECT_EQ(step.notes, (Texts{"takes down 1 container", "volumes stay: shop_data"}));
}

TEST(Removal, IsNoStepWhereNoScopeLetsStacksGo) {
    PlanWorld only_reported;
    only_reported.extra().scopes.front().prune = false;
    EXPECT_TRUE(only_reported.plan().steps.empty());
    EXPECT_EQ(only_reported.plan().nothing_to_do, 1U);
    PlanWorld waived;
    waived.extra().seen.result.waived = true;
    EXPECT_TRUE(waived.plan().steps.empty());
    PlanWorld another_scope;
    another_scope.extra().scopes.front().where.line = 9;
    EXPECT_TRUE(another_scope.plan().steps.empty());
}

// A stack `store` of this file is declared and missing.
PlanWorld::Other& absent(PlanWorld& world, const std::string& file) {
    PlanWorld::Other& store = world.beside("store", Verdict::missing);
    store.seen.record.reset();
    store.desired.source = DesiredContent{.text = file, .file = "c"};
    return store;
}

// Everything but one.
const std::vector<std::pair<const char*, void (*)(PlanWorld&)>> obstacles{
    {"blocked manifests_incomplete", [](PlanWorld& w) { w.input.manifests_whole = false; }},
    {"blocked nothing_declared", [](PlanWorld& w) { w.others.clear(); }},
    {"blocked still_declared",
     [](PlanWorld& w) {
         w.others[0].desired.name = "Shop";
         w.others[0].desired.environment = EnvironmentSelector{};
     }},
    {"blocked declared_elsewhere",
     [](PlanWorld& w) {
         w.input.declared_elsewhere = [](const std::string&, const StackRecord&) {
             return std::optional(DeclaredElsewhere{.file = "/other/shop.yaml", .is_there = true});
         };
     }},
    {"blocked place_not_known",
     [](PlanWorld& w) {
         w.input.declared_elsewhere = [](const std::string&, const StackRecord&) {
             return std::optional(DeclaredElsewhere{.file = "blog.yaml", .is_there = false, .uncertain = true});
         };
     }},
    {"blocked not_adopted", [](PlanWorld& w) { w.owned_as.how = Ownership::none; }},
    {"blocked not_adopted", [](PlanWorld& w) { w.owned_as.how = Ownership::judged_in_sync; }},
    {"blocked changed_since_owned", [](PlanWorld& w) { w.owned_as.environment = 2; }},
    {"blocked changed_since_owned", [](PlanWorld& w) { w.owned_as.name = "store"; }},
    {"held seen_too_shortly", [](PlanWorld& w) { w.called_extra.runs = 1; }},
    {"held seen_too_shortly", [](PlanWorld& w) { w.called_extra = {}; }},
    {"held seen_too_shortly", [](PlanWorld& w) { w.called_extra.since = now - 3599; }},
    {"held seen_too_shortly", [](PlanWorld& w) { w.facts.list.reply.server_date = now - 3700; }},
    {"blocked list_not_complete", [](PlanWorld& w) { w.user(); }},
    {"blocked two_of_a_name",
     [](PlanWorld& w) {
         StackRecord other = w.record;
         other.id = 8;
         other.name = "Shop";
         w.facts.list.value->push_back(other);
     }},
    {"blocked two_of_a_name", // another environment, whose engine did not say that it is another
     [](PlanWorld& w) {
         StackRecord other = w.record;
         other.id = 8;
         other.environment = 2;
         w.facts.list.value->push_back(other);
     }},
    {"blocked not_read", [](PlanWorld& w) { w.input.servers["main"].extras.clear(); }},
    {"blocked not_read", [](PlanWorld& w) { w.input.servers["main"].extras[7].file.reset(); }},
    {"blocked not_read", [](PlanWorld& w) { w.input.servers["main"].extras[7].containers.reset(); }},
    {"blocked not_read", [](PlanWorld& w) { w.input.servers["main"].extras[7].file = "services: ["; }},
    {"blocked strangers", [](PlanWorld& w) { w.input.servers["main"].extras[7].containers->at(1).project = "shop"; }},
    {"blocked irrecoverable",
     [](PlanWorld& w) {
         w.record.git = GitConfig{.url = "https://git.example.test/shop", .has_authentication = true};
     }},
    {"blocked irrecoverable", [](PlanWorld& w) { w.record.workflow_id = 3; }},
    {"blocked irrecoverable",
     [](PlanWorld& w) {
         w.record.git = GitConfig{.url = "https://git.example.test/shop"};
         w.record.additional_files = {"more.yaml"};
     }},
    {"blocked protected", [](PlanWorld& w) { w.input.servers["main"].settings.protect = {"sh*"}; }},
    {"blocked protected",
     [](PlanWorld& w) {
         w.input.servers["main"].extras[7] = {.file = "services: {web: {image: portainer/portainer-ce}}",
                                              .containers = std::vector<Container>{}};
     }},
    {"blocked max_removes", [](PlanWorld& w) { w.input.servers["main"].max_removes = 0; }},
    {"blocked looks_renamed", [](PlanWorld& w) { absent(w, *w.input.servers["main"].extras[7].file); }},
    {"held pending", [](PlanWorld& w) { w.record.status = 3; }},
    {"held not_now", [](PlanWorld& w) { w.scopes[0].freezes = {{.from = now - 1, .until = now + 1}}; }},
    {"held not_now", [](PlanWorld& w) { w.scopes[0].windows = {{.time_zone = "Europe/Berlin"}}; }},
    {"blocked unsettled",
     [](PlanWorld& w) {
         w.input.unsettled = [](const std::string&, const std::string&) { return std::optional<std::string>("x"); };
     }},
    {"blocked kind_not_known", [](PlanWorld& w) { w.record.type.reset(); }},
    {"blocked not_enabled", [](PlanWorld& w) { w.input.servers["main"].settings.apply = false; }},
    {"blocked other_instance", [](PlanWorld& w) { w.input.servers["main"].known_instance = "another"; }},
    {"blocked agent_not_enabled", [](PlanWorld& w) { w.input.by_agent = true; }},
};

TEST(Removal, SaysOnceThatItIsNobodysToRemove) {
    PlanWorld world;
    world.extra();
    world.owned_as.how = Ownership::none;
    world.owned = Ownership::none;
    const Step step = world.step();
    EXPECT_EQ(std::ranges::count(step.obstacles, "not_adopted", &Obstacle::code), 1);
    EXPECT_EQ(step.obstacles.front().remedy, "remove it in Portainer");
}

TEST(Removal, DoesNotHappenWhereOneThingDoesNotHold) {
    for (std::size_t i = 0; i < obstacles.size(); ++i) {
        PlanWorld world;
        world.extra();
        obstacles[i].second(world);
        const Plan plan = world.plan();
        const auto step = std::ranges::find(plan.steps, "shop", &Step::name);
        ASSERT_NE(step, plan.steps.end()) << i;
        ASSERT_FALSE(step->obstacles.empty()) << i << ", expected " << obstacles[i].first;
        EXPECT_EQ(std::string(to_string(step->readiness)) + " " + step->obstacles.front().code, obstacles[i].first)
            << i;
    }
}

TEST(Removal, OfWhatNoBackupBringsBackIsAllowedByName) {
    PlanWorld world;
    world.extra().record.git = GitConfig{.url = "https://git.example.test/shop", .has_authentication = true};
    world.input.irrecoverable = {"shop"};
    EXPECT_EQ(world.said(), "remove");
    PlanWorld plain;
    plain.extra().record.git = GitConfig{.url = "https://git.example.test/shop"};
    EXPECT_EQ(plain.said(), "remove") << "its repository has it";
}

TEST(Removal, OfMoreThanMayGoIsNone) {
    PlanWorld world;
    world.extra();
    PlanWorld::Other& second = world.beside("second", Verdict::extra);
    StackRecord record = world.record;
    record.id = 8;
    record.name = "second";
    second.seen.record = std::make_shared<const StackRecord>(record);
    second.seen.result.where = world.seen.result.where;
    second.undeclared = true;
    world.facts.list.value->push_back(record);
    ServerStanding& server = world.input.servers["main"];
    server.extras[8] = {.file = "services: {web: {image: a}}", .containers = std::vector<Container>{}};
    const auto codes = [&] {
        Texts out;
        for (const Step& step : world.plan().steps)
            out.push_back(step.name + " " + (step.obstacles.empty() ? "to_do" : step.obstacles.front().code));
        return out;
    };
    world.owners[8] = {.how = Ownership::adopted, .environment = 1, .name = "second"};
    EXPECT_EQ(codes(), (Texts{"shop max_removes", "second max_removes"}));
    server.max_removes = 2;
    EXPECT_EQ(codes(), (Texts{"shop to_do", "second to_do"}));
}

// `store` is declared in the place of `shop`.
PlanWorld renamed() {
    PlanWorld world;
    world.extra();
    PlanWorld::Other& store = world.beside("store", Verdict::missing);
    store.seen.record.reset();
    store.seen.result.where = {};
    store.seen.result.changes.clear();
    store.seen.result.proof = Proof::complete_list;
    store.desired.policy.replaces = "Shop";
    return world;
}

Texts said_of(PlanWorld& world) {
    Texts out;
    for (const Step& step : world.plan().steps) {
        out.push_back(step.name + ": " +
                      (step.obstacles.empty()
                           ? std::string(to_string(step.parts.front().action))
                           : std::string(to_string(step.readiness)) + " " + step.obstacles.front().code));
    }
    return out;
}

TEST(Replacing, RemovesTheOldRightBeforeTheNewIsCreated) {
    PlanWorld world = renamed();
    PlanWorld::Other& drifted = world.beside("early", Verdict::drifted);
    drifted.seen.result.changes = {{.subject = Subject::content, .path = "x", .desired = "a", .actual = "b"}};
    const Plan plan = world.plan();
    EXPECT_EQ(said_of(world), (Texts{"shop: remove", "store: create", "early: update"}));
    EXPECT_EQ(plan.steps[1].replaces, "shop");
    EXPECT_EQ(plan.steps[1].notes.front(), "takes the place of `shop`, whose data does not follow");
}

TEST(Replacing, CreatesNothingWhileTheOldStays) {
    PlanWorld kept = renamed();
    kept.input.servers["main"].max_removes = 0;
    EXPECT_EQ(said_of(kept), (Texts{"shop: blocked max_removes", "store: blocked replaces_blocked"}));
    PlanWorld no_scope = renamed();
    no_scope.scopes.clear();
    EXPECT_EQ(said_of(no_scope), Texts{"store: blocked replaces_not_extra"});
    PlanWorld filtered = renamed();
    filtered.scopes.clear();
    filtered.facts.list.value->clear();
    filtered.user();
    EXPECT_EQ(said_of(filtered), Texts{"store: blocked engine_not_known"});
    PlanWorld gone = renamed();
    gone.undeclared = true;
    gone.scopes.clear();
    gone.facts.list.value->clear();
    EXPECT_EQ(said_of(gone), Texts{"store: create"}) << "it went before";
}

TEST(Replacing, KeepsTheOldWhileTheNewCannotBeCreated) {
    PlanWorld world = renamed();
    world.others.back().desired.state = DesiredState::stopped; // creating would start it
    EXPECT_EQ(said_of(world), (Texts{"shop: blocked not_replaced", "store: blocked would_start"}));
    PlanWorld waiting = renamed();
    waiting.others.back().desired.policy.after = {"base"};
    waiting.beside("base", Verdict::unreachable);
    EXPECT_EQ(said_of(waiting),
              (Texts{"base: blocked unreachable", "shop: blocked not_replaced", "store: held waits"}));
}

TEST(Strangers, AreContainersAndServicesThatTheFileDoesNotHave) {
    StackRecord record;
    record.name = "Shop";
    record.type = StackType::swarm;
    ExtraFacts facts{.file = "services: {web: {image: a}}",
                     .containers = std::vector{Container{.name = "c", .project = "shop", .service = "web"}},
                     .services = std::vector{SwarmService{.name = "shop_web", .namespace_ = "shop"},
                                             SwarmService{.name = "shop_old", .namespace_ = "shop"},
                                             SwarmService{.name = "other_old", .namespace_ = "other"}}};
    EXPECT_EQ(strangers_of(record, facts), Texts{"service shop_old"});
    facts.containers->front().service = "debug";
    EXPECT_EQ(strangers_of(record, facts), (Texts{"container c", "service shop_old"}));
    facts.services.reset();
    EXPECT_EQ(strangers_of(record, facts), std::nullopt);
    record.type = StackType::standalone;
    EXPECT_EQ(strangers_of(record, facts), Texts{"container c"});
}

} // namespace
} // namespace mooring::reconcile::test
