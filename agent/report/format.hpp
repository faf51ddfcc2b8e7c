// The forms in which a report can be written. A new one is an enumerator, its word, and its own file.
#pragma once

#include "model/verdict.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mooring::report {

enum class Format { text, json, junit, sarif, markdown, github, gitlab, csv };

std::string_view to_string(Format format);
std::optional<Format> parse_format(std::string_view word);
// What a file in this form is called by: ".xml".
std::string_view file_suffix(Format format);
// Every word that parse_format knows, for suggestions.
std::vector<std::string> format_words();

// How the text form is laid out; the other forms need none of it.
struct TextOptions {
    bool colour = false;
    std::optional<std::size_t> width; // columns of the terminal; nullopt: nothing is wrapped at or cut to one
    bool links = false;               // names of stacks lead to Portainer (OSC 8), for terminals that can
    bool quiet = false;               // leaves out what is in sync
    bool show_values = false;         // secrets in clear, only ever for a terminal
};

// The whole report in the given form, ending in a line break. The same report gives the same bytes.
std::string render(const Report& report, Format format, const TextOptions& options);

} // namespace mooring::report
