// Chance from a seed, and the parts of worlds that are drawn with it.
#pragma once

#include "walks/world.hpp"

#include <cstdint>
#include <random>

namespace mooring::walks {

// Not the standard's distributions: they differ between libraries.
class Dice {
  public:
    explicit Dice(std::uint64_t seed) : engine_(seed) {}
    int below(int sides) { return static_cast<int>(engine_() % static_cast<std::uint64_t>(sides)); }
    bool one_in(int sides) { return below(sides) == 0; }
    template <typename Choices>
    auto pick(const Choices& choices) {
        return choices[static_cast<std::size_t>(below(static_cast<int>(choices.size())))];
    }

  private:
    std::mt19937_64 engine_;
};

inline constexpr int no_place = 9; // an orphan's environment

Place a_place(Dice& dice, int id, const char* name);
// A record in one of the world's places.
Stack a_stack(Dice& dice, const World& world, int id, const char* name);
// A declaration that means this record, and mostly what it is.
Declared a_declaration(Dice& dice, const Stack& stack, const State& state);

// What most worlds do not have: twins, tags, suspensions, waivers, --only, another server, detours.
void add_variety(Dice& dice, World& world);
// What real servers and hosts showed: stops, jobs, profiles, loops, moved names of images, hands on swarm services, Git
// stacks of users, states, hidden re-creations, records without a name, ties.
void add_reality(Dice& dice, World& world);
// Kinds of hands, hosts and memories: automatic updates that are dead and such as are not, stacks of jobs alone,
// environments added anew, one name in two namespaces, Git stacks shared with users, an agent, two writers of a ledger.
void add_kinds(Dice& dice, World& world);

// Clusters: more objects than a Deployment, and what became of them.
void add_objects(Dice& dice, World& world);

// Another record has its name: in one place they share their access control.
bool has_twin(const World& world, const Stack& stack);
// Some step is about this record.
bool is_touched(const World& world, int stack);

} // namespace mooring::walks
