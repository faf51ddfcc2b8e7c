// `mooring check` whole, against a Portainer in memory.
#include "cli/commands.hpp"

#include "base/file.hpp"
#include "cli/load_run.hpp"
#include "support/fake_api.hpp"
#include "test_console.hpp"

#include <filesystem>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace mooring::cli {
namespace {

constexpr std::string_view token = "ptr_unit-token";
constexpr std::string_view secret_desired = "unit-secret-desired";
constexpr std::string_view secret_actual = "unit-secret-actual";
constexpr std::string_view web = "services:\n  web:\n    image: nginx:1.27\n";

StackRecord record(StackId id, std::string name) {
    StackRecord out;
    out.id = id;
    out.name = std::move(name);
    out.type = StackType::standalone;
    out.environment = 1;
    out.status = 1;
    out.created_at = 1794000000;
    out.env = {{"DB_PASSWORD", Secret(std::string(secret_actual))}};
    return out;
}

// A server of two stacks of which `shop` has drifted.
std::unique_ptr<test::FakeApi> shop() {
    auto api = std::make_unique<test::FakeApi>();
    api->the_environments =
        test::answered(Call::environments, std::vector<Environment>{{.id = 1, .name = "production", .type = 1}});
    api->lists = {test::answered(Call::stacks, std::vector<StackRecord>{record(7, "shop"), record(8, "blog")})};
    api->files[7] = test::answered(Call::stack_file, std::string("services:\n  web:\n    image: nginx:1.25\n"));
    api->files[8] = test::answered(Call::stack_file, std::string(web));
    for (const std::string name : {"shop", "blog"}) {
        api->containers_of[1].push_back({.name = name + "-web-1",
                                         .project = name,
                                         .service = "web",
                                         .number = 1,
                                         .image = name == "shop" ? "nginx:1.25" : "nginx:1.27",
                                         .state = "running",
                                         .status = "Up 5 minutes"});
    }
    return api;
}

class CheckCommand : public testing::Test {
  protected:
    CheckCommand() : folder_(testing::TempDir() + "/check-" + test_name()) {
        std::filesystem::remove_all(folder_);
        std::filesystem::create_directories(folder_ + "/m/web");
        write("m/web/compose.yaml", web);
        declare("shop", "  env: {DB_PASSWORD: " + std::string(secret_desired) + "}\n");
        declare("blog", "");
        console_.variables = Variables({{"PORTAINER_URL", Secret("https://portainer.example.test")},
                                        {"PORTAINER_API_KEY", Secret(std::string(token))}});
    }
    ~CheckCommand() override { std::filesystem::remove_all(folder_); }

    static std::string test_name() { return testing::UnitTest::GetInstance()->current_test_info()->name(); }

    void write(const std::string& name, std::string_view text) const {
        ASSERT_TRUE(write_file_atomically(folder_ + "/" + name, text, 0600));
    }
    void declare(const std::string& name, const std::string& more) const {
        write("m/" + name + ".yaml", "apiVersion: mooring/v1\nkind: Stack\nmetadata: {name: " + name +
                                         "}\nspec:\n  environment: production\n  compose: {file: web/compose.yaml}\n" +
                                         more);
    }

    // The exit code of `mooring check FOLDER/m WORDS...`. No output may hold a secret.
    int check(std::vector<std::string> words, std::unique_ptr<test::FakeApi> api = shop()) {
        words.insert(words.begin(), {"check", folder_ + "/m"});
        std::vector<const char*> arguments;
        for (const std::string& word : words) arguments.push_back(word.c_str());
        auto make_api = [&api, this](boost::asio::any_io_executor, ServerConnection server,
                                     portainer::Hooks) -> Result<std::unique_ptr<portainer::Api>> {
            EXPECT_EQ(server.token.reveal(), token);
            asked_.push_back(server.name);
            if (server.name != "second") return std::move(api);
            auto refusing = std::make_unique<test::FakeApi>();
            refusing->identities = {
                test::refused<Identity>(Call::identity, Outcome::credentials_refused, 401, "Invalid JWT token")};
            return refusing;
        };
        const int code = console_.run(make_check_command(make_api), arguments);
        const std::string all = out() + err();
        for (const std::string_view secret : {token, secret_desired, secret_actual})
            EXPECT_EQ(all.find(secret), std::string::npos) << all;
        return code;
    }

