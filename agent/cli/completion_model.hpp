// The command line as a shell completes it: values, and the scripts made of them. Pure.
#pragma once

#include <string>
#include <vector>

namespace mooring::cli {

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
