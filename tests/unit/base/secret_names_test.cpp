#include "base/secret_names.hpp"

#include <gtest/gtest.h>

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

TEST(SecretNames, PasswordsInsideUrlsAreMasked) {
    EXPECT_EQ(mask_url_passwords("postgres://app:s3cr3t@db:5432/x"), "postgres://app:***@db:5432/x");
    EXPECT_EQ(mask_url_passwords("redis://:pw@cache and amqp://u:p@q"), "redis://:***@cache and amqp://u:***@q");
    EXPECT_EQ(mask_url_passwords("https://u:p@ss@host/"), "https://u:***@host/");
    EXPECT_EQ(mask_url_passwords("http://localhost:80/a@b"), "http://localhost:80/a@b");
    EXPECT_EQ(mask_url_passwords("https://user@host"), "https://user@host");
    EXPECT_EQ(mask_url_passwords("no url"), "no url");
    EXPECT_EQ(mask_url_passwords("://"), "://");
}

} // namespace
} // namespace mooring
