// The control plane's routes about the world; those about faults and counts stand in control.cpp.
#pragma once

#include "portainer_double/service.hpp"

#include <span>
#include <string_view>

namespace portainer_double {

struct ControlRoute {
    std::string_view method;
    std::string_view path;
    Answer (*handle)(Service&, const Json&); // what it throws becomes a 400
};

std::span<const ControlRoute> world_routes();
std::span<const ControlRoute> kube_control_routes(); // clusters, with kubectl and by hand
std::span<const ControlRoute> hand_routes();         // what somebody does on a host by hand

} // namespace portainer_double
