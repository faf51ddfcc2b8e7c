// What the readers by a library have in common: the text before they see it, the tree after, where yaml-cpp needs
// help; and what a plain date is. Private to this folder.
#pragma once

#include "yaml/node.hpp"

#include <cstddef>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace mooring::yaml {

// Bytes -> text that the parser may see: checked UTF-8 without byte order mark, with line feeds as the only
// line ends.

// A view of `bytes` (or of `store`, when line ends had to be rewritten) that is YAML's character set. The problem's
// code is "encoding".
std::expected<std::string_view, Problem> decode(std::string_view bytes, std::string& store);

// What libyaml takes for line ends or skips at the start of a line, and yaml-cpp takes for characters.
bool has_odd_characters(std::string_view text);

// Keys that stand twice in one mapping.

// The second of two equal keys as a problem of the code "duplicate-key"; nullopt if all keys differ. Quoting makes no
// difference; keys that are lists or mappings are not looked into.
std::optional<Problem> find_duplicate_key(const Node& mapping);

// Merge keys (`<<`) written out.

// Replaces every plain `<<` below `node` by the entries it stands for: an explicit key beats a merged one, an earlier
// mapping of a list beats a later one, and values are not merged into each other. A problem of the code "merge-key" if
// its value is neither a mapping nor a list of mappings. Recurses as deep as the tree, which is bounded by
// Limits::depth.
std::optional<Problem> write_out_merge_keys(Node& node);

// What yaml-cpp says about a broken text, in words that name the cure.

// `message` is yaml-cpp's, about the place `mark` of `text`. What is not known here stays as it is.
std::string in_plain_words(std::string_view message, std::string_view text, Mark mark);

// Where yaml-cpp and YAML disagree: mistakes that it lets pass and that would silently drop a part of a text.

// Offset behind the tag and anchor of the node at `offset`.
std::size_t skip_properties(std::string_view text, std::size_t offset);

// Whether the scalar at `offset` is quoted and its closing quote is missing: yaml-cpp takes the end of the text for it.
bool is_quote_open(std::string_view text, std::size_t offset);

// Whether the plain key of a block mapping at `offset` has no colon: yaml-cpp takes the last line of a text for a key
// without value.
bool is_colon_missing(std::string_view text, std::size_t offset);

// Gives a folded scalar that keeps its line ends (`>+`, at `offset`) the one that yaml-cpp loses when empty lines
// follow.
void restore_kept_line(std::string_view text, std::size_t offset, std::string& value);

// A line that starts with % where no document follows: yaml-cpp drops it, or what stands behind it.
std::optional<Problem> find_stray_directive(std::string_view text);

// Plain dates, which Docker's loader reads as points in time.

// The text Go prints for a plain `2024-01-31`, `2024-1-31T10:00:00Z` or `2024-01-31 10:00:00.5`: "2024-01-31 10:00:00.5
// +0000 UTC" (or "+0200 +0200"); nullopt if `text` is no such date.
std::optional<std::string> timestamp_text(std::string_view text);

} // namespace mooring::yaml
