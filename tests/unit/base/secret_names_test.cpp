#include "base/secret.hpp"

#include <gtest/gtest.h>
#include <string_view>
#include <utility>
#include <vector>

namespace mooring {
namespace {

TEST(SecretNames, AreRecognisedInAnyCase) {
    for (const char* name : {"DB_PASSWORD", "db_passwd", "MYSQL_ROOT_PASS", "ApiToken", "CLIENT_SECRET", "SSH_PRIVATE",
                             "apikey", "credentials", "BASIC_AUTH", "SENTRY_DSN", "SLACK_WEBHOOK_URL", "PGPWD"}) {
        EXPECT_TRUE(looks_secret(name)) << name;
    }
    for (const char* name : {"TZ", "LOG_LEVEL", "WORDPRESS_DB_HOST", "", "traefik.enable"}) {
        EXPECT_FALSE(looks_secret(name)) << name;
    }
}

TEST(SecretNames, ShortWordsCountAsWholeWordsAlone) {
    for (const char* name :
         {"PAT",        "GITHUB_PAT", "github.pat",  "myPat",   "PIN",    "userPin", "PIN_CODE", "pin-code",
          "NONCE_SALT", "LICENSE",    "license-key", "API_KEY", "KEY",    "sshKey",  "KEY1",     "DB_PASS",
          "mysqlPass",  "BASIC_AUTH", "OAUTH",       "DB_PW",   "bindpw", "JWT",     "TOTP",     "ERLANG_COOKIE"}) {
        EXPECT_TRUE(looks_secret(name)) << name;
    }
    for (const char* name : {"PATH",    "PATCH",        "PATTERN",   "MAPPING",   "PING",      "PINNED",
                             "SPIN",    "SALTED",       "LICENSED",  "licenses",  "KEYBOARD",  "MONKEY",
                             "TURKEY",  "KEYCLOAK_URL", "COMPASS",   "BYPASS",    "PASSENGER", "PASSIVE",
                             "AUTHOR",  "AUTHORS",      "AUTHORITY", "SECRETARY", "TOKENIZER", "TOKENIZERS_PARALLELISM",
                             "OPINION", "DISPATCH"}) {
        EXPECT_FALSE(looks_secret(name)) << name;
    }
}

TEST(SecretNames, ANameMaySpeakAboutASecret) {
    for (const char* name : {"TOKEN_TYPE", "JWT_ALGORITHM", "PASSWORD_POLICY", "SECRET_NAME", "AUTH_USER", "KEY_PREFIX",
                             "SSH_PUBLIC_KEY"}) {
        EXPECT_FALSE(looks_secret(name)) << name;
    }
    EXPECT_TRUE(looks_secret("PASSWORD_USER")) << "the password of a user";
}

TEST(SecretNames, AValueMayShowThatItIsNone) {
    const std::vector<std::pair<std::string_view, std::string_view>> harmless{
        {"DB_PASSWORD", ""},
        {"DB_PASSWORD", "${DB_PASSWORD}"},
        {"DB_PASSWORD", "$${DB_PASSWORD}"},
        {"DB_PASSWORD", "$$DB_PASSWORD"},
        {"DB_PASSWORD", "${DB_PASSWORD:?must be set}"},
        {"DB_PASSWORD", "$(cat /run/secrets/db)"},
        {"DB_PASSWORD", "/run/secrets/db"},
        {"DB_PASSWORD_FILE", "/somewhere/else"},
        {"ALLOW_EMPTY_PASSWORD", "yes"},
        {"TOKEN_TTL", "3600"},
        {"SESSION_KEY_LIFETIME", "1h30m"},
        {"MAX_TOKENS", "4096"},
        {"PASSWORD_MIN_LENGTH", "12"},
        {"AUTH_URL", "https://auth.example.test/login"},
        {"LICENSE", "Apache-2.0"},
        {"TLS_KEY", "/etc/ssl/private/site.key"},
        {"PWD", "/app"},
    };
    for (const auto& [name, value] : harmless) EXPECT_FALSE(is_secret(name, value)) << name << "=" << value;
    const std::vector<std::pair<std::string_view, std::string_view>> secret{
        {"DB_PASSWORD", "x"},
        {"DB_PASSWORD", "3600"},
        {"DB_PASSWORD", "${DB_PASSWORD:-hunter2}"},
        {"DB_PASSWORD", "$ecret"},
        {"DB_PASSWORD", "x${Y}"},
        {"DB_PASSWORD_FILE", "hunter2"},
        {"TOKEN_TTL", "hunter2"},
        {"AUTH_URL", "https://auth.example.test/login?code=hunter2"},
        {"SLACK_WEBHOOK_URL", "https://hooks.slack.com/services/a"},
        {"LICENSE", "ABCD-EFGH"},
        {"PIN", "1234"},
    };
    for (const auto& [name, value] : secret) EXPECT_TRUE(is_secret(name, value)) << name << "=" << value;
    EXPECT_TRUE(is_secret("DB_PASSWORD", "${DB_PASSWORD}", References::secret));
}

} // namespace
} // namespace mooring
