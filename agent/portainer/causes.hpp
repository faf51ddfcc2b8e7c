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
    std::string_view object;                // docker_object: the name that was asked for; kubernetes: "namespaces/shop"
    std::string_view text;                  // the body where it is not JSON, as far as it was read
    std::optional<std::string_view> reason; // of an API server's `kind: Status`: "Forbidden"; nullopt: it is none
    std::string_view about;                 // of such a Status: its details' kind and name, "namespaces/shop"
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

// Why a write was refused or failed, in the server's terms; apart from Cause, which is about reading.
enum class WriteCause {
    // The request was refused and nothing was done.
    credentials,         // the token is not valid
    header_added,        // something on the way added a header
    environment,         // no access to the environment
    access_control,      // the stack's access control names this user neither way
    management_disabled, // stacks of this environment are the administrators'
    role,                // for administrators only
    access_beyond_right, // a user may only set `public` and himself
    other_environment,   // endpointId is not the record's
    stack_gone,
    environment_gone,
    access_gone,        // the resource control is not there any more
    access_exists,      // there is a resource control already: it is to be changed, not made
    name_taken,         // of a create: by a record or by containers; of a start: by what runs already
    webhook_taken,      // another stack has this webhook
    deploying,          // a deployment of this stack is under way
    already_so,         // it is active, or inactive, already
    last_deploy_failed, // start of a stack in Status 4: stop it, or update it
    not_git,            // a Git call on a stack that is not deployed from Git
    git_hidden,         // it is, and this user may not see its source (portainer-api.md §12)
    payload,            // the server does not take the body; its details say what of it
    request,            // a parameter is missing or wrong: a bug of whoever sent it
    not_supported,      // not for a stack or environment of this type
    // The server tried and says that it failed; what that left behind is to be read (portainer-api.md §5.2, §11).
    content,    // the file is not allowed here, or compose does not take it
    pull,       // an image could not be pulled
    repository, // the repository or the reference in it could not be read
    docker,     // the environment's Docker did not answer, or is not the kind that is needed
    deployment, // any other end of a deployment
};
// "credentials", "environment", ...: the enumerators' names
std::string_view to_string(WriteCause cause);

enum class WriteOutcome {
    not_sent, // no connection came about, or there was nothing that could be sent
    answered, // 200 or 201 with JSON, 204: the server took it; newer ones deploy afterwards
    refused,  // a JSON 4xx of the table
    failed,   // a JSON 500 of Portainer's: it has ended, with whatever it left
    unknown,  // anything else, 408, 429, gateways and other 4xx included: nobody knows what was done
};
// "not_sent", "answered", ...
std::string_view to_string(WriteOutcome outcome);

struct WriteMeaning {
    WriteOutcome outcome = WriteOutcome::unknown;
    std::optional<WriteCause> cause; // set exactly when refused or failed
};

// What the answer to a write means, never not_sent; `facts.call` and `facts.object` are not looked at.
WriteMeaning classify_write(const AnswerFacts& facts);

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
// The same for a write that was refused or failed.
std::string remedy(WriteCause cause, const RemedyNames& names);

} // namespace mooring::portainer
