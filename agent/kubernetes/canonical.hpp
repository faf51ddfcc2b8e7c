// What Portainer and the API server make of a declared object before they keep it (kubernetes.md §8).
#pragma once

#include "kubernetes/kubernetes.hpp"

#include <string_view>

namespace mooring::kubernetes {

void canonicalise(Object& object);

// One of the seven labels that Portainer writes on every object, whatever the manifest says.
bool is_portainer_label(std::string_view name);

inline constexpr std::string_view last_applied_annotation = "kubectl.kubernetes.io/last-applied-configuration";

} // namespace mooring::kubernetes
