// The only file of the client that includes Beast: its parser knows HTTP, this file knows limits.
#include "net/response_reader.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <boost/beast/http/basic_parser.hpp>
#include <cstring>
#include <fmt/format.h>

namespace mooring::net {
namespace {

namespace http = boost::beast::http;
using ErrorCode = boost::beast::error_code;

constexpr std::size_t first_read = std::size_t{16} << 10U;
constexpr std::size_t usual_read = std::size_t{64} << 10U; // once a body is longer than the first read
constexpr unsigned most_interim = 8;
constexpr std::size_t shortest_end = 5; // of a chunked body: "0\r\n\r\n"

std::string_view as_std(boost::beast::string_view text) { return {text.data(), text.size()}; }

std::string bytes_in_words(std::size_t bytes) {
    if (bytes >= (1U << 20U) && bytes % (1U << 20U) == 0) return fmt::format("{} MiB", bytes >> 20U);
    if (bytes >= (1U << 10U) && bytes % (1U << 10U) == 0) return fmt::format("{} KiB", bytes >> 10U);
    return fmt::format("{} bytes", bytes);
}

// Why parsing was ended from inside; Beast only carries the fact.
enum class Stop { no, enough, too_large, encoded };

} // namespace

class ResponseReader::Parser final : public http::basic_parser<false> {
  public:
    Parser(const ReadLimits& limits, BodySink* sink, Body body) : limits_(limits), sink_(sink) {
        constexpr std::size_t most = 1U << 30U;
        header_limit(static_cast<std::uint32_t>(std::min(limits.headers, most)));
        body_limit(boost::none); // counted here: the limit depends on where the body goes
        eager(true);
        if (body == Body::none) skip(true);
    }

    Response response;
    Stop stop = Stop::no;

    bool awaits_chunks() const { return is_header_done() && chunked(); }

  private:
    void on_request_impl(http::verb /*verb*/, boost::beast::string_view /*name*/, boost::beast::string_view /*target*/,
                         int /*version*/, ErrorCode& /*error*/) override {}

    void on_response_impl(int code, boost::beast::string_view /*reason*/, int /*version*/,
                          ErrorCode& /*error*/) override {
        response.status = code;
    }

    void on_field_impl(http::field name, boost::beast::string_view /*spelt*/, boost::beast::string_view value,
                       ErrorCode& /*error*/) override {
        switch (name) {
        case http::field::content_type:
            response.content_type = as_std(value);
            break;
        case http::field::date:
            response.date = parse_http_date(as_std(value));
            break;
        case http::field::location:
            response.location = as_std(value);
            break;
        case http::field::retry_after:
            response.retry_after = as_std(value);
            break;
        case http::field::content_encoding:
            encoded_ = !value.empty() && to_lower(as_std(value)) != "identity";
            break;
        default:
            break;
        }
    }

    void on_header_impl(ErrorCode& /*error*/) override {}

    void on_body_init_impl(const boost::optional<std::uint64_t>& length, ErrorCode& error) override {
        if (encoded_) return give_up(Stop::encoded, error);
        to_sink_ = sink_ != nullptr && sink_->begin(response.status, response.content_type);
        if (!length) return;
        if (to_sink_ && *length > limits_.body) return give_up(Stop::too_large, error);
        if (!to_sink_)
            response.body.reserve(static_cast<std::size_t>(std::min<std::uint64_t>(*length, limits_.kept_body)));
    }

    std::size_t on_body_impl(boost::beast::string_view piece, ErrorCode& error) override {
        if (to_sink_) {
            taken_ += piece.size();
            if (taken_ > limits_.body) {
                give_up(Stop::too_large, error);
            } else if (!sink_->write(as_std(piece))) {
                give_up(Stop::enough, error);
            }
            return piece.size();
        }
        const std::size_t room = limits_.kept_body - response.body.size();
        response.body.append(piece.data(), std::min(room, piece.size()));
        if (piece.size() > room) give_up(Stop::enough, error);
        return piece.size();
    }

    void on_chunk_header_impl(std::uint64_t /*size*/, boost::beast::string_view /*extensions*/,
                              ErrorCode& /*error*/) override {}

    std::size_t on_chunk_body_impl(std::uint64_t /*remaining*/, boost::beast::string_view piece,
                                   ErrorCode& error) override {
        return on_body_impl(piece, error);
    }

