// The client's Beast: its parser knows HTTP, this file knows limits.
#include "net/connection.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace mooring::net {
namespace {

namespace http = boost::beast::http;

constexpr std::size_t first_block = std::size_t{16} << 10U;
constexpr std::size_t usual_read = std::size_t{64} << 10U; // once a body is longer than the first read
constexpr unsigned most_interim = 8;
constexpr std::size_t frame_head = 9; // bytes of an HTTP/2 frame's head

std::string bytes_in_words(std::size_t bytes) {
    if (bytes >= (1U << 20U) && bytes % (1U << 20U) == 0) return fmt::format("{} MiB", bytes >> 20U);
    if (bytes >= (1U << 10U) && bytes % (1U << 10U) == 0) return fmt::format("{} KiB", bytes >> 10U);
    return fmt::format("{} bytes", bytes);
}

// By the first bytes of an answer: a TLS alert or handshake (RFC 8446 §5.1), an HTTP/2 SETTINGS or GOAWAY frame of
// stream 0 (RFC 9113 §4.1); "" as long as it may be HTTP/1.
std::string_view other_protocol(std::string_view start) {
    if (start.size() >= 2 && (start[0] == '\x15' || start[0] == '\x16') && start[1] == '\x03') return said::is_tls;
    const bool is_frame = start.size() == frame_head && (start[3] == '\x04' || start[3] == '\x07') &&
                          start.ends_with(std::string_view("\0\0\0\0", 4));
    return is_frame && start[0] == '\0' ? said::is_http2 : std::string_view();
}

// "gzip" of `gzip, chunked`: how a body is coded beside the pieces that it comes in. "" if it is not.
std::string transfer_coding(std::string_view value) {
    for (const std::string_view one : split(value, ',')) {
        const std::string coding = to_lower(trim(one));
        if (!coding.empty() && coding != "chunked" && coding != "identity") return coding;
    }
    return {};
}

// How a compressed body begins, where no header tells: neither JSON nor text does so (RFC 1952, RFC 8878).
struct Mark {
    std::string_view bytes;
    std::string_view coding;
};
constexpr std::array marks{Mark{.bytes = "\x1f\x8b", .coding = "gzip"},
                           Mark{.bytes = "\x28\xb5\x2f\xfd", .coding = "zstd"}};

std::string_view compressed(std::string_view start) {
    const auto mark = std::ranges::find_if(marks, [&](const Mark& one) { return start.starts_with(one.bytes); });
    return mark == marks.end() ? "" : mark->coding;
}

// Whether what follows may still tell that a body which begins so is compressed.
bool may_be_compressed(std::string_view start) {
    return std::ranges::any_of(
        marks, [&](const Mark& one) { return start.size() < one.bytes.size() && one.bytes.starts_with(start); });
}

// Why parsing was ended from inside; Beast only carries the fact.
enum class Stop { no, enough, too_large, encoded };

} // namespace

class ResponseReader::Parser final : public MessageParser<false> {
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
    std::string encoding; // "gzip"; "" none

  private:
    void on_response_impl(int code, boost::beast::string_view /*reason*/, int /*version*/,
                          ErrorCode& /*error*/) override {
        response.status = code;
    }

    void on_head_field(http::field name, std::string_view value, ErrorCode& /*error*/) override {
        switch (name) {
        case http::field::content_type:
            response.content_type = value;
            break;
        case http::field::date:
            response.date = parse_http_date(value);
            break;
        case http::field::location:
            response.location = value;
            break;
        case http::field::retry_after:
            response.retry_after = value;
            break;
        case http::field::content_encoding:
            if (!value.empty() && to_lower(value) != "identity") encoding = value;
            break;
        case http::field::transfer_encoding:
            if (const std::string coding = transfer_coding(value); !coding.empty()) encoding = coding;
            break;
        default:
            break;
        }
    }

    void on_body_init_impl(const boost::optional<std::uint64_t>& length, ErrorCode& error) override {
        if (!encoding.empty()) return give_up(Stop::encoded, error);
        to_sink_ = sink_ != nullptr && sink_->begin(response.status, response.content_type);
        if (!length) return;
        if (to_sink_ && *length > limits_.body) return give_up(Stop::too_large, error);
        if (!to_sink_)
            response.body.reserve(static_cast<std::size_t>(std::min<std::uint64_t>(*length, limits_.kept_body)));
    }

