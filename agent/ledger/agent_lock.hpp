// One agent keeps a ledger: a second one would end the first one's watches and say everything twice.
#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"

#include <filesystem>

namespace mooring::ledger {

// FILE.lock beside the ledger, held by the kernel for as long as this process lives: however it ends, the next one
// takes it over. It names its holder (process, host, since when) for people.
class AgentLock {
  public:
    // Errors (io): somebody else holds it, who is named; no right to write the folder. Where the file system knows no
    // locks a holder counts as long as its process is there, if it is of this host.
    static Result<AgentLock> take(const std::filesystem::path& ledger, UnixSeconds now);

    AgentLock(AgentLock&& other) noexcept;
    AgentLock& operator=(AgentLock&&) = delete;
    // Removes the file.
    ~AgentLock();

  private:
    AgentLock(std::filesystem::path file, int descriptor) : file_(std::move(file)), descriptor_(descriptor) {}

    std::filesystem::path file_;
    int descriptor_ = -1;
};

} // namespace mooring::ledger
