// A walk on foot: the double becomes the world's server, and Mooring's own observe and judge look at it over HTTP.
#pragma once

#include "model/memory.hpp"
#include "model/verdict.hpp"
#include "portainer_double/double.hpp"
#include "walks/watched_api.hpp"
#include "walks/world.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace mooring::walks {

// One run and all that came of it.
struct Seen {
    Report report;
    Memory memory;
    std::set<StackId> files;                       // read in full
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
};

// Walks worlds one after the other, on one double.
class Walker {
  public:
    Walker();

    // `thorough`: the judged run is repeated, and repeated with less permission.
    Walk walk(const World& world, bool thorough, const Lies& lies = {});

  private:
    Seen run(const World& world, const State& state, const char* token, const Memory& memory, Watch& watch);

    portainer_double::Double server_;
};

} // namespace mooring::walks
