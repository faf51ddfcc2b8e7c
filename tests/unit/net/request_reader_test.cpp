// What a client may send, and what is refused: whole, in single bytes, and hostile.
#include "net/connection.hpp"

#include <algorithm>
#include <gtest/gtest.h>

namespace mooring::net {
namespace {

using State = RequestReader::State;

struct Outcome {
    State state = State::more;
    int refusal = 0;
    Received request;
    bool keep_alive = false;
};

Outcome read(std::string_view bytes, std::size_t step) {
    ReadBuffer buffer;
    RequestReader reader(buffer, 1024, 64);
    Outcome out;
    while (out.state == State::more && !bytes.empty()) {
        const auto space = reader.space();
        const std::size_t count = std::min({step, bytes.size(), space.size()});
        std::copy_n(bytes.begin(), count, space.begin());
        bytes.remove_prefix(count);
        out.state = reader.received(count);
    }
    out.refusal = reader.refusal();
    if (out.state == State::done) {
        out.keep_alive = reader.keep_alive();
        out.request = reader.take();
    }
    return out;
}

TEST(RequestReader, ReadsARequestHoweverItIsCut) {
    const std::string bytes = "POST /v1/sync?server=main HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer abc\r\n"
                              "Content-Length: 4\r\n\r\nbody";
    for (const std::size_t step : {1U, 2U, 7U, 1000U}) {
        const Outcome out = read(bytes, step);
        ASSERT_EQ(out.state, State::done) << step;
        EXPECT_EQ(out.request.method, "POST");
        EXPECT_EQ(out.request.target, "/v1/sync?server=main");
        EXPECT_EQ(out.request.host, "localhost");
        EXPECT_EQ(out.request.authorization, Secret("Bearer abc"));
        EXPECT_EQ(out.request.body, "body");
        EXPECT_TRUE(out.keep_alive);
    }
}

struct Refused {
    std::string bytes;
    int status;
};

void expect_refusals(const std::vector<Refused>& cases) {
    for (const Refused& one : cases) {
        for (const std::size_t step : {1U, 7U, 100U, 10000U}) {
            const Outcome out = read(one.bytes, step);
            EXPECT_EQ(out.state, State::refused)
                << testing::PrintToString(one.bytes.substr(0, 100)) << " in pieces of " << step;
            EXPECT_EQ(out.refusal, one.status)
                << testing::PrintToString(one.bytes.substr(0, 100)) << " in pieces of " << step;
        }
    }
}

const std::string head = "GET / HTTP/1.1\r\nHost: a\r\n";
const std::string chunked = head + "Transfer-Encoding: chunked\r\n\r\n";

TEST(RequestReader, RefusesWhatIsTooLong) {
    const std::string flood(2000, 'x');
    expect_refusals({{head + "Content-Length: 65\r\n\r\n", 413},
                     {chunked + "40\r\n" + std::string(64, 'x') + "\r\n1\r\nx\r\n0\r\n\r\n", 413},
                     {chunked + "ffffffffffffffff\r\n", 413},
                     {head + "X: " + flood + "\r\n\r\n", 431},
                     {"GET /" + flood + " HTTP/1.1\r\n\r\n", 431},
                     {flood, 431},
                     {chunked + "1;" + flood, 431},
                     {chunked + "0\r\nX: " + flood, 431}});
}

TEST(RequestReader, CountsHeadersHoweverTheyArrive) {
    std::string endless = "GET / HTTP/1.1\r\n";
    constexpr std::string_view line = "X: 345678901234\r\n";
    while (endless.size() < 100'000) endless += line;
    for (std::size_t step = 1; step <= 4 * line.size(); ++step) {
        const Outcome out = read(endless, step);
        ASSERT_EQ(out.state, State::refused) << step;
        ASSERT_EQ(out.refusal, 431) << step;
    }
}

TEST(RequestReader, RefusesWhatIsNoHttp) {
    expect_refusals({{"nonsense\r\n\r\n", 400},
                     {"\x16\x03\x01\x02", 400},
                     {"GET / HTTP/2.0\r\n\r\n", 400},
                     {"GET / x HTTP/1.1\r\nHost: a\r\n\r\n", 400},
                     {head + "X : a\r\n\r\n", 400},
                     {head + "X: a\nY: b\r\n\r\n", 400},
                     {head + "X: a\rb\r\n\r\n", 400},
                     {head + std::string("X: a\0b\r\n\r\n", 10), 400},
                     {std::string("GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n", 28), 400}});
}

// RFC 9112 §6.3: whoever sends one of these wants two readers to see the end of the request at two places.
TEST(RequestReader, RefusesWhatTwoReadersCouldEndDifferently) {
    const std::string code = head + "Transfer-Encoding: ";
    expect_refusals({{head + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\nx", 400},
                     {code + "chunked\r\nContent-Length: 1\r\n\r\nx", 400},
                     {head + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nx", 400},
                     {head + "Content-Length: 1, 2\r\n\r\nx", 400},
                     {head + "Content-Length: +1\r\n\r\nx", 400},
                     {head + "Content-Length: 99999999999999999999\r\n\r\n", 400},
                     {head + "Content-Length: \r\n\r\n", 400},
                     {code + "chunked, gzip\r\n\r\n", 501},
                     {code + "gzip, chunked\r\n\r\n", 501},
                     {code + "xchunked\r\n\r\n", 501},
                     {code + "identity\r\nContent-Length: 1\r\n\r\nx", 501},
                     {code + "\r\n\r\n", 501},
                     {code + "gzip\r\nTransfer-Encoding: chunked\r\n\r\n", 501},
                     {code + "chunked\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
                     {"GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
                     {chunked + "1\nx\r\n0\r\n\r\n", 400},
                     {chunked + "1;a=\"\n\"\r\nx\r\n0\r\n\r\n", 400},
                     {chunked + "1\r\nxx\r\n0\r\n\r\n", 400},
                     {chunked + "0x1\r\nx\r\n0\r\n\r\n", 400},
                     {chunked + "-1\r\nx\r\n0\r\n\r\n", 400},
                     {chunked + "10000000000000001\r\nx\r\n0\r\n\r\n", 400}});
}

TEST(RequestReader, RefusesARequestThatNamesTwoHostsOrNoneOrTwoCredentials) {
    expect_refusals({{head + "Host: b\r\n\r\n", 400},
                     {"GET / HTTP/1.1\r\nHost:\r\nHost: a\r\n\r\n", 400},
                     {"GET / HTTP/1.1\r\n\r\n", 400},
                     {head + "Authorization: Bearer a\r\nAuthorization: Bearer b\r\n\r\n", 400}});
    EXPECT_EQ(read("GET / HTTP/1.0\r\n\r\n", 100).state, State::done) << "HTTP/1.0 has no Host";
}

TEST(RequestReader, ReadsAChunkedRequestHoweverItArrives) {
    const std::vector<std::pair<std::string, std::string>> bodies{
        {"0\r\n\r\n", ""}, {"4;a=b\r\nbody\r\n000\r\n\r\n", "body"}, {"1\r\na\r\n1\r\nb\r\n0;x\r\nY: z\r\n\r\n", "ab"}};
    for (const auto& [bytes, body] : bodies) {
        for (std::size_t step = 1; step <= chunked.size() + bytes.size(); ++step) {
            const Outcome out = read(chunked + bytes, step);
            ASSERT_EQ(out.state, State::done) << bytes << " in pieces of " << step;
            EXPECT_EQ(out.request.body, body);
            EXPECT_TRUE(out.keep_alive);
        }
    }
}

// RFC 9110 §6.5.1: a field that says who asks, or of whom, counts in the head alone, where everybody on the way saw it.
TEST(RequestReader, TakesNothingFromTrailers) {
    const Outcome out = read(chunked + "0\r\nHost: b\r\nAuthorization: Bearer x\r\n\r\n", 10);
    ASSERT_EQ(out.state, State::done);
    EXPECT_EQ(out.request.host, "a");
    EXPECT_TRUE(out.request.authorization.empty());
}

TEST(RequestReader, JoinsAFoldedLine) {
    const Outcome out = read("GET / HTTP/1.1\r\nHost:\r\n  a\r\nAuthorization: Bearer\r\n x\r\n\r\n", 10);
    ASSERT_EQ(out.state, State::done);
    EXPECT_EQ(out.request.host, "a");
    EXPECT_EQ(out.request.authorization, Secret("Bearer x"));
}

TEST(RequestReader, KnowsExpectInAnyCase) {
    EXPECT_TRUE(read(head + "Expect: 100-Continue\r\n\r\n", 10).request.expects_continue);
}

TEST(RequestReader, KeepsWhatFollowsForTheNextRequest) {
    ReadBuffer buffer;
    const std::string bytes =
        "GET /a HTTP/1.1\r\nHost: a\r\n\r\nGET /b HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    RequestReader first(buffer, 1024, 64);
    std::ranges::copy(bytes, first.space().begin());
    ASSERT_EQ(first.received(bytes.size()), State::done);
    EXPECT_EQ(first.take().target, "/a");
    RequestReader second(buffer, 1024, 64);
    ASSERT_EQ(second.received(0), State::done);
    EXPECT_FALSE(second.keep_alive());
    EXPECT_EQ(second.take().target, "/b");
}

} // namespace
} // namespace mooring::net
