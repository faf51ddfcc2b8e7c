// The flags that stand in for settings of the configuration, for every command that reads it.
#pragma once

#include "cli/console.hpp"
#include "manifest/config.hpp"

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace CLI { // NOLINT(readability-identifier-naming): CLI11 named it
class App;
}

namespace mooring::cli {

class SettingFlags {
  public:
    // Adds --config and the flag of every row of config::settings() but those in `without`. `formats` are what the
    // command takes as --format.
    void declare(CLI::App& app, const std::vector<std::string>& without = {}, const std::string& formats = "text|json");
    // What was given. Where no file is named (--config, MOORING_CONFIG), the configuration is mooring.yaml in `folder`
    // (a command's DIR), in a folder above it, where the command was started, or above that.
    config::Overrides overrides(const Console& console, const std::filesystem::path& folder = {}) const;

  private:
    std::string config_;
    std::map<std::string, std::string, std::less<>> values_;
    std::map<std::string, bool, std::less<>> switches_;
};

// Places of mooring.yaml in the order in which they count: `folder` and those above it, the working folder and those
// above it. Relative to the working folder.
std::vector<std::filesystem::path> configurations_around(const std::filesystem::path& folder);

// What is wrong with a flag's value, if an error of the configuration is about one: then the command line is wrong
// (64), not the configuration (65).
std::optional<std::string> flag_problem(const Diagnostics& diagnostics);

} // namespace mooring::cli
