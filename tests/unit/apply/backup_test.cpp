// What is kept before it is overwritten.
#include "apply/backup.hpp"

#include "base/file.hpp"
#include "unit/manifest/temporary_folder.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sys/stat.h>

namespace mooring::apply {
namespace {

namespace fs = std::filesystem;
using manifest::TemporaryFolder;

StackRecord record() {
    StackRecord made;
    made.id = 7;
    made.name = "../shop";
    made.type = StackType::standalone;
    made.environment = 3;
    made.env = {{.name = "PASSWORD", .value = Secret("kept")}};
    made.git = GitConfig{.url = "https://git.example.test/shop", .has_authentication = true};
    return made;
}

unsigned mode(const fs::path& path) {
    struct stat found{};
    EXPECT_EQ(::stat(path.c_str(), &found), 0) << path;
    return found.st_mode & 07777U;
}

TEST(Backup, HoldsRecordFileAndVariablesForThisUserAlone) {
    const TemporaryFolder folder;
    const std::optional<std::string> file = "services: {}\n";
    const StackRecord kept = record();
    const auto written =
        write_backup(folder.path() / "b",
                     {.server = "main", .instance_id = "uuid", .record = kept, .file = file, .at = 1'795'480'000});
    ASSERT_TRUE(written) << written.error().message;
    EXPECT_TRUE(written->string().starts_with((folder.path() / "b" / "main").string())) << "no name leads out of it";
    EXPECT_EQ(mode(*written), 0700U);
    EXPECT_EQ(mode(*written / "record.json"), 0600U);
    EXPECT_EQ(read_file(*written / "compose.yaml", 1000).value(), *file);
    const auto json = nlohmann::json::parse(read_file(*written / "record.json", 10'000).value());
    EXPECT_EQ(json["env"][0]["value"], "kept");
    EXPECT_EQ(json["lacks"][0], "the password of the Git repository") << "it says what it does not hold";
}

TEST(Backup, TwoOfOneSecondStayApart) {
    const TemporaryFolder folder;
    const std::optional<std::string> none;
    const StackRecord kept = record();
    const Backup backup{.server = "main", .instance_id = "uuid", .record = kept, .file = none, .at = 1'795'480'000};
    const auto first = write_backup(folder.path(), backup);
    const auto second = write_backup(folder.path(), backup);
    ASSERT_TRUE(first && second);
    EXPECT_NE(*first, *second);
}

TEST(Backup, IsRefusedInAGitWorkTree) {
    const TemporaryFolder folder;
    fs::create_directories(folder.path() / ".git");
    const std::optional<std::string> none;
    const StackRecord kept = record();
    const auto written = write_backup(folder.path() / "deep" / "er",
                                      {.server = "main", .instance_id = "", .record = kept, .file = none, .at = 1});
    ASSERT_FALSE(written);
    EXPECT_TRUE(written.error().message.contains("Git work tree"));
}

TEST(Backup, ThatCannotBeWrittenIsAnError) {
    const std::optional<std::string> none;
    const StackRecord kept = record();
    EXPECT_FALSE(
        write_backup("/proc/nowhere", {.server = "main", .instance_id = "", .record = kept, .file = none, .at = 1}));
}

TEST(Backup, OldOnesGoButForTheYoungestThree) {
    const TemporaryFolder folder;
    const std::optional<std::string> none;
    const StackRecord kept = record();
    constexpr UnixSeconds day = UnixSeconds{24} * 3600;
    constexpr UnixSeconds now = 1'795'480'000;
    fs::path stack;
    for (const UnixSeconds age : {90, 80, 70, 60, 50, 2, 1}) {
        stack = write_backup(folder.path(),
                             {.server = "main", .instance_id = "", .record = kept, .file = none, .at = now - age * day})
                    ->parent_path();
    }
    prune_backups(stack, {}, now);
    EXPECT_EQ(std::distance(fs::directory_iterator(stack), fs::directory_iterator()), 3);
    for (const UnixSeconds age : {0, 0, 0}) {
        (void)write_backup(folder.path(),
                           {.server = "main", .instance_id = "", .record = kept, .file = none, .at = now - age});
    }
    prune_backups(stack, {}, now);
    EXPECT_EQ(std::distance(fs::directory_iterator(stack), fs::directory_iterator()), 5)
        << "young ones stay, however many";
}

} // namespace
} // namespace mooring::apply
