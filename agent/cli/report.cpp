#include "cli/commands.hpp"

#include "base/file.hpp"
#include "base/text.hpp"
#include "cli/console.hpp"
#include "cli/load_run.hpp"
#include "evidence/assessment.hpp"
#include "evidence/document.hpp"

#include <CLI/CLI.hpp>
#include <filesystem>
#include <fmt/format.h>
#include <ostream>
#include <system_error>

namespace mooring::cli {
namespace {

using evidence::Form;

constexpr std::size_t most_control_bytes = std::size_t{1} << 20U;

class ReportCommand final : public Command {
  public:
    std::string_view name() const override { return "report"; }
    std::string_view summary() const override { return "Evidence of a period, from the ledger alone"; }
    std::string_view examples() const override {
        return "  mooring report --from 2026-10-01 --to 2026-11-01 --format html > october.html\n"
               "  mooring report --from 2026-10-01 --to 2026-11-01 --output-dir evidence/2026-10\n"
               "  mooring report --from 2026-10-01 --to 2026-11-01 --label team=web --controls controls.yaml\n"
               "  mooring report --from 2026-10-01 --to 2026-11-01 --title \"Change control\" --organisation Example "
               "--author alice\n\n"
               "Exit codes: 0 written, 1 the chain is broken (the report says where), 65 no ledger.";
    }
    void declare(CLI::App& app) override {
        app.add_option("--from", from_, "The beginning: a date or time (UTC)")->type_name("DATE");
        app.add_option("--to", to_, "The end, itself not included")->type_name("DATE");
        app.add_option("--server", server_, "Only stacks of servers like this")->type_name("GLOB");
        app.add_option("--label", label_, "Only stacks that have had this label")->type_name("KEY=GLOB");
        app.add_option("--format", format_, "html, json, csv or markdown")->type_name("FORMAT");
        app.add_option("--output-dir", folder_, "Write all four forms there instead of standard output")
            ->type_name("DIR");
        app.add_option("--title", heading_.title, "What stands at its head instead of \"Compliance report\"")
            ->type_name("TEXT");
        app.add_option("--organisation", heading_.organisation, "Whose report it is")->type_name("TEXT");
        app.add_option("--author", heading_.author, "Who prepared it")->type_name("TEXT");
        app.add_option("--controls", controls_, "A file that maps controls to sections")->type_name("FILE");
        app.add_option("--max-gap", max_gap_,
                       "How long a run counts as current if it did not announce the next one (25h)")
            ->type_name("DURATION");
        settings_.declare(app, server_settings({"--format", "--server", "--manifests"}));
    }

    int run(Console& console) override;

  private:
    Result<evidence::Scope> scope() const;
    Result<evidence::Material> material(ledger::Ledger& ledger, UnixSeconds now) const;
    Result<void> write(const evidence::PeriodAssessment& assessment, Console& console) const;

    std::string from_;
    std::string to_;
    std::string server_ = "*";
    std::string label_;
    std::string format_ = "html";
    std::string folder_;
    std::string controls_;
    evidence::Heading heading_;
    std::string max_gap_ = "25h";
    SettingFlags settings_;
};

Result<evidence::Scope> ReportCommand::scope() const {
    if (from_.empty() || to_.empty())
        return fail(ErrorKind::usage, "a period is needed: --from 2026-10-01 --to 2026-11-01");
    const auto period = parse_period(from_, to_);
    if (!period) return std::unexpected(period.error());
    if (const auto problem = one_of("--format", format_, evidence::form_words()))
        return fail(ErrorKind::usage, *problem);
    evidence::Scope scope{.period = *period, .server = server_, .label = {}, .label_value = "*"};
    if (label_.empty()) return scope;
    const std::size_t equals = label_.find('=');
    scope.label = label_.substr(0, equals);
    if (scope.label.empty()) return fail(ErrorKind::usage, "--label needs KEY or KEY=GLOB");
    if (equals != std::string::npos) scope.label_value = label_.substr(equals + 1);
    return scope;
}

Result<evidence::Material> ReportCommand::material(ledger::Ledger& ledger, UnixSeconds now) const {
    const auto wanted = scope();
    if (!wanted) return std::unexpected(wanted.error());
    auto material = evidence::collect(ledger, *wanted, now);
    if (!material) return material;
    material->max_gap = std::chrono::ceil<std::chrono::seconds>(*parse_go_duration(max_gap_));
    material->heading = heading_;
    if (controls_.empty()) return material;
    const auto text = read_file(controls_, most_control_bytes);
    if (!text) return std::unexpected(text.error());
    auto controls = evidence::read_controls(*text, controls_);
    if (!controls) return std::unexpected(controls.error());
    material->controls = std::move(*controls);
    return material;
}

Result<void> ReportCommand::write(const evidence::PeriodAssessment& assessment, Console& console) const {
    if (folder_.empty()) {
        console.out << evidence::render(assessment, *evidence::parse_form(format_));
        return {};
    }
    std::error_code failed;
    std::filesystem::create_directories(folder_, failed);
    if (failed) return fail(ErrorKind::io, fmt::format("cannot make {}: {}", folder_, failed.message()));
    for (const Form form : {Form::html, Form::json, Form::csv, Form::markdown}) {
        const std::filesystem::path file = std::filesystem::path(folder_) / evidence::file_name(form);
        if (Result<void> written = write_file_atomically(file, evidence::render(assessment, form)); !written)
            return written;
    }
    console.err << fmt::format("written: {}.{{html,json,csv,md}}\n",
                               printable((std::filesystem::path(folder_) / "compliance").string(), 1000));
    return {};
}

int ReportCommand::run(Console& console) {
    if (const auto wanted = scope(); !wanted) return usage_error(console, name(), wanted.error().message);
    const auto gap = parse_go_duration(max_gap_);
    if (!gap || gap->count() <= 0)
        return usage_error(console, name(), "--max-gap needs a duration like 25h, not " + printable(max_gap_, 60));
    auto ledger = open_ledger(settings_, ledger::Access::read_only, console);
    if (!ledger) return ledger_failure(console, name(), ledger.error());
    const auto found = material(**ledger, console.clock.unix_seconds());
    if (!found && found.error().kind == ErrorKind::usage) return usage_error(console, name(), found.error().message);
    if (!found) return ledger_failure(console, name(), found.error());
    const evidence::PeriodAssessment assessment = evidence::assess(*found);
    if (const auto written = write(assessment, console); !written)
        return ledger_failure(console, name(), written.error());
    if (assessment.verification.proven()) return exit_ok;
    return failure(console, name(), "the chain is broken: " + assessment.verification.problem, exit_failure);
}

} // namespace

std::unique_ptr<Command> make_report_command() { return std::make_unique<ReportCommand>(); }

} // namespace mooring::cli
