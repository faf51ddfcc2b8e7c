// HTTP answers as they arrive on one connection: pieces make no difference, limits hold, nothing is read twice.
#include "fuzz/pieces.hpp"
#include "fuzz/target.hpp"
#include "net/connection.hpp"

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

// How one answer came out.
struct Heard {
    State state = State::more;
    std::string text; // status, headers that count, body
    std::optional<net::Stage> failure;
};

void check(const net::Response& response, const Sink& sink) {
    require(sink.text.size() <= limits.body, "no more than the limit goes to the sink");
    require(response.body.size() <= limits.kept_body, "no more than the limit is kept");
    require(response.status / 100 != 1, "an interim answer is none");
}

Heard read_answer(ResponseReader& reader, const net::ReadBuffer& buffer, const Sink& sink, std::string_view& bytes,
                  std::size_t piece) {
    State state = feed(reader, State::more, buffer, bytes, piece, most_buffered);
    if (state == State::more) state = reader.closed();
    Heard heard{.state = state, .text = {}, .failure = {}};
    require((heard.state == State::failed) == reader.failure().has_value(), "a failure says what failed");
    if (heard.state == State::failed) {
        require(is_harmless(reader.failure()->message), "a failure is one line", reader.failure()->message);
        heard.failure = reader.failure()->stage;
        return heard;
    }
    const net::Response response = reader.take();
    check(response, sink);
    heard.text = std::to_string(response.status) + response.content_type + response.location + response.retry_after +
                 response.body + sink.text;
    return heard;
}

// The first answer. Those after it are read as well, but what they are depends on when they came: bytes that nothing
// was asked for end a connection that is otherwise kept.
Heard listen(std::string_view bytes, std::size_t piece) {
    net::ReadBuffer buffer;
    std::optional<Heard> first;
    bool is_kept = true;
    for (int i = 0; i < most_answers && is_kept; ++i) {
        Sink sink;
        ResponseReader reader(buffer, limits, &sink, ResponseReader::Body::read);
        const Heard heard = read_answer(reader, buffer, sink, bytes, piece);
        is_kept = heard.state == State::done && reader.reusable();
        if (!first) first = heard;
    }
    return *first;
}

} // namespace

void run(std::string_view input) {
    const Heard bytewise = listen(input, 1);
    const Heard pieces = listen(input, 2 + number_of(input) % 64);
    listen(input, input.size());
    // How exactly the limit on headers is kept depends on the pieces, and so does whether what is no HTTP is noticed
    // early or only missed at the end.
    if (bytewise.failure == net::Stage::too_large || pieces.failure == net::Stage::too_large) return;
    require(bytewise.state == pieces.state && bytewise.text == pieces.text, "pieces make no difference",
            bytewise.text + "\n" + pieces.text);
}

} // namespace mooring::fuzz
