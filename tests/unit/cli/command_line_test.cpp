#include "cli/commands.hpp"
#include "drift/situation.hpp"
#include "model/verdict.hpp"
#include "test_console.hpp"

#include <algorithm>
#include <array>
#include <gtest/gtest.h>
#include <set>

namespace mooring::cli {
namespace {

bool holds(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

TEST(CommandLine, PrintsTheVersionInBothSpellings) {
    TestConsole flag;
    EXPECT_EQ(flag.run(make_version_command(), {"--version"}), 0);
    TestConsole command;
    EXPECT_EQ(command.run(make_version_command(), {"version"}), 0);
    EXPECT_EQ(flag.out.str(), command.out.str());
    EXPECT_TRUE(flag.out.str().starts_with("mooring 0."));
}

TEST(Version, SaysThatItWasBuiltWithoutGitByNull) {
    const std::array<BuiltWith, 1> libraries{{{"SQLite", "3.40.1"}}};
    const BuildFacts facts{
        .version = "1.2.3", .commit = "", .compiler = "GNU 12", .build_type = "Release", .libraries = libraries};
    EXPECT_EQ(version_json(facts), R"({
  "apiVersion": "mooring/v1",
  "kind": "Version",
  "version": "1.2.3",
  "commit": null,
  "compiler": "GNU 12",
  "buildType": "Release",
  "libraries": [
    {
      "name": "SQLite",
      "version": "3.40.1"
    }
  ]
}
)");
}

TEST(CommandLine, SuggestsTheCommandThatWasMeant) {
    TestConsole test;
    EXPECT_EQ(test.run(make_schema_command(), {"shema"}), 64);
    EXPECT_EQ(test.out.str(), "");
    EXPECT_EQ(test.err.str(), "mooring: unknown command `shema`; did you mean `schema`?\nSee `mooring --help`.\n");
}

TEST(CommandLine, SuggestsTheOptionThatWasMeant) {
    TestConsole test;
    EXPECT_EQ(test.run(make_schema_command(), {"schema", "--hlep"}), 64);
    EXPECT_EQ(test.err.str(),
              "mooring schema: unknown option `--hlep`; did you mean `--help`?\nSee `mooring schema --help`.\n");
}

TEST(CommandLine, SaysWhichNumberIsNone) {
    TestConsole test;
    EXPECT_EQ(test.run(make_check_command({}), {"check", "--watch=often"}), 64);
    EXPECT_TRUE(holds(test.err.str(), "`--watch` must be a whole number; it is `often`")) << test.err.str();
}

TEST(CommandLine, OptionsThatSayNothingThereAreNotOffered) {
    for (const char* flag : {"--url", "--api-key-file", "--environment", "--no-runtime", "--pin"}) {
        TestConsole test;
        EXPECT_EQ(test.run(make_log_command(), {"log", flag, "x"}), 64) << flag;
        EXPECT_TRUE(holds(test.err.str(), "unknown option")) << test.err.str();
    }
    TestConsole test;
    EXPECT_EQ(test.run(make_export_command({}), {"export", "--environment", "production"}), 64);
}

TEST(CommandLine, RefusesAnArgumentTooMany) {
    TestConsole test;
    EXPECT_EQ(test.run(make_version_command(), {"version", "now"}), 64);
    EXPECT_TRUE(holds(test.err.str(), "unexpected argument `now`"));
}

TEST(CommandLine, WithoutACommandShowsAllOfThemAndFails) {
    TestConsole test;
    EXPECT_EQ(test.run(make_version_command(), {}), 64);
    EXPECT_EQ(test.out.str(), "");
    EXPECT_TRUE(holds(test.err.str(), "Usage: mooring COMMAND"));
}

TEST(CommandLine, HelpIsAnAnswerAndNotAnError) {
    for (const std::vector<const char*>& words :
         {std::vector<const char*>{"--help"}, {"help"}, {"help", "schema"}, {"schema", "--help"}, {"schema", "-h"}}) {
        TestConsole test;
        EXPECT_EQ(test.run(make_schema_command(), words), 0);
        EXPECT_EQ(test.err.str(), "");
        EXPECT_TRUE(holds(test.out.str(), "schema"));
    }
}

TEST(CommandLine, EscapesWhatItQuotes) {
    TestConsole test;
    EXPECT_EQ(test.run(make_version_command(), {"\x1b]0;x\x07"}), 64);
    EXPECT_FALSE(holds(test.err.str(), "\x1b"));
}

TEST(SchemaCommand, PrintsASchemaByteForByteAndListsAll) {
    TestConsole list;
    EXPECT_EQ(list.run(make_schema_command(), {"schema"}), 0);
    EXPECT_TRUE(holds(list.out.str(), "report\n"));
    TestConsole one;
    EXPECT_EQ(one.run(make_schema_command(), {"schema", "report"}), 0);
    EXPECT_TRUE(holds(one.out.str(), "urn:mooring:schema:v1:report"));
    TestConsole none;
    EXPECT_EQ(none.run(make_schema_command(), {"schema", "reprot"}), 64);
    EXPECT_TRUE(holds(none.err.str(), "did you mean `report`?"));
}

// Whether the word is known as one of this kind.
bool is_known(std::string_view word, std::string_view kind) {
    return std::ranges::any_of(meanings_of(word), [&](const Meaning& one) { return one.kind == kind; });
}

TEST(ExplainCommand, KnowsEveryWordOfTheReport) {
    for (const Verdict verdict : all_verdicts)
        EXPECT_TRUE(is_known(to_string(verdict), "verdict")) << to_string(verdict);
    for (const Cause cause :
         {Cause::environment, Cause::resource_control, Cause::stack_management_disabled, Cause::role, Cause::name_taken,
          Cause::credentials, Cause::git_source, Cause::namespace_, Cause::kind, Cause::unknown})
        EXPECT_TRUE(is_known(to_string(cause), "cause")) << to_string(cause);
    for (const Proof proof : {Proof::environment_gone, Proof::complete_list, Proof::id_gone, Proof::remembered_id_gone})
        EXPECT_TRUE(is_known(to_string(proof), "proof")) << to_string(proof);
    for (const Plane plane : {Plane::record, Plane::content, Plane::runtime, Plane::git})
        EXPECT_TRUE(is_known(to_string(plane), "plane")) << to_string(plane);
    EXPECT_TRUE(is_known("NOT VISIBLE", "verdict"));
    EXPECT_TRUE(is_known("coverage", "share"));
    EXPECT_TRUE(meanings_of("services.web.image").empty());
    EXPECT_EQ(path_outside_content("env.DB_HOST")->kind, "record");
}

TEST(ExplainCommand, KnowsTheRulesOfTheVerdictsAndNoOther) {
    for (const drift::Rule& rule : drift::rules()) EXPECT_TRUE(is_known(rule.name, "rule")) << rule.name;
    for (const Meaning& one : meanings_of_rules())
        EXPECT_TRUE(std::ranges::any_of(drift::rules(), [&](const drift::Rule& rule) { return rule.name == one.word; }))
            << one.word;
    EXPECT_TRUE(is_known("name-taken", "rule"));
    EXPECT_TRUE(is_known("name-taken", "cause")) << "what is called alike is said, too";
}

TEST(ExplainCommand, KnowsTheCodesOfAPlanOnceEach) {
    EXPECT_TRUE(is_known("not_adopted", "code"));
    EXPECT_TRUE(is_known("undoes_accepted", "code"));
    std::set<std::string_view> seen;
    for (const Meaning& one : meanings_of_codes()) EXPECT_TRUE(seen.insert(one.word).second) << one.word;
}

TEST(ExplainCommand, AWordThatNobodyKnowsIsNoPath) {
    TestConsole mistyped;
    EXPECT_EQ(mistyped.run(make_explain_command(), {"explain", "not_visble"}), 64);
    EXPECT_EQ(mistyped.out.str(), "");
    EXPECT_TRUE(holds(mistyped.err.str(), "did you mean `not_visible`?")) << mistyped.err.str();
    TestConsole strange;
    EXPECT_EQ(strange.run(make_explain_command(), {"explain", "zzzzzzzzzzzz"}), 64);
    EXPECT_TRUE(holds(strange.err.str(), "a path is written like `services.web.ports`")) << strange.err.str();
    for (const char* path : {"services.web.nothing", "Widget/web:spec.size", "x[0]"}) {
        TestConsole test;
        EXPECT_EQ(test.run(make_explain_command(), {"explain", path}), 0) << path;
        EXPECT_TRUE(holds(test.out.str(), "literally")) << path;
    }
    TestConsole key;
    EXPECT_EQ(key.run(make_explain_command(), {"explain", "networks"}), 0) << "a path of one word";
}

TEST(ExplainCommand, StateThatIsLeftOutMeansRunning) {
    TestConsole test;
    EXPECT_EQ(test.run(make_explain_command(), {"explain", "state"}), 0);
    EXPECT_TRUE(holds(test.out.str(), "Left out it means running")) << test.out.str();
}

} // namespace
} // namespace mooring::cli
