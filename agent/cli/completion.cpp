#include "cli/commands.hpp"

#include "base/text.hpp"
#include "cli/command.hpp"
#include "cli/console.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <initializer_list>
#include <ostream>
#include <utility>

namespace mooring::cli {
namespace {

CompletedOption describe(const CLI::Option& option) {
    CompletedOption out;
    for (const std::string& name : option.get_lnames()) out.names.push_back("--" + name);
    for (const std::string& name : option.get_snames()) out.names.push_back("-" + name);
    out.help = option.get_description();
    out.takes_value = option.get_items_expected_max() > 0;
    if (out.takes_value) out.value = completed_by(option.get_type_name());
    return out;
}

CompletedCommand describe(Command& command) {
    CompletedCommand out{.name = std::string(command.name()), .summary = std::string(command.summary())};
    const auto app = make_app(command);
    for (const CLI::Option* option : app->get_options()) {
        if (!option->get_positional())
            out.options.push_back(describe(*option));
        else if (out.arguments.kind == Completed::Kind::nothing)
            out.arguments =
                completed_by(option->get_type_name().empty() ? option->get_single_name() : option->get_type_name());
    }
    return out;
}

class Completion final : public Command {
  public:
    explicit Completion(AllCommands commands) : commands_(std::move(commands)) {}

    std::string_view name() const override { return "completion"; }
    std::string_view summary() const override { return "Print completions for bash, zsh or fish"; }
    std::string_view examples() const override {
        return "  source <(mooring completion bash)                  # for this shell\n"
               "  mooring completion bash >mooring.bash              # for every one: see deploy/README.md\n"
               "  mooring completion zsh >_mooring\n"
               "  mooring completion fish >mooring.fish";
    }
    void declare(CLI::App& app) override {
        app.add_option("SHELL", shell_, "The shell")->required()->type_name("bash|zsh|fish");
    }

    int run(Console& console) override {
        if (const auto problem = one_of("SHELL", shell_, {"bash", "zsh", "fish"}))
            return usage_error(console, name(), *problem);
        std::vector<CompletedCommand> described;
        for (const auto& command : commands_())
            if (!command->hidden()) described.push_back(describe(*command));
        console.out << (shell_ == "bash"  ? bash_script(described)
                        : shell_ == "zsh" ? zsh_script(described)
                                          : fish_script(described));
        return exit_ok;
    }

  private:
    AllCommands commands_;
    std::string shell_;
};

} // namespace

std::unique_ptr<Command> make_completion_command(AllCommands commands) {
    return std::make_unique<Completion>(std::move(commands));
}

namespace {

using Kind = Completed::Kind;

std::string replaced(std::string_view text, std::initializer_list<std::pair<char, std::string_view>> signs) {
    std::string out;
    for (const char c : text) {
        const auto found = std::ranges::find(signs, c, [](const auto& pair) { return pair.first; });
        if (found == signs.end())
            out += c;
        else
            out += found->second;
    }
    return out;
}

// In single quotes of a POSIX shell, and of zsh.
std::string quoted(const std::string& text) { return "'" + replaced(text, {{'\'', "'\\''"}}) + "'"; }
std::string quoted_for_fish(const std::string& text) {
    return "'" + replaced(text, {{'\\', "\\\\"}, {'\'', "\\'"}}) + "'";
}

std::vector<std::string> names_of(const std::vector<CompletedCommand>& commands) {
    std::vector<std::string> names;
    names.reserve(commands.size() + 1);
    for (const CompletedCommand& command : commands) names.push_back(command.name);
    names.emplace_back("help");
    return names;
}

std::vector<std::string> options_of(const CompletedCommand& command) {
    std::vector<std::string> out;
    for (const CompletedOption& option : command.options) std::ranges::copy(option.names, std::back_inserter(out));
    return out;
}

// The commands of bash that complete a place.
std::string bash_reply(const Completed& completed) {
    switch (completed.kind) {
    case Kind::words:
        return "_mooring_words " + quoted(join(completed.words, " "));
    case Kind::files:
        return "_mooring_files";
    case Kind::nothing:
        break;
    }
    return ":";
}

std::string bash_command(const CompletedCommand& command) {
    std::string out = fmt::format("    {})\n      case $prev in\n", command.name);
    for (const CompletedOption& option : command.options) {
        if (option.takes_value)
            out += fmt::format("        {}) {}; return ;;\n", join(option.names, " | "), bash_reply(option.value));
    }
    out += "      esac\n      case $cur in\n";
    out += fmt::format("        -*) _mooring_words {} ;;\n", quoted(join(options_of(command), " ")));
    return out + fmt::format("        *) {} ;;\n      esac\n      ;;\n", bash_reply(command.arguments));
}

std::string zsh_action(const Completed& completed) {
    switch (completed.kind) {
    case Kind::words:
        return "(" + join(completed.words, " ") + ")";
    case Kind::files:
        return "_files";
    case Kind::nothing:
        break;
    }
    return " ";
}

std::string zsh_option(const CompletedOption& option) {
    const std::string help = replaced(option.help, {{'\\', "\\\\"}, {'[', "\\["}, {']', "\\]"}, {':', "\\:"}});
    std::string out;
    for (const std::string& name : option.names) {
        const std::string value = option.takes_value ? ":value:" + zsh_action(option.value) : "";
        out +=
            " \\\n        " + quoted(fmt::format("{}{}[{}]{}", name,
                                                 name.starts_with("--") && option.takes_value ? "=" : "", help, value));
    }
    return out;
}

std::string fish_option(const CompletedOption& option) {
    std::string out;
    for (const std::string& name : option.names)
        out += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
    if (option.takes_value) out += option.value.kind == Kind::files ? " -r -F" : " -x";
    if (option.value.kind == Kind::words) out += " -a " + quoted_for_fish(join(option.value.words, " "));
    return out + " -d " + quoted_for_fish(option.help);
}

} // namespace

Completed completed_by(const std::string& value) {
    if (value.contains('|')) {
        Completed out{.kind = Kind::words};
        for (const std::string_view word : split(value, '|')) out.words.emplace_back(word);
        return out;
    }
    const bool files = value.ends_with("FILE") || value.ends_with("DIR");
    return {.kind = files ? Kind::files : Kind::nothing};
}

std::string bash_script(const std::vector<CompletedCommand>& commands) {
    const std::string names = quoted(join(names_of(commands), " "));
    std::string out = R"(# Completions of mooring for bash, made by `mooring completion bash`.
_mooring_words() { mapfile -t COMPREPLY < <(compgen -W "$1" -- "$cur"); }
_mooring_files() {
  compopt -o filenames 2>/dev/null
  mapfile -t COMPREPLY < <(compgen -f -- "$cur")
}
_mooring() {
  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    case $cur in
      -*) _mooring_words '--help --version' ;;
      *) _mooring_words )" +
                      names + R"( ;;
    esac
    return
  fi
  # bash breaks `--format=json` into three words.
  if [ "$cur" = = ]; then
    cur=''
  elif [ "$prev" = = ] && [ "$COMP_CWORD" -gt 2 ]; then
    prev=${COMP_WORDS[COMP_CWORD - 2]}
  fi
  case ${COMP_WORDS[1]} in
    help) _mooring_words )" +
                      names + R"( ;;
)";
    for (const CompletedCommand& command : commands) out += bash_command(command);
    return out + "  esac\n}\ncomplete -F _mooring mooring\n";
}

