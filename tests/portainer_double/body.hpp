// A JSON request body as Go decodes it: names in any case, unknown ones ignored.
#pragma once

#include "portainer_double/message.hpp"
#include "portainer_double/payload.hpp"

#include <nlohmann/json.hpp>

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace portainer_double {

class Body {
  public:
    // The 400 "Invalid request payload" of an empty or broken body, or of a field of another JSON type. What follows
    // the first JSON value is not looked at.
    static std::expected<Body, Answer> read(const Request& request, const Payload& payload);
    // For handlers that look at the query first: a urlencoded body is read by then.
    static std::expected<Body, Answer> read_after_query(const Request& request, const Payload& payload);
    // multipart/form-data: every part is a text field, a file's content under the name of its field.
    static Body read_form(const Request& request);

    const Json* find(std::string_view name) const; // nullptr if absent or null
    std::string text(std::string_view name) const; // "" if absent or not a text
    bool flag(std::string_view name) const;
    std::optional<std::vector<std::string>> texts(std::string_view name) const; // nullopt if absent or null
    Id number(std::string_view name) const;
    std::vector<Id> ids(std::string_view name) const;
    // {"2":{"RoleId":0}}, left alone if the key is absent or null.
    void read_policies(std::string_view name, Policies& policies) const;
    std::optional<std::vector<EnvVar>> env(std::string_view name) const; // nullopt if absent or null

  private:
    Json value_ = Json::object();
};

Answer invalid_payload(std::string_view details);

} // namespace portainer_double
