// The client against a server that misbehaves on purpose. No test waits for a clock to decide it: what must not happen
// would hang or answer differently, and the deadlines here only end what would otherwise never end.
#include "net/client.hpp"
#include "support/raw_server.hpp"
#include "support/run.hpp"

#include <algorithm>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/post.hpp>
#include <boost/system/system_error.hpp>
#include <gtest/gtest.h>
#include <unistd.h>

namespace mooring::net {
namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;
using test::Peer;
using test::RawServer;

ClientSettings settings_for(std::string_view url) {
    ClientSettings settings;
    settings.origin = *parse_origin(url);
    settings.token = Secret("ptr_token");
    settings.retries = {.attempts = 3, .base = milliseconds(1), .most = milliseconds(2), .retry_after_most = {}};
    settings.request_timeout = milliseconds(20000);
    return settings;
}

Request get(std::string target) {
    Request request;
    request.target = std::move(target);
    return request;
}

class ClientTest : public testing::Test {
  protected:
    Try<Response> ask(Client& client, Request request) {
        return test::run(context_, client.get(std::move(request), nullptr));
    }
    Try<Response> ask(ClientSettings settings, Request request = get("/api/x")) {
        auto client = Client::make(context_.get_executor(), std::move(settings));
        return ask(**client, std::move(request));
    }
    std::unique_ptr<Client> make(ClientSettings settings) {
        return *Client::make(context_.get_executor(), std::move(settings));
    }

    asio::io_context context_{1};
};

// Answers every request of every connection with 200 {}.
void answer_all(Peer& peer) {
    while (!peer.request().empty()) peer.json("{}");
}

TEST_F(ClientTest, SendsTheTokenAndNothingThatIsNotItsOwn) {
    RawServer server(answer_all);
    const auto answer = ask(settings_for(server.url() + "/base/api/"), get("/api/stacks"));
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 200);
    EXPECT_EQ(answer->body, "{}");
    const std::string head = server.requests().at(0);
    EXPECT_TRUE(head.starts_with("GET /base/api/stacks HTTP/1.1\r\n")) << head;
    EXPECT_TRUE(head.contains("\r\nX-API-Key: ptr_token\r\n"));
    EXPECT_TRUE(head.contains("\r\nHost: 127.0.0.1:" + std::to_string(server.port()) + "\r\n"));
    EXPECT_TRUE(head.contains("\r\nAccept-Encoding: identity\r\n"));
    for (const auto* header : {"Authorization", "Cookie", "Origin", "Sec-Fetch"}) EXPECT_FALSE(head.contains(header));
}

TEST_F(ClientTest, KeepsItsConnection) {
    RawServer server(answer_all);
    const auto client = make(settings_for(server.url()));
    for (int i = 0; i < 5; ++i) EXPECT_TRUE(ask(*client, get("/api/x")));
    EXPECT_EQ(server.connections(), 1U);
    EXPECT_EQ(server.requests().size(), 5U);
}

TEST_F(ClientTest, AsksAgainOnAFreshConnectionWhenAKeptOneWentStale) {
    RawServer server([](Peer& peer) { // one answer a connection, without saying so
        if (!peer.request().empty()) peer.json("{}");
    });
    auto settings = settings_for(server.url());
    settings.retries.attempts = 1;
    const auto client = make(settings);
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(ask(*client, get("/api/x")));
    EXPECT_EQ(server.connections(), 3U);
}

TEST_F(ClientTest, RepeatsReadsThatFailInPassing) {
    for (const int status : {408, 429, 502, 503, 504}) {
        RawServer server([status](Peer& peer) {
            for (int i = 1; !peer.request().empty(); ++i) {
                i < 3 ? peer.answer(status, "text/html", "<html>", "Retry-After: 0\r\n") : peer.json("{}");
            }
        });
        const auto answer = ask(settings_for(server.url()));
        ASSERT_TRUE(answer) << status;
        EXPECT_EQ(answer->status, 200);
        EXPECT_EQ(server.requests().size(), 3U);
    }
}

TEST_F(ClientTest, GivesTheLastAnswerWhenAllAttemptsFail) {
    RawServer server([](Peer& peer) {
        while (!peer.request().empty()) peer.answer(502, "text/html", "<h1>Bad Gateway</h1>");
    });
    const auto answer = ask(settings_for(server.url()));
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 502);
    EXPECT_EQ(answer->body, "<h1>Bad Gateway</h1>");
    EXPECT_EQ(server.requests().size(), 3U);
}

TEST_F(ClientTest, TellsOfEveryWaitWithoutTheToken) {
    RawServer server([](Peer& peer) { peer.request(); });
    auto settings = settings_for(server.url());
    std::vector<std::string> lines;
    settings.on_retry = [&](std::string_view line) { lines.emplace_back(line); };
    EXPECT_FALSE(ask(settings));
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_TRUE(lines[0].starts_with("GET /api/x: the connection ended without an answer; asking again in "));
    EXPECT_FALSE(lines[0].contains("ptr_"));
}

