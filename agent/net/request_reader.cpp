// The only file of the server that includes Beast: its parser knows HTTP, this file knows limits.
#include "net/request_reader.hpp"

#include <algorithm>
#include <boost/beast/http/basic_parser.hpp>
#include <cstring>

namespace mooring::net {
namespace {

namespace http = boost::beast::http;
using ErrorCode = boost::beast::error_code;

constexpr std::size_t first_read = std::size_t{4} << 10U;

std::string_view as_std(boost::beast::string_view text) { return {text.data(), text.size()}; }

} // namespace

class RequestReader::Parser final : public http::basic_parser<true> {
  public:
    Parser(std::size_t most_headers, std::size_t most_body) {
        header_limit(static_cast<std::uint32_t>(std::min(most_headers, std::size_t{1} << 20U)));
        body_limit(most_body);
        eager(true);
    }

    Received request;
    bool two_hosts = false;

  private:
    void on_request_impl(http::verb /*verb*/, boost::beast::string_view name, boost::beast::string_view target,
                         int /*version*/, ErrorCode& /*error*/) override {
        request.method = as_std(name);
        request.target = as_std(target);
    }

    void on_response_impl(int /*code*/, boost::beast::string_view /*reason*/, int /*version*/,
                          ErrorCode& /*error*/) override {}

    void on_field_impl(http::field name, boost::beast::string_view /*spelt*/, boost::beast::string_view value,
                       ErrorCode& /*error*/) override {
        if (name == http::field::host) {
            two_hosts = two_hosts || !request.host.empty();
            request.host = as_std(value);
        } else if (name == http::field::authorization) {
            request.authorization = Secret(std::string(as_std(value)));
        } else if (name == http::field::expect) {
            request.expects_continue = as_std(value) == "100-continue";
        }
    }

    void on_header_impl(ErrorCode& /*error*/) override {}
    void on_body_init_impl(const boost::optional<std::uint64_t>& /*length*/, ErrorCode& /*error*/) override {}

    std::size_t on_body_impl(boost::beast::string_view piece, ErrorCode& /*error*/) override {
        request.body.append(piece.data(), piece.size()); // body_limit bounds it
        return piece.size();
    }

    void on_chunk_header_impl(std::uint64_t /*size*/, boost::beast::string_view /*extensions*/,
                              ErrorCode& /*error*/) override {}

    std::size_t on_chunk_body_impl(std::uint64_t /*remaining*/, boost::beast::string_view piece,
                                   ErrorCode& error) override {
        return on_body_impl(piece, error);
    }

    void on_finish_impl(ErrorCode& /*error*/) override {}
};

namespace {

int refusal_of(const ErrorCode& error) {
    if (error == http::error::header_limit) return 431;
    if (error == http::error::body_limit) return 413;
    if (error == http::error::bad_transfer_encoding) return 501;
    return 400;
}

} // namespace

RequestReader::RequestReader(ReadBuffer& buffer, std::size_t most_headers, std::size_t most_body)
    : buffer_(buffer), most_headers_(most_headers), parser_(std::make_unique<Parser>(most_headers, most_body)) {}

RequestReader::~RequestReader() = default;

std::span<char> RequestReader::space() {
    auto& bytes = buffer_.bytes;
    if (bytes.size() < first_read) bytes.resize(first_read);
    if (buffer_.used == bytes.size()) bytes.resize(bytes.size() * 2); // bounded: received() refuses longer heads
    return std::span(bytes).subspan(buffer_.used);
}

RequestReader::State RequestReader::received(std::size_t count) {
    buffer_.used += count;
    touched_ = touched_ || buffer_.used > 0;
    std::size_t at = 0;
    ErrorCode error;
    while (at < buffer_.used && !parser_->is_done()) {
        at += parser_->put(boost::asio::const_buffer(buffer_.bytes.data() + at, buffer_.used - at), error);
        if (error) break;
    }
    buffer_.used -= at;
    std::memmove(buffer_.bytes.data(), buffer_.bytes.data() + at, buffer_.used);
    if (error && error != http::error::need_more) {
        refusal_ = refusal_of(error);
    } else if (!parser_->is_done() && buffer_.used > most_headers_) {
        refusal_ = 431;
    } else if (parser_->two_hosts) {
        refusal_ = 400;
    }
    if (refusal_ != 0) return State::refused;
    return parser_->is_done() ? State::done : State::more;
}

bool RequestReader::untouched() const { return !touched_; }
bool RequestReader::head_done() const { return parser_->is_header_done(); }
const Received& RequestReader::request() const { return parser_->request; }
Received RequestReader::take() { return std::move(parser_->request); }
bool RequestReader::keep_alive() const { return parser_->is_done() && parser_->keep_alive(); }

} // namespace mooring::net
