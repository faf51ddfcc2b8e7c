// Requests that change something: each goes out once, over a connection of its own. Whoever does not link this folder
// can only read (net/client.hpp sends nothing but GET).
#pragma once

#include "net/message.hpp"
#include "net/route.hpp"

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstddef>
#include <expected>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace mooring::portainer_write {
class Writer;
}

namespace mooring::net_write {

// Where a request may go. The two ways to one say under which rule it was made, so that no call can mix them up: what
// is sent elsewhere never reaches a configured Portainer, and what is meant for a Portainer never leaves its origin.
class Destination {
  public:
    // A place that is not one of `portainers`, such as a webhook. Trouble `connect` where it is one of them.
    static net::Try<Destination> elsewhere(std::shared_ptr<net::Route> route,
                                           const std::vector<net::Origin>& portainers);

    const std::shared_ptr<net::Route>& route() const { return route_; }

  private:
    // The Writer alone sends to a Portainer, and to its own: the route's origin must be `server`, base path and scheme
    // included. Trouble `connect` where it is not.
    friend class portainer_write::Writer;
    static net::Try<Destination> portainer(std::shared_ptr<net::Route> route, const net::Origin& server);

    explicit Destination(std::shared_ptr<net::Route> route) : route_(std::move(route)) {}
    std::shared_ptr<net::Route> route_;
};

struct Write {
    std::string method; // "POST", "PUT", "DELETE"
    std::string target; // path and query, without the origin's base path
    Secret body;        // sent as application/json; empty: none
    Secret headers;     // further lines, each with its CRLF
};

struct Limits {
    std::chrono::milliseconds connect = std::chrono::seconds(30); // address, connection, proxy, TLS
    std::chrono::milliseconds answer = std::chrono::seconds(30);  // from the first byte sent to the last one read
    std::size_t kept = std::size_t{64} << 10U;                    // bytes of the answer's body, however long it is
};

// No answer. Once `sent` nobody knows whether the other side took the request; before that it cannot have.
struct Unanswered {
    net::Trouble why;
    bool sent = false;
};

// Sends the request once and reads the answer, of any status. Whatever happens it is not sent again. Cancellation
// throws boost::system::system_error(operation_aborted).
boost::asio::awaitable<std::expected<net::Response, Unanswered>> send_once(Destination destination, Write write,
                                                                           Limits limits = {});

} // namespace mooring::net_write
