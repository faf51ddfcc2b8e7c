// Which files come of a server's stacks.
#include "capture/capture.hpp"

#include "base/text.hpp"

#include <gtest/gtest.h>
#include <set>

namespace mooring::capture {
namespace {

template <typename T>
Answer<T> answered(T value) {
    Answer<T> answer{.reply = {.outcome = Outcome::ok, .status = 200}, .value = {}};
    answer.value = std::move(value);
    return answer;
}

StackRecord record(StackId id, EnvironmentId environment, std::string name) {
    StackRecord out;
    out.id = id;
    out.name = std::move(name);
    out.type = StackType::standalone;
    out.environment = environment;
    return out;
}

Seen seen(std::vector<StackRecord> records) {
    Seen out{.server = "main"};
    out.environments = answered(std::vector<Environment>{{.id = 1, .name = "Site"}, {.id = 2, .name = "site"}});
    for (const StackRecord& one : records)
        out.files[one.id] = answered(std::string("services: {web: {image: nginx}}\n"));
    out.stacks = answered(std::move(records));
    return out;
}

std::set<std::string> folded_paths(const Captured& captured) {
    std::set<std::string> out;
    for (const File& file : captured.files) out.insert(to_lower(file.path));
    return out;
}

TEST(Capture, NoTwoStacksShareAFileWhateverTheirNames) {
    // The id that tells the second `shop` from the first makes it `shop-7`, which is another stack's name.
    const Captured captured = capture(seen({record(1, 1, "shop"), record(3, 1, "shop-7"), record(7, 2, "shop")}), {});
    EXPECT_EQ(captured.stacks, 3U);
    EXPECT_EQ(captured.files.size(), 6U) << "a manifest and a compose file each";
    EXPECT_EQ(folded_paths(captured).size(), 6U);
}

TEST(Capture, NoTwoSecretsShareAFileWhateverTheirNames) {
    StackRecord shop = record(1, 1, "shop");
    for (const char* name : {"A.TOKEN", "A_TOKEN", "A_TOKEN-1", "a_token", "a.token"})
        shop.env.push_back({.name = name, .value = Secret(std::string("value of ") + name)});
    const Captured captured = capture(seen({shop}), {.secrets = {}, .with_secrets = true});
    EXPECT_EQ(captured.files.size(), 7U) << "manifest, compose file, and five secrets";
    EXPECT_EQ(folded_paths(captured).size(), 7U);
}

TEST(Capture, WhatCannotBeReadIsLeftOutWithTheReason) {
    Seen what = seen({record(1, 1, "shop"), record(2, 9, "lost"), record(3, 1, "till")});
    what.hidden_environments[9] = {.outcome = Outcome::environment_gone, .target = "/api/endpoints/9", .status = 404};
    what.files[3] = {.reply = {.outcome = Outcome::denied, .status = 403, .message = "Access denied"}, .value = {}};
    const Captured captured = capture(what, {});
    EXPECT_EQ(captured.stacks, 1U);
    ASSERT_EQ(captured.left_out.size(), 2U);
    EXPECT_EQ(captured.left_out[0].text, "orphaned, its environment is gone: GET /api/endpoints/9 -> 404 \"\"");
    EXPECT_TRUE(captured.left_out[1].text.contains("403 \"Access denied\"")) << captured.left_out[1].text;
}

} // namespace
} // namespace mooring::capture
