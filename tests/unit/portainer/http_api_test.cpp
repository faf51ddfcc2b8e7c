// The Api over HTTP against a server that says what the test wants. What the real server says is the double's business
// (tests/contract) and the golden file's.
#include "portainer/api.hpp"
#include "support/raw_server.hpp"
#include "support/run.hpp"

#include <gtest/gtest.h>

namespace mooring::portainer {
namespace {

using std::chrono::milliseconds;
using test::Peer;
using test::RawServer;

const std::string token = "ptr_0123456789abcdefABCDEFghijklmnopqrstuvwxyz012=";

class HttpApiTest : public testing::Test {
  protected:
    std::unique_ptr<Api> api_for(const std::string& url) {
        server_.name = "main";
        server_.url = url;
        server_.token = Secret(token);
        server_.retries = {.attempts = 2, .base = milliseconds(1), .most = milliseconds(1), .retry_after_most = {}};
        Hooks hooks;
        hooks.on_retry = [this](std::string_view line) { said_ += line; };
        auto api = make_api(context_.get_executor(), server_, hooks);
        EXPECT_TRUE(api) << api.error().message;
        return std::move(*api);
    }

    // A server that gives the same answer to everything.
    static RawServer::Script always(int status, std::string type, std::string body, std::string headers = "") {
        return [=](Peer& peer) {
            while (!peer.request().empty()) peer.answer(status, type, body, headers);
        };
    }

    Reply stacks_reply(const RawServer::Script& script) {
        RawServer server(script);
        const auto api = api_for(server.url());
        const auto answer = test::run(context_, api->stacks());
        EXPECT_EQ(answer.value.has_value(), answer.reply.ok());
        return answer.reply;
    }

