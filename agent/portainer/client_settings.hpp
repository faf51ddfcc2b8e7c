// A server's settings as the HTTP client takes them.
#pragma once

#include "net/client.hpp"
#include "portainer/api.hpp"

namespace mooring::portainer {

// Errors (invalid_input): a URL that is none, a malformed pin, a proxy that is none.
Result<net::ClientSettings> client_settings(const ServerConnection& server, const Hooks& hooks);

} // namespace mooring::portainer
