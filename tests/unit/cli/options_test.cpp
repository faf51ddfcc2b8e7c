#include "cli/check_run.hpp"
#include "cli/console.hpp"
#include "cli/load_run.hpp"
#include "test_console.hpp"

#include "base/file.hpp"

#include <algorithm>
#include <filesystem>
#include <gtest/gtest.h>

namespace mooring::cli {
namespace {

using report::Format;

TEST(OnlyFilter, OneKindOrsAndKindsAnd) {
    const auto only = Only::parse({"name=shop", "name=web-*", "environment=prod*", "label=team=a*"});
    ASSERT_TRUE(only);
    const std::map<std::string, std::string> labels{{"team", "alpha"}};
    EXPECT_TRUE(only->matches("shop", "production", labels));
    EXPECT_TRUE(only->matches("web-1", "prod", labels));
    EXPECT_FALSE(only->matches("cache", "production", labels));
    EXPECT_FALSE(only->matches("shop", "staging", labels));
    EXPECT_FALSE(only->matches("shop", "production", {{"team", "beta"}}));
    EXPECT_FALSE(only->matches("shop", "production", {}));
}

TEST(OnlyFilter, NeverLeavesOutWhatMayBeMeant) {
    const auto only = Only::parse({"name=shop", "environment=prod*"});
    ASSERT_TRUE(only);
    EXPECT_TRUE(only->matches("shop", "", {})); // an environment whose name this token cannot learn
    EXPECT_FALSE(only->matches("blog", "", {}));
}

TEST(OnlyFilter, EmptyMatchesAll) {
    const auto only = Only::parse({});
    ASSERT_TRUE(only);
    EXPECT_TRUE(only->empty());
    EXPECT_TRUE(only->matches("any", "", {}));
}

TEST(OnlyFilter, TellsBeforeAnyAnswerWhichStacksMayBeMeant) {
    const auto only = Only::parse({"name=shop", "environment=prod*", "label=team=a*"});
    ASSERT_TRUE(only);
    DesiredStack stack;
    stack.name = "shop";
    stack.labels = {{"team", "alpha"}};
    stack.environment = EnvironmentRef{.id = std::nullopt, .name = "production"};
    EXPECT_TRUE(only->may_match(stack));
    stack.environment = EnvironmentRef{.id = std::nullopt, .name = "staging"};
    EXPECT_FALSE(only->may_match(stack));
    stack.environment = EnvironmentRef{.id = 4, .name = ""}; // its name is not known yet
    EXPECT_TRUE(only->may_match(stack));
    stack.environment = EnvironmentSelector{.tags = {"edge"}, .group = {}};
    EXPECT_TRUE(only->may_match(stack));
    stack.labels = {};
    EXPECT_FALSE(only->may_match(stack));
}

TEST(CheckOptions, StateBelongsToComposeDir) {
    EXPECT_EQ(parse_check({.compose_dir = "d", .state = "any"}, false).value().state, DesiredState::any);
    EXPECT_EQ(parse_check({.compose_dir = "d"}, false).value().state, std::nullopt);
    EXPECT_EQ(parse_check({.compose_dir = "d", .state = "up"}, false).error().kind, ErrorKind::usage);
    EXPECT_EQ(parse_check({.state = "any"}, false).error().kind, ErrorKind::usage);
}

TEST(OnlyFilter, RefusesWhatItDoesNotKnow) {
    for (const std::string word : {"shop", "nmae=shop", "label=team", "label==x", "name=", "=x"}) {
        const auto only = Only::parse({word});
        ASSERT_FALSE(only) << word;
        EXPECT_EQ(only.error().kind, ErrorKind::usage);
    }
    EXPECT_NE(Only::parse({"enviroment=x"}).error().message.find("did you mean `environment`?"), std::string::npos);
}

TEST(Outputs, StandardOutputTakesTheFormatUnlessAFileTakesItsPlace) {
    EXPECT_EQ(parse_outputs("json", {}).value(), (std::vector<Output>{{Format::json, "-"}}));
    EXPECT_EQ(parse_outputs("text", {"json=r.json"}).value(),
              (std::vector<Output>{{Format::text, "-"}, {Format::json, "r.json"}}));
    EXPECT_EQ(parse_outputs("json", {"r.json"}).value(), (std::vector<Output>{{Format::json, "r.json"}}));
    EXPECT_EQ(parse_outputs("text", {"json=-"}).value(), (std::vector<Output>{{Format::json, "-"}}));
    EXPECT_EQ(parse_outputs("text", {"json=a", "text=b"}).value().size(), 3U);
    EXPECT_EQ(parse_outputs("text", {"./a=b"}).value(), (std::vector<Output>{{Format::text, "./a=b"}}));
}

TEST(Outputs, RefuseUnknownFormatsAndTwoFormsOnStandardOutput) {
    EXPECT_NE(parse_outputs("jsn", {}).error().message.find("did you mean `json`?"), std::string::npos);
    EXPECT_NE(parse_outputs("text", {"jsn=f"}).error().message.find("did you mean `json`?"), std::string::npos);
    EXPECT_FALSE(parse_outputs("text", {"json=-", "text=-"}));
    EXPECT_FALSE(parse_outputs("text", {"json=r", "sarif=r"})); // the second would take the place of the first
    EXPECT_FALSE(parse_outputs("text", {"json="}));
    EXPECT_FALSE(parse_outputs("text", {""}));
}

// A report with one secret that differs, as the judge makes it under --show-values.
Report secret_report() {
    Report report;
    StackResult stack;
    stack.name = "shop";
    stack.verdict = Verdict::drifted;
    stack.changes.push_back({.plane = Plane::record,
                             .path = "env.TOKEN",
                             .desired = "hunter2",
                             .actual = "hunter3",
                             .secret = true,
                             .waiver = {},
                             .where = {}});
    report.stacks.push_back(stack);
    report.summary.declared = 1;
    return report;
}

TEST(Outputs, ShowSecretsOnATerminalAlone) {
    const std::string folder = testing::TempDir() + "/outputs-secret";
    std::filesystem::create_directories(folder);
    const std::vector<Output> outputs{
        {Format::text, "-"}, {Format::text, folder + "/r.txt"}, {Format::json, folder + "/r.json"}};
    const OutputLook look{.colour = "never", .quiet = false, .show_values = true};
    TestConsole piped;
    ASSERT_TRUE(write_outputs(secret_report(), outputs, look, piped.console));
    EXPECT_EQ(piped.out.str().find("hunter"), std::string::npos);
    TestConsole terminal;
    terminal.console.out_is_terminal = true;
    ASSERT_TRUE(write_outputs(secret_report(), outputs, look, terminal.console));
    EXPECT_NE(terminal.out.str().find("hunter2  ->  hunter3"), std::string::npos);
    for (const char* file : {"/r.txt", "/r.json"}) {
        const auto text = read_file(folder + file, 1U << 20U);
        ASSERT_TRUE(text);
        EXPECT_EQ(text->find("hunter"), std::string::npos) << file;
        EXPECT_NE(text->find("env.TOKEN"), std::string::npos) << file;
    }
    std::filesystem::remove_all(folder);
}

TEST(Outputs, SayWhichFileCannotBeWritten) {
    TestConsole test;
    const auto written = write_outputs(secret_report(), {{Format::json, "/nonexistent/r.json"}}, {}, test.console);
    ASSERT_FALSE(written);
    EXPECT_NE(written.error().message.find("/nonexistent/r.json"), std::string::npos);
}

TEST(CheckOptions, ShowValuesNeedsATerminal) {
    CheckWords words;
    words.show_values = true;
    EXPECT_FALSE(parse_check(words, false));
    EXPECT_TRUE(parse_check(words, true));
}

TEST(CheckOptions, FailOnTakesVerdictsInAnySpellingOrNone) {
    CheckWords words;
    EXPECT_EQ(parse_check(words, false)->fail_on.size(), all_verdicts.size());
    words.fail_on = {"drifted,missing", "not-visible"};
    EXPECT_EQ(parse_check(words, false)->fail_on,
              (std::set<Verdict>{Verdict::drifted, Verdict::missing, Verdict::deleted, Verdict::not_visible}));
    words.fail_on = {"none"};
    EXPECT_TRUE(parse_check(words, false)->fail_on.empty());
    for (const std::string wrong : {"drift", "in_sync", "suspended", "", "drifted,,missing"}) {
        words.fail_on = {wrong};
        EXPECT_FALSE(parse_check(words, false)) << wrong;
    }
}

TEST(CheckOptions, FailOnMissingIncludesDeletedAndNotTheReverse) {
    CheckWords words;
    words.fail_on = {"missing"};
    EXPECT_EQ(parse_check(words, false)->fail_on, (std::set<Verdict>{Verdict::missing, Verdict::deleted}));
    words.fail_on = {"deleted"};
    EXPECT_EQ(parse_check(words, false)->fail_on, std::set<Verdict>{Verdict::deleted});
}

TEST(CheckOptions, TypeBelongsToComposeDir) {
    CheckWords words;
    words.type = "swarm";
    EXPECT_FALSE(parse_check(words, false));
    words.compose_dir = "stacks";
    EXPECT_EQ(parse_check(words, false)->type, StackType::swarm);
    words.type = "swam";
    EXPECT_NE(parse_check(words, false).error().message.find("did you mean `swarm`?"), std::string::npos);
    words.type.clear();
    words.words = {"./manifests"};
    EXPECT_FALSE(parse_check(words, false));
}

TEST(CheckOptions, TheFirstWordIsAFolderIfItExistsOrHoldsASlash) {
    CheckWords words;
    words.words = {"nowhere/m", "shop", "blog"};
    const auto folder = parse_check(words, false);
    ASSERT_TRUE(folder);
    EXPECT_EQ(folder->folder, "nowhere/m");
    EXPECT_EQ(folder->names, (std::vector<std::string>{"shop", "blog"}));
    EXPECT_TRUE(folder->only.matches("shop", "production", {}));
    EXPECT_FALSE(folder->only.matches("wiki", "production", {}));
    words.words = {"shop"}; // no such file here
    EXPECT_TRUE(parse_check(words, false)->folder.empty());
    EXPECT_TRUE(parse_check(words, false)->named_first);
    words.words = {"shop", "a/b"};
    EXPECT_NE(parse_check(words, false).error().message.find("only the first word can be a folder"), std::string::npos);
    words.words = {"."};
    EXPECT_EQ(parse_check(words, false)->folder, ".");
    EXPECT_TRUE(parse_check(words, false)->plain_folder);
    words.words = {"./m"};
    EXPECT_FALSE(parse_check(words, false)->plain_folder);
}

TEST(CheckOptions, AnEmptyWordIsNoFolderAndNoName) {
    for (const std::vector<std::string>& words : {std::vector<std::string>{""}, {".", ""}, {"shop", ""}}) {
        const auto parsed = parse_check({.words = words}, false);
        ASSERT_FALSE(parsed);
        EXPECT_TRUE(parsed.error().message.starts_with("an argument is empty")) << parsed.error().message;
    }
}

TEST(CheckOptions, ComposeDirTakesTheFolderUnlessItCanBeAStack) {
    const std::string folder = testing::TempDir() + "/compose-dir";
    std::filesystem::create_directories(folder + "/agent");
    // `agent` and `tests` are folders where tests are run.
    const auto other = parse_check({.words = {"tests"}, .compose_dir = folder}, false);
    ASSERT_FALSE(other);
    EXPECT_TRUE(other.error().message.starts_with("--compose-dir takes the place of DIR")) << other.error().message;
    const auto named = parse_check({.words = {"agent"}, .compose_dir = folder}, false);
    ASSERT_TRUE(named);
    EXPECT_EQ(named->names, std::vector<std::string>{"agent"});
    EXPECT_TRUE(parse_check({.words = {"tests"}, .compose_dir = folder + "/nowhere"}, false))
        << "a folder that cannot be read is said when it is loaded";
}

TEST(Configuration, IsSearchedInTheFolderGivenAboveItWhereOneIsAndAbove) {
    const std::vector<std::filesystem::path> places = configurations_around("");
    ASSERT_GE(places.size(), 2U);
    EXPECT_EQ(places[0], "mooring.yaml");
    EXPECT_EQ(places[1], "../mooring.yaml");
    const std::string folder = testing::TempDir() + "around/a/b";
    std::filesystem::create_directories(folder);
    const std::vector<std::filesystem::path> given = configurations_around(folder);
    EXPECT_EQ(given[0], std::filesystem::path(folder) / "mooring.yaml");
    EXPECT_EQ(given[1], std::filesystem::path(folder).parent_path() / "mooring.yaml");
    EXPECT_NE(std::ranges::find(given, std::filesystem::path("mooring.yaml")), given.end());
    std::set<std::filesystem::path> once(given.begin(), given.end());
    EXPECT_EQ(once.size(), given.size());
}

TEST(CheckOptions, WatchNeedsATerminalAndNothingElse) {
    CheckWords words;
    words.watch = 30;
    EXPECT_FALSE(parse_check(words, false));
    EXPECT_TRUE(parse_check(words, true));
    words.output = {"json=x.json"};
    EXPECT_FALSE(parse_check(words, true));
}

TEST(FailOn, WarnsOfWhatItHidesUnseenAndOfNothingElse) {
    Report report;
    report.stacks.resize(4);
    report.stacks[0].verdict = Verdict::denied;
    report.stacks[1].verdict = Verdict::not_visible;
    report.stacks[2].verdict = Verdict::drifted;
    report.stacks[3].verdict = Verdict::in_sync;
    Report all = report;
    warn_of_hidden(all, {all_verdicts.begin(), all_verdicts.end()});
    EXPECT_TRUE(all.diagnostics.empty());
    warn_of_hidden(report, {Verdict::drifted, Verdict::denied});
    ASSERT_EQ(report.diagnostics.size(), 1U);
    EXPECT_EQ(report.diagnostics[0].message, "1 stack could not be seen, and `--fail-on` ignores it");
    EXPECT_EQ(report.diagnostics[0].severity, Severity::warning);
}

TEST(Links, AreForTerminalsThatAreKnownToShowThem) {
    TestConsole test;
    test.console.out_is_terminal = true;
    EXPECT_FALSE(wants_links(test.console));
    test.variables = Variables({{"VTE_VERSION", Secret("7200")}});
    EXPECT_TRUE(wants_links(test.console));
    test.console.out_is_terminal = false;
    EXPECT_FALSE(wants_links(test.console));
    test.console.out_is_terminal = true;
    using Variable = std::pair<std::string, std::string>;
    for (const auto& [name, value] :
         std::vector<Variable>{{"TERM", "dumb"}, {"CI", "true"}, {"FORCE_HYPERLINK", "0"}}) {
        test.variables = Variables({{"VTE_VERSION", Secret("7200")}, {name, Secret(value)}});
        EXPECT_FALSE(wants_links(test.console)) << name;
    }
}

TEST(Outputs, AFileThatCannotBeWrittenIsFoundBeforeAndNothingIsLeft) {
    const std::string folder = testing::TempDir() + "/outputs-tried";
    std::filesystem::create_directories(folder);
    EXPECT_TRUE(try_file(folder + "/new.json"));
    EXPECT_TRUE(std::filesystem::is_empty(folder));
    EXPECT_NE(try_file(folder).error().message.find("it is a folder"), std::string::npos);
    EXPECT_NE(try_file(folder + "/nosuch/x").error().message.find("No such file"), std::string::npos);
    EXPECT_TRUE(try_file("-"));
}

TEST(ExitCode, FollowsTheOrderOfTheDesign) {
    EXPECT_EQ(first_of(4, 1), 1);
    EXPECT_EQ(first_of(70, exit_not_confirmed), 7);
    EXPECT_EQ(first_of(exit_not_confirmed, 65), 65);
    EXPECT_EQ(first_of(130, 1), 1);
    EXPECT_EQ(first_of(130, 2), 130);
    EXPECT_EQ(first_of(143, 1), 1);
    EXPECT_EQ(first_of(143, 4), 143);
    EXPECT_EQ(first_of(129, 2), 129);
    EXPECT_EQ(first_of(69, 77), 77);
    EXPECT_EQ(first_of(70, 77), 70);
    EXPECT_EQ(first_of(65, 70), 65);
    EXPECT_EQ(first_of(0, 3), 3);
}

TEST(Colour, FollowsTheTerminalUnlessTold) {
    TestConsole test;
    EXPECT_FALSE(wants_colour(test.console, "auto", false));
    EXPECT_TRUE(wants_colour(test.console, "auto", true));
    EXPECT_TRUE(wants_colour(test.console, "always", false));
    EXPECT_FALSE(wants_colour(test.console, "never", true));
    test.variables = Variables({{"NO_COLOR", Secret("1")}});
    EXPECT_FALSE(wants_colour(test.console, "auto", true));
    test.variables = Variables({{"NO_COLOR", Secret("")}});
    EXPECT_TRUE(wants_colour(test.console, "auto", true));
    test.variables = Variables({{"TERM", Secret("dumb")}});
    EXPECT_FALSE(wants_colour(test.console, "auto", true));
}

} // namespace
} // namespace mooring::cli
