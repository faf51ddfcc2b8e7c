// Kubernetes stacks are written as each generation of servers can bear it, and read back object by object
// (kubernetes.md §1, §10).
#include "apply/apply.hpp"
#include "portainer_double/kube_cluster.hpp"
#include "portainer_double/kube_store.hpp"
#include "unit/apply/apply_world.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace mooring::apply {
namespace {

using namespace test;
using Texts = std::vector<std::string>;

std::string config(const std::string& color, const std::string& name = "settings") {
    return "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: " + name + "\ndata:\n  color: " + color + "\n";
}
std::string deployment(const std::string& image) {
    return "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  selector: {matchLabels: {app: "
           "web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec:\n      containers: [{name: web, image: "
           "'" +
           image + "'}]\n";
}

class ApplyKubernetes : public testing::TestWithParam<Version> {
  protected:
    static std::string stacks() {
        const auto quoted = nlohmann::json(config("blue") + deployment("local/web:1.0")).dump();
        return R"({"id": 11, "name": "Shop 1!", "environment": "cluster", "type": "kubernetes", "namespace": "shop",
                   "status": "active", "createdBy": "admin", "file": )" +
               quoted + "}";
    }
    ApplyKubernetes()
        : world(GetParam(), stacks(), {},
                R"({"id": 5, "name": "cluster", "type": 5, "namespaces": {"shop": {}, "elsewhere": {}}})") {}

    DesiredStack& declare(std::string name, std::string file) {
        DesiredStack& stack = world.declare(std::move(name), std::move(file));
        stack.environment = EnvironmentRef{.id = {}, .name = "cluster"};
        stack.type = StackType::kubernetes;
        stack.namespace_ = "shop";
        return stack;
    }
    static portainer_double::Cluster& cluster(portainer_double::World& inside) {
        return inside.cluster_of(*inside.find_environment("cluster"));
    }
    // What a person makes with kubectl.
    static void make_config(portainer_double::World& inside, const std::string& name) {
        const auto kind = portainer_double::find_kind(cluster(inside), "v1", "ConfigMap");
        const portainer_double::Json object{
            {"apiVersion", "v1"}, {"kind", "ConfigMap"}, {"metadata", {{"name", name}, {"namespace", "shop"}}}};
        create_object(cluster(inside), *kind, object, {.manager = "kubectl-create", .now = inside.now()});
    }
    bool has_config(const std::string& name, const std::string& name_space = "shop") {
        return cluster(*world.server().world()).objects.contains({"configmaps", name_space, name});
    }
    std::string file_of(StackId id) { return world.server().world()->find_stack(id)->file; }

    ApplyWorld world;
};

TEST_P(ApplyKubernetes, AnUpdateKeepsTheNameAndIsDoneOnceTheClusterShowsIt) {
    declare("Shop 1!", config("green") + deployment("local/web:1.1"));
    const Applied applied = world.apply();
    EXPECT_EQ(applied.parts, Texts{"update Shop 1!: done"}) << applied.text();
    EXPECT_EQ(world.server().world()->find_stack(11)->name, "Shop 1!");
    EXPECT_TRUE(file_of(11).contains("color: green")) << file_of(11);
    EXPECT_TRUE(file_of(11).contains("namespace: \"shop\"")) << "or 2.43 deletes it elsewhere: " << file_of(11);
    EXPECT_TRUE(world.apply().parts.empty()) << "nothing is left to do";
    EXPECT_EQ(world.writes(), 1U);
}

TEST_P(ApplyKubernetes, ACreateIsFoundAgainAlthoughItsAnswerTellsNoId) {
    declare("other", config("red", "other"));
    const Applied applied = world.apply();
    EXPECT_EQ(applied.parts, Texts{"create other: done"}) << applied.text();
    EXPECT_TRUE(world.apply().parts.empty());
    EXPECT_EQ(world.writes(), 1U);
}

