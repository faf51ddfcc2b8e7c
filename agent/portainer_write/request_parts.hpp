// A JSON object written into one text that is wiped: no value of it lies anywhere else.
#pragma once

#include "base/secret.hpp"
#include "model/stack.hpp"
#include "portainer_write/request.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mooring::portainer_write {

class JsonText {
  public:
    // `most`: bytes that will do, so that the text is not moved while it grows.
    explicit JsonText(std::size_t most) { out_.reserve(most); }

    JsonText& text(std::string_view name, std::string_view value);
    JsonText& flag(std::string_view name, bool value);
    JsonText& number(std::string_view name, std::int64_t value);
    JsonText& null(std::string_view name);
    JsonText& numbers(std::string_view name, const std::vector<std::int64_t>& values);
    JsonText& texts(std::string_view name, const std::vector<std::string>& values);
    JsonText& env(std::string_view name, const std::vector<EnvVar>& values); // in their order, duplicates too
    JsonText& auto_update(std::string_view name, const std::optional<AutoUpdate>& value); // null: none

    Secret take(); // call once

  private:
    void key(std::string_view name);
    void quoted(std::string_view value);

    std::string out_;
    bool open_ = false;
};

// Bytes that the text of these takes at most.
std::size_t room_for(const std::vector<EnvVar>& env);

// What requests have in common, whatever they are about. Private to this folder.
using Made = std::expected<WriteRequest, Veto>;

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
