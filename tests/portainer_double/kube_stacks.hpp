// Creating and updating Kubernetes stacks (kubernetes.md §1.1, §1.4).
#pragma once

#include "portainer_double/body.hpp"
#include "portainer_double/routes.hpp"

#include <string_view>

namespace portainer_double {

// POST /stacks/create/kubernetes/{method}: no check of the name, no resource control, and no id in the answer.
Answer create_kubernetes(Call& call, const Environment& environment, std::string_view method);
// PUT /stacks/{id}/git/redeploy: what does not deploy leaves the new file behind, and the old commit in the record.
Answer redeploy_kubernetes(Call& call, Stack& stack, const Body& body);
// The commit of its repository has moved, and something polls: as whoever updated it last.
void poll_kubernetes(World& world, Stack& stack);
// PUT /stacks/{id} of a Git stack: settings alone, and blank where nothing is sent. The newest server begins a
// deployment that it never starts.
Answer update_git_record(Call& call, Stack& stack);
// PUT /stacks/{id}.
Answer update_kubernetes(Call& call, Stack& stack, Id environment);

bool kube_in_background(const Call& call);
DeployRequest kube_request(const Call& call, bool is_update, const char* source);
// A write that waits for a lock which it holds itself, or parses for ever.
Answer hanging();

} // namespace portainer_double
