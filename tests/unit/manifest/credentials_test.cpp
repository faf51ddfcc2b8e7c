#include "manifest/config.hpp"

#include "manifest_text.hpp"
#include "temporary_folder.hpp"

#include <gtest/gtest.h>

namespace mooring::config {
namespace {

using manifest::as_text;
using manifest::TemporaryFolder;

class Credentials : public testing::Test {
  protected:
    // Reads the token from that source; the remarks are then in remarks_.
    std::string read(CredentialSource source, const Variables& variables = {},
                     const std::string& input = "ptr_input\n") {
        Config config;
        config.servers.resize(1);
        config.servers[0].server.name = "main";
        config.servers[0].credential = std::move(source);
        remarks_ = as_text(read_credentials(config, variables, [&] { return Result<std::string>(input); }));
        const std::string prefix = folder_.path().string() + "/";
        for (std::size_t at = 0; (at = remarks_.find(prefix)) != std::string::npos;) remarks_.erase(at, prefix.size());
        return std::string(config.servers[0].server.token.reveal());
    }

    std::string read_file(std::string_view text, unsigned mode = 0600) {
        const auto path = folder_.write("token", text);
        std::filesystem::permissions(path, std::filesystem::perms(mode));
        return read({CredentialSource::Kind::file, path.string()});
    }

    TemporaryFolder folder_;
    std::string remarks_;
};

Variables variable(const std::string& name, const std::string& value) {
    std::map<std::string, Secret, std::less<>> values;
    values.emplace(name, value);
    return Variables(std::move(values));
}

TEST_F(Credentials, OneTrailingNewlineIsTheFiles) {
    EXPECT_EQ(read_file("ptr_abc"), "ptr_abc");
    EXPECT_EQ(read_file("ptr_abc\n"), "ptr_abc");
    EXPECT_EQ(read_file("ptr_abc\r\n"), "ptr_abc");
    EXPECT_EQ(remarks_, "");
}

TEST_F(Credentials, WhatIsNoTokenIsRefusedAndNotShown) {
    for (const std::string text : {"hunter2\x01", "hunter2\xC3\xBC"}) {
        EXPECT_EQ(read_file(text), "");
        EXPECT_EQ(remarks_.find("hunter2"), std::string::npos);
        EXPECT_NE(remarks_.find("token does not hold a token: it contains"), std::string::npos) << remarks_;
    }
    EXPECT_EQ(read_file("\n"), "");
    EXPECT_EQ(remarks_, ": error: credential: the token in token is empty\n");
}

TEST_F(Credentials, EachSlipIsSaidWithItsCureAndWithoutTheToken) {
    using namespace std::string_literals;
    const std::vector<std::pair<std::string, std::string_view>> table{
        {"\"ptr_hunter2=\"\n", "has quotes around it (leave the quotes out)"},
        {"'ptr_hunter2='", "has quotes around it (leave the quotes out)"},
        {"PORTAINER_API_KEY=ptr_hunter2=\n", "has a name in front of it (write only what follows the name)"},
        {"export KEY=ptr_hunter2=", "has a name in front of it (write only what follows the name)"},
        {"X-API-Key: ptr_hunter2=", "has a name in front of it (write only what follows the name)"},
        {"token:ptr_hunter2", "has a name in front of it (write only what follows the name)"},
        {"Bearer ptr_hunter2=", "begins with `Bearer` (leave that word out)"},
        {"BEARER ptr_hunter2=", "begins with `Bearer` (leave that word out)"},
        {"\xEF\xBB\xBFptr_hunter2=", "begins with a byte order mark (save the file as UTF-8 without BOM)"},
        {"\xFF\xFEp\0t\0r\0_\0"s, "is saved as UTF-16 (save the file as UTF-8)"},
        {"ptr_hunter2=\r\nptr_hunter3=\r\n", "has more than one line (write it in one line)"},
        {"ptr_hunter2=\n\n", "has more than one line (write it in one line)"},
        {" ptr_hunter2=", "has spaces in it or around it (leave the spaces out)"},
        {"ptr_hunter2= \n", "has spaces in it or around it (leave the spaces out)"},
        {"{\"rawAPIKey\":\"ptr_hunter2=\"}", "is inside JSON (write only the value of `rawAPIKey`)"},
        {"eyJhunter2.eyJhunter2.hunter2", "is a session's token (JWT), not an access token (make an access token in "
                                          "Portainer: My account > Access tokens)"},
    };
    for (const auto& [text, slip] : table) {
        EXPECT_EQ(read_file(text), "");
        EXPECT_EQ(remarks_, ": error: credential: the token in token " + std::string(slip) + "\n");
    }
    for (const std::string good : {"ptr_abc+/=", "ptr_abc=", "hunter2-of-another-kind", "abc=="}) {
        EXPECT_EQ(read_file(good), good);
        EXPECT_EQ(remarks_, "");
    }
}

TEST_F(Credentials, OtherSecretsMayLookAsTheyLike) { // a webhook's address, a password
    for (const std::string text : {"secret=value", "\"quoted\"", "token:x", "eyJa.eyJb.c"}) {
        const auto secret = read_secret({CredentialSource::Kind::variable, "HOOK"}, variable("HOOK", text));
        ASSERT_TRUE(secret) << secret.error().message;
        EXPECT_EQ(secret->reveal(), text);
    }
}

TEST_F(Credentials, AFileThatOthersCanReadIsAWarning) {
    EXPECT_EQ(read_file("ptr_abc", 0640), "ptr_abc");
    EXPECT_EQ(remarks_, ": warning: open-credential: token holds a token and other users can read it (run "
                        "`chmod 600 token`)\n");
    read_file("ptr_abc", 0604);
    EXPECT_NE(remarks_, "");
    read_file("ptr_abc", 0400);
    EXPECT_EQ(remarks_, "");
}

TEST_F(Credentials, AMissingSourceSaysWhichOne) {
    read({CredentialSource::Kind::file, "/nonexistent/token"});
    EXPECT_EQ(remarks_, ": error: credential: the token in /nonexistent/token cannot be read: No such file or "
                        "directory\n");
    read({CredentialSource::Kind::variable, "TOKEN"});
    EXPECT_EQ(remarks_, ": error: credential: the variable TOKEN, which should hold the token, is not set\n");
    read({CredentialSource::Kind::systemd, "portainer"});
    EXPECT_EQ(remarks_, ": error: credential: systemd gave this process no credentials (outside a unit give "
                        "--api-key-file FILE; in a unit, add LoadCredential=portainer:/path)\n");
    read({});
    EXPECT_EQ(remarks_, ": error: credential: there is no access token (set PORTAINER_API_KEY_FILE, or add "
                        "`credential: {file: PATH}` to the server; in Portainer: My account > Access tokens)\n");
}

TEST_F(Credentials, ComeFromAVariableSystemdOrStandardInput) {
    EXPECT_EQ(read({CredentialSource::Kind::variable, "TOKEN"}, variable("TOKEN", "ptr_variable")), "ptr_variable");
    folder_.write("portainer", "ptr_systemd\n");
    EXPECT_EQ(read({CredentialSource::Kind::systemd, "portainer"},
                   variable("CREDENTIALS_DIRECTORY", folder_.path().string())),
              "ptr_systemd");
    EXPECT_EQ(read({CredentialSource::Kind::standard_input, ""}), "ptr_input");
    EXPECT_EQ(remarks_, "");
}

} // namespace
} // namespace mooring::config
