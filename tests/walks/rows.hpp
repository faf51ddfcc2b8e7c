// Which rows a report must have, and what may be said in each. Pure.
#pragma once

#include "model/verdict.hpp"
#include "walks/truth.hpp"
#include "walks/world.hpp"

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace mooring::walks {

enum class Presence { must, may, never };

struct ExpectedRow {
    std::size_t declaration = 0; // index
    Declared declared;           // one environment of it, where it is declared by tag
    bool selector = false;       // the row of the tag itself
    std::set<Verdict> right;
    Presence presence = Presence::must;
};

// In a world where nothing fails or changes meanwhile exactly these; otherwise those that are declared by tag can be
// any of its environments.
std::vector<ExpectedRow> expected_rows(const World& world);

// Whether `--only` leaves a stack of this name, label and place. What the reader cannot know to be another environment
// must not be left out (design §2, rule 8).
Presence chosen(const World& world, const Declared& declared, bool selector);

// A stack that some row of the main server may mean: undeclared must not be said of it.
bool may_be_declared(const World& world, const Stack& stack);
// The scope holds it: undeclared must be said of it. `or_remembered`: or held it when its environment was last seen, so
// that it may be said.
bool in_scope(const World& world, const State& state, const Stack& stack, bool or_remembered = false);

} // namespace mooring::walks
