// What is kept before it is overwritten.
#include "apply/apply.hpp"

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

// A backup of `kept` as it is read back.
KeptBackup read_back(const StackRecord& kept, const std::optional<std::string>& file) {
    const TemporaryFolder folder;
    const auto written = write_backup(
        folder.path(), {.server = "main", .instance_id = "uuid", .record = kept, .file = file, .at = 1'795'480'000});
    auto read = read_backup(written.value());
    EXPECT_TRUE(read) << (read ? "" : read.error().message);
    return std::move(read).value_or(KeptBackup{});
}

StackRecord plain() {
    StackRecord made = record();
    made.name = "shop";
    made.git.reset();
    made.created_at = 1'795'000'000;
    made.status = 2;
    made.env.push_back({.name = "PASSWORD", .value = Secret("last")});
    made.env.push_back({.name = "EMPTY", .value = Secret("")});
    made.resource_control = ResourceControl{.id = 9, .users = {2}, .teams = {4}};
    return made;
}

TEST(Restoring, DeclaresFileVariablesStateAndAccessWhole) {
    const std::string file = "services: {web: {image: a}}\r\n";
    const KeptBackup kept = read_back(plain(), file);
    EXPECT_EQ(kept.server, "main");
    EXPECT_EQ(kept.instance_id, "uuid");
    const DesiredStack stack = declaration_of(kept, "b", false).value();
    EXPECT_EQ(stack.name, "shop");
    EXPECT_EQ(std::get<EnvironmentRef>(stack.environment).id, 3);
    EXPECT_EQ(std::get<DesiredContent>(stack.source).text, file) << "byte for byte";
    ASSERT_EQ(stack.env->size(), 2U);
    EXPECT_EQ(stack.env->at(0).value->reveal(), "last") << "of a name that is there twice the last value counts";
    EXPECT_EQ(stack.env->at(1).value->reveal(), "");
    EXPECT_TRUE(stack.env_strict && stack.env_strict_written) << "what came since goes";
    EXPECT_EQ(stack.state, DesiredState::stopped);
    EXPECT_EQ(stack.access->kind, DesiredAccess::Kind::restricted);
    EXPECT_EQ(stack.access->users.at(0).id, 2);
    EXPECT_EQ(stack.access->teams.at(0).id, 4);
    EXPECT_EQ(stack.tie->id, 7) << "no other record is meant";
    EXPECT_EQ(stack.tie->created, 1'795'000'000);
    EXPECT_EQ(stack.adopt, true);
    const DesiredStack anew = declaration_of(kept, "b", true).value();
    EXPECT_FALSE(anew.tie || anew.adopt) << "one that stands there now is somebody else's";
}

TEST(Restoring, SaysWhatItCannotBringBack) {
    const std::optional<std::string> none;
    const auto refused = [](const KeptBackup& kept) {
        const auto stack = declaration_of(kept, "b", false);
        return stack ? std::string() : stack.error().message;
    };
    EXPECT_TRUE(refused(read_back(record(), none)).contains("Git"));
    EXPECT_TRUE(refused(read_back(plain(), none)).contains("no file"));
    StackRecord unknown = plain();
    unknown.type.reset();
    EXPECT_TRUE(refused(read_back(unknown, "x")).contains("not known"));
    StackRecord cluster = plain();
    cluster.type = StackType::kubernetes;
    KeptBackup old = read_back(cluster, "x");
    old.names_namespace = false;
    EXPECT_TRUE(refused(old).contains("does not say its namespace"));
}

TEST(Restoring, DeclaresAKubernetesStackInItsNamespaceByItsExactName) {
    StackRecord record = plain();
    record.type = StackType::kubernetes;
    record.name = "Shop 1!";
    record.namespace_ = "shop";
    const DesiredStack stack = declaration_of(read_back(record, "kind: x\n"), "b", false).value();
    EXPECT_EQ(stack.name, "Shop 1!");
    EXPECT_EQ(stack.type, StackType::kubernetes);
    EXPECT_EQ(stack.namespace_, "shop");
    EXPECT_EQ(stack.tie->id, 7);
    EXPECT_FALSE(stack.state || stack.env || stack.access) << "there is none of it in a cluster";
}

// Somebody edited it by hand: what comes near a number or a list would be another stack, other people, no variables.
TEST(Restoring, TakesNoValueForSomethingNearIt) {
    const TemporaryFolder folder;
    const StackRecord record = plain();
    const fs::path written =
        write_backup(folder.path(), {.server = "main", .instance_id = "uuid", .record = record, .file = "x"}).value() /
        "record.json";
    const std::string whole = read_file(written, 10'000).value();
    const std::pair<const char*, const char*> edits[]{
        {R"("id": 7)", R"("id": 7.5)"},          {R"("id": 7)", R"("id": 18446744073709551615)"},
        {R"("id": 7)", R"("id": true)"},         {R"("environment": 3)", R"("environment": 1e300)"},
        {R"("status": 2)", R"("status": "2")"},  {R"("env": [)", R"("env": null, "was": [)"},
        {R"("users": [)", R"("users": [2.5, )"}, {R"("teams": [)", R"("teams": null, "were": [)"},
        {R"("name": "shop")", R"("name": "")"}};
    ASSERT_TRUE(read_backup(written.parent_path()));
    for (const auto& [from, becomes] : edits) {
        std::string text = whole;
        ASSERT_NE(text.find(from), std::string::npos) << from << " in " << text;
        text.replace(text.find(from), std::string_view(from).size(), becomes);
        ASSERT_TRUE(write_file_atomically(written, text));
        EXPECT_FALSE(read_backup(written.parent_path())) << becomes;
    }
}

TEST(Restoring, RefusesWhatIsNotABackupWithoutShowingIt) {
    const TemporaryFolder folder;
    EXPECT_FALSE(read_backup(folder.path() / "nothing"));
    for (const char* text : {"", "[]", "{}", R"({"kind": "Backup"})", R"({"kind": "Backup", "server": "e2e-secret"})",
                             R"({"kind": "Backup", "server": 5, "env": [{"name": "A", "value": "e2e-secret"}]})"}) {
        ASSERT_TRUE(write_file_atomically(folder.path() / "record.json", text));
        const auto read = read_backup(folder.path());
        ASSERT_FALSE(read) << text;
        EXPECT_TRUE(read.error().message.contains("does not hold a backup")) << read.error().message;
        EXPECT_FALSE((read.error().message + read.error().detail).contains("e2e-secret"));
    }
}

} // namespace
} // namespace mooring::apply
