// The parts of compare.hpp, one file each; private to this folder. Each appends to a Comparison.
#pragma once

#include "compare/compare.hpp"
#include "compare/known_secrets.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace mooring::compare {

// What every part looks at. Everything outlives it.
struct RecordPair {
    const Row& row;
    const DesiredStack& stack;
    const StackRecord& record;
    const ServerFacts& server;
    const JudgeOptions& options;
    const KnownSecrets& secrets;
};

void compare_env(const RecordPair& pair, Comparison& out);
void compare_access(const RecordPair& pair, Comparison& out);
void compare_auto_update(const RecordPair& pair, Comparison& out);
void compare_source(const RecordPair& pair, Comparison& out); // file or Git, and the Git settings
void compare_deployment(const RecordPair& pair, Comparison& out);

// The place in the manifest that a change is about: `line` of it, or the document when the line is not known.
SourceLocation manifest_line(const DesiredStack& stack, std::size_t line);

inline Change change_at(Plane plane, Subject subject, std::string path, std::optional<std::string> desired,
                        std::optional<std::string> actual, SourceLocation where) {
    return {.plane = plane,
            .subject = subject,
            .path = std::move(path),
            .desired = std::move(desired),
            .actual = std::move(actual),
            .where = std::move(where)};
}

// What tells one difference of a secret from the next (Change::secret_digest); "" without a key.
std::string digest_of_secret(const std::function<std::string(std::string_view)>& digest,
                             const std::optional<std::string_view>& desired,
                             const std::optional<std::string_view>& actual);

// Sorts by plane, path and values, so that the same inputs give the same bytes.
void sort_changes(std::vector<Change>& changes);

} // namespace mooring::compare