    boost::asio::io_context context_{1};
    ServerConnection server_;
    std::string said_;
};

TEST_F(HttpApiTest, AsksTheRoutesOfTheApi) {
    RawServer server(always(200, "application/json", "[]"));
    const auto api = api_for(server.url() + "/base");
    test::run(context_, api->status());
    test::run(context_, api->identity());
    test::run(context_, api->environments());
    test::run(context_, api->environment(3));
    test::run(context_, api->stacks());
    test::run(context_, api->stack(7));
    test::run(context_, api->stack_file(7));
    test::run(context_, api->containers(3));
    test::run(context_, api->services(3));
    test::run(context_, api->tasks(3));
    test::run(context_, api->images(3));
    test::run(context_, api->container(3, "shop-web-1"));
    test::run(context_, api->docker_object(3, DockerKind::volume, "shop_data"));
    test::run(context_, api->users());
    test::run(context_, api->teams());
    test::run(context_, api->tags());
    test::run(context_, api->groups());
    std::vector<std::string> targets;
    for (const auto& head : server.requests()) targets.push_back(head.substr(0, head.find(" HTTP/")));
    EXPECT_EQ(
        targets,
        (std::vector<std::string>{
            "GET /base/api/system/status", "GET /base/api/users/me", "GET /base/api/endpoints?excludeSnapshots=true",
            "GET /base/api/endpoints/3?excludeSnapshot=true", "GET /base/api/stacks", "GET /base/api/stacks/7",
            "GET /base/api/stacks/7/file", "GET /base/api/endpoints/3/docker/containers/json?all=1",
            "GET /base/api/endpoints/3/docker/services?status=true", "GET /base/api/endpoints/3/docker/tasks",
            "GET /base/api/endpoints/3/docker/images/json",
            "GET /base/api/endpoints/3/docker/containers/shop-web-1/json",
            "GET /base/api/endpoints/3/docker/volumes/shop_data", "GET /base/api/users", "GET /base/api/teams",
            "GET /base/api/tags", "GET /base/api/endpoint_groups"}));
}

TEST_F(HttpApiTest, GivesTheValueWithTheReply) {
    RawServer server(always(200, "application/json", R"([{"Id":1,"Name":"x","Type":2,"EndpointId":2}])",
                            "Date: Tue, 24 Nov 2026 02:00:00 GMT\r\n"));
    const auto api = api_for(server.url());
    const auto answer = test::run(context_, api->stacks());
    ASSERT_TRUE(answer.value);
    EXPECT_EQ(answer.value->at(0).name, "x");
    EXPECT_EQ(answer.reply.call, Call::stacks);
    EXPECT_EQ(answer.reply.method, "GET");
    EXPECT_EQ(answer.reply.target, "/api/stacks");
    EXPECT_EQ(answer.reply.status, 200);
    EXPECT_EQ(answer.reply.server_date, parse_http_date("Tue, 24 Nov 2026 02:00:00 GMT"));
}

TEST_F(HttpApiTest, AShapeThatIsNotTheApisIsUnavailable) {
    auto reply = stacks_reply(always(200, "application/json", R"({"stacks":[]})"));
    EXPECT_EQ(reply.outcome, Outcome::unavailable);
    EXPECT_EQ(reply.failure, Failure::not_the_api);
    EXPECT_EQ(reply.message, "not the API's answer: it is not a list of objects");
    reply = stacks_reply(always(200, "application/json", R"([{"Name":"x","Type":2,"EndpointId":2}])"));
    EXPECT_EQ(reply.message, "not the API's answer: element 1: Id is missing");
    EXPECT_EQ(reply.status, 200);
    reply = stacks_reply(always(200, "application/json", "[{\"Id\":1"));
    EXPECT_EQ(reply.outcome, Outcome::unavailable);
    reply = stacks_reply(always(200, "application/json", ""));
    EXPECT_EQ(reply.outcome, Outcome::unavailable);
}

TEST_F(HttpApiTest, AnAnswerAboutAnotherIdIsNoAnswer) {
    RawServer server(always(200, "application/json", R"({"Id":8,"Name":"x","Type":2,"EndpointId":2})"));
    const auto api = api_for(server.url());
    EXPECT_TRUE(test::run(context_, api->stack(8)).value);
    EXPECT_TRUE(test::run(context_, api->environment(8)).value);
    const auto stack = test::run(context_, api->stack(7));
    EXPECT_FALSE(stack.value);
    EXPECT_EQ(stack.reply.failure, Failure::not_the_api);
    EXPECT_EQ(stack.reply.message, "not the answer that was asked for: it is about id 8");
    EXPECT_EQ(test::run(context_, api->environment(7)).reply.outcome, Outcome::unavailable);
}

TEST_F(HttpApiTest, AListWithOneIdTwiceIsUnavailable) {
    const std::string one = R"({"Id":7,"Name":"x","Type":2,"EndpointId":2})";
    EXPECT_TRUE(stacks_reply(always(200, "application/json", "[" + one + "]")).ok());
    const auto reply = stacks_reply(always(200, "application/json", "[" + one + "," + one + "]"));
    EXPECT_EQ(reply.failure, Failure::not_the_api);
    EXPECT_EQ(reply.message, "not the API's answer: id 7 is in the list twice");
}

TEST_F(HttpApiTest, AWebPageWith200IsUnavailable) {
    const auto reply = stacks_reply(always(200, "text/html; charset=utf-8", "<!doctype html><title>Portainer</title>"));
    EXPECT_EQ(reply.outcome, Outcome::unavailable);
    EXPECT_EQ(reply.failure, Failure::not_the_api);
    EXPECT_EQ(reply.message, "not Portainer's answer (text/html; charset=utf-8)");
}

TEST_F(HttpApiTest, ARedirectNamesWhereItLeads) {
    const auto reply = stacks_reply(always(302, "text/html", "", "Location: https://sso.example.test/login\r\n"));
    EXPECT_EQ(reply.failure, Failure::redirect);
    EXPECT_EQ(reply.message, "a redirect to https://sso.example.test/login, which is not followed");
}

TEST_F(HttpApiTest, CarriesTheServersMessagePrintableAndCapped) {
    const auto reply =
        stacks_reply(always(403, "application/json",
                            R"({"message":"Nope\u001b[31m\r\nnext","details":")" + std::string(9000, 'x') + "\"}"));
    EXPECT_EQ(reply.outcome, Outcome::denied);
    EXPECT_EQ(reply.cause, Cause::unknown);
    EXPECT_EQ(reply.message.find('\x1b'), std::string::npos);
    EXPECT_EQ(reply.message.find('\n'), std::string::npos);
    EXPECT_LE(reply.details.size(), 410U);
}

TEST_F(HttpApiTest, AListBeyondItsLimitIsUnavailable) {
    server_.limits.list = 100;
    const auto reply = stacks_reply(always(200, "application/json", "[" + std::string(200, ' ') + "]"));
    EXPECT_EQ(reply.failure, Failure::too_large);
    EXPECT_EQ(reply.message, "the answer is longer than 100 bytes");
}

TEST_F(HttpApiTest, AServerThatIsDownIsUnavailable) {
    const auto api = api_for("http://127.0.0.1:" + std::to_string(test::closed_port()));
    const auto answer = test::run(context_, api->identity());
    EXPECT_EQ(answer.reply.outcome, Outcome::unavailable);
    EXPECT_EQ(answer.reply.failure, Failure::connect);
    EXPECT_EQ(answer.reply.status, 0);
    EXPECT_EQ(answer.reply.target, "/api/users/me");
}

TEST_F(HttpApiTest, AListThatBreaksOffIsReadAnewAndWhole) {
    RawServer server([](Peer& peer) {
        if (peer.request().empty()) return;
        if (peer.number() == 1) {
            peer.send("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n"
                      R"([{"Id":1,"Name":"x","Type":2,"EndpointId":2},{"Id":2,)");
            return peer.reset();
        }
        peer.json(R"([{"Id":3,"Name":"y","Type":2,"EndpointId":2}])");
        peer.wait_for_the_end();
    });
    const auto api = api_for(server.url());
    const auto answer = test::run(context_, api->stacks());
    ASSERT_TRUE(answer.value) << answer.reply.message;
    ASSERT_EQ(answer.value->size(), 1U) << "nothing is left of the first attempt";
    EXPECT_EQ(answer.value->at(0).id, 3);
}

TEST_F(HttpApiTest, DoesNotAskAgainWhereDockerIsNoSwarm) {
    RawServer server(always(503, "application/json",
                            R"({"message":"This node is not a swarm manager. Use \"docker swarm init\" ..."})"));
    const auto api = api_for(server.url());
    const auto answer = test::run(context_, api->services(2));
    EXPECT_EQ(answer.reply.outcome, Outcome::unavailable);
    EXPECT_EQ(answer.reply.failure, Failure::refused);
    EXPECT_EQ(server.requests().size(), 1U);
}

TEST_F(HttpApiTest, AnObjectIsThereAbsentHiddenOrUnknown) {
    RawServer server([](Peer& peer) {
        for (std::string head = peer.request(); !head.empty(); head = peer.request()) {
            if (head.contains("/there/")) {
                peer.json(R"({"Id":"1"})");
            } else if (head.contains("/absent/")) {
                peer.json(R"({"message":"No such container: absent"})", 404);
            } else if (head.contains("/hidden/")) {
                peer.json(R"({"message":"access denied to resource"})", 403);
            } else {
                peer.answer(404, "text/html", "<h1>Not Found</h1>");
            }
        }
    });
    const auto api = api_for(server.url());
    const auto ask = [&](std::string name) {
        return test::run(context_, api->docker_object(1, DockerKind::container, std::move(name)));
    };
    EXPECT_EQ(ask("there").outcome, Outcome::ok);
    EXPECT_EQ(ask("absent").outcome, Outcome::object_absent);
    EXPECT_EQ(ask("hidden").cause, Cause::name_taken);
    EXPECT_EQ(ask("unknown").outcome, Outcome::unavailable);
    const auto sent = server.requests().size();
    const auto edge = ask("edge");
    EXPECT_EQ(edge.outcome, Outcome::unavailable);
    EXPECT_FALSE(edge.message.empty());
    EXPECT_TRUE(test::run(context_, api->container(1, "edge")).reply.unavailable());
    EXPECT_EQ(server.requests().size(), sent) << "a path that leads elsewhere is not asked";
    EXPECT_EQ(test::run(context_, api->container(1, "absent")).reply.outcome, Outcome::object_absent);
    EXPECT_TRUE(test::run(context_, api->container(1, "there")).value);
}

// Whatever the server repeats of what it was sent, no part of the token comes back out.
TEST_F(HttpApiTest, NoByteOfTheTokenIsInAnythingThatIsSaid) {
    const std::vector<std::pair<int, std::string>> bodies{
        {401, R"({"message":"bad key )" + token + R"(","details":")" + token.substr(0, 20) + "...\"}"},
        {403, R"({"message":")" + token.substr(10) + "\"}"},
        {500, "X-API-Key: " + token},
        {502, "<pre>GET /api/stacks HTTP/1.1\nX-API-Key: " + token + "</pre>"},
        {200, "<html>" + token},
    };
    for (const auto& [status, body] : bodies) {
        for (const std::string type : {"application/json", "text/html", "text/plain"}) {
            const auto reply = stacks_reply(
                always(status, type, body, "Location: https://x/" + token + "\r\nRetry-After: " + token + "\r\n"));
            const std::string all = reply.message + reply.details + reply.target + said_;
            EXPECT_FALSE(reply.ok());
            for (std::size_t at = 0; at + 8 <= token.size(); ++at) {
                EXPECT_FALSE(all.contains(token.substr(at, 8))) << all;
            }
        }
    }
    const auto redirected = stacks_reply(always(302, "text/html", token, "Location: https://x/?key=" + token + "\r\n"));
    EXPECT_FALSE(redirected.message.contains(token.substr(8, 8))) << redirected.message;
    const auto typed = stacks_reply(always(200, token, "x"));
    EXPECT_FALSE(typed.message.contains(token.substr(8, 8))) << typed.message;
}

