// Who holds which field of a live object: metadata.managedFields, and the annotation that client-side apply leaves.
#pragma once

#include "kubernetes/kubernetes.hpp"
#include "kubernetes/walk.hpp"

#include <optional>
#include <string>
#include <vector>

namespace mooring::kubernetes {

// Something that the file does not declare and the live object holds, as it is shown.
struct Owned {
    std::string path;
    std::string value;
    bool secret = false;
    Holder holder;
};

// Server-side: what the manager `portainer` owns, the file does not declare and the cluster holds. With `shared`: only
// what another manager owns, too (it stays); else only what Portainer owns alone (it is dropped by the next
// deployment).
std::vector<Owned> owned_by_portainer(const Object& declared, const Live& live, bool shared);

// Client-side: what the last-applied annotation has, the file does not declare and the cluster holds.
std::vector<Owned> last_applied(const Object& declared, const Live& live);

// What was set by neither Portainer nor a controller and is not declared.
std::vector<Owned> set_by_hand(const Object& declared, const Live& live, AppliedBy applied_by);

// Who wrote the field last; somebody else before Portainer.
std::optional<Holder> holder_of(const Live& live, const Steps& steps);

// The annotation as an object; nullopt: there is none, or it cannot be read.
std::optional<Object> last_applied_object(const Live& live);

} // namespace mooring::kubernetes
