// What a command shows and writes: which stacks (`--only`), outputs, the summary of a step, the files of a folder.
#pragma once

#include "base/error.hpp"
#include "capture/capture.hpp"
#include "cli/console.hpp"
#include "manifest/decode.hpp"
#include "model/desired.hpp"
#include "model/verdict.hpp"
#include "report/formats.hpp"

#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace mooring::cli {

// Several of one kind: any of them; several kinds: all of them.
class Only {
  public:
    // Each word is name=GLOB, environment=GLOB or label=KEY=GLOB; anything else is a usage error with a suggestion.
    static Result<Only> parse(const std::vector<std::string>& words);

    // One more name=GLOB.
    void add_name(std::string glob) { names_.push_back(std::move(glob)); }
    // Only stacks of this server, besides.
    void set_server(std::string name) { server_ = std::move(name); }
    const std::string& server() const { return server_; }

    bool empty() const { return server_.empty() && names_.empty() && environments_.empty() && labels_.empty(); }
    // Whether any stack of that server may be left out.
    bool narrows() const { return !names_.empty() || !environments_.empty() || !labels_.empty(); }
    bool is_of(const std::string& server) const { return server_.empty() || server == server_; }
    // `environment` is "" where this token cannot learn its name: such a stack may be meant, and leaving it out would
    // let the score rise by losing permission (design §2, rule 8).
    // Its server is not asked: a run has rows of the servers that it asks.
    bool matches(const std::string& name, const std::string& environment,
                 const std::map<std::string, std::string>& labels) const;

    // Whether some row of a declared stack may be meant, as far as that can be told before a server is asked: the
    // environments of a selector, and the name of one that is given by id, are not known yet.
    bool may_match(const DesiredStack& stack) const;

  private:
    std::string server_; // "": any
    std::vector<std::string> names_;
    std::vector<std::string> environments_;
    std::vector<std::pair<std::string, std::string>> labels_; // key, glob
};

// `--format` and `--output`: in which forms a report is written, and where to.
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

// Writes every output; files whole or not at all; and the summary of a step of GitHub Actions. The
// first failure is returned after all were tried.
Result<void> write_outputs(const Report& report, const std::vector<Output>& outputs, const OutputLook& look,
                           Console& console);

// The summary of a step of GitHub Actions.

// The file that the runner shows as the step's summary: GITHUB_STEP_SUMMARY, when one of `outputs` is for GitHub and
// the variable is set; "" otherwise.
std::string step_summary_file(const std::vector<Output>& outputs, const Variables& variables);

// Appends the report as Markdown to `file`: other commands of the step may have written to it.
Result<void> append_step_summary(const std::string& file, const Report& report);

// The files of a folder that a command writes: manifests of an export, and what `mooring init` begins with.

// The folder that an export is written into: never one that something else made.

// Whether an export may be written there: the folder is not there, or empty, or, with `force`, was made by an export.
// An error (invalid_input, io) says what it is instead.
Result<void> check_export_folder(const std::filesystem::path& folder, bool force);

// Removes what an earlier export wrote there, and writes the files and their list. `is_private`: the folder gets the
// mode 0700.
Result<void> write_export(const std::filesystem::path& folder, const std::vector<capture::File>& files,
                          bool is_private);

// What `mooring init` writes. Pure.
struct InitWishes {
    std::string url;
    std::filesystem::path token_file; // as it was given: relative to where the command was started
    std::string pin;                  // "" none
};

// The text of FOLDER/mooring.yaml. `here` is where the command was started: a token file inside the folder is named
// relative to it, any other one absolutely.
std::string first_configuration(const InitWishes& wishes, const std::filesystem::path& folder,
                                const std::filesystem::path& here);

// The text of the first manifest: everything undeclared is shown, and a stack to be copied.
std::string first_manifest();

} // namespace mooring::cli
