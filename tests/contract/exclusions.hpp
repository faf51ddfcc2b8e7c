// The one list of recorded lines that need not be equal, each with its reason.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <tuple>

namespace contract {

class Exclusions {
  public:
    Exclusions() = default;
    // Lines "VERSION SCENARIO NUMBER REASON..."; # begins a comment. Throws std::runtime_error for a line without
    // reason.
    explicit Exclusions(const std::filesystem::path& file);

    bool holds(const std::string& version, const std::string& scenario, int number) const;
    std::size_t size() const { return reasons_.size(); }

  private:
    std::map<std::tuple<std::string, std::string, int>, std::string> reasons_;
};

} // namespace contract
