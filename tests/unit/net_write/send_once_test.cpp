// What is sent once, against servers that take it, lose it and are not meant.
#include "net_write/send_once.hpp"
#include "support/raw_server.hpp"
#include "support/run.hpp"

#include <concepts>
#include <gtest/gtest.h>

namespace mooring::net_write {
namespace {

using net::Stage;
using test::Peer;
using test::RawServer;

class SendOnce : public testing::Test {
  protected:
    std::shared_ptr<net::Route> route_to(const std::string& url) {
        return *net::make_route(context_.get_executor(), *net::parse_origin(url), std::nullopt, {});
    }
    std::expected<net::Response, Unanswered> send(const std::string& url, Write write, Limits limits = {}) {
        return test::run(context_, send_once(*Destination::elsewhere(route_to(url), {}), std::move(write), limits));
    }

    boost::asio::io_context context_{1};
};

Write post(std::string target, std::string body) {
    return {.method = "POST", .target = std::move(target), .body = Secret(std::move(body)), .headers = {}};
}

TEST_F(SendOnce, SendsMethodTargetHeadersAndBody) {
    RawServer server([](Peer& peer) {
        peer.request();
        peer.answer(202, "text/plain", "taken");
    });
    Write write = post("/hook?x=1", "{\"a\":1}");
    write.headers = Secret("X-Signature: abc\r\n");
    const auto answer = send(server.url() + "/base", std::move(write));
    ASSERT_TRUE(answer) << answer.error().why.message;
    EXPECT_EQ(answer->status, 202);
    EXPECT_EQ(answer->body, "taken");
    const std::string head = server.requests().at(0);
    EXPECT_TRUE(head.starts_with("POST /base/hook?x=1 HTTP/1.1\r\n")) << head;
    for (const auto* line :
         {"X-Signature: abc", "Content-Type: application/json", "Content-Length: 7", "Connection: close"})
        EXPECT_TRUE(head.contains(std::string("\r\n") + line + "\r\n")) << line;
    EXPECT_FALSE(head.contains("X-API-Key"));
}

TEST_F(SendOnce, NeverRepeatsWhateverTheAnswer) {
    for (const int status : {408, 429, 500, 502, 503, 504}) {
        RawServer server([status](Peer& peer) {
            while (!peer.request().empty()) peer.answer(status, "text/plain", "no", "Retry-After: 0\r\n");
        });
        const auto answer = send(server.url(), post("/", "{}"));
        ASSERT_TRUE(answer) << status;
        EXPECT_EQ(answer->status, status);
        EXPECT_EQ(server.requests().size(), 1U) << status;
    }
}

TEST_F(SendOnce, NeverRepeatsWhatWasLost) {
    RawServer server([](Peer& peer) { peer.request(); }); // and ends without an answer
    const auto answer = send(server.url(), post("/", "{}"));
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().why.stage, Stage::lost);
    EXPECT_TRUE(answer.error().sent);
    EXPECT_EQ(server.requests().size(), 1U);
    EXPECT_EQ(server.connections(), 1U);
}

// The one failure after which it is certain that the other side never saw the request.
TEST_F(SendOnce, SaysThatNothingWasSentWhereItCouldNotConnect) {
    std::string nobody;
    {
        RawServer server([](Peer&) {});
        nobody = server.url();
    }
    const auto answer = send(nobody, post("/", "{}"));
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().why.stage, Stage::connect);
    EXPECT_FALSE(answer.error().sent);
}

TEST_F(SendOnce, SaysThatItWasSentWhenTheAnswerTakesTooLong) {
    RawServer server([](Peer& peer) {
        peer.request();
        peer.wait_for_the_end();
    });
    const auto answer = send(server.url(), post("/", "{}"), {.answer = std::chrono::milliseconds(50)});
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().why.stage, Stage::timeout);
    EXPECT_TRUE(answer.error().sent);
    EXPECT_EQ(server.requests().at(0).substr(0, 4), "POST");
}

TEST_F(SendOnce, NothingLeadsElsewhereThatIsAPortainer) {
    const auto portainer = *net::parse_origin("https://portainer.example.test:9443/portainer");
    for (const auto* url : {"https://portainer.example.test:9443/hook", "http://Portainer.example.test:9443",
                            "https://PORTAINER.example.test:9443/portainer"}) {
        const auto destination = Destination::elsewhere(route_to(url), {portainer});
        ASSERT_FALSE(destination) << url;
        EXPECT_EQ(destination.error().stage, Stage::connect);
        EXPECT_TRUE(destination.error().message.contains("address of a Portainer server"));
    }
    EXPECT_TRUE(Destination::elsewhere(route_to("https://hooks.example.test"), {portainer}));
    EXPECT_TRUE(Destination::elsewhere(route_to("https://portainer.example.test"), {portainer})) << "another port";
}

// Only the Writer can make a destination that is a Portainer.
template <typename T>
concept makes_portainers =
    requires(std::shared_ptr<net::Route> route, const net::Origin& origin) { T::portainer(route, origin); };
static_assert(!makes_portainers<Destination>);
static_assert(!std::constructible_from<Destination, std::shared_ptr<net::Route>>);

// A failure here would make the notifier send again what was taken.
TEST_F(SendOnce, ALongAnswerIsAnAnswerOfWhichTheBeginningIsKept) {
    for (const std::size_t length : {std::size_t{1} << 16U, std::size_t{1} << 20U, std::size_t{8} << 20U}) {
        RawServer server([length](Peer& peer) {
            peer.request();
            peer.answer(200, "text/plain", std::string(length, 'x'));
        });
        const auto answer = send(server.url(), post("/", "{}"));
        ASSERT_TRUE(answer) << length << ": " << answer.error().why.message;
        EXPECT_EQ(answer->status, 200);
        EXPECT_EQ(answer->body.size(), std::size_t{64} << 10U);
        EXPECT_EQ(server.requests().size(), 1U);
    }
}

} // namespace
} // namespace mooring::net_write
