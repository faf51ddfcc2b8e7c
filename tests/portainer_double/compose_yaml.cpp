#include "portainer_double/compose_yaml.hpp"

#include <algorithm>

namespace portainer_double {

std::string text_of(const YAML::Node& node) { return node.IsScalar() ? node.Scalar() : std::string(); }

// The entries of a mapping with merge keys written out; the first of a key wins, which is the nearer one.
Entries entries_of(const YAML::Node& node) {
    Entries entries;
    if (!node.IsMap()) return entries;
    const auto add = [&](const std::string& key, const YAML::Node& value) {
        if (std::ranges::none_of(entries, [&](const auto& e) { return e.first == key; }))
            entries.emplace_back(key, value);
    };
    std::vector<YAML::Node> merged;
    for (const auto& entry : node) {
        if (text_of(entry.first) == "<<") {
            merged.push_back(entry.second);
        } else {
            add(text_of(entry.first), entry.second);
        }
    }
    for (const YAML::Node& from : merged) {
        for (const auto& [key, value] : from.IsSequence() && from.size() > 0 ? entries_of(from[0]) : entries_of(from)) {
            add(key, value);
        }
    }
    return entries;
}

YAML::Node find(const Entries& entries, std::string_view key) {
    const auto at = std::ranges::find_if(entries, [&](const auto& entry) { return entry.first == key; });
    return at == entries.end() ? YAML::Node(YAML::NodeType::Undefined) : at->second;
}

} // namespace portainer_double