TEST_P(ApplyKubernetes, TheNameMayStandInAnotherNamespace) {
    declare("Shop 1!", config("red", "other")).namespace_ = "elsewhere";
    EXPECT_EQ(world.apply().parts, Texts{"create Shop 1!: done"});
    EXPECT_TRUE(world.apply().parts.empty());
}

TEST_P(ApplyKubernetes, NothingIsCreatedOverObjectsThatAreThere) {
    declare("other", config("red"));
    const Applied applied = world.apply();
    EXPECT_TRUE(applied.parts.empty()) << applied.text();
    ASSERT_EQ(applied.plan.steps.size(), 1U);
    EXPECT_EQ(applied.plan.steps[0].obstacles.front().code, "would_adopt");
    EXPECT_EQ(world.writes(), 0U);
}

TEST_P(ApplyKubernetes, WhatAPersonMakesWhileThePlanIsLookedAtIsNotTakenOver) {
    declare("other", config("red", "other") + "---\n" + config("red", "second"));
    world.between = [this](const reconcile::Plan&) { make_config(*world.server().world(), "second"); };
    const Applied applied = world.apply();
    ASSERT_EQ(applied.parts.size(), 1U) << applied.text();
    EXPECT_TRUE(
        applied.parts[0].starts_with("create other: skipped: ConfigMap/second appeared after the plan was made"))
        << applied.parts[0];
    EXPECT_EQ(world.writes(), 0U);
}

TEST_P(ApplyKubernetes, OnlyWhatThePlanMayTakeOverIsTakenOver) {
    make_config(*world.server().world(), "other");
    declare("other", config("red", "other") + "---\n" + config("red", "second")).allow = {Allowance::adopt_running};
    world.between = [this](const reconcile::Plan&) { make_config(*world.server().world(), "second"); };
    EXPECT_TRUE(world.apply().text().contains("ConfigMap/second appeared"));
    EXPECT_EQ(world.writes(), 0U);
    world.between = nullptr;
    const Applied applied = world.apply();
    EXPECT_EQ(applied.plan.steps.at(0).takes_over, (Texts{"ConfigMap/other", "ConfigMap/second"}));
    EXPECT_EQ(applied.parts, Texts{"create other: done"}) << applied.text();
}

// What an update would put under its hands, though others made it.
TEST_P(ApplyKubernetes, AnUpdateTakesOverNoObjectThatItsFileHasAnew) {
    make_config(*world.server().world(), "byhand");
    declare("other", config("red", "other"));
    ASSERT_EQ(world.apply().parts, Texts{"create other: done"});
    declare("Shop 1!", config("blue") + deployment("local/web:1.0") + "---\n" + config("blue", "byhand"));
    const Applied applied = world.apply();
    ASSERT_EQ(applied.plan.steps.size(), 1U) << applied.text();
    EXPECT_EQ(applied.plan.steps[0].obstacles.front().code, "would_adopt");
    world.declared.back().source = DesiredContent{
        .text = config("blue") + deployment("local/web:1.0") + "---\n" + config("blue", "other"), .file = "o.yaml"};
    world.declared.back().allow = {Allowance::adopt_running};
    const Applied held = world.apply();
    ASSERT_EQ(held.plan.steps.size(), 1U) << held.text();
    EXPECT_EQ(held.plan.steps[0].obstacles.front().code, "held_by_another");
    EXPECT_EQ(world.writes(), 1U) << "the create";
}

TEST_P(ApplyKubernetes, WhatAPersonMakesBeforeAnUpdateIsNotTakenOver) {
    declare("Shop 1!", config("green") + deployment("local/web:1.0") + "---\n" + config("green", "second"));
    world.between = [this](const reconcile::Plan&) { make_config(*world.server().world(), "second"); };
    const Applied applied = world.apply();
    ASSERT_EQ(applied.parts.size(), 1U) << applied.text();
    EXPECT_TRUE(
        applied.parts[0].starts_with("update Shop 1!: skipped: ConfigMap/second appeared after the plan was made"))
        << applied.parts[0];
    EXPECT_EQ(world.writes(), 0U);
    world.between = nullptr;
    world.declared.back().allow = {Allowance::adopt_running};
    const Applied taking = world.apply();
    EXPECT_EQ(taking.plan.steps.at(0).takes_over, Texts{"ConfigMap/second"});
    EXPECT_EQ(taking.parts, Texts{"update Shop 1!: done"}) << taking.text();
    EXPECT_TRUE(world.apply().parts.empty());
}

