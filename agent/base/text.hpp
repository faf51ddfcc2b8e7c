// Small pure functions on text that several folders need; quantities with units; paths as people write them.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mooring {

// Untrusted text made fit for one line of a terminal or log: control characters and invalid UTF-8 become \xNN, line
// breaks and tabs one blank, and what is longer than `most` bytes is cut with "..." (never inside a character).
std::string printable(std::string_view text, std::size_t most = 400);

// Valid UTF-8 without overlong forms, surrogates or code points above U+10FFFF.
bool is_utf8(std::string_view text);

// Length in bytes of the UTF-8 character at the start of `text` (RFC 3629); 0 if there is no valid one or `text` is
// empty.
std::size_t utf8_length(std::string_view text);

// The candidate nearest to `word` by edit distance (a swap of neighbours counts once), case folded; nullopt if none is
// near enough to be what was meant (a distance of more than a third of the word's length, at least 1 allowed). The
// first of equals wins.
std::optional<std::string> closest_match(std::string_view word, std::span<const std::string> candidates);

// "did you mean `x`?" or, if nothing is near, "known: a, b, c" (at most 12); empty without candidates.
std::string suggest(std::string_view word, std::span<const std::string> candidates);

// Shell-like pattern: `*` any run, `?` any one character, everything else itself; the whole text must match. Linear in
// practice, no backtracking blow-up.
bool glob_matches(std::string_view pattern, std::string_view text);

std::vector<std::string_view> split(std::string_view text, char separator);
std::string_view trim(std::string_view text);
std::string to_lower(std::string_view text); // ASCII only
std::string join(std::span<const std::string> parts, std::string_view separator);

// How paths into files are written, whatever the files are: `services.web.labels["a.b/c"]`.

// `.key`, without the dot at the start, or `["key.with.dots"]`.
void append_key(std::string& path, std::string_view key);
// A text as JSON writes it, in quotes.
void append_json_string(std::string& out, std::string_view text);

// Durations and sizes as people write them: in manifests, the configuration, compose files and Portainer's records.

// Go's time.ParseDuration: "5m", "1h30m", "1.5s", "-2ms", "0"; units ns us ms s m h, no days. nullopt: not one, or more
// than 292 years.
std::optional<std::chrono::nanoseconds> parse_go_duration(std::string_view text);

// The same with the units that compose files have besides: d is 24 hours, w is 7 days.
std::optional<std::chrono::nanoseconds> parse_compose_duration(std::string_view text);

// The shortest form of Go's syntax: "1h30m", "2s", "0s".
std::string format_go_duration(std::chrono::nanoseconds duration);

// Docker's sizes (go-units RAMInBytes): b k m g t p, each also as kb and kib, any case, factor 1024, fractions, at most
// one blank before the unit; no unit means bytes. nullopt: not one, negative, or too large.
std::optional<std::int64_t> parse_byte_size(std::string_view text);

} // namespace mooring
