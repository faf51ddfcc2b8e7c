// Help as text, in lines that a terminal shows whole; the manual pages are made of the same parts.
#include "base/text.hpp"
#include "cli/command.hpp"
#include "cli/commands.hpp"
#include "report/layout.hpp"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <utility>

namespace mooring::cli {
namespace {

constexpr std::size_t narrowest = 40;

// "[DIR] NAME...: the folder" -> "[DIR] [NAME...]" and "The folder": one option of CLI11 that is two arguments.
void take_two_arguments(Described& out, bool required) {
    const auto colon = out.meaning.find(": ");
    if (!out.meaning.starts_with('[') || colon == std::string::npos) return;
    std::vector<std::string> words;
    for (const std::string_view word : split(std::string_view(out.meaning).substr(0, colon), ' '))
        words.push_back(word.starts_with('[') || required ? std::string(word) : fmt::format("[{}]", word));
    out.usage = join(words, " ");
    out.names = {out.usage};
    out.repeats = false;
    out.meaning.erase(0, colon + 2);
    char& first = out.meaning.front();
    if (first >= 'a' && first <= 'z') first = static_cast<char>(first - 'a' + 'A');
}

Described described_argument(const CLI::Option& option, Described out) {
    const std::string name = option.get_single_name();
    out.names = {name};
    out.usage = name + (out.repeats ? "..." : "");
    if (!option.get_required()) out.usage = "[" + out.usage + "]";
    const std::string type = option.get_type_name();
    if (type.contains('|')) {
        const auto words = split(type, '|');
        out.meaning += ": " + join(std::vector<std::string>(words.begin(), words.end()), ", ");
    }
    take_two_arguments(out, option.get_required());
    return out;
}

// A term and what it means, in two columns; the term on a line of its own where it is too long.
std::string row(const std::string& term, std::string_view meaning, std::size_t column, std::size_t width) {
    std::string line = "  " + term;
    std::string out;
    if (report::display_width(line) + 1 > column) {
        out = line + "\n";
        line.clear();
    }
    for (const std::string& part : report::wrap(meaning, width - column)) {
        out += report::pad(line, column) + part + "\n";
        line.clear();
    }
    return out;
}

std::string row_of(const CLI::Option& option, std::size_t width) {
    const std::size_t column = width >= 72 ? 34 : 8;
    const Described shown = described(option);
    std::string term = join(shown.names, ",") + shown.value;
    if (shown.repeats) term += " ...";
    return row(term, shown.meaning, column, width);
}

std::string paragraph(std::string_view text, std::size_t width) { return join(report::wrap(text, width), "\n") + "\n"; }

// Arguments first, then the groups as they were declared.
std::string options_text(const CLI::App& app, std::size_t width) {
    std::string arguments;
    std::vector<std::pair<std::string, std::string>> groups;
    for (const CLI::Option* option : app.get_options()) {
        const std::string group = option->get_group();
        if (group.empty()) continue; // hidden
        if (option->get_positional()) {
            arguments += row_of(*option, width);
            continue;
        }
        auto place = std::ranges::find(groups, group, &std::pair<std::string, std::string>::first);
        if (place == groups.end()) place = groups.insert(groups.end(), {group, {}});
        place->second += row_of(*option, width);
    }
    std::string out;
    if (!arguments.empty()) out += "\nArguments:\n" + arguments;
    for (const auto& [name, rows] : groups) out += fmt::format("\n{}:\n{}", name, rows);
    return out;
}

// Examples are indented; the remarks behind them are sentences, wherever their lines end in the source.
std::string examples_text(std::string_view text, std::size_t width) {
    std::string out;
    std::string sentences;
    const auto end_paragraph = [&] {
        if (!sentences.empty()) out += paragraph(sentences, width);
        sentences.clear();
    };
    for (const std::string_view line : split(text, '\n')) {
        const bool is_example = line.starts_with("  ");
        if (is_example || line.empty() || line.starts_with("Exit codes:")) end_paragraph();
        if (is_example || line.empty())
            out += folded_example(line, width) + "\n";
        else
            sentences += (sentences.empty() ? "" : " ") + std::string(line);
    }
    end_paragraph();
    return out;
}

} // namespace

Described described(const CLI::Option& option) {
    Described out;
    for (const std::string& name : option.get_snames()) out.names.push_back("-" + name);
    for (const std::string& name : option.get_lnames()) out.names.push_back("--" + name);
    out.meaning = option.get_description();
    out.repeats = option.get_items_expected_max() > 1;
    if (option.get_positional()) return described_argument(option, std::move(out));
    if (!option.get_fnames().empty())
        out.value = "[=N]"; // a flag that takes a number
    else if (option.get_items_expected_max() > 0 && !option.get_type_name().empty())
        out.value = " " + option.get_type_name();
    if (option.get_required()) out.meaning += " (required)";
    return out;
}

std::size_t help_width(const Console& console) {
    const Secret* said = console.variables.find("COLUMNS");
    const std::string_view text = said == nullptr ? std::string_view() : said->reveal();
    std::size_t columns = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), columns);
    const bool is_number = error == std::errc() && end == text.data() + text.size() && columns > 0;
    return std::max(is_number ? columns : console.out_width.value_or(80), narrowest);
}

std::string folded_example(std::string_view line, std::size_t width) {
    const auto comment = line.rfind(" # ");
    if (report::display_width(line) <= width || comment == std::string_view::npos) return std::string(line);
    constexpr std::string_view start = "      # ";
    std::string out(line.substr(0, line.find_last_not_of(' ', comment) + 1));
    for (const std::string& part : report::wrap(line.substr(comment + 3), width - start.size()))
        out += "\n" + std::string(start) + part;
    return out;
}

std::string help_of(const CLI::App& app, const Command& command, std::size_t width) {
    std::string usage = fmt::format("Usage: mooring {} [OPTIONS]", command.name());
    for (const CLI::Option* option : app.get_options())
        if (option->get_positional()) usage += " " + described(*option).usage;
    return paragraph(command.summary(), width) + paragraph(usage, width) + options_text(app, width) + "\nExamples:\n" +
           examples_text(command.examples(), width);
}

std::string overview(std::span<const std::unique_ptr<Command>> commands, std::size_t width) {
    constexpr std::size_t column = 13;
    std::string out = paragraph(headline(), width) + "\nUsage: mooring COMMAND [OPTIONS]\n\nCommands:\n";
    for (const auto& command : commands)
        if (!command->hidden()) out += row(std::string(command->name()), command->summary(), column, width);
    return out + "\nOptions:\n" +
           row("-h,--help", "Print this, or the help of a command: mooring check --help", column, width) +
           row("--version", "Print the version", column, width) + "\n" +
           paragraph("Exit codes: " + std::string(exit_codes()), width);
}

} // namespace mooring::cli
