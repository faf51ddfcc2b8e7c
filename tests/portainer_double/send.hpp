// Sends a reply, with what is to go wrong about it.
#pragma once

#include "portainer_double/service.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/ssl/stream.hpp>

namespace portainer_double {

using Socket = boost::asio::generic::stream_protocol::socket; // TCP or Unix
using TlsStream = boost::asio::ssl::stream<Socket>;

// True if the connection may carry another request. For Socket and TlsStream.
template <typename Stream>
boost::asio::awaitable<bool> send(Stream& stream, const Reply& reply, bool keep_alive);

boost::asio::awaitable<void> wait_for(int milliseconds);

} // namespace portainer_double
