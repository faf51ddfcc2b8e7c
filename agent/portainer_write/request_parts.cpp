#include "portainer_write/request_parts.hpp"

#include "base/secret_names.hpp"
#include "base/text.hpp"
#include "model/names.hpp"
#include "portainer/paths.hpp"

#include <fmt/format.h>
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
    return Request{.method = std::move(method),
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
    Request request{.method = std::move(method),
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

} // namespace mooring::portainer_write
