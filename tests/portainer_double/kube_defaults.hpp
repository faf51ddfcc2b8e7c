// What the API server adds to an object (kubernetes.md §5).
#pragma once

#include "portainer_double/message.hpp"

#include <nlohmann/json.hpp>

namespace portainer_double {

// Fills in what is left out and brings texts into their stored form; `kind` is the object's.
void add_defaults(Json& object);
// Leaves out what is stored as nothing, and writes quantities as the API server does; of a built-in kind.
void normalise(Json& value);
// The token volume, tolerations and so on of a pod that is admitted; `suffix` names its token volume.
void admit_pod(Json& pod, const std::string& suffix, const std::string& node);

} // namespace portainer_double
