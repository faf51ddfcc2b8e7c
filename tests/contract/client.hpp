// A plain HTTP client for the replay: sends what it is told, exactly, and gives back what came.
#pragma once

#include "contract/recording.hpp"

#include <memory>
#include <string>

namespace contract {

class Client {
  public:
    // http:// or https:// with an optional base path. Certificates are not checked: test servers sign their own.
    explicit Client(const std::string& url);
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;
    ~Client();

    // Throws std::runtime_error if no whole answer comes within two minutes.
    Response send(const Exchange& exchange);

  private:
    class Connection;
    std::unique_ptr<Connection> connection_;
};

} // namespace contract
