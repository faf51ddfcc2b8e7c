// The server's Beast: its parser knows HTTP, this file knows limits and what must not be ambiguous.

#include "net/connection.hpp"

#include "base/text.hpp"
#include "net/server.hpp"

#include <algorithm>
#include <ctime>
#include <fmt/format.h>
#include <string_view>

namespace mooring::net {
namespace {

namespace http = boost::beast::http;

constexpr std::size_t first_read = std::size_t{4} << 10U;

} // namespace

class RequestReader::Parser final : public MessageParser<true> {
  public:
    Parser(std::size_t most_headers, std::size_t most_body) {
        header_limit(static_cast<std::uint32_t>(std::min(most_headers, std::size_t{1} << 20U)));
        body_limit(most_body);
        eager(true);
    }

    Received request;
    int refusal = 0; // why parsing was ended from inside; Beast only carries the fact

  private:
    void on_request_impl(http::verb /*verb*/, boost::beast::string_view name, boost::beast::string_view target,
                         int version, ErrorCode& /*error*/) override {
        request.method = as_std(name);
        request.target = as_std(target);
        is_old_ = version < 11;
    }

    void on_head_field(http::field name, std::string_view value, ErrorCode& error) override {
        switch (name) {
        case http::field::host:
            request.host = value;
            if (++hosts_ > 1) refuse(400, error);
            break;
        case http::field::authorization:
            request.authorization = Secret(std::string(value));
            if (++credentials_ > 1) refuse(400, error);
            break;
        case http::field::expect:
            request.expects_continue = to_lower(value) == "100-continue";
            break;
        case http::field::transfer_encoding: // Beast takes codings that it does not know for no body at all
            if (to_lower(value) != "chunked") refuse(501, error);
            break;
        default:
            break;
        }
    }

    // RFC 9112 §3.2 and §6.1: HTTP/1.1 names its host; HTTP/1.0 knows no chunks.
    void on_header_impl(ErrorCode& error) override {
        if (is_old_ ? chunked() : hosts_ != 1) refuse(400, error);
    }

    void on_body(std::string_view piece, ErrorCode& /*error*/) override {
        request.body += piece;
    } // body_limit bounds it

    void refuse(int status, ErrorCode& error) {
        refusal = status;
        error = http::error::bad_value;
    }

    bool is_old_ = false;
    int hosts_ = 0;
    int credentials_ = 0;
};

namespace {

int refusal_of(const boost::beast::error_code& error) {
    if (error == http::error::header_limit) return 431;
    if (error == http::error::body_limit) return 413;
    return 400;
}

} // namespace

RequestReader::RequestReader(ReadBuffer& buffer, std::size_t most_headers, std::size_t most_body)
    : buffer_(buffer), most_headers_(most_headers), parser_(std::make_unique<Parser>(most_headers, most_body)) {}

RequestReader::~RequestReader() = default;

std::span<char> RequestReader::space() { return buffer_.space(first_read); }

RequestReader::State RequestReader::received(std::size_t count) {
    buffer_.used += count;
    touched_ = touched_ || buffer_.used > 0;
    const auto error = parser_->read(buffer_);
    const std::size_t unread = parser_->is_done() ? 0 : buffer_.used; // after the end another request begins
    if (parser_->refusal != 0) {
        refusal_ = parser_->refusal;
    } else if (error) {
        refusal_ = refusal_of(error);
    } else if (parser_->framing() + unread > most_headers_) {
        refusal_ = 431;
    }
    if (refusal_ != 0) return State::refused;
    return parser_->is_done() ? State::done : State::more;
}

bool RequestReader::untouched() const { return !touched_; }
bool RequestReader::head_done() const { return parser_->is_header_done(); }
const Received& RequestReader::request() const { return parser_->request; }
Received RequestReader::take() { return std::move(parser_->request); }
bool RequestReader::keep_alive() const { return parser_->is_done() && parser_->keep_alive(); }

// How an answer looks on the wire.

namespace {

std::string_view reason_phrase(int status) {
    switch (status) {
    case 200:
        return "OK";
    case 202:
        return "Accepted";
    case 304:
        return "Not Modified";
    case 400:
        return "Bad Request";
    case 401:
        return "Unauthorized";
    case 403:
        return "Forbidden";
    case 404:
        return "Not Found";
    case 405:
        return "Method Not Allowed";
    case 413:
        return "Content Too Large";
    case 421:
        return "Misdirected Request";
    case 431:
        return "Request Header Fields Too Large";
    case 501:
        return "Not Implemented";
    case 503:
        return "Service Unavailable";
    default:
        return status < 500 ? "Refused" : "Internal Server Error";
    }
}

std::string http_date(std::time_t now) {
    std::tm parts{};
    ::gmtime_r(&now, &parts);
    char text[40]; // NOLINT(modernize-avoid-c-arrays): strftime writes into one
    const std::size_t size = std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts);
    return {text, size};
}

} // namespace

std::string head_of(const Answered& answer, bool keep_alive) {
    std::string out = fmt::format("HTTP/1.1 {} {}\r\nDate: {}\r\n", answer.status, reason_phrase(answer.status),
                                  http_date(std::time(nullptr)));
    if (!answer.content_type.empty()) out += fmt::format("Content-Type: {}\r\n", answer.content_type);
    for (const auto& [name, value] : answer.headers) out += fmt::format("{}: {}\r\n", name, value);
    out += fmt::format("Content-Length: {}\r\nConnection: {}\r\n\r\n", answer.body.size(),
                       keep_alive ? "keep-alive" : "close");
    return out;
}

Answered plain_answer(int status) {
    return {.status = status,
            .content_type = "text/plain; charset=utf-8",
            .body = fmt::format("{} {}\n", status, reason_phrase(status)),
            .headers = {}};
}

} // namespace mooring::net
