#include "portainer/causes.hpp"

#include <array>
#include <fstream>
#include <gtest/gtest.h>
#include <map>
#include <nlohmann/json.hpp>

namespace mooring::portainer {
namespace {

using Json = nlohmann::json;

const std::array all_calls{Call::status, Call::identity,   Call::environments, Call::environment,   Call::stacks,
                           Call::stack,  Call::stack_file, Call::docker_list,  Call::docker_object, Call::users,
                           Call::teams,  Call::tags,       Call::groups,       Call::settings,      Call::other};

const std::map<std::string, Call> calls{{"status", Call::status},
                                        {"identity", Call::identity},
                                        {"environments", Call::environments},
                                        {"environment", Call::environment},
                                        {"stacks", Call::stacks},
                                        {"stack", Call::stack},
                                        {"stack_file", Call::stack_file},
                                        {"docker_list", Call::docker_list},
                                        {"docker_object", Call::docker_object},
                                        {"users", Call::users},
                                        {"teams", Call::teams},
                                        {"tags", Call::tags},
                                        {"groups", Call::groups},
                                        {"settings", Call::settings},
                                        {"other", Call::other}};

std::string words(const Meaning& meaning) {
    std::string text(to_string(meaning.outcome));
    if (meaning.cause) text += " " + std::string(to_string(*meaning.cause));
    if (meaning.failure != Failure::none) text += " " + std::string(to_string(meaning.failure));
    return text;
}

std::string expected_words(const Json& line) {
    std::string text = line["outcome"];
    if (!line["cause"].is_null()) text += " " + line["cause"].get<std::string>();
    if (!line["failure"].is_null()) text += " " + line["failure"].get<std::string>();
    return text;
}

std::optional<std::string_view> optional_text(const Json& value) {
    if (value.is_null()) return std::nullopt;
    return value.get_ref<const std::string&>();
}

// tests/golden/causes/recorded.jsonl: every distinct answer of the recordings, with the lines in which it was recorded.
TEST(Causes, EveryRecordedAnswerHasItsMeaning) {
    std::ifstream file(MOORING_SOURCE_DIR "/tests/golden/causes/recorded.jsonl");
    std::size_t recorded = 0;
    for (std::string text; std::getline(file, text);) {
        const Json line = Json::parse(text);
        const AnswerFacts facts{.call = calls.at(line["call"]),
                                .status = line["status"],
                                .content_type = line["type"].get_ref<const std::string&>(),
                                .message = optional_text(line["message"]),
                                .details = optional_text(line["details"]),
                                .object = line["object"].get_ref<const std::string&>(),
                                .text = line["text"].get_ref<const std::string&>()};
        EXPECT_EQ(words(classify(facts)), expected_words(line)) << text;
        for (const auto& version : line["recorded"]) {
            for (const auto& scenario : version) recorded += scenario.size();
        }
    }
    EXPECT_EQ(recorded, 2582U) << "every line of the recordings stands for one of these";
}

AnswerFacts api(Call call, int status, std::string_view message, std::optional<std::string_view> details = {}) {
    return {.call = call,
            .status = status,
            .content_type = "application/json",
            .message = message,
            .details = details,
            .object = {},
            .text = {}};
}

AnswerFacts page(int status, std::string_view type, std::string_view text) {
    return {.call = Call::stacks,
            .status = status,
            .content_type = type,
            .message = {},
            .details = {},
            .object = {},
            .text = text};
}

TEST(Causes, KnowsEverySpellingOfRefusedCredentials) {
    for (const auto* message :
         {"A valid authorization token is missing", "A valid authorisation token is missing", "Invalid JWT token",
          "An authorization token is invalid", "An authorisation token is invalid", "INVALID jwt TOKEN"}) {
        for (const Call call : all_calls) {
            EXPECT_EQ(words(classify(api(call, 401, message, "Unauthorized"))), "credentials_refused") << message;
        }
    }
}

TEST(Causes, CallsNoOther401ARefusalOfCredentials) {
    EXPECT_EQ(words(classify(page(401, "text/html", "<h1>401</h1>"))), "unavailable not_the_api");
    EXPECT_EQ(words(classify(page(401, "application/json", "{\"error\":\"login\"}"))), "unavailable not_the_api");
    EXPECT_EQ(words(classify(api(Call::stacks, 401, "Single sign-on required"))), "unavailable refused");
}

TEST(Causes, TellsAnAddedHeaderFromADenial) {
    for (const int status : {401, 403}) {
        EXPECT_EQ(
            words(classify(api(Call::stacks, status, "API key and auth header are not allowed at the same time"))),
            "header_added");
    }
    EXPECT_EQ(words(classify(page(403, "text/plain; charset=utf-8", "Forbidden\n"))), "header_added");
    EXPECT_EQ(words(classify(page(403, "text/plain", "Forbidden - CSRF token invalid\n"))), "header_added");
    EXPECT_EQ(words(classify(page(403, "text/plain", "RBAC: access denied"))), "unavailable not_the_api");
    EXPECT_EQ(words(classify(page(403, "text/html", "Forbidden"))), "unavailable not_the_api");
    EXPECT_EQ(words(classify(page(403, "", "Forbidden"))), "unavailable not_the_api");
}

TEST(Causes, ABrokenGroupRecordIsADenialThatSaysNotFound) {
    EXPECT_EQ(words(classify(api(Call::environment, 403, "Permission denied to access environment",
                                 "Object not found inside the database (bucket=endpoint_groups, key=7)"))),
              "denied environment");
}

TEST(Causes, AnUnknownRefusalInTheApisShapeIsDeniedForAnUnknownCause) {
    for (const Call call : all_calls) {
        EXPECT_EQ(words(classify(api(call, 403, "Computer says no", "Reasons"))), "denied unknown");
    }
    EXPECT_EQ(words(classify(page(403, "application/json", "[]"))), "unavailable not_the_api");
}

TEST(Causes, ABanOnThePublicRouteIsNoDenial) {
    EXPECT_EQ(words(classify(api(Call::status, 403, "Access denied", "Access denied to resource"))),
              "unavailable refused");
}

TEST(Causes, KnowsBusinessEditionsRoles) {
    EXPECT_EQ(words(classify(api(Call::stack, 403, "Access denied", "Authorization required for this operation"))),
              "denied role");
}

TEST(Causes, ADockerRefusalHasNoDetails) {
    EXPECT_EQ(words(classify(api(Call::docker_object, 403, "access denied to resource"))), "denied name_taken");
    EXPECT_EQ(words(classify(api(Call::docker_list, 403, "access denied to resource"))), "denied resource_control");
    EXPECT_EQ(words(classify(api(Call::docker_object, 403, "Access denied to resource", "Access denied to resource"))),
              "denied unknown");
}

TEST(Causes, A404ProvesAbsenceOnlyWithItsBucket) {
    constexpr std::string_view message = "Unable to find a stack with the specified identifier inside the database";
    const auto stack_404 = [&](std::string_view details) {
        return words(classify(api(Call::stack, 404, message, details)));
    };
    EXPECT_EQ(stack_404("Object not found inside the database (bucket=stacks, key=4)"), "stack_gone");
    EXPECT_EQ(stack_404("Object not found inside the database (bucket=endpoints, key=4)"), "environment_gone");
    EXPECT_EQ(stack_404("Object not found inside the database"), "unavailable refused");
    EXPECT_EQ(stack_404("Object not found inside the database (bucket=endpoint_groups, key=4)"), "unavailable refused");
    EXPECT_EQ(words(classify(api(Call::stack, 404, message))), "unavailable refused");
    EXPECT_EQ(words(classify(api(Call::stack, 404, "no Route matched with those values",
                                 "Object not found inside the database (bucket=stacks, key=4)"))),
              "unavailable refused");
    auto html = api(Call::stack, 404, message, "Object not found inside the database (bucket=stacks, key=4)");
    html.content_type = "text/html";
    EXPECT_EQ(words(classify(html)), "unavailable not_the_api");
}

TEST(Causes, AnAbsentObjectIsSaidSoByDockerWithItsName) {
    const auto object_404 = [](std::string_view message, std::string_view name,
                               std::optional<std::string_view> details = {}) {
        auto facts = api(Call::docker_object, 404, message, details);
        facts.object = name;
        return words(classify(facts));
    };
    EXPECT_EQ(object_404("No such container: Shop-web-1", "Shop-web-1"), "object_absent");
    EXPECT_EQ(object_404("network shop_default not found", "shop_default"), "object_absent");
    EXPECT_EQ(object_404("get shop_data: no such volume", "shop_data"), "object_absent");
    EXPECT_EQ(object_404("service shop_web not found", "shop_web"), "object_absent");
    EXPECT_EQ(object_404("no container with name or ID \"shop-web-1\" found: no such container", "shop-web-1"),
              "object_absent");
    EXPECT_EQ(object_404("service not found", "shop_web"), "unavailable refused") << "a gateway's words";
    EXPECT_EQ(object_404("no Route matched with those values", "shop_web"), "unavailable refused");
    EXPECT_EQ(object_404("No such container: other", "shop-web-1"), "unavailable refused");
    EXPECT_EQ(object_404("No such container: x", ""), "unavailable refused");
    EXPECT_EQ(object_404("No such container: x", "x", "Details"), "unavailable refused");
    EXPECT_EQ(words(classify(api(Call::docker_list, 404, "No such container: x"))), "unavailable refused");
}

TEST(Causes, OnlyTheFilesRouteLosesFiles) {
    constexpr std::string_view lost = "Unable to retrieve Compose file from disk";
    EXPECT_EQ(words(classify(api(Call::stack_file, 500, lost, "gone"))), "file_lost");
    EXPECT_EQ(words(classify(api(Call::stack, 500, lost, "gone"))), "unavailable refused");
    EXPECT_EQ(words(classify(api(Call::stack_file, 502, lost, "gone"))), "unavailable refused");
    EXPECT_EQ(
        words(classify(api(Call::stack_file, 409,
                           "Stack git settings have changed. Redeploy the stack to apply the new configuration."))),
        "settings_not_deployed");
}

TEST(Causes, A200IsAnAnswerOnlyAsJson) {
    EXPECT_EQ(words(classify(page(200, "application/json; charset=utf-8", "[]"))), "ok");
    EXPECT_EQ(words(classify(page(200, "text/html", "<html>"))), "unavailable not_the_api");
    EXPECT_EQ(words(classify(page(200, "", "[]"))), "unavailable not_the_api");
    EXPECT_EQ(words(classify(page(200, "application/jsonp", "x([])"))), "unavailable not_the_api");
    EXPECT_EQ(words(classify(page(204, "application/json", ""))), "unavailable not_the_api");
    EXPECT_EQ(words(classify(page(206, "application/json", "["))), "unavailable not_the_api");
}

TEST(Causes, ARedirectIsNeverAnAnswer) {
    for (const int status : {301, 302, 303, 304, 307, 308}) {
        EXPECT_EQ(words(classify(page(status, "application/json", "[]"))), "unavailable redirect");
    }
    EXPECT_EQ(words(classify(api(Call::stacks, 303, "Administrator initialization timeout"))), "unavailable redirect");
}

// Whatever the server says: a denial has a cause, an unavailable one a failure, and nothing else has either.
TEST(Causes, EveryMeaningIsWhole) {
    for (const Call call : all_calls) {
        for (int status = 100; status < 600; ++status) {
            for (const auto* message : {"", "Access denied", "Invalid JWT token", "Unable to find a stack"}) {
                const auto meaning = classify(api(call, status, message));
                EXPECT_EQ(meaning.cause.has_value(), meaning.outcome == Outcome::denied);
                EXPECT_EQ(meaning.failure != Failure::none, meaning.outcome == Outcome::unavailable);
                EXPECT_TRUE(meaning.outcome != Outcome::denied || status == 403);
            }
        }
    }
}

Reply reply_of(Outcome outcome, std::optional<Cause> cause = {}, Failure failure = Failure::none) {
    Reply reply;
    reply.outcome = outcome;
    reply.cause = cause;
    reply.failure = failure;
    return reply;
}

TEST(Remedy, NamesThePersonAndThePlace) {
    const RemedyNames names{.user = "alice", .stack = "billing", .environment = "production", .server = "https://p"};
    EXPECT_EQ(remedy(reply_of(Outcome::denied, Cause::resource_control), names),
              "Ask an administrator to add alice to Stacks > billing > Access control.");
    EXPECT_EQ(remedy(reply_of(Outcome::denied, Cause::environment), names),
              "Ask an administrator to give alice access to production: Environments > production > Manage access.");
}

TEST(Remedy, OfACertificateFollowsWhatIsWrongWithIt) {
    Reply reply = reply_of(Outcome::unavailable, {}, Failure::tls);
    const auto remedy_of = [&reply](const char* words) {
        reply.message = words;
        return remedy(reply, {});
    };
    EXPECT_TRUE(remedy_of("the certificate is not trusted: self-signed certificate").contains("`tls.ca`"));
    EXPECT_TRUE(remedy_of("the certificate is not trusted: IP address mismatch").contains("`url`"));
    EXPECT_TRUE(remedy_of("the certificate is not trusted: hostname mismatch").contains("`url`"));
    EXPECT_TRUE(remedy_of("the certificate is not trusted: certificate has expired").starts_with("Renew"));
    EXPECT_TRUE(remedy_of("the certificate is not trusted: certificate is not yet valid").contains("clock"));
    EXPECT_TRUE(remedy_of("wrong version number").contains("HTTPS"));
}

// What is known of a failure, and what a person must do about it.
struct Known {
    Failure failure;
    int status;
    std::string_view message;
    std::string_view details;
    std::string_view cure; // in the remedy
};

TEST(Remedy, FollowsWhatIsReallyKnown) {
    using enum Failure;
    const RemedyNames names{.user = "", .stack = "", .environment = "", .server = "http://p.test:9443/base"};
    const std::vector<Known> table{
        {connect, 0, "cannot connect to p.test:9443: Connection refused", "",
         "Check that Portainer is running at http://p.test:9443/base and that no firewall"},
        {connect, 0, "cannot connect to the proxy 10.0.0.1:3128: Connection refused", "",
         "Check the proxy 10.0.0.1:3128 (HTTPS_PROXY, HTTP_PROXY, or `proxy` in the configuration)"},
        {connect, 0, "cannot connect to the proxy [fd00::1]:3128: No route to host", "",
         "Check the proxy [fd00::1]:3128 ("},
        {resolve, 0, "the proxy squid.test:3128: cannot look up squid.test: Name or service not known", "",
         "Check the proxy squid.test:3128 ("},
        {resolve, 0, "cannot look up p.test: Name or service not known", "", "Check the host name in `url`"},
        {timeout, 0, "no answer in time (connecting to the proxy 10.0.0.1:3128)", "",
         "Check the proxy 10.0.0.1:3128 ("},
        {timeout, 0, "looking up p.test took too long", "", "DNS"},
        {timeout, 0, "no answer in time (waiting for p.test:9443)", "",
         "Find out why Portainer (http://p.test:9443/base) is slow"},
        {proxy, 0, "the proxy 10.0.0.1:3128 refused the way to p.test:9443 with 403", "",
         "Allow the way to Portainer in the settings of the proxy 10.0.0.1:3128"},
        {proxy, 0, "the proxy 10.0.0.1:3128 refused the way to p.test:9443 with 407: it asks for a user and password",
         "", "http://USER:PASSWORD@HOST:PORT"},
        {proxy, 0, "the proxy 10.0.0.1:3128 sent bytes before the handshake", "",
         "Do not trust the proxy 10.0.0.1:3128:"},
        {proxy, 0, "the proxy 10.0.0.1:3128: the connection ended without an answer", "",
         "Check the proxy 10.0.0.1:3128 ("},
        {tls, 0, "no TLS with p.test:9443: the server's key is not the pinned one (it is sha256/x)", "",
         "new key (ask its administrator), put it as `tls.pin`. If not, somebody may be in between"},
        {tls, 0, "no TLS with p.test:9443: tlsv13 alert certificate required (SSL routines)", "", "client certificate"},
        {tls, 0, "no TLS with p.test:9443: sslv3 alert bad certificate (SSL routines)", "", "client certificate"},
        {tls, 0, "no TLS with p.test:9443: tlsv1 alert protocol version (SSL routines)", "", "TLS 1.2 or newer"},
        {tls, 0, "no TLS with a..b:443: the server's name cannot be checked: no certificate could be for `a..b`", "",
         "Correct the host in `url`"},
        {tls, 0, "no TLS with p.test:9443: wrong version number (SSL routines)", "",
         "Check that this port speaks HTTPS"},
        {lost, 0, "the connection was lost: tlsv13 alert certificate required (SSL routines)", "",
         "client certificate"},
        {lost, 0, "the connection ended without an answer", "", "Check the log of Portainer (http://p.test:9443/base)"},
        {not_the_api, 400, "not Portainer's answer (text/plain)", "Client sent an HTTP request to an HTTPS server.\n",
         "This port speaks HTTPS: write `https://p.test:9443/base` as `url`"},
        {not_the_api, 400, "not Portainer's answer (text/html)",
         "<html><title>400 The plain HTTP request was sent to HTTPS port</title>", "This port speaks HTTPS"},
        {not_the_api, 400, "not Portainer's answer (text/html)",
         "Reason: You're speaking plain HTTP to an SSL-enabled server port.", "This port speaks HTTPS"},
        {not_the_api, 0, "the answer is TLS, not HTTP", "", "This port speaks HTTPS"},
        {not_the_api, 0, "the answer is HTTP/2, which Mooring does not speak", "", "takes HTTP/2 only"},
        {not_the_api, 426, "not Portainer's answer (text/plain)", "", "takes HTTP/2 only"},
        {not_the_api, 505, "not Portainer's answer (text/plain)", "", "takes HTTP/2 only"},
        {not_the_api, 0,
         "the answer is encoded (gzip) although that was not asked for: something between encodes answers", "",
         "Switch off the compression"},
        {not_the_api, 401, "not Portainer's answer (text/html)", "<h1>Login</h1>", "asks for a login of its own"},
        {refused, 401, "No API key found in request", "", "asks for a login of its own"},
        {not_the_api, 403, "not Portainer's answer (text/html)", "", "refuses them"},
        {not_the_api, 407, "not Portainer's answer (text/html)", "", "http://USER:PASSWORD@HOST:PORT"},
        {not_the_api, 200, "not Portainer's answer (text/html)", "", "is Portainer's address, base path included"},
        {not_the_api, 502, "not Portainer's answer (text/html)", "",
         "Check that Portainer (http://p.test:9443/base) and the environment are running."},
        {redirect, 303, "Administrator initialization timeout", "",
         "Restart Portainer (http://p.test:9443/base) and create its administrator within 5 minutes."},
        {redirect, 301, "a redirect to https://q.test/api/stacks, which is not followed", "",
         "Write `https://q.test` as `url`"},
        {redirect, 301, "a redirect to https://me:pw@q.test/x/api/stacks, which is not followed", "",
         "Write `https://q.test/x` as `url`"},
        {redirect, 302, "a redirect to /portainer/api/stacks, which is not followed", "",
         "Add the base path `/portainer` to `url`"},
        {redirect, 302, "a redirect to https://sso.test/login?next=/api/stacks&a, which is not followed", "",
         "login page"},
        {redirect, 307, "a redirect, which is not followed", "", "is Portainer's own address"},
    };
    for (const Known& known : table) {
        Reply reply = reply_of(Outcome::unavailable, {}, known.failure);
        reply.target = "/base/api/stacks";
        reply.status = known.status;
        reply.message = known.message;
        reply.details = known.details;
        const std::string said = remedy(reply, names);
        EXPECT_TRUE(said.contains(known.cure)) << known.message << "\n" << said;
        EXPECT_FALSE(said.contains("pw@")) << said;
    }
}

TEST(Remedy, ExistsForEverythingThatIsNoAnswer) {
    const RemedyNames nobody;
    for (const Cause cause : {Cause::environment, Cause::resource_control, Cause::stack_management_disabled,
                              Cause::role, Cause::name_taken, Cause::unknown}) {
        EXPECT_FALSE(remedy(reply_of(Outcome::denied, cause), nobody).empty());
    }
    for (const Failure failure :
         {Failure::resolve, Failure::connect, Failure::proxy, Failure::tls, Failure::timeout, Failure::lost,
          Failure::too_large, Failure::not_the_api, Failure::redirect, Failure::refused}) {
        EXPECT_FALSE(remedy(reply_of(Outcome::unavailable, {}, failure), nobody).empty());
    }
    for (const Outcome outcome :
         {Outcome::credentials_refused, Outcome::header_added, Outcome::file_lost, Outcome::settings_not_deployed}) {
        EXPECT_FALSE(remedy(reply_of(outcome), nobody).empty());
    }
    for (const Outcome outcome :
         {Outcome::ok, Outcome::not_asked, Outcome::stack_gone, Outcome::environment_gone, Outcome::object_absent}) {
        EXPECT_TRUE(remedy(reply_of(outcome), nobody).empty());
    }
}

} // namespace
} // namespace mooring::portainer
