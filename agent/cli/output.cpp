#include "cli/output.hpp"

#include "base/file.hpp"
#include "base/text.hpp"
#include "cli/look.hpp"
#include "cli/step_summary.hpp"
#include "cli/values.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fmt/format.h>
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

} // namespace mooring::cli
