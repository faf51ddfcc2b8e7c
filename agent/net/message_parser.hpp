// Beast's parser with what both readers, of answers and of requests, need around it. Only they include this.
#pragma once

#include "net/read_buffer.hpp"

#include <algorithm>
#include <boost/beast/http/basic_parser.hpp>
#include <cstdint>
#include <string_view>

namespace mooring::net {

inline std::string_view as_std(boost::beast::string_view text) { return {text.data(), text.size()}; }

template <bool is_request>
class MessageParser : public boost::beast::http::basic_parser<is_request> {
  public:
    using ErrorCode = boost::beast::error_code;

    // Reads up to the end of the message, or as far as the buffer goes; what was not used stays there. An error ends
    // the message; that more is needed is none.
    ErrorCode read(ReadBuffer& buffer) {
        std::size_t at = 0;
        ErrorCode error;
        while (at < buffer.used && !this->is_done() && !error) {
            std::size_t count = buffer.used - at;
            if (chunk_left_ > 0) {
                count = static_cast<std::size_t>(std::min<std::uint64_t>(count, chunk_left_));
            } else if (this->is_header_done() && this->chunked() && count < shortest_end) {
                break; // more must follow, and Beast 1.81 asserts as much when it looks at a last chunk once more
            }
            at += this->put(boost::asio::const_buffer(buffer.bytes.data() + at, count), error);
        }
        buffer.drop(at);
        read_ += at;
        return error == boost::beast::http::error::need_more ? ErrorCode() : error;
    }

    // Bytes read so far that are no body: the head, what stands around chunks, trailers. Beast limits only what it is
    // given at once, and forgets what came before.
    std::size_t framing() const { return read_ - body_; }

  private:
    static constexpr std::size_t shortest_end = 5; // of a chunked body: "0\r\n\r\n"

    using Text = boost::beast::string_view;
    using Length = boost::optional<std::uint64_t>;

    // A field of the head. Trailers are none (RFC 9110 §6.5.1): who stands in between may never have looked at them.
    virtual void on_head_field(boost::beast::http::field name, std::string_view value, ErrorCode& error) = 0;
    virtual void on_body(std::string_view piece, ErrorCode& error) = 0;

    void on_field_impl(boost::beast::http::field name, Text /*spelt*/, Text value, ErrorCode& error) final {
        if (!this->is_header_done()) on_head_field(name, as_std(value), error);
    }
    std::size_t on_body_impl(Text piece, ErrorCode& error) final {
        body_ += piece.size();
        on_body(as_std(piece), error);
        return piece.size();
    }
    std::size_t on_chunk_body_impl(std::uint64_t remaining, Text piece, ErrorCode& error) final {
        chunk_left_ = remaining - piece.size();
        return on_body_impl(piece, error);
    }
    void on_request_impl(boost::beast::http::verb /*verb*/, Text /*name*/, Text /*target*/, int /*version*/,
                         ErrorCode& /*error*/) override {}
    void on_response_impl(int /*code*/, Text /*reason*/, int /*version*/, ErrorCode& /*error*/) override {}
    void on_header_impl(ErrorCode& /*error*/) override {}
    void on_body_init_impl(const Length& /*length*/, ErrorCode& /*error*/) override {}
    // Beast lets a line end pass inside quotes, where others see the end of the line.
    void on_chunk_header_impl(std::uint64_t size, Text extensions, ErrorCode& error) final {
        chunk_left_ = size;
        if (extensions.find_first_of("\r\n") != Text::npos) error = boost::beast::http::error::bad_chunk_extension;
    }
    void on_finish_impl(ErrorCode& /*error*/) override {}

    std::size_t read_ = 0;
    std::size_t body_ = 0;
    std::uint64_t chunk_left_ = 0; // bytes of the chunk under way that are still to come
};

} // namespace mooring::net
