#include "cli/commands.hpp"

#include "base/text.hpp"
#include "cli/console.hpp"
#include "cli/load_run.hpp"
#include "compare/parts.hpp"
#include "compose/compose.hpp"
#include "compose/facts.hpp"
#include "kubernetes/kubernetes.hpp"
#include "report/formats.hpp"
#include "words/words.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <ostream>
#include <set>
#include <tuple>

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
               "  mooring validate manifests/shop.yaml manifests/blog.yaml   # each on its own, as pre-commit calls "
               "it\n"
               "  mooring validate --format json manifests | jq '.diagnostics[]'\n"
               "  mooring validate --format github manifests                 # annotations; sarif, junit and gitlab, "
               "too\n\n"
               "Exit codes: 0 valid, 65 not valid.";
    }
    void declare(CLI::App& app) override {
        app.add_option("DIR", paths_, "Folders (or files) of manifests; default: the folder in the configuration")
            ->type_name("");
        settings_.declare(app, server_settings({"--ledger"}), "text|json|github|sarif|junit|gitlab");
        app.get_option("--server")->description("The server meant by stacks that name none [MOORING_SERVER]");
    }
    int run(Console& console) override;

  private:
    std::vector<std::string> paths_;
    SettingFlags settings_;
};

// Who fixes what was said shall know that it need not be all.
Diagnostic compose_not_checked() {
    return {.severity = Severity::note,
            .code = "not-read-further",
            .message = "compose files of manifests with errors were not checked: more may show once these are fixed",
            .suggestion = {},
            .where = {},
            .server = {}};
}

// The manifests of every path, each read on its own.
Desired load_all(const config::Loaded& loaded, const std::vector<std::string>& paths, const Console& console) {
    Desired all;
    for (const std::string& path : paths.empty() ? std::vector<std::string>{""} : paths) {
        config::Config config = loaded.config;
        take_folder(config, path);
        Desired one = manifest::load(config::load_options(config, console.variables));
        compare::refuse_wrong_jobs(one);
        if (auto note = manifests_beside(config, path)) one.diagnostics.push_back(*std::move(note));
        const auto said = std::ranges::find(one.diagnostics, "not-read-further", &Diagnostic::code);
        if (!one.complete && said == one.diagnostics.end()) one.diagnostics.push_back(compose_not_checked());
        std::ranges::move(one.stacks, std::back_inserter(all.stacks));
        std::ranges::move(one.scopes, std::back_inserter(all.scopes));
        std::ranges::move(one.waivers, std::back_inserter(all.waivers));
        for (Diagnostic& remark : one.diagnostics) {
            if (std::ranges::find(all.diagnostics, remark) == all.diagnostics.end())
                all.diagnostics.push_back(std::move(remark));
        }
    }
    return all;
}

std::string rendered(const std::string& format, const Desired& desired, const Diagnostics& diagnostics,
                     const report::TextOptions& look, UnixSeconds now) {
    const Counts counts = count(diagnostics);
    const std::string result = counts_text(desired, counts);
    if (format == "json") return as_json(desired, diagnostics, counts);
    if (format == "sarif") return report::to_sarif(diagnostics, version());
    if (format == "junit") return report::to_junit(diagnostics, now);
    if (format == "gitlab") return report::to_gitlab(diagnostics);
    if (format == "github") return report::to_github(diagnostics, trim(result));
    return report::diagnostics_text(diagnostics, look) + result;
}

int Validate::run(Console& console) {
    config::Loaded loaded =
        config::load(settings_.overrides(console, paths_.empty() ? std::string() : paths_.front()), console.variables);
    if (const auto problem = flag_problem(loaded.diagnostics)) return usage_error(console, name(), *problem);
    const std::string& format = loaded.config.format;
    if (const auto problem = one_of("--format", format, {"text", "json", "github", "sarif", "junit", "gitlab"}))
        return usage_error(console, name(), *problem);

    Desired desired;
    if (loaded.manifests_known)
        desired = load_all(loaded, paths_, console);
    else
        loaded.diagnostics.push_back(manifests_not_read());
    Diagnostics diagnostics = std::move(loaded.diagnostics);
    std::ranges::move(desired.diagnostics, std::back_inserter(diagnostics));
    std::ranges::move(compose_problems(desired.stacks), std::back_inserter(diagnostics));
    std::ranges::move(compare::job_candidates(desired.stacks), std::back_inserter(diagnostics));
    note_state(desired.stacks, diagnostics);
    const report::TextOptions look = look_of_output(console, loaded.config.color);
    console.out << rendered(format, desired, diagnostics, look, console.clock.unix_seconds());
    return has_errors(diagnostics) ? exit_invalid : exit_ok;
}

} // namespace

