// The control plane: what a test tells the double from outside (README.md has the routes). Never under /api.
#pragma once

#include "portainer_double/message.hpp"

namespace portainer_double {

class Service;

// The caller holds the service's mutex.
Answer answer_control(Service& service, const Request& request);

} // namespace portainer_double