    std::string out() const { return console_.out.str(); }
    std::string err() const { return console_.err.str(); }
    bool printed(std::string_view part) const { return out().find(part) != std::string::npos; }

    std::string folder_;
    std::vector<std::string> asked_; // the servers that a connection was made for
    TestConsole console_;
};

TEST_F(CheckCommand, ReportsDriftAndReturnsItsBit) {
    EXPECT_EQ(check({}), 2);
    EXPECT_TRUE(printed("DRIFTED      shop/production")) << out();
    EXPECT_TRUE(printed("nginx:1.27  ->  nginx:1.25"));
    EXPECT_TRUE(printed("env.DB_PASSWORD             differs (secret)"));
    EXPECT_TRUE(printed("in sync      blog/production"));
    EXPECT_EQ(err(), "");
}

TEST_F(CheckCommand, OnlyAsksForWhatIsWanted) {
    EXPECT_EQ(check({"--only", "name=blog"}), 0);
    EXPECT_FALSE(printed("shop/production"));
}

TEST_F(CheckCommand, OnlyThatMatchesNothingIsAUsageErrorAndNoSuccess) {
    EXPECT_EQ(check({"--only", "name=blgo"}), 64);
    EXPECT_NE(err().find("--only matches no stack"), std::string::npos);
}

// With a Scope a NAME may be a stack that nobody declares, which only the server can tell.
TEST_F(CheckCommand, ANameThatNothingFitsIsAUsageErrorWithAScopeToo) {
    write("m/scope.yaml",
          "apiVersion: mooring/v1\nkind: Scope\nmetadata: {name: all}\nspec: {environments: [production]}\n");
    EXPECT_EQ(check({"blog", "shpo"}), 64);
    EXPECT_NE(err().find("no stack `shpo` is declared or listed; did you mean `shop`?"), std::string::npos) << err();
    EXPECT_EQ(check({"nosuch", "--output", "json=" + folder_ + "/r.json"}), 64);
    EXPECT_NE(err().find("`nosuch`"), std::string::npos) << err();
    EXPECT_EQ(err().find("--only"), std::string::npos) << "nobody typed it: " << err();
    EXPECT_EQ(out(), "") << "a report in front of the reason hides it";
    EXPECT_TRUE(std::filesystem::exists(folder_ + "/r.json")) << "programs get theirs";
    EXPECT_EQ(check({"blog"}), 0);
}

// A server that is down may have it: it is no mistake of who typed it.
TEST_F(CheckCommand, ANameIsNotCalledUnknownWhileAServerIsDown) {
    write("m/scope.yaml",
          "apiVersion: mooring/v1\nkind: Scope\nmetadata: {name: all}\nspec: {environments: [production]}\n");
    auto down = shop();
    down->identities = {test::refused<Identity>(Call::identity, Outcome::unavailable, 502, "Bad Gateway")};
    EXPECT_EQ(check({"nosuch"}, std::move(down)), 69) << err();
    EXPECT_EQ(err().find("nosuch"), std::string::npos) << err();
    auto refusing = shop();
    refusing->identities = {
        test::refused<Identity>(Call::identity, Outcome::credentials_refused, 401, "Invalid JWT token")};
    EXPECT_EQ(check({"nosuch"}, std::move(refusing)), 77) << err();
    EXPECT_EQ(err().find("no stack `nosuch`"), std::string::npos) << err();
}

TEST_F(CheckCommand, AUsageMistakeIsFoundBeforeAServerIsAsked) {
    EXPECT_EQ(check({"--only", "name=blgo"}), 64);
    EXPECT_EQ(check({"--only", "environment=prodution"}), 64);
    EXPECT_EQ(check({"--output", "json=r", "--output", "sarif=r"}), 64);
    EXPECT_EQ(check({"--format", "jsn"}), 64);
    EXPECT_EQ(check({"--state", "any"}), 64); // belongs to --compose-dir
    EXPECT_EQ(asked_, std::vector<std::string>{});
    EXPECT_EQ(out(), "");
}

TEST_F(CheckCommand, OnlyOfOneServerAsksNoOther) {
    write("mooring.yaml",
          "apiVersion: mooring/v1\nkind: Agent\nspec:\n  servers:\n"
          "    - {name: first, url: https://one.example.test, credential: {env: PORTAINER_API_KEY}}\n"
          "    - {name: second, url: https://two.example.test, credential: {env: PORTAINER_API_KEY}}\n");
    console_.variables = Variables({{"PORTAINER_API_KEY", Secret(std::string(token))}});
    declare("shop", "  server: second\n");
    declare("blog", "  server: first\n");
    EXPECT_EQ(check({"--config", folder_ + "/mooring.yaml", "--only", "name=blog"}), 0) << out() << err();
    EXPECT_EQ(asked_, std::vector<std::string>{"first"});
    EXPECT_FALSE(printed("second")) << out();
    asked_.clear();
    EXPECT_EQ(check({"--config", folder_ + "/mooring.yaml"}), 77) << out() << err();
    EXPECT_EQ(asked_, (std::vector<std::string>{"first", "second"}));
}

// As `mooring list --server` does; the variable only says whose stacks are that name none.
TEST_F(CheckCommand, AServerThatIsTypedIsTheOnlyOne) {
    write("mooring.yaml",
          "apiVersion: mooring/v1\nkind: Agent\nspec:\n  servers:\n"
          "    - {name: first, url: https://one.example.test, credential: {env: PORTAINER_API_KEY}}\n"
          "    - {name: second, url: https://two.example.test, credential: {env: PORTAINER_API_KEY}}\n");
    console_.variables = Variables({{"PORTAINER_API_KEY", Secret(std::string(token))}});
    declare("shop", "  server: second\n");
    declare("blog", "");
    write("m/scope.yaml", "apiVersion: mooring/v1\nkind: Scope\nmetadata: {name: all}\nspec: {server: second}\n");
    const std::string config = folder_ + "/mooring.yaml";
    EXPECT_EQ(check({"--config", config, "--server", "first"}), 0) << out() << err();
    EXPECT_EQ(asked_, std::vector<std::string>{"first"});
    EXPECT_FALSE(printed("shop/production")) << out();
    EXPECT_TRUE(printed("--server first leaves out 1 stack of other servers")) << out();
    EXPECT_EQ(check({"shop", "--config", config, "--server", "first", "--only", "name=nosuch"}), 64) << out();
    EXPECT_NE(err().find("(--server)"), std::string::npos) << err();
    asked_.clear();
    console_.variables = Variables(
        {{"PORTAINER_API_KEY", Secret(std::string(token))}, {"MOORING_SERVER", Secret(std::string("first"))}});
    EXPECT_EQ(check({"--config", config}), 77) << out() << err();
    EXPECT_EQ(asked_, (std::vector<std::string>{"first", "second"}));
}

// Where a configuration names another folder, the one beside it looks as if it counted.
TEST_F(CheckCommand, ManifestsBesideAConfigurationThatNamesOthersAreMentioned) {
    std::filesystem::create_directories(folder_ + "/manifests");
    config::Config config;
    config.file = folder_ + "/mooring.yaml";
    config.manifests = folder_ + "/m";
    const auto note = manifests_beside(config, "");
    ASSERT_TRUE(note);
    EXPECT_TRUE(note->message.contains("/manifests is not read: `manifests:` of ")) << note->message;
    EXPECT_FALSE(manifests_beside(config, folder_ + "/m")) << "DIR was given";
    for (const std::string read : {"/manifests", "/manifests/web", ""}) {
        config.manifests = folder_ + read;
        EXPECT_FALSE(manifests_beside(config, "")) << read;
    }
    config.file.clear();
    EXPECT_FALSE(manifests_beside(config, ""));
}

TEST_F(CheckCommand, AListThatWasNeverReadIsNotCalledFiltered) {
    auto api = shop();
    api->lists = {test::refused<std::vector<StackRecord>>(Call::stacks, Outcome::unavailable, 502, "Bad Gateway")};
    EXPECT_EQ(check({}, std::move(api)), 69);
    EXPECT_TRUE(printed("list not read")) << out();
    EXPECT_FALSE(printed("list filtered")) << out();
}

TEST_F(CheckCommand, RefusedCredentialsDenyEveryStackAndEndIn77) {
    auto api = shop();
    api->identities = {test::refused<Identity>(Call::identity, Outcome::credentials_refused, 401, "Invalid JWT token")};
    EXPECT_EQ(check({}, std::move(api)), 77);
    EXPECT_TRUE(printed("DENIED       shop/production")) << out();
    EXPECT_TRUE(printed("exit 77: the credentials were refused by server main"));
}

TEST_F(CheckCommand, ASilentServerMakesEverythingUnreachable) {
    auto api = shop();
    api->lists = {test::refused<std::vector<StackRecord>>(Call::stacks, Outcome::unavailable, 0, "connection refused")};
    EXPECT_EQ(check({}, std::move(api)), 69);
    EXPECT_TRUE(printed("UNREACHABLE  shop/production")) << out();
    EXPECT_FALSE(printed("MISSING"));
}

TEST_F(CheckCommand, ADamagedMemoryIsNoEmptyMemory) {
    write("memory.json", "{");
    EXPECT_EQ(check({"--remember", folder_ + "/memory.json"}), 65);
    EXPECT_NE(err().find("memory.json"), std::string::npos);
    EXPECT_EQ(out(), "");
}

TEST_F(CheckCommand, RemembersWhatWasSeen) {
    EXPECT_EQ(check({"--remember", folder_ + "/memory.json"}), 2);
    const auto memory = read_file(folder_ + "/memory.json", 1U << 20U);
    ASSERT_TRUE(memory);
    EXPECT_NE(memory->find("\"shop\""), std::string::npos);
    EXPECT_EQ(memory->find(secret_actual), std::string::npos);
}

TEST_F(CheckCommand, OneBrokenManifestKeepsTheOthersJudgedAndEndsIn65) {
    write("m/broken.yaml", "apiVersion: mooring/v1\nkind: Stack\nmetadata: {nmae: x}\n");
    EXPECT_EQ(check({}), 65);
    EXPECT_TRUE(printed("DRIFTED      shop/production"));
    EXPECT_TRUE(printed("broken.yaml:3:"));
}

TEST_F(CheckCommand, NothingButBrokenManifestsAsksNobody) {
    std::filesystem::remove(folder_ + "/m/shop.yaml");
    std::filesystem::remove(folder_ + "/m/blog.yaml");
    EXPECT_EQ(check({"--format", "json"}, nullptr), 65);
    const auto report = nlohmann::json::parse(out());
    EXPECT_EQ(report["exitCode"], 65);
    EXPECT_FALSE(report["diagnostics"].empty());
}

TEST_F(CheckCommand, AFileThatCannotBeWrittenIsAFailureBeforeAServerIsAsked) {
    EXPECT_EQ(check({"--output", "json=" + folder_ + "/nowhere/r.json"}), 1);
    EXPECT_FALSE(printed("DRIFTED"));
    EXPECT_NE(err().find("nowhere/r.json"), std::string::npos);
}

TEST_F(CheckCommand, FailOnNarrowsTheExitCodeAlone) {
    EXPECT_EQ(check({"--fail-on", "denied"}), 0);
    EXPECT_TRUE(printed("DRIFTED"));
}

} // namespace
} // namespace mooring::cli
