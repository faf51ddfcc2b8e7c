// Values as they are shown, and which of them are secret.
#pragma once

#include "base/path_notation.hpp"
#include "kubernetes/kubernetes.hpp"
#include "kubernetes/walk.hpp"

#include <string>
#include <string_view>

namespace mooring::kubernetes {

// Whether what stands at a path of an object of this kind is secret: Secret.data, the value of an environment variable,
// the last-applied annotation, a value under a secret-looking name.
bool is_secret_at(const Key& key, const Steps& steps, const Value* value);

// A text is itself (what looks like a secret in it masked, unless it is at a secret place), the rest is JSON with its
// secrets masked.
std::string display(const Key& key, const Steps& steps, const Value& value, Secrets secrets = Secrets::masked);

} // namespace mooring::kubernetes
