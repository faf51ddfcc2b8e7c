// One connection to a server: opened (address, proxy, TLS) and used for one exchange at a time. Asio stays in the .cpp.
#pragma once

#include "net/message.hpp"
#include "net/readers.hpp"
#include "net/route.hpp"

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <string_view>

namespace mooring::net {

class Connection {
  public:
    Connection() = default;
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    virtual ~Connection() = default; // closes

    // Sends `head_and_body` and reads the answer. After a failure or a cancellation the connection is to be dropped.
    virtual boost::asio::awaitable<Try<Response>> exchange(std::string_view head_and_body, std::size_t most,
                                                           BodySink* sink, TimePoint deadline) = 0;
    // Whether another exchange may follow the last one.
    virtual bool reusable() const = 0;
};

// Says of a trouble on the way to a proxy, or in asking it for the tunnel, that it is the proxy's.
Trouble at_proxy(Trouble trouble, const Proxy& proxy);

// Opens one. `route` outlives the call; its addresses are filled on first use, the one that answered is tried first by
// the next connection, and all are emptied when none of them answers.
boost::asio::awaitable<Try<std::unique_ptr<Connection>>> open_connection(std::shared_ptr<Route> route,
                                                                         TimePoint deadline);

} // namespace mooring::net
