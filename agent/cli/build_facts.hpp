// What the program was made of. The values are generated at each build by cmake/WriteBuildFacts.cmake.
#pragma once

#include <span>
#include <string_view>

namespace mooring::cli {

struct BuiltWith {
    std::string_view name;    // "OpenSSL"
    std::string_view version; // of what it was compiled against: "3.0.17"
};

struct BuildFacts {
    std::string_view version;    // "0.2.0", as CMakeLists.txt says
    std::string_view commit;     // 40 hex digits, "+changes" behind it where files differed; empty: built without Git
    std::string_view compiler;   // "GNU 12.2.0"
    std::string_view build_type; // "Release"
    std::span<const BuiltWith> libraries;
};

const BuildFacts& build_facts();

} // namespace mooring::cli
