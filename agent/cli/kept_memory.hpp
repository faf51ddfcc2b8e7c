// Where a check finds its memory and leaves the new one: the ledger, the file of --remember, or nowhere.
#pragma once

#include "ledger/ledger.hpp"
#include "ledger/memory_file.hpp"
#include "manifest/config.hpp"

#include <span>

namespace mooring::cli {

// The memory of the configured servers for a command that records nothing: the ledger's, read as it is, else that of
// `remember`. A ledger that is
// not there yet would begin with the latter. Errors: a damaged memory or ledger (invalid_input), no right to read (io).
Result<ledger::LoadedMemory> read_memory(const config::Config& config, UnixSeconds now);

class KeptMemory {
  public:
    // Opens what the configuration names. A ledger wins; if it is new, it takes over the memory of `remember`, which is
    // only read then. Errors: a damaged memory, a file that is no ledger (invalid_input), no right to write (io).
    static Result<KeptMemory> open(const config::Config& config, UnixSeconds now);

    // What to judge with, and remarks about it. Once.
    ledger::LoadedMemory take() {
        before_ = loaded_.memory;
        return std::move(loaded_);
    }

    // Leaves what the run changed of its servers' memory where it came from, beside whatever others wrote there
    // meanwhile; a ledger records the run, too, and drops what it no longer has to keep.
    Result<void> keep(const Report& report, const Memory& memory, std::span<const Waiver> waivers);

  private:
    Result<void> open_ledger(const config::Config& config, UnixSeconds now);

    std::filesystem::path file_;
    std::unique_ptr<ledger::Ledger> ledger_;
    std::optional<int> keep_days_;
    ledger::LoadedMemory loaded_;
    Memory before_; // as it was read
};

} // namespace mooring::cli