TEST_F(ClientTest, SurvivesAResetInTheMiddleOfABody) {
    RawServer server([](Peer& peer) {
        if (peer.request().empty()) return;
        if (peer.number() == 3) return void(peer.json("{}"));
        peer.send("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"a\":");
        peer.reset();
    });
    const auto answer = ask(settings_for(server.url()));
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->body, "{}");
    EXPECT_EQ(server.connections(), 3U);
}

TEST_F(ClientTest, SaysThatAConnectionWasRefused) {
    const auto answer = ask(settings_for("http://127.0.0.1:" + std::to_string(test::closed_port())));
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().stage, Stage::connect);
    EXPECT_TRUE(answer.error().message.contains("Connection refused")) << answer.error().message;
}

TEST_F(ClientTest, StopsKnockingAtAClosedDoor) {
    const auto client = make(settings_for("http://127.0.0.1:" + std::to_string(test::closed_port())));
    for (int i = 0; i < 500; ++i) EXPECT_FALSE(ask(*client, get("/api/x")));
}

TEST_F(ClientTest, SaysThatANameHasNoAddress) {
    auto settings = settings_for("http://nosuchhost.invalid");
    settings.retries.attempts = 1;
    const auto answer = ask(settings);
    ASSERT_FALSE(answer);
    EXPECT_TRUE(answer.error().message.contains("nosuchhost.invalid")) << answer.error().message;
}

TEST_F(ClientTest, CutsASlowDripAtItsDeadline) {
    RawServer server([](Peer& peer) {
        if (peer.request().empty()) return;
        peer.send("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n");
        while (peer.send("x")) std::this_thread::sleep_for(milliseconds(5)); // always a little, never an end
    });
    auto settings = settings_for(server.url());
    settings.request_timeout = milliseconds(150);
    const auto answer = ask(settings);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().stage, Stage::timeout);
    EXPECT_EQ(server.requests().size(), 1U) << "a deadline that passed is not repeated";
}

TEST_F(ClientTest, CutsASilentServerAtItsDeadline) {
    RawServer server([](Peer& peer) { peer.wait_for_the_end(); });
    auto settings = settings_for(server.url());
    settings.request_timeout = milliseconds(100);
    const auto answer = ask(settings);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().stage, Stage::timeout);
}

TEST_F(ClientTest, CutsEverythingAtTheDeadlineOfTheRun) {
    RawServer server([](Peer& peer) { peer.wait_for_the_end(); });
    auto settings = settings_for(server.url());
    settings.deadline = milliseconds(100);
    const auto client = make(settings);
    EXPECT_EQ(ask(*client, get("/api/x")).error().stage, Stage::timeout);
    const auto late = ask(*client, get("/api/y"));
    EXPECT_EQ(late.error().stage, Stage::timeout);
    EXPECT_EQ(server.connections(), 1U) << "nothing is sent after the run's deadline";
}

TEST_F(ClientTest, EndsAnEndlessBodyAtItsLimit) {
    RawServer server([](Peer& peer) {
        if (peer.request().empty()) return;
        peer.send("HTTP/1.1 500 X\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n");
        while (peer.send("10\r\n0123456789abcdef\r\n")) {
        }
    });
    const auto answer = ask(settings_for(server.url()));
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 500);
    EXPECT_EQ(answer->body.size(), std::size_t{64} << 10U);
}

TEST_F(ClientTest, EndsEndlessHeadersAtTheirLimit) {
    RawServer server([](Peer& peer) {
        if (peer.request().empty()) return;
        peer.send("HTTP/1.1 200 OK\r\n");
        while (peer.send("X-More: and more\r\n")) {
        }
    });
    const auto answer = ask(settings_for(server.url()));
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().stage, Stage::too_large);
}

TEST_F(ClientTest, FollowsNoRedirect) {
    RawServer elsewhere(answer_all);
    RawServer server([&](Peer& peer) {
        while (!peer.request().empty()) {
            peer.answer(303, "text/html", "", "Location: " + elsewhere.url() + "/api/x\r\n");
        }
    });
    const auto answer = ask(settings_for(server.url()));
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 303);
    EXPECT_EQ(answer->location, elsewhere.url() + "/api/x");
    EXPECT_EQ(elsewhere.connections(), 0U);
}

TEST_F(ClientTest, SendsNoCookieBack) {
    RawServer server([](Peer& peer) {
        while (!peer.request().empty())
            peer.answer(200, "application/json", "{}", "Set-Cookie: portainer_api_key=x\r\n");
    });
    const auto client = make(settings_for(server.url()));
    EXPECT_TRUE(ask(*client, get("/api/x")));
    EXPECT_TRUE(ask(*client, get("/api/x")));
    EXPECT_FALSE(server.requests().at(1).contains("ookie"));
}

TEST_F(ClientTest, SpeaksToIpv6AndToUnixSockets) {
    RawServer six(answer_all, {.certificate = nullptr, .socket = "", .ipv6 = true, .tls_version = 0});
    EXPECT_TRUE(ask(settings_for(six.url())));
    const std::string path = testing::TempDir() + "mooring-" + std::to_string(getpid()) + ".sock";
    RawServer local(answer_all, {.certificate = nullptr, .socket = path, .ipv6 = false, .tls_version = 0});
    const auto answer = ask(settings_for("unix:" + path));
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_TRUE(local.requests().at(0).contains("\r\nHost: localhost\r\n"));
}

