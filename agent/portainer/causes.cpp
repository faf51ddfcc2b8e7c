#include "portainer/causes.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>

namespace mooring::portainer {
namespace {

enum class Shape { any, api, text, foreign }; // api: a JSON object with `message`; text: text/plain
enum class How { any, equals, starts, ends, docker_absence, missing, echo };

// `echo`: the details repeat the message with its first letter in upper case, as Portainer shows a Go error.
// A condition on one text; ASCII case is folded, because servers of different versions spell the first letter
// differently.
struct TextMatch {
    How how = How::any;
    std::string_view text;
};

using Calls = unsigned; // one bit a Call
constexpr Calls bit(Call call) { return 1U << static_cast<unsigned>(call); }
constexpr Calls any_call = ~0U;
constexpr Calls about_a_stack = bit(Call::stack) | bit(Call::stack_file) | bit(Call::other);

struct CauseRow {
    int status; // 0: any
    Shape shape;
    Calls calls;
    TextMatch message;
    TextMatch details;
    Meaning meaning;
};

constexpr Meaning is(Outcome outcome) { return {.outcome = outcome, .cause = {}, .failure = Failure::none}; }
constexpr Meaning denied(Cause cause) { return {.outcome = Outcome::denied, .cause = cause, .failure = Failure::none}; }
constexpr Meaning failed(Failure failure) { return {.outcome = Outcome::unavailable, .cause = {}, .failure = failure}; }

// Of refusals and failures: the first row that fits says what the answer means. Sections are those of portainer-api.md.
// clang-format off
constexpr std::array table{
    // §1.2, §11: both headers were sent: 403 until 2.39, 401 from 2.43; and Go's or gorilla's cross-origin check.
    CauseRow{401, Shape::api,  any_call, {How::equals, "api key and auth header are not allowed at the same time"}, {}, is(Outcome::header_added)},
    CauseRow{403, Shape::api,  any_call, {How::equals, "api key and auth header are not allowed at the same time"}, {}, is(Outcome::header_added)},
    CauseRow{403, Shape::text, any_call, {How::equals, "forbidden"}, {}, is(Outcome::header_added)},
    CauseRow{403, Shape::text, any_call, {How::starts, "forbidden - "}, {}, is(Outcome::header_added)},

    // §1.3: the token itself.
    CauseRow{401, Shape::api, any_call, {How::equals, "a valid authorization token is missing"}, {}, is(Outcome::credentials_refused)},
    CauseRow{401, Shape::api, any_call, {How::equals, "a valid authorisation token is missing"}, {}, is(Outcome::credentials_refused)},
    CauseRow{401, Shape::api, any_call, {How::equals, "invalid jwt token"}, {}, is(Outcome::credentials_refused)},
    CauseRow{401, Shape::api, any_call, {How::equals, "an authorization token is invalid"}, {}, is(Outcome::credentials_refused)},
    CauseRow{401, Shape::api, any_call, {How::equals, "an authorisation token is invalid"}, {}, is(Outcome::credentials_refused)},

    // §1.2: a ban by the rate limiter wears the words of a refusal; the public status route refuses nobody.
    CauseRow{403, Shape::api, bit(Call::status), {How::starts, "access denied"}, {}, failed(Failure::refused)},

    // §1.3: the environment. Its details may say "not found" (a broken group record): it is a refusal all the same.
    CauseRow{403, Shape::api, any_call, {How::starts, "permission denied to access environment"}, {}, denied(Cause::environment)},
    CauseRow{403, Shape::api, any_call, {How::starts, "permission denied to access endpoint"}, {}, denied(Cause::environment)},
    CauseRow{403, Shape::api, any_call, {}, {How::equals, "access denied to environment"}, denied(Cause::environment)},

    // §1.3: stack management, creation, editing, deletion, migration "... is disabled for non-admin users".
    CauseRow{403, Shape::api, any_call, {How::ends, "is disabled for non-admin users"}, {}, denied(Cause::stack_management_disabled)},

    // §4.3: Docker's shape (no details). Of one object asked by name: it exists and is hidden. Of a list or an action the
    // text is the same, but no name was asked for: the access control of whatever is behind it.
    CauseRow{403, Shape::api, bit(Call::docker_object), {How::equals, "access denied to resource"}, {How::missing, {}}, denied(Cause::name_taken)},
    CauseRow{403, Shape::api, bit(Call::docker_list) | bit(Call::other), {How::equals, "access denied to resource"}, {How::missing, {}}, denied(Cause::resource_control)},
    CauseRow{403, Shape::api, about_a_stack, {How::equals, "access denied to resource"}, {}, denied(Cause::resource_control)},
    CauseRow{403, Shape::api, bit(Call::other), {How::equals, "permission denied to access the resource control"}, {}, denied(Cause::resource_control)},

    // §1.3, §3.8: routes for administrators and team leaders; Business Edition roles.
    CauseRow{403, Shape::api, any_call, {How::equals, "access denied"}, {}, denied(Cause::role)},
    CauseRow{403, Shape::api, any_call, {}, {How::equals, "unauthorized"}, denied(Cause::role)},
    CauseRow{403, Shape::api, any_call, {How::equals, "permission denied to access users list"}, {}, denied(Cause::role)},
    CauseRow{403, Shape::api, any_call, {How::equals, "permission denied inspect user"}, {}, denied(Cause::role)},
    CauseRow{403, Shape::api, any_call, {}, {How::equals, "authorization required for this operation"}, denied(Cause::role)},

    // Every other refusal in the API's shape.
    CauseRow{403, Shape::api, any_call, {}, {}, denied(Cause::unknown)},

    // §1.3: a 404 proves absence only with the bucket in its details; the details alone could be anybody's.
    CauseRow{404, Shape::api, any_call, {How::starts, "unable to find"}, {How::starts, "object not found inside the database (bucket=stacks, key="}, is(Outcome::stack_gone)},
    CauseRow{404, Shape::api, any_call, {How::starts, "unable to find"}, {How::starts, "object not found inside the database (bucket=endpoints, key="}, is(Outcome::environment_gone)},
    // §4.3: Docker's own words; a gateway's JSON 404 ("no Route matched") has others.
    CauseRow{404, Shape::api, bit(Call::docker_object), {How::docker_absence, {}}, {How::missing, {}}, is(Outcome::object_absent)},

    // §3.2
    CauseRow{409, Shape::api, bit(Call::stack_file), {How::starts, "stack git settings have changed"}, {}, is(Outcome::settings_not_deployed)},
    CauseRow{500, Shape::api, bit(Call::stack_file), {How::equals, "unable to retrieve compose file from disk"}, {}, is(Outcome::file_lost)},

    // kubernetes.md §3.1: the API server's words for a group, version or resource that it does not serve.
    CauseRow{404, Shape::text, bit(Call::kubernetes), {How::equals, "404 page not found"}, {}, is(Outcome::not_served)},

    // What else the API says is of no use here; what is not the API's proves nothing.
    CauseRow{0, Shape::api, any_call, {}, {}, failed(Failure::refused)},
    CauseRow{0, Shape::any, any_call, {}, {}, failed(Failure::not_the_api)},
};
// clang-format on

// Of the answers to writes, all in the API's shape. Sections as above; the words of every recorded version.
struct WriteRow {
    int status;
    TextMatch message;
    TextMatch details;
    WriteCause cause;
};

// clang-format off
constexpr std::array writes{
    // §1.2, §1.3: who asks.
    WriteRow{401, {How::equals, "api key and auth header are not allowed at the same time"}, {}, WriteCause::header_added},
    WriteRow{403, {How::equals, "api key and auth header are not allowed at the same time"}, {}, WriteCause::header_added},
    WriteRow{401, {How::equals, "a valid authorization token is missing"}, {}, WriteCause::credentials},
    WriteRow{401, {How::equals, "a valid authorisation token is missing"}, {}, WriteCause::credentials},
    WriteRow{401, {How::equals, "invalid jwt token"}, {}, WriteCause::credentials},
    WriteRow{401, {How::equals, "an authorization token is invalid"}, {}, WriteCause::credentials},
    WriteRow{401, {How::equals, "an authorisation token is invalid"}, {}, WriteCause::credentials},

    // §1.3, §3.6, §3.9: what he may not.
    WriteRow{403, {How::starts, "permission denied to access environment"}, {}, WriteCause::environment},
    WriteRow{403, {How::starts, "permission denied to access endpoint"}, {}, WriteCause::environment},
    WriteRow{403, {How::ends, "is disabled for non-admin users"}, {}, WriteCause::management_disabled},
    WriteRow{403, {How::equals, "permission denied to remove orphaned stack"}, {}, WriteCause::other_environment},
    WriteRow{403, {How::equals, "permission denied to update the resource control"}, {}, WriteCause::access_beyond_right},
    WriteRow{403, {How::equals, "permission denied to access the resource control"}, {}, WriteCause::access_control},
    WriteRow{403, {How::equals, "access denied to resource"}, {How::echo, {}}, WriteCause::access_control},
    WriteRow{403, {How::equals, "access denied"}, {How::equals, "unauthorized"}, WriteCause::role},
    WriteRow{403, {}, {How::equals, "authorization required for this operation"}, WriteCause::role},

    // §1.3: what is not there; only with the bucket in its details.
    WriteRow{404, {How::starts, "unable to find"}, {How::starts, "object not found inside the database (bucket=stacks, key="}, WriteCause::stack_gone},
    WriteRow{404, {How::starts, "unable to find"}, {How::starts, "object not found inside the database (bucket=endpoints, key="}, WriteCause::environment_gone},
    WriteRow{404, {How::starts, "unable to find"}, {How::starts, "object not found inside the database (bucket=resource_control, key="}, WriteCause::access_gone},

    // §1.3, §3.9, §11, §12: what stands against it.
    WriteRow{409, {How::starts, "a stack with the normalized name '"}, {}, WriteCause::name_taken},
    WriteRow{409, {How::starts, "a stack with the name '"}, {}, WriteCause::name_taken},
    WriteRow{409, {How::starts, "webhook id"}, {}, WriteCause::webhook_taken},
    WriteRow{409, {How::equals, "unable to update stack"}, {How::equals, "stack deployment is already in progress"}, WriteCause::deploying},
    WriteRow{409, {How::equals, "unable to start stack"}, {How::equals, "stack deployment is already in progress"}, WriteCause::deploying},
    WriteRow{409, {How::equals, "stack deployment is in progress"}, {}, WriteCause::deploying},
    WriteRow{409, {How::equals, "unable to start stack"}, {How::equals, "stack is already active"}, WriteCause::already_so},
    WriteRow{409, {How::equals, "unable to start stack"}, {}, WriteCause::last_deploy_failed},
    WriteRow{409, {How::equals, "a resource control is already associated to this resource"}, {}, WriteCause::access_exists},
    WriteRow{400, {How::equals, "stack is already active"}, {}, WriteCause::already_so},
    WriteRow{400, {How::equals, "stack is already inactive"}, {}, WriteCause::already_so},
    WriteRow{400, {How::equals, "stack is not created from git"}, {How::equals, "stack source has no git config"}, WriteCause::git_hidden},
    WriteRow{400, {How::equals, "stack is not created from git"}, {}, WriteCause::not_git},
    WriteRow{400, {How::ends, "a kubernetes stack is not supported"}, {}, WriteCause::not_supported},
    WriteRow{400, {How::equals, "environment type does not match"}, {}, WriteCause::not_supported},
    WriteRow{400, {How::equals, "invalid request payload"}, {}, WriteCause::payload},
    WriteRow{400, {How::starts, "invalid query parameter: "}, {}, WriteCause::request},
    WriteRow{400, {How::starts, "invalid value for query parameter: "}, {}, WriteCause::request},
    WriteRow{400, {How::ends, " identifier route variable"}, {}, WriteCause::request},

    // §3.5, §5.2, §11: what it tried. Of 2.39.0 the reason stands in the details alone.
    WriteRow{500, {How::equals, "no git config in the found stack"}, {}, WriteCause::not_git},
    WriteRow{500, {How::equals, "no git config in the found stack source"}, {}, WriteCause::git_hidden},
    WriteRow{500, {How::equals, "failed to deploy stack"}, {How::starts, "stack config file is invalid"}, WriteCause::content},
    WriteRow{500, {How::equals, "failed to deploy stack"}, {How::starts, "failed to pull images of the stack"}, WriteCause::pull},
    WriteRow{500, {How::equals, "failed to deploy stack"}, {}, WriteCause::deployment},
    WriteRow{500, {How::starts, "stack config file is invalid"}, {}, WriteCause::content},
    WriteRow{500, {How::starts, "failed to pull images of the stack"}, {}, WriteCause::pull},
    WriteRow{500, {How::starts, "failed to deploy a stack: "}, {}, WriteCause::deployment},
    WriteRow{500, {How::equals, "unable to deploy kubernetes stack via file content"}, {}, WriteCause::deployment},
    WriteRow{500, {How::starts, "failed to deploy kubernete stack: "}, {}, WriteCause::deployment},
    WriteRow{500, {How::starts, "failed to read manifest file: "}, {}, WriteCause::repository},
    WriteRow{500, {How::starts, "unable to clone git repository"}, {}, WriteCause::repository},
    WriteRow{500, {How::equals, "failed to save stack via git repository method"}, {}, WriteCause::repository},
    WriteRow{500, {How::equals, "failed to prepare stack"}, {}, WriteCause::repository},
    WriteRow{500, {How::equals, "unable to fetch git repository"}, {}, WriteCause::repository},
    WriteRow{500, {How::equals, "unable get latest commit id"}, {}, WriteCause::repository},
    WriteRow{500, {How::equals, "unable to check for name collision"}, {}, WriteCause::docker},
    WriteRow{500, {How::equals, "unable to start stack"}, {}, WriteCause::deployment},
    WriteRow{500, {How::equals, "unable to stop stack"}, {}, WriteCause::deployment},
    WriteRow{500, {How::starts, "error response from daemon: "}, {How::echo, {}}, WriteCause::docker},
    WriteRow{500, {How::starts, "cannot connect to the docker daemon"}, {How::echo, {}}, WriteCause::docker},
    // `docker stack deploy` in its own words.
    WriteRow{500, {}, {How::echo, {}}, WriteCause::deployment},
};
// clang-format on

// A 4xx says that nothing was done; a 500 that it was tried, but for the two of Git calls on what is not from Git.
constexpr WriteMeaning meaning_of(const WriteRow& row) {
    const bool refused = row.status < 500;
    return {.outcome = refused ? WriteOutcome::refused : WriteOutcome::failed, .cause = row.cause};
}

bool is_media_type(std::string_view content_type, std::string_view wanted) {
    return to_lower(trim(content_type.substr(0, content_type.find(';')))) == wanted;
}

bool contains_any(std::string_view text, std::initializer_list<std::string_view> pieces) {
    return std::ranges::any_of(pieces, [&](std::string_view piece) { return text.contains(piece); });
}

// "No such container: x", "network x not found", "get x: no such volume", "service x not found"; Podman: "no container
// with name or ID \"x\" found". Always with the name that was asked for: a gateway's own "service not found" is no
// proof.
bool says_docker_absence(std::string_view text, std::string_view object) {
    if (object.empty() || !text.contains(to_lower(object))) return false;
    return contains_any(text, {"no such container", "no such network", "no such volume", "no such service"}) ||
           (contains_any(text, {"container ", "network ", "volume ", "service "}) &&
            (text.ends_with(" not found") || text.contains("no container with name or id")));
}

bool fits(const TextMatch& match, const std::optional<std::string>& text, std::string_view object,
          std::string_view echoed = {}) {
    if (match.how == How::any) return true;
    if (match.how == How::missing) return !text.has_value();
    if (!text) return false;
    switch (match.how) {
    case How::equals:
        return *text == match.text;
    case How::starts:
        return text->starts_with(match.text);
    case How::ends:
        return text->ends_with(match.text);
    case How::docker_absence:
        return says_docker_absence(*text, object);
    case How::echo:
        return !echoed.empty() && *text == echoed; // both are folded
    case How::any:
    case How::missing:
        break;
    }
    return false;
}

std::optional<std::string> folded(const std::optional<std::string_view>& text) {
    if (!text) return std::nullopt;
    return to_lower(trim(*text));
}

// What a RoleBinding to `edit` in a namespace gives, which is how Portainer gives namespaces (kubernetes.md §3.2):
// everything else is the administrators', whatever the namespace. "GROUP/RESOURCE".
constexpr std::array given_with_namespaces{
    std::string_view("/pods"),
    std::string_view("/services"),
    std::string_view("/configmaps"),
    std::string_view("/secrets"),
    std::string_view("/persistentvolumeclaims"),
    std::string_view("/serviceaccounts"),
    std::string_view("/replicationcontrollers"),
    std::string_view("/events"),
    std::string_view("/endpoints"),
    std::string_view("/resourcequotas"),
    std::string_view("/limitranges"),
    std::string_view("/namespaces"),
    std::string_view("apps/deployments"),
    std::string_view("apps/statefulsets"),
    std::string_view("apps/daemonsets"),
    std::string_view("apps/replicasets"),
    std::string_view("apps/controllerrevisions"),
    std::string_view("batch/jobs"),
    std::string_view("batch/cronjobs"),
    std::string_view("autoscaling/horizontalpodautoscalers"),
    std::string_view("networking.k8s.io/ingresses"),
    std::string_view("networking.k8s.io/networkpolicies"),
    std::string_view("policy/poddisruptionbudgets"),
    std::string_view("discovery.k8s.io/endpointslices"),
    std::string_view("events.k8s.io/events"),
};

// What stands in quotes behind `before`: `cannot list resource "deployments" in API group "apps" in the namespace "x"`.
std::optional<std::string_view> quoted_after(std::string_view text, std::string_view before) {
    const std::size_t at = text.find(before);
    if (at == std::string_view::npos) return std::nullopt;
    text.remove_prefix(at + before.size());
    return text.substr(0, text.find('"'));
}

// Forbidden by the cluster's own rules: for want of the namespace, or because no namespace gives the kind.
Cause cause_of_status(std::string_view message) {
    const auto resource = quoted_after(message, " resource \"");
    const auto group = quoted_after(message, " in API group \"");
    if (!resource || !group) return Cause::unknown;
    const bool in_namespace = message.contains(" in the namespace \"");
    const std::string about = std::string(*group) + "/" + std::string(*resource);
    return in_namespace && std::ranges::find(given_with_namespaces, about) != given_with_namespaces.end()
               ? Cause::namespace_
               : Cause::kind;
}

// kubernetes.md §3.1: an API server's own refusals, told by their `reason`. A 404 is proof of absence only where it
// names what was asked for.
Meaning of_status(const AnswerFacts& facts) {
    if (facts.status == 403 && *facts.reason == "Forbidden") return denied(cause_of_status(facts.message.value_or("")));
    if (facts.status == 403) return denied(Cause::unknown);
    const bool absent = facts.status == 404 && *facts.reason == "NotFound" && !facts.object.empty();
    if (absent && facts.about == facts.object) return is(Outcome::object_absent);
    return failed(Failure::refused);
}

// A read answers 200 with JSON; only writes may answer 201, or 204 without a body.
bool is_answer(const AnswerFacts& facts, bool json) {
    if (facts.status == 200) return json;
    return facts.call == Call::other && ((facts.status == 201 && json) || facts.status == 204);
}

} // namespace

bool is_json(std::string_view content_type) { return is_media_type(content_type, "application/json"); }

Meaning classify(const AnswerFacts& facts) {
    const bool json = is_json(facts.content_type);
    if (facts.status < 300) return is_answer(facts, json) ? is(Outcome::ok) : failed(Failure::not_the_api);
    if (facts.status < 400) return failed(Failure::redirect);
    if (facts.call == Call::kubernetes && json && facts.reason) return of_status(facts);
    Shape shape = Shape::foreign;
    std::optional<std::string> message;
    if (json && facts.message) {
        shape = Shape::api;
        message = folded(facts.message);
    } else if (is_media_type(facts.content_type, "text/plain")) {
        shape = Shape::text;
        message = folded(facts.text);
    }
    const auto details = folded(facts.details);
    const auto* row = std::ranges::find_if(table, [&](const CauseRow& r) {
        return (r.status == 0 || r.status == facts.status) && (r.shape == Shape::any || r.shape == shape) &&
               (r.calls & bit(facts.call)) != 0 && fits(r.message, message, facts.object) &&
               fits(r.details, details, facts.object);
    });
    return row->meaning; // the last row fits everything
}

WriteMeaning classify_write(const AnswerFacts& facts) {
    const bool json = is_json(facts.content_type);
    const bool answered = (json && (facts.status == 200 || facts.status == 201)) || facts.status == 204;
    if (answered) return {.outcome = WriteOutcome::answered, .cause = {}};
    if (!json || !facts.message) return {};
    const auto message = folded(facts.message);
    const auto details = folded(facts.details);
    const auto* row = std::ranges::find_if(writes, [&](const WriteRow& r) {
        return r.status == facts.status && fits(r.message, message, {}) && fits(r.details, details, {}, *message);
    });
    return row == writes.end() ? WriteMeaning{} : meaning_of(*row);
}

} // namespace mooring::portainer
