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

// A run of these targets observed, and judged again from what was kept of it: the same JSON. The snapshot itself is
// one of the outputs that are searched for secrets.
std::string through_snapshot(const Desired& desired, const std::vector<ServerConnection>& servers, const Memory& memory,
                             const Clock& clock, const drift::RunOptions& options, std::vector<Compared>& compared);

// Executes the run to its end.
void finish(boost::asio::io_context& context, drift::Run& run);

} // namespace mooring::walks
