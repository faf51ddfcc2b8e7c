#include "base/text.hpp"
#include "yaml/parts.hpp"

#include <algorithm>
#include <bit>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

namespace mooring::yaml {
namespace {

constexpr std::size_t few = 16;    // up to here comparing all pairs is faster than a table
constexpr std::size_t many = 1000; // from here on keys that were chosen to collide would make the table slow

bool is_scalar(const Node& node) { return node.kind == Kind::scalar || node.kind == Kind::null; }

Problem describe(const Node& first, const Node& second) {
    return {.message = "the key `" + printable(second.text, 80) + "` is given twice, first in line " +
                       std::to_string(first.mark.line),
            .mark = second.mark,
            .code = "duplicate-key"};
}

// Whether all keys differ: an open table of their places, half of it empty at least.
bool are_distinct(const std::vector<const Node*>& keys) {
    std::vector<const Node*> table(std::bit_ceil(2 * keys.size()), nullptr);
    const std::size_t mask = table.size() - 1;
    for (const Node* key : keys) {
        std::size_t at = std::hash<std::string_view>()(key->text) & mask;
        for (; table[at] != nullptr; at = (at + 1) & mask) {
            if (table[at]->text == key->text) return false;
        }
        table[at] = key;
    }
    return true;
}

} // namespace

std::optional<Problem> find_duplicate_key(const Node& mapping) {
    const auto& entries = mapping.entries;
    if (entries.size() <= few) {
        for (std::size_t i = 1; i < entries.size(); ++i) {
            if (!is_scalar(entries[i].first)) continue;
            for (std::size_t j = 0; j < i; ++j) {
                const Node& other = entries[j].first;
                if (is_scalar(other) && other.text == entries[i].first.text) return describe(other, entries[i].first);
            }
        }
        return std::nullopt;
    }
    std::vector<const Node*> keys;
    keys.reserve(entries.size());
    for (const auto& [key, value] : entries) {
        if (is_scalar(key)) keys.push_back(&key);
    }
    if (keys.size() < many && are_distinct(keys)) return std::nullopt;
    std::ranges::stable_sort(keys, {}, [](const Node* key) { return std::string_view(key->text); });
    const auto twice =
        std::ranges::adjacent_find(keys, {}, [](const Node* key) { return std::string_view(key->text); });
    if (twice == keys.end()) return std::nullopt;
    return describe(**twice, **std::next(twice));
}

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
