// Reads HTTP/1.1 requests from bytes, whoever brings them: no I/O here, so that every hostile request is a unit test.
#pragma once

#include "base/secret.hpp"
#include "net/read_buffer.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>

namespace mooring::net {

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

} // namespace mooring::net
