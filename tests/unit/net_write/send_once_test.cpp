// What is sent once, against servers that take it, lose it and are not meant.
#include "net_write/send_once.hpp"
#include "support/raw_server.hpp"
#include "support/run.hpp"

#include <gtest/gtest.h>

namespace mooring::net_write {
namespace {

using net::Stage;
using test::Peer;
using test::RawServer;

class SendOnce : public testing::Test {
  protected:
    net::Try<net::Response> send(const std::string& url, Write write, std::vector<net::Origin> never = {}) {
        auto route = net::make_route(context_.get_executor(), *net::parse_origin(url), std::nullopt, {});
        return test::run(context_, send_once(*route, std::move(write), std::move(never)));
    }

    boost::asio::io_context context_{1};
};

Write post(std::string target, std::string body) {
    return {.method = "POST", .target = std::move(target), .body = std::move(body), .headers = {}};
}

TEST_F(SendOnce, SendsMethodTargetHeadersAndBody) {
    RawServer server([](Peer& peer) {
        peer.request();
        peer.answer(202, "text/plain", "taken");
    });
    Write write = post("/hook?x=1", "{\"a\":1}");
    write.headers = Secret("X-Signature: abc\r\n");
    const auto answer = send(server.url() + "/base", std::move(write));
    ASSERT_TRUE(answer) << answer.error().message;
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
    EXPECT_EQ(answer.error().stage, Stage::lost);
    EXPECT_EQ(server.requests().size(), 1U);
    EXPECT_EQ(server.connections(), 1U);
}

TEST_F(SendOnce, NeverSendsToAPlaceThatIsNotMeant) {
    RawServer server([](Peer& peer) {
        while (!peer.request().empty()) peer.json("{}");
    });
    const net::Origin portainer = *net::parse_origin(server.url() + "/portainer");
    const auto answer = send(server.url() + "/hook", post("/", "{}"), {portainer});
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().stage, Stage::connect);
    EXPECT_TRUE(answer.error().message.contains("address of a Portainer server")) << answer.error().message;
    EXPECT_EQ(server.connections(), 0U);
}

// A failure here would make the notifier send again what was taken.
TEST_F(SendOnce, ALongAnswerIsAnAnswerOfWhichTheBeginningIsKept) {
    for (const std::size_t length : {std::size_t{1} << 16U, std::size_t{1} << 20U, std::size_t{8} << 20U}) {
        RawServer server([length](Peer& peer) {
            peer.request();
            peer.answer(200, "text/plain", std::string(length, 'x'));
        });
        const auto answer = send(server.url(), post("/", "{}"));
        ASSERT_TRUE(answer) << length << ": " << answer.error().message;
        EXPECT_EQ(answer->status, 200);
        EXPECT_EQ(answer->body.size(), std::size_t{64} << 10U);
        EXPECT_EQ(server.requests().size(), 1U);
    }
}

} // namespace
} // namespace mooring::net_write
