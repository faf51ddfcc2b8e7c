// What came of one write, as a value: the table of causes over the answer, with no secret in its texts.
#pragma once

#include "base/clock.hpp"
#include "model/answer.hpp"
#include "model/stack.hpp"
#include "net_write/send_once.hpp"
#include "portainer/api.hpp"
#include "portainer/causes.hpp"
#include "portainer_write/request.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <chrono>
#include <expected>
#include <memory>
#include <optional>
#include <string>

namespace mooring::portainer_write {

struct WriteReply {
    portainer::WriteOutcome outcome = portainer::WriteOutcome::not_sent;
    std::optional<portainer::WriteCause> cause; // set exactly when refused or failed
    std::optional<Veto> veto;                   // not_sent: there was no request to send
    Failure failure = Failure::none;            // not_sent without a veto, and unknown: where it went wrong
    std::string method;
    std::string target;  // without scheme and host
    int status = 0;      // 0: no answer
    std::string message; // the server's, or what failed; printable, capped, masked
    std::string details;
    std::optional<StackId> created; // of a create that was answered: the new record's id
    std::optional<UnixSeconds> server_date;

    bool answered() const { return outcome == portainer::WriteOutcome::answered; }
    bool not_sent() const { return outcome == portainer::WriteOutcome::not_sent; }
};

WriteReply withheld(Veto veto);

// `server`: whose tokens are taken out of what is said, beside the request's secrets.
WriteReply read_reply(const WriteRequest& request, const std::expected<net::Response, net_write::Unanswered>& answer,
                      const ServerConnection& server);

// Writes to one Portainer: one request each, over a connection of its own, never repeated (reconcile.md §4, moves 4 and
// 5). Whoever does not link this folder cannot change anything.
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
    portainer::Awaitable<WriteReply> send(std::expected<WriteRequest, Veto> request);

    ServerConnection server_;
    net::Origin origin_;
    std::shared_ptr<net::Route> route_;
    net_write::Limits limits_;
    std::shared_ptr<net::UnderWay> under_way_; // may be null
};

} // namespace mooring::portainer_write
