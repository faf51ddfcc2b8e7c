// Who holds what: the agent's lock, the lease of writing, the key of seals.
#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/secret.hpp"
#include "ledger/ledger.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace mooring::ledger {

// One agent keeps a ledger: a second one would end the first one's watches and say everything twice.

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

// Who holds a lease: a process that can be told from others, and found gone.

// "mooring apply, process 4711 on web1 (pid:[4026531836])": `who` is the command.
std::string holder_of_this_process(std::string_view who);

// The holder was a process of this machine and of this process's own numbering that is not there any more (kill -9).
// False where that cannot be told: another machine, another container.
bool is_gone(const std::string& holder);

// take_lease, also from a process that was killed: nullopt once it is ours, else who has it. Errors: those of the
// ledger.
Result<std::optional<Lease>> take_lease_over(Ledger& ledger, const std::string& server, const Lease& wanted,
                                             UnixSeconds now);

// The key of keyed digests, in a file of its own (0600) beside what it belongs to. Private to this folder.
struct LoadedKey {
    Secret key;              // 32 bytes; empty when it could not be read or made: then nothing is skipped
    bool is_new = false;     // it was made just now, or could not be: digests made with another mean nothing
    Diagnostics diagnostics; // codes "NOUN-key-new", "NOUN-key-readable", "NOUN-key-unusable"
};

// FILE.key
std::filesystem::path key_path(const std::filesystem::path& file);

// Reads it, or makes one where there is none; `expected` says that one should have been there. `noun` is what it
// belongs to: "memory", "ledger". A key of the wrong length is an error (invalid_input).
Result<LoadedKey> load_key(const std::filesystem::path& path, std::string_view noun, bool expected);
// The same, never making one.
Result<LoadedKey> read_key(const std::filesystem::path& path, std::string_view noun);

// A warning about a file.
Diagnostic remark(const std::filesystem::path& about, std::string code, std::string message, std::string cure);

} // namespace mooring::ledger
