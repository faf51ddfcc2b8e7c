// What a walk found, as differences that people read.
#pragma once

#include "kubernetes/kubernetes.hpp"
#include "kubernetes/walk.hpp"

namespace mooring::kubernetes {

Difference described(const Object& object, const Finding& finding, Secrets secrets = Secrets::masked);

} // namespace mooring::kubernetes
