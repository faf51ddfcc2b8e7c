// HTTP answers as they arrive on one connection: pieces make no difference, limits hold, nothing is read twice.
#include "fuzz/target.hpp"
#include "net/response_reader.hpp"

#include <algorithm>

namespace mooring::fuzz {
namespace {

using net::ResponseReader;
using State = ResponseReader::State;

constexpr net::ReadLimits limits{.headers = 1024, .body = 2048, .kept_body = 512};
constexpr std::size_t most_buffered = std::size_t{256} << 10U;
constexpr int most_answers = 4;

struct Sink final : net::BodySink {
    bool begin(int status, std::string_view /*content_type*/) override {
        text.clear();
        return status == 200;
    }
    bool write(std::string_view piece) override {
        text += piece;
        return true;
    }
    std::string text;
};

// What one connection brought: of each answer whether it was whole, and what it said.
struct Heard {
    std::vector<State> states;
    std::vector<std::string> texts; // status, headers that count, body
    std::vector<std::optional<net::Stage>> failures;

    friend bool operator==(const Heard&, const Heard&) = default;
};

State feed(ResponseReader& reader, const net::ReadBuffer& buffer, std::string_view& bytes, std::size_t piece) {
    State state = State::more;
    while (state == State::more && !bytes.empty()) {
        const auto space = reader.space();
        require(!space.empty(), "there is always room for more");
        require(buffer.bytes.size() <= most_buffered, "memory is bounded");
        const std::size_t count = std::min({piece, bytes.size(), space.size()});
        std::copy_n(bytes.begin(), count, space.begin());
        bytes.remove_prefix(count);
        state = reader.received(count);
    }
    return state == State::more ? reader.closed() : state;
}

void check(const net::Response& response, const Sink& sink) {
    require(sink.text.size() <= limits.body, "no more than the limit goes to the sink");
    require(response.body.size() <= limits.kept_body, "no more than the limit is kept");
    require(response.status / 100 != 1, "an interim answer is none");
}

Heard listen(std::string_view bytes, std::size_t piece) {
    Heard heard;
    net::ReadBuffer buffer;
    for (int i = 0; i < most_answers; ++i) {
        Sink sink;
        ResponseReader reader(buffer, limits, &sink, ResponseReader::Body::read);
        const State state = feed(reader, buffer, bytes, piece);
        heard.states.push_back(state);
        require((state == State::failed) == reader.failure().has_value(), "a failure says what failed");
        heard.failures.push_back(reader.failure() ? std::optional(reader.failure()->stage) : std::nullopt);
        if (state == State::failed) {
            require(is_harmless(reader.failure()->message), "a failure is one line", reader.failure()->message);
            break;
        }
        const bool reusable = reader.reusable();
        const net::Response response = reader.take();
        check(response, sink);
        heard.texts.push_back(std::to_string(response.status) + response.content_type + response.location +
                              response.retry_after + response.body + sink.text);
        if (!reusable) break;
    }
    return heard;
}

} // namespace

void run(std::string_view input) {
    const Heard bytewise = listen(input, 1);
    const Heard pieces = listen(input, 2 + number_of(input) % 64);
    require(bytewise == pieces, "pieces make no difference");
    listen(input, input.size());
}

} // namespace mooring::fuzz
