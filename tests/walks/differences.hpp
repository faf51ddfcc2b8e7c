// What of a stack differs from its declaration, by plane, and what people have accepted of it. Pure.
#pragma once

#include "walks/world.hpp"

#include <set>
#include <string>
#include <string_view>

namespace mooring::walks {

using Planes = std::set<std::string>; // record, content, runtime

// Planes that differ for certain, and all that may: one difference can show itself on several planes, and which ones
// lies below what a walk models.
struct Differences {
    Planes certain;
    Planes possible;
};

Differences differences(const Declared& declared, const Stack& stack);

// A Kubernetes stack of which something is on its way: no difference, and not in sync yet.
bool is_rolling(const Stack& stack);

// Whether the stack means what the declaration says, as far as that is compared.
bool differs(const Declared& declared, const Stack& stack);

// Texts, or beginnings of texts with a `*` at the end.
bool fits(std::string_view glob, std::string_view text);

// Whether a waiver in force is for stacks of this name on this server, and accepts what `path` stands for.
bool accepts(const Accepted& waiver, const std::string& server, const std::string& stack, std::string_view path);
// The planes whose differences are accepted; and whether a `missing` or `extra` is.
Planes accepted_planes(const World& world, const std::string& server, const std::string& stack);
bool is_accepted(const World& world, const std::string& server, const std::string& stack, std::string_view verdict);

} // namespace mooring::walks
