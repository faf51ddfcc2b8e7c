// A console of texts.
#pragma once

#include "cli/command.hpp"

#include <sstream>
#include <vector>

namespace mooring::cli {

struct TestConsole {
    std::istringstream in;
    std::ostringstream out;
    std::ostringstream err;
    Variables variables;
    FixedClock clock{1795000000};
    Console console{
        .in = in, .out = out, .err = err, .variables = variables, .clock = clock, .out_width = {}, .err_width = {}};

    // The exit code of `mooring WORDS...` with the one command that is given.
    int run(std::unique_ptr<Command> command, std::vector<const char*> words) {
        std::vector<std::unique_ptr<Command>> commands;
        commands.push_back(std::move(command));
        words.insert(words.begin(), "mooring");
        return run_command_line(commands, static_cast<int>(words.size()), words.data(), console);
    }
};

} // namespace mooring::cli
