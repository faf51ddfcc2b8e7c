// The examples that people copy from must load without a remark.
#include "manifest/manifest.hpp"
#include "manifest_text.hpp"

#include <gtest/gtest.h>

#include <filesystem>

namespace mooring::manifest {
namespace {

Desired load_from(const std::string& folder) {
    LoadOptions options;
    options.root = std::filesystem::path(MOORING_SOURCE_DIR) / folder;
    options.servers = {"main", "branch"};
    options.default_server = "main";
    return load(options);
}

TEST(Examples, TheDemonstrationShopLoads) {
    const Desired desired = load_from("manifests/demo");
    EXPECT_EQ(as_text(desired.diagnostics), "");
    EXPECT_GE(desired.stacks.size(), 15U);
    EXPECT_EQ(desired.scopes.size(), 1U);
    EXPECT_EQ(desired.waivers.size(), 1U);
}

} // namespace
} // namespace mooring::manifest
