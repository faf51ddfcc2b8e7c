#include "portainer_write/reply.hpp"

#include "base/redact.hpp"
#include "portainer/client_settings.hpp"
#include "portainer/fields.hpp"
#include "portainer/inspect.hpp"
#include "portainer/json_stream.hpp"

#include <boost/json/object.hpp>
#include <fmt/format.h>
#include <string_view>
#include <utility>

namespace mooring::portainer_write {
namespace {

using portainer::WriteOutcome;

constexpr std::size_t most_read = std::size_t{16} << 10U; // of a server's text; far less is shown

class Told {
  public:
    Told(const Request& request, const ServerConnection& server) : request_(request), server_(server) {}

    std::string operator()(std::string_view text) const {
        return portainer::told_text(redact(text.substr(0, most_read), request_.secrets), server_);
    }

  private:
    const Request& request_;
    const ServerConnection& server_;
};

// Whether it is one object with a text `Output`, "" too.
bool is_output(const std::string& body) {
    bool told = false;
    portainer::JsonStream stream(
        portainer::JsonStream::Shape::object, [&] { told = false; },
        [&](const boost::json::object& object) {
            const auto* output = object.if_contains("Output");
            told = output != nullptr && output->is_string();
            return std::string();
        });
    if (!stream.begin(200, "application/json")) return false;
    stream.write(body);
    return stream.finish().empty() && told;
}

// The `Id` of the object that was answered; nullopt if it is not one object with a positive one.
std::optional<std::int64_t> id_in(const std::string& body) {
    std::int64_t id = 0;
    portainer::JsonStream stream(
        portainer::JsonStream::Shape::object, [&] { id = 0; },
        [&](const boost::json::object& object) {
            std::string problem;
            id = portainer::Fields(object, problem).required_id("Id");
            return problem;
        });
    if (!stream.begin(200, "application/json")) return std::nullopt;
    stream.write(body);
    if (!stream.finish().empty() || id <= 0) return std::nullopt;
    return id;
}

// Whether an answer that says "done" is about what was asked.
bool shows(const Request& request, int status, const std::string& body, std::optional<std::int64_t> id) {
    if (request.shows == Shows::nothing) return status == 204;
    if (request.shows == Shows::output) return is_output(body);
    if (status == 204 || !id) return false;
    return request.shows != Shows::stack || *id == request.stack;
}

WriteReply blank(const Request& request) {
    WriteReply reply;
    reply.method = request.method;
    reply.target = request.target;
    return reply;
}

WriteReply unanswered(const Request& request, const net_write::Unanswered& failed, const Told& told) {
    WriteReply reply = blank(request);
    reply.outcome = failed.sent ? WriteOutcome::unknown : WriteOutcome::not_sent;
    reply.failure = portainer::failure_of(failed.why.stage);
    reply.message = told(failed.why.message);
    return reply;
}

std::string about_foreign(const net::Response& response) {
    if (response.status / 100 == 3) return "a redirect, which is not followed";
    if (response.status / 100 == 2) return "not the answer to what was sent";
    if (response.content_type.empty()) return "not Portainer's answer (no content type)";
    return fmt::format("not Portainer's answer ({})", response.content_type);
}

} // namespace

WriteReply withheld(Veto veto) {
    WriteReply reply;
    reply.veto = veto;
    reply.message = sentence(veto);
    return reply;
}

WriteReply read_reply(const Request& request, const std::expected<net::Response, net_write::Unanswered>& answer,
                      const ServerConnection& server) {
    const Told told(request, server);
    if (!answer) return unanswered(request, answer.error(), told);
    const auto error = portainer::parse_error_body(answer->body);
    portainer::AnswerFacts facts{.call = Call::other,
                                 .status = answer->status,
                                 .content_type = answer->content_type,
                                 .message = {},
                                 .details = {},
                                 .object = {},
                                 .text = {}};
    if (error) facts.message = error->message;
    if (error && error->details) facts.details = *error->details;
    const auto meaning = portainer::classify_write(facts);

    WriteReply reply = blank(request);
    reply.outcome = meaning.outcome;
    reply.cause = meaning.cause;
    reply.status = answer->status;
    reply.server_date = answer->date;
    if (reply.answered()) {
        const auto id = answer->status == 204 ? std::nullopt : id_in(answer->body);
        if (!shows(request, answer->status, answer->body, id)) reply.outcome = WriteOutcome::unknown;
        if (request.shows == Shows::new_stack && reply.answered()) reply.created = id;
    }
    if (reply.answered()) return reply;
    const bool own_words = error && portainer::is_json(answer->content_type);
    if (reply.outcome == WriteOutcome::unknown) reply.failure = own_words ? Failure::refused : Failure::not_the_api;
    reply.message = told(own_words ? error->message : about_foreign(*answer));
    if (answer->status / 100 != 2) reply.details = told(own_words ? error->details.value_or("") : answer->body);
    return reply;
}

} // namespace mooring::portainer_write
