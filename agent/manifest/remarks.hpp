// Collects diagnostics: each once, at most so many, sorted by place at the end.
#pragma once

#include "base/diagnostic.hpp"
#include "yaml/node.hpp"

#include <cstddef>
#include <set>
#include <string>
#include <utility>

namespace mooring::manifest {

inline SourceLocation place(const std::string& file, yaml::Mark mark = {}) {
    return {.file = file, .line = mark.line, .column = mark.column};
}

class Remarks {
  public:
    explicit Remarks(std::size_t most = 500) : most_(most) {}

    void error(SourceLocation where, std::string code, std::string message, std::string suggestion = {}) {
        add(Severity::error, std::move(where), std::move(code), std::move(message), std::move(suggestion));
    }
    void warning(SourceLocation where, std::string code, std::string message, std::string suggestion = {}) {
        add(Severity::warning, std::move(where), std::move(code), std::move(message), std::move(suggestion));
    }
    void note(SourceLocation where, std::string code, std::string message, std::string suggestion = {}) {
        add(Severity::note, std::move(where), std::move(code), std::move(message), std::move(suggestion));
    }

    // How many errors there are, also those that are no longer listed.
    std::size_t errors() const { return errors_; }
    // By file, line and column; what was said twice stands there once. Of more than the limit, the errors are kept
    // first and the rest is counted.
    Diagnostics take();

  private:
    struct ByPlace {
        bool operator()(const Diagnostic& a, const Diagnostic& b) const;
    };
    void add(Severity severity, SourceLocation where, std::string code, std::string message, std::string suggestion);

    std::size_t most_;
    std::size_t errors_ = 0;
    std::size_t left_out_ = 0;
    std::set<Diagnostic, ByPlace> listed_;
};

} // namespace mooring::manifest
