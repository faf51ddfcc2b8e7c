// `mooring manual --output DIR`, for packagers: manual pages made of the commands' help and of the schemas, so that
// they cannot differ from the program. It is hidden: neither help nor completions name it.
#pragma once

#include "cli/command.hpp"

#include <string>
#include <vector>

namespace mooring::cli {

struct ManualPage {
    std::string name; // "mooring-check"
    int section = 1;
    std::string text; // man(7)
};

// What stands in the header of each page.
struct ManualEdition {
    std::string version; // "0.2.0"
    std::string date;    // "2026-11-29"
};

// mooring(1), a page of each command that is not hidden, mooring.yaml(5), mooring-manifest(5).
std::vector<ManualPage> manual_pages(std::span<const std::unique_ptr<Command>> commands, const ManualEdition& edition);

// `commands` gives all of them; it is called when the command runs.
std::unique_ptr<Command> make_manual_command(AllCommands commands);

} // namespace mooring::cli
