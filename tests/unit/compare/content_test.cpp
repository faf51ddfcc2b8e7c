#include "unit/compare/compare_fixture.hpp"

#include <random>

namespace mooring::compare {
namespace {

constexpr std::string_view file = "services:\n"
                                  "  web:\n"
                                  "    image: local/web:1.0\n"
                                  "    ports: ['8080:80']\n"
                                  "    environment:\n"
                                  "      COLOR: blue\n"
                                  "      DB_PASSWORD: hunter2hunter2\n";

std::string replaced(std::string_view text, std::string_view from, std::string_view to) {
    std::string out(text);
    return out.replace(out.find(from), from.size(), to);
}

class CompareContent : public CompareFixture {
  protected:
    CompareContent() { desire(std::string(file)); }

    void desire(std::string text, std::size_t line = 1) {
        stack.source = DesiredContent{.text = std::move(text), .file = "shop/compose.yaml", .line = line};
    }
    ContentFacts compare(std::string_view actual) {
        return Content::load(stack)->compare(actual, {.digest = digest, .record = &record, .show_values = show_values});
    }

    std::function<std::string(std::string_view)> digest = [](std::string_view text) {
        return "digest of " + std::to_string(text.size());
    };
    bool show_values = false;
};

TEST_F(CompareContent, EqualBytesAreEqualAndSayWhatRuns) {
    const ContentFacts found = compare(file);
    EXPECT_TRUE(found.equal_bytes);
    EXPECT_EQ(paths_of(found.changes), Texts{});
    EXPECT_FALSE(found.problem);
    ASSERT_TRUE(found.actual);
    EXPECT_EQ(found.actual->services.at(0).image, "local/web:1.0");
    EXPECT_EQ(found.content_digest, found.desired_digest);
}

// Recorded: 2.43.0, 10-update 26: the server keeps CRLF.
TEST_F(CompareContent, OtherBytesOfTheSameMeaningAreEqual) {
    std::string respelt;
    for (const char c : file) respelt += c == '\n' ? std::string("\r\n") : std::string(1, c);
    const ContentFacts found = compare(respelt);
    EXPECT_FALSE(found.equal_bytes);
    EXPECT_EQ(paths_of(found.changes), Texts{});
    EXPECT_FALSE(found.problem);
    EXPECT_TRUE(found.actual);
    EXPECT_NE(found.content_digest, found.desired_digest);
}

TEST_F(CompareContent, ADifferenceStandsAtItsPathWithTheLineOfTheDesiredFile) {
    const ContentFacts found = compare(replaced(file, "web:1.0", "web:1.1"));
    ASSERT_EQ(paths_of(found.changes), (Texts{"content:services.web.image"}));
    EXPECT_EQ(arrow(found.changes[0]), "local/web:1.0 -> local/web:1.1");
    EXPECT_EQ(found.changes[0].where, (SourceLocation{"shop/compose.yaml", 3, 0}));
    EXPECT_EQ(found.actual->services.at(0).image, "local/web:1.1");
}

TEST_F(CompareContent, LinesOfAnInlineFileCountFromItsBlock) {
    desire(std::string(file), 21);
    EXPECT_EQ(compare(replaced(file, "web:1.0", "web:1.1")).changes.at(0).where.line, 23U);
}

TEST_F(CompareContent, ValuesUnderSecretLookingNamesAreNotShownUnlessAsked) {
    const std::string actual = replaced(file, "hunter2hunter2", "other-password");
    ContentFacts found = compare(actual);
    ASSERT_EQ(paths_of(found.changes), (Texts{"content:services.web.environment.DB_PASSWORD"}));
    EXPECT_TRUE(found.changes[0].secret);
    EXPECT_EQ(arrow(found.changes[0]), " -> ");
    show_values = true;
    found = compare(actual);
    EXPECT_TRUE(found.changes[0].secret);
    EXPECT_EQ(arrow(found.changes[0]), "hunter2hunter2 -> other-password");
}

TEST_F(CompareContent, AnEnvValueThatWasCopiedIntoTheFileIsNotShown) {
    set_env({{"LICENCE", "0123-4567-89"}});
    const ContentFacts found = compare(replaced(file, "COLOR: blue", "COLOR: x-0123-4567-89-x"));
    ASSERT_EQ(paths_of(found.changes), (Texts{"content:services.web.environment.COLOR"}));
    EXPECT_TRUE(found.changes[0].secret);
    EXPECT_EQ(arrow(found.changes[0]), " -> ");
}

TEST_F(CompareContent, WhatIsCutIsKeptWholeForPlans) {
    const std::string end(500, 'x');
    Change cut = compare(replaced(file, "blue", "blue" + end + "y")).changes.at(0);
    EXPECT_EQ(cut.whole_actual, "blue" + end + "y");
    EXPECT_EQ(cut.whole_desired, "") << "it is not cut";
    EXPECT_LT(cut.actual->size(), end.size());
    Change broken = compare(replaced(file, "blue", "\"a\\nb\"")).changes.at(0);
    EXPECT_EQ(broken.actual, "a b");
    EXPECT_EQ(broken.whole_actual, "a\nb");
    set_env({{"LICENCE", "0123-4567-89"}});
    Change hidden = compare(replaced(file, "blue", "x-0123-4567-89-x")).changes.at(0);
    EXPECT_TRUE(hidden.secret);
    EXPECT_EQ(hidden.whole_desired + hidden.whole_actual, "") << "no value of a secret one";
}

TEST_F(CompareContent, OfAServiceWithAKnownValueInItTheRestIsTold) {
    set_env({{"LICENCE", "0123-4567-89"}});
    desire(std::string(file) + "  job: {image: 'a:0123-4567-89', privileged: true}\n");
    const Change found = compare(file).changes.at(0);
    EXPECT_EQ(found.path, "services.job");
    EXPECT_TRUE(found.secret);
    EXPECT_EQ(found.desired, "");
    EXPECT_NE(found.whole_desired.find("\"privileged\":true"), std::string::npos) << found.whole_desired;
    EXPECT_EQ(found.whole_desired.find("0123"), std::string::npos) << found.whole_desired;
}

TEST_F(CompareContent, AServersFileThatDoesNotParseIsAProblemWithItsPlace) {
    const ContentFacts found = compare("services:\n  web: [\n");
    ASSERT_TRUE(found.problem);
    EXPECT_TRUE(found.problem->starts_with("the server's file does not parse: line ")) << *found.problem;
    EXPECT_FALSE(found.actual);
    EXPECT_EQ(paths_of(found.changes), Texts{});
}

TEST_F(CompareContent, ADesiredFileThatDoesNotParseIsAProblemWithItsPlace) {
    desire("services:\n  web: 1\n  web: 2\n", 11);
    const ContentFacts found = compare(file);
    ASSERT_TRUE(found.problem);
    EXPECT_TRUE(found.problem->starts_with("the desired file shop/compose.yaml does not parse: line 13, column 3: "))
        << *found.problem;
    EXPECT_TRUE(compare("services:\n  web: 1\n  web: 2\n").problem); // equal bytes say nothing about what runs
}

TEST_F(CompareContent, ProblemsRepeatNoSecret) {
    stack.env = std::vector{env_of("A", "s3cr3t-key")};
    desire("s3cr3t-key: 1\ns3cr3t-key: 2\n");
    const ContentFacts found = compare(file);
    ASSERT_TRUE(found.problem);
    EXPECT_EQ(found.problem->find("s3cr3t"), std::string::npos) << *found.problem;
}

constexpr std::string_view objects = "apiVersion: apps/v1\n"
                                     "kind: Deployment\n"
                                     "metadata: {name: web}\n"
                                     "spec:\n"
                                     "  replicas: 2\n"
                                     "  template:\n"
                                     "    spec:\n"
                                     "      containers:\n"
                                     "        - {name: web, image: 'local/web:1.0', env: [{name: A, value: hunter2}]}\n"
                                     "---\n"
                                     "apiVersion: v1\n"
                                     "kind: Secret\n"
                                     "metadata: {name: cred}\n"
                                     "stringData: {user: hunter3}\n";

TEST_F(CompareContent, KubernetesObjectsAreComparedByMeaning) {
    stack.type = StackType::kubernetes;
    stack.namespace_ = "shop";
    desire(std::string(objects), 11);
    EXPECT_TRUE(compare(objects).equal_bytes);
    const std::size_t cut = objects.find("---\n");
    const std::string respelt = std::string(objects.substr(cut)) + "  # said\n---\n" +
                                replaced(objects.substr(0, cut), "{name: web}", "{namespace: shop, name: 'web'}");
    EXPECT_FALSE(compare(respelt).equal_bytes);
    EXPECT_EQ(paths_of(compare(respelt).changes), Texts{});
    const ContentFacts found = compare(replaced(respelt, "replicas: 2", "replicas: 3"));
    EXPECT_EQ(paths_of(found.changes), Texts{"content:Deployment/web:spec.replicas"});
    EXPECT_EQ(found.changes.at(0).desired, "2");
    EXPECT_EQ(found.changes.at(0).actual, "3");
    EXPECT_EQ(found.changes.at(0).where.line, 15U);
    EXPECT_EQ(paths_of(compare(objects.substr(0, cut)).changes), Texts{"content:Secret/cred"});
    EXPECT_FALSE(found.problem);
}

// kubernetes.md §1.1
TEST_F(CompareContent, AStackWithoutANamespaceIsInDefault) {
    stack.type = StackType::kubernetes;
    desire("{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: default}}\n");
    EXPECT_EQ(paths_of(compare("{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}\n").changes), Texts{});
    EXPECT_EQ(paths_of(compare("{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: b}}\n").changes),
              Texts{"content:ConfigMap/a:metadata.namespace"});
}

TEST_F(CompareContent, OfANewObjectWithACopiedSecretTheRestIsTold) {
    stack.type = StackType::kubernetes;
    stack.namespace_ = "shop";
    const std::string job =
        "---\napiVersion: v1\nkind: Pod\nmetadata: {name: job}\nspec: {containers: [{name: a, image: "
        "'local/job:1', args: [hunter3], securityContext: {privileged: true}}]}\n";
    desire(std::string(objects) + job);
    const Change found = compare(objects).changes.at(0);
    EXPECT_EQ(found.path, "Pod/job");
    const std::string told = found.desired.value_or("") + found.whole_desired;
    EXPECT_TRUE(told.contains(R"("privileged":true)")) << told;
    EXPECT_FALSE(told.contains("hunter3")) << told;
}

TEST_F(CompareContent, KubernetesSecretsAreNotShown) {
    stack.type = StackType::kubernetes;
    desire(std::string(objects));
    for (const auto& [from, path] :
         {std::pair{"hunter2", "Deployment/web:spec.template.spec.containers[name=web].env[name=A].value"},
          std::pair{"hunter3", "Secret/cred:data.user"}}) {
        const ContentFacts found = compare(replaced(objects, from, "other"));
        ASSERT_EQ(paths_of(found.changes), Texts{std::string("content:") + path});
        EXPECT_TRUE(found.changes[0].secret);
        EXPECT_EQ(found.changes[0].desired, "");
        EXPECT_EQ(found.changes[0].actual, "");
        EXPECT_FALSE(found.changes[0].secret_digest.empty());
    }
    const ContentFacts gone = compare(objects.substr(0, objects.find("---\n")));
    EXPECT_EQ(gone.changes.at(0).desired->find("hunter3"), std::string::npos) << *gone.changes[0].desired;
    EXPECT_EQ(gone.changes.at(0).desired->find("aHVudGVyMw"), std::string::npos) << *gone.changes[0].desired;
}

TEST_F(CompareContent, KubernetesFilesThatDoNotParseSayWhere) {
    stack.type = StackType::kubernetes;
    desire(std::string(objects), 11);
    const ContentFacts theirs = compare("apiVersion: v1\nkind: Secret\ndata: {a: b, a: c}\n");
    ASSERT_TRUE(theirs.problem);
    EXPECT_TRUE(theirs.problem->starts_with("the server's file does not parse: line 3, column 14: "))
        << *theirs.problem;
    desire("a: [\n", 11);
    const ContentFacts ours = compare(objects);
    ASSERT_TRUE(ours.problem);
    EXPECT_TRUE(ours.problem->starts_with("the desired file shop/compose.yaml does not parse: line 1"))
        << *ours.problem;
    stack.source = DesiredGit{};
    EXPECT_TRUE(compare("a: [").problem) << "a Git stack's file is not compared, and says what should run";
    EXPECT_FALSE(compare(objects).problem);
}

TEST_F(CompareContent, AGitStacksFileSaysOnlyWhatShouldRun) {
    stack.source = DesiredGit{};
    const ContentFacts found = compare(file);
    EXPECT_EQ(paths_of(found.changes), Texts{});
    EXPECT_FALSE(found.problem);
    EXPECT_EQ(found.actual->services.size(), 1U);
    EXPECT_EQ(found.desired_digest, ""); // so that it is never skipped
    EXPECT_TRUE(compare("services: [").problem);
}

// Portainer shows the entry file alone: what the additional files change in it is not known.
TEST_F(CompareContent, AdditionalFilesOfGitLeaveOpenWhatShouldRun) {
    stack.source = DesiredGit{};
    StackRecord with_override;
    with_override.additional_files = {"override.yaml"};
    const std::string text = "services:\n  web: {image: a, scale: 2}\n  idle: {image: b, scale: 0}\n";
    const ContentFacts found = Content::load(stack)->compare(text, {.digest = digest, .record = &with_override});
    EXPECT_TRUE(found.actual->more_files);
    EXPECT_EQ(found.actual->services.at(1).image, "a");
    EXPECT_TRUE(found.actual->services.at(1).image_by_default); // another image is neither drift nor in sync
    EXPECT_EQ(found.actual->services.at(1).replicas, 2);
    EXPECT_TRUE(found.actual->services.at(1).replicas_by_default);
    EXPECT_EQ(found.actual->services.at(0).replicas, 0);
    EXPECT_FALSE(found.actual->services.at(0).replicas_by_default);
    EXPECT_FALSE(Content::load(stack)->compare(text, {.digest = digest}).actual->more_files);
}

TEST_F(CompareContent, WithoutAKeyNothingIsDigested) {
    digest = nullptr;
    EXPECT_EQ(compare(file).content_digest, "");
    EXPECT_EQ(compare(file).desired_digest, "");
}

// Comparing does not see the mark, so that one which stands on the server alone would hide a service that has stopped.
TEST_F(CompareContent, WhatTheServersFileAloneCallsAJobIsNone) {
    const std::string marked = replaced(file, "    image", "    x-mooring: {job: true}\n    image");
    const std::string anchored =
        "x-a: &a\n  x-mooring: {job: true}\n" + replaced(file, "    image", "    <<: *a\n    image");
    const auto job = [&](const std::string& desired, std::string_view actual) {
        desire(desired);
        const ContentFacts found = compare(actual);
        EXPECT_EQ(paths_of(found.changes), Texts{});
        return found.actual->services.at(0).job;
    };
    EXPECT_FALSE(job(std::string(file), marked));
    EXPECT_FALSE(job(std::string(file), anchored));
    EXPECT_TRUE(job(marked, file));
    EXPECT_TRUE(job(marked, marked));
    EXPECT_TRUE(job(marked, anchored));
    stack.jobs = {"web"};
    EXPECT_TRUE(job(std::string(file), marked));
    stack.jobs.clear();
    stack.source = DesiredGit{.url = "https://git.example.test/shop"}; // the server's file is what is declared
    EXPECT_TRUE(compare(marked).actual->services.at(0).job);
}

TEST_F(CompareContent, WhatAnotherServiceOfTheServersFileWaitsForIsAJob) {
    const std::string waits = std::string(file) + "  late: {image: a, depends_on: {web: {condition: "
                                                  "service_completed_successfully}}}\n";
    const ContentFacts found = compare(waits);
    EXPECT_EQ(paths_of(found.changes), Texts{"content:services.late"});
    EXPECT_TRUE(found.actual->services.at(1).job);
}

// What the entry file says may be overruled, and what it leaves open stays open: neither is in sync by itself.
TEST_F(CompareContent, AdditionalFilesMayTakeTheLastWordOfImagesWithReferences) {
    set_env({{"TAG", "1.0"}});
    stack.source = DesiredGit{.url = "https://git.example.test/shop"};
    const std::string_view text = "services: {web: {image: 'local/web:${TAG}', scale: '${N}'}}\n";
    EXPECT_FALSE(compare(text).actual->services.at(0).image_by_default);
    record.additional_files = {"more.yaml"};
    EXPECT_EQ(compare(text).actual->services.at(0).image, "local/web:1.0");
    EXPECT_TRUE(compare(text).actual->services.at(0).image_by_default);
    EXPECT_TRUE(compare(text).actual->services.at(0).replicas_unknown);
    set_env({});
    EXPECT_TRUE(compare(text).actual->services.at(0).image_unknown);
}

TEST_F(CompareContent, NoSecretOfAFileIsInAnyChange) {
    std::mt19937 random(3);
    const auto secret = [&random] { return "s3cr3t" + std::to_string(random()); };
    for (int round = 0; round < 200; ++round) {
        const std::string first = secret();
        const std::string second = secret();
        desire("services:\n  web:\n    image: a\n    environment:\n      API_TOKEN: " + first + "\n");
        const std::string actual = round % 4 == 0   ? "services:\n  web:\n    image: a\n"
                                   : round % 4 == 1 ? "services:\n  db:\n    environment: {MY_KEY: " + second + "}\n"
                                   : round % 4 == 2 ? "services:\n  web:\n    environment: [API_TOKEN=" + second + "]\n"
                                                    : "services:\n  web: {labels: {db.password: " + second + "}}\n";
        const ContentFacts found = compare(actual);
        EXPECT_FALSE(found.changes.empty());
        for (const Change& change : found.changes) {
            EXPECT_EQ((change.path + arrow(change)).find("s3cr3t"), std::string::npos) << change.path;
        }
    }
}

} // namespace
} // namespace mooring::compare
