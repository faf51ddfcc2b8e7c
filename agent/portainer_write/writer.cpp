#include "portainer_write/writer.hpp"

#include "base/secret.hpp"
#include "net/client.hpp"
#include "portainer/api.hpp"
#include "portainer/decode.hpp"
#include "portainer_write/request.hpp"

#include <array>
#include <boost/json/object.hpp>
#include <fmt/format.h>
#include <string_view>
#include <utility>

namespace mooring::portainer_write {

Result<std::unique_ptr<Writer>> Writer::make(const boost::asio::any_io_executor& executor,
                                             const ServerConnection& server, std::chrono::milliseconds deploy_timeout,
                                             const portainer::Hooks& hooks) {
    auto settings = portainer::client_settings(server, hooks);
    if (!settings) return std::unexpected(settings.error());
    // A token that no header can carry is refused as it is for reading.
    if (auto reader = net::Client::make(executor, *settings); !reader) return portainer::with_cure(reader.error());
    auto route = net::make_route(executor, settings->origin, settings->proxy, settings->trust, server.limits.headers);
    if (!route) return portainer::with_cure(route.error());
    std::unique_ptr<Writer> writer(new Writer());
    writer->server_ = server;
    writer->origin_ = settings->origin;
    writer->route_ = std::move(*route);
    writer->limits_ = {.connect = server.request_timeout, .answer = deploy_timeout, .kept = server.limits.file};
    writer->under_way_ = hooks.under_way;
    return writer;
}

portainer::Awaitable<WriteReply> Writer::create(Create create) {
    auto request = request_for(create);
    co_return co_await send(std::move(request));
}

portainer::Awaitable<WriteReply> Writer::change(Change change, StackRecord record) {
    auto request = request_for(change, record);
    co_return co_await send(std::move(request));
}

portainer::Awaitable<WriteReply> Writer::send(std::expected<WriteRequest, Veto> request) {
    if (!request) co_return withheld(request.error());
    auto destination = net_write::Destination::portainer(route_, origin_);
    if (!destination) {
        const net_write::Unanswered refused{.why = destination.error(), .sent = false};
        co_return read_reply(*request, std::unexpected(refused), server_);
    }
    net_write::Write write{.method = request->method,
                           .target = request->target,
                           .body = std::move(request->body),
                           .headers = Secret(fmt::format("X-API-Key: {}\r\n", server_.token.reveal()))};
    const net::UnderWay::Entry entry(under_way_, fmt::format("{} {}", request->method, request->target),
                                     std::chrono::steady_clock::now());
    const auto answer = co_await net_write::send_once(std::move(*destination), std::move(write), limits_);
    co_return read_reply(*request, answer, server_);
}

namespace {

using portainer::WriteOutcome;

constexpr std::size_t most_read = std::size_t{16} << 10U; // of a server's text; far less is shown

class Told {
  public:
    Told(const WriteRequest& request, const ServerConnection& server) : request_(request), server_(server) {}

    std::string operator()(std::string_view text) const {
        return portainer::told_text(redact(text.substr(0, most_read), request_.secrets), server_);
    }

  private:
    const WriteRequest& request_;
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
bool shows(const WriteRequest& request, int status, const std::string& body, std::optional<std::int64_t> id) {
    if (request.shows == Shows::nothing) return status == 204;
    if (request.shows == Shows::output) return is_output(body);
    if (status == 204 || !id) return false;
    return request.shows != Shows::stack || *id == request.stack;
}

WriteReply blank(const WriteRequest& request) {
    WriteReply reply;
    reply.method = request.method;
    reply.target = request.target;
    return reply;
}

WriteReply unanswered(const WriteRequest& request, const net_write::Unanswered& failed, const Told& told) {
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

WriteReply read_reply(const WriteRequest& request, const std::expected<net::Response, net_write::Unanswered>& answer,
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

// Names and sentences of why there is no request.

std::string_view to_string(Veto veto) {
    constexpr std::array<std::string_view, static_cast<std::size_t>(Veto::no_record) + 1> names{
        "kubernetes",  "unknown_type",  "git_stack",    "git_hidden",     "not_git",     "deploying",
        "would_start", "would_poll",    "start_failed", "name",           "no_swarm_id", "empty_file",
        "not_utf8",    "url_with_user", "no_password",  "access_unclear", "no_record"};
    return names.at(static_cast<std::size_t>(veto));
}

std::string_view sentence(Veto veto) {
    switch (veto) {
    case Veto::kubernetes:
        return "Portainer neither starts nor stops Kubernetes stacks, and they have no access of their own.";
    case Veto::unknown_type:
        return "The stack is of a type that Mooring does not know.";
    case Veto::git_stack:
        return "The stack is deployed from Git, and a file would cut it from its repository.";
    case Veto::git_hidden:
        return "The stack is deployed from Git, and this token may not see from where.";
    case Veto::not_git:
        return "The stack is not deployed from Git.";
    case Veto::deploying:
        return "A deployment of the stack is under way.";
    case Veto::would_start:
        return "The stack is stopped, and deploying would start it.";
    case Veto::would_poll:
        return "The stack is stopped, and these settings would make the server poll its repository again.";
    case Veto::start_failed:
        return "The stack's last deployment failed, and Portainer does not start it from there: update it.";
    case Veto::name:
        return "The name is empty or not as Portainer would store it.";
    case Veto::no_swarm_id:
        return "A swarm stack needs the id of its swarm, and only a swarm stack has one.";
    case Veto::empty_file:
        return "The file is empty.";
    case Veto::not_utf8:
        return "The file or a variable is not valid UTF-8, and Portainer would store something else in its place.";
    case Veto::url_with_user:
        return "The repository's URL holds a user or password, which everybody who sees the stack could read.";
    case Veto::no_password:
        return "The Git credentials have no password.";
    case Veto::access_unclear:
        return "The access names nobody, or is public and for administrators only at once.";
    case Veto::no_record:
        return "The record or its environment has no id.";
    }
    std::unreachable();
}

} // namespace mooring::portainer_write
