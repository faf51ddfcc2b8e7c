// The process's environment variables as a value, so that what is taken from them can be tested. All of them are
// secrets until a setting says otherwise: nobody knows which of them hold passwords.
#pragma once

#include "base/secret.hpp"

#include <map>
#include <string>
#include <string_view>

namespace mooring {

class Variables {
  public:
    Variables() = default;
    explicit Variables(std::map<std::string, Secret, std::less<>> values) : values_(std::move(values)) {}

    // Those of this process, as they are now.
    static Variables of_process();

    // nullptr: not set. A variable set to nothing is set.
    const Secret* find(std::string_view name) const;
    const std::map<std::string, Secret, std::less<>>& all() const { return values_; }

  private:
    std::map<std::string, Secret, std::less<>> values_;
};

} // namespace mooring