TEST_F(HttpApiTest, SaysWhatIsWrongWithItsSettings) {
    const auto problem = [this](const ServerConnection& server) {
        const auto api = make_api(context_.get_executor(), server);
        return api ? std::string() : api.error().message;
    };
    ServerConnection server;
    server.name = "main";
    server.token = Secret(token);
    server.url = "portainer.example.test";
    EXPECT_EQ(problem(server), "the address lacks its scheme: write https://portainer.example.test");
    server.url = "https://portainer.example.test";
    EXPECT_EQ(problem(server), "");
    server.tls.pin = "abc";
    EXPECT_TRUE(problem(server).starts_with("`tls.pin` is not the SHA-256 of a public key: 64 hex digits"));
    server.tls.pin = "";
    server.tls.ca_file = "/nowhere/ca.pem";
    EXPECT_TRUE(problem(server).starts_with("cannot read the CA file /nowhere/ca.pem: "));
    server.tls.ca_file = "";
    server.proxy.https = Secret("socks5://u:secretsecret@h");
    EXPECT_EQ(problem(server), "the proxy (`proxy` in the configuration, or HTTPS_PROXY) is of a kind other than "
                               "http://, which Mooring does not speak: write it like "
                               "http://proxy.example.test:3128");
    server.proxy.https = Secret();
    server.token = Secret("two words");
    EXPECT_TRUE(problem(server).starts_with("the access token holds spaces"));
}

} // namespace
} // namespace mooring::portainer
