// `mooring explain PATH`: which rule governs a path of a compose file, or what a word of the report means.
#pragma once

#include "cli/command.hpp"

#include <optional>

namespace mooring::cli {

std::unique_ptr<Command> make_explain_command();

// What a verdict, cause, proof or plane means and what to do about it; nullopt if the word is none of them.
struct Meaning {
    std::string_view word;
    std::string_view kind; // "verdict", "cause", "proof", "plane"
    std::string_view text;
};
std::optional<Meaning> meaning_of(std::string_view word);

} // namespace mooring::cli