TEST_P(ApplyKubernetes, WhatItsFileDroppedAndHasAnewIsItsOwn) {
    const std::string both = config("green") + deployment("local/web:1.0") + "---\n" + config("green", "second");
    declare("Shop 1!", both);
    ASSERT_EQ(world.apply().parts, Texts{"update Shop 1!: done"});
    world.declared.back().source = DesiredContent{.text = config("green") + deployment("local/web:1.0"), .file = "o"};
    ASSERT_EQ(world.apply().parts, Texts{"update Shop 1!: done"});
    EXPECT_TRUE(has_config("second")) << "nothing removes it";
    world.declared.back().source = DesiredContent{.text = both, .file = "o"};
    EXPECT_EQ(world.apply().parts, Texts{"update Shop 1!: done"});
}

TEST_P(ApplyKubernetes, AFrozenMapIsNotSentAndAnEqualOneIs) {
    const auto frozen = [](const std::string& color) { return "---\n" + config(color, "ice") + "immutable: true\n"; };
    declare("Shop 1!", config("blue") + deployment("local/web:1.0") + frozen("white"));
    ASSERT_EQ(world.apply().parts, Texts{"update Shop 1!: done"});
    world.declared.back().source =
        DesiredContent{.text = config("blue") + deployment("local/web:1.0") + frozen("clear"), .file = "o"};
    const Applied blocked = world.apply();
    ASSERT_EQ(blocked.plan.steps.size(), 1U) << blocked.text();
    EXPECT_EQ(blocked.plan.steps[0].obstacles.front().code, "immutable");
    EXPECT_TRUE(blocked.plan.steps[0].obstacles.front().message.contains("ConfigMap/ice:data.color"));
    world.declared.back().source =
        DesiredContent{.text = config("red") + deployment("local/web:1.0") + frozen("white"), .file = "o"};
    EXPECT_EQ(world.apply().parts, Texts{"update Shop 1!: done"});
}

// The stack `Shop 1!`, deployed from a repository that has moved on.
class ApplyKubernetesGit : public testing::TestWithParam<Version> {
  protected:
    ApplyKubernetesGit()
        : world(GetParam(),
                R"({"id": 11, "name": "Shop 1!", "environment": "cluster", "type": "kubernetes", "namespace": "shop",
                    "status": "active", "createdBy": "admin",
                    "git": {"url": "https://git.example.test/source", "reference": "refs/heads/main",
                            "path": "objects.yaml", "commit": "b1", "username": "robot"}, "file": )" +
                    nlohmann::json(config("blue")).dump() + "}",
                {}, R"({"id": 5, "name": "cluster", "type": 5, "namespaces": {"shop": {}}})") {
        auto& repository = world.server().world()->repositories.emplace_back();
        repository.url = "https://git.example.test/source";
        repository.references = {{"refs/heads/main", "b2"}, {"refs/heads/next", "c3"}};
        repository.files = {{"objects.yaml", config("green")}};
        DesiredStack& stack = world.declare("Shop 1!");
        stack.environment = EnvironmentRef{.id = {}, .name = "cluster"};
        stack.type = StackType::kubernetes;
        stack.namespace_ = "shop";
        stack.source =
            DesiredGit{.url = "https://git.example.test/source", .reference = "main", .path = "objects.yaml"};
    }
    static std::string obstacles_of(const Applied& applied) {
        std::string out;
        for (const reconcile::Step& step : applied.plan.steps) {
            for (const reconcile::Obstacle& one : step.obstacles) out += one.code + ": " + one.message + "\n";
        }
        return out;
    }
    bool hangs() const { return GetParam() != Version::v2_43_0; }
    const portainer_double::Stack& stack() { return *world.server().world()->find_stack(11); }

    ApplyWorld world;
};

