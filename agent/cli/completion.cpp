#include "cli/completion.hpp"

#include "cli/command_app.hpp"
#include "cli/completion_model.hpp"
#include "cli/exit_code.hpp"
#include "cli/values.hpp"

#include <ostream>

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

} // namespace mooring::cli
