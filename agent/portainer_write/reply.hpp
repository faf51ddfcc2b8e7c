// What came of one write, as a value: the table of causes over the answer, with no secret in its texts.
#pragma once

#include "base/clock.hpp"
#include "model/answer.hpp"
#include "model/server.hpp"
#include "net_write/send_once.hpp"
#include "portainer/causes.hpp"
#include "portainer_write/request.hpp"

#include <expected>
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
WriteReply read_reply(const Request& request, const std::expected<net::Response, net_write::Unanswered>& answer,
                      const ServerConnection& server);

} // namespace mooring::portainer_write