TEST_P(ApplyKubernetesGit, SettingsAndRedeploymentKeepNameLinkAndCredentials) {
    std::get<DesiredGit>(world.declared.back().source).reference = "next";
    world.declared.back().allow = {Allowance::redeploy_git};
    const Applied applied = world.apply();
    EXPECT_EQ(applied.parts, (Texts{"settings Shop 1!: done", "redeploy Shop 1!: done"}))
        << applied.text() << obstacles_of(applied);
    EXPECT_EQ(stack().name, "Shop 1!");
    ASSERT_TRUE(stack().git);
    EXPECT_EQ(stack().git->reference, "refs/heads/next");
    EXPECT_EQ(stack().git->commit, "c3");
    EXPECT_EQ(stack().git->username, "robot");
    EXPECT_EQ(stack().status, 1);
    const auto& notes = applied.plan.steps.at(0).notes;
    EXPECT_TRUE(std::ranges::any_of(notes, [](const std::string& one) { return one.contains("is not known"); }));
    EXPECT_EQ(std::ranges::any_of(notes, [](const std::string& one) { return one.contains("for good"); }), hangs());
    EXPECT_TRUE(world.apply().parts.empty()) << "nothing is left to do";
}

TEST_P(ApplyKubernetesGit, ADeploymentThatFailedIsDoneAgainWhereItIsAllowed) {
    world.server().world()->find_stack(11)->status = 4;
    if (hangs()) return; // records of older servers have no such status
    EXPECT_TRUE(world.apply().parts.empty());
    world.declared.back().allow = {Allowance::redeploy_git};
    const Applied applied = world.apply();
    EXPECT_EQ(applied.parts, Texts{"redeploy Shop 1!: done"}) << applied.text() << obstacles_of(applied);
    EXPECT_EQ(stack().git->reference, "refs/heads/main");
}

TEST_P(ApplyKubernetes, ABackupBringsItBackUnderItsExactName) {
    declare("Shop 1!", config("green") + deployment("local/web:1.1"));
    EXPECT_EQ(world.apply().parts, Texts{"update Shop 1!: done"});
    const auto log = world.ledger().log().value();
    const auto intent = std::ranges::find(log, LogKind::intent, &LogEntry::kind);
    const std::filesystem::path folder = intent->intent.backup;
    const DesiredStack back = declaration_of(read_backup(folder).value(), folder, false).value();
    world.declared = {back};
    EXPECT_EQ(world.apply().parts, Texts{"update Shop 1!: done"});
    EXPECT_TRUE(file_of(11).contains("color: blue")) << file_of(11);
    EXPECT_EQ(world.server().world()->find_stack(11)->name, "Shop 1!");
    EXPECT_TRUE(world.apply().parts.empty());
}

TEST_P(ApplyKubernetes, WhatIsAppliedInPartIsNoSuccess) {
    declare("Shop 1!", config("green") + "---\napiVersion: example.test/v1\nkind: Nonsense\nmetadata: {name: a}\n");
    const Applied applied = world.apply();
    ASSERT_EQ(applied.parts.size(), 1U) << applied.text();
    const bool keeps = GetParam() == Version::v2_43_0; // the file of what failed; older servers keep the one of before
    EXPECT_EQ(applied.parts[0], keeps ? "update Shop 1!: stored" : "update Shop 1!: failed");
    EXPECT_EQ(file_of(11).contains("Nonsense"), keeps);
}

TEST_P(ApplyKubernetes, WhatWouldHangAServerIsNeverSent) {
    declare("Shop 1!", config("green") + "---\nkind: [\n");
    EXPECT_TRUE(world.apply().parts.empty());
    EXPECT_EQ(world.writes(), 0U);
}

