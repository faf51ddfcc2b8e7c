#include "portainer_double/send.hpp"

#include "portainer_double/wire.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/status.hpp>

#include <array>

namespace portainer_double {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;

constexpr int hanging_milliseconds = 3'600'000;      // longer than any client waits
constexpr std::uint64_t endless_bytes = 4ULL << 30U; // even this fault ends

template <typename Stream>
asio::awaitable<bool> send_text(Stream& stream, const std::string& text) {
    boost::system::error_code error;
    auto token = asio::redirect_error(asio::use_awaitable, error);
    const auto buffer = asio::buffer(text);
    co_await asio::async_write(stream, buffer, token);
    co_return !error;
}

std::string chunk_head(std::size_t size) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    do {
        text.insert(text.begin(), digits[size % 16]);
        size /= 16;
    } while (size != 0);
    return text + "\r\n";
}

template <typename Stream>
asio::awaitable<bool> send_whole(Stream& stream, const Reply& reply, bool keep_alive) {
    const Framing framing{.chunked = is_chunked(reply.answer), .keep_alive = keep_alive};
    std::string head =
        head_of(reply, framing, http::obsolete_reason(http::int_to_status(static_cast<unsigned>(reply.answer.status))));
    if (framing.chunked) head += chunk_head(reply.answer.body->size());
    const std::string tail = framing.chunked ? "\r\n0\r\n\r\n" : "";
    boost::system::error_code error;
    auto token = asio::redirect_error(asio::use_awaitable, error);
    const std::array<asio::const_buffer, 3> buffers{asio::buffer(head), asio::buffer(*reply.answer.body),
                                                    asio::buffer(tail)};
    co_await asio::async_write(stream, buffers, token);
    co_return !error && keep_alive;
}

template <typename Stream>
asio::awaitable<void> send_cut(Stream& stream, const Reply& reply) {
    std::string text = head_of(reply, {}, "OK");
    const std::size_t half = reply.answer.body->size() / 2;
    text += reply.answer.body->substr(0, reply.fault->bytes == 0 ? half : reply.fault->bytes);
    co_await send_text(stream, text);
}

template <typename Stream>
asio::awaitable<bool> send_dripping(Stream& stream, const Reply& reply) {
    std::string piece = head_of(reply, {}, "OK");
    bool sent = co_await send_text(stream, piece);
    for (std::size_t i = 0; sent && i < reply.answer.body->size(); ++i) {
        co_await wait_for(reply.fault->milliseconds);
        piece = (*reply.answer.body)[i];
        sent = co_await send_text(stream, piece);
    }
    co_return sent;
}

template <typename Stream>
asio::awaitable<void> send_endless(Stream& stream, const Reply& reply) {
    const Framing framing{.chunked = true, .keep_alive = true};
    std::string piece = head_of(reply, framing, "OK");
    bool sent = co_await send_text(stream, piece);
    piece = chunk_head(16384) + std::string(16384, ' ') + "\r\n";
    for (std::uint64_t total = 0; sent && total < endless_bytes; total += 16384)
        sent = co_await send_text(stream, piece);
}

} // namespace

asio::awaitable<void> wait_for(int milliseconds) {
    asio::steady_timer timer(co_await asio::this_coro::executor, std::chrono::milliseconds(milliseconds));
    boost::system::error_code error;
    auto token = asio::redirect_error(asio::use_awaitable, error);
    co_await timer.async_wait(token);
}

template <typename Stream>
asio::awaitable<bool> send(Stream& stream, const Reply& reply, bool keep_alive) {
    if (reply.answer.hangs) {
        co_await wait_for(hanging_milliseconds);
        co_return false;
    }
    if (!reply.fault || reply.fault->kind == FaultKind::content_type)
        co_return co_await send_whole(stream, reply, keep_alive);
    switch (reply.fault->kind) {
    case FaultKind::latency:
        co_await wait_for(reply.fault->milliseconds);
        co_return co_await send_whole(stream, reply, keep_alive);
    case FaultKind::truncate:
        co_await send_cut(stream, reply);
        co_return false;
    case FaultKind::endless:
        co_await send_endless(stream, reply);
        co_return false;
    case FaultKind::drip:
        co_return co_await send_dripping(stream, reply);
    default:
        co_return false; // drop
    }
}

template asio::awaitable<bool> send(Socket&, const Reply&, bool);
template asio::awaitable<bool> send(TlsStream&, const Reply&, bool);

} // namespace portainer_double
