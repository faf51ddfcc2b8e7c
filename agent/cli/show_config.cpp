#include "cli/show_config.hpp"

#include "cli/exit_code.hpp"
#include "cli/look.hpp"
#include "cli/settings.hpp"

#include <CLI/CLI.hpp>
#include <ostream>

namespace mooring::cli {
namespace {

class ShowConfig final : public Command {
  public:
    std::string_view name() const override { return "config"; }
    std::string_view summary() const override { return "Print the effective configuration, secrets masked"; }
    std::string_view examples() const override {
        return "  mooring config                         # what counts, and where each value comes from\n"
               "  mooring config --format json | jq .    # the same for machines";
    }
    void declare(CLI::App& app) override { settings_.declare(app); }

    int run(Console& console) override {
        const config::Loaded loaded = config::load(settings_.overrides(console), console.variables);
        if (const auto problem = flag_problem(loaded.diagnostics)) return usage_error(console, name(), *problem);
        const bool json = loaded.config.format == "json";
        print_problems(loaded.diagnostics, loaded.config.color, console);
        console.out << config::print_effective(loaded.config, json ? config::Form::json : config::Form::yaml);
        return has_errors(loaded.diagnostics) ? exit_invalid : exit_ok;
    }

  private:
    SettingFlags settings_;
};

} // namespace

std::unique_ptr<Command> make_config_command() { return std::make_unique<ShowConfig>(); }

} // namespace mooring::cli
