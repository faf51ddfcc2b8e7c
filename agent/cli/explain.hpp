// `mooring explain PATH`: which rule governs a path of a compose file, or what a word of the report means.
#pragma once

#include "cli/command.hpp"

#include <optional>

namespace mooring::cli {

std::unique_ptr<Command> make_explain_command();

struct Meaning {
    std::string_view word; // or the pattern of a path
    std::string_view kind; // "verdict", "cause", "proof", "plane"; of a path the plane it lies in
    std::string_view text;
};

// What a verdict, cause, proof or plane means and what to do about it; nullopt if the word is none of them.
std::optional<Meaning> meaning_of(std::string_view word);

// How a path of the record, of Git or of what runs is compared; nullopt for paths of compose files.
std::optional<Meaning> path_outside_content(std::string_view path);

} // namespace mooring::cli
