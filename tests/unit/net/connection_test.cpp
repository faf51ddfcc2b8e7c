// Which of a host's addresses a connection goes to.
#include "net/connection.hpp"

#include "support/raw_server.hpp"
#include "support/run.hpp"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace mooring::net {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using std::chrono::milliseconds;

tcp::endpoint on_loopback(std::uint16_t port) { return {asio::ip::address_v4::loopback(), port}; }

// Takes no connection and refuses none: its queue is full, as behind a firewall that drops packets.
class DeadAddress {
  public:
    DeadAddress() {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        auto* generic = reinterpret_cast<sockaddr*>(&address); // NOLINT: the sockets API
        socklen_t size = sizeof address;
        ::bind(listener_, generic, size);
        ::listen(listener_, 0);
        ::getsockname(listener_, generic, &size);
        port_ = ntohs(address.sin_port);
        for (int& filler : fillers_) {
            filler = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
            ::connect(filler, generic, size);
        }
    }
    DeadAddress(const DeadAddress&) = delete;
    DeadAddress& operator=(const DeadAddress&) = delete;
    ~DeadAddress() {
        for (const int filler : fillers_) ::close(filler);
        ::close(listener_);
    }
    std::uint16_t port() const { return port_; }

  private:
    int listener_ = ::socket(AF_INET, SOCK_STREAM, 0);
    std::array<int, 4> fillers_{};
    std::uint16_t port_ = 0;
};

class ConnectionTest : public testing::Test {
  protected:
    ConnectionTest() {
        route_->executor = context_.get_executor();
        route_->origin = *parse_origin("http://several.example.test");
        route_->watchdog = std::make_shared<Watchdog>(context_.get_executor());
    }
    Try<std::unique_ptr<Connection>> open(milliseconds time) {
        return test::run(context_, open_connection(route_, std::chrono::steady_clock::now() + time));
    }

    asio::io_context context_{1};
    std::shared_ptr<Route> route_ = std::make_shared<Route>();
};

TEST_F(ConnectionTest, RemembersWhichAddressAnswered) {
    test::RawServer server([](test::Peer& peer) { peer.request(); });
    const auto dead = on_loopback(test::closed_port());
    const auto other = on_loopback(9);
    const auto alive = on_loopback(server.port());
    route_->addresses = {dead, alive, other};
    ASSERT_TRUE(open(milliseconds(20000)));
    EXPECT_EQ(route_->addresses, (std::vector<tcp::endpoint>{alive, dead, other}));
}

TEST_F(ConnectionTest, ADeadFirstAddressCostsItsShareOfTheTimeOnce) {
    const DeadAddress dead;
    test::RawServer server([](test::Peer& peer) { peer.request(); });
    route_->addresses = {on_loopback(dead.port()), on_loopback(server.port())};
    const auto began = std::chrono::steady_clock::now();
    for (int i = 0; i < 10; ++i) ASSERT_TRUE(open(milliseconds(1000)));
    const auto took = std::chrono::steady_clock::now() - began;
    EXPECT_GE(took, milliseconds(400)) << "the dead one was tried";
    EXPECT_LT(took, milliseconds(3000)) << "half a second each would be five";
}

TEST_F(ConnectionTest, ForgetsTheAddressesWhenNoneAnswers) {
    route_->addresses = {on_loopback(test::closed_port()), on_loopback(test::closed_port())};
    EXPECT_FALSE(open(milliseconds(20000)));
    EXPECT_TRUE(route_->addresses.empty());
}

} // namespace
} // namespace mooring::net
