// The manual page of a file's format, made of its JSON Schema. Pure.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace mooring::cli {

// Every key that the schema knows, as roff items, in the schema's order: `spec.servers[].url (text, required)` and what
// it means. `at` is the part of the schema that describes the whole; $ref is looked up in `schema`.
std::string schema_items(const nlohmann::ordered_json& schema, const nlohmann::ordered_json& at);

// The body of the page, from DESCRIPTION on: a section of keys for each kind of document, and its examples as YAML.
std::string schema_page_body(const nlohmann::ordered_json& schema);

} // namespace mooring::cli
