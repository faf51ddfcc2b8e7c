// yaml-cpp nodes as the double reads compose files: entries in order, with merge keys written out.
#pragma once

#include <yaml-cpp/yaml.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace portainer_double {

using Entries = std::vector<std::pair<std::string, YAML::Node>>;

std::string text_of(const YAML::Node& node); // "" for anything but a scalar
// Of a mapping; the first of a key wins, which is the nearer one where keys are merged in. Empty for anything else.
Entries entries_of(const YAML::Node& node);
// The value of a key; an undefined node if there is none.
YAML::Node find(const Entries& entries, std::string_view key);

} // namespace portainer_double