namespace {

// Parsers quote what they stumble over.
std::string told(const DesiredStack& stack, const std::string& message) {
    compare::KnownSecrets secrets(stack);
    secrets.learn_file(stack);
    return secrets.mask(message);
}

SourceLocation place_in(const DesiredContent& content, yaml::Mark mark) {
    SourceLocation where{.file = content.file};
    if (mark.line == 0) return where;
    where.line = content.line + mark.line - 1;
    where.column = content.line == 1 ? mark.column : 0; // inside a manifest the block is indented
    return where;
}

// What Docker Compose refuses, and files that Portainer will not have: it deploys the text alone.
Diagnostics loose_ends(const DesiredStack& stack, const DesiredContent& content) {
    Diagnostics out;
    compose::LooseEnds ends = compose::loose_ends(content.text);
    for (const yaml::Problem& one : ends.undefined) {
        out.push_back({.severity = stack.type == StackType::standalone ? Severity::error : Severity::warning,
                       .code = "compose-" + one.code,
                       .message = told(stack, one.message),
                       .suggestion = "declare it, or correct the name",
                       .where = place_in(content, one.mark),
                       .server = {}});
    }
    const std::filesystem::path beside = std::filesystem::path(content.file).parent_path();
    for (const compose::OtherFile& one : ends.files) {
        std::error_code ignored;
        const bool is_absolute = one.path.starts_with('/') || one.path.starts_with('~');
        if (is_absolute || std::filesystem::exists(beside / one.path, ignored)) continue;
        out.push_back(
            {.severity = Severity::warning,
             .code = "compose-file-missing",
             .message =
                 told(stack, fmt::format("{}: {} is not beside the compose file", one.key, printable(one.path, 200))),
             .suggestion = "Portainer deploys the compose file alone: give what it needs in the file, or by an "
                           "absolute path on the host",
             .where = place_in(content, one.mark),
             .server = {}});
    }
    return out;
}

Diagnostic not_loaded(const DesiredStack& stack, const DesiredContent& content, const yaml::Problem& problem,
                      const std::string& kind) {
    return {.severity = Severity::error,
            .code = problem.code.empty() ? kind : kind + "-" + problem.code,
            .message = told(stack, problem.message),
            .suggestion = {},
            .where = place_in(content, problem.mark),
            .server = {}};
}

// What Portainer refuses of a Kubernetes manifest, and what it does otherwise than the file seems to say.
Diagnostics object_problems(const DesiredStack& stack, const DesiredContent& content) {
    const auto file = kubernetes::load(content.text);
    if (!file) return {not_loaded(stack, content, file.error(), "kubernetes")};
    Diagnostics out;
    for (const kubernetes::Remark& one : kubernetes::remarks(*file, stack.namespace_)) {
        out.push_back({.severity = one.refused ? Severity::error : Severity::warning,
                       .code = "kubernetes-" + one.code,
                       .message = told(stack, one.message),
                       .suggestion = one.cure,
                       .where = place_in(content, {.line = one.line, .column = 1}),
                       .server = {}});
    }
    return out;
}

} // namespace

Diagnostics compose_problems(const std::vector<DesiredStack>& stacks) {
    Diagnostics out;
    std::set<std::tuple<std::string, std::size_t, std::string>> seen; // one file may be declared for many environments
    for (const DesiredStack& stack : stacks) {
        const auto* content = std::get_if<DesiredContent>(&stack.source);
        if (content == nullptr || !seen.emplace(content->file, content->line, stack.namespace_).second) continue;
        if (stack.type == StackType::kubernetes) {
            std::ranges::move(object_problems(stack, *content), std::back_inserter(out));
            continue;
        }
        if (const auto file = compose::load(content->text); !file) {
            out.push_back(not_loaded(stack, *content, file.error(), "compose"));
            continue;
        }
        std::ranges::move(loose_ends(stack, *content), std::back_inserter(out));
    }
    return out;
}

std::unique_ptr<Command> make_validate_command() { return std::make_unique<Validate>(); }

} // namespace mooring::cli
