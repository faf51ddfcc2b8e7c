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
    std::string folder;      // DIR; "" the configuration's
    std::string compose_dir; // --compose-dir
    std::string type;        // --type
    std::string state;       // --state
    std::string snapshot;    // --snapshot
    std::vector<std::string> fail_on;
    std::vector<std::string> only;
    std::vector<std::string> output;
    std::string log_level = "off";
    bool verbose = false;
    bool quiet = false;
    bool show_values = false;
};

struct CheckOptions {
    std::filesystem::path folder;
    std::filesystem::path compose_dir;
    std::filesystem::path snapshot;
    StackType type = StackType::standalone;
    std::optional<DesiredState> state; // of the stacks of --compose-dir; nullopt: left out
    std::set<Verdict> fail_on{all_verdicts.begin(), all_verdicts.end()};
    Only only;
    std::string log_level; // trace, debug, info, warn, error, off
    bool quiet = false;
    bool show_values = false;
};

// The options, or the first word that is wrong (usage). `--format` and `--output` are read later, by parse_outputs:
// the configuration may name the format.
Result<CheckOptions> parse_check(const CheckWords& words, bool out_is_terminal);

} // namespace mooring::cli
