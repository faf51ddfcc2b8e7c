#include "cli/commands.hpp"

#include "base/file.hpp"
#include "base/text.hpp"
#include "cli/command.hpp"
#include "cli/console.hpp"
#include "cli/load_run.hpp"
#include "report/layout.hpp"

#include <CLI/CLI.hpp>
#include <embedded_schemas.hpp>
#include <filesystem>
#include <fmt/format.h>
#include <map>
#include <nlohmann/json.hpp>
#include <ostream>

namespace mooring::cli {
namespace {

class Version final : public Command {
  public:
    std::string_view name() const override { return "version"; }
    std::string_view summary() const override { return "Print the version, or all that the program was made of"; }
    std::string_view examples() const override {
        return "  mooring version\n"
               "  mooring version --format json                      # commit, compiler, libraries";
    }
    void declare(CLI::App& app) override {
        app.add_option("--format", format_, "Form of the output")->type_name("text|json");
    }
    int run(Console& console) override {
        if (const auto problem = one_of("--format", format_, {"text", "json"}))
            return usage_error(console, name(), *problem);
        if (format_ == "json")
            console.out << version_json(build_facts());
        else
            console.out << "mooring " << version() << '\n';
        return exit_ok;
    }

  private:
    std::string format_ = "text";
};

} // namespace

std::string_view version() { return build_facts().version; }

std::string version_json(const BuildFacts& facts) {
    using Json = nlohmann::ordered_json;
    Json libraries = Json::array();
    for (const BuiltWith& one : facts.libraries) libraries.push_back({{"name", one.name}, {"version", one.version}});
    const Json whole = {
        {"apiVersion", "mooring/v1"},       {"kind", "Version"},
        {"version", facts.version},         {"commit", facts.commit.empty() ? Json() : Json(facts.commit)},
        {"compiler", facts.compiler},       {"buildType", facts.build_type},
        {"libraries", std::move(libraries)}};
    return whole.dump(2) + '\n';
}

std::unique_ptr<Command> make_version_command() { return std::make_unique<Version>(); }

namespace {

class Schema final : public Command {
  public:
    std::string_view name() const override { return "schema"; }
    std::string_view summary() const override { return "Print a JSON Schema, or the names of all"; }
    std::string_view examples() const override {
        return "  mooring schema                                     # names of all schemas\n"
               "  mooring schema manifest >manifest.schema.json      # for the editor";
    }
    void declare(CLI::App& app) override {
        app.add_option("NAME", wanted_, "The schema (default: the names of all)")->type_name(join(names(), "|"));
    }

    int run(Console& console) override {
        for (const schema::Embedded& one : schema::all()) {
            if (one.name == wanted_) {
                console.out << one.text;
                return exit_ok;
            }
        }
        if (!wanted_.empty()) {
            return usage_error(console, name(),
                               fmt::format("no schema `{}`; {}", printable(wanted_, 100), suggest(wanted_, names())));
        }
        for (const std::string& one : names()) console.out << one << '\n';
        return exit_ok;
    }

  private:
    static std::vector<std::string> names() {
        std::vector<std::string> out;
        for (const schema::Embedded& one : schema::all()) out.emplace_back(one.name);
        return out;
    }

    std::string wanted_;
};

// The same YAML where the terminal is too narrow for the remarks behind the values: nearer to them, or above them.
// What is wide without its remark stays, since a value cut in two would be another one.
std::string narrowed_yaml(std::string_view text, std::size_t width) {
    std::string out;
    for (const std::string_view line : split(text.substr(0, text.find_last_not_of('\n') + 1), '\n')) {
        const auto at = line.rfind(" # ");
        const auto end = at == std::string_view::npos ? at : line.find_last_not_of(' ', at);
        const bool has_remark = end != std::string_view::npos && !line.substr(at).contains('"');
        const std::string value(line.substr(0, has_remark ? end + 1 : line.size()));
        const std::string remark(has_remark ? line.substr(at + 1) : std::string_view());
        if (report::display_width(line) <= width || !has_remark)
            out += std::string(line) + "\n";
        else if (report::display_width(value) + 2 + report::display_width(remark) <= width)
            out += value + "  " + remark + "\n";
        else
            out += std::string(value.find_first_not_of(' '), ' ') + remark + "\n" + value + "\n";
    }
    return out;
}

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
        const std::string text = config::print_effective(loaded.config, json ? config::Form::json : config::Form::yaml);
        console.out << (json || !console.out_width ? text : narrowed_yaml(text, *console.out_width));
        return has_errors(loaded.diagnostics) ? exit_invalid : exit_ok;
    }

