// Writes to one Portainer: one request each, over a connection of its own, never repeated (reconcile.md §4, moves 4 and
// 5). Whoever does not link this folder cannot change anything.
#pragma once

#include "portainer/api.hpp"
#include "portainer_write/reply.hpp"
#include "portainer_write/request.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <chrono>
#include <memory>

namespace mooring::portainer_write {

class Writer {
  public:
    // `deploy_timeout`: how long an answer may take; older servers answer when all is deployed (portainer-api.md §0).
    // A connection has `server.request_timeout` to come about. Errors (invalid_input, io): as make_api.
    static Result<std::unique_ptr<Writer>> make(const boost::asio::any_io_executor& executor,
                                                const ServerConnection& server,
                                                std::chrono::milliseconds deploy_timeout = std::chrono::minutes(20),
                                                const portainer::Hooks& hooks = {});
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;

    // Whatever comes back, the record is read next: `answered` is not "deployed", and `failed` not "as before". The
    // Writer outlives the call. Cancellation throws boost::system::system_error(operation_aborted); the request may
    // have been sent by then.
    portainer::Awaitable<WriteReply> create(Create create);
    portainer::Awaitable<WriteReply> change(Change change, StackRecord record);

  private:
    Writer() = default;
    portainer::Awaitable<WriteReply> send(std::expected<Request, Veto> request);

    ServerConnection server_;
    net::Origin origin_;
    std::shared_ptr<net::Route> route_;
    net_write::Limits limits_;
    std::shared_ptr<net::UnderWay> under_way_; // may be null
};

} // namespace mooring::portainer_write
