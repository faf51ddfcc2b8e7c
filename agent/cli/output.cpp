#include "cli/output.hpp"

#include "base/file.hpp"
#include "base/text.hpp"
#include "cli/console.hpp"
#include "report/formats.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <ostream>
#include <unistd.h>

namespace mooring::cli {
namespace {

// A word in front of `=` that could only have been meant as a format: "jsn=report.json", but not "./a=b".
bool looks_like_format(std::string_view word) {
    return !word.empty() && std::ranges::all_of(word, [](char c) { return c >= 'a' && c <= 'z'; });
}

struct ParsedOutput {
    NamedOutput output;
    bool instead = false; // of standard output
};

Result<ParsedOutput> parse_output(const std::string& word, const std::string& otherwise,
                                  const std::vector<std::string>& known) {
    const std::size_t equals = word.find('=');
    if (equals == std::string::npos || !looks_like_format(word.substr(0, equals))) {
        if (word.empty()) return fail(ErrorKind::usage, "--output needs a file");
        return ParsedOutput{.output = {.format = otherwise, .file = word}, .instead = true};
    }
    std::string format = word.substr(0, equals);
    if (const auto problem = one_of("--output", format, known)) {
        return fail(ErrorKind::usage, fmt::format("{} (a file of that name: ./{})", *problem, printable(word, 100)));
    }
    std::string file = word.substr(equals + 1);
    if (file.empty()) return fail(ErrorKind::usage, fmt::format("--output {}: the file is missing", printable(word)));
    return ParsedOutput{.output = {.format = std::move(format), .file = std::move(file)}};
}

} // namespace

Result<std::vector<NamedOutput>> parse_named_outputs(const std::string& format, const std::vector<std::string>& words,
                                                     const std::vector<std::string>& known) {
    if (const auto problem = one_of("--format", format, known)) return fail(ErrorKind::usage, *problem);
    std::vector<NamedOutput> outputs;
    bool instead = false;
    for (const std::string& word : words) {
        Result<ParsedOutput> parsed = parse_output(word, format, known);
        if (!parsed) return std::unexpected(parsed.error());
        instead = instead || parsed->instead || parsed->output.file == "-";
        outputs.push_back(std::move(parsed->output));
    }
    if (!instead) outputs.push_back({.format = format, .file = "-"});
    std::ranges::stable_partition(outputs, [](const NamedOutput& output) { return output.file == "-"; });
    if (std::ranges::count(outputs, "-", &NamedOutput::file) > 1)
        return fail(ErrorKind::usage, "standard output can take one form only");
    for (const NamedOutput& output : outputs) {
        if (std::ranges::count(outputs, output.file, &NamedOutput::file) > 1)
            return fail(ErrorKind::usage, fmt::format("--output writes {} twice; give each form a file of its own",
                                                      printable(output.file, 100)));
    }
    return outputs;
}

Result<std::vector<Output>> parse_outputs(const std::string& format, const std::vector<std::string>& words) {
    Result<std::vector<NamedOutput>> named = parse_named_outputs(format, words, report::format_words());
    if (!named) return std::unexpected(named.error());
    std::vector<Output> outputs;
    for (NamedOutput& one : *named)
        outputs.push_back({.format = *report::parse_format(one.format), .file = std::move(one.file)});
    return outputs;
}

Result<void> try_file(const std::string& file) {
    std::error_code ignored;
    if (file == "-") return {};
    if (std::filesystem::is_directory(file, ignored))
        return fail(ErrorKind::io, fmt::format("cannot write {}: it is a folder", printable(file)));
    // A device or a pipe is written where it is (base/file.hpp).
    const std::filesystem::file_status status = std::filesystem::status(file, ignored);
    if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status)) {
        if (::access(file.c_str(), W_OK) == 0) return {};
        return fail(ErrorKind::io, fmt::format("cannot write {}: {}", printable(file), std::strerror(errno)));
    }
    std::string neighbour = file + ".XXXXXX";
    const int opened = ::mkstemp(neighbour.data());
    if (opened < 0)
        return fail(ErrorKind::io, fmt::format("cannot write {}: {}", printable(file), std::strerror(errno)));
    ::close(opened);
    ::unlink(neighbour.c_str());
    return {};
}