  private:
    SettingFlags settings_;
};

} // namespace

std::unique_ptr<Command> make_schema_command() { return std::make_unique<Schema>(); }
std::unique_ptr<Command> make_config_command() { return std::make_unique<ShowConfig>(); }

namespace {

namespace fs = std::filesystem;

class Manual final : public Command {
  public:
    explicit Manual(AllCommands commands) : commands_(std::move(commands)) {}

    std::string_view name() const override { return "manual"; }
    std::string_view summary() const override { return "Write the manual pages, for packagers"; }
    std::string_view examples() const override {
        return "  mooring manual --output share/man                  # man1/mooring.1, ..., man5/mooring.yaml.5\n"
               "  man -l share/man/man1/mooring-check.1";
    }
    bool hidden() const override { return true; }
    void declare(CLI::App& app) override {
        app.add_option("--output", folder_, "Where man1 and man5 are written")->required()->type_name("DIR");
        app.add_option("--date", date_, "The date in the header of the pages, like 2026-11-29")->type_name("DATE");
    }

    int run(Console& console) override {
        for (const ManualPage& page : manual_pages(commands_(), {.version = std::string(version()), .date = date_})) {
            const fs::path folder = fs::path(folder_) / fmt::format("man{}", page.section);
            std::error_code failed;
            fs::create_directories(folder, failed);
            if (failed) return failure(console, name(), folder.string() + ": " + failed.message(), exit_failure);
            const fs::path file = folder / fmt::format("{}.{}", page.name, page.section);
            if (const auto written = write_file_atomically(file, page.text); !written)
                return failure(console, name(), written.error().message, exit_failure);
        }
        return exit_ok;
    }

  private:
    AllCommands commands_;
    std::string folder_;
    std::string date_;
};

} // namespace

std::unique_ptr<Command> make_manual_command(AllCommands commands) {
    return std::make_unique<Manual>(std::move(commands));
}

