#include "capture/capture.hpp"

#include "compose/compose.hpp"

#include <gtest/gtest.h>

namespace mooring::capture {
namespace {

TEST(SecretRule, TellsByNameByLooksAndByTheListThatIsGiven) {
    const SecretRule rule{.names = {"pin_*"}, .every_variable = false};
    EXPECT_TRUE(rule.is_secret("DB_PASSWORD", "x"));
    EXPECT_TRUE(rule.is_secret("PIN_CODE", "1234"));
    EXPECT_TRUE(rule.is_secret("URL", "https://u:p@example.test"));
    EXPECT_TRUE(rule.is_secret("X", "q7Zt1Lw9Xc4Vb8Nm2Kp5Rj6H"));
    EXPECT_TRUE(rule.is_secret("X", "-----BEGIN EC PRIVATE KEY-----\nabc"));
    EXPECT_FALSE(rule.is_secret("DB_PASSWORD", ""));
    EXPECT_FALSE(rule.is_secret("LANG", "de_DE.UTF-8"));
    EXPECT_FALSE(rule.is_secret("URL", "https://example.test/a/b"));
    EXPECT_FALSE(rule.is_secret("HOSTS", "one.example.test,two.example.test"));
    EXPECT_FALSE(rule.is_secret("X", "aaaaaaaaaaaaaaaaaaaaaaa1"));
}

TakenOut taken(std::string_view text) {
    const auto out = take_out_secrets(text, SecretRule{});
    EXPECT_TRUE(out) << out.error();
    return out.value_or(TakenOut{});
}

TEST(ComposeSecrets, ReplacesValuesAndLeavesEveryOtherByte) {
    const TakenOut out =
        taken("services:\n  web:   # note\n    image: x\n    environment: {DB_PASSWORD: hunter2, A: b}\n"
              "    command: [run, \"--token=abc123\"]\n");
    EXPECT_EQ(out.text,
              "services:\n  web:   # note\n    image: x\n    environment: {DB_PASSWORD: \"${DB_PASSWORD}\", A: b}\n"
              "    command: [run, \"--token=${TOKEN}\"]\n");
    EXPECT_EQ(out.names, (std::vector<std::string>{"DB_PASSWORD", "TOKEN"}));
    EXPECT_EQ(out.paths, (std::vector<std::string>{"services.web.command", "services.web.environment.DB_PASSWORD"}));
}

// Whatever part of a text is secret goes, and only that.
TEST(ComposeSecrets, TakesThemOutOfCommandsTextsAndConfigs) {
    const std::vector<std::pair<std::string, std::string>> table{
        {"    command: [redis-server, --requirepass, hunter2]\n",
         "    command: [redis-server, --requirepass, \"${REQUIREPASS}\"]\n"},
        {"    command: redis-server --requirepass hunter2 --port 1\n",
         "    command: \"redis-server --requirepass ${REQUIREPASS} --port 1\"\n"},
        {"    healthcheck: {test: [CMD, redis-cli, -a, hunter2, ping]}\n",
         "    healthcheck: {test: [CMD, redis-cli, -a, \"${PASSWORD}\", ping]}\n"},
        {"    environment: {URL: 'postgres://u:hunter2@db/x'}\n",
         "    environment: {URL: \"postgres://u:${PASSWORD}@db/x\"}\n"},
        {"    environment:\n      TOKEN: \"hun\\u0074er2\"\n      A: b\n",
         "    environment:\n      TOKEN: \"${TOKEN}\"\n      A: b\n"},
        {"    environment:\n      TOKEN: 'it''s hunter2'\n", "    environment:\n      TOKEN: \"${TOKEN}\"\n"},
        {"    environment:\n      TOKEN: |\n        hunter2\n        hunter2\n      A: b\n",
         "    environment:\n      TOKEN: \"${TOKEN}\"\n      A: b\n"},
        {"configs:\n  c:\n    content: |\n      listen 80\n      hunter2\nvolumes: {v: {}}\n",
         "configs:\n  c:\n    content: \"${C_CONTENT}\"\nvolumes: {v: {}}\n"},
        {"    x-env: [{name: DB_PASSWORD, value: hunter2}, {name: LANG, value: de}]\n",
         "    x-env: [{name: DB_PASSWORD, value: \"${DB_PASSWORD}\"}, {name: LANG, value: de}]\n"},
        {"    x-env:\n      - variable: api.token\n        value: hunter2\n",
         "    x-env:\n      - variable: api.token\n        value: \"${API_TOKEN}\"\n"},
        {"    x-env: [{value: hunter2, name: TOKEN, type: password}]\n",
         "    x-env: [{value: \"${TOKEN}\", name: TOKEN, type: password}]\n"},
        {"    x-env: [{name: TOKEN_TTL, value: 3600}]\n", "    x-env: [{name: TOKEN_TTL, value: 3600}]\n"},
        {"    # DB_PASSWORD=hunter2 \n", "    # DB_PASSWORD=***\n"},
        {"    tty: true # password: hunter2\n", "    tty: true # password: ***\n"},
    };
    const std::string head = "services:\n  web:\n    image: x\n";
    for (const auto& [part, wanted] : table) EXPECT_EQ(taken(head + part).text, head + wanted);
}

// NAME=value of a list is asked by its value, as the map form is, and no reference is named after a secret.
TEST(ComposeSecrets, ListsOfPairsAreAskedAsMapsAre) {
    const std::vector<std::pair<std::string, std::string>> values{
        {"mysqldump -u root -pZq9xVa db", "mysqldump -u root -p${PASSWORD} db"},
        {"mysqldump -u root -pzq9-pw db", "mysqldump -u root -p${PASSWORD} db"},
        {"sshpass -pZq9xVa ssh h", "sshpass -p${PASSWORD} ssh h"},
        {"redis-cli -a Zq9xVa ping", "redis-cli -a ${PASSWORD} ping"},
        {"redis-cli -a zq9Pass ping", "redis-cli -a ${PASSWORD} ${SECRET}"},
        {"curl -ua:Zq9xVa https://x", "curl -ua:${PASSWORD} https://x"},
        {"vault login Zq9xVa", "vault login ${PASSWORD}"},
        {"https://u:Zq9xVa@h/", "https://u:${PASSWORD}@h/"},
        {"x --password Zq9xVa ping", "x --password ${PASSWORD} ping"},
    };
    const std::string head = "services:\n  web:\n    image: x\n";
    for (const std::string key : {"environment", "labels", "annotations", "sysctls", "build: {context: ., args"}) {
        const std::string end = key.starts_with("build") ? "]}\n" : "]\n";
        for (const auto& [value, wanted] : values) {
            const std::string before = head + "    " + key + ": [\"a.b/CMD=";
            EXPECT_EQ(taken(before + value + "\"" + end).text, before + wanted + "\"" + end);
        }
        const std::string plain = head + "    " + key + ": [\"CMD=curl -f http://localhost:80/x\", B=c=d" + end;
        EXPECT_EQ(taken(plain).text, plain);
    }
}

TEST(ComposeSecrets, EachValueHasAReferenceOfItsOwn) {
    const TakenOut out = taken("services:\n  a: {image: x, environment: {TOKEN: one-secret}}\n  b: {image: x, "
                               "environment: {TOKEN: two-secret}}\n"
                               "  c: {image: x, environment: {TOKEN: one-secret}}\n");
    EXPECT_EQ(out.text, "services:\n  a: {image: x, environment: {TOKEN: \"${TOKEN}\"}}\n  b: {image: x, environment: "
                        "{TOKEN: \"${TOKEN_2}\"}}\n"
                        "  c: {image: x, environment: {TOKEN: \"${TOKEN}\"}}\n");
}

TEST(ComposeSecrets, ATokenOfTheConfigurationIsNeverExported) {
    const SecretRule rule{.credentials = {Secret("own-token")}};
    EXPECT_TRUE(rule.is_secret("LANG", "see own-token here"));
    const auto out = take_out_secrets("services: {w: {image: x, hostname: own-token}}\n", rule);
    ASSERT_FALSE(out);
    EXPECT_EQ(out.error(), "its file holds a token of this configuration");
}

TEST(ComposeSecrets, WithoutSecretsNothingChanges) {
    const std::string text = "services:\r\n  web: {image: \"x@sha256:0123456789abcdef0123456789abcdef\"}\r\n"
                             "secrets: {db: {file: ./db}}\r\n";
    const TakenOut out = taken(text);
    EXPECT_EQ(out.text, text);
    EXPECT_TRUE(out.paths.empty());
}

TEST(ComposeSecrets, ReferencesAreNoSecrets) {
    const TakenOut out = taken("services: {web: {image: x, environment: {DB_PASSWORD: '${DB_PASSWORD}'}}}\n");
    EXPECT_TRUE(out.paths.empty());
}

TEST(ComposeSecrets, WhatCannotBeDoneSafelyIsRefused) {
    const std::vector<std::pair<std::string, std::string>> table{
        {"services:\n  web:\n    image: x\n    environment:\n      TOKEN: hunter2\n        hunter2\n",
         "the secret in line 5 is spelt in a way that cannot be replaced in place"},
        {"services:\n  web:\n    image: x\n    environment:\n      TOKEN: &anchor hunter2\n",
         "the secret in line 5 is spelt in a way that cannot be replaced in place"},
        {"services:\n  web:\n    image: x\n    command: echo hunter2-again\n    environment: {TOKEN: hunter2-again}\n",
         "a secret stands in its file a second time, under a name that does not tell"},
        {"services: [\n", "its file does not parse, so that no secret in it could be told"},
    };
    for (const auto& [text, reason] : table) {
        const auto out = take_out_secrets(text, SecretRule{});
        ASSERT_FALSE(out) << text;
        EXPECT_EQ(out.error(), reason) << text;
    }
}

TEST(ComposeSecrets, KubernetesSecretsAreTold) {
    EXPECT_TRUE(may_hold_secrets("kind: Secret\ndata: {a: b}\n", SecretRule{}));
    EXPECT_TRUE(may_hold_secrets("a: [\n", SecretRule{}));
    EXPECT_FALSE(may_hold_secrets("kind: ConfigMap\ndata: {a: b}\n", SecretRule{}));
}

} // namespace
} // namespace mooring::capture
