// Compose's own YAML tags: !reset and !override.
#include "compose/documents.hpp"

#include <algorithm>

namespace mooring::compose {
namespace {

bool is_tagged(const yaml::Node& node) { return node.tag == "!reset" || node.tag == "!override"; }

bool has_tags(const yaml::Node& node) { // NOLINT(misc-no-recursion): bounded by Limits::depth
    if (is_tagged(node)) return true;
    return std::ranges::any_of(node.items, has_tags) ||
           std::ranges::any_of(node.entries, [](const auto& entry) { return has_tags(entry.second); });
}

void take(yaml::Node& node, KeyPath& path, std::vector<KeyPath>& places) { // NOLINT(misc-no-recursion)
    std::erase_if(node.items, [](const yaml::Node& item) { return item.tag == "!reset"; });
    for (auto& [key, value] : node.entries) {
        path.push_back(key.text);
        if (is_tagged(value))
            places.push_back(path);
        else
            take(value, path, places);
        path.pop_back();
    }
    std::erase_if(node.entries, [](const auto& entry) { return entry.second.tag == "!reset"; });
    for (auto& [key, value] : node.entries) {
        if (value.tag == "!override") value.tag.clear();
    }
    for (yaml::Node& item : node.items) take(item, path, places);
}

} // namespace

std::vector<KeyPath> take_tags(yaml::Node& document) {
    std::vector<KeyPath> places;
    KeyPath path;
    if (has_tags(document)) take(document, path, places);
    return places;
}

void remove_at(yaml::Node& tree, const std::vector<KeyPath>& places) {
    for (const KeyPath& place : places) {
        yaml::Node* node = &tree;
        for (std::size_t i = 0; node != nullptr && i < place.size(); ++i) {
            const auto entry = std::ranges::find(node->entries, place[i], [](const auto& e) { return e.first.text; });
            if (entry == node->entries.end())
                node = nullptr;
            else if (i + 1 < place.size())
                node = &entry->second;
            else
                node->entries.erase(entry);
        }
    }
}

} // namespace mooring::compose
