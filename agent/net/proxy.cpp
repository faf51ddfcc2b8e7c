#include "net/message.hpp"

#include "base/file.hpp"
#include "base/text.hpp"
#include "net/route.hpp"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <cstring>
#include <fmt/format.h>
#include <memory>
#include <mutex>
#include <netdb.h>
#include <system_error>
#include <thread>

namespace mooring::net {
namespace {

namespace ip = boost::asio::ip;

std::optional<ip::address> as_address(std::string_view text) {
    boost::system::error_code error;
    auto address = ip::make_address(text, error);
    if (error) return std::nullopt;
    return address;
}

bool in_network(std::string_view network, const ip::address& address) {
    boost::system::error_code error;
    if (address.is_v4()) {
        const auto range = ip::make_network_v4(network, error);
        return !error && (address.to_v4().to_uint() & range.netmask().to_uint()) == range.network().to_uint();
    }
    const auto range = ip::make_network_v6(network, error);
    if (error) return false;
    return ip::network_v6(address.to_v6(), range.prefix_length()).network() == range.network();
}

// "host:8080" -> ("host", 8080); a bare IPv6 address has no port.
std::pair<std::string_view, std::optional<std::uint16_t>> split_port(std::string_view entry) {
    const auto bracket = entry.rfind(']');
    const auto colon = entry.rfind(':');
    const bool many_colons = bracket == std::string_view::npos && entry.find(':') != colon;
    std::optional<std::uint16_t> port;
    if (colon != std::string_view::npos && !many_colons && (bracket == std::string_view::npos || colon > bracket)) {
        port = parse_port(entry.substr(colon + 1));
        entry = entry.substr(0, colon);
    }
    if (entry.starts_with('[') && entry.ends_with(']')) entry = entry.substr(1, entry.size() - 2);
    return {entry, port};
}

bool entry_matches(std::string_view entry, const std::string& host, const std::optional<ip::address>& address,
                   std::uint16_t port) {
    entry = trim(entry);
    if (entry == "*") return true;
    if (entry.contains('/')) return address && in_network(entry, *address);
    const auto [pattern, only_port] = split_port(entry);
    if (pattern.empty() || (only_port && *only_port != port)) return false;
    if (address) {
        const auto other = as_address(pattern);
        return other && *other == *address;
    }
    std::string wanted = to_lower(pattern);
    if (wanted.starts_with("*.")) wanted.erase(0, 1);
    if (wanted.starts_with('.')) return host.ends_with(wanted);
    return host == wanted || host.ends_with("." + wanted);
}

// `variable` is where every program's proxy is set; the configuration's `proxy` comes the same way.
Result<Proxy> parse_proxy(std::string_view text, std::string_view variable) {
    const std::string url = text.contains("://") ? std::string(text) : fmt::format("http://{}", text);
    const auto parsed = boost::urls::parse_uri(url);
    const auto refuse = [&](std::string_view why) {
        return fail(ErrorKind::invalid_input,
                    fmt::format("the proxy (`proxy` in the configuration, or {}) {}", variable, why),
                    "write it like http://proxy.example.test:3128");
    };
    if (!parsed || parsed->host().empty()) return refuse("is not a valid address");
    if (to_lower(std::string(parsed->scheme())) != "http") {
        return refuse("is of a kind other than http://, which Mooring does not speak");
    }
    Proxy proxy;
    proxy.host = parsed->host_type() == boost::urls::host_type::ipv6 ? parsed->host_ipv6_address().to_string()
                                                                     : std::string(parsed->host());
    const auto port = parsed->has_port() ? parse_port(std::string(parsed->port())) : std::uint16_t{80};
    if (!port) return refuse("has a port outside 1 to 65535");
    proxy.port = *port;
    if (parsed->has_userinfo()) {
        std::string pair = parsed->user() + ":" + parsed->password();
        proxy.authorization = Secret("Basic " + to_base64(pair));
        const Secret wiped(std::move(pair));
    }
    return proxy;
}

} // namespace

std::string Proxy::shown() const {
    return host.contains(':') ? fmt::format("[{}]:{}", host, port) : fmt::format("{}:{}", host, port);
}

bool bypasses_proxy(std::string_view no_proxy, std::string_view host, std::uint16_t port) {
    const std::string folded = to_lower(host);
    const auto address = as_address(folded);
    if (folded == "localhost" || folded.ends_with(".localhost") || (address && address->is_loopback())) return true;
    return std::ranges::any_of(split(no_proxy, ','),
                               [&](std::string_view entry) { return entry_matches(entry, folded, address, port); });
}

Result<std::optional<Proxy>> choose_proxy(const Origin& origin, std::string_view https_proxy,
                                          std::string_view http_proxy, std::string_view no_proxy) {
    const std::string_view text = trim(origin.tls ? https_proxy : http_proxy);
    if (text.empty() || !origin.socket.empty() || bypasses_proxy(no_proxy, origin.host, origin.port)) {
        return std::optional<Proxy>();
    }
    auto proxy = parse_proxy(text, origin.tls ? "HTTPS_PROXY" : "HTTP_PROXY");
    if (!proxy) return std::unexpected(proxy.error());
    return std::optional<Proxy>(std::move(*proxy));
}

namespace {

namespace asio = boost::asio;
using Endpoints = std::vector<asio::ip::tcp::endpoint>;

// What the asking coroutine and the thread of getaddrinfo share. The thread may outlive everything else; it touches the
// executor and the timer only under the lock and while somebody still waits.
struct NameQuery {
    std::mutex mutex;
    asio::any_io_executor executor;
    std::shared_ptr<asio::steady_timer> waiting; // null once nobody waits
    bool answered = false;
    int error = 0;
    Endpoints endpoints;
};

struct Abandon { // on leaving the coroutine, however it is left
    std::shared_ptr<NameQuery> question;
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

void look_up(const std::string& host, std::uint16_t port, NameQuery& question) {
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
    const auto question = std::make_shared<NameQuery>();
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
