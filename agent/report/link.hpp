// Where people look at a stack in Portainer itself. Pure.
#pragma once

#include "model/verdict.hpp"

#include <string>
#include <string_view>

namespace mooring::report {

// The address of the stack's page in Portainer
// ("https://portainer.example.org/#!/1/docker/stacks/shop?id=7&type=2..."), percent-encoded; "" where there is none: an
// unknown id, a record or an environment that is gone, or Kubernetes, whose stacks have no page of their own.
// Portainer: state `docker.stacks.stack`; without `regular` its page stays empty.
std::string stack_url(const Report& report, const StackResult& stack);

// The same for a server's address that is known already.
std::string stack_url(std::string_view server_url, const StackResult& stack);

} // namespace mooring::report
