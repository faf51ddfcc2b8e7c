// HTTP/1.1 on loopback TCP (plain or TLS) and Unix sockets, on one thread.
#pragma once

#include "portainer_double/service.hpp"

#include <cstdint>
#include <memory>

namespace portainer_double {

class Server {
  public:
    explicit Server(Service& service);
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;
    ~Server();

    void start(); // throws std::runtime_error
    void stop();
    std::uint16_t port() const;
    std::uint16_t control_port() const;

  private:
    class Sockets;
    Service& service_;
    std::unique_ptr<Sockets> sockets_;
};

} // namespace portainer_double
