// What `mooring init` writes: valid whatever it is given, and portable where it can be.
#include "cli/output.hpp"

#include "base/file.hpp"
#include "manifest/config.hpp"
#include "manifest/decode.hpp"

#include <filesystem>
#include <gtest/gtest.h>

namespace mooring::cli {
namespace {

config::Loaded loaded(const std::string& text) {
    const std::string file = testing::TempDir() + "/mooring-init.yaml";
    EXPECT_TRUE(write_file_atomically(file, text));
    config::Loaded out = config::load({.config = file, .flags = {}}, Variables());
    std::filesystem::remove(file);
    return out;
}

TEST(InitFiles, TheConfigurationIsValidWhateverItIsGiven) {
    for (const char* token_file : {"token", "with \"quotes\" and: colon", "/etc/mooring/token", "#x", "ä"}) {
        const InitWishes wishes{.url = "https://portainer.example.org:9443/x", .token_file = token_file, .pin = ""};
        const config::Loaded out = loaded(first_configuration(wishes, "m", "/home/me"));
        EXPECT_FALSE(has_errors(out.diagnostics)) << token_file;
        ASSERT_EQ(out.config.servers.size(), 1U);
        EXPECT_EQ(out.config.servers[0].server.url, wishes.url);
    }
    const config::Loaded pinned = loaded(first_configuration(
        {.url = "https://x", .token_file = "t", .pin = "sha256/47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="}, "m",
        "/"));
    ASSERT_EQ(pinned.config.servers.size(), 1U);
    EXPECT_NE(pinned.config.servers[0].server.tls.pin, "");
}

TEST(InitFiles, ATokenFileInsideTheFolderIsNamedRelativeToIt) {
    const auto named = [](const char* file, const char* folder) {
        const std::string text =
            first_configuration({.url = "https://x", .token_file = file, .pin = ""}, folder, "/home/me");
        const auto from = text.find("{file: ") + 7;
        return text.substr(from, text.find('}', from) - from);
    };
    EXPECT_EQ(named("m/token", "m"), "\"token\"");
    EXPECT_EQ(named("token", "."), "\"token\"");
    EXPECT_EQ(named("token", "m"), "\"/home/me/token\"");
    EXPECT_EQ(named("../token", "."), "\"/home/token\"");
    EXPECT_EQ(named("/home/me/m/a/token", "m"), "\"a/token\"");
}

TEST(InitFiles, TheManifestLoadsWithoutARemark) {
    const std::string folder = testing::TempDir() + "/mooring-init-manifest";
    std::filesystem::create_directories(folder);
    ASSERT_TRUE(write_file_atomically(folder + "/first.yaml", first_manifest()));
    manifest::LoadOptions options;
    options.root = folder;
    options.servers = {"main"};
    const Desired desired = manifest::load(options);
    std::filesystem::remove_all(folder);
    EXPECT_TRUE(desired.diagnostics.empty());
    EXPECT_EQ(desired.scopes.size(), 1U);
}

} // namespace
} // namespace mooring::cli