    void on_finish_impl(ErrorCode& /*error*/) override {}

    void give_up(Stop why, ErrorCode& error) {
        stop = why;
        error = http::error::body_limit; // any error ends the parse; `stop` says which one it was
    }

    ReadLimits limits_;
    BodySink* sink_;
    bool to_sink_ = false;
    bool encoded_ = false;
    std::size_t taken_ = 0;
};

ResponseReader::ResponseReader(ReadBuffer& buffer, ReadLimits limits, BodySink* sink, Body body)
    : buffer_(buffer), limits_(limits), sink_(sink), body_(body),
      parser_(std::make_unique<Parser>(limits_, sink_, body_)) {}

ResponseReader::~ResponseReader() = default;

std::span<char> ResponseReader::space() {
    auto& bytes = buffer_.bytes;
    if (bytes.empty()) bytes.resize(first_read);
    if (parser_->is_header_done() && bytes.size() < usual_read) bytes.resize(usual_read);
    if (buffer_.used == bytes.size())
        bytes.resize(bytes.size() * 2); // bounded: read_on() refuses what makes no progress
    return std::span(bytes).subspan(buffer_.used);
}

ResponseReader::State ResponseReader::received(std::size_t count) {
    buffer_.used += count;
    touched_ = touched_ || count > 0;
    return read_on();
}

ResponseReader::State ResponseReader::read_on() {
    std::size_t at = 0;
    ErrorCode error;
    while (at < buffer_.used && !parser_->is_done()) {
        // More must follow, and Beast 1.81 asserts that it got as much when it looks at a last chunk once more.
        if (parser_->awaits_chunks() && buffer_.used - at < shortest_end) break;
        const std::size_t read =
            parser_->put(boost::asio::const_buffer(buffer_.bytes.data() + at, buffer_.used - at), error);
        at += read;
        if (!parser_->is_header_done()) head_ += read;
        if (error) break;
        if (!parser_->is_done() || parser_->response.status / 100 != 1) continue;
        if (parser_->response.status == 101 || ++interim_ > most_interim) break;
        parser_ = std::make_unique<Parser>(limits_, sink_, body_); // 100 Continue, 103 Early Hints: the answer follows
    }
    buffer_.used -= at;
    std::memmove(buffer_.bytes.data(), buffer_.bytes.data() + at, buffer_.used);
    if (parser_->stop == Stop::enough) return State::done;
    if (parser_->stop == Stop::too_large) {
        failure_ = Trouble{Stage::too_large, fmt::format("the answer is longer than {}", bytes_in_words(limits_.body))};
    } else if (parser_->stop == Stop::encoded) {
        failure_ = Trouble{Stage::not_http, "the answer is compressed although that was not asked for"};
    } else if (error == http::error::header_limit || std::max(head_, buffer_.used) > limits_.headers) {
        failure_ = Trouble{Stage::too_large,
                           fmt::format("the answer's headers are longer than {}", bytes_in_words(limits_.headers))};
    } else if (error && error != http::error::need_more) {
        failure_ = Trouble{Stage::not_http, fmt::format("the answer is not HTTP ({})", error.message())};
    } else if (parser_->is_done() && parser_->response.status / 100 == 1) {
        failure_ = Trouble{Stage::not_http, fmt::format("the answer {} is none", parser_->response.status)};
    }
    if (failure_) return State::failed;
    complete_ = parser_->is_done();
    return complete_ ? State::done : State::more;
}

ResponseReader::State ResponseReader::closed() {
    ErrorCode error;
    if (touched_ && parser_->is_header_done() && !parser_->is_done()) parser_->put_eof(error);
    if (touched_ && !error && parser_->is_done()) return State::done; // its end was the end of the connection
    failure_ = Trouble{Stage::lost,
                       touched_ ? "the connection ended in the middle of the answer"
                                : "the connection ended without an answer",
                       !touched_};
    return State::failed;
}

bool ResponseReader::untouched() const { return !touched_; }
Response ResponseReader::take() { return std::move(parser_->response); }

// Bytes after the answer belong to nothing that was asked: such a connection is out of step.
bool ResponseReader::reusable() const { return complete_ && parser_->keep_alive() && buffer_.used == 0; }

} // namespace mooring::net
