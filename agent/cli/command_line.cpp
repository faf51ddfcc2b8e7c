#include "base/text.hpp"
#include "cli/command.hpp"
#include "cli/commands.hpp"
#include "cli/console.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <ostream>

namespace mooring::cli {
namespace {

using Commands = std::span<const std::unique_ptr<Command>>;

constexpr std::size_t help_column = 34;

std::vector<std::string> names_of(Commands commands) {
    std::vector<std::string> names;
    for (const auto& command : commands)
        if (!command->hidden()) names.emplace_back(command->name());
    names.emplace_back("help");
    return names;
}

std::string overview(Commands commands) {
    std::string out = std::string(headline()) + "\n\nUsage: mooring COMMAND [OPTIONS]\n\nCommands:\n";
    for (const auto& command : commands)
        if (!command->hidden()) out += fmt::format("  {:<10} {}\n", command->name(), command->summary());
    return out +
           "\nOptions:\n"
           "  -h,--help  Print this, or the help of a command: mooring check --help\n"
           "  --version  Print the version\n"
           "\nExit codes: " +
           std::string(exit_codes()) + "\n";
}

// Every spelling of an option that the command knows.
std::vector<std::string> flags_of(const CLI::App& app) {
    std::vector<std::string> flags;
    for (const CLI::Option* option : app.get_options()) {
        for (const std::string& name : option->get_lnames()) flags.push_back("--" + name);
        for (const std::string& name : option->get_snames()) flags.push_back("-" + name);
    }
    return flags;
}

std::string unexpected(const CLI::App& app, const std::string& argument) {
    const std::string shown = printable(argument, 100);
    if (!argument.starts_with('-') || argument == "-") return fmt::format("unexpected argument `{}`", shown);
    const std::string flag = argument.substr(0, argument.find('='));
    const auto near = closest_match(flag, flags_of(app));
    return fmt::format("unknown option `{}`{}", printable(flag, 100),
                       near ? "; did you mean `" + *near + "`?" : std::string());
}

int parse_and_run(Command& command, std::vector<std::string> arguments, Console& console) {
    const auto made = make_app(command);
    CLI::App& app = *made;
    std::ranges::reverse(arguments); // CLI11 takes them from the back
    try {
        app.parse(arguments);
    } catch (const CLI::CallForHelp&) {
        console.out << app.help();
        return exit_ok;
    } catch (const CLI::ParseError& error) {
        return usage_error(console, command.name(), printable(error.what()));
    }
    const std::vector<std::string> extras = app.remaining();
    if (!extras.empty()) return usage_error(console, command.name(), unexpected(app, extras.front()));
    return command.run(console);
}

int unknown_command(Commands commands, const std::string& word, Console& console) {
    const std::string kind = word.starts_with('-') ? "option" : "command";
    std::vector<std::string> known = names_of(commands);
    if (kind == "option") known = {"--help", "--version"};
    return usage_error(console, "",
                       fmt::format("unknown {} `{}`; {}", kind, printable(word, 100), suggest(word, known)));
}

} // namespace

std::string_view headline() {
    return "Mooring reports where Portainer stacks differ from what you declared, and what it was not allowed to see.";
}

std::string_view exit_codes() {
    return "0 in sync, 2 drift, 3 not everything could be seen, 4 both; 1 failure, 64 usage,\n"
           "65 invalid manifests or configuration, 69 no server answered, 70 bug, 77 credentials refused,\n"
           "129, 130 or 143 interrupted.";
}

std::unique_ptr<CLI::App> make_app(Command& command) {
    auto app = std::make_unique<CLI::App>(std::string(command.summary()), "mooring " + std::string(command.name()));
    app->allow_extras();
    app->get_formatter()->column_width(help_column);
    app->set_help_flag("-h,--help", "Print this");
    app->footer("\nExamples:\n" + std::string(command.examples()));
    command.declare(*app);
    return app;
}

int run_command_line(Commands commands, int argc, const char* const* argv, Console& console) {
    std::vector<std::string> arguments(argv + std::min(argc, 1), argv + argc);
    if (!arguments.empty() && arguments[0] == "help") {
        arguments.erase(arguments.begin());
        if (arguments.empty())
            arguments = {"--help"};
        else
            arguments = {arguments[0], "--help"};
    }
    if (arguments.empty()) {
        console.err << overview(commands);
        return exit_usage;
    }
    const std::string first = arguments[0];
    if (first == "--help" || first == "-h") {
        console.out << overview(commands);
        return exit_ok;
    }
    if (first == "--version") {
        console.out << "mooring " << version() << '\n';
        return exit_ok;
    }
    const auto command = std::ranges::find_if(commands, [&](const auto& one) { return one->name() == first; });
    if (command == commands.end()) return unknown_command(commands, first, console);
    arguments.erase(arguments.begin());
    return parse_and_run(**command, std::move(arguments), console);
}

} // namespace mooring::cli
