// The Writer against servers that take a write, refuse it, lose it, and against the stand-in Portainer.
#include "portainer_double/double.hpp"
#include "portainer_write/writer.hpp"
#include "support/raw_server.hpp"
#include "support/run.hpp"
#include "unit/portainer_write/records.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace mooring::portainer_write {
namespace {

using mooring::test::Peer;
using mooring::test::RawServer;
using portainer::WriteCause;
using portainer::WriteOutcome;
using portainer_double::Double;
using portainer_double::Fault;
using portainer_double::FaultKind;
using portainer_double::Version;
using portainer_double::When;
using test::env;
using test::file_record;

std::string words(const WriteReply& reply) {
    std::string text(to_string(reply.outcome));
    if (reply.cause) text += " " + std::string(to_string(*reply.cause));
    if (reply.veto) text += " " + std::string(to_string(*reply.veto));
    if (reply.failure != Failure::none) text += " " + std::string(to_string(reply.failure));
    return text;
}

Update update_to(std::string file) {
    Update update;
    update.file = Secret(std::move(file));
    return update;
}

class WriterTest : public testing::Test {
  protected:
    std::unique_ptr<Writer> writer_to(const std::string& url,
                                      std::chrono::milliseconds answer = std::chrono::seconds(30),
                                      const std::string& token = "ptr_alice") {
        ServerConnection server;
        server.url = url;
        server.token = Secret(token);
        return *Writer::make(context_.get_executor(), server, answer);
    }
    WriteReply change(const std::string& url, Change what, const StackRecord& record = file_record(),
                      std::chrono::milliseconds answer = std::chrono::seconds(30)) {
        const auto writer = writer_to(url, answer);
        return mooring::test::run(context_, writer->change(std::move(what), record));
    }

