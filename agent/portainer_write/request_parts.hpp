// What requests have in common, whatever they are about. Private to this folder.
#pragma once

#include "portainer_write/json_text.hpp"
#include "portainer_write/request.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mooring::portainer_write {

using Made = std::expected<Request, Veto>;

inline constexpr std::size_t room_beside = 4096; // bytes: names of members, and what is short

// "/api/stacks/7/git?endpointId=3", of the recorded environment.
std::string at(const StackRecord& record, std::string_view beside = {});
// "/api/stacks/create/standalone/string?endpointId=3"
std::string create_target(StackType type, std::string_view method, EnvironmentId environment);

// What must not come back in a message: every value but those that would only blot it.
void hide(std::vector<Secret>& secrets, const std::vector<EnvVar>& env);
bool holds_user(const std::string& url);
// Why nothing of Git may be written to the record; nullopt: it may.
std::optional<Veto> stops_git(const StackRecord& record);

// The stored credentials stay where the password is left empty, but the server takes the user name from the body.
void keep_credentials(JsonText& json, const GitConfig& git);
void give_credentials(JsonText& json, const GitCredentials& credentials);

Made made(std::string method, std::string target, JsonText json, std::vector<Secret> secrets, Shows shows);
Made without_body(std::string method, std::string target, const StackRecord& record, Shows shows);

// The requests of Kubernetes stacks (kubernetes.md §1), which have members of their own.
Made kubernetes_request(const CreateFromFile& create);
Made kubernetes_request(const CreateFromGit& create);
Made kubernetes_request(const Change& change, const StackRecord& record);

} // namespace mooring::portainer_write