namespace {

using Commands = std::span<const std::unique_ptr<Command>>;

std::string in_capitals(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return out;
}

std::string header(const std::string& name, int section, std::string_view summary, const ManualEdition& edition) {
    return fmt::format(".\\\" Made by `mooring manual`; change the help and the schemas instead.\n"
                       ".TH {} {} \"{}\" \"mooring {}\" \"Mooring\"\n.SH NAME\n{} \\- {}\n",
                       in_capitals(name), section, edition.date, edition.version, roff::plain(name),
                       roff::prose(summary));
}

std::string see_also(const std::vector<std::string>& pages) {
    std::string out = roff::section("\"SEE ALSO\"");
    for (std::size_t i = 0; i < pages.size(); ++i) {
        const auto open = pages[i].find('(');
        out += roff::bold(pages[i].substr(0, open)) + pages[i].substr(open) + (i + 1 < pages.size() ? ",\n" : "\n");
    }
    return out;
}

// "[DIR] [NAME...]": names in italics, signs as they are.
std::string in_italics(std::string_view usage) {
    std::string out;
    std::string name;
    const auto end_name = [&] {
        if (!name.empty()) out += "\\fI" + roff::plain(name) + "\\fR";
        name.clear();
    };
    for (const char c : usage) {
        const bool is_sign = std::string_view("[]. =").contains(c);
        if (is_sign) end_name();
        (is_sign ? out : name) += c;
    }
    end_name();
    return out;
}

std::string names_of(const CLI::Option& option) {
    const Described shown = described(option);
    if (option.get_positional()) return in_italics(shown.names.front()) + (shown.repeats ? " ..." : "");
    std::string out;
    for (const std::string& name : shown.names) out += (out.empty() ? "" : ", ") + roff::bold(name);
    return out + in_italics(shown.value) + (shown.repeats ? " ..." : "");
}

// The options by the groups of the help, arguments first.
std::string options_of(const CLI::App& app) {
    std::string arguments;
    std::string own;
    std::map<std::string, std::string> groups;
    for (const CLI::Option* option : app.get_options()) {
        const std::string group = option->get_group();
        if (group.empty()) continue; // hidden
        std::string& out = option->get_positional() ? arguments : group == "Options" ? own : groups[group];
        out += roff::item(names_of(*option), roff::prose(described(*option).meaning));
    }
    std::string out;
    if (!arguments.empty()) out += roff::section("ARGUMENTS") + arguments;
    if (!own.empty()) out += roff::section("OPTIONS") + own;
    for (const auto& [name, items] : groups) out += roff::section('"' + in_capitals(name) + " OPTIONS\"") + items;
    return out;
}

std::string synopsis(const CLI::App& app, std::string_view name) {
    std::string out = roff::section("SYNOPSIS") + roff::bold("mooring " + std::string(name)) + " [\\fIOPTIONS\\fR]";
    for (const CLI::Option* option : app.get_options())
        if (option->get_positional()) out += " " + in_italics(described(*option).usage);
    return out + "\n";
}

// The end of the help: examples are indented; what follows are remarks, the last of which may be about exit codes.
std::string examples_of(std::string_view text) {
    constexpr std::size_t room = 67; // of 78 columns, behind man's own indentation and ours
    std::string examples;
    std::string remarks;
    for (const std::string_view line : split(text, '\n')) {
        if (line.starts_with("  "))
            examples += folded_example(line.substr(2), room) + "\n";
        else
            remarks += std::string(line) + "\n";
    }
    std::string out;
    const auto codes = remarks.find("Exit codes: ");
    if (const std::string notes = roff::prose(remarks.substr(0, codes)); !notes.empty())
        out += roff::section("NOTES") + notes + "\n";
    if (codes != std::string::npos)
        out += roff::section("\"EXIT STATUS\"") + roff::prose(remarks.substr(codes + 12)) + "\n";
    return out + roff::section("EXAMPLES") + roff::verbatim(examples);
}

ManualPage page_of(Command& command, const ManualEdition& edition) {
    const auto app = make_app(command);
    const std::string name = "mooring-" + std::string(command.name());
    std::string text = header(name, 1, command.summary(), edition) + synopsis(*app, command.name()) +
                       roff::section("DESCRIPTION") + roff::prose(std::string(command.summary()) + ".") + "\n" +
                       options_of(*app) + examples_of(command.examples()) +
                       see_also({"mooring(1)", "mooring.yaml(5)", "mooring-manifest(5)"});
    return {.name = name, .section = 1, .text = std::move(text)};
}

constexpr const char* what_writes = " Checking reads only. `apply`, `restore` and an agent that corrects write where "
                                    "configuration, manifest and ledger "
                                    "agree.";

ManualPage page_of_all(Commands commands, const ManualEdition& edition) {
    std::string listed;
    std::vector<std::string> pages;
    for (const auto& command : commands) {
        if (command->hidden()) continue;
        const std::string name = "mooring-" + std::string(command->name());
        listed += roff::item(roff::bold(name) + "(1)", roff::prose(std::string(command->summary()) + "."));
        pages.push_back(name + "(1)");
    }
    pages.insert(pages.end(), {"mooring.yaml(5)", "mooring-manifest(5)"});
    std::string text = header("mooring", 1, "compare Portainer stacks with what was declared", edition) +
                       roff::section("SYNOPSIS") + roff::bold("mooring") + " \\fICOMMAND\\fR [\\fIOPTIONS\\fR]\n.br\n" +
                       roff::bold("mooring help") + " \\fICOMMAND\\fR\n.br\n" + roff::bold("mooring --version") + "\n" +
                       roff::section("DESCRIPTION") + roff::prose(std::string(headline()) + what_writes) + "\n" +
                       roff::section("COMMANDS") + listed + roff::section("\"EXIT STATUS\"") +
                       roff::prose(exit_codes()) + "\n" + see_also(pages);
    return {.name = "mooring", .section = 1, .text = std::move(text)};
}

ManualPage page_of_format(const std::string& name, std::string_view summary, std::string_view schema,
                          const ManualEdition& edition) {
    std::string body;
    for (const schema::Embedded& one : schema::all())
        if (one.name == schema) body = schema_page_body(nlohmann::ordered_json::parse(one.text));
    return {.name = name,
            .section = 5,
            .text = header(name, 5, summary, edition) + body + see_also({"mooring(1)", "mooring-schema(1)"})};
}

} // namespace

std::vector<ManualPage> manual_pages(Commands commands, const ManualEdition& edition) {
    std::vector<ManualPage> out{page_of_all(commands, edition)};
    for (const auto& command : commands)
        if (!command->hidden()) out.push_back(page_of(*command, edition));
    out.push_back(page_of_format("mooring.yaml", "the configuration of mooring", "agent", edition));
    out.push_back(page_of_format("mooring-manifest", "what Portainer stacks should be", "manifest", edition));
    return out;
}

} // namespace mooring::cli
