// Requests and responses off the wire, within limits.
#pragma once

#include "base/secret.hpp"
#include "net/message.hpp"
#include "net/route.hpp"

#include <algorithm>
#include <boost/asio/awaitable.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace mooring::net {

// The bytes of one connection that were received and not yet read. Kept from message to message.
struct ReadBuffer {
    std::string bytes;
    std::size_t used = 0; // bytes[0, used) wait to be read

    // Where the next bytes go; never empty. Room for `least` bytes in all at first, twice as much whenever it is full:
    // whoever reads must refuse what makes no progress.
    std::span<char> space(std::size_t least) {
        if (bytes.size() < least) bytes.resize(least);
        if (used == bytes.size()) bytes.resize(bytes.size() * 2);
        return std::span(bytes).subspan(used);
    }

    // The first `count` bytes were read.
    void drop(std::size_t count) {
        used -= count;
        std::memmove(bytes.data(), bytes.data() + count, used);
    }
};

// Beast's parser with what both readers, of answers and of requests, need around it. Only they include this.
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

// Reads HTTP/1.1 requests from bytes, whoever brings them: no I/O here, so that every hostile request is a unit test.

// What a client asks of us.
struct Received {
    std::string method; // "GET"
    std::string target; // as sent: path and query
    std::string host;   // the Host header
    Secret authorization;
    std::string body;
    bool expects_continue = false; // it waits for "100 Continue" before it sends the body
};

class RequestReader {
  public:
    enum class State { more, done, refused };

    // The buffer outlives the reader; what lies in it is read first. `most_headers` bounds everything but the body.
    RequestReader(ReadBuffer& buffer, std::size_t most_headers, std::size_t most_body);
    RequestReader(const RequestReader&) = delete;
    RequestReader& operator=(const RequestReader&) = delete;
    ~RequestReader();

    // Where the next bytes go; never empty.
    std::span<char> space();
    // `count` bytes were put into space(); 0: look at what the buffer holds already.
    State received(std::size_t count);

    bool untouched() const; // not one byte of this request came yet
    bool head_done() const; // its headers were read
    // After done: the request, and whether the connection may carry another one.
    const Received& request() const;
    Received take();
    bool keep_alive() const;
    // After refused: the status to answer with: 400, 413, 431, 501.
    int refusal() const { return refusal_; }

  private:
    class Parser;

    ReadBuffer& buffer_;
    std::size_t most_headers_;
    std::unique_ptr<Parser> parser_;
    bool touched_ = false;
    int refusal_ = 0;
};

// Reads one HTTP/1.1 answer from bytes, whoever brings them: no I/O here, so that every hostile answer is a unit test.
struct ReadLimits {
    std::size_t headers = std::size_t{64} << 10U;
    std::size_t body = std::size_t{4} << 20U;       // what the sink may get
    std::size_t kept_body = std::size_t{64} << 10U; // what Response::body keeps; the rest is not read
};

class ResponseReader {
  public:
    enum class Body { read, none }; // none: a CONNECT that was granted has no body
    enum class State { more, done, failed };

    // `sink` may be null. Buffer and sink outlive the reader.
    ResponseReader(ReadBuffer& buffer, ReadLimits limits, BodySink* sink, Body body);
    ResponseReader(const ResponseReader&) = delete;
    ResponseReader& operator=(const ResponseReader&) = delete;
    ~ResponseReader();

    // Where the next bytes go; never empty.
    std::span<char> space();
    // `count` bytes were put into space().
    State received(std::size_t count);
    // The other side closed. Done if the answer could end so, failed otherwise.
    State closed();

    bool untouched() const; // not one byte came yet
    // After done: the answer, and whether the connection may carry another one.
    Response take();
    bool reusable() const;
    // What went wrong; nullopt unless failed.
    const std::optional<Trouble>& failure() const { return failure_; }

  private:
    class Parser;
    State read_on();

    ReadBuffer& buffer_;
    ReadLimits limits_;
    BodySink* sink_;
    Body body_;
    std::unique_ptr<Parser> parser_;
    unsigned interim_ = 0;         // answers of the 1xx kind so far
    std::size_t interim_size_ = 0; // their bytes
    std::string start_;            // the first bytes of the answer, by which other protocols are known
    bool touched_ = false;
    bool complete_ = false; // read to its end, not given up
    std::optional<Trouble> failure_;
};

// One connection to a server: opened (address, proxy, TLS) and used for one exchange at a time. Asio stays in the .cpp.
class Connection {
  public:
    Connection() = default;
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    virtual ~Connection() = default; // closes

    // Sends `head_and_body` and reads the answer. After a failure or a cancellation the connection is to be dropped.
    virtual boost::asio::awaitable<Try<Response>> exchange(std::string_view head_and_body, std::size_t most,
                                                           BodySink* sink, TimePoint deadline) = 0;
    // Whether another exchange may follow the last one.
    virtual bool reusable() const = 0;
};

// Says of a trouble on the way to a proxy, or in asking it for the tunnel, that it is the proxy's.
Trouble at_proxy(Trouble trouble, const Proxy& proxy);

// Opens one. `route` outlives the call; its addresses are filled on first use, the one that answered is tried first by
// the next connection, and all are emptied when none of them answers.
boost::asio::awaitable<Try<std::unique_ptr<Connection>>> open_connection(std::shared_ptr<Route> route,
                                                                         TimePoint deadline);

} // namespace mooring::net