Result<void> try_outputs(const std::vector<Output>& outputs) {
    for (const Output& output : outputs) {
        if (Result<void> tried = try_file(output.file); !tried) return tried;
    }
    return {};
}

Result<void> write_outputs(const Report& report, const std::vector<Output>& outputs, const OutputLook& look,
                           Console& console) {
    Result<void> outcome;
    for (const Output& output : outputs) {
        report::TextOptions options = output.file == "-" ? look_of_output(console, look.colour) : report::TextOptions();
        options.quiet = look.quiet;
        if (output.file == "-") {
            options.show_values = look.show_values && console.out_is_terminal;
            console.out << report::render(report, output.format, options) << std::flush;
            continue;
        }
        const Result<void> written = write_file_atomically(output.file, report::render(report, output.format, options));
        if (!written && outcome) outcome = written;
    }
    const std::string summary = step_summary_file(outputs, console.variables);
    if (summary.empty()) return outcome;
    const Result<void> summarised = append_step_summary(summary, report);
    return outcome ? summarised : outcome;
}

namespace {

bool any_matches(const std::vector<std::string>& globs, const std::string& text) {
    return globs.empty() || std::ranges::any_of(globs, [&](const auto& glob) { return glob_matches(glob, text); });
}

std::unexpected<Error> unknown_kind(const std::string& word) {
    const std::vector<std::string> kinds{"name", "environment", "label"};
    const std::string kind = word.substr(0, word.find('='));
    const auto near = closest_match(kind, kinds);
    return fail(ErrorKind::usage,
                fmt::format("--only {}: expected name=GLOB, environment=GLOB or label=KEY=GLOB{}", printable(word, 100),
                            near && *near != kind ? "; did you mean `" + *near + "`?" : std::string()));
}

} // namespace

Result<Only> Only::parse(const std::vector<std::string>& words) {
    Only only;
    for (const std::string& word : words) {
        const std::size_t equals = word.find('=');
        if (equals == std::string::npos) return unknown_kind(word);
        const std::string kind = word.substr(0, equals);
        std::string value = word.substr(equals + 1);
        const std::size_t second = value.find('=');
        if (value.empty()) return unknown_kind(word);
        if (kind == "name")
            only.names_.push_back(std::move(value));
        else if (kind == "environment")
            only.environments_.push_back(std::move(value));
        else if (kind == "label" && second != std::string::npos && second > 0)
            only.labels_.emplace_back(value.substr(0, second), value.substr(second + 1));
        else
            return unknown_kind(word);
    }
    return only;
}

bool Only::matches(const std::string& name, const std::string& environment,
                   const std::map<std::string, std::string>& labels) const {
    const bool named = !environment.empty();
    if (!any_matches(names_, name) || (named && !any_matches(environments_, environment))) return false;
    return labels_.empty() || std::ranges::any_of(labels_, [&](const auto& wanted) {
               const auto found = labels.find(wanted.first);
               return found != labels.end() && glob_matches(wanted.second, found->second);
           });
}

bool Only::may_match(const DesiredStack& stack) const {
    const auto* environment = std::get_if<EnvironmentRef>(&stack.environment);
    return is_of(stack.server) &&
           matches(stack.name, environment != nullptr ? environment->name : std::string(), stack.labels);
}

std::string step_summary_file(const std::vector<Output>& outputs, const Variables& variables) {
    const bool for_github =
        std::ranges::any_of(outputs, [](const Output& output) { return output.format == report::Format::github; });
    const Secret* file = for_github ? variables.find("GITHUB_STEP_SUMMARY") : nullptr;
    return file == nullptr ? std::string() : std::string(file->reveal());
}

Result<void> append_step_summary(const std::string& file, const Report& report) {
    std::ofstream out(file, std::ios::app | std::ios::binary);
    out << report::to_markdown(report) << std::flush;
    if (!out) return fail(ErrorKind::io, "cannot write the step's summary to " + file, std::strerror(errno));
    return {};
}

} // namespace mooring::cli
