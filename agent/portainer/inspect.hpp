// The way to a configured server, looked at step by step; net/inspect.hpp over a server's settings.
#pragma once

#include "net/inspect.hpp"
#include "portainer/api.hpp"

namespace mooring::portainer {

// Errors (invalid_input, io): those of make_api that concern the way, not the token.
Awaitable<Result<net::Inspection>> inspect(boost::asio::any_io_executor executor, ServerConnection server);

// Where an exchange failed, in the words of answers.
Failure failure_of(net::Stage stage);

} // namespace mooring::portainer
