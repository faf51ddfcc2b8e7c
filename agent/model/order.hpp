// `policy.after`: which declared stacks are written before another.
#pragma once

#include "model/desired.hpp"

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mooring {

class DeclaredOrder {
  public:
    // Keeps pointers into `stacks`, which must outlive it.
    explicit DeclaredOrder(std::span<const DesiredStack> stacks);

    // The stacks that a name of `stack.policy.after` means: those of that name in the same environment as written or,
    // where none is, all of that name on the same server. Empty: no such stack is declared. Names are compared as
    // Portainer stores them (Kubernetes: as written).
    std::vector<const DesiredStack*> named(const DesiredStack& stack, const std::string& name) const;

    // All that must be written before `stack`, in the order of `policy.after`.
    std::vector<const DesiredStack*> before(const DesiredStack& stack) const;

    // Every circle, as the stacks that wait for each other: each is after the next, and the last after the first. One
    // circle for each knot, in a stable order; a stack that is after itself is a circle of one.
    std::vector<std::vector<const DesiredStack*>> circles() const;

  private:
    std::span<const DesiredStack> stacks_;
    std::map<std::pair<std::string, std::string>, std::vector<const DesiredStack*>> by_name_; // server, name
};

// Whether two manifests name the same environment, as far as they tell themselves.
bool same_place(const DesiredStack& left, const DesiredStack& right);

} // namespace mooring
