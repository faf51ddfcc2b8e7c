// The server as a client sees it: keeping connections, limits, sockets of both kinds, TLS.
#include "net/server.hpp"

#include <arpa/inet.h>
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstring>
#include <filesystem>
#include <gtest/gtest.h>
#include <memory>
#include <netinet/in.h>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace mooring::net {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

asio::awaitable<Answered> echo(Received request) {
    if (request.target == "/bug") throw std::runtime_error("a bug");
    Answered out{.content_type = "text/plain", .body = request.method + " " + request.target + " " + request.body};
    co_return out;
}

// A plain client that blocks, at most five seconds for one answer.
class Wire {
  public:
    explicit Wire(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        open(reinterpret_cast<const sockaddr*>(&address), sizeof address); // NOLINT: how sockets take addresses
    }
    explicit Wire(const std::string& path) : fd_(::socket(AF_UNIX, SOCK_STREAM, 0)) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
        open(reinterpret_cast<const sockaddr*>(&address), sizeof address); // NOLINT: how sockets take addresses
    }
    Wire(const Wire&) = delete;
    Wire& operator=(const Wire&) = delete;
    ~Wire() { ::close(fd_); }

    void send(std::string_view bytes) { static_cast<void>(::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL)); }

    // Everything until `end` was seen or the server closed.
    std::string read_until(std::string_view end) {
        std::string out;
        char block[4096];
        while (end.empty() || out.find(end) == std::string::npos) {
            const ssize_t count = ::recv(fd_, block, sizeof block, 0);
            if (count <= 0) break;
            out.append(block, static_cast<std::size_t>(count));
        }
        return out;
    }
    std::string rest() { return read_until(""); }

  private:
    void open(const sockaddr* address, socklen_t size) {
        const timeval five{.tv_sec = 5, .tv_usec = 0};
        ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &five, sizeof five);
        if (::connect(fd_, address, size) != 0) throw std::runtime_error("cannot connect");
    }

    int fd_;
};

class ServerTest : public ::testing::Test {
  protected:
    void serve(const Listen& listen, const ServerLimits& limits = {}) {
        auto opened = Server::open(io_.get_executor(), listen, limits, echo);
        ASSERT_TRUE(opened) << opened.error().message;
        server_ = std::move(*opened);
        thread_ = std::thread([this] { io_.run(); });
    }
    void TearDown() override {
        io_.stop();
        if (thread_.joinable()) thread_.join();
        server_.reset();
    }
    std::uint16_t port() const {
        const std::string address = server_->address();
        return static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1)));
    }

    asio::io_context io_{1};
    std::unique_ptr<Server> server_;
    std::thread thread_;
};

TEST_F(ServerTest, KeepsAConnectionAndAnswersInOrder) {
    serve({});
    Wire wire(port());
    wire.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\nPOST /b HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhiHEAD /c "
              "HTTP/1.1\r\nHost: x\r\n"
              "Connection: close\r\n\r\n");
    const std::string all = wire.rest();
    const std::size_t a = all.find("GET /a ");
    const std::size_t b = all.find("POST /b hi");
    ASSERT_NE(a, std::string::npos) << all;
    ASSERT_NE(b, std::string::npos) << all;
    EXPECT_LT(a, b);
    EXPECT_EQ(all.find("HEAD /c"), std::string::npos) << "HEAD has no body";
    EXPECT_NE(all.find("Content-Length: 8\r\nConnection: close"), std::string::npos);
}

