// A double with three users, and short ways to ask it.
#pragma once

#include "contract/client.hpp"
#include "portainer_double/double.hpp"

#include <string>

namespace portainer_double::test {

inline const std::string small_world = R"({
  "settle": "manually",
  "users": [{"username": "admin", "token": "ptr_admin"}, {"username": "alice", "token": "ptr_alice"},
            {"username": "bob", "token": "ptr_bob"}],
  "environments": [{"id": 1, "name": "production", "users": ["alice"]}],
  "stacks": [{"name": "shop", "environment": "production", "access": {"users": ["alice"]},
              "file": "services:\n  web:\n    image: local/web:1.0\n"},
             {"name": "hidden", "environment": "production", "access": "administrators"}]
})";

class Asking {
  public:
    explicit Asking(Options options) : server(prepared(std::move(options))), client_(started(server)) {}
    explicit Asking(Version version = Version::v2_43_0, const std::string& seed = small_world)
        : Asking(Options{.version = version, .seed = seed}) {}

    contract::Response ask(const std::string& method, const std::string& target, const std::string& user = "admin",
                           const std::string& body = {}) {
        return client_.send(
            {.method = method, .target = target, .headers = {{"X-API-Key", "ptr_" + user}}, .body = body});
    }
    contract::Response get(const std::string& target, const std::string& user = "admin") {
        return ask("GET", target, user);
    }
    contract::Response tell(const std::string& path, const std::string& body) {
        return contract::Client(server.control_url())
            .send({.method = "POST", .target = path, .headers = {}, .body = body});
    }

    Double server;

  private:
    contract::Client client_;

    static Options prepared(Options options) {
        if (options.seed.empty()) options.seed = small_world;
        return options;
    }
    static std::string started(Double& server) {
        server.start();
        return server.url();
    }
};

inline std::string message(const contract::Response& response) {
    return response.json && response.json->is_object() ? response.json->value("message", "") : std::string();
}

} // namespace portainer_double::test
