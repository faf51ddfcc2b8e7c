// `mooring agent`: watches without end, and corrects where it is allowed to.
#pragma once

#include "cli/check.hpp"
#include "serve/correcting.hpp"
#include "serve/log.hpp"

#include <filesystem>

namespace mooring::cli {

// Makes what corrects; the ledger's file is "" without one. Clock and log outlive it. Empty in a binary that only
// reads.
using MakeCorrectors =
    std::function<serve::MakeCorrector(const std::filesystem::path& ledger, const Clock& clock, serve::Log& log)>;

std::unique_ptr<Command> make_agent_command(MakeApi make_api, MakeCorrectors make_correctors);

} // namespace mooring::cli
