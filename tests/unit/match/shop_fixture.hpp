// A stack `shop` as its manifest declares it, the record that agrees with it, and the server that both belong to.
#pragma once

#include "match/facts.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mooring::match {

using Texts = std::vector<std::string>;

inline DesiredEnv env_of(std::string name, std::string value, bool is_public = false) {
    return {.name = std::move(name),
            .value = Secret(std::move(value)),
            .unreadable = {},
            .is_public = is_public,
            .line = 7};
}

inline DesiredEnv opaque_env(std::string name) {
    return {.name = std::move(name), .value = std::nullopt, .unreadable = {}, .is_public = false, .line = 8};
}

template <typename T>
Answer<T> answered(Call call, T value, std::string target = "/api/x") {
    Answer<T> answer;
    answer.reply.call = call;
    answer.reply.outcome = Outcome::ok;
    answer.reply.status = 200;
    answer.reply.target = std::move(target);
    answer.value = std::move(value);
    return answer;
}

template <typename T>
Answer<T> refused(Call call, Cause cause, std::string target) {
    Answer<T> answer;
    answer.reply.call = call;
    answer.reply.outcome = Outcome::denied;
    answer.reply.cause = cause;
    answer.reply.status = 403;
    answer.reply.target = std::move(target);
    answer.reply.message = "Permission denied";
    return answer;
}

inline const Change* find_change(const std::vector<Change>& changes, std::string_view path) {
    const auto found = std::ranges::find(changes, path, &Change::path);
    return found == changes.end() ? nullptr : &*found;
}

inline std::vector<std::string> paths_of(const std::vector<Change>& changes) {
    std::vector<std::string> out;
    for (const Change& change : changes) out.push_back(std::string(to_string(change.plane)) + ":" + change.path);
    return out;
}

inline std::string arrow(const Change& change) {
    return change.desired.value_or("(absent)") + " -> " + change.actual.value_or("(absent)");
}

// "" when there is no change of that path.
inline std::string arrow_at(const std::vector<Change>& changes, std::string_view path) {
    const Change* change = find_change(changes, path);
    return change == nullptr ? std::string() : arrow(*change);
}

class ShopFixture : public ::testing::Test {
  protected:
    static constexpr EnvironmentId environment = 4;

    ShopFixture() {
        stack.name = "shop";
        stack.server = "main";
        stack.environment = EnvironmentRef{.id = std::nullopt, .name = "production"};
        stack.source = DesiredContent{.text = "services: {}\n", .file = "shop/compose.yaml", .line = 1};
        stack.where = {.file = "manifests/shop.yaml", .line = 3, .column = 1};
        stack.state_line = 20;

        record.id = 12;
        record.name = "shop";
        record.type = StackType::standalone;
        record.environment = environment;
        record.status = 1;
        record.created_at = 1'000'000;

        server.name = "main";
        server.now = 2'000'000;
        server.status = answered(Call::status, ServerStatus{.version = "2.43.0", .instance_id = "instance-1"});
        as_role(1);
        Environment production;
        production.id = environment;
        production.name = "production";
        server.environments = answered(Call::environments, std::vector{production}, "/api/endpoints");
        server.list = answered(Call::stacks, std::vector<StackRecord>{}, "/api/stacks");
        server.list.reply.server_date = 2'000'000;
        row.environment = {.id = std::nullopt, .name = "production"};
    }

    void as_role(std::int64_t role) {
        const Identity identity{.id = 2, .username = "alice", .role = role};
        server.identity_before = answered(Call::identity, identity, "/api/users/me");
        server.identity_after = server.identity_before;
    }

    void set_env(std::vector<std::pair<std::string, std::string>> values) {
        record.env.clear();
        for (auto& [name, value] : values) record.env.push_back({std::move(name), Secret(std::move(value))});
    }

    DesiredStack stack;
    StackRecord record;
    ServerFacts server;
    Row row;
    JudgeOptions options;
};

} // namespace mooring::match
