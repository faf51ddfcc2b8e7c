// What `mooring check` was asked to do: the words of its command line as values.
#pragma once

#include "base/error.hpp"
#include "cli/only.hpp"
#include "cli/output.hpp"
#include "manifest/config.hpp"
#include "model/verdict.hpp"

#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace mooring::cli {

// As they were written.
struct CheckWords {
    std::vector<std::string> words; // [DIR] NAME...
    std::string compose_dir;        // --compose-dir
    std::string type;               // --type
    std::string state;              // --state
    std::string snapshot;           // --snapshot
    std::vector<std::string> fail_on;
    std::vector<std::string> only;
    std::vector<std::string> output;
    std::string log_level = "off";
    bool verbose = false;
    bool quiet = false;
    bool show_values = false;
    bool diff = false;
    int watch = 0; // --watch: seconds between runs; 0: one run
};

struct CheckOptions {
    std::filesystem::path folder;
    std::filesystem::path compose_dir;
    std::filesystem::path snapshot;
    StackType type = StackType::standalone;
    std::optional<DesiredState> state; // of the stacks of --compose-dir; nullopt: left out
    std::set<Verdict> fail_on{all_verdicts.begin(), all_verdicts.end()};
    Only only;
    std::vector<std::string> names; // of stacks, which `only` holds, too
    bool named_first = false;       // the first word is one of them: it is not a folder
    bool plain_folder = false;      // the folder was given without a `/`: a stack may have that name, too
    std::string log_level;          // trace, debug, info, warn, error, off
    bool quiet = false;
    bool show_values = false;
};

// The folder among the words of `[DIR] NAME...`: the first one, if it exists or holds a `/`; else "".
std::string folder_among(const std::vector<std::string>& words);

// The options, or the first word that is wrong (usage). `--format` and `--output` are read later, by parse_outputs:
// the configuration may name the format.
Result<CheckOptions> parse_check(const CheckWords& words, bool out_is_terminal);

} // namespace mooring::cli
