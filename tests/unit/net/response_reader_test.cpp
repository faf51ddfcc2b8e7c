#include "net/connection.hpp"

#include <algorithm>
#include <gtest/gtest.h>

namespace mooring::net {
namespace {

using ResponseState = ResponseReader::State;

struct Collect final : BodySink {
    bool begin(int status, std::string_view content_type) override {
        ++begun;
        text.clear();
        return status == 200 && content_type == "application/json";
    }
    bool write(std::string_view piece) override {
        text += piece;
        return text.size() < enough;
    }
    std::string text;
    std::size_t enough = SIZE_MAX;
    int begun = 0;
};

struct Read {
    ResponseState state = ResponseState::more;
    Response response;
    std::optional<Trouble> failure;
    bool reusable = false;
};

// Brings the bytes in pieces of `piece`; closes after them if told so.
Read read(std::string_view bytes, BodySink* sink, std::size_t piece = SIZE_MAX, bool close = false,
          ReadLimits limits = {}) {
    ReadBuffer buffer;
    ResponseReader reader(buffer, limits, sink, ResponseReader::Body::read);
    ResponseState state = ResponseState::more;
    while (!bytes.empty() && state == ResponseState::more) {
        const auto space = reader.space();
        const std::size_t count = std::min({piece, bytes.size(), space.size()});
        std::copy_n(bytes.begin(), count, space.begin());
        bytes.remove_prefix(count);
        state = reader.received(count);
    }
    if (close && state == ResponseState::more) state = reader.closed();
    Read out{.state = state, .response = {}, .failure = reader.failure(), .reusable = false};
    if (state == ResponseState::done) {
        out.reusable = reader.reusable() && bytes.empty();
        out.response = reader.take();
    }
    return out;
}

constexpr std::string_view plain = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                                   "Date: Tue, 24 Nov 2026 02:00:00 GMT\r\nContent-Length: 7\r\n\r\n{\"a\":1}";

TEST(ResponseReader, ReadsAnAnswerHoweverItsBytesArrive) {
    for (std::size_t piece = 1; piece <= plain.size(); ++piece) {
        Collect sink;
        const auto got = read(plain, &sink, piece);
        ASSERT_EQ(got.state, ResponseState::done) << piece;
        EXPECT_EQ(got.response.status, 200);
        EXPECT_EQ(got.response.date, parse_http_date("Tue, 24 Nov 2026 02:00:00 GMT"));
        EXPECT_EQ(sink.text, "{\"a\":1}");
        EXPECT_TRUE(got.reusable);
    }
}

TEST(ResponseReader, SaysThatSomethingBetweenEncodesAnswers) {
    for (const std::string encoding : {"gzip", "br", "deflate, gzip", "x-unknown"}) {
        const auto got = read("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: " + encoding +
                                  "\r\nContent-Length: 2\r\n\r\n[]",
                              nullptr);
        ASSERT_TRUE(got.failure) << encoding;
        EXPECT_EQ(got.failure->message, "the answer is encoded (" + encoding +
                                            ") although that was not asked for: something between encodes answers");
    }
    EXPECT_EQ(read("HTTP/1.1 200 OK\r\nContent-Encoding: Identity\r\nContent-Length: 2\r\n\r\n[]", nullptr).state,
              ResponseState::done);
}

TEST(ResponseReader, KnowsCodedBodiesWithoutAContentEncoding) {
    const std::string chunked = "2\r\n[]\r\n0\r\n\r\n";
    const std::vector<std::pair<std::string, std::string_view>> table{
        {"Transfer-Encoding: gzip, chunked\r\n\r\n" + chunked, "(gzip)"},
        {"Transfer-Encoding: Deflate,chunked\r\n\r\n" + chunked, "(deflate)"},
        {"Content-Length: 4\r\n\r\n\x1f\x8b\x08"
         "x",
         "(gzip)"},
        {"Content-Length: 4\r\n\r\n\x28\xb5\x2f\xfd", "(zstd)"},
    };
    for (const auto& [rest, coding] : table) {
        for (const std::size_t piece : {1, 3, 1000}) {
            const auto got = read("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n" + rest, nullptr, piece);
            ASSERT_TRUE(got.failure) << coding << piece;
            EXPECT_TRUE(got.failure->message.contains(coding) && got.failure->message.contains(said::encoded))
                << got.failure->message;
        }
    }
    EXPECT_EQ(read("HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n" + chunked, nullptr).state,
              ResponseState::done);
}

TEST(ResponseReader, KeepsABodyThatOnlyBeginsAsACodedOneDoes) {
    for (const std::string body : {"(", "(\xb5", "(\xb5/", "(\xb5/x", "\x1f", "\x1fx"}) {
        for (const std::size_t piece : {1, 2, 1000}) {
            const std::string start = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";
            const auto head = start + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n";
            Collect sink;
            EXPECT_EQ(read(head + body, &sink, piece).state, ResponseState::done) << body << piece;
            EXPECT_EQ(sink.text, body) << piece;
            EXPECT_EQ(read(head + body, nullptr, piece).response.body, body) << piece;
            EXPECT_EQ(read(start + "\r\n" + body, nullptr, piece, true).response.body, body) << piece;
        }
    }
}

TEST(ResponseReader, KnowsOtherProtocolsByTheirFirstBytes) {
    using namespace std::string_literals;
    const std::vector<std::pair<std::string, std::string_view>> table{
        {"\x15\x03\x01\0\x02\x02\x46"s, said::is_tls},                              // an alert
        {"\x15\x03\x03\0\x02\x02\x0a"s, said::is_tls},                              // of TLS 1.2
        {"\0\0\x12\x04\0\0\0\0\0\0\x03\0\0\0\x64"s, said::is_http2},                // SETTINGS
        {"\0\0\0\x04\0\0\0\0\0"s, said::is_http2},                                  // SETTINGS, empty
        {"\0\0\x21\x07\0\0\0\0\0\0\0\0\0\0\0\0\x01HTTP/2 client"s, said::is_http2}, // GOAWAY
        {"SSH-2.0-OpenSSH_9.2\r\n", "the answer is not HTTP ("},
        {"\0\0\0\0\0\0\0\0\0"s, "the answer is not HTTP ("},
    };
    for (const auto& [bytes, message] : table) {
        const auto got = read(bytes, nullptr);
        ASSERT_TRUE(got.failure);
        EXPECT_EQ(got.failure->stage, Stage::not_http);
        EXPECT_TRUE(got.failure->message.starts_with(message)) << got.failure->message;
    }
}

TEST(ResponseReader, CountsHeadersThatArriveLineByLine) {
    std::string endless = "HTTP/1.1 200 \r\n";
    constexpr std::string_view line = "X: 345678901234\r\n"; // every piece ends with the next line's first two bytes
    while (endless.size() < 100'000) endless += line;
    const auto got = read(endless, nullptr, line.size(), true, {.headers = 4096});
    EXPECT_EQ(got.state, ResponseState::failed);
    ASSERT_TRUE(got.failure);
    EXPECT_EQ(got.failure->stage, Stage::too_large) << got.failure->message;
}

TEST(ResponseReader, ReadsAnEmptyChunkedAnswerHoweverItArrives) {
    constexpr std::string_view empty = "HTTP/1.1 405 X\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
    for (std::size_t piece = 1; piece <= empty.size(); ++piece) {
        const auto got = read(empty, nullptr, piece);
        ASSERT_EQ(got.state, ResponseState::done) << piece;
        EXPECT_EQ(got.response.body, "");
        EXPECT_TRUE(got.reusable);
    }
}

TEST(ResponseReader, ReadsChunksHoweverTheyArrive) {
    constexpr std::string_view chunked =
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
        "3;x=y\r\n{\"a\r\n4\r\n\":1}\r\n0\r\nTrailer: t\r\n\r\n";
    for (std::size_t piece = 1; piece <= chunked.size(); ++piece) {
        Collect sink;
        const auto got = read(chunked, &sink, piece);
        ASSERT_EQ(got.state, ResponseState::done) << piece;
        EXPECT_EQ(sink.text, "{\"a\":1}");
        EXPECT_TRUE(got.reusable);
    }
}

TEST(ResponseReader, TakesNothingFromTrailers) {
    const auto got = read("HTTP/1.1 403 X\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
                          "0\r\nContent-Type: application/json\r\nRetry-After: 9\r\n\r\n",
                          nullptr);
    ASSERT_EQ(got.state, ResponseState::done);
    EXPECT_EQ(got.response.content_type, "text/html");
    EXPECT_EQ(got.response.retry_after, "");
}

TEST(ResponseReader, ReadsUntilTheEndWhereNoLengthIsGiven) {
    Collect sink;
    const auto got = read("HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n{}", &sink, SIZE_MAX, true);
    EXPECT_EQ(got.state, ResponseState::done);
    EXPECT_EQ(sink.text, "{}");
    EXPECT_FALSE(got.reusable);
}

TEST(ResponseReader, CallsACutAnswerLost) {
    for (std::size_t kept = 1; kept < plain.size(); ++kept) {
        Collect sink;
        const auto got = read(plain.substr(0, kept), &sink, SIZE_MAX, true);
        ASSERT_EQ(got.state, ResponseState::failed) << kept;
        EXPECT_EQ(got.failure->stage, Stage::lost);
        EXPECT_FALSE(got.failure->untouched);
    }
    ReadBuffer buffer;
    ResponseReader reader(buffer, {}, nullptr, ResponseReader::Body::read);
    EXPECT_EQ(reader.closed(), ResponseState::failed);
    EXPECT_TRUE(reader.failure()->untouched);
}

TEST(ResponseReader, KeepsOtherBodiesUpToALimitAndGivesTheRestUp) {
    Collect sink;
    const ReadLimits limits{.headers = 1024, .body = 10, .kept_body = 4};
    const auto got = read("HTTP/1.1 502 X\r\nContent-Type: text/html\r\nContent-Length: 9\r\n\r\n<html>abc", &sink, 1,
                          false, limits);
    EXPECT_EQ(got.state, ResponseState::done);
    EXPECT_EQ(got.response.status, 502);
    EXPECT_EQ(got.response.body, "<htm");
    EXPECT_EQ(sink.text, "");
    EXPECT_FALSE(got.reusable);
}

TEST(ResponseReader, HasEnoughOfACutChunkHoweverItArrived) {
    constexpr std::string_view cut = "HTTP/1.1 403 X\r\nTransfer-Encoding: chunked\r\n\r\n10\r\nabcd";
    for (std::size_t piece = 1; piece <= cut.size(); ++piece) {
        const auto got = read(cut, nullptr, piece, true, {.kept_body = 3});
        ASSERT_EQ(got.state, ResponseState::done) << piece;
        EXPECT_EQ(got.response.body, "abc");
        EXPECT_FALSE(got.reusable);
    }
}

TEST(ResponseReader, RefusesALongerBodyThanAllowed) {
    const ReadLimits limits{.headers = 1024, .body = 6, .kept_body = 4};
    Collect sink;
    auto got = read(plain, &sink, SIZE_MAX, false, limits);
    ASSERT_EQ(got.state, ResponseState::failed);
    EXPECT_EQ(got.failure->stage, Stage::too_large);
    EXPECT_EQ(sink.text, "") << "the length was announced: nothing needs to be read";
    got = read("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
               "4\r\n[1,2\r\n4\r\n,3,4\r\n",
               &sink, SIZE_MAX, false, limits);
    ASSERT_EQ(got.state, ResponseState::failed);
    EXPECT_EQ(got.failure->stage, Stage::too_large);
}

TEST(ResponseReader, RefusesLongerHeadersThanAllowed) {
    const ReadLimits limits{.headers = 4096, .body = 10, .kept_body = 10};
    std::string endless = "HTTP/1.1 200 OK\r\n";
    while (endless.size() < 100000) endless += "X-More: abcdefghijklmnopqrstuvwxyz\r\n";
    std::string one_line = "HTTP/1.1 200 OK\r\nX: " + std::string(100000, 'x');
    std::string status_line = "HTTP/1.1 200 " + std::string(100000, 'x');
    std::string extension = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;" + std::string(100000, 'x');
    std::string trailer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: " + std::string(100000, 'x');
    for (const auto& text : {endless, one_line, status_line, extension, trailer}) {
        for (const std::size_t piece : {std::size_t{100}, std::size_t{5000}, SIZE_MAX}) {
            const auto got = read(text, nullptr, piece, false, limits);
            ASSERT_EQ(got.state, ResponseState::failed) << text.substr(0, 80) << " in pieces of " << piece;
            EXPECT_TRUE(got.failure->stage == Stage::too_large || got.failure->stage == Stage::not_http);
        }
    }
}

TEST(ResponseReader, SkipsInterimAnswersButNotForEver) {
    Collect sink;
    const std::string early = "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n";
    auto got = read("HTTP/1.1 100 Continue\r\n\r\n" + early + std::string(plain), &sink, 7);
    EXPECT_EQ(got.state, ResponseState::done);
    EXPECT_EQ(sink.text, "{\"a\":1}");
    std::string many;
    for (int i = 0; i < 100; ++i) many += early;
    got = read(many + std::string(plain), &sink);
    EXPECT_EQ(got.state, ResponseState::failed);
    got = read("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n", &sink);
    EXPECT_EQ(got.state, ResponseState::failed);
}

TEST(ResponseReader, RefusesWhatIsNotHttp) {
    for (const auto* text : {"SSH-2.0-OpenSSH_9.2\r\n", "\x15\x03\x01\x02\x02\x0a garbage\r\n", "HTTP/2 200\r\n\r\n",
                             "HTTP/1.1 2000 OK\r\n\r\n", "HTTP/1.1 200 OK\r\nbad header\r\n\r\n",
                             "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
                             "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
                             "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"}) {
        const auto got = read(text, nullptr, SIZE_MAX, true);
        ASSERT_EQ(got.state, ResponseState::failed) << text;
        EXPECT_EQ(got.failure->stage, Stage::not_http) << text << ": " << got.failure->message;
    }
}

TEST(ResponseReader, RefusesACompressedAnswer) {
    const auto got = read("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\nxx", nullptr);
    EXPECT_EQ(got.state, ResponseState::failed);
}

TEST(ResponseReader, TrustsNoConnectionThatSaysMoreThanItWasAsked) {
    Collect sink;
    const auto got = read(std::string(plain) + "HTTP/1.1 200 OK\r\n", &sink);
    EXPECT_EQ(got.state, ResponseState::done);
    EXPECT_FALSE(got.reusable);
}

TEST(ResponseReader, DoesNotReuseAConnectionThatIsToBeClosed) {
    Collect sink;
    const auto got = read("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", &sink);
    EXPECT_EQ(got.state, ResponseState::done);
    EXPECT_FALSE(got.reusable);
}

TEST(ResponseReader, StopsWhenTheSinkHasSeenEnough) {
    Collect sink;
    sink.enough = 3;
    const auto got = read(plain, &sink, 1);
    EXPECT_EQ(got.state, ResponseState::done);
    EXPECT_EQ(sink.text, "{\"a");
    EXPECT_FALSE(got.reusable);
}

} // namespace
} // namespace mooring::net
