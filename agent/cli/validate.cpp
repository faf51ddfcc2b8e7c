#include "cli/validate.hpp"

#include "cli/exit_code.hpp"
#include "cli/load_run.hpp"
#include "cli/look.hpp"
#include "cli/settings.hpp"
#include "cli/values.hpp"
#include "compare/desired_file.hpp"
#include "compare/known_secrets.hpp"
#include "compose/compose.hpp"
#include "report/json.hpp"
#include "report/text.hpp"
#include "words/amounts.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <ostream>
#include <set>

namespace mooring::cli {
namespace {

using Json = nlohmann::ordered_json;

struct Counts {
    std::size_t errors = 0;
    std::size_t warnings = 0;
    std::size_t notes = 0;
};

Counts count(const Diagnostics& diagnostics) {
    Counts counts;
    for (const Diagnostic& one : diagnostics) {
        if (one.severity == Severity::error)
            ++counts.errors;
        else if (one.severity == Severity::warning)
            ++counts.warnings;
        else
            ++counts.notes;
    }
    return counts;
}

std::string counts_text(const Desired& desired, const Counts& counts) {
    std::string out =
        fmt::format("{}, {}, {}: {}, {}", words::counted(desired.stacks.size(), "stack"),
                    words::counted(desired.scopes.size(), "scope"), words::counted(desired.waivers.size(), "waiver"),
                    words::counted(counts.errors, "error"), words::counted(counts.warnings, "warning"));
    return out + (counts.errors == 0 ? "\nvalid\n" : "\nnot valid\n");
}

std::string as_json(const Desired& desired, const Diagnostics& diagnostics, const Counts& counts) {
    Json remarks = Json::array();
    for (const Diagnostic& one : diagnostics) remarks.push_back(report::json_of(one));
    const Json whole = {{"apiVersion", "mooring/v1"},
                        {"kind", "Validation"},
                        {"valid", counts.errors == 0},
                        {"counts",
                         {{"stacks", desired.stacks.size()},
                          {"scopes", desired.scopes.size()},
                          {"waivers", desired.waivers.size()},
                          {"errors", counts.errors},
                          {"warnings", counts.warnings},
                          {"notes", counts.notes}}},
                        {"diagnostics", std::move(remarks)}};
    return report::one_line(whole) + "\n";
}

// Left out, `state` means running since 0.2: said once, where it is left out first.
void note_state(const std::vector<DesiredStack>& stacks, Diagnostics& diagnostics) {
    const auto leaves_out = [](const DesiredStack& stack) {
        return !stack.state && stack.type != StackType::kubernetes;
    };
    const auto first = std::ranges::find_if(stacks, leaves_out);
    if (first == stacks.end()) return;
    const auto count = static_cast<std::size_t>(std::ranges::count_if(stacks, leaves_out));
    diagnostics.push_back(
        {.severity = Severity::note,
         .code = "state-left-out",
         .message = fmt::format("{} declare{} no `state`, which means running: one that Portainer calls "
                                "stopped has drifted",
                                words::counted(count, "stack"), count == 1 ? "s" : ""),
         .suggestion = "`state: stopped` or `state: any` says otherwise",
         .where = first->where,
         .server = {}});
}

class Validate final : public Command {
  public:
    std::string_view name() const override { return "validate"; }
    std::string_view summary() const override { return "Find every problem of the manifests; needs no server"; }
    std::string_view examples() const override {
        return "  mooring validate manifests\n"
               "  mooring validate --format json manifests | jq '.diagnostics[]'\n\n"
               "Exit codes: 0 valid, 65 not valid.";
    }
    void declare(CLI::App& app) override {
        app.add_option("DIR", folder_, "The folder (or file) of manifests; left out: the configuration's")
            ->type_name("");
        settings_.declare(app);
    }
    int run(Console& console) override;

  private:
    std::string folder_;
    SettingFlags settings_;
};

int Validate::run(Console& console) {
    config::Loaded loaded = config::load(settings_.overrides(), console.variables);
    if (const auto problem = flag_problem(loaded.diagnostics)) return usage_error(console, name(), *problem);
    const std::string& format = loaded.config.format;
    if (const auto problem = one_of("--format", format, {"text", "json"}))
        return usage_error(console, name(), *problem);
    if (!folder_.empty()) loaded.config.manifests = folder_;

    Desired desired;
    if (loaded.manifests_known)
        desired = manifest::load(config::load_options(loaded.config, console.variables));
    else
        loaded.diagnostics.push_back(manifests_not_read());
    compare::refuse_wrong_jobs(desired);
    Diagnostics diagnostics = std::move(loaded.diagnostics);
    std::ranges::move(desired.diagnostics, std::back_inserter(diagnostics));
    std::ranges::move(compose_problems(desired.stacks), std::back_inserter(diagnostics));
    std::ranges::move(compare::job_candidates(desired.stacks), std::back_inserter(diagnostics));
    note_state(desired.stacks, diagnostics);

    const Counts counts = count(diagnostics);
    if (format == "json") {
        console.out << as_json(desired, diagnostics, counts);
    } else {
        console.out << report::diagnostics_text(diagnostics, look_of_output(console, loaded.config.color))
                    << counts_text(desired, counts);
    }
    return counts.errors == 0 ? exit_ok : exit_invalid;
}

} // namespace

namespace {

// Parsers quote what they stumble over.
std::string told(const DesiredStack& stack, const yaml::Problem& problem) {
    compare::KnownSecrets secrets(stack);
    secrets.learn_file(stack);
    return secrets.mask(problem.message);
}

} // namespace

Diagnostics compose_problems(const std::vector<DesiredStack>& stacks) {
    Diagnostics out;
    std::set<std::pair<std::string, std::size_t>> seen; // one file may be declared for many environments
    for (const DesiredStack& stack : stacks) {
        const auto* content = std::get_if<DesiredContent>(&stack.source);
        if (content == nullptr || stack.type == StackType::kubernetes) continue;
        if (!seen.emplace(content->file, content->line).second) continue;
        const auto file = compose::load(content->text);
        if (file) continue;
        const yaml::Problem& problem = file.error();
        SourceLocation where{.file = content->file};
        if (problem.mark.line > 0) {
            where.line = content->line + problem.mark.line - 1;
            where.column = content->line == 1 ? problem.mark.column : 0; // inside a manifest the block is indented
        }
        out.push_back({.severity = Severity::error,
                       .code = problem.code.empty() ? "compose" : "compose-" + problem.code,
                       .message = told(stack, problem),
                       .suggestion = {},
                       .where = std::move(where),
                       .server = {}});
    }
    return out;
}

std::unique_ptr<Command> make_validate_command() { return std::make_unique<Validate>(); }

} // namespace mooring::cli
