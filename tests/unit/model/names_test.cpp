#include "model/stack.hpp"

#include <gtest/gtest.h>

namespace mooring {
namespace {

TEST(Names, AreLowerCasedAndStrippedAsPortainerDoes) {
    EXPECT_EQ(normalise_stack_name("My App 1!"), "myapp1");
    EXPECT_EQ(normalise_stack_name("web_front-2"), "web_front-2");
    EXPECT_EQ(normalise_stack_name("!!!"), "");
    EXPECT_EQ(normalise_stack_name("caf\xC3\xA9"), "caf");
}

TEST(Names, ReferencesCompareAsFullNames) {
    EXPECT_EQ(full_reference("main"), "refs/heads/main");
    EXPECT_EQ(full_reference("refs/tags/v1"), "refs/tags/v1");
    EXPECT_EQ(full_reference(""), "");
    EXPECT_EQ(full_reference("72e6c8a80dc7ac460d30f34f463071cec769840f"), "72e6c8a80dc7ac460d30f34f463071cec769840f");
}

TEST(Names, GitUrlsCompareWithoutSuffixUserAndDefaultPort) {
    EXPECT_EQ(comparable_git_url("https://bob:x@git.example.test:443/a/b.git/"), "https://git.example.test/a/b");
    EXPECT_EQ(comparable_git_url("http://GIT.example.test/demo"),
              comparable_git_url("http://git.example.test:80/demo.git"));
    EXPECT_EQ(comparable_git_url("https://git.example.test:8443/a"), "https://git.example.test:8443/a");
    EXPECT_NE(comparable_git_url("https://git.example.test/A"), comparable_git_url("https://git.example.test/a"));
    EXPECT_EQ(comparable_git_url("git@git.example.test:a/b.git"), "git.example.test:a/b");
    for (const std::string_view other :
         {"https://g.test?@h.test/a", "https://g.test#@h.test/a", R"(https://g.test\@h.test/a)",
          R"(https://x@g.test\@h.test/a)", R"(https://x:y@g.test:443\@h.test/a)", R"(https://[::1]\@h.test/a)",
          "https://g.test?x=@h.test/a", "HTTPS://g.test#h@h.test/a"})
        EXPECT_NE(comparable_git_url(other), comparable_git_url("https://h.test/a")) << other;
    EXPECT_EQ(comparable_git_url("https://G.test?x=Y"), "https://g.test?x=Y");
    EXPECT_EQ(comparable_git_url(R"(https://bob:p\w@h.test/a)"), "https://h.test/a");
}

TEST(Names, UrlsAreShownWithoutTheirUserPart) {
    EXPECT_EQ(url_without_user("https://bob:t0ken@git.example.test/a/b.git"), "https://git.example.test/a/b.git");
    EXPECT_EQ(url_without_user("https://git.example.test/a@b"), "https://git.example.test/a@b");
    EXPECT_EQ(url_without_user("https://x:a@b@git.example.test?q=1"), "https://git.example.test?q=1");
    EXPECT_EQ(url_without_user("git@git.example.test:a/b.git"), "git.example.test:a/b.git");
    EXPECT_EQ(url_without_user(R"(https://g.test\@h.test/a)"), R"(https://g.test\@h.test/a)");
    EXPECT_EQ(url_without_user(R"(https://bob:p\w@h.test/a)"), "https://h.test/a");
}

} // namespace
} // namespace mooring
