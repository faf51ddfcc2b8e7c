// The examples that people copy from must load without an error or a warning.
#include "manifest/config.hpp"
#include "manifest/decode.hpp"
#include "manifest_text.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

namespace mooring::manifest {
namespace {

namespace fs = std::filesystem;

const fs::path manifests_folder = fs::path(MOORING_SOURCE_DIR) / "manifests";

Desired load_from(const fs::path& folder) {
    LoadOptions options;
    options.root = folder;
    options.servers = {"main", "main-admin", "branch"};
    options.default_server = "main";
    return load(options);
}

std::vector<std::string> example_names() {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(manifests_folder / "examples")) {
        const std::string name = entry.path().filename();
        if (name != "compose-dir") names.push_back(name);
    }
    std::ranges::sort(names);
    return names;
}

std::string without_notes(Diagnostics diagnostics) {
    std::erase_if(diagnostics, [](const Diagnostic& d) { return d.severity == Severity::note; });
    return as_text(diagnostics);
}

class Example : public testing::TestWithParam<std::string> {};

TEST_P(Example, LoadsWithoutARemark) {
    const Desired desired = load_from(manifests_folder / "examples" / GetParam());
    EXPECT_EQ(without_notes(desired.diagnostics), "");
    EXPECT_TRUE(desired.complete);
    EXPECT_FALSE(desired.stacks.empty() && desired.scopes.empty());
}

INSTANTIATE_TEST_SUITE_P(Manifests, Example, testing::ValuesIn(example_names()),
                         [](const auto& about) { return about.param; });

// Each key by which something may be written is shown once, and comes out as it is meant.
TEST(Examples, OfWritingComeOutAsTheySay) {
    const Desired policy = load_from(manifests_folder / "examples/policy");
    ASSERT_EQ(policy.stacks.size(), 3U);
    EXPECT_EQ(policy.stacks[0].policy.mode, PolicyMode::report);
    EXPECT_EQ(policy.stacks[1].policy.mode, PolicyMode::correct);
    EXPECT_EQ(policy.stacks[1].policy.rollback, Rollback::automatic);
    EXPECT_EQ(policy.stacks[1].policy.after, std::vector<std::string>{"shop-db"});
    EXPECT_EQ(policy.stacks[2].policy.data, std::vector<std::string>{"volumes.data"});
    for (const DesiredStack& stack : policy.stacks) {
        EXPECT_EQ(stack.policy.windows.size(), 2U);
        EXPECT_EQ(stack.policy.freezes.size(), 1U);
    }
    const Desired allowed = load_from(manifests_folder / "examples/allowed");
    EXPECT_EQ(allowed.stacks.at(0).allow, (std::set{Allowance::start_to_change, Allowance::prune_services}));
    EXPECT_EQ(allowed.stacks.at(1).adopt, true);
    EXPECT_EQ(load_from(manifests_folder / "examples/renamed").stacks.at(0).policy.replaces, "shop");
    const Desired git = load_from(manifests_folder / "examples/repository");
    EXPECT_TRUE(std::get<DesiredGit>(git.stacks.at(0).source).credentials.value().password);
    const Desired pinned = load_from(manifests_folder / "examples/pinned");
    EXPECT_EQ(std::get<EnvironmentRef>(pinned.stacks.at(0).environment),
              (EnvironmentRef{.id = 4, .name = "production"}));
    EXPECT_TRUE(pinned.stacks[0].env_strict_written);
    for (const DesiredEnv& env : pinned.stacks[0].env.value()) EXPECT_EQ(env.unwritable, "") << env.name;
    EXPECT_TRUE(load_from(manifests_folder / "examples/apply").scopes.at(0).prune);
}

TEST(Examples, TheConfigurationThatLetsApplyWriteLoads) {
    const config::Overrides overrides{.config = manifests_folder / "examples/apply/mooring.yaml", .flags = {}};
    const config::Loaded loaded = config::load(overrides, Variables{}, {});
    EXPECT_EQ(as_text(loaded.diagnostics), "");
    const config::Config& config = loaded.config;
    EXPECT_TRUE(config.servers.at(0).write.apply);
    EXPECT_FALSE(config.servers[0].write.correct);
    EXPECT_EQ(config.servers[0].write.limits.max_share, 10U);
    EXPECT_FALSE(config::lies_below_manifests(config));
    EXPECT_EQ(load_from(config.manifests).stacks.size(), 1U);
}

TEST(Examples, TheDemonstrationShopLoads) {
    const Desired desired = load_from(manifests_folder / "demo");
    EXPECT_EQ(without_notes(desired.diagnostics), "");
    EXPECT_GE(desired.stacks.size(), 15U);
    EXPECT_EQ(desired.scopes.size(), 1U);
    EXPECT_EQ(desired.waivers.size(), 1U);
}

TEST(Examples, TheFolderOfComposeFoldersLoads) {
    ComposeDirOptions options;
    options.root = manifests_folder / "examples/compose-dir";
    options.environment.name = "production";
    const Desired desired = load_compose_dir(options);
    EXPECT_EQ(as_text(desired.diagnostics), "");
    EXPECT_EQ(desired.stacks.size(), 2U);
}

TEST(Examples, AllTogetherAreNotOneFolderByAccident) {
    // `shop` is declared by the examples of Git and of waivers: one folder holds one desired state.
    const Desired desired = load_from(manifests_folder / "examples");
    EXPECT_FALSE(desired.complete);
    EXPECT_NE(as_text(desired.diagnostics).find("collision"), std::string::npos);
}

} // namespace
} // namespace mooring::manifest
