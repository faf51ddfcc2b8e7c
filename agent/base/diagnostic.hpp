// One remark about a user's input, with the place it is about. All of them are collected and shown, never only the
// first.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mooring {

// A place in a file, as people count: lines and columns start at 1; 0 means "the whole file" (or "the whole line").
struct SourceLocation {
    std::string file; // as the user would type it: relative to where the run was started, or to the manifest root
    std::size_t line = 0;
    std::size_t column = 0;

    friend bool operator==(const SourceLocation&, const SourceLocation&) = default;
    friend auto operator<=>(const SourceLocation&, const SourceLocation&) = default;
};

enum class Severity { note, warning, error };

// "note", "warning", "error"
constexpr std::string_view to_string(Severity severity) {
    return severity == Severity::error ? "error" : severity == Severity::warning ? "warning" : "note";
}

struct Diagnostic {
    Severity severity = Severity::error;
    std::string code;       // stable word for machines: "unknown-key", "duplicate-key", "database-changed"
    std::string message;    // one sentence
    std::string suggestion; // what to do; may be empty
    SourceLocation where;   // may be empty (file "") for a remark about a server
    std::string server;     // name of the server it is about; empty for manifests

    friend bool operator==(const Diagnostic&, const Diagnostic&) = default;
};

using Diagnostics = std::vector<Diagnostic>;

inline bool has_errors(const Diagnostics& diagnostics) {
    return std::ranges::any_of(diagnostics, [](const Diagnostic& d) { return d.severity == Severity::error; });
}

} // namespace mooring
