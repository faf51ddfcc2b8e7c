// Which folders are watched, so that renamed files, switched links and ConfigMaps are noticed.
#include "serve/server_loop.hpp"

#include "unit/manifest/temporary_folder.hpp"

#include <gtest/gtest.h>

namespace mooring::serve {
namespace {

namespace fs = std::filesystem;

TEST(ManifestWatch, AFolderIsWatchedWithAllBelowAndItsOwnNameAbove) {
    const manifest::TemporaryFolder folder;
    const fs::path root = fs::canonical(folder.path());
    fs::create_directories(root / "m/a/b");
    fs::create_directories(root / "m/.git/objects");
    const auto found = folders_to_watch({.folder = root / "m", .files = {}}, 100);
    for (const char* all : {"m", "m/a", "m/a/b"}) {
        ASSERT_TRUE(found.contains(root / all)) << all;
        EXPECT_TRUE(found.at(root / all).empty()) << all;
    }
    EXPECT_EQ(found.at(root), std::set<std::string>{"m"});
    EXPECT_FALSE(found.contains(root / "m/.git"));
}

TEST(ManifestWatch, ALinkOnTheWayIsWatchedWhereItStands) {
    const manifest::TemporaryFolder folder;
    const fs::path root = fs::canonical(folder.path());
    fs::create_directories(root / "releases/1");
    fs::create_directory_symlink("releases/1", root / "current");
    const auto found = folders_to_watch({.folder = root / "current", .files = {}}, 100);
    EXPECT_TRUE(found.at(root).contains("current"));
    EXPECT_TRUE(found.at(root / "releases/1").empty());
}

TEST(ManifestWatch, AConfigMapIsWatchedThroughItsLinks) {
    const manifest::TemporaryFolder folder;
    const fs::path root = fs::canonical(folder.path());
    fs::create_directories(root / "m/..2026");
    fs::create_directory_symlink("..2026", root / "m/..data");
    fs::create_symlink("..data/shop.yaml", root / "m/shop.yaml");
    const auto found = folders_to_watch({.folder = root / "m", .files = {}}, 100);
    EXPECT_TRUE(found.at(root / "m").empty());
    EXPECT_TRUE(found.contains(root / "m/..2026"));
}

TEST(ManifestWatch, ASingleFileIsWatchedByName) {
    const manifest::TemporaryFolder folder;
    const fs::path root = fs::canonical(folder.path());
    const auto found = folders_to_watch({.folder = {}, .files = {root / "token"}}, 100);
    EXPECT_EQ(found.at(root), std::set<std::string>{"token"});
}

} // namespace
} // namespace mooring::serve
