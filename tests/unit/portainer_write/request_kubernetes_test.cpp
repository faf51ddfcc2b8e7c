// What each write of a Kubernetes stack sends, byte for byte, and what is never sent (kubernetes.md §0, §1).
#include "portainer_write/request.hpp"
#include "unit/portainer_write/records.hpp"

#include <gtest/gtest.h>

namespace mooring::portainer_write {
namespace {

constexpr const char* manifest = "apiVersion: v1\nkind: ConfigMap\n";
constexpr const char* sent_manifest = R"("apiVersion: v1\nkind: ConfigMap\n")";

std::string text_of(const std::expected<WriteRequest, Veto>& request) {
    if (!request) return "veto " + std::string(to_string(request.error()));
    return request->method + " " + request->target + " " + std::string(request->body.reveal());
}

StackRecord pods(std::string name = "My App 1!_x") {
    StackRecord record;
    record.id = 7;
    record.name = std::move(name);
    record.type = StackType::kubernetes;
    record.environment = 3;
    record.namespace_ = "shop";
    record.status = 1;
    return record;
}

StackRecord pods_from_git() {
    StackRecord record = test::git_record();
    record.type = StackType::kubernetes;
    record.env.clear();
    record.resource_control.reset();
    return record;
}

Update with_manifest() {
    Update update;
    update.file = Secret(manifest);
    return update;
}

TEST(RequestForKubernetes, AnUpdateAlwaysSendsTheRecordedNameByteForByte) {
    const std::string beginning = R"(PUT /api/stacks/7?endpointId=3 {"StackFileContent":)" + std::string(sent_manifest);
    EXPECT_EQ(text_of(request_for(with_manifest(), pods())), beginning + R"(,"StackName":"My App 1!_x"})");
    EXPECT_EQ(text_of(request_for(with_manifest(), pods(""))), beginning + R"(,"StackName":""})")
        << "a stack without a name keeps having none";
}

TEST(RequestForKubernetes, AFileIsNeverSentOntoAGitRecord) {
    Update detaching = with_manifest();
    detaching.detach = true;
    EXPECT_EQ(text_of(request_for(detaching, pods_from_git())), "veto git_stack");
    StackRecord hidden = pods_from_git();
    hidden.git.reset();
    EXPECT_EQ(text_of(request_for(detaching, hidden)), "veto git_hidden");
    EXPECT_EQ(text_of(request_for(Redeploy(), hidden)), "veto git_hidden");
    EXPECT_EQ(text_of(request_for(Settings(), hidden)), "veto git_hidden");
}

TEST(RequestForKubernetes, ACreateSendsNameNamespaceAndFile) {
    CreateFromFile create{.environment = 3,
                          .name = "shop",
                          .type = StackType::kubernetes,
                          .swarm_id = {},
                          .file = Secret(manifest),
                          .env = {},
                          .namespace_ = "team-a",
                          .withheld = {Secret("hidden-value")}};
    const auto request = request_for(Create(create));
    EXPECT_EQ(text_of(request), R"(POST /api/stacks/create/kubernetes/string?endpointId=3 {"StackName":"shop",)"
                                R"("Namespace":"team-a","StackFileContent":)" +
                                    std::string(sent_manifest) + "}");
    EXPECT_EQ(request->shows, Shows::output) << "the answer tells no id";
    EXPECT_EQ(request->secrets, create.withheld);
    create.file = Secret("");
    EXPECT_EQ(text_of(request_for(Create(create))), "veto empty_file");
    create.file = Secret("a: \xFF");
    EXPECT_EQ(text_of(request_for(Create(create))), "veto not_utf8");
}

TEST(RequestForKubernetes, ACreateFromGitNamesTheManifest) {
    const CreateFromGit create{.environment = 3,
                               .name = "shop",
                               .type = StackType::kubernetes,
                               .swarm_id = {},
                               .url = "https://git.example.test/shop",
                               .reference = "refs/heads/main",
                               .path = "deploy/app.yaml",
                               .additional_files = {"deploy/more.yaml"},
                               .tls_skip_verify = false,
                               .credentials = GitCredentials{.username = "robot", .password = Secret("git-password")},
                               .auto_update = AutoUpdate{.interval = "5m"},
                               .env = {},
                               .namespace_ = ""};
    EXPECT_EQ(text_of(request_for(Create(create))),
              R"(POST /api/stacks/create/kubernetes/repository?endpointId=3 {"StackName":"shop","Namespace":"",)"
              R"("RepositoryURL":"https://git.example.test/shop","RepositoryReferenceName":"refs/heads/main",)"
              R"("ManifestFile":"deploy/app.yaml","AdditionalFiles":["deploy/more.yaml"],)"
              R"("RepositoryAuthentication":true,"RepositoryUsername":"robot","RepositoryPassword":"git-password",)"
              R"("TLSSkipVerify":false,"AutoUpdate":{"Interval":"5m","Webhook":"","ForceUpdate":false,)"
              R"("ForcePullImage":false}})");
}

TEST(RequestForKubernetes, RedeployAndSettingsSendBackWhatTheServerWouldBlank) {
    EXPECT_EQ(text_of(request_for(Redeploy(), pods_from_git())),
              R"(PUT /api/stacks/7/git/redeploy?endpointId=3 {"StackName":"shop",)"
              R"("RepositoryReferenceName":"refs/heads/main","RepositoryAuthentication":true,)"
              R"("RepositoryUsername":"robot","RepositoryPassword":""})");
    Settings settings;
    settings.reference = "refs/heads/next";
    const auto request = request_for(settings, pods_from_git());
    ASSERT_TRUE(request);
    EXPECT_EQ(request->method + " " + request->target, "POST /api/stacks/7/git?endpointId=3") << "PUT leaves Status 3";
    const std::string body(request->body.reveal());
    for (const char* kept :
         {R"("RepositoryReferenceName":"refs/heads/next")", R"("AdditionalFiles":["deploy/more.yaml"])",
          R"("RepositoryUsername":"robot")", R"("TLSSkipVerify":true)", R"("Interval":"5m")"})
        EXPECT_TRUE(body.contains(kept)) << kept << " in " << body;
    EXPECT_FALSE(body.contains("Env")) << "Kubernetes stacks have no variables";
}

TEST(RequestForKubernetes, StartStopAndAccessDoNotExist) {
    const SetAccess open{.is_public = true, .administrators_only = false, .users = {}, .teams = {}};
    for (const Change& change : {Change(Start()), Change(Stop()), Change(open)})
        EXPECT_EQ(text_of(request_for(change, pods())), "veto kubernetes");
    StackRecord deploying = pods();
    deploying.status = 3;
    EXPECT_EQ(text_of(request_for(with_manifest(), deploying)), "veto deploying");
    EXPECT_EQ(text_of(request_for(Remove(), pods())), "DELETE /api/stacks/7?endpointId=3 ");
}

} // namespace
} // namespace mooring::portainer_write