    void on_body(std::string_view piece, ErrorCode& error) override {
        if (begun_) return take(piece, error);
        if (start_.empty() && !may_be_compressed(piece)) return begin(piece, error);
        start_ += piece; // a mark may come in pieces
        if (!may_be_compressed(start_)) begin(start_, error);
    }

    void on_finish_impl(ErrorCode& error) override {
        if (!begun_ && !start_.empty()) begin(start_, error); // "(" is all there was
    }

    void begin(std::string_view start, ErrorCode& error) {
        begun_ = true;
        encoding = compressed(start);
        encoding.empty() ? take(start, error) : give_up(Stop::encoded, error);
    }

    void take(std::string_view piece, ErrorCode& error) {
        if (to_sink_) {
            taken_ += piece.size();
            if (taken_ > limits_.body) return give_up(Stop::too_large, error);
            if (!sink_->write(piece)) give_up(Stop::enough, error);
            return;
        }
        const std::size_t room = limits_.kept_body - response.body.size();
        response.body += piece.substr(0, room);
        if (piece.size() > room) give_up(Stop::enough, error);
    }

    void give_up(Stop why, ErrorCode& error) {
        stop = why;
        error = http::error::body_limit; // any error ends the parse; `stop` says which one it was
    }

    ReadLimits limits_;
    BodySink* sink_;
    bool to_sink_ = false;
    bool begun_ = false; // the body: it is known how it begins
    std::string start_;  // of the body, until then
    std::size_t taken_ = 0;
};

ResponseReader::ResponseReader(ReadBuffer& buffer, ReadLimits limits, BodySink* sink, Body body)
    : buffer_(buffer), limits_(limits), sink_(sink), body_(body),
      parser_(std::make_unique<Parser>(limits_, sink_, body_)) {}

ResponseReader::~ResponseReader() = default;

std::span<char> ResponseReader::space() { return buffer_.space(parser_->is_header_done() ? usual_read : first_block); }

ResponseReader::State ResponseReader::received(std::size_t count) {
    buffer_.used += count;
    touched_ = touched_ || count > 0;
    if (start_.size() < frame_head) {
        start_.append(buffer_.bytes, buffer_.used - count, std::min(count, frame_head - start_.size()));
        if (const auto other = other_protocol(start_); !other.empty()) {
            failure_ = Trouble{Stage::not_http, std::string(other)};
            return State::failed;
        }
    }
    return read_on();
}

ResponseReader::State ResponseReader::read_on() {
    auto error = parser_->read(buffer_);
    const auto is_interim = [this] { return parser_->is_done() && parser_->response.status / 100 == 1; };
    while (!error && is_interim() && parser_->response.status != 101 && ++interim_ <= most_interim) {
        interim_size_ += parser_->framing();
        parser_ = std::make_unique<Parser>(limits_, sink_, body_); // 100 Continue, 103 Early Hints: the answer follows
        error = parser_->read(buffer_);
    }
    const std::size_t head = parser_->is_header_done() ? 0 : interim_size_ + parser_->framing();
    if (parser_->stop == Stop::enough) return State::done;
    if (parser_->stop == Stop::too_large) {
        failure_ = Trouble{Stage::too_large, fmt::format("the answer is longer than {}", bytes_in_words(limits_.body))};
    } else if (parser_->stop == Stop::encoded) {
        failure_ =
            Trouble{Stage::not_http, fmt::format("the answer is encoded ({}) although that was not asked for: {}",
                                                 printable(parser_->encoding, 40), said::encoded)};
    } else if (error == http::error::header_limit || std::max(head, buffer_.used) > limits_.headers) {
        failure_ = Trouble{Stage::too_large,
                           fmt::format("the answer's headers are longer than {}", bytes_in_words(limits_.headers))};
    } else if (error) {
        failure_ = Trouble{Stage::not_http, fmt::format("the answer is not HTTP ({})", error.message())};
    } else if (is_interim()) {
        failure_ = Trouble{Stage::not_http, fmt::format("unexpected interim answer {}", parser_->response.status)};
    }
    if (failure_) return State::failed;
    complete_ = parser_->is_done();
    return complete_ ? State::done : State::more;
}

ResponseReader::State ResponseReader::closed() {
    Parser::ErrorCode error;
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
