// Which files come of a server's stacks.
#include "capture/capture.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <set>

namespace mooring::capture {
namespace {

template <typename T>
Answer<T> answered(T value) {
    Answer<T> answer{.reply = {.outcome = Outcome::ok, .status = 200}, .value = {}};
    answer.value = std::move(value);
    return answer;
}

StackRecord record(StackId id, EnvironmentId environment, std::string name) {
    StackRecord out;
    out.id = id;
    out.name = std::move(name);
    out.type = StackType::standalone;
    out.environment = environment;
    return out;
}

ServerReading seen(std::vector<StackRecord> records) {
    ServerReading out{.server = "main"};
    out.environments = answered(std::vector<Environment>{{.id = 1, .name = "Site"}, {.id = 2, .name = "site"}});
    for (const StackRecord& one : records)
        out.files[one.id] = answered(std::string("services: {web: {image: nginx}}\n"));
    out.stacks = answered(std::move(records));
    return out;
}

std::set<std::string> folded_paths(const Captured& captured) {
    std::set<std::string> out;
    for (const File& file : captured.files) out.insert(to_lower(file.path));
    return out;
}

TEST(Capture, NoTwoStacksShareAFileWhateverTheirNames) {
    // The id that tells the second `shop` from the first makes it `shop-7`, which is another stack's name.
    const Captured captured = capture(seen({record(1, 1, "shop"), record(3, 1, "shop-7"), record(7, 2, "shop")}), {});
    EXPECT_EQ(captured.stacks, 3U);
    EXPECT_EQ(captured.files.size(), 6U) << "a manifest and a compose file each";
    EXPECT_EQ(folded_paths(captured).size(), 6U);
}

TEST(Capture, NoTwoSecretsShareAFileWhateverTheirNames) {
    StackRecord shop = record(1, 1, "shop");
    for (const char* name : {"A.TOKEN", "A_TOKEN", "A_TOKEN-1", "a_token", "a.token"})
        shop.env.push_back({.name = name, .value = Secret(std::string("value of ") + name)});
    const Captured captured = capture(seen({shop}), {.secrets = {}, .with_secrets = true});
    EXPECT_EQ(captured.files.size(), 7U) << "manifest, compose file, and five secrets";
    EXPECT_EQ(folded_paths(captured).size(), 7U);
}

// The file says that PW is a secret, whatever its name.
TEST(Capture, AVariableThatItsFileUsesAsASecretIsOpaque) {
    StackRecord shop = record(1, 1, "shop");
    for (const char* name : {"PW", "ARGUMENT", "PLAIN"}) shop.env.push_back({.name = name, .value = Secret("value")});
    ServerReading what = seen({shop});
    what.files[1] =
        answered(std::string("services: {web: {image: nginx, command: 'app --token ${ARGUMENT} --port ${PLAIN}'}}\n"
                             "secrets: {pw: {environment: PW}}\n"));
    const Captured captured = capture(what, {});
    const auto manifest =
        std::ranges::find_if(captured.files, [](const File& file) { return file.path.ends_with("/shop.yaml"); });
    ASSERT_NE(manifest, captured.files.end());
    EXPECT_TRUE(manifest->bytes.contains("\"PW\": {opaque: true}")) << manifest->bytes;
    EXPECT_TRUE(manifest->bytes.contains("\"ARGUMENT\": {opaque: true}"));
    EXPECT_TRUE(manifest->bytes.contains("\"PLAIN\": \"value\""));
    ASSERT_EQ(captured.secrets.size(), 2U);
    EXPECT_EQ(captured.secrets[1].text, "env PW, a secret by its file");
}

const std::string* bytes_of(const Captured& captured, std::string_view path) {
    const auto found = std::ranges::find(captured.files, path, &File::path);
    return found == captured.files.end() ? nullptr : &found->bytes;
}

StackRecord kubernetes(StackId id, std::string name) {
    StackRecord out = record(id, 1, std::move(name));
    out.type = StackType::kubernetes;
    out.namespace_ = "my-namespace";
    out.created_at = 1631850000;
    out.status = 2;
    return out;
}

// The example in Portainer's own documentation.
TEST(Capture, ARecordWithoutANameIsTiedToItsId) {
    const Captured captured = capture(seen({kubernetes(5, "")}), {});
    const std::string* text = bytes_of(captured, "Site/stack-5.yaml");
    ASSERT_NE(text, nullptr);
    EXPECT_TRUE(text->contains("  name: \"stack-5\"\n")) << *text;
    EXPECT_TRUE(text->contains("  stack: {id: 5, created: \"2021-09-17T03:40:00Z\"}\n")) << *text;
    EXPECT_FALSE(text->contains("runtime:")) << *text;
    EXPECT_FALSE(text->contains("state:")) << "Kubernetes has no stop";
    EXPECT_TRUE(captured.left_out.empty());
}

TEST(Capture, KubernetesRecordsOfOneNameAreTiedAndOnesOfTheirOwnAreNot) {
    const Captured two = capture(seen({kubernetes(5, "web"), kubernetes(6, "web")}), {});
    EXPECT_EQ(two.stacks, 2U);
    EXPECT_TRUE(bytes_of(two, "Site/web.yaml")->contains("stack: {id: 5"));
    EXPECT_TRUE(bytes_of(two, "Site/web-6.yaml")->contains("stack: {id: 6"));
    EXPECT_FALSE(bytes_of(capture(seen({kubernetes(5, "web")}), {}), "Site/web.yaml")->contains("stack:"));
}

TEST(Capture, AGitStackWhoseSourceIsHiddenIsAnyGitAndNoFile) {
    StackRecord shop = record(1, 1, "shop");
    shop.workflow_id = 7;
    shop.auto_update = AutoUpdate{.interval = "5m", .webhook = "", .job_id = "1"};
    const Captured captured = capture(seen({shop}), {});
    ASSERT_EQ(captured.files.size(), 1U);
    EXPECT_TRUE(captured.files[0].bytes.contains("  git: any #")) << captured.files[0].bytes;
    EXPECT_TRUE(captured.files[0].bytes.contains("    interval: \"5m\"\n")) << captured.files[0].bytes;
    EXPECT_FALSE(captured.files[0].bytes.contains("compose:"));
}

TEST(Capture, WhatCannotBeReadIsLeftOutWithTheReason) {
    ServerReading what = seen({record(1, 1, "shop"), record(2, 9, "lost"), record(3, 1, "till")});
    what.hidden_environments[9] = {.outcome = Outcome::environment_gone, .target = "/api/endpoints/9", .status = 404};
    what.files[3] = {.reply = {.outcome = Outcome::denied, .status = 403, .message = "Access denied"}, .value = {}};
    const Captured captured = capture(what, {});
    EXPECT_EQ(captured.stacks, 1U);
    ASSERT_EQ(captured.left_out.size(), 2U);
    EXPECT_EQ(captured.left_out[0].text, "orphaned, its environment is gone: GET /api/endpoints/9 -> 404 \"\"");
    EXPECT_TRUE(captured.left_out[1].text.contains("403 \"Access denied\"")) << captured.left_out[1].text;
}

std::string manifest_of(const Captured& captured) {
    for (const File& file : captured.files) {
        if (!file.path.contains("compose.yaml")) return file.bytes;
    }
    return {};
}

Container ended(std::string service, std::string status) {
    return {.name = "shop-" + service + "-1",
            .project = "shop",
            .service = service,
            .state = status.starts_with("Exited") ? "exited" : "running",
            .status = status};
}

// An export is in sync at once, and what it takes for a job a person must look at.
TEST(Capture, WhatEndedWithZeroIsAJobUnlessTheFileSpeaksAgainstIt) {
    struct Case {
        std::string service, status, jobs, stopped;
    };
    for (const auto& [service, status, jobs, stopped] :
         {Case{"", "Exited (0) 2 hours ago", "job", ""},
          {"restart: 'no'", "Exited (0) 2 hours ago", "job", ""},
          {"restart: on-failure", "Exited (0) 2 hours ago", "job", ""},
          {"", "Exited (1) 2 hours ago", "", "job (exited (1))"},
          {"", "Up 2 hours", "", ""},
          {"restart: always", "Exited (0) 2 hours ago", "", "job (exited (0))"},
          {"ports: ['80:80']", "Exited (0) 2 hours ago", "", "job (exited (0))"},
          {"healthcheck: {test: 'true'}", "Exited (0) 2 hours ago", "", "job (exited (0))"},
          {"profiles: [debug]", "Exited (0) 2 hours ago", "", ""},
          {"x-mooring: {job: true}", "Exited (0) 2 hours ago", "", ""},
          {"x-mooring: {job: true}", "Exited (3) 2 hours ago", "", "job (exited (3))"}}) {
        ServerReading what = seen({record(1, 1, "shop")});
        what.files[1] =
            answered("services: {job: {image: a" + (service.empty() ? "" : ", " + service) + "}, web: {image: b}}\n");
        what.runs[1].containers = answered(std::vector{ended("job", status), ended("web", "Up 2 hours")});
        const Captured captured = capture(what, {});
        const std::string wanted =
            jobs.empty() ? "" : "  jobs: # ended with 0 when exported: check\n    - \"" + jobs + "\"\n";
        EXPECT_EQ(manifest_of(captured).contains("jobs:"), !jobs.empty()) << service << status;
        EXPECT_TRUE(manifest_of(captured).contains(wanted)) << manifest_of(captured);
        EXPECT_EQ(captured.stopped.empty() ? "" : captured.stopped[0].text, stopped) << service << status;
    }
}

TEST(Capture, AServiceOfWhichNothingRunsIsSaid) {
    ServerReading what = seen({record(1, 1, "shop")});
    what.files[1] = answered(std::string("services: {web: {image: a}, job: {image: a, x-mooring: {job: true}}, "
                                         "off: {image: a, scale: 0}}\n"));
    EXPECT_TRUE(capture(what, {}).stopped.empty()) << "nobody looked";
    what.runs[1].containers = answered(std::vector<Container>{});
    const Captured captured = capture(what, {});
    ASSERT_EQ(captured.stopped.size(), 1U);
    EXPECT_EQ(captured.stopped[0].text, "web (nothing of it runs)");
}

TEST(Capture, OfAStackThatPortainerStoppedNothingIsAJob) {
    ServerReading what = seen({record(1, 1, "shop")});
    what.stacks.value->at(0).status = 2;
    what.runs[1].containers = answered(std::vector{ended("web", "Exited (0) 2 hours ago")});
    const Captured captured = capture(what, {});
    EXPECT_FALSE(manifest_of(captured).contains("jobs:"));
    EXPECT_TRUE(captured.stopped.empty());
}

TEST(Capture, ASwarmsServiceWhoseTasksCompletedIsAJob) {
    ServerReading what = seen({record(1, 1, "shop")});
    what.stacks.value->at(0).type = StackType::swarm;
    what.files[1] = answered(std::string("services: {job: {image: a, deploy: {restart_policy: {condition: none}}}}\n"));
    what.runs[1].services = answered(std::vector<SwarmService>{
        {.id = "s", .name = "shop_job", .namespace_ = "shop", .running_tasks = 0, .desired_tasks = 0}});
    what.runs[1].tasks = answered(std::vector<SwarmTask>{
        {.service_id = "s", .desired_state = "shutdown", .state = "complete", .error = {}, .slot = 1}});
    EXPECT_TRUE(manifest_of(capture(what, {})).contains("jobs:"));
    what.runs[1].tasks.value->at(0).state = "failed";
    const Captured captured = capture(what, {});
    EXPECT_FALSE(manifest_of(captured).contains("jobs:"));
    ASSERT_EQ(captured.stopped.size(), 1U);
    EXPECT_EQ(captured.stopped[0].text, "job (failed)");
}

} // namespace
} // namespace mooring::capture
