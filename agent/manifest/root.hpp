// The folder that holds the manifests, and the one gate through which what they refer to is found: nothing outside it
// is read, symbolic links included (design §4).
#pragma once

#include "base/error.hpp"

#include <filesystem>
#include <string>

namespace mooring::manifest {

class Root {
  public:
    // A folder, or one file, whose folder is then the root. Errors: not_found, io.
    static Result<Root> open(const std::filesystem::path& given);

    const std::filesystem::path& folder() const { return canonical_; }    // absolute, without links
    const std::filesystem::path& only_file() const { return only_file_; } // its name, when one file was given; else ""

    // A path below the root as people see it: with what they typed for the root in front.
    std::string shown(const std::filesystem::path& relative) const;

    // The same path from `folder()` on, as it is written: without `.`, `..` and doubled slashes, links not followed.
    std::filesystem::path written(const std::filesystem::path& relative) const;

    // Where a path relative to the root really is. Errors: not_found, io (no permission, a loop of links),
    // invalid_input (outside the root); the message is the reason alone, such as "Permission denied".
    Result<std::filesystem::path> resolve(const std::filesystem::path& relative) const;

  private:
    std::filesystem::path given_;
    std::string in_front_; // of what is shown
    std::filesystem::path canonical_;
    std::filesystem::path only_file_;
};

// The bytes of a resolved path; the error's message is the reason alone ("Permission denied", "larger than 5 bytes").
Result<std::string> read_resolved(const std::filesystem::path& path, std::size_t most);

} // namespace mooring::manifest
