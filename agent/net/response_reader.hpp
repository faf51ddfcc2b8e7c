// Reads one HTTP/1.1 answer from bytes, whoever brings them: no I/O here, so that every hostile answer is a unit test.
#pragma once

#include "net/message.hpp"
#include "net/read_buffer.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>

namespace mooring::net {

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

} // namespace mooring::net