TEST_F(ClientTest, SaysThatASocketIsMissing) {
    const auto answer = ask(settings_for("unix:/nowhere/portainer.sock"));
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().stage, Stage::connect);
    EXPECT_TRUE(answer.error().message.contains("/nowhere/portainer.sock"));
}

TEST_F(ClientTest, RefusesATokenThatNoHeaderCanCarry) {
    for (const auto* token : {"ptr_abc\r\nX-Evil: 1", "ptr abc", "ptr_\xc3\xa4"}) {
        auto settings = settings_for("http://127.0.0.1:9");
        settings.token = Secret(token);
        const auto client = Client::make(context_.get_executor(), settings);
        ASSERT_FALSE(client);
        EXPECT_FALSE((client.error().message + client.error().detail).contains("Evil"));
    }
}

// A gate that holds back answers until as many requests as wanted are under way.
struct Gate {
    std::atomic<int> inside = 0;
    std::atomic<int> most = 0;
    void enter() {
        const int now = ++inside;
        int seen = most;
        while (now > seen && !most.compare_exchange_weak(seen, now)) {
        }
    }
};

asio::awaitable<int> count_in(Client& client, int& done) {
    auto answer = co_await client.get(get("/api/x"), nullptr);
    done += answer.has_value() ? 1 : 0;
    co_return done;
}

TEST_F(ClientTest, KeepsItsConcurrency) {
    Gate gate;
    RawServer server([&](Peer& peer) {
        while (!peer.request().empty()) {
            gate.enter();
            std::this_thread::sleep_for(milliseconds(2));
            --gate.inside;
            peer.json("{}");
        }
    });
    auto settings = settings_for(server.url());
    settings.concurrency = 3;
    const auto client = make(settings);
    int done = 0;
    for (int i = 0; i < 60; ++i) {
        asio::co_spawn(context_, count_in(*client, done), [](const std::exception_ptr& thrown, int) {
            if (thrown) std::rethrow_exception(thrown);
        });
    }
    context_.run();
    EXPECT_EQ(done, 60);
    EXPECT_LE(gate.most, 3);
    EXPECT_LE(server.connections(), 3U);
}

TEST_F(ClientTest, EndsAtOnceWhenCancelledAndGoesOnServingOthers) {
    std::atomic<bool> hang = true;
    RawServer server([&](Peer& peer) {
        while (!peer.request().empty()) {
            if (hang) return peer.wait_for_the_end();
            peer.json("{}");
        }
    });
    auto settings = settings_for(server.url());
    settings.concurrency = 1;
    const auto client = make(settings);
    asio::cancellation_signal stop;
    std::vector<int> cancelled;
    int done = 0;
    for (int i = 0; i < 2; ++i) { // the first one waits for an answer, the second for a place
        asio::co_spawn(context_, count_in(*client, done),
                       asio::bind_cancellation_slot(i == 0 ? stop.slot() : asio::cancellation_slot(),
                                                    [&, i](const std::exception_ptr& thrown, int) {
                                                        if (thrown) cancelled.push_back(i);
                                                    }));
    }
    while (server.requests().empty()) context_.run_for(milliseconds(5));
    hang = false;
    stop.emit(asio::cancellation_type::terminal);
    context_.run();
    EXPECT_EQ(cancelled, std::vector<int>{0});
    EXPECT_EQ(done, 1);
}

TEST_F(ClientTest, CanBeCancelledWhileItWaitsForAPlace) {
    RawServer server([](Peer& peer) { peer.wait_for_the_end(); });
    auto settings = settings_for(server.url());
    settings.concurrency = 1;
    settings.request_timeout = milliseconds(300);
    const auto client = make(settings);
    asio::cancellation_signal stop;
    int done = 0;
    std::vector<int> ended;
    for (int i = 0; i < 3; ++i) {
        asio::co_spawn(context_, count_in(*client, done),
                       asio::bind_cancellation_slot(i == 1 ? stop.slot() : asio::cancellation_slot(),
                                                    [&, i](const std::exception_ptr& thrown, int) {
                                                        EXPECT_EQ(thrown != nullptr, i == 1);
                                                        ended.push_back(i);
                                                    }));
    }
    asio::post(context_, [&] { stop.emit(asio::cancellation_type::terminal); });
    context_.run();
    EXPECT_EQ(ended, (std::vector<int>{1, 0, 2}));
}

TEST_F(ClientTest, LeavesNothingBehindWhenTheContextGoesFirst) {
    RawServer server([](Peer& peer) { peer.wait_for_the_end(); });
    std::unique_ptr<Client> client;
    int done = 0;
    {
        asio::io_context context(1);
        client = *Client::make(context.get_executor(), settings_for(server.url()));
        asio::co_spawn(context, count_in(*client, done), [](const std::exception_ptr&, int) {});
        while (server.connections() == 0) context.run_for(milliseconds(5));
        client.reset(); // the call under way keeps what it needs
    }
    EXPECT_EQ(done, 0);
}

} // namespace
} // namespace mooring::net