    boost::asio::io_context context_{1};
};

constexpr const char* answer_of_7 = R"({"Id": 7, "Name": "shop", "ResourceControl": null})";

TEST_F(WriterTest, SendsOneRequestOverAConnectionOfItsOwnWithTheToken) {
    RawServer server([](Peer& peer) {
        peer.request();
        peer.json(answer_of_7);
    });
    const auto writer = writer_to(server.url() + "/portainer");
    for (int i = 0; i < 2; ++i) {
        const auto reply = mooring::test::run(context_, writer->change(Stop(), file_record()));
        EXPECT_EQ(words(reply), "answered");
        EXPECT_EQ(reply.method + " " + reply.target, "POST /api/stacks/7/stop?endpointId=3");
    }
    EXPECT_EQ(server.connections(), 2U);
    ASSERT_EQ(server.requests().size(), 2U);
    EXPECT_TRUE(server.requests()[0].starts_with("POST /portainer/api/stacks/7/stop?endpointId=3 HTTP/1.1\r\n"));
    EXPECT_TRUE(server.requests()[0].contains("\r\nX-API-Key: ptr_alice\r\n"));
    EXPECT_TRUE(server.requests()[0].contains("\r\nContent-Length: 0\r\n"));
    EXPECT_FALSE(server.requests()[0].contains("Authorization"));
}

TEST_F(WriterTest, NeverRepeatsWhateverComesBack) {
    for (const int status : {302, 408, 429, 500, 502, 503, 504}) {
        RawServer server([status](Peer& peer) {
            while (!peer.request().empty()) peer.answer(status, "text/html", "<html>", "Retry-After: 0\r\n");
        });
        EXPECT_EQ(words(change(server.url(), Stop())), "unknown not_the_api") << status;
        EXPECT_EQ(server.requests().size(), 1U) << status;
    }
}

TEST_F(WriterTest, WhatCouldNotBeConnectedWasNotSent) {
    std::string nobody;
    {
        RawServer server([](Peer&) {});
        nobody = server.url();
    }
    EXPECT_EQ(words(change(nobody, Stop())), "not_sent connect");
    EXPECT_EQ(words(change("http://nosuch.invalid", Stop())), "not_sent resolve");
    RawServer plain([](Peer& peer) { peer.answer(400, "text/plain", "not TLS"); });
    std::string tls = plain.url();
    tls.replace(0, 4, "https");
    const auto reply = change(tls, Stop());
    EXPECT_EQ(reply.outcome, WriteOutcome::not_sent) << words(reply);
}

TEST_F(WriterTest, WhatWasSentAndNotAnsweredIsUnknown) {
    RawServer cut([](Peer& peer) { peer.request(); });
    EXPECT_EQ(words(change(cut.url(), Stop())), "unknown lost");
    EXPECT_EQ(cut.requests().size(), 1U);
    RawServer slow([](Peer& peer) {
        peer.request();
        peer.wait_for_the_end();
    });
    EXPECT_EQ(words(change(slow.url(), Stop(), file_record(), std::chrono::milliseconds(50))), "unknown timeout");
}

TEST_F(WriterTest, ADoneAboutSomethingElseIsUnknown) {
    const auto answered_with = [&](int status, const char* body, Change what = Stop()) {
        RawServer server([&](Peer& peer) {
            peer.request();
            status == 204 ? peer.answer(204, "", "") : peer.json(body, status);
        });
        return words(change(server.url(), std::move(what)));
    };
    EXPECT_EQ(answered_with(200, R"({"Id": 8, "Name": "other"})"), "unknown not_the_api");
    EXPECT_EQ(answered_with(200, R"({"status": "ok"})"), "unknown not_the_api") << "a gateway's";
    EXPECT_EQ(answered_with(200, "[]"), "unknown not_the_api");
    EXPECT_EQ(answered_with(200, R"({"Id": 7)"), "unknown not_the_api") << "cut";
    EXPECT_EQ(answered_with(204, ""), "unknown not_the_api");
    EXPECT_EQ(answered_with(200, answer_of_7, Remove()), "unknown not_the_api");
    EXPECT_EQ(answered_with(204, "", Remove()), "answered");
    const SetAccess open{.is_public = true, .administrators_only = false, .users = {}, .teams = {}};
    EXPECT_EQ(answered_with(200, R"({"Id": 21, "ResourceId": "3_shop"})", open), "answered");
}

TEST_F(WriterTest, AVetoSendsNothing) {
    RawServer server([](Peer& peer) {
        while (!peer.request().empty()) peer.json(answer_of_7);
    });
    const auto reply = change(server.url(), update_to("x"), test::git_record());
    EXPECT_EQ(words(reply), "not_sent git_stack");
    EXPECT_FALSE(reply.message.empty());
    EXPECT_EQ(server.connections(), 0U);
}

TEST_F(WriterTest, NoTextOfTheServerHoldsWhatWasSentOrRecorded) {
    RawServer server([](Peer& peer) {
        peer.request();
        peer.json(R"({"message": "failed to deploy a stack: DB=declared-secret and recorded-secret, key ptr_alice",)"
                  R"( "details": "Failed to deploy a stack: DB=declared-secret and recorded-secret, key ptr_alice"})",
                  500);
    });
    StackRecord record = file_record();
    record.env = env({{"OLD", "recorded-secret"}});
    Update update = update_to("x");
    update.env = env({{"DB", "declared-secret"}});
    const auto reply = change(server.url(), update, record);
    EXPECT_EQ(words(reply), "failed deployment");
    for (const std::string& text : {reply.message, reply.details}) {
        EXPECT_TRUE(text.contains("failed to deploy a stack") || text.contains("Failed to deploy a stack")) << text;
        for (const char* secret : {"declared-secret", "recorded-secret", "ptr_alice"})
            EXPECT_FALSE(text.contains(secret)) << text;
    }
}

TEST_F(WriterTest, ATokenThatNoHeaderCanCarryIsRefused) {
    ServerConnection server;
    server.url = "http://127.0.0.1:1";
    server.token = Secret("ptr_a\r\nX-Other: b");
    const auto writer = Writer::make(context_.get_executor(), server);
    ASSERT_FALSE(writer);
    EXPECT_FALSE(writer.error().message.contains("X-Other"));
}

// Against the double, every action in every generation.

constexpr auto seed = R"({
  "settle": 0,
  "users": [{"username": "admin", "token": "ptr_admin"}, {"username": "alice", "id": 2, "token": "ptr_alice"}],
  "environments": [{"id": 1, "name": "production", "users": ["alice"]},
                   {"id": 2, "name": "cluster", "swarm": true, "swarmId": "avg50968fh0k8qbcrh0ynybg1", "users": ["alice"]}],
  "stacks": [{"id": 11, "name": "shop", "environment": 1, "access": {"users": ["alice"]}, "createdBy": "alice",
              "env": [{"name": "B", "value": "2"}, {"name": "A", "value": "1"}, {"name": "B", "value": "3"}],
              "file": "services:\n  web:\n    image: local/web:1.0\n"},
             {"id": 12, "name": "source", "environment": 1, "access": {"users": ["alice"]}, "env": {"COLOR": "red"},
              "git": {"url": "https://git.example.test/source", "reference": "refs/heads/main", "username": "robot"},
              "autoUpdate": {"interval": "5m"}}]
})";

