#include "net/resolve.hpp"

#include "base/text.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <cstring>
#include <fmt/format.h>
#include <memory>
#include <mutex>
#include <netdb.h>
#include <system_error>
#include <thread>

namespace mooring::net {
namespace {

namespace asio = boost::asio;
using Endpoints = std::vector<asio::ip::tcp::endpoint>;

// What the asking coroutine and the thread of getaddrinfo share. The thread may outlive everything else; it touches the
// executor and the timer only under the lock and while somebody still waits.
struct Question {
    std::mutex mutex;
    asio::any_io_executor executor;
    std::shared_ptr<asio::steady_timer> waiting; // null once nobody waits
    bool answered = false;
    int error = 0;
    Endpoints endpoints;
};

struct Abandon { // on leaving the coroutine, however it is left
    std::shared_ptr<Question> question;
    ~Abandon() {
        const std::scoped_lock lock(question->mutex);
        question->waiting.reset();
    }
};

Endpoints endpoints_of(const addrinfo* list, std::uint16_t port) {
    Endpoints found;
    for (const addrinfo* item = list; item != nullptr; item = item->ai_next) {
        asio::ip::tcp::endpoint endpoint;
        if (item->ai_addrlen > endpoint.capacity()) continue;
        std::memcpy(endpoint.data(), item->ai_addr, item->ai_addrlen);
        endpoint.resize(item->ai_addrlen);
        endpoint.port(port);
        found.push_back(endpoint);
    }
    return found;
}

void look_up(const std::string& host, std::uint16_t port, Question& question) {
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* list = nullptr;
    const int error = getaddrinfo(host.c_str(), nullptr, &hints, &list);
    auto found = error == 0 ? endpoints_of(list, port) : Endpoints();
    if (list != nullptr) freeaddrinfo(list);
    const std::scoped_lock lock(question.mutex);
    question.error = error;
    question.endpoints = std::move(found);
    question.answered = true;
    if (question.waiting) asio::post(question.executor, [timer = question.waiting] { timer->cancel(); });
}

} // namespace

asio::awaitable<Try<Endpoints>> resolve(asio::any_io_executor executor, std::string host, std::uint16_t port,
                                        TimePoint deadline) {
    boost::system::error_code no_address;
    if (const auto address = asio::ip::make_address(host, no_address); !no_address) {
        co_return Endpoints{asio::ip::tcp::endpoint(address, port)};
    }
    const auto question = std::make_shared<Question>();
    question->executor = executor;
    question->waiting = std::make_shared<asio::steady_timer>(executor, deadline);
    const Abandon abandon{question};
    try {
        std::thread([question, host, port] { look_up(host, port, *question); }).detach();
    } catch (const std::system_error&) {
        co_return trouble(Stage::resolve, "cannot start a thread to look up names");
    }
    const auto waiting = question->waiting;
    co_await waiting->async_wait(asio::as_tuple(asio::use_awaitable));
    const auto state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() != asio::cancellation_type::none) {
        throw boost::system::system_error(asio::error::operation_aborted);
    }
    const std::scoped_lock lock(question->mutex);
    if (!question->answered)
        co_return trouble(Stage::timeout, fmt::format("looking up {} took too long", printable(host)));
    if (question->error != 0 || question->endpoints.empty()) {
        const char* why = question->error == 0 ? "it has no address" : gai_strerror(question->error);
        co_return trouble(Stage::resolve, fmt::format("cannot look up {}: {}", printable(host), why));
    }
    co_return question->endpoints;
}

} // namespace mooring::net
