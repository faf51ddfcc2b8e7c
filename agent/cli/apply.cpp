#include "cli/apply.hpp"

#include "base/file.hpp"
#include "base/text.hpp"
#include "cli/apply_start.hpp"
#include "cli/exit_code.hpp"
#include "cli/ledger_file.hpp"
#include "cli/look.hpp"
#include "cli/process.hpp"
#include "cli/settings.hpp"

#include <CLI/CLI.hpp>
#include <filesystem>
#include <fmt/format.h>

namespace mooring::cli {
namespace {

class ApplyCommand final : public Command {
  public:
    explicit ApplyCommand(MakeApi make_api) : make_api_(std::move(make_api)) {}

    std::string_view name() const override { return "apply"; }
    std::string_view summary() const override { return "Make actual stacks as they are declared"; }
    std::string_view examples() const override {
        return "  mooring apply manifests                    # shows the plan and asks\n"
               "  mooring apply manifests shop --yes         # one stack, nobody is asked\n"
               "  mooring plan manifests --format json -o plan.json && mooring apply manifests --plan plan.json\n\n"
               "It needs `apply: true` for the server, a ledger, and stacks that it made or that you adopted. What is\n"
               "not certain is blocked. Each write is noted before it is sent, sent once, and read back.\n\n"
               "Exit codes: 0 all is as declared, 2 something is left to do, 3 something is blocked, 4 both; 5 a "
               "write\n"
               "failed, did not converge or is unknown, 6 the saved plan no longer holds, 7 not confirmed; 64 usage,\n"
               "65 invalid input, 69 no server answered, 77 credentials refused, 129, 130 or 143 interrupted.";
    }
    void declare(CLI::App& app) override;
    int run(Console& console) override;

  private:
    MakeApi make_api_;
    CheckWords words_;
    std::vector<std::string> allowed_;
    std::string plan_file_;
    std::size_t max_changes_ = 0;
    ApplyOptions options_;
    RemovingFlags removing_;
    SettingFlags settings_;
};

void ApplyCommand::declare(CLI::App& app) {
    app.add_option("DIR", words_.words,
                   "[DIR] NAME...: the folder (or file) of manifests (default: the one in the configuration), and the "
                   "stacks to write (default: all)")
        ->type_name("");
    app.add_option("--plan", plan_file_, "Write only what the plan in FILE says, and only if it still holds")
        ->type_name("FILE");
    app.add_flag("--yes,-y", options_.yes, "Ask nobody");
    app.add_flag("--partial", options_.partial, "With --plan: write the steps that still hold");
    app.add_option("--only", words_.only, "Only stacks like name=GLOB, environment=GLOB or label=KEY=GLOB; repeatable")
        ->type_name("KIND=GLOB")
        ->take_all()
        ->allow_extra_args(false);
    app.add_option("--allow", allowed_, "Allow STACK what is blocked, for this run: shop=redeploy-git; repeatable")
        ->type_name("STACK=NAME")
        ->take_all()
        ->allow_extra_args(false);
    app.add_option("--max-changes", max_changes_, "With --yes: stacks that may be changed (default: maxShare)")
        ->type_name("N");
    app.add_flag("--verbose,-v", words_.verbose, "Log retries of reads to standard error");
    app.add_option("--log-level", words_.log_level, "How much is logged")->type_name("trace|debug|info|warn|error|off");
    removing_.declare(app);
    settings_.declare(app, {"--format"});
}

int ApplyCommand::run(Console& console) {
    options_.server = {};
    Result<PlanStart> start = start_plan(console, words_, allowed_, settings_);
    if (!start) return ledger_failure(console, name(), start.error());
    const auto named = start->config.origins.find("server");
    if (named != start->config.origins.end() && named->second.kind == config::Origin::Kind::flag)
        options_.server = start->config.default_server;
    if (max_changes_ > 0) options_.max_changes = max_changes_;
    if (!plan_file_.empty()) {
        constexpr std::size_t most = std::size_t{64} << 20U;
        Result<std::string> text = read_file(plan_file_, most);
        if (!text) return failure(console, name(), "--plan: " + text.error().message, exit_invalid);
        options_.saved_plan = std::move(*text);
    }
    return apply_from(console, std::move(*start), options_, removing_.removing(), make_api_);
}

} // namespace

std::unique_ptr<Command> make_apply_command(MakeApi make_api) {
    return std::make_unique<ApplyCommand>(std::move(make_api));
}

} // namespace mooring::cli
