#include "yaml/parts.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

namespace mooring::yaml {
namespace {

constexpr auto npos = std::string_view::npos;

std::string_view line_at(std::string_view text, std::size_t offset) {
    return text.substr(offset, text.find('\n', offset) - offset);
}

} // namespace

std::size_t skip_properties(std::string_view text, std::size_t offset) {
    while (offset < text.size() && (text[offset] == '!' || text[offset] == '&')) {
        offset = text.find_first_not_of(" \t\n", text.find_first_of(" \t\n", offset));
        while (offset < text.size() && text[offset] == '#') // a comment between the two
            offset = text.find_first_not_of(" \t\n", text.find('\n', offset));
    }
    return offset;
}

bool is_quote_open(std::string_view text, std::size_t offset) {
    std::size_t at = skip_properties(text, offset);
    if (at >= text.size() || (text[at] != '"' && text[at] != '\'')) return false; // plain, or a block
    const char quote = text[at];
    for (++at; at < text.size(); ++at) {
        if (quote == '"' && text[at] == '\\') {
            ++at;
        } else if (text[at] == quote) {
            if (quote == '"' || text.substr(at, 2) != "''") return false;
            ++at;
        }
    }
    return true;
}

bool is_colon_missing(std::string_view text, std::size_t offset) {
    const std::size_t before = text.find_last_not_of(" \t", offset == 0 ? npos : offset - 1);
    if (offset > 0 && before != npos && text[before] == '?') return false; // an explicit key needs none
    std::string_view line = line_at(text, offset);
    line = line.substr(0, line.find(" #"));
    for (std::size_t colon = line.find(':'); colon != npos; colon = line.find(':', colon + 1)) {
        if (colon + 1 == line.size() || line[colon + 1] == ' ' || line[colon + 1] == '\t') return false;
    }
    return true;
}

namespace {

// The empty lines behind the last line of the block scalar whose first line is at `at`.
std::size_t count_empty_lines(std::string_view text, std::size_t at) {
    std::size_t empty = 0;
    std::optional<std::size_t> indent;
    while (at < text.size() && text.find('\n', at) != npos) {
        const std::string_view line = line_at(text, at);
        const std::size_t start = line.find_first_not_of(' ');
        if (start == npos && line.size() <= indent.value_or(line.size())) {
            ++empty;
        } else {
            if (!indent) indent = start;
            if (start < *indent) break;
            empty = 0;
        }
        at += line.size() + 1;
    }
    return empty;
}

} // namespace

void restore_kept_line(std::string_view text, std::size_t offset, std::string& value) {
    const std::size_t at = skip_properties(text, offset);
    if (at >= text.size() || text[at] != '>') return;
    const std::string_view header = line_at(text, at);
    const std::string_view style = header.substr(0, header.find_first_of(" \t#"));
    const std::size_t end = value.find_last_not_of('\n');
    if (style != ">+" || end == std::string::npos) return;
    const std::size_t last_line = value.rfind('\n', end) + 1;
    if (value[last_line] == ' ' || value[last_line] == '\t') return; // an indented last line it reads well
    const std::size_t empty = count_empty_lines(text, at + header.size() + 1);
    if (empty > 0) value.replace(end + 1, std::string::npos, empty + 1, '\n');
}

std::optional<Problem> find_stray_directive(std::string_view text) {
    if (!text.starts_with('%') && !text.contains("\n%")) return std::nullopt;
    std::optional<Mark> pending; // the first directive since the last document began
    bool in_document = false;
    std::uint32_t number = 0;
    for (std::size_t at = 0; at < text.size();) {
        const std::string_view line = line_at(text, at);
        ++number;
        at += line.size() + 1;
        const bool is_empty = line.find_first_not_of(" \t") == npos || line[line.find_first_not_of(" \t")] == '#';
        if (line.starts_with('%')) {
            if (!pending) pending = Mark{.line = number, .column = 1};
            if (in_document) break;
        } else if (line.starts_with("---")) {
            pending.reset();
            in_document = true;
        } else if (line.starts_with("...")) {
            in_document = false;
        } else if (!is_empty) {
            if (pending) break;
            in_document = true;
        }
    }
    if (!pending) return std::nullopt;
    return Problem{.message = "a line that starts with % is a directive, and no document follows it",
                   .mark = *pending,
                   .code = "syntax"};
}

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

// Compose takes what has this tag away before it merges: what is merged stands in its place.
bool is_reset(const Node& node) { return node.tag == "!reset"; }

void add_missing(Node& target, Node& source, std::unordered_set<std::string>& known) {
    for (auto& [key, value] : source.entries) {
        const bool is_new = is_reset(value) || key.kind != Kind::scalar || known.insert(key.text).second;
        if (is_new) target.entries.emplace_back(std::move(key), std::move(value));
    }
}

Problem wrong_value(const Node& value) {
    return {.message = "`<<` needs a mapping or a list of mappings", .mark = value.mark, .code = "merge-key"};
}

// Compose would apply the tag to whatever the mapping stands in.
bool has_compose_tag(const Node& node) { return node.tag == "!override" || is_reset(node); }
Problem tagged_value(const Node& value) {
    return {.message = "`<<` with a value that is tagged `" + value.tag + "` is not supported",
            .mark = value.mark,
            .code = "merge-key"};
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
    if (has_compose_tag(merged)) return tagged_value(merged);
    for (const Node& item : merged.items) {
        if (has_compose_tag(item)) return tagged_value(item);
    }
    std::unordered_set<std::string> known;
    for (const auto& [key, value] : mapping.entries) {
        if (key.kind == Kind::scalar && !is_reset(value)) known.insert(key.text);
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