class WriterInGeneration : public testing::TestWithParam<Version> {
  protected:
    WriterInGeneration() : double_({.version = GetParam(), .seed = seed}) {
        double_.start();
        const auto world = double_.world();
        auto& repository = world->repositories.emplace_back();
        repository.url = "https://git.example.test/source";
        repository.references = {{"refs/heads/main", "b2"}, {"refs/heads/next", "c3"}};
        repository.files = {{"docker-compose.yml", "services:\n  api:\n    image: local/web:1.1\n"}};
    }

    ServerConnection server(const std::string& user) {
        ServerConnection made;
        made.url = double_.url();
        made.token = Secret("ptr_" + user);
        return made;
    }
    StackRecord record(StackId id, const std::string& user = "admin") {
        const auto api = *portainer::make_api(context_.get_executor(), server(user));
        return mooring::test::run(context_, api->stack(id)).value.value();
    }
    WriteReply change(Change what, StackId id, const std::string& user = "admin") {
        const auto writer = *Writer::make(context_.get_executor(), server(user));
        return mooring::test::run(context_, writer->change(std::move(what), record(id)));
    }
    WriteReply create(Create what, const std::string& user = "alice") {
        const auto writer = *Writer::make(context_.get_executor(), server(user));
        return mooring::test::run(context_, writer->create(std::move(what)));
    }
    bool newest() const { return GetParam() == Version::v2_43_0; }

    boost::asio::io_context context_{1};
    Double double_;
};

std::string shown(const std::vector<EnvVar>& env) {
    std::string text;
    for (const EnvVar& variable : env) text += variable.name + "=" + std::string(variable.value.reveal()) + " ";
    return text;
}

TEST_P(WriterInGeneration, UpdateKeepsTheVariables) {
    EXPECT_EQ(words(change(update_to("services:\n  web:\n    image: local/web:1.1\n"), 11, "alice")), "answered");
    EXPECT_EQ(shown(record(11).env), "B=2 A=1 B=3 ");
    EXPECT_EQ(record(11).status, 1);
    EXPECT_EQ(double_.world()->find_stack(11)->file, "services:\n  web:\n    image: local/web:1.1\n");
}

TEST_P(WriterInGeneration, SettingsKeepWhatIsNotDeclaredAndRedeployKeepsAll) {
    Settings settings;
    settings.env = env({{"COLOR", "green"}});
    EXPECT_EQ(words(change(settings, 12)), "answered");
    StackRecord after = record(12);
    EXPECT_EQ(shown(after.env), "COLOR=green ");
    ASSERT_TRUE(after.git && after.auto_update);
    EXPECT_EQ(after.git->reference, "refs/heads/main");
    EXPECT_TRUE(after.git->has_authentication);
    EXPECT_EQ(after.git->username, "robot");
    EXPECT_EQ(after.auto_update->interval, "5m");
    EXPECT_EQ(words(change(Redeploy(), 12)), "answered");
    after = record(12);
    ASSERT_TRUE(after.git && after.auto_update);
    EXPECT_EQ(after.git->commit, "b2");
    EXPECT_EQ(after.git->reference, "refs/heads/main");
    EXPECT_TRUE(after.git->has_authentication);
    EXPECT_EQ(shown(after.env), "COLOR=green ");
}

TEST_P(WriterInGeneration, AnotherReferenceIsDeployed) {
    Settings settings;
    settings.reference = "refs/heads/next";
    EXPECT_EQ(words(change(settings, 12)), "answered");
    EXPECT_EQ(words(change(Redeploy(), 12)), "answered");
    EXPECT_EQ(record(12).git->commit, "c3");
}

// What the server did not take is seen only by reading it again.
TEST_P(WriterInGeneration, AnotherPathIsTakenByTheNewestAlone) {
    Settings settings;
    settings.path = "deploy/compose.yaml";
    EXPECT_EQ(words(change(settings, 12)), "answered");
    EXPECT_EQ(record(12).git->config_file_path, newest() ? "deploy/compose.yaml" : "docker-compose.yml");
}

