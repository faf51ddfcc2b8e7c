#include "base/text.hpp"
#include "cli/command_app.hpp"
#include "cli/manual.hpp"
#include "cli/roff.hpp"
#include "cli/schema_page.hpp"

#include <embedded_schemas.hpp>
#include <fmt/format.h>
#include <map>

namespace mooring::cli {
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

std::string names_of(const CLI::Option& option) {
    std::string out;
    for (const std::string& name : option.get_snames()) out += (out.empty() ? "" : ", ") + roff::bold("-" + name);
    for (const std::string& name : option.get_lnames()) out += (out.empty() ? "" : ", ") + roff::bold("--" + name);
    if (option.get_positional()) out = "\\fI" + roff::plain(option.get_single_name()) + "\\fR";
    if (!option.get_positional() && option.get_items_expected_max() > 0)
        out += " \\fI" + roff::plain(option.get_type_name()) + "\\fR";
    if (option.get_items_expected_max() > 1) out += " ...";
    return out;
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
        out += roff::item(names_of(*option), roff::prose(option->get_description()));
    }
    std::string out;
    if (!arguments.empty()) out += roff::section("ARGUMENTS") + arguments;
    if (!own.empty()) out += roff::section("OPTIONS") + own;
    for (const auto& [name, items] : groups) out += roff::section('"' + in_capitals(name) + " OPTIONS\"") + items;
    return out;
}

std::string synopsis(const CLI::App& app, std::string_view name) {
    std::string out = roff::section("SYNOPSIS") + roff::bold("mooring " + std::string(name)) + " [\\fIOPTIONS\\fR]";
    for (const CLI::Option* option : app.get_options()) {
        if (!option->get_positional()) continue;
        const std::string one = "\\fI" + roff::plain(option->get_single_name()) + "\\fR" +
                                (option->get_items_expected_max() > 1 ? " ..." : "");
        out += option->get_required() ? " " + one : " [" + one + "]";
    }
    return out + "\n";
}

// The end of the help: examples are indented; what follows are remarks, the last of which may be about exit codes.
std::string examples_of(std::string_view text) {
    std::string examples;
    std::string remarks;
    for (const std::string_view line : split(text, '\n')) {
        if (line.starts_with("  "))
            examples += std::string(line.substr(2)) + "\n";
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
                       roff::section("DESCRIPTION") + roff::prose(headline()) + " It only reads.\n" +
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
