// `--format` and `--output`: in which forms a report is written, and where to.
#pragma once

#include "base/error.hpp"
#include "cli/console.hpp"
#include "report/format.hpp"

#include <string>
#include <vector>

namespace mooring::cli {

struct Output {
    report::Format format = report::Format::text;
    std::string file; // "-": standard output

    friend bool operator==(const Output&, const Output&) = default;
};

// The same with the format's word, for what has formats of its own.
struct NamedOutput {
    std::string format;
    std::string file; // "-": standard output
};
// Errors (usage): as parse_outputs().
Result<std::vector<NamedOutput>> parse_named_outputs(const std::string& format, const std::vector<std::string>& words,
                                                     const std::vector<std::string>& known);

// What is to be written, standard output first. `--output FORMAT=FILE` comes beside standard output, `--output FILE`
// (in the form of --format) takes its place. Errors (usage): an unknown format, standard output twice.
Result<std::vector<Output>> parse_outputs(const std::string& format, const std::vector<std::string>& words);

// How the text on standard output looks, and what a file's text must not have.
struct OutputLook {
    std::string colour = "auto"; // auto, always, never
    bool quiet = false;
    bool show_values = false; // on standard output alone, and only when it is a terminal
};

// Whether a file can be written there, found out before a server is asked: makes a neighbour and takes it away again.
// "-" is standard output. Errors (io): a folder, no such folder, no permission.
Result<void> try_file(const std::string& file);
// The first of them that cannot be written; the summary of a step of GitHub Actions is none of them.
Result<void> try_outputs(const std::vector<Output>& outputs);

// Writes every output; files whole or not at all; and the summary of a step of GitHub Actions (step_summary.hpp). The
// first failure is returned after all were tried.
Result<void> write_outputs(const Report& report, const std::vector<Output>& outputs, const OutputLook& look,
                           Console& console);

} // namespace mooring::cli