TEST_P(WriterInGeneration, StopStartAccessAndRemoveDoWhatTheySay) {
    EXPECT_EQ(words(change(Stop(), 11, "alice")), "answered");
    EXPECT_EQ(record(11).status, 2);
    EXPECT_EQ(words(change(Stop(), 11, "alice")), "refused already_so");
    EXPECT_EQ(words(change(Start(), 11, "alice")), "answered");
    EXPECT_EQ(record(11).status, 1);
    SetAccess access;
    access.is_public = true;
    EXPECT_EQ(words(change(access, 11, "alice")), "answered");
    EXPECT_TRUE(record(11).resource_control->is_public);
    access = {};
    access.users = {1, 2};
    EXPECT_EQ(words(change(access, 11, "alice")), "refused access_beyond_right");
    EXPECT_EQ(words(change(Remove(), 11, "alice")), "answered");
    EXPECT_EQ(double_.world()->find_stack(11), nullptr);
}

TEST_P(WriterInGeneration, AccessIsMadeWhereThereIsNone) {
    double_.world()->controls.clear();
    SetAccess access;
    access.users = {2};
    EXPECT_EQ(words(change(access, 11, "alice")), "refused role");
    EXPECT_EQ(words(change(access, 11)), "answered");
    EXPECT_EQ(record(11).resource_control->users, std::vector<std::int64_t>{2});
}

TEST_P(WriterInGeneration, CreatesAndSaysWhichRecordItMade) {
    CreateFromFile file{.environment = 1,
                        .name = "fresh",
                        .type = StackType::standalone,
                        .swarm_id = {},
                        .file = Secret("services:\n  web:\n    image: local/web:1.0\n"),
                        .env = env({{"A", "1"}})};
    const auto made = create(file);
    EXPECT_EQ(words(made), "answered");
    ASSERT_TRUE(made.created);
    EXPECT_EQ(record(*made.created).name, "fresh");
    EXPECT_EQ(words(create(file)), "refused name_taken");
    file.name = "spread";
    file.environment = 2;
    file.type = StackType::swarm;
    file.swarm_id = "avg50968fh0k8qbcrh0ynybg1";
    EXPECT_EQ(words(create(file)), "answered");
    const CreateFromGit git{.environment = 1,
                            .name = "cloned",
                            .type = StackType::standalone,
                            .swarm_id = {},
                            .url = "https://git.example.test/source",
                            .reference = "refs/heads/main",
                            .path = "docker-compose.yml",
                            .additional_files = {},
                            .tls_skip_verify = false,
                            .credentials = GitCredentials{.username = "robot", .password = Secret("pw")},
                            .auto_update = {},
                            .env = {}};
    const auto cloned = create(git);
    EXPECT_EQ(words(cloned), "answered") << cloned.message;
    EXPECT_EQ(record(*cloned.created).git->username, "robot");
}

TEST_P(WriterInGeneration, AContentThatDoesNotDeployFailsOrIsAnsweredAndFailsLater) {
    const auto reply = change(update_to("services:\n  web:\n    image: local/nosuch:9\n"), 11, "alice");
    EXPECT_EQ(words(reply), newest() ? "answered" : "failed deployment");
    EXPECT_EQ(record(11).status, newest() ? 4 : 1);
}

TEST_P(WriterInGeneration, AnAnswerThatIsLostWhileDeployingIsUnknownAndSentOnce) {
    double_.add_fault({.kind = FaultKind::status, .when = When::during, .method = "POST", .times = 1, .status = 504});
    double_.reset_requests();
    const auto reply = create(CreateFromFile{.environment = 1,
                                             .name = "fresh",
                                             .type = StackType::standalone,
                                             .swarm_id = {},
                                             .file = Secret("services:\n  web:\n    image: local/web:1.0\n"),
                                             .env = {}});
    EXPECT_EQ(words(reply), "unknown not_the_api");
    EXPECT_FALSE(reply.created);
    EXPECT_EQ(double_.requests().total, 1U);
}

INSTANTIATE_TEST_SUITE_P(EveryVersion, WriterInGeneration,
                         testing::Values(Version::v2_23_0, Version::v2_33_0_rc1, Version::v2_39_0, Version::v2_43_0),
                         [](const auto& instance) {
                             std::string name = "v" + std::string(to_string(instance.param));
                             for (char& c : name) c = std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
                             return name;
                         });

} // namespace
} // namespace mooring::portainer_write
