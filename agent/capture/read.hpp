// Reads one server for an export: the only part of this folder with I/O.
#pragma once

#include "capture/capture.hpp"
#include "portainer/api.hpp"

#include <boost/asio/awaitable.hpp>
#include <cstddef>

namespace mooring::capture {

// Identity, environments, the unfiltered list, the file of each stack, the environments of records that are not in the
// list, what runs, and the names that restricted access refers to. Stops when identity, environments or list are
// refused.
boost::asio::awaitable<void> read_server(portainer::Api& api, Seen& seen, std::size_t workers);

} // namespace mooring::capture