TEST_F(ServerTest, ABugOfTheHandlerIs500AndEndsNothing) {
    serve({});
    Wire wire(port());
    wire.send("GET /bug HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_TRUE(wire.read_until("\r\n\r\n").starts_with("HTTP/1.1 500 "));
    Wire other(port());
    other.send("GET /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    EXPECT_TRUE(other.rest().starts_with("HTTP/1.1 200 OK"));
}

TEST_F(ServerTest, RefusesWhatIsTooLongAndCloses) {
    serve({}, {.headers = 512, .body = 8});
    Wire wire(port());
    wire.send("GET / HTTP/1.1\r\nX: " + std::string(2000, 'x') + "\r\n\r\n");
    EXPECT_TRUE(wire.rest().starts_with("HTTP/1.1 431 "));
    Wire body(port());
    body.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n123456789");
    EXPECT_TRUE(body.rest().starts_with("HTTP/1.1 413 "));
}

TEST_F(ServerTest, WhoeverSendsTooSlowlyIsClosed) {
    serve({}, {.head = 100ms, .idle = 100ms});
    Wire silent(port());
    EXPECT_EQ(silent.rest(), "");
    Wire slow(port());
    slow.send("GET / HT");
    EXPECT_EQ(slow.rest(), "");
    Wire idle(port());
    idle.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_TRUE(idle.rest().starts_with("HTTP/1.1 200 OK"));
}

constexpr std::string_view get_health = "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

TEST_F(ServerTest, TheOneThatIdlesLongestMakesRoom) {
    serve({}, {.connections = 3});
    std::vector<std::unique_ptr<Wire>> idle;
    for (int i = 0; i < 3; ++i) {
        idle.push_back(std::make_unique<Wire>(port()));
        idle.back()->send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        EXPECT_TRUE(idle.back()->read_until("GET / ").starts_with("HTTP/1.1 200"));
    }
    idle[0]->send("GET /again HTTP/1.1\r\nHost: x\r\n\r\n"); // now the second one is the one
    idle[0]->read_until("/again");
    Wire further(port());
    further.send(get_health);
    EXPECT_TRUE(further.rest().starts_with("HTTP/1.1 200 OK"));
    EXPECT_EQ(idle[1]->rest(), "") << "closed";
    for (const int kept : {0, 2}) {
        idle[static_cast<std::size_t>(kept)]->send(get_health);
        EXPECT_TRUE(idle[static_cast<std::size_t>(kept)]->rest().starts_with("HTTP/1.1 200 OK")) << kept;
    }
}

TEST_F(ServerTest, SilentConnectionsOfAnyKindKeepNobodyOut) {
    serve({});
    const auto say = [](int kind) -> std::string_view {
        return kind == 0 ? "" : kind == 1 ? "GET / HT" : "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
    };
    for (const int kind : {0, 1, 2}) {
        std::vector<std::unique_ptr<Wire>> silent;
        for (int i = 0; i < 200; ++i) {
            silent.push_back(std::make_unique<Wire>(port()));
            silent.back()->send(say(kind));
        }
        Wire prober(port());
        prober.send(get_health);
        EXPECT_TRUE(prober.rest().starts_with("HTTP/1.1 200 OK")) << kind;
    }
}

class BusyServerTest : public ServerTest {
  protected:
    // Answers of "/slow" wait until the test ends.
    void serve_slowly(std::size_t connections, bool keeps_places) {
        ServerLimits limits{.connections = connections};
        if (keeps_places) limits.vital = [](const Received& asked) { return asked.target == "/healthz"; };
        const auto answer = [this](Received request) -> asio::awaitable<Answered> {
            if (request.target == "/slow") {
                ++waiting_;
                asio::steady_timer never(io_, std::chrono::hours(1));
                co_await never.async_wait(asio::use_awaitable);
            }
            co_return Answered{.content_type = "text/plain", .body = request.target, .headers = {}};
        };
        auto opened = Server::open(io_.get_executor(), {}, limits, answer);
        ASSERT_TRUE(opened);
        server_ = std::move(*opened);
        thread_ = std::thread([this] { io_.run(); });
        for (std::size_t i = 0; i < connections; ++i) {
            busy_.push_back(std::make_unique<Wire>(port()));
            busy_.back()->send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
        }
        while (waiting_ < connections) std::this_thread::sleep_for(1ms);
    }

    std::atomic<std::size_t> waiting_ = 0;
    std::vector<std::unique_ptr<Wire>> busy_;
};

TEST_F(BusyServerTest, TwoPlacesAreKeptForHealth) {
    serve_slowly(4, true);
    for (int i = 0; i < 5; ++i) { // one answer a connection gives the place back
        Wire prober(port());
        prober.send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
        const std::string answer = prober.rest();
        EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK")) << answer;
        EXPECT_NE(answer.find("Connection: close"), std::string::npos);
    }
    Wire other(port());
    other.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_TRUE(other.rest().starts_with("HTTP/1.1 503 ")) << "what is not vital has no place";
    std::vector<std::unique_ptr<Wire>> silent; // nor do silent ones hold the two
    for (int i = 0; i < 5; ++i) silent.push_back(std::make_unique<Wire>(port()));
    Wire prober(port());
    prober.send(get_health);
    EXPECT_TRUE(prober.rest().starts_with("HTTP/1.1 200 OK"));
}

TEST_F(BusyServerTest, WithoutPlacesOfThatKindAFurtherOneIsClosed) {
    serve_slowly(2, false);
    Wire further(port());
    EXPECT_EQ(further.rest(), "");
    EXPECT_EQ(server_->connections(), 2U);
}

TEST_F(ServerTest, AUnixSocketIsForOwnerAndGroupAndGoesWithTheServer) {
    const std::string path =
        (std::filesystem::temp_directory_path() / ("mooring-server-" + std::to_string(::getpid()))).string();
    serve({.socket = path});
    struct stat about{};
    ASSERT_EQ(::stat(path.c_str(), &about), 0);
    EXPECT_EQ(about.st_mode & 0777U, 0660U);
    Wire wire(path);
    wire.send("GET /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    EXPECT_NE(wire.rest().find("GET /a"), std::string::npos);
    TearDown();
    EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(Server, AnAddressInUseOrNoneIsAnError) {
    asio::io_context io;
    const auto first = Server::open(io.get_executor(), {}, {}, echo);
    ASSERT_TRUE(first);
    const std::string address = (*first)->address();
    const auto taken = static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1)));
    const auto second = Server::open(io.get_executor(), {.port = taken}, {}, echo);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().kind, ErrorKind::io);
    EXPECT_EQ(Server::open(io.get_executor(), {.host = "example.test"}, {}, echo).error().kind,
              ErrorKind::invalid_input);
    EXPECT_FALSE(Server::open(io.get_executor(), {.certificate = "/nowhere", .key = "/nowhere"}, {}, echo));
}

TEST(Server, OnlyThisMachinesAddressesAreLoopback) {
    EXPECT_TRUE(is_loopback("127.0.0.1"));
    EXPECT_TRUE(is_loopback("::1"));
    EXPECT_FALSE(is_loopback("0.0.0.0"));
    EXPECT_FALSE(is_loopback("::"));
    EXPECT_FALSE(is_loopback("localhost.example.test"));
}

} // namespace
} // namespace mooring::net
