// The flags that stand in for settings of the configuration, for every command that reads it.
#pragma once

#include "manifest/config.hpp"

#include <map>
#include <string>
#include <vector>

namespace CLI { // NOLINT(readability-identifier-naming): CLI11 named it
class App;
}

namespace mooring::cli {

class SettingFlags {
  public:
    // Adds --config and the flag of every row of config::settings() but those in `without`.
    void declare(CLI::App& app, const std::vector<std::string>& without = {});
    // What was given.
    config::Overrides overrides() const;

  private:
    std::string config_;
    std::map<std::string, std::string, std::less<>> values_;
    std::map<std::string, bool, std::less<>> switches_;
};

} // namespace mooring::cli
