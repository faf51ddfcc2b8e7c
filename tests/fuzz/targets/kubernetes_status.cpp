// A cluster's refusals and failures (`kind: Status`, kubernetes.md §3.1): a proof only of what was asked for, and a
// cause only from the server's own words. The first line is `STATUS OBJECT`, the rest is the body.
#include "base/text.hpp"
#include "fuzz/target.hpp"
#include "kubernetes/live.hpp"
#include "portainer/causes.hpp"
#include "portainer/decode.hpp"

#include <charconv>

namespace mooring::fuzz {
namespace {

struct Input {
    int status = 0;
    std::string_view object; // "deployments/web"; "" of a list
    std::string_view body;
};

Input read(std::string_view input) {
    const std::size_t end = std::min(input.find('\n'), input.size());
    auto words = split(input.substr(0, end), ' ');
    words.resize(2);
    int status = 0;
    std::from_chars(words[0].data(), words[0].data() + words[0].size(), status);
    return {.status = 400 + std::abs(status) % 200,
            .object = words[1],
            .body = input.substr(std::min(end + 1, input.size()))};
}

portainer::Meaning meaning_of(const Input& input, const std::optional<portainer::ErrorBody>& error,
                              std::string_view object) {
    portainer::AnswerFacts facts{.call = Call::kubernetes,
                                 .status = input.status,
                                 .content_type = "application/json",
                                 .message = {},
                                 .details = {},
                                 .object = object,
                                 .text = input.body};
    if (error) facts.message = error->message;
    if (error && error->details) facts.details = *error->details;
    if (error && error->reason) facts.reason = *error->reason;
    if (error) facts.about = error->about;
    return portainer::classify(facts);
}

void check_proof(const Input& input, const std::optional<portainer::ErrorBody>& error,
                 const portainer::Meaning& meaning) {
    require(meaning.outcome != Outcome::ok, "a failure is no answer");
    require(meaning.outcome != Outcome::not_served, "JSON never says that a kind is not served");
    if (meaning.outcome == Outcome::object_absent) {
        require(input.status == 404 && error && error->reason, "only a 404 of the API server's proves absence");
        require(*error->reason == "NotFound" && error->about == input.object && !input.object.empty(),
                "and only of what was asked for");
    }
    const bool of_cluster = meaning.cause == Cause::namespace_ || meaning.cause == Cause::kind;
    if (of_cluster) {
        require(input.status == 403 && error && error->reason == "Forbidden", "the cluster's causes are its own words");
        require(error->message.contains("resource \""), "and name the resource", error->message);
    }
    if (meaning.cause == Cause::namespace_)
        require(error->message.contains(" in the namespace \""), "and the namespace", error->message);
}

} // namespace

void run(std::string_view bytes) {
    const Input input = read(bytes);
    const auto error = portainer::parse_error_body(input.body);
    const portainer::Meaning meaning = meaning_of(input, error, input.object);
    check_proof(input, error, meaning);
    const portainer::Meaning of_list = meaning_of(input, error, {});
    require(of_list.outcome != Outcome::object_absent, "a list that is not there is no absence");
    require((of_list.outcome == Outcome::denied) == (meaning.outcome == Outcome::denied),
            "a refusal does not depend on the name");
    const auto list = kubernetes::read_list(input.body, 1U << 16U);
    if (error && error->reason) require(!list || list->kind != "Status", "a Status is no list");

    Reply reply{.call = Call::kubernetes,
                .outcome = meaning.outcome,
                .cause = meaning.cause,
                .failure = meaning.failure,
                .status = input.status};
    reply.message = printable(error ? error->message : std::string(input.body));
    require(is_harmless(reply.message), "what a cluster says becomes one line", reply.message);
    require(
        is_harmless(portainer::remedy(reply, {.user = "u", .stack = "s", .environment = "e", .server = "https://x"})),
        "a remedy is one line");
}

} // namespace mooring::fuzz
