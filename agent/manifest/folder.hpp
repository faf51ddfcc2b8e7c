// Finds the YAML files below the root.
#pragma once

#include "manifest/manifest.hpp"
#include "manifest/remarks.hpp"
#include "manifest/root.hpp"

#include <string>
#include <vector>

namespace mooring::manifest {

struct YamlFile {
    std::string relative; // to the root, as it was reached; a text, because a path takes five times its room
    std::string real;     // without links
};

// All *.yaml and *.yml files, sorted by path, each once however many links lead to it. What cannot be looked at is an
// error: an unreadable folder, a broken link, a link that leads out, too many files.
std::vector<YamlFile> find_yaml_files(const Root& root, const LoadOptions& options, Remarks& remarks);

} // namespace mooring::manifest
