#include "yaml/merge.hpp"

#include <algorithm>
#include <string_view>
#include <unordered_set>
#include <utility>

namespace mooring::yaml {
namespace {

bool is_merge_key(const Node& key) {
    return key.text == "<<" && key.kind == Kind::scalar &&
           (key.tag == "tag:yaml.org,2002:merge" || (key.plain && key.tag.empty()));
}

void add_missing(Node& target, Node& source, std::unordered_set<std::string>& known) {
    for (auto& [key, value] : source.entries) {
        const bool is_new = key.kind != Kind::scalar || known.insert(key.text).second;
        if (is_new) target.entries.emplace_back(std::move(key), std::move(value));
    }
}

Problem wrong_value(const Node& value) {
    return {.message = "`<<` needs a mapping or a list of mappings", .mark = value.mark, .code = "merge-key"};
}

// The mapping's own merge key; it has at most one, for a second one would be a duplicate key.
std::optional<Problem> write_out_own(Node& mapping) {
    const auto found =
        std::ranges::find_if(mapping.entries, [](const auto& entry) { return is_merge_key(entry.first); });
    if (found == mapping.entries.end()) return std::nullopt;
    Node merged = std::move(found->second);
    mapping.entries.erase(found);
    const bool well_formed = merged.kind == Kind::mapping ||
                             (merged.kind == Kind::sequence && std::ranges::all_of(merged.items, [](const Node& item) {
                                  return item.kind == Kind::mapping;
                              }));
    if (!well_formed) return wrong_value(merged);
    std::unordered_set<std::string> known;
    for (const auto& [key, value] : mapping.entries) {
        if (key.kind == Kind::scalar) known.insert(key.text);
    }
    if (merged.kind == Kind::mapping) add_missing(mapping, merged, known);
    for (Node& item : merged.items) add_missing(mapping, item, known);
    return std::nullopt;
}

} // namespace

std::optional<Problem> write_out_merge_keys(Node& node) { // NOLINT(misc-no-recursion): bounded by Limits::depth
    for (Node& item : node.items) {
        if (auto problem = write_out_merge_keys(item)) return problem;
    }
    for (auto& [key, value] : node.entries) {
        if (auto problem = write_out_merge_keys(value)) return problem;
    }
    return node.kind == Kind::mapping ? write_out_own(node) : std::nullopt;
}

} // namespace mooring::yaml
