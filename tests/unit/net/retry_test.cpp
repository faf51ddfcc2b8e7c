#include "net/client.hpp"

#include <gtest/gtest.h>

namespace mooring::net {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
constexpr Backoff backoff{
    .attempts = 3, .base = milliseconds(100), .most = milliseconds(1000), .retry_after_most = milliseconds(4000)};

Try<Response> answered(int status, std::string retry_after = "") {
    Response response;
    response.status = status;
    response.retry_after = std::move(retry_after);
    response.date = parse_http_date("Tue, 24 Nov 2026 02:00:00 GMT");
    return response;
}

TEST(Retry, RepeatsPassingAnswersAndLostConnectionsOnly) {
    const Request read;
    for (const int status : {408, 429, 502, 503, 504}) {
        EXPECT_EQ(wait_before_retry(backoff, read, answered(status), 1, 1.0), milliseconds(100)) << status;
    }
    for (const int status : {200, 204, 303, 400, 401, 403, 404, 409, 500, 501, 505}) {
        EXPECT_FALSE(wait_before_retry(backoff, read, answered(status), 1, 1.0)) << status;
    }
    for (const Stage stage : {Stage::lost, Stage::connect, Stage::resolve}) {
        EXPECT_TRUE(wait_before_retry(backoff, read, trouble(stage, ""), 1, 1.0));
    }
    for (const Stage stage : {Stage::timeout, Stage::tls, Stage::proxy, Stage::too_large, Stage::not_http}) {
        EXPECT_FALSE(wait_before_retry(backoff, read, trouble(stage, ""), 1, 1.0));
    }
}

TEST(Retry, EndsAfterItsAttempts) {
    EXPECT_TRUE(wait_before_retry(backoff, Request(), answered(503), 2, 1.0));
    EXPECT_FALSE(wait_before_retry(backoff, Request(), answered(503), 3, 1.0));
}

TEST(Retry, HonoursRetryAfterUpToItsCap) {
    EXPECT_EQ(wait_before_retry(backoff, Request(), answered(429, "2"), 1, 1.0), milliseconds(2000));
    EXPECT_EQ(wait_before_retry(backoff, Request(), answered(429, "0"), 1, 1.0), milliseconds(0));
    EXPECT_EQ(wait_before_retry(backoff, Request(), answered(429, "86400"), 1, 1.0), milliseconds(4000));
    EXPECT_EQ(wait_before_retry(backoff, Request(), answered(503, "Tue, 24 Nov 2026 02:00:03 GMT"), 1, 1.0),
              milliseconds(3000));
    EXPECT_EQ(wait_before_retry(backoff, Request(), answered(503, "soon"), 1, 1.0), milliseconds(100));
}

TEST(Retry, ReadsRetryAfterInBothForms) {
    const auto date = parse_http_date("Tue, 24 Nov 2026 02:00:00 GMT");
    EXPECT_EQ(parse_retry_after("120", date), seconds(120));
    EXPECT_EQ(parse_retry_after("Tue, 24 Nov 2026 01:59:00 GMT", date), seconds(0));
    EXPECT_FALSE(parse_retry_after("Tue, 24 Nov 2026 02:00:03 GMT", std::nullopt));
    for (const auto* text : {"", "-1", "1.5", "99999999999999999999", "1 "})
        EXPECT_FALSE(parse_retry_after(text, date)) << text;
}

TEST(Retry, LeavesASettledAnswerAlone) {
    Request request;
    request.settled = [](const Response& response) { return response.body == "not a swarm manager"; };
    auto answer = answered(503);
    answer->body = "not a swarm manager";
    EXPECT_FALSE(wait_before_retry(backoff, request, answer, 1, 1.0));
    answer->body = "busy";
    EXPECT_TRUE(wait_before_retry(backoff, request, answer, 1, 1.0));
}

TEST(Breaker, OpensAfterConnectionsThatCouldNotBeMade) {
    Breaker breaker;
    Breaker::TimePoint now;
    for (unsigned i = 0; i < Breaker::most_failures; ++i) {
        EXPECT_FALSE(breaker.refuses(now));
        breaker.note(trouble(Stage::connect, "refused"), now);
    }
    ASSERT_TRUE(breaker.refuses(now));
    EXPECT_EQ(breaker.refuses(now)->message, "refused");
}

TEST(Breaker, LetsOneThroughAfterThePause) {
    Breaker breaker;
    Breaker::TimePoint now;
    for (unsigned i = 0; i < Breaker::most_failures; ++i) breaker.note(trouble(Stage::tls, ""), now);
    now += Breaker::pause;
    EXPECT_FALSE(breaker.turns_away(now));
    EXPECT_TRUE(breaker.turns_away(now));
    breaker.note(answered(500), now);
    EXPECT_FALSE(breaker.turns_away(now));
    EXPECT_FALSE(breaker.turns_away(now));
}

// Whether it pays to wait for another attempt is asked before that attempt: the question must not use up the one place.
TEST(Breaker, AQuestionUsesUpNothing) {
    Breaker breaker;
    Breaker::TimePoint now;
    for (unsigned i = 0; i < Breaker::most_failures; ++i) breaker.note(trouble(Stage::connect, ""), now);
    EXPECT_TRUE(breaker.refuses(now));
    now += Breaker::pause;
    for (int i = 0; i < 3; ++i) EXPECT_FALSE(breaker.refuses(now));
    EXPECT_FALSE(breaker.turns_away(now));
    EXPECT_TRUE(breaker.refuses(now)) << "until the outcome of the one that was let through is known";
}

TEST(Breaker, AConnectionThatWasMadeOpensTheDoor) {
    for (const Stage stage : {Stage::lost, Stage::too_large, Stage::not_http}) {
        Breaker breaker;
        const Breaker::TimePoint now;
        for (unsigned i = 0; i < Breaker::most_failures; ++i) breaker.note(trouble(Stage::connect, ""), now);
        breaker.note(trouble(stage, ""), now);
        EXPECT_FALSE(breaker.refuses(now));
    }
}

TEST(Breaker, CountsOnlyWhatIsAboutTheServerItself) {
    Breaker breaker; // an environment behind a living Portainer may hang: that says nothing about the next one
    const Breaker::TimePoint now;
    for (unsigned i = 0; i < 100; ++i) {
        breaker.note(trouble(Stage::timeout, ""), now);
        breaker.note(trouble(Stage::lost, ""), now);
    }
    EXPECT_FALSE(breaker.refuses(now));
}

} // namespace
} // namespace mooring::net
