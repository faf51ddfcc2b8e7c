// A walk on foot: the double becomes the world's server, and Mooring's own observe and judge look at it over HTTP.
#pragma once

#include "model/memory.hpp"
#include "model/verdict.hpp"
#include "portainer_double/double.hpp"
#include "walks/detours.hpp"
#include "walks/watched_api.hpp"
#include "walks/world.hpp"

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace mooring::walks {

// One run and all that came of it.
struct Seen {
    Report report;
    Memory memory;
    std::set<StackId> files; // read in full
    std::set<StackId> branch_files;
    std::map<std::string, std::string> outputs;    // every form of the report, and the memory's file
    std::map<std::string, std::uint64_t> requests; // by route, as the server counted them
    int calls = 0;
};

// The same world seen with one permission less.
struct Lessened {
    std::string what;
    Seen seen;
};

struct Walk {
    std::optional<Seen> first; // made the memory
    Seen judged;
    std::optional<Seen> again;      // the judged run once more, where nothing has changed meanwhile
    std::vector<Lessened> lessened; // likewise
    std::optional<Seen> later;      // when all is over, with the memory of the judged run
    std::vector<Compared> compared; // what must be the same by two ways
};

// Walks worlds one after the other, on two doubles: the main server and the branch.
class Walker {
  public:
    Walker();

    // `thorough`: the judged run is repeated, and repeated with less permission.
    Walk walk(const World& world, bool thorough, const Lies& lies = {});

  private:
    void stage_all(const World& world, const State& state, Round round);
    std::vector<ServerConnection> connections(const World& world, const char* token, Round round) const;
    Desired declared(const World& world);
    // The memory that a run left, which knew `before`, as the next one finds it.
    Memory kept(const World& world, const Seen& seen, const Memory& before, Walk& walk);
    Seen run(const World& world, const State& state, const char* token, const Memory& memory, Watch& watch);
    void look_again(const World& world, const State& state, const Memory& memory, const std::string& desired_text,
                    const Lies& lies, Walk& walk);

    portainer_double::Double server_;
    portainer_double::Double branch_;
    Desired desired_;                      // of the world under way
    std::unique_ptr<SharedLedger> shared_; // likewise, where several write
};

} // namespace mooring::walks
