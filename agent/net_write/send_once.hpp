// Requests that change something: each goes out once, over a connection of its own. Whoever does not link this folder
// can only read (net/client.hpp sends nothing but GET).
#pragma once

#include "net/message.hpp"
#include "net/route.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace mooring::net_write {

struct Write {
    std::string method; // "POST", "PUT", "DELETE"
    std::string target; // path and query, without the origin's base path
    std::string body;   // sent as application/json; "" none
    Secret headers;     // further lines, each with its CRLF
};

// Sends the request once and reads the answer, of any status; of its body 64 KiB are kept, however long it is. Whatever
// happens the request is not sent again: after a Trouble with stage `lost` or `timeout` nobody knows whether the other
// side took it. Trouble `connect`, and nothing is sent, where `route` leads to one of `never`. Cancellation throws
// boost::system::system_error(operation_aborted).
boost::asio::awaitable<net::Try<net::Response>> send_once(std::shared_ptr<net::Route> route, Write write,
                                                          std::vector<net::Origin> never,
                                                          std::chrono::milliseconds timeout = std::chrono::seconds(30));

} // namespace mooring::net_write
