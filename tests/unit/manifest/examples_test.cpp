// The examples that people copy from must load without an error or a warning.
#include "manifest/manifest.hpp"
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
