#include "yaml/duplicates.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <string>

namespace mooring::yaml {
namespace {

constexpr std::size_t few = 16; // up to here comparing all pairs is faster than sorting

bool is_scalar(const Node& node) { return node.kind == Kind::scalar || node.kind == Kind::null; }

Problem describe(const Node& first, const Node& second) {
    return {.message = "the key `" + printable(second.text, 80) + "` is given twice, first in line " +
                       std::to_string(first.mark.line),
            .mark = second.mark,
            .code = "duplicate-key"};
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
    std::ranges::stable_sort(keys, {}, [](const Node* key) { return std::string_view(key->text); });
    const auto twice =
        std::ranges::adjacent_find(keys, {}, [](const Node* key) { return std::string_view(key->text); });
    if (twice == keys.end()) return std::nullopt;
    return describe(**twice, **std::next(twice));
}

} // namespace mooring::yaml
