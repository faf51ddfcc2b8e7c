// Reads over HTTP/1.1 from one origin: a pool of kept connections, bounded concurrency, deadlines, retries. No
// redirects, no cookies, no Authorization; the token goes as X-API-Key to this origin and nowhere else.
#pragma once

#include "base/backoff.hpp"
#include "base/error.hpp"
#include "base/secret.hpp"
#include "net/message.hpp"
#include "net/origin.hpp"
#include "net/proxy.hpp"
#include "net/tls.hpp"
#include "net/under_way.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>

namespace mooring::net {

struct ClientSettings {
    Origin origin;
    std::optional<Proxy> proxy;
    Trust trust;
    Secret token; // empty: no X-API-Key
    std::size_t most_headers = std::size_t{64} << 10U;
    unsigned concurrency = 8;
    std::chrono::milliseconds request_timeout{30000}; // one attempt, from looking up the name to the last byte
    std::chrono::milliseconds deadline{0};            // of everything, from make_client on; 0: none
    Backoff retries;
    std::function<double()> random;                 // [0, 1)
    std::function<void(std::string_view)> on_retry; // told of every wait; may be empty
    std::shared_ptr<UnderWay> under_way;            // where requests are noted while they wait; may be null
};

class Client {
  public:
    // Errors: io (CA file), invalid_input (a token that no header can carry).
    static Result<std::unique_ptr<Client>> make(const boost::asio::any_io_executor& executor, ClientSettings settings);
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;
    ~Client(); // closes the kept connections; calls under way finish on their own

    // One GET, repeated as net/retry.hpp allows. An answer of any status is a Response. `sink` may be null and must
    // outlive the call. Cancellation throws boost::system::system_error(operation_aborted).
    boost::asio::awaitable<Try<Response>> get(Request request, BodySink* sink);

  private:
    struct Core;
    explicit Client(std::shared_ptr<Core> core);

    std::shared_ptr<Core> core_; // shared with the calls under way
};

} // namespace mooring::net
