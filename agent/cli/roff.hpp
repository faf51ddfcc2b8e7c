// Text of manual pages: the few macros of man(7) that the pages need, and JSON written as the YAML that people write.
// Pure.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace mooring::cli::roff {

// The text as it stands, whatever is in it: no line of it is a request, no sign of it an escape.
std::string plain(std::string_view text);

// The same in bold.
std::string bold(std::string_view text);

// Sentences: what stands between backticks is bold; line ends and indentation are blanks.
std::string prose(std::string_view text);

std::string section(std::string_view title);    // .SH
std::string subsection(std::string_view title); // .SS
// A term (roff already) and what it means (roff already; may be empty).
std::string item(std::string_view term, std::string_view meaning);
std::string verbatim(std::string_view text); // lines as they stand, indented

// Block style; a text stands without quotes where that cannot be misread. With a line end.
std::string yaml(const nlohmann::ordered_json& value);

} // namespace mooring::cli::roff

namespace mooring::cli {

// The manual page of a file's format, made of its JSON Schema. Pure.

// Every key that the schema knows, as roff items, in the schema's order: `spec.servers[].url (text, required)` and what
// it means. `at` is the part of the schema that describes the whole; $ref is looked up in `schema`.
std::string schema_items(const nlohmann::ordered_json& schema, const nlohmann::ordered_json& at);

// The body of the page, from DESCRIPTION on: a section of keys for each kind of document, and its examples as YAML.
std::string schema_page_body(const nlohmann::ordered_json& schema);

} // namespace mooring::cli
