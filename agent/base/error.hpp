// What went wrong, as a value: every function of Mooring that can fail returns Result<T>.
#pragma once

#include <algorithm>
#include <cstddef>
#include <expected>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mooring {

// What a caller can do about it; exit codes and retries are chosen by kind, never by text.
enum class ErrorKind {
    usage,         // the command line is wrong (exit 64)
    invalid_input, // a manifest, configuration, compose or memory file is wrong (exit 65)
    not_found,     // a local file or folder is not there
    io,            // the operating system refused: permission, full disk
    limit,         // an input is larger, deeper or longer than allowed
    network,       // resolve, connect, TLS, reset, truncated answer
    timeout,       // a deadline passed
    protocol,      // an answer that is not HTTP, or not the API's
    cancelled,     // somebody asked to stop
    internal,      // a bug of Mooring
};

struct Error {
    ErrorKind kind = ErrorKind::internal;
    std::string message; // one sentence for people: what was being done, what came of it
    std::string detail;  // optional: the cure, or the text of the layer below (already printable, capped)
};

template <typename T>
using Result = std::expected<T, Error>;

// The unexpected value of a Result: `return fail(ErrorKind::io, "cannot read x", strerror)`.
inline std::unexpected<Error> fail(ErrorKind kind, std::string message, std::string detail = {}) {
    return std::unexpected(Error{.kind = kind, .message = std::move(message), .detail = std::move(detail)});
}

// The same error, with what the caller was doing put in front: "loading manifests: cannot read x".
inline std::unexpected<Error> while_doing(std::string_view what, Error error) {
    error.message = std::string(what) + ": " + error.message;
    return std::unexpected(std::move(error));
}

// One remark about a user's input, with the place it is about. All of them are collected and shown, never only the
// first.

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
