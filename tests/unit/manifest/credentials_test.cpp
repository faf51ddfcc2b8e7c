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
    for (const std::string text : {"hunter2 hunter2", "hunter2\n\n", " hunter2", "hunter2\x01", "hunter2\xC3\xBC"}) {
        EXPECT_EQ(read_file(text), "");
        EXPECT_EQ(remarks_.find("hunter2"), std::string::npos);
        EXPECT_NE(remarks_.find("what is in token is no token"), std::string::npos) << remarks_;
    }
    EXPECT_EQ(read_file("\n"), "");
    EXPECT_EQ(remarks_, ": error: credential: server `main`: the token in token is empty\n");
}

TEST_F(Credentials, AFileThatOthersCanReadIsAWarning) {
    EXPECT_EQ(read_file("ptr_abc", 0640), "ptr_abc");
    EXPECT_EQ(remarks_,
              ": warning: open-credential: server `main`: others than its owner can use token, which holds a token "
              "(chmod 600 token)\n");
    read_file("ptr_abc", 0604);
    EXPECT_NE(remarks_, "");
    read_file("ptr_abc", 0400);
    EXPECT_EQ(remarks_, "");
}

TEST_F(Credentials, AMissingSourceSaysWhichOne) {
    read({CredentialSource::Kind::file, "/nonexistent/token"});
    EXPECT_EQ(remarks_,
              ": error: credential: server `main`: the token in /nonexistent/token cannot be read: No such file or "
              "directory\n");
    read({CredentialSource::Kind::variable, "TOKEN"});
    EXPECT_EQ(remarks_,
              ": error: credential: server `main`: the variable TOKEN, which should hold the token, is not set\n");
    read({CredentialSource::Kind::systemd, "portainer"});
    EXPECT_EQ(remarks_, ": error: credential: server `main`: systemd gave this process no credentials (add "
                        "LoadCredential=portainer:/path to the unit)\n");
    read({});
    EXPECT_EQ(remarks_,
              ": error: credential: server `main`: there is no access token (set PORTAINER_API_KEY_FILE, or add "
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
