// What a client may send, and what is refused: whole, in single bytes, and hostile.
#include "net/request_reader.hpp"

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

TEST(RequestReader, RefusesWhatIsHostileOrTooLong) {
    const std::string head = "GET / HTTP/1.1\r\nHost: a\r\n";
    struct Case {
        std::string bytes;
        int status;
    };
    for (const Case& one : std::vector<Case>{{"nonsense\r\n\r\n", 400},
                                             {"\x16\x03\x01\x02", 400},
                                             {head + "Host: b\r\n\r\n", 400},
                                             {head + "Content-Length: 65\r\n\r\n", 413},
                                             {head + "Content-Length: 99999999999999999999\r\n\r\n", 400},
                                             {head + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 501},
                                             {head + "X: " + std::string(2000, 'x') + "\r\n\r\n", 431},
                                             {"GET /" + std::string(2000, 'x') + " HTTP/1.1\r\n\r\n", 431}}) {
        const Outcome out = read(one.bytes, 100);
        EXPECT_EQ(out.state, State::refused) << one.bytes.substr(0, 60);
        EXPECT_EQ(out.refusal, one.status) << one.bytes.substr(0, 60);
    }
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
