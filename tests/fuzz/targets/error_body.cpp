// Refusals and failures: a proof is only ever read from the API's own shape, and no answer brings the token back.
// The first line is `STATUS CALL CONTENT-TYPE OBJECT`, the rest is the body.
#include "base/secret.hpp"
#include "base/text.hpp"
#include "fuzz/target.hpp"
#include "portainer/causes.hpp"
#include "portainer/decode.hpp"

#include <charconv>

namespace mooring::fuzz {
namespace {

constexpr std::string_view token = "ptr_fuzz0123456789abcdef=";

struct Input {
    int status = 0;
    Call call = Call::other;
    std::string_view content_type;
    std::string_view object;
    std::string_view body;
};

int whole_number(std::string_view text) {
    int number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

Input read(std::string_view input) {
    const std::size_t end = std::min(input.find('\n'), input.size());
    auto words = split(input.substr(0, end), ' ');
    words.resize(4);
    return {.status = 200 + std::abs(whole_number(words[0])) % 400,
            .call = static_cast<Call>(std::abs(whole_number(words[1])) % (static_cast<int>(Call::other) + 1)),
            .content_type = words[2],
            .object = words[3],
            .body = input.substr(std::min(end + 1, input.size()))};
}

void check(const Input& input, const portainer::Meaning& meaning) {
    const bool json = portainer::is_json(input.content_type);
    const Outcome outcome = meaning.outcome;
    require((outcome == Outcome::denied) == meaning.cause.has_value(), "a refusal has a cause, and nothing else has");
    require((outcome == Outcome::unavailable) == (meaning.failure != Failure::none), "a failure says what failed");
    require(outcome != Outcome::ok || input.status < 300, "only 2xx is an answer");
    require(outcome != Outcome::denied || (json && input.status == 403), "only a JSON 403 is a refusal");
    const bool gone =
        outcome == Outcome::stack_gone || outcome == Outcome::environment_gone || outcome == Outcome::object_absent;
    require(!gone || (json && input.status == 404), "only a JSON 404 says that something is gone");
    require(outcome != Outcome::object_absent || input.call == Call::docker_object || input.call == Call::kubernetes,
            "only a name that was asked is absent");
}

} // namespace

void run(std::string_view bytes) {
    const Input input = read(bytes);
    const auto error = portainer::parse_error_body(input.body);
    portainer::AnswerFacts facts{.call = input.call,
                                 .status = input.status,
                                 .content_type = input.content_type,
                                 .message = {},
                                 .details = {},
                                 .object = input.object,
                                 .text = input.body};
    if (error) facts.message = error->message;
    if (error && error->details) facts.details = *error->details;
    if (error && error->reason) facts.reason = *error->reason;
    if (error) facts.about = error->about;
    const auto meaning = portainer::classify(facts);
    check(input, meaning);

    Reply reply{.call = input.call,
                .outcome = meaning.outcome,
                .cause = meaning.cause,
                .failure = meaning.failure,
                .status = input.status};
    const std::string redacted = redact(input.body, Secret(std::string(token)));
    require(!redacted.contains(token), "the token is taken out of what a server says");
    reply.message = printable(redacted);
    require(is_harmless(reply.message) && reply.message.size() <= 403, "what a server says becomes one line",
            reply.message);
    require(
        is_harmless(portainer::remedy(reply, {.user = "u", .stack = "s", .environment = "e", .server = "https://x"})),
        "a remedy is one line");
}

} // namespace mooring::fuzz