std::string zsh_script(const std::vector<CompletedCommand>& commands) {
    std::string out = "#compdef mooring\n# Completions of mooring for zsh, made by `mooring completion zsh`.\n"
                      "_mooring() {\n  local -a commands=(\n";
    for (const CompletedCommand& command : commands)
        out += "    " + quoted(command.name + ":" + replaced(command.summary, {{':', "\\:"}})) + "\n";
    out += "    'help:Print the help of a command'\n  )\n"
           "  if (( CURRENT == 2 )); then\n    _describe command commands\n    return\n  fi\n"
           "  local command=$words[2]\n  shift words\n  (( CURRENT-- ))\n  case $command in\n"
           "    help) _describe command commands ;;\n";
    for (const CompletedCommand& command : commands) {
        out += fmt::format("    {})\n      _arguments -S", command.name);
        for (const CompletedOption& option : command.options) out += zsh_option(option);
        if (command.arguments.kind != Kind::nothing)
            out += " \\\n        " + quoted("*:argument:" + zsh_action(command.arguments));
        out += "\n      ;;\n";
    }
    return out + "  esac\n}\nif [ \"$funcstack[1]\" = _mooring ]; then\n  _mooring \"$@\"\nelse\n  compdef _mooring "
                 "mooring\nfi\n";
}

std::string fish_script(const std::vector<CompletedCommand>& commands) {
    std::string out = "# Completions of mooring for fish, made by `mooring completion fish`.\ncomplete -c mooring -f\n"
                      "complete -c mooring -n __fish_use_subcommand -l version -d 'Print the version'\n"
                      "complete -c mooring -n __fish_use_subcommand -a help -d 'Print the help of a command'\n";
    const auto line = [](const std::string& command, const std::string& rest) {
        return fmt::format("complete -c mooring -n '__fish_seen_subcommand_from {}'{}\n", command, rest);
    };
    for (const CompletedCommand& command : commands) {
        out += fmt::format("complete -c mooring -n __fish_use_subcommand -a {} -d {}\n", command.name,
                           quoted_for_fish(command.summary));
        if (command.arguments.kind == Kind::files) out += line(command.name, " -F");
        if (command.arguments.kind == Kind::words)
            out += line(command.name, " -a " + quoted_for_fish(join(command.arguments.words, " ")));
        for (const CompletedOption& option : command.options) out += line(command.name, fish_option(option));
    }
    return out + line("help", " -a " + quoted_for_fish(join(names_of(commands), " ")));
}

} // namespace mooring::cli
