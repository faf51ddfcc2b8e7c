#include "portainer_write/request.hpp"

#include "base/secret.hpp"
#include "base/text.hpp"
#include "model/stack.hpp"
#include "portainer/decode.hpp"

#include <fmt/format.h>
#include <iterator>
#include <utility>

namespace mooring::portainer_write {
namespace {

constexpr std::size_t tells_little = 4; // bytes: a value as short as that is no secret unless its name says so

} // namespace

std::string at(const StackRecord& record, std::string_view beside) {
    return fmt::format("{}{}?endpointId={}", portainer::path_of_stack(record.id), beside, record.environment);
}

void hide(std::vector<Secret>& secrets, const std::vector<EnvVar>& env) {
    for (const EnvVar& variable : env) {
        const std::string_view value = variable.value.reveal();
        const bool long_enough = value.size() >= tells_little && !tells_nothing(value);
        if (long_enough || is_secret(variable.name, value)) secrets.push_back(variable.value);
    }
}

bool holds_user(const std::string& url) { return url_without_user(url) != url; }

void keep_credentials(JsonText& json, const GitConfig& git) {
    json.flag("RepositoryAuthentication", git.has_authentication);
    json.text("RepositoryUsername", git.has_authentication ? git.username : std::string());
    json.text("RepositoryPassword", "");
    if (git.credential_id != 0) json.number("RepositoryGitCredentialID", git.credential_id);
}

void give_credentials(JsonText& json, const GitCredentials& credentials) {
    json.flag("RepositoryAuthentication", true);
    json.text("RepositoryUsername", credentials.username);
    json.text("RepositoryPassword", credentials.password.reveal());
}

Made made(std::string method, std::string target, JsonText json, std::vector<Secret> secrets, Shows shows) {
    return WriteRequest{.method = std::move(method),
                        .target = std::move(target),
                        .body = json.take(),
                        .secrets = std::move(secrets),
                        .shows = shows,
                        .stack = 0};
}

std::optional<Veto> stops_git(const StackRecord& record) {
    if (record.git) return std::nullopt;
    return record.git_hidden() ? Veto::git_hidden : Veto::not_git;
}

Made without_body(std::string method, std::string target, const StackRecord& record, Shows shows) {
    WriteRequest request{.method = std::move(method),
                         .target = std::move(target),
                         .body = {},
                         .secrets = {},
                         .shows = shows,
                         .stack = record.id};
    hide(request.secrets, record.env);
    return request;
}

std::string create_target(StackType type, std::string_view method, EnvironmentId environment) {
    return fmt::format("/api/stacks/create/{}/{}?endpointId={}", to_string(type), method, environment);
}

void JsonText::key(std::string_view name) {
    out_ += open_ ? ',' : '{';
    open_ = true;
    quoted(name);
    out_ += ':';
}

void JsonText::quoted(std::string_view value) {
    out_ += '"';
    for (const char c : value) {
        switch (c) {
        case '"':
        case '\\':
            out_ += '\\';
            out_ += c;
            break;
        case '\n':
            out_ += "\\n";
            break;
        case '\r':
            out_ += "\\r";
            break;
        case '\t':
            out_ += "\\t";
            break;
        default:
            if (static_cast<unsigned char>(c) < 0x20) {
                fmt::format_to(std::back_inserter(out_), "\\u{:04x}", static_cast<unsigned>(c));
            } else {
                out_ += c;
            }
        }
    }
    out_ += '"';
}

JsonText& JsonText::text(std::string_view name, std::string_view value) {
    key(name);
    quoted(value);
    return *this;
}

JsonText& JsonText::flag(std::string_view name, bool value) {
    key(name);
    out_ += value ? "true" : "false";
    return *this;
}

JsonText& JsonText::number(std::string_view name, std::int64_t value) {
    key(name);
    fmt::format_to(std::back_inserter(out_), "{}", value);
    return *this;
}

JsonText& JsonText::null(std::string_view name) {
    key(name);
    out_ += "null";
    return *this;
}

JsonText& JsonText::numbers(std::string_view name, const std::vector<std::int64_t>& values) {
    key(name);
    out_ += fmt::format("[{}]", fmt::join(values, ","));
    return *this;
}

JsonText& JsonText::texts(std::string_view name, const std::vector<std::string>& values) {
    key(name);
    out_ += '[';
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (i > 0) out_ += ',';
        quoted(values[i]);
    }
    out_ += ']';
    return *this;
}

JsonText& JsonText::env(std::string_view name, const std::vector<EnvVar>& values) {
    key(name);
    out_ += '[';
    for (std::size_t i = 0; i < values.size(); ++i) {
        out_ += i > 0 ? ",{\"name\":" : "{\"name\":";
        quoted(values[i].name);
        out_ += ",\"value\":";
        quoted(values[i].value.reveal());
        out_ += '}';
    }
    out_ += ']';
    return *this;
}

// Without JobID: the server arms a new one.
JsonText& JsonText::auto_update(std::string_view name, const std::optional<AutoUpdate>& value) {
    if (!value) return null(name);
    key(name);
    out_ += "{\"Interval\":";
    quoted(value->interval);
    out_ += ",\"Webhook\":";
    quoted(value->webhook);
    out_ += fmt::format(",\"ForceUpdate\":{},\"ForcePullImage\":{}}}", value->force_update, value->force_pull_image);
    return *this;
}

Secret JsonText::take() {
    out_ += open_ ? "}" : "{}";
    return Secret(std::move(out_));
}

std::size_t room_for(const std::vector<EnvVar>& env) {
    std::size_t room = 0;
    for (const EnvVar& variable : env) room += 6 * (variable.name.size() + variable.value.reveal().size()) + 32;
    return room;
}

} // namespace mooring::portainer_write