TEST_P(ApplyKubernetes, ARolloutThatFailsDoesNotConverge) {
    declare("Shop 1!", config("blue") + deployment("local/nosuch:1"));
    const Applied applied = world.apply();
    ASSERT_EQ(applied.parts.size(), 1U) << applied.text();
    EXPECT_EQ(applied.parts[0], "update Shop 1!: not_converged");
}

// `other` was made by Mooring, and nobody declares it any more.
class RemoveKubernetes : public ApplyKubernetes {
  protected:
    void SetUp() override {
        declare("Shop 1!", config("blue") + deployment("local/web:1.0"));
        declare("other", config("red", "other") + "---\n" + config("red", "second"));
        ASSERT_EQ(world.apply().parts, Texts{"create other: done"});
        world.prunes = true;
        before = world.writes();
    }
    Applied apply_without() {
        std::erase_if(world.declared, [](const DesiredStack& one) { return one.name == "other"; });
        return world.apply();
    }
    bool is_listed() {
        const auto inside = world.server().world();
        return std::ranges::any_of(inside->stacks, [](const auto& one) { return one.second.name == "other"; });
    }
    bool deletes() const { return GetParam() != Version::v2_39_0; }

    std::size_t before = 0;
};

TEST_P(RemoveKubernetes, GoesWithItsObjectsWhereTheServerDeletesThem) {
    const Applied applied = apply_without();
    if (!deletes()) {
        EXPECT_EQ(applied.plan.steps.at(0).obstacles.front().code, "server_deletes_nothing");
        EXPECT_EQ(world.writes(), before);
        EXPECT_TRUE(is_listed());
        return;
    }
    EXPECT_EQ(applied.parts, Texts{"remove other: done"}) << applied.text();
    EXPECT_FALSE(is_listed());
    EXPECT_FALSE(has_config("other") || has_config("second"));
    EXPECT_TRUE(has_config("settings")) << "the other stack's object";
    EXPECT_TRUE(world.apply().plan.steps.empty());
    EXPECT_EQ(world.writes(), before + 1);
}

TEST_P(RemoveKubernetes, WhatIsNotItsOwnByThenKeepsIt) {
    if (!deletes()) GTEST_SKIP() << "it is blocked there";
    using Hand = void (*)(portainer_double::World&, portainer_double::Json&);
    const std::pair<const char*, Hand> hands[]{
        {"(made by a person)",
         [](auto&, portainer_double::Json& object) {
             object["metadata"]["labels"] = portainer_double::Json::object();
         }},
        {"(of stack 11)",
         [](auto&, portainer_double::Json& object) {
             object["metadata"]["labels"]["io.portainer.kubernetes.application.stackid"] = "11";
         }},
    };
    for (const auto& [why, hand] : hands) {
        world.between = [&](const reconcile::Plan&) {
            const auto inside = world.server().world();
            hand(*inside, cluster(*inside).objects.at({"configmaps", "shop", "second"}));
        };
        const Applied applied = apply_without();
        if (!applied.parts.empty()) {
            EXPECT_TRUE(applied.parts[0].contains("skipped") && applied.parts[0].contains(why)) << applied.text();
        } else {
            EXPECT_EQ(applied.plan.steps.at(0).obstacles.front().code, "strangers");
        }
        EXPECT_EQ(world.writes(), before);
    }
}

TEST_P(RemoveKubernetes, AFileThatAPersonChangedKeepsIt) {
    if (!deletes()) GTEST_SKIP() << "it is blocked there";
    world.between = [&](const reconcile::Plan&) {
        const auto inside = world.server().world();
        for (auto& [id, stack] : inside->stacks) {
            if (stack.name == "other") stack.file = config("red", "other"); // names no namespace
        }
    };
    const Applied applied = apply_without();
    ASSERT_EQ(applied.parts.size(), 1U) << applied.text();
    EXPECT_TRUE(applied.parts[0].starts_with("remove other: skipped: ")) << applied.text();
    EXPECT_EQ(world.writes(), before);
}

