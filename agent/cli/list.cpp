#include "cli/list.hpp"

#include "cli/exit_code.hpp"
#include "cli/inventory_run.hpp"
#include "cli/load_run.hpp"
#include "cli/look.hpp"
#include "cli/settings.hpp"
#include "cli/values.hpp"
#include "inventory/render.hpp"

#include <CLI/CLI.hpp>
#include <ostream>

namespace mooring::cli {
namespace {

class List final : public Command {
  public:
    explicit List(MakeApi make_api) : make_api_(std::move(make_api)) {}

    std::string_view name() const override { return "list"; }
    std::string_view summary() const override {
        return "List the stacks that the token sees, and what may be read of each";
    }
    std::string_view examples() const override {
        return "  mooring list\n"
               "  mooring list --server main --format json | jq -r '.stacks[].name'\n\n"
               "FILE and RUNTIME say whether a check could read them. Exit codes: 0 listed; 65 invalid configuration,\n"
               "69 a server could not be read, 77 credentials refused, 129, 130 or 143 interrupted.";
    }
    void declare(CLI::App& app) override { settings_.declare(app, {"--environment", "--no-runtime", "--remember"}); }

    int run(Console& console) override {
        config::Loaded loaded = config::load(settings_.overrides(console), console.variables);
        if (const auto problem = flag_problem(loaded.diagnostics)) return usage_error(console, name(), *problem);
        const std::string format = loaded.config.format;
        if (const auto problem = one_of("--format", format, {"text", "json"}))
            return usage_error(console, name(), *problem);
        if (!ready_to_connect(loaded, console)) return exit_invalid;
        const auto all = [](const StackRecord&) { return true; };
        const auto inventories = take_inventories(loaded.config, make_api_, all, console);
        if (!inventories) return failure(console, name(), inventories.error().message, exit_invalid);
        const report::TextOptions options = look_of_output(console, loaded.config.color);
        console.out << (format == "json" ? inventory::list_json(inventories->servers, inventories->exit_code)
                                         : inventory::list_text(inventories->servers, inventories->exit_code, options));
        return inventories->exit_code;
    }

  private:
    MakeApi make_api_;
    SettingFlags settings_;
};

} // namespace

std::unique_ptr<Command> make_list_command(MakeApi make_api) { return std::make_unique<List>(std::move(make_api)); }

} // namespace mooring::cli
