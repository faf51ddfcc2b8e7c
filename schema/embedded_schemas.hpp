// The JSON Schemas of this folder, compiled into the program.
#pragma once

#include <span>
#include <string_view>

namespace mooring::schema {

struct Embedded {
    std::string_view name; // "manifest", from manifest.schema.json
    std::string_view text; // the file, byte for byte
};

// All schemas in the order of their names.
std::span<const Embedded> all();

// openapi.yaml, which describes the agent's HTTP API.
std::string_view openapi();

} // namespace mooring::schema
