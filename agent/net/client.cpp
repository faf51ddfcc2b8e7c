#include "net/client.hpp"

#include "net/connection.hpp"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <charconv>
#include <exception>
#include <fmt/format.h>
#include <memory>
#include <utility>
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

namespace {

bool is_passing(int status) {
    return status == 408 || status == 429 || status == 502 || status == 503 || status == 504;
}

bool is_passing(Stage stage) { return stage == Stage::lost || stage == Stage::connect || stage == Stage::resolve; }

} // namespace

std::optional<std::chrono::milliseconds> parse_retry_after(std::string_view text, std::optional<UnixSeconds> date) {
    constexpr std::int64_t day = 86400;
    std::int64_t seconds = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (error == std::errc() && stop == text.data() + text.size()) {
        if (seconds < 0) return std::nullopt;
        return std::chrono::seconds(std::min(seconds, day));
    }
    const auto until = parse_http_date(text);
    if (!until || !date) return std::nullopt;
    return std::chrono::seconds(std::clamp<std::int64_t>(*until - *date, 0, day));
}

std::optional<std::chrono::milliseconds> wait_before_retry(const Backoff& backoff, const Request& request,
                                                           const Try<Response>& outcome, unsigned failed,
                                                           double random) {
    if (failed >= backoff.attempts) return std::nullopt;
    const auto usual = backoff_delay(backoff, failed, random);
    if (!outcome) return is_passing(outcome.error().stage) ? std::optional(usual) : std::nullopt;
    if (!is_passing(outcome->status)) return std::nullopt;
    if (request.settled != nullptr && request.settled(*outcome)) return std::nullopt;
    const auto asked = parse_retry_after(outcome->retry_after, outcome->date);
    return asked ? std::min(*asked, backoff.retry_after_most) : usual;
}

namespace asio = boost::asio;

void Slots::release() {
    if (waiters_.empty()) {
        ++free_;
        return;
    }
    const auto next = std::move(waiters_.front()); // the place goes over without being free in between
    waiters_.pop_front();
    next->granted = true;
    next->timer.cancel();
}

void Slots::forget(const std::shared_ptr<Waiter>& waiter) {
    if (waiter->granted) {
        release(); // granted and cancelled at once: the next one gets it
    } else {
        std::erase(waiters_, waiter);
    }
}

asio::awaitable<Slots::Slot> Slots::acquire() {
    const auto self = shared_from_this();
    if (free_ > 0) {
        --free_;
        co_return Slot(self);
    }
    const auto waiter = std::make_shared<Waiter>(executor_);
    waiter->timer.expires_at(asio::steady_timer::time_point::max());
    waiters_.push_back(waiter);
    co_await waiter->timer.async_wait(asio::as_tuple(asio::use_awaitable));
    const auto state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() != asio::cancellation_type::none || !waiter->granted) {
        forget(waiter);
        throw boost::system::system_error(asio::error::operation_aborted);
    }
    co_return Slot(self);
}

namespace {

namespace asio = boost::asio;

struct Group {
    Group(const asio::any_io_executor& executor, std::size_t all,
          std::function<asio::awaitable<void>(std::size_t)> what)
        : count(all), work(std::move(what)), ended(executor, asio::steady_timer::time_point::max()) {}

    std::size_t next = 0;
    std::size_t count;
    std::size_t running = 0;
    std::exception_ptr failure;
    std::function<asio::awaitable<void>(std::size_t)> work;
    asio::steady_timer ended; // never expires: cancelling it is the signal
};

asio::awaitable<void> worker(std::shared_ptr<Group> group) {
    while (group->next < group->count && !group->failure) {
        const std::size_t mine = group->next++;
        co_await group->work(mine);
    }
}

} // namespace

asio::awaitable<void> for_each_bounded(std::size_t count, std::size_t workers,
                                       std::function<asio::awaitable<void>(std::size_t)> work) {
    const auto executor = co_await asio::this_coro::executor;
    const auto group = std::make_shared<Group>(executor, count, std::move(work));
    group->running = std::min(std::max<std::size_t>(workers, 1), count);
    for (std::size_t i = group->running; i > 0; --i) {
        asio::co_spawn(executor, worker(group), [group](const std::exception_ptr& failure) {
            if (failure && !group->failure) group->failure = failure;
            if (--group->running == 0) group->ended.cancel();
        });
    }
    while (group->running > 0) co_await group->ended.async_wait(asio::as_tuple(asio::use_awaitable));
    if (group->failure) std::rethrow_exception(group->failure);
}

} // namespace mooring::net
