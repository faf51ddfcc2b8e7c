// The address that the agent listens at. It stays what it was when the agent began: a changed `listen` waits for a
// restart, whole, because a token that is meant for another address could leave this one open.
#pragma once

#include "manifest/agent_settings.hpp"
#include "manifest/variables.hpp"
#include "net/server.hpp"
#include "serve/front.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <memory>
#include <string>

namespace mooring::serve {

class Door {
  public:
    // What it refers to outlives it.
    Door(config::ListenSettings listen, const Variables& variables, Front& front)
        : listen_(std::move(listen)), variables_(variables), front_(front) {}

    // Listens, unless `listen` is off. Errors: an address that is taken or may not be used so, a token that cannot be
    // read.
    Result<void> open(const boost::asio::any_io_executor& executor);
    // Takes the token as its source has it now. On failure the one before stays.
    Result<void> read_token_again();
    void close() { server_.reset(); }

    // "http://127.0.0.1:9717"; "" where nothing listens.
    std::string address() const { return server_ ? server_->address() : std::string(); }
    bool is_as(const config::ListenSettings& listen) const { return listen_ == listen; }

  private:
    Result<FrontSettings> front_settings() const;

    config::ListenSettings listen_;
    const Variables& variables_;
    Front& front_;
    std::unique_ptr<net::Server> server_;
};

} // namespace mooring::serve
