#include "net/client.hpp"

#include "net/connection.hpp"
#include "net/retry.hpp"
#include "net/slots.hpp"

#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>
#include <vector>

namespace mooring::net {
namespace asio = boost::asio;
using Clock = std::chrono::steady_clock;

struct Client::Core {
    ClientSettings settings;
    Secret headers; // the header lines that every request has, with the token
    TimePoint run_deadline;
    std::shared_ptr<Route> route;
    std::shared_ptr<Slots> slots;
    Breaker breaker;
    std::vector<std::unique_ptr<Connection>> idle; // the last one used comes first

    std::unique_ptr<Connection> kept();
    std::string head(const Request& request) const;
    static asio::awaitable<Try<Response>> run(std::shared_ptr<Core> core, Request request, BodySink* sink);
    asio::awaitable<Try<Response>> attempt(const Request& request, BodySink* sink);
    asio::awaitable<Try<Response>> attempt_by(const Request& request, BodySink* sink, TimePoint deadline);
    asio::awaitable<Try<Response>> exchange(std::unique_ptr<Connection> connection, const Request& request,
                                            BodySink* sink, TimePoint deadline);
    asio::awaitable<void> wait(const Request& request, const Try<Response>& outcome, std::chrono::milliseconds pause);
};

namespace {

bool fits_a_header(std::string_view token) {
    return std::ranges::all_of(token, [](char c) { return c > ' ' && c < '\x7f'; });
}

TimePoint run_deadline(const ClientSettings& settings) {
    return settings.deadline.count() == 0 ? TimePoint::max() : Clock::now() + settings.deadline;
}

} // namespace

std::unique_ptr<Connection> Client::Core::kept() {
    if (idle.empty()) return nullptr;
    auto connection = std::move(idle.back());
    idle.pop_back();
    return connection;
}

std::string Client::Core::head(const Request& request) const {
    return fmt::format("GET {}{} HTTP/1.1\r\n{}\r\n", target_base(*route), request.target, headers.reveal());
}

asio::awaitable<Try<Response>> Client::Core::exchange(std::unique_ptr<Connection> connection, const Request& request,
                                                      BodySink* sink, TimePoint deadline) {
    std::string out = head(request);
    auto answer = co_await connection->exchange(out, request.most, sink, deadline);
    const Secret wiped(std::move(out));
    if (connection->reusable()) idle.push_back(std::move(connection));
    co_return answer;
}

asio::awaitable<Try<Response>> Client::Core::attempt_by(const Request& request, BodySink* sink, TimePoint deadline) {
    // A kept connection may have been closed by the other side while it lay idle. For a read that is no failure: it is
    // asked again on a fresh one.
    if (auto connection = kept()) {
        auto answer = co_await exchange(std::move(connection), request, sink, deadline);
        if (answer || !answer.error().untouched) co_return answer;
    }
    auto fresh = co_await open_connection(route, deadline);
    if (!fresh) co_return std::unexpected(fresh.error());
    co_return co_await exchange(std::move(*fresh), request, sink, deadline);
}

asio::awaitable<Try<Response>> Client::Core::attempt(const Request& request, BodySink* sink) {
    const auto slot = co_await slots->acquire();
    const auto now = Clock::now();
    if (now >= run_deadline) co_return trouble(Stage::timeout, "the run's deadline passed before this was asked");
    if (const auto refused = breaker.turns_away(now)) co_return std::unexpected(*refused);
    const auto deadline = std::min(now + settings.request_timeout, run_deadline);
    const UnderWay::Entry noted(settings.under_way, settings.under_way ? "GET " + request.target : std::string(), now);
    auto answer = co_await attempt_by(request, sink, deadline);
    breaker.note(answer, Clock::now());
    co_return answer;
}

asio::awaitable<void> Client::Core::wait(const Request& request, const Try<Response>& outcome,
                                         std::chrono::milliseconds pause) {
    if (settings.on_retry) {
        const auto why = outcome ? fmt::format("it answered {}", outcome->status) : outcome.error().message;
        settings.on_retry(fmt::format("GET {}: {}; asking again in {} ms", request.target, why, pause.count()));
    }
    asio::steady_timer timer(route->executor, std::min(Clock::now() + pause, run_deadline));
    co_await timer.async_wait(asio::use_awaitable);
}

asio::awaitable<Try<Response>> Client::Core::run(std::shared_ptr<Core> core, Request request, BodySink* sink) {
    for (unsigned failed = 1;; ++failed) {
        auto answer = co_await core->attempt(request, sink);
        const auto& settings = core->settings;
        const auto pause = wait_before_retry(settings.retries, request, answer, failed, settings.random());
        if (!pause || core->breaker.refuses(Clock::now())) co_return answer;
        co_await core->wait(request, answer, *pause);
    }
}

Client::Client(std::shared_ptr<Core> core) : core_(std::move(core)) {}
Client::~Client() { core_->idle.clear(); }

Result<std::unique_ptr<Client>> Client::make(const asio::any_io_executor& executor, ClientSettings settings) {
    if (!fits_a_header(settings.token.reveal())) {
        return fail(ErrorKind::invalid_input, "the access token holds spaces, line breaks or characters outside ASCII",
                    "copy it again as Portainer showed it: ptr_ and 44 characters");
    }
    auto route = make_route(executor, settings.origin, settings.proxy, settings.trust, settings.most_headers);
    if (!route) return std::unexpected(route.error());
    if (!settings.random) settings.random = [] { return 0.5; };
    auto core = std::make_shared<Core>();
    core->headers = Secret(header_lines(**route) +
                           (settings.token.empty() ? "" : fmt::format("X-API-Key: {}\r\n", settings.token.reveal())));
    core->run_deadline = net::run_deadline(settings);
    core->route = std::move(*route);
    core->slots = std::make_shared<Slots>(executor, std::max(settings.concurrency, 1U));
    core->settings = std::move(settings);
    return std::unique_ptr<Client>(new Client(std::move(core)));
}

asio::awaitable<Try<Response>> Client::get(Request request, BodySink* sink) {
    return Core::run(core_, std::move(request), sink);
}

} // namespace mooring::net
