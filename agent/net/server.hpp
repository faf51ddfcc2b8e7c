// Serves HTTP/1.1 on one address: TCP, TLS or a Unix socket. Bounded in connections, bytes and time. What is answered
// is the handler's business.
#pragma once

#include "base/error.hpp"
#include "base/secret.hpp"
#include "net/connection.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace mooring::net {

struct Answered {
    int status = 200;
    std::string content_type; // "" for none
    std::string body;
    std::vector<std::pair<std::string, std::string>> headers; // beside Date, Content-Type, Content-Length, Connection
};

// "503 Service Unavailable" as text.
Answered plain_answer(int status);
// Status line and headers, up to the empty line.
std::string head_of(const Answered& answer, bool keep_alive);

// Whatever it throws is answered with 500.
using Handler = std::function<boost::asio::awaitable<Answered>(Received)>;

// Where to listen.
struct Listen {
    std::string host = "127.0.0.1"; // an address; IPv6 without brackets
    std::uint16_t port = 0;         // 0: a free one
    std::string socket;             // path of a Unix socket in place of host and port; made with mode 0660
    std::string certificate;        // PEM files; both or none
    std::string key;
};

struct ServerLimits {
    std::size_t headers = std::size_t{16} << 10U;
    std::size_t body = std::size_t{64} << 10U;
    std::size_t connections = 64;           // a further one takes the place of the one that has waited longest for its
                                            // client to send; while all are being answered, it is closed at once
    std::chrono::milliseconds head{10000};  // from the first byte (or the connection) to the end of the request
    std::chrono::milliseconds idle{60000};  // between two requests of one connection
    std::chrono::milliseconds write{30000}; // one answer
    std::size_t reserved = 2;               // more connections, one request each, for what is vital while all are busy
    bool (*vital)(const Received&) = nullptr; // which requests those are; nullptr: none are kept
};

class Server {
  public:
    // Listens and accepts from now on. Errors: io (address in use, no permission, certificate), invalid_input (no
    // address). `executor` is that of one single-threaded io_context; the server outlives the context's run.
    static Result<std::unique_ptr<Server>> open(const boost::asio::any_io_executor& executor, const Listen& listen,
                                                const ServerLimits& limits, Handler handler);
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;
    ~Server(); // closes; a Unix socket's file is removed

    // "http://127.0.0.1:9464", "https://[::1]:9464", "unix:/run/mooring/agent.sock"
    std::string address() const;
    std::size_t connections() const; // now, without those that had to make room

  private:
    struct Core;
    explicit Server(std::shared_ptr<Core> core);

    std::shared_ptr<Core> core_; // shared with the sessions
};

// An address that only this machine reaches: 127.0.0.0/8, ::1.
bool is_loopback(const std::string& host);

} // namespace mooring::net
