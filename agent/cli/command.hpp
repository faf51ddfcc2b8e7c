// One command of the program: its name, its options, what it does.
#pragma once

#include "cli/console.hpp"

#include <CLI/CLI.hpp>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace CLI { // NOLINT(readability-identifier-naming): CLI11 named it
class App;
}

namespace mooring::cli {

class Command {
  public:
    Command() = default;
    Command(const Command&) = delete;
    Command& operator=(const Command&) = delete;
    virtual ~Command() = default;

    virtual std::string_view name() const = 0;
    virtual std::string_view summary() const = 0;  // one line, for the list of commands
    virtual std::string_view examples() const = 0; // two or more lines `mooring ...`, for --help
    // For packagers: neither help nor completions name it.
    virtual bool hidden() const { return false; }
    // Adds options and arguments; the values are kept here until run().
    virtual void declare(CLI::App& app) = 0;
    // Does it. Returns the exit code.
    virtual int run(Console& console) = 0;
};

// All commands, for one that describes them; itself included.
using AllCommands = std::function<std::span<const std::unique_ptr<Command>>()>;

// Parses the command line, runs the command it names, returns the exit code. Help and version go to standard output;
// what is wrong with the command line goes to standard error, with a suggestion, and ends in 64.
int run_command_line(std::span<const std::unique_ptr<Command>> commands, int argc, const char* const* argv,
                     Console& console);

// A command's declarations as CLI11 has them: what its line is parsed by, and what completions are made of.

// With the options and arguments of the command, --help and its examples. The command outlives it.
std::unique_ptr<CLI::App> make_app(Command& command);

// An option or argument as help and manual say it.
struct Described {
    std::vector<std::string> names; // "-h", "--help"; of an argument its name
    std::string usage;              // of an argument, as the usage line has it: "BACKUP", "[DIR] [NAME...]"
    std::string value;              // with what parts it from the names: " FILE", "[=N]"; "" without one
    bool repeats = false;
    std::string meaning;
};
Described described(const CLI::Option& option);

// In lines of at most `width` columns; commands of examples stay whole, so that they can be taken as they stand.
std::string help_of(const CLI::App& app, const Command& command, std::size_t width);
// Of the program: its commands, and the exit codes.
std::string overview(std::span<const std::unique_ptr<Command>> commands, std::size_t width);
// A line of the examples; where it is too long, its remark stands below it on lines of its own.
std::string folded_example(std::string_view line, std::size_t width);
// COLUMNS, else the width of the terminal, else 80: as man does.
std::size_t help_width(const Console& console);

// What help and the manual say of the program itself.
std::string_view headline();
std::string_view exit_codes();

// The command line as a shell completes it: values, and the scripts made of them. Pure.

// What may stand in a place.
struct Completed {
    enum class Kind { nothing, words, files }; // nothing: no shell can know it (a URL, a name)
    Kind kind = Kind::nothing;
    std::vector<std::string> words;

    friend bool operator==(const Completed&, const Completed&) = default;
};

// From the way help names a value: "text|json" are words, FILE and DIR are files, everything else is nothing.
Completed completed_by(const std::string& value);

struct CompletedOption {
    std::vector<std::string> names; // "--quiet", "-q"
    std::string help;
    bool takes_value = false;
    Completed value;
};

struct CompletedCommand {
    std::string name;
    std::string summary;
    std::vector<CompletedOption> options;
    Completed arguments;
};

std::string bash_script(const std::vector<CompletedCommand>& commands);
std::string zsh_script(const std::vector<CompletedCommand>& commands);
std::string fish_script(const std::vector<CompletedCommand>& commands);

} // namespace mooring::cli

namespace mooring::cli::roff {

// Text of manual pages: the few macros of man(7) that the pages need, and JSON written as the YAML that people write.
// Pure.

// The text as it stands, whatever is in it: no line of it is a request, no sign of it an escape.
std::string plain(std::string_view text);

// The same in bold.
std::string bold(std::string_view text);

// Sentences: what stands between backticks is bold; line ends and indentation are blanks.
std::string prose(std::string_view text);

std::string section(std::string_view title);    // .SH
std::string subsection(std::string_view title); // .SS
// A term (roff already) and what it means (roff already; may be empty).
std::string item(std::string_view term, std::string_view meaning);
std::string verbatim(std::string_view text); // lines as they stand, indented

// Block style; a text stands without quotes where that cannot be misread. With a line end.
std::string yaml(const nlohmann::ordered_json& value);

} // namespace mooring::cli::roff

namespace mooring::cli {

// The manual page of a file's format, made of its JSON Schema. Pure.

// Every key that the schema knows, as roff items, in the schema's order: `spec.servers[].url (text, required)` and what
// it means. `at` is the part of the schema that describes the whole; $ref is looked up in `schema`.
std::string schema_items(const nlohmann::ordered_json& schema, const nlohmann::ordered_json& at);

// The body of the page, from DESCRIPTION on: a section of keys for each kind of document, and its examples as YAML.
std::string schema_page_body(const nlohmann::ordered_json& schema);

} // namespace mooring::cli
