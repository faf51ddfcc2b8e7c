// The yardstick: a bare keep-alive loader that makes the requests of a full check and throws the answers away.
//   bare-loader HOST PORT TOKEN STACKS ENVIRONMENTS CONCURRENCY
// Prints one JSON line: requests, bytes, and how many answers were not 200.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <fmt/format.h>
#include <string>
#include <vector>

namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;

struct Load {
    std::string host;
    std::string port;
    std::string token;
    std::vector<std::string> targets;
    std::size_t next = 0;
    std::size_t bytes = 0;
    std::size_t refused = 0;
};

asio::awaitable<void> fetch(tcp::socket& socket, boost::beast::flat_buffer& buffer, Load& load,
                            const std::string& target) {
    http::request<http::empty_body> request(http::verb::get, target, 11);
    request.set(http::field::host, load.host);
    request.set("X-API-Key", load.token);
    co_await http::async_write(socket, request, asio::use_awaitable);
    http::response_parser<http::string_body> answer;
    answer.body_limit(boost::none);
    co_await http::async_read(socket, buffer, answer, asio::use_awaitable);
    load.bytes += answer.get().body().size();
    if (answer.get().result() != http::status::ok) ++load.refused;
}

asio::awaitable<void> worker(Load& load) {
    const auto executor = co_await asio::this_coro::executor;
    tcp::socket socket(executor);
    tcp::resolver resolver(executor);
    const auto addresses = co_await resolver.async_resolve(load.host, load.port, asio::use_awaitable);
    co_await asio::async_connect(socket, addresses, asio::use_awaitable);
    socket.set_option(tcp::no_delay(true));
    boost::beast::flat_buffer buffer;
    while (load.next < load.targets.size()) {
        const std::string& target = load.targets[load.next++];
        co_await fetch(socket, buffer, load, target);
    }
}

std::vector<std::string> targets(int stacks, int environments) {
    std::vector<std::string> all{"/api/system/status", "/api/users/me", "/api/endpoints?excludeSnapshots=true",
                                 "/api/stacks", "/api/users/me"};
    for (int id = 1; id <= environments; ++id) {
        all.push_back(fmt::format("/api/endpoints/{}/docker/containers/json?all=1", id));
    }
    for (int id = 1; id <= stacks; ++id) all.push_back(fmt::format("/api/stacks/{}/file", id));
    return all;
}

} // namespace

int main(int argc, char** argv) {
    const std::vector<std::string> words(argv, argv + argc);
    if (words.size() != 7) {
        fmt::print(stderr, "usage: bare-loader HOST PORT TOKEN STACKS ENVIRONMENTS CONCURRENCY\n");
        return 64;
    }
    try {
        Load load{.host = words[1],
                  .port = words[2],
                  .token = words[3],
                  .targets = targets(std::stoi(words[4]), std::stoi(words[5]))};
        asio::io_context context(1);
        for (int i = std::stoi(words[6]); i > 0; --i) {
            asio::co_spawn(context, worker(load), [](const std::exception_ptr& failure) {
                if (failure) std::rethrow_exception(failure);
            });
        }
        context.run();
        fmt::print("{{\"requests\":{},\"bytes\":{},\"refused\":{}}}\n", load.targets.size(), load.bytes, load.refused);
        return load.refused == 0 ? 0 : 1;
    } catch (const std::exception& failure) {
        fmt::print(stderr, "bare-loader: {}\n", failure.what());
        return 1;
    }
}
