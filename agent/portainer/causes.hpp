// The table of causes: what an answer of Portainer means. Pure, keyed on what the answer says, never on the server's
// version (portainer-api.md §1.3, §4.5, §11); it holds for every recorded version.
#pragma once

#include "model/answer.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace mooring::portainer {

// The facts of one HTTP answer that decide its meaning.
struct AnswerFacts {
    Call call = Call::other;
    int status = 0;
    std::string_view content_type;           // as sent: "application/json; charset=utf-8"
    std::optional<std::string_view> message; // of an error body in the API's shape (a JSON object); nullopt: not so
    std::optional<std::string_view> details; // nullopt: the key is not there
    std::string_view object;                 // docker_object: the name that was asked for
    std::string_view text;                   // the body where it is not JSON, as far as it was read
};

struct Meaning {
    Outcome outcome = Outcome::unavailable;
    std::optional<Cause> cause;      // set exactly when denied
    Failure failure = Failure::none; // set exactly when unavailable
};

// "application/json", whatever its parameters.
bool is_json(std::string_view content_type);

// `ok` here means: status and content type are those of an answer; whether the body has the shape is for the decoder.
Meaning classify(const AnswerFacts& facts);

// Names that make a remedy readable; "" where unknown.
struct RemedyNames {
    std::string user;
    std::string stack;
    std::string environment;
    std::string server; // its URL without user part
};

// What a person must do about the reply, as one sentence: "Ask an administrator to add alice to Stacks > billing >
// Access control." "" where nothing is to be done (ok, and absences, which are answers).
std::string remedy(const Reply& reply, const RemedyNames& names);

} // namespace mooring::portainer
