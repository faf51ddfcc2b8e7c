// Ways round a run that must make no difference: a memory through its file or a ledger, a run through a snapshot.
#pragma once

#include "drift/engine.hpp"
#include "model/memory.hpp"
#include "model/verdict.hpp"
#include "walks/world.hpp"

#include <boost/asio/io_context.hpp>
#include <filesystem>
#include <string>
#include <vector>

namespace mooring::walks {

// Two texts that must be the same; `what` is the rule that is broken where they are not.
struct Compared {
    std::string what;
    std::string expected;
    std::string actual;
};

// A folder that is gone afterwards.
class Folder {
  public:
    Folder();
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder();
    const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

// The memory after a run, written and read again: as --remember keeps it, and as the ledger does.
Memory through_file(const Memory& memory, std::vector<Compared>& compared);
Memory through_ledger(const Report& report, const Memory& memory, const Desired& desired,
                      std::vector<Compared>& compared);

// A ledger that the runs of a walk record into while checks of another server do so, too: an agent and a pipeline. Each
// reads the ledger before its run and writes what it knows then, whatever the other has written since.
class SharedLedger {
  public:
    // `careless`: that check writes everything that it has read, as if nobody else wrote (for tests of the walks).
    explicit SharedLedger(bool careless) : careless_(careless) {}

    // Records the run, which was judged by `before`, between reading and writing of such a check, or around both. Gives
    // the memory that the next run finds; what it must be is compared.
    Memory record(const Report& report, const Memory& before, const Memory& after, const Desired& desired,
                  std::vector<Compared>& compared);

  private:
    void check_elsewhere(UnixSeconds now, const Memory& read, const Memory& like);

    Folder folder_;
    bool careless_;
    bool begun_ = false;
    ServerMemory elsewhere_; // what its check wrote last
};

// A run of these targets observed, and judged again from what was kept of it: the same JSON. The snapshot itself is
// one of the outputs that are searched for secrets.
std::string through_snapshot(const Desired& desired, const std::vector<ServerConnection>& servers, const Memory& memory,
                             const Clock& clock, const drift::RunOptions& options, std::vector<Compared>& compared);

// Executes the run to its end.
void finish(boost::asio::io_context& context, drift::Run& run);

} // namespace mooring::walks
