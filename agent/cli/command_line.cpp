#include "base/text.hpp"
#include "cli/command.hpp"
#include "cli/commands.hpp"
#include "cli/console.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <optional>
#include <ostream>

namespace mooring::cli {
namespace {

using Commands = std::span<const std::unique_ptr<Command>>;

std::vector<std::string> names_of(Commands commands) {
    std::vector<std::string> names;
    for (const auto& command : commands)
        if (!command->hidden()) names.emplace_back(command->name());
    names.emplace_back("help");
    return names;
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

// The option that one of these words names; nullptr if none does.
const CLI::Option* option_in(const CLI::App& app, const std::string& name) {
    for (const CLI::Option* option : app.get_options())
        if (option->check_name(name)) return option;
    return nullptr;
}

// "Could not convert: --watch = abc": the option, and what was given.
std::optional<std::string> not_converted(const CLI::App& app, std::string_view said) {
    constexpr std::string_view beginning = "Could not convert: ";
    const std::size_t equals = said.find(" = ");
    if (!said.starts_with(beginning) || equals == std::string_view::npos) return std::nullopt;
    const std::string name(said.substr(beginning.size(), equals - beginning.size()));
    if (option_in(app, name) == nullptr) return std::nullopt;
    return fmt::format("`{}` must be a whole number; it is `{}`", name, printable(said.substr(equals + 3), 100));
}

// "--deadline: At Most 1 required but received 2" is not how people talk.
std::string in_words(const CLI::App& app, const CLI::ParseError& error) {
    const std::string said = error.what();
    if (auto words = not_converted(app, said)) return *std::move(words);
    const auto colon = said.find(": ");
    const CLI::Option* option = colon == std::string::npos ? nullptr : option_in(app, said.substr(0, colon));
    if (option == nullptr) return printable(said);
    const Described shown = described(*option);
    const std::string names = "`" + join(shown.names, "` or `") + "`";
    if (said.find("At Most 1 required", colon) != std::string::npos) return names + ": give it once";
    if (said.ends_with(" missing"))
        return fmt::format("{} needs a value{}{}", names, shown.value.empty() ? "" : ":", shown.value);
    return printable(said);
}

int parse_and_run(Command& command, std::vector<std::string> arguments, Console& console) {
    const auto made = make_app(command);
    CLI::App& app = *made;
    std::ranges::reverse(arguments); // CLI11 takes them from the back
    try {
        app.parse(arguments);
    } catch (const CLI::CallForHelp&) {
        console.out << help_of(app, command, help_width(console));
        return exit_ok;
    } catch (const CLI::ParseError& error) {
        return usage_error(console, command.name(), in_words(app, error));
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
    return "0 in sync, 2 drift, 3 not everything could be seen, 4 both; of what writes: 5 a write went wrong or nobody "
           "knows what came of it, 6 the saved plan no longer holds, 7 not confirmed; 1 failure, 64 usage, 65 invalid "
           "manifests or configuration, 69 no server answered, 70 bug, 77 credentials refused, 129, 130 or 143 "
           "interrupted.";
}

std::unique_ptr<CLI::App> make_app(Command& command) {
    auto app = std::make_unique<CLI::App>(std::string(command.summary()), "mooring " + std::string(command.name()));
    app->allow_extras();
    app->set_help_flag("-h,--help", "Print this");
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
        console.err << overview(commands, help_width(console));
        return exit_usage;
    }
    const std::string first = arguments[0];
    if (first == "--help" || first == "-h") {
        console.out << overview(commands, help_width(console));
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
