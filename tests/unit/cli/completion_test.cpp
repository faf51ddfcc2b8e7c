// Completion scripts as texts; tests/e2e/test_completion.py asks the shells.
#include "cli/command.hpp"

#include <gtest/gtest.h>

namespace mooring::cli {
namespace {

using Kind = Completed::Kind;

TEST(Completion, WhatAValueIsCalledSaysHowItIsCompleted) {
    EXPECT_EQ(completed_by("text|json"), (Completed{.kind = Kind::words, .words = {"text", "json"}}));
    for (const char* files : {"FILE", "DIR", "[FORMAT=]FILE"})
        EXPECT_EQ(completed_by(files).kind, Kind::files) << files;
    for (const char* nothing : {"URL", "NAME", ""}) EXPECT_EQ(completed_by(nothing).kind, Kind::nothing) << nothing;
}

TEST(Completion, HelpCannotBreakOutOfItsQuotes) {
    const std::vector<CompletedCommand> commands{
        {.name = "check",
         .summary = "it's: [x]",
         .options = {{.names = {"--ca"}, .help = "the system's [MOORING_CA]: \\", .takes_value = true}},
         .arguments = {}}};
    EXPECT_NE(zsh_script(commands).find(R"('--ca=[the system'\''s \[MOORING_CA\]\: \\]:value: ')"), std::string::npos)
        << zsh_script(commands);
    EXPECT_NE(fish_script(commands).find(R"(-l ca -x -d 'the system\'s [MOORING_CA]: \\')"), std::string::npos)
        << fish_script(commands);
    EXPECT_NE(bash_script(commands).find("--ca) :; return ;;"), std::string::npos) << bash_script(commands);
}

} // namespace
} // namespace mooring::cli
