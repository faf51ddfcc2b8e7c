// What changed between two runs of a server, stack by stack: the lines of the log. Pure.
#pragma once

#include "serve/board.hpp"
#include "serve/log.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace mooring::serve {

struct Transition {
    StackKey key;
    std::optional<Verdict> before; // nullopt: it was not there
    std::optional<Verdict> after;  // nullopt: it is declared no more, or no longer extra
    bool details = false;          // same verdict, other differences or another reason
    std::string brief;             // what is to be said of it now, one sentence; may be empty
};

// In the report's order, those that are gone last. A stack that is in sync when it is first seen is none.
std::vector<Transition> transitions(const std::map<StackKey, StackView>& before, const std::vector<StackView>& after);

// "shop/production: in sync -> drifted: services.web.image"
std::string line_of(const Transition& transition);
Level level_of(const Transition& transition);

// What a stack's state says, without what may change from run to run although the stack does not (evidence, notes,
// lines of files): two equal texts are one state. Holds no value of a secret.
std::string state_of(const StackResult& result);

} // namespace mooring::serve
