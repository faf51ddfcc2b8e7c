// What is printed on a terminal keeps to its columns, and says the same as elsewhere.
#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/write_log.hpp"
#include "inventory/inventory.hpp"
#include "report/layout.hpp"
#include "test_console.hpp"

#include <algorithm>
#include <gtest/gtest.h>

namespace mooring::cli {
namespace {

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

std::vector<std::string> too_wide(const std::string& text, std::size_t width) {
    std::vector<std::string> out;
    for (const std::string_view line : split(text, '\n'))
        if (report::display_width(line) > width) out.emplace_back(line);
    return out;
}

std::string help_at(std::size_t width) {
    TestConsole test;
    test.console.out_width = width;
    EXPECT_EQ(test.run(make_check_command({}), {"check", "--help"}), 0);
    return test.out.str();
}

TEST(Narrow, HelpKeepsToTheTerminalAndItsCommandsStayWhole) {
    for (const std::size_t width : {60U, 80U, 120U}) {
        for (const std::string& line : too_wide(help_at(width), width))
            EXPECT_TRUE(line.starts_with("  mooring ") && !has(line, " # ")) << width << ": " << line;
    }
    TestConsole piped;
    piped.run(make_check_command({}), {"check", "--help"});
    EXPECT_EQ(piped.out.str(), help_at(80)) << "as man does where there is no terminal";
    EXPECT_TRUE(has(help_at(80), "  mooring check manifests shop billing\n      # two stacks; "));
}

TEST(Narrow, ColumnsSaysHowWideHelpIs) {
    const std::vector<std::pair<const char*, std::size_t>> rows{{"60", 60}, {"120", 120}, {"", 80},
                                                                {"x", 80},  {"0", 80},    {"7", 40}};
    for (const auto& [said, width] : rows) {
        TestConsole test;
        test.variables = Variables({{"COLUMNS", Secret(said)}});
        EXPECT_EQ(help_width(test.console), width) << said;
    }
}

TEST(Narrow, HelpCallsArgumentsByTheirNames) {
    const std::string text = help_at(80);
    EXPECT_TRUE(has(text, "Usage: mooring check [OPTIONS] [DIR] [NAME...]\n")) << text;
    EXPECT_TRUE(has(text, "\n  [DIR] [NAME...]                 The folder (or file) of manifests")) << text;
    EXPECT_TRUE(has(text, "\n  --watch[=N]      ")) << text;
    EXPECT_TRUE(has(text, "\n                                  ")) << "what goes on stands below what it means";
    std::vector<std::unique_ptr<Command>> commands;
    commands.push_back(make_check_command({}));
    const auto pages = manual_pages(commands, {.version = "1.0.0", .date = "2026-11-29"});
    const auto page = std::ranges::find(pages, "mooring-check", &ManualPage::name);
    ASSERT_NE(page, pages.end());
    EXPECT_TRUE(has(page->text, R"([\fIOPTIONS\fR] [\fIDIR\fR] [\fINAME\fR...])")) << page->text;
    EXPECT_TRUE(has(page->text, R"(\fB\-\-watch\fR[=\fIN\fR])")) << page->text;
}

TEST(Narrow, HelpHasTheExitCodesOfWhatWrites) {
    for (const char* code : {"5 a write went wrong", "6 the saved plan no longer holds", "7 not confirmed"})
        EXPECT_TRUE(has(std::string(exit_codes()), code)) << code;
}

TEST(Narrow, UsageErrorsAreWrapped) {
    TestConsole test;
    test.console.err_width = 40;
    EXPECT_EQ(test.run(make_schema_command(), {"schema", "this-is-no-schema-that-there-is"}), 64);
    EXPECT_EQ(too_wide(test.err.str(), 40), std::vector<std::string>{});
    EXPECT_TRUE(has(test.err.str(), "mooring schema: no schema")) << test.err.str();
}

TEST(Narrow, AnOptionThatIsGivenTwiceIsNamedInItsSpellings) {
    TestConsole test;
    EXPECT_EQ(test.run(make_check_command({}), {"check", "--timeout", "5s", "--deadline", "6s"}), 64);
    EXPECT_TRUE(has(test.err.str(), "mooring check: `--deadline` or `--timeout`: give it once\n")) << test.err.str();
    TestConsole none;
    EXPECT_EQ(none.run(make_log_command(), {"log", "--from"}), 64);
    EXPECT_TRUE(has(none.err.str(), "mooring log: `--from` needs a value: DATE\n")) << none.err.str();
    TestConsole nothing;
    EXPECT_EQ(nothing.run(make_ledger_command(), {"ledger"}), 64);
    EXPECT_TRUE(has(nothing.err.str(), "ACTION is missing: one of backup, prune, import\n")) << nothing.err.str();
}

// The lines without their remarks.
std::vector<std::string> values_of(const std::string& yaml) {
    std::vector<std::string> out;
    for (const std::string_view line : split(yaml, '\n')) {
        const std::string_view value = line.substr(0, line.find('#'));
        const auto end = value.find_last_not_of(' ');
        if (end != std::string_view::npos) out.emplace_back(value.substr(0, end + 1));
    }
    return out;
}

TEST(Narrow, TheConfigurationIsTheSameYaml) {
    TestConsole wide;
    wide.run(make_config_command(), {"config", "--manifests", "m"});
    for (const std::size_t width : {40U, 60U, 80U}) {
        TestConsole test;
        test.console.out_width = width;
        test.run(make_config_command(), {"config", "--manifests", "m"});
        EXPECT_EQ(values_of(test.out.str()), values_of(wide.out.str())) << width;
        EXPECT_EQ(std::ranges::count(test.out.str(), '#'), std::ranges::count(wide.out.str(), '#')) << width;
        EXPECT_EQ(too_wide(test.out.str(), width), std::vector<std::string>{});
    }
}

inventory::ServerInventory server_of(const std::string& name, int exit_code = 0) {
    inventory::ServerInventory out;
    out.server.name = name;
    out.server.exit_code = exit_code;
    out.server.error = exit_code == 0 ? "" : "it did not answer";
    out.server.list_complete = true;
    return out;
}

TEST(Narrow, LinesOfAServerKeepToTheTerminal) {
    std::vector<inventory::ServerInventory> servers{server_of("branch", 69)};
    servers[0].server.url = "http://portainer.branch.example.org:9000";
    servers[0].server.error = "The server could not be read: GET http://portainer.branch.example.org:9000/api/stacks: "
                              "connection refused";
    for (const std::size_t width : {50U, 80U}) {
        report::TextOptions options;
        options.width = width;
        const std::string text =
            inventory::list_text(servers, 69, options) + inventory::show_text(servers, {}, options);
        EXPECT_EQ(too_wide(text, width), std::vector<std::string>{}) << width;
        EXPECT_TRUE(has(text, "  The server could not be read:")) << text;
    }
}

TEST(Show, SaysWhereAStackWasNotFoundAlthoughAServerIsDown) {
    std::vector<inventory::ServerInventory> servers{server_of("main"), server_of("admin"), server_of("branch", 69)};
    const auto text = [&] { return inventory::show_text(servers, {}, {}); };
    EXPECT_TRUE(has(text(), "No stack of that name is on main, admin; branch could not be read.\n")) << text();
    servers[1].server.list_complete = false;
    EXPECT_TRUE(has(text(), "is on main, admin, as far as this token sees; branch could not be read.\n")) << text();
    servers[0].stacks.emplace_back();
    EXPECT_FALSE(has(text(), "No stack of that name")) << text();
    servers = {server_of("branch", 69)};
    EXPECT_TRUE(has(text(), "is not known: branch could not be read.\n")) << text();
}

TEST(Show, KeepsToTheTerminal) {
    std::vector<inventory::ServerInventory> servers{server_of("main")};
    servers[0].stacks.emplace_back();
    inventory::Reading& reading = servers[0].stacks[0];
    reading.record.name = "shop";
    for (const char* name : {"DATABASE_HOST", "DATABASE_PORT", "DATABASE_USER", "DATABASE_PASSWORD"})
        reading.record.env.push_back({.name = name, .value = {}});
    for (const std::size_t width : {40U, 60U, 80U}) {
        report::TextOptions options;
        options.width = width;
        EXPECT_EQ(too_wide(inventory::show_text(servers, {}, options), width), std::vector<std::string>{}) << width;
    }
}

TEST(Author, IsTheUserOfTheProcessWhereNoVariableSaysIt) {
    TestConsole test;
    EXPECT_TRUE(author(test.console, "apply").ends_with(" with mooring apply"));
    EXPECT_FALSE(author(test.console, "apply").starts_with("somebody"));
    EXPECT_FALSE(author(test.console, "apply").starts_with(" "));
    test.variables = Variables({{"USER", Secret("kim")}});
    EXPECT_EQ(author(test.console, "apply"), "kim with mooring apply");
}

// A plan's lines have a word, a name and a place in columns, and sentences behind blanks.
TEST(Fitted, LinesGoOnBelowTheirSecondColumnAndNothingIsLost) {
    const std::string text = "UPDATE       shop/production                        manifests/shop.yaml:3\n"
                             "               services.web.image  nginx:1.25  becomes  nginx:1.27\n\n"
                             "exit 4: 3 steps to do, 2 blocked";
    EXPECT_EQ(fitted(text, std::nullopt), text);
    EXPECT_EQ(fitted(text, 100), text);
    EXPECT_EQ(fitted(text, 40), "UPDATE       shop/production\n"
                                "             manifests/shop.yaml:3\n"
                                "               services.web.image\n"
                                "               nginx:1.25  becomes\n"
                                "               nginx:1.27\n\n"
                                "exit 4: 3 steps to do, 2 blocked");
    EXPECT_EQ(fitted("", 40), "");
    EXPECT_EQ(fitted("one server could not be read, and nothing is known", 40),
              "one server could not be read, and\nnothing is known");
    EXPECT_EQ(fitted("one\n", 40), "one\n");
}

} // namespace
} // namespace mooring::cli