TEST_P(RemoveKubernetes, WhatStaysIsNamed) {
    if (!deletes()) GTEST_SKIP() << "it is blocked there";
    world.declared.back().source = DesiredContent{.text = config("red", "other"), .file = "objects.yaml"};
    ASSERT_EQ(world.apply().parts, Texts{"update other: done"});
    std::string message;
    world.on_part = [&](const PartResult& result) { message = result.message; };
    const Applied applied = apply_without();
    EXPECT_EQ(applied.parts, Texts{"remove other: left_behind"}) << applied.text();
    EXPECT_TRUE(message.contains("ConfigMap/second")) << message;
    EXPECT_FALSE(has_config("other"));
    EXPECT_TRUE(has_config("second")) << "and nothing is removed by hand";
    EXPECT_TRUE(applied.plan.steps.at(0).notes.back().contains("ConfigMap/second"));
}

TEST_P(RemoveKubernetes, ALostAnswerIsSettledByReadingTheObjects) {
    if (!deletes()) GTEST_SKIP() << "it is blocked there";
    world.server().add_fault({.kind = FaultKind::drop, .when = When::after, .method = "DELETE", .times = 1});
    EXPECT_EQ(apply_without().parts, Texts{"remove other: done"});
    EXPECT_EQ(world.writes(), before + 1);
}

TEST_P(RemoveKubernetes, AKilledProcessIsSettledFromItsBackup) {
    if (!deletes()) GTEST_SKIP() << "it is blocked there";
    world.calls_left = 1;
    EXPECT_EQ(apply_without().parts, Texts{"killed"});
    world.calls_left = -1;
    world.open();
    world.clock.shift = std::chrono::hours(2);
    world.server().world()->clock_offset = 7200;
    EXPECT_EQ(world.apply().parts, Texts{"settled other: done"});
    EXPECT_EQ(world.writes(), before + 1);
}

TEST_P(RemoveKubernetes, WhatTakesItsPlaceComesOnceItsObjectsAreGone) {
    declare("new", config("green", "other")).policy.replaces = "other";
    const Applied applied = apply_without();
    if (!deletes()) {
        EXPECT_TRUE(applied.parts.empty()) << applied.text();
        EXPECT_EQ(world.writes(), before);
        return;
    }
    EXPECT_EQ(applied.parts, (Texts{"remove other: done", "create new: done"})) << applied.text();
    EXPECT_TRUE(has_config("other"));
    EXPECT_TRUE(world.apply().parts.empty());
}

TEST_P(RemoveKubernetes, WhatWentIsBroughtBackFromItsBackup) {
    if (!deletes()) GTEST_SKIP() << "it is blocked there";
    EXPECT_EQ(apply_without().parts, Texts{"remove other: done"});
    const auto log = world.ledger().log().value();
    const std::filesystem::path folder = log[log.size() - 2].intent.backup;
    world.prunes = false;
    world.declared.push_back(declaration_of(read_backup(folder).value(), folder, true).value());
    EXPECT_EQ(world.apply().parts, Texts{"create other: done"});
    EXPECT_TRUE(has_config("other") && has_config("second"));
}

INSTANTIATE_TEST_SUITE_P(Versions, RemoveKubernetes,
                         testing::Values(Version::v2_23_0, Version::v2_33_0_rc1, Version::v2_39_0, Version::v2_43_0));
INSTANTIATE_TEST_SUITE_P(Versions, ApplyKubernetesGit,
                         testing::Values(Version::v2_23_0, Version::v2_39_0, Version::v2_43_0));
INSTANTIATE_TEST_SUITE_P(Versions, ApplyKubernetes,
                         testing::Values(Version::v2_23_0, Version::v2_39_0, Version::v2_43_0));

} // namespace
} // namespace mooring::apply
