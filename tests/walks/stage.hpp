// A walk's values in the terms of the double and of Mooring.
#pragma once

#include "model/desired.hpp"
#include "portainer_double/double.hpp"
#include "walks/world.hpp"

namespace mooring::walks {

// The double's whole world becomes this state; faults and counts stay.
void stage(portainer_double::Double& server, const World& world, const State& state);

// The double's faults become these.
void disturb(portainer_double::Double& server, const std::vector<Disturbance>& faults);

// What the manifests say.
Desired desired_of(const World& world);

// The tag by which stacks may be declared.
inline constexpr const char* tag_name = "blue";

std::string name_of_waiver(std::size_t index);

// Where the declared stack of this index stands: how rows of the report and declarations meet.
SourceLocation place_of_declaration(std::size_t index);

} // namespace mooring::walks
