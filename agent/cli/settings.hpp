// The flags that stand in for settings of the configuration, for every command that reads it.
#pragma once

#include "manifest/config.hpp"

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
    // What was given.
    config::Overrides overrides() const;

  private:
    std::string config_;
    std::map<std::string, std::string, std::less<>> values_;
    std::map<std::string, bool, std::less<>> switches_;
};

// What is wrong with a flag's value, if an error of the configuration is about one: then the command line is wrong
// (64), not the configuration (65).
std::optional<std::string> flag_problem(const Diagnostics& diagnostics);

} // namespace mooring::cli
