// One command of the program: its name, its options, what it does.
#pragma once

#include "cli/console.hpp"

#include <functional>
#include <memory>
#include <span>
#include <string_view>

namespace CLI { // NOLINT(readability-identifier-naming): CLI11 named it
class App;
}

namespace mooring::cli {

class Command {
  public:
    Command() = default;
    Command(const Command&) = delete;
    Command& operator=(const Command&) = delete;
    virtual ~Command() = default;

    virtual std::string_view name() const = 0;
    virtual std::string_view summary() const = 0;  // one line, for the list of commands
    virtual std::string_view examples() const = 0; // two or more lines `mooring ...`, for --help
    // For packagers: neither help nor completions name it.
    virtual bool hidden() const { return false; }
    // Adds options and arguments; the values are kept here until run().
    virtual void declare(CLI::App& app) = 0;
    // Does it. Returns the exit code.
    virtual int run(Console& console) = 0;
};

// All commands, for one that describes them; itself included.
using AllCommands = std::function<std::span<const std::unique_ptr<Command>>()>;

// Parses the command line, runs the command it names, returns the exit code. Help and version go to standard output;
// what is wrong with the command line goes to standard error, with a suggestion, and ends in 64.
int run_command_line(std::span<const std::unique_ptr<Command>> commands, int argc, const char* const* argv,
                     Console& console);

} // namespace mooring::cli
