// A server that does with each connection exactly what a test says: for everything that a well-behaved one never does.
// Loopback only, a free port, one thread a connection; everything ends with the object.
#pragma once

#include "support/certificates.hpp"

#include <atomic>
#include <cstdint>
#include <functional>
#include <list>
#include <mutex>
#include <openssl/ssl.h>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace mooring::test {

// The server's side of one connection.
class Peer {
  public:
    Peer(int socket, SSL* tls, std::function<void(const std::string&)> on_request)
        : socket_(socket), tls_(tls), on_request_(std::move(on_request)) {}

    // The next request's head up to its empty line; "" once the client has closed. Bodies are not read.
    std::string request();
    // False once the client is gone.
    bool send(std::string_view bytes);
    // A whole answer with Content-Length.
    bool answer(int status, std::string_view content_type, std::string_view body, std::string_view more_headers = "");
    bool json(std::string_view body, int status = 200) { return answer(status, "application/json", body); }
    void reset();                                  // RST instead of FIN on closing
    void wait_for_the_end();                       // until the client closes or the server is torn down
    std::size_t number() const { return number_; } // of the connection, from 1
    void set_number(std::size_t number) { number_ = number; }
    // Passes bytes on in both directions between the client and a port on loopback, until either side ends.
    void splice_to(std::uint16_t port);

  private:
    std::size_t read_some(char* into, std::size_t most);

    int socket_;
    SSL* tls_;
    std::function<void(const std::string&)> on_request_;
    std::string pending_;
    std::size_t number_ = 0;
};

class RawServer {
  public:
    using Script = std::function<void(Peer&)>;
    struct Options {
        const Certificate* certificate = nullptr; // null: no TLS
        std::string socket;                       // path of a Unix socket; "": TCP
        bool ipv6 = false;
        int tls_version = 0; // e.g. TLS1_1_VERSION as the only one; 0: OpenSSL's choice
    };

    explicit RawServer(Script script) : RawServer(std::move(script), Options()) {}
    RawServer(Script script, Options options);
    RawServer(const RawServer&) = delete;
    RawServer& operator=(const RawServer&) = delete;
    ~RawServer();

    std::uint16_t port() const { return port_; }
    std::string url() const; // "http://127.0.0.1:40123"
    std::size_t connections() const { return connections_; }
    std::vector<std::string> requests() const; // heads, in the order in which they came

  private:
    void accept_all();
    void serve(int socket, std::size_t number);

    Script script_;
    Options options_;
    SSL_CTX* context_ = nullptr;
    int listener_ = -1;
    std::uint16_t port_ = 0;
    std::atomic<std::size_t> connections_ = 0;
    std::atomic<bool> stopping_ = false;
    mutable std::mutex mutex_;
    std::vector<std::string> requests_;
    std::vector<int> sockets_;
    std::list<std::thread> threads_;
    std::thread acceptor_;
};

// A port on loopback that nobody listens on.
std::uint16_t closed_port();

} // namespace mooring::test
