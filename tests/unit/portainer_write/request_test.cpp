// What each write sends, byte for byte, and what is never sent at all.
#include "portainer_write/request.hpp"
#include "unit/portainer_write/records.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <set>

namespace mooring::portainer_write {
namespace {

using Json = nlohmann::json;
using test::env;
using test::file_record;
using test::git_record;

std::string sent(const std::expected<WriteRequest, Veto>& request) {
    if (!request) return "veto " + std::string(to_string(request.error()));
    return request->method + " " + request->target + " " + std::string(request->body.reveal());
}

Json body_of(const Change& change, const StackRecord& record) {
    const auto request = request_for(change, record);
    return request ? Json::parse(request->body.reveal()) : Json("veto " + std::string(to_string(request.error())));
}

Update update_with(std::string file) {
    Update update;
    update.file = Secret(std::move(file));
    return update;
}

constexpr const char* kept_env =
    R"([{"name":"B","value":"two"},{"name":"A","value":"one"},{"name":"B","value":"again"}])";

CreateFromFile a_file() {
    return {.environment = 3,
            .name = "shop",
            .type = StackType::standalone,
            .swarm_id = {},
            .file = Secret("services: {}\n"),
            .env = env({{"A", "1"}})};
}

CreateFromGit a_repository() {
    return {.environment = 3,
            .name = "shop",
            .type = StackType::standalone,
            .swarm_id = {},
            .url = "https://git.example.test/shop",
            .reference = "refs/heads/main",
            .path = "compose.yaml",
            .additional_files = {"more.yaml"},
            .tls_skip_verify = true,
            .credentials = {},
            .auto_update = {},
            .env = {}};
}

TEST(RequestFor, CreateSendsTheFileAndTheVariables) {
    EXPECT_EQ(sent(request_for(Create(a_file()))),
              R"(POST /api/stacks/create/standalone/string?endpointId=3 {"Name":"shop",)"
              R"("StackFileContent":"services: {}\n","Env":[{"name":"A","value":"1"}]})");
    auto swarm = a_file();
    swarm.type = StackType::swarm;
    swarm.swarm_id = "avg50968";
    EXPECT_EQ(sent(request_for(Create(swarm))),
              R"(POST /api/stacks/create/swarm/string?endpointId=3 {"Name":"shop","SwarmID":"avg50968",)"
              R"("StackFileContent":"services: {}\n","Env":[{"name":"A","value":"1"}]})");
}

TEST(RequestFor, CreateFromGitSendsCredentialsOnlyWhereTheyAreGiven) {
    EXPECT_EQ(sent(request_for(Create(a_repository()))),
              R"(POST /api/stacks/create/standalone/repository?endpointId=3 {"Name":"shop",)"
              R"("RepositoryURL":"https://git.example.test/shop","RepositoryReferenceName":"refs/heads/main",)"
              R"("ComposeFile":"compose.yaml","AdditionalFiles":["more.yaml"],"TLSSkipVerify":true,)"
              R"("AutoUpdate":null,"Env":[]})");
    auto whole = a_repository();
    whole.type = StackType::swarm;
    whole.swarm_id = "avg50968";
    whole.credentials = GitCredentials{.username = "robot", .password = Secret("s3cret")};
    whole.auto_update =
        AutoUpdate{.interval = "5m", .webhook = "", .job_id = "4", .force_update = false, .force_pull_image = true};
    EXPECT_EQ(sent(request_for(Create(whole))),
              R"(POST /api/stacks/create/swarm/repository?endpointId=3 {"Name":"shop","SwarmID":"avg50968",)"
              R"("RepositoryURL":"https://git.example.test/shop","RepositoryReferenceName":"refs/heads/main",)"
              R"("ComposeFile":"compose.yaml","AdditionalFiles":["more.yaml"],"RepositoryAuthentication":true,)"
              R"("RepositoryUsername":"robot","RepositoryPassword":"s3cret","TLSSkipVerify":true,)"
              R"("AutoUpdate":{"Interval":"5m","Webhook":"","ForceUpdate":false,"ForcePullImage":true},"Env":[]})");
}

TEST(RequestFor, UpdateKeepsEveryVariableInItsPlace) {
    EXPECT_EQ(sent(request_for(update_with("services: {}\n"), file_record())),
              std::string(R"(PUT /api/stacks/7?endpointId=3 {"StackFileContent":"services: {}\n","Env":)") + kept_env +
                  R"(,"Prune":false,"PullImage":false,"RepullImageAndRedeploy":false})");
}

TEST(RequestFor, UpdateSendsWhatIsDeclaredInThePlaceOfWhatIsThere) {
    Update update = update_with("x");
    update.env = env({{"NEW", "1"}});
    update.pull = true;
    EXPECT_EQ(sent(request_for(update, file_record())),
              R"(PUT /api/stacks/7?endpointId=3 {"StackFileContent":"x","Env":[{"name":"NEW","value":"1"}],)"
              R"("Prune":false,"PullImage":true,"RepullImageAndRedeploy":true})");
}

TEST(RequestFor, PruneIsSentWhereItIsRecordedOrAllowed) {
    StackRecord record = file_record();
    Update update = update_with("x");
    EXPECT_EQ(body_of(update, record)["Prune"], false);
    record.option = StackOption{.prune = true};
    EXPECT_EQ(body_of(update, record)["Prune"], true);
    record.option = StackOption{.prune = false};
    EXPECT_EQ(body_of(update, record)["Prune"], false);
    update.prune = true;
    EXPECT_EQ(body_of(update, record)["Prune"], true);
}

// Some editions let a file stack be deployed by a call; a PUT without it ends that.
TEST(RequestFor, UpdateKeepsTheWebhookOfAFileStack) {
    StackRecord record = file_record();
    record.unknown = R"({"Registries":[1],"Webhook":"5dd72a1f-939b-494c-861f-23d068846b6a"})";
    EXPECT_EQ(body_of(update_with("x"), record)["Webhook"], "5dd72a1f-939b-494c-861f-23d068846b6a");
    record.unknown = R"({"Webhook":""})";
    EXPECT_FALSE(body_of(update_with("x"), record).contains("Webhook"));
}

TEST(RequestFor, SettingsSendBackEveryStoredField) {
    EXPECT_EQ(sent(request_for(Settings(), git_record())),
              std::string(R"(POST /api/stacks/7/git?endpointId=3 {"RepositoryReferenceName":"refs/heads/main",)"
                          R"("ConfigFilePath":"deploy/compose.yaml","AdditionalFiles":["deploy/more.yaml"],)"
                          R"("RepositoryAuthentication":true,"RepositoryUsername":"robot","RepositoryPassword":"",)"
                          R"("TLSSkipVerify":true,"Env":)") +
                  kept_env +
                  R"(,"AutoUpdate":{"Interval":"5m","Webhook":"5dd72a1f-939b-494c-861f-23d068846b6a",)"
                  R"("ForceUpdate":true,"ForcePullImage":false},"Prune":true})");
}

TEST(RequestFor, SettingsOfAPlainRecordSayThatThereIsNothingMore) {
    StackRecord record = git_record();
    record.git->has_authentication = false;
    record.git->tls_skip_verify = false;
    record.auto_update.reset();
    record.option.reset();
    record.additional_files.clear();
    record.env.clear();
    EXPECT_EQ(sent(request_for(Settings(), record)),
              R"(POST /api/stacks/7/git?endpointId=3 {"RepositoryReferenceName":"refs/heads/main",)"
              R"("ConfigFilePath":"deploy/compose.yaml","RepositoryAuthentication":false,"RepositoryUsername":"",)"
              R"("RepositoryPassword":"","TLSSkipVerify":false,"Env":[],"AutoUpdate":null,"Prune":false})");
}

// Each field that may be declared, alone: nothing else of the body moves.
TEST(RequestFor, SettingsChangeOnlyWhatIsDeclared) {
    const Json before = body_of(Settings(), git_record());
    const auto moved = [&](const Settings& settings) {
        std::string names;
        const Json after = body_of(settings, git_record());
        for (const auto& [name, value] : after.items()) {
            if (before.value(name, Json()) != value) names += name + "=" + value.dump() + " ";
        }
        return names;
    };
    Settings one;
    one.reference = "refs/heads/next";
    EXPECT_EQ(moved(one), "RepositoryReferenceName=\"refs/heads/next\" ");
    one = {};
    one.path = "x.yaml";
    EXPECT_EQ(moved(one), "ConfigFilePath=\"x.yaml\" ");
    one = {};
    one.additional_files = std::vector<std::string>{};
    EXPECT_EQ(moved(one), "AdditionalFiles=[] ");
    one = {};
    one.tls_skip_verify = false;
    EXPECT_EQ(moved(one), "TLSSkipVerify=false ");
    one = {};
    one.env = env({{"X", "y"}});
    EXPECT_EQ(moved(one), "Env=[{\"name\":\"X\",\"value\":\"y\"}] ");
    one = {};
    one.auto_update =
        AutoUpdate{.interval = "1h", .webhook = "", .job_id = "", .force_update = false, .force_pull_image = false};
    EXPECT_EQ(moved(one), "AutoUpdate={\"ForcePullImage\":false,\"ForceUpdate\":false,\"Interval\":\"1h\","
                          "\"Webhook\":\"\"} ");
    one = {};
    one.end_auto_update = true;
    EXPECT_EQ(moved(one), "AutoUpdate=null ");
    one = {};
    one.credentials = GitCredentials{.username = "other", .password = Secret("pw")};
    EXPECT_EQ(moved(one), "RepositoryPassword=\"pw\" RepositoryUsername=\"other\" ");
    EXPECT_EQ(moved({}), "");
}

TEST(RequestFor, StoredCredentialsOfTheServerAreNamedAgain) {
    StackRecord record = git_record();
    record.git->credential_id = 5;
    EXPECT_EQ(body_of(Settings(), record)["RepositoryGitCredentialID"], 5);
    EXPECT_EQ(body_of(Redeploy(), record)["RepositoryGitCredentialID"], 5);
    EXPECT_FALSE(body_of(Settings(), git_record()).contains("RepositoryGitCredentialID"));
}

TEST(RequestFor, RedeploySendsReferenceVariablesAndCredentialsAgain) {
    EXPECT_EQ(sent(request_for(Redeploy(), git_record())),
              std::string(R"(PUT /api/stacks/7/git/redeploy?endpointId=3 {"RepositoryReferenceName":"refs/heads/main",)"
                          R"("RepositoryAuthentication":true,"RepositoryUsername":"robot","RepositoryPassword":"",)"
                          R"("Env":)") +
                  kept_env + R"(,"Prune":true,"PullImage":false,"RepullImageAndRedeploy":false})");
    EXPECT_EQ(body_of(Redeploy{.pull = true, .prune = false, .start = false}, git_record())["PullImage"], true);
}

TEST(RequestFor, StartStopAndRemoveNameTheRecordedEnvironment) {
    StackRecord stopped = file_record();
    stopped.status = 2;
    EXPECT_EQ(sent(request_for(Start(), stopped)), "POST /api/stacks/7/start?endpointId=3 ");
    EXPECT_EQ(sent(request_for(Stop(), file_record())), "POST /api/stacks/7/stop?endpointId=3 ");
    EXPECT_EQ(sent(request_for(Remove(), file_record())), "DELETE /api/stacks/7?endpointId=3 ");
    EXPECT_EQ(sent(request_for(Remove(), git_record())), "DELETE /api/stacks/7?endpointId=3 ");
}

TEST(RequestFor, AccessChangesTheResourceControlThatIsThereOrMakesOne) {
    SetAccess access;
    access.users = {2, 5};
    access.teams = {1};
    EXPECT_EQ(sent(request_for(access, file_record())),
              R"(PUT /api/resource_controls/21 {"Public":false,"AdministratorsOnly":false,"Users":[2,5],"Teams":[1]})");
    StackRecord without = file_record();
    without.name = "Shop"; // letter for letter
    without.resource_control.reset();
    EXPECT_EQ(sent(request_for(access, without)),
              R"(POST /api/resource_controls {"ResourceID":"3_Shop","Type":6,"Public":false,)"
              R"("AdministratorsOnly":false,"Users":[2,5],"Teams":[1]})");
    EXPECT_EQ(body_of(SetAccess{.is_public = true, .administrators_only = false, .users = {}, .teams = {}},
                      file_record())["Public"],
              true);
}

TEST(RequestFor, TextIsSentAsItIs) {
    const std::string file = "a: \"q\\\"\"\r\n\tb: \x01\x7f \xC3\xA9 \xF0\x9F\x90\x99\n";
    Update update = update_with(file);
    update.env = env({{"N\"", "line\nbreak \\ \xE2\x82\xAC"}});
    const Json body = body_of(update, file_record());
    EXPECT_EQ(body["StackFileContent"], file);
    EXPECT_EQ(body["Env"][0]["name"], "N\"");
    EXPECT_EQ(body["Env"][0]["value"], "line\nbreak \\ \xE2\x82\xAC");
}

// Vetoes.

TEST(RequestFor, NoFileIsEverPutOntoAGitRecord) {
    EXPECT_EQ(sent(request_for(update_with("x"), git_record())), "veto git_stack");
    StackRecord old_server = git_record();
    old_server.workflow_id = 0;
    EXPECT_EQ(sent(request_for(update_with("x"), old_server)), "veto git_stack");
    StackRecord hidden = git_record();
    hidden.git.reset(); // what every ordinary user of 2.43 is shown
    EXPECT_EQ(sent(request_for(update_with("x"), hidden)), "veto git_hidden");
}

TEST(RequestFor, DetachingIsForAGitRecordThatWasRead) {
    Update detaching = update_with("x");
    detaching.detach = true;
    EXPECT_TRUE(request_for(detaching, git_record()));
    StackRecord hidden = git_record();
    hidden.git.reset();
    EXPECT_EQ(sent(request_for(detaching, hidden)), "veto git_hidden");
    EXPECT_TRUE(request_for(detaching, file_record())) << "nothing to cut";
}

TEST(RequestFor, GitCallsAreForGitStacksWhoseSourceIsSeen) {
    EXPECT_EQ(sent(request_for(Settings(), file_record())), "veto not_git");
    EXPECT_EQ(sent(request_for(Redeploy(), file_record())), "veto not_git");
    StackRecord hidden = git_record();
    hidden.git.reset();
    EXPECT_EQ(sent(request_for(Settings(), hidden)), "veto git_hidden");
    EXPECT_EQ(sent(request_for(Redeploy(), hidden)), "veto git_hidden");
    EXPECT_TRUE(request_for(Stop(), hidden)) << "it loses nothing";
}

TEST(RequestFor, NothingStoppedIsStartedOnTheWay) {
    StackRecord file = file_record();
    StackRecord git = git_record();
    file.status = git.status = 2;
    EXPECT_EQ(sent(request_for(update_with("x"), file)), "veto would_start");
    EXPECT_EQ(sent(request_for(Redeploy(), git)), "veto would_start");
    EXPECT_EQ(sent(request_for(Settings(), git)), "veto would_poll") << "the server arms its polling again";
    Settings quiet;
    quiet.end_auto_update = true;
    EXPECT_TRUE(request_for(quiet, git));
    Update allowed = update_with("x");
    allowed.start = true;
    EXPECT_TRUE(request_for(allowed, file));
    EXPECT_TRUE(request_for(Redeploy{.pull = false, .prune = false, .start = true}, git));
    EXPECT_TRUE(
        request_for(SetAccess{.is_public = true, .administrators_only = false, .users = {}, .teams = {}}, file));
}

TEST(RequestFor, WhatIsBeingDeployedIsLeftAloneButForItsAccess) {
    StackRecord file = file_record();
    StackRecord git = git_record();
    file.status = git.status = 3;
    for (const Change& change : {Change(update_with("x")), Change(Start()), Change(Stop()), Change(Remove())})
        EXPECT_EQ(sent(request_for(change, file)), "veto deploying");
    EXPECT_EQ(sent(request_for(Settings(), git)), "veto deploying");
    EXPECT_EQ(sent(request_for(Redeploy(), git)), "veto deploying");
    EXPECT_TRUE(
        request_for(SetAccess{.is_public = true, .administrators_only = false, .users = {}, .teams = {}}, file));
}

TEST(RequestFor, AStackInStatus4IsUpdatedAndNeverStarted) {
    StackRecord record = file_record();
    record.status = 4;
    EXPECT_EQ(sent(request_for(Start(), record)), "veto start_failed");
    EXPECT_TRUE(request_for(update_with("x"), record));
    EXPECT_TRUE(request_for(Stop(), record));
}

TEST(RequestFor, UnknownTypesHaveNoWrites) {
    StackRecord strange = file_record();
    strange.type.reset();
    const SetAccess open{.is_public = true, .administrators_only = false, .users = {}, .teams = {}};
    for (const Change& change : {Change(update_with("x")), Change(Start()), Change(Stop()), Change(Remove()),
                                 Change(open), Change(Settings()), Change(Redeploy())})
        EXPECT_EQ(sent(request_for(change, strange)), "veto unknown_type");
}

TEST(RequestFor, ACreateIsWholeOrNotSent) {
    const auto without = [](auto change) {
        auto create = a_file();
        change(create);
        return sent(request_for(Create(std::move(create))));
    };
    EXPECT_EQ(without([](auto& c) { c.name = ""; }), "veto name");
    EXPECT_EQ(without([](auto& c) { c.name = "My Shop"; }), "veto name") << "the server would store another";
    EXPECT_EQ(without([](auto& c) { c.type = StackType::swarm; }), "veto no_swarm_id");
    EXPECT_EQ(without([](auto& c) { c.swarm_id = "x"; }), "veto no_swarm_id");
    EXPECT_EQ(without([](auto& c) { c.environment = 0; }), "veto no_record");
    EXPECT_EQ(without([](auto& c) { c.file = Secret(); }), "veto empty_file");
    EXPECT_EQ(without([](auto& c) { c.file = Secret("a\xFF"); }), "veto not_utf8");
    EXPECT_EQ(without([](auto& c) { c.env = env({{"A", "\xC0\x80"}}); }), "veto not_utf8");
    auto repository = a_repository();
    repository.url = "https://robot:pw@git.example.test/shop";
    EXPECT_EQ(sent(request_for(Create(repository))), "veto url_with_user");
    repository = a_repository();
    repository.credentials = GitCredentials{.username = "robot", .password = {}};
    EXPECT_EQ(sent(request_for(Create(repository))), "veto no_password");
}

TEST(RequestFor, AChangeIsWholeOrNotSent) {
    EXPECT_EQ(sent(request_for(update_with(""), file_record())), "veto empty_file");
    EXPECT_EQ(sent(request_for(update_with("\xFF"), file_record())), "veto not_utf8");
    StackRecord bytes = file_record();
    bytes.env = env({{"A", "\xFF"}});
    EXPECT_EQ(sent(request_for(update_with("x"), bytes)), "veto not_utf8") << "a recorded value would be lost";
    EXPECT_EQ(sent(request_for(SetAccess(), file_record())), "veto access_unclear");
    EXPECT_EQ(sent(request_for(SetAccess{.is_public = true, .administrators_only = true, .users = {}, .teams = {}},
                               file_record())),
              "veto access_unclear");
    Settings settings;
    settings.credentials = GitCredentials{.username = "robot", .password = {}};
    EXPECT_EQ(sent(request_for(settings, git_record())), "veto no_password");
    StackRecord nowhere = file_record();
    nowhere.environment = 0;
    EXPECT_EQ(sent(request_for(Stop(), nowhere)), "veto no_record");
}

TEST(RequestFor, EachVetoHasANameAndASentence) {
    std::set<std::string_view> names;
    for (int i = 0; i <= static_cast<int>(Veto::no_record); ++i) {
        const auto veto = static_cast<Veto>(i);
        EXPECT_TRUE(names.insert(to_string(veto)).second);
        EXPECT_TRUE(sentence(veto).ends_with('.')) << to_string(veto);
    }
}

TEST(RequestFor, KnowsWhatMustNotComeBack) {
    Settings settings;
    settings.env = env({{"DB_PASSWORD", "42"}, {"COLOR", "on"}, {"LONG", "declared value"}, {"FLAG", "true"}});
    settings.credentials = GitCredentials{.username = "robot", .password = Secret("git-secret")};
    StackRecord record = git_record();
    record.env = env({{"OLD", "recorded value"}});
    std::set<std::string> hidden;
    const auto request = request_for(settings, record);
    ASSERT_TRUE(request);
    for (const Secret& secret : request->secrets) hidden.emplace(secret.reveal());
    EXPECT_EQ(hidden, (std::set<std::string>{"42", "declared value", "git-secret", "recorded value"}));
}

} // namespace
} // namespace mooring::portainer_write
