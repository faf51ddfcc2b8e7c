// One stack as a manifest. Private to this folder.
#pragma once

#include "model/stack.hpp"

#include <string>
#include <utility>
#include <vector>

namespace mooring::capture {

// What stands in it; texts of values are YAML already.
struct Manifest {
    const StackRecord& record;
    std::string name{};                                     // the record's, or a label where it has none
    bool tied = false;                                      // by its id, because its name does not mean it alone
    std::string server{};                                   // "": only one is configured
    std::string environment{};                              // YAML
    std::string file{};                                     // beside the manifest; "" for Git
    std::string access{};                                   // YAML
    std::vector<std::pair<std::string, std::string>> env{}; // name -> YAML
    bool env_strict = true;
    std::vector<std::string> jobs{};     // services that had ended with 0
    std::vector<std::string> replaced{}; // paths of the file that hold a reference in the place of a secret
};

std::string manifest_text(const Manifest& manifest);

} // namespace mooring::capture
