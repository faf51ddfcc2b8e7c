// Creating and updating Kubernetes stacks (kubernetes.md §1.1, §1.4).
#pragma once

#include "portainer_double/routes.hpp"

#include <string_view>

namespace portainer_double {

// POST /stacks/create/kubernetes/{method}: no check of the name, no resource control, and no id in the answer.
Answer create_kubernetes(Call& call, const Environment& environment, std::string_view method);
// PUT /stacks/{id}.
Answer update_kubernetes(Call& call, Stack& stack, Id environment);

} // namespace portainer_double
