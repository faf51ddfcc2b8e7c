// Kubernetes behind Portainer: the caller's service account, the cluster of an environment, what Portainer itself does
// beside the proxy (kubernetes.md §3).
#pragma once

#include "portainer_double/kube_cluster.hpp"
#include "portainer_double/routes.hpp"

#include <string>

namespace portainer_double {

bool is_kubernetes(const Environment& environment);
// The service account of a Portainer user; administrators have Portainer's own.
KubeCaller kube_caller(const World& world, Id user);
// The same, about to call: the account is made at the first call (kubernetes.md §3.1).
KubeCaller use_cluster(World& world, Cluster& cluster, Id user);
// After the namespace access policies were written: they are in force from now on.
void bind_policies(World& world, Cluster& cluster, const Environment& environment);
// Taking the environment away takes the user's namespaces with it, and giving it back does not bring them back.
void forget_user_policies(Cluster& cluster, const Policies& before, const Policies& after);

} // namespace portainer_double
