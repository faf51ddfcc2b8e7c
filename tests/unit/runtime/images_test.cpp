// Images by name, and by id where Docker shows one (design §3.3).
#include "unit/runtime/runtime_fixture.hpp"

namespace mooring::runtime {
namespace {

const std::string old_id = "sha256:" + std::string(64, 'a');
const std::string new_id = "sha256:" + std::string(64, 'b');
const std::string image_path = "services.web.image";

class RuntimeImages : public CompareRuntime {
  protected:
    RuntimeImages() { web().image = "nginx:1.27"; }

    void runs(std::string image, std::string id = old_id) {
        containers()[0].image = std::move(image);
        containers()[0].image_id = std::move(id);
    }
    void on_the_host(std::vector<DockerImage> images) {
        runtime.images = answered(Call::docker_images, std::move(images), "/docker/images/json");
        arrange(runtime);
    }
    bool asks(std::set<std::string> projects = {"shop"}) { return shows_an_image_id(runtime, &projects); }
    std::string change() { return arrow_at(compare().changes, image_path); }
};

TEST_F(RuntimeImages, NamesCompareWithTheirDefaults) {
    const std::string digest = "@sha256:" + std::string(64, '1');
    for (const auto& [declared, runs_as, same] : std::vector<std::tuple<std::string, std::string, bool>>{
             {"nginx", "docker.io/library/nginx:latest", true},
             {"nginx", "index.docker.io/library/nginx", true},
             {"nginx:1.27", "library/nginx:1.27", true},
             {"nginx:1.25", "nginx", false},
             {"local/web:1.0", "localhost/local/web:1.0", true}, // podman
             {"localhost/web", "web:latest", false},             // of Docker alone: Podman would show a registry
             {"localhost/web", "docker.io/library/web:latest", true},
             {"localhost:5000/web", "web", false},
             {"quay.io/library/nginx", "quay.io/nginx", false},
             {"registry.example.test:5000/a", "registry.example.test:5000/a:latest", true},
             {"registry.example.test:5000/a", "registry.example.test:5000/a:1", false},
             {"nginx:1.27" + digest, "nginx" + digest, true},
             {"nginx" + digest, "docker.io/library/nginx:1.27" + digest, true},
             {"a@sha256:00", "a@sha256:11", false},
             {"a/b", "b", false}}) {
        web().image = declared;
        runs(runs_as);
        EXPECT_EQ(change().empty(), same) << declared << " " << runs_as;
    }
}

// An engine that shows an image without its registry is Docker, for which `localhost/` is another image's name.
TEST_F(RuntimeImages, LocalhostIsLeftOutOnlyWhereTheEngineMayBePodman) {
    web().image = "web:1";
    runs("localhost/web:1");
    EXPECT_EQ(change(), "");
    containers().push_back(container("other", 1)); // of any stack
    containers()[1].project = "zoo";               // behind `shop` in any order
    for (const auto& [shown, same] : {std::pair<std::string, bool>{"docker.io/library/redis:7", true},
                                      {"quay.io/a/b", true},
                                      {old_id, true},
                                      {"", true},
                                      {"<secret 3>/redis:7", true}, // of a recording: it may be the registry
                                      {"***/redis:7", true},
                                      {"redis:7", false},
                                      {"grafana/loki", false}}) {
        containers()[1].image = shown;
        for (const bool arranged : {false, true}) {
            if (arranged) arrange(runtime);
            EXPECT_EQ(change().empty(), same) << shown;
            runtime.arranged = false;
        }
    }
    containers()[1].image = "docker.io/library/redis:7";
    on_the_host({{.id = old_id, .tags = {"redis:7"}, .names = {}}});
    EXPECT_EQ(change(), "web:1 -> localhost/web:1");
}

TEST_F(RuntimeImages, AnIdOfDockersIsLookedUpByTheWholeName) {
    web().image = "web:1";
    runs(old_id);
    on_the_host(
        {{.id = new_id, .tags = {"localhost/web:1"}, .names = {}}, {.id = old_id, .tags = {"web:1"}, .names = {}}});
    EXPECT_EQ(change(), "");
    on_the_host(
        {{.id = old_id, .tags = {"web:1"}, .names = {}}, {.id = new_id, .tags = {"localhost/web:1"}, .names = {}}});
    EXPECT_EQ(change(), "");
    web().image = "localhost/web:1";
    EXPECT_EQ(change(), "localhost/web:1 -> web:1 (" + short_image_id(old_id) + ")");
}

TEST_F(RuntimeImages, AreReadOnlyWhereADeclaredStackShowsAnIdAndIsUp) {
    EXPECT_FALSE(asks());
    for (const std::string& id : {old_id, std::string(64, 'a'), std::string("0123456789ab")}) {
        runs(id);
        EXPECT_TRUE(asks()) << id;
    }
    EXPECT_FALSE(asks({"other"}));
    EXPECT_TRUE(shows_an_image_id(runtime, nullptr));
    containers()[0].state = "exited";
    EXPECT_FALSE(asks());
}

TEST_F(RuntimeImages, AnIdThatTheFilesNameDoesNotHaveAnyMoreIsAChange) {
    for (const std::string& shown : {old_id, std::string(64, 'a'), std::string(12, 'a')}) {
        runs(shown);
        on_the_host({{.id = old_id}, {.id = new_id, .tags = {"nginx:1.27"}}});
        const Comparison found = compare();
        EXPECT_EQ(arrow_at(found.changes, image_path), "nginx:1.27 -> an older nginx:1.27 (sha256:aaaaaaaaaaaa…)");
        EXPECT_EQ(found.unread, Texts{});
        EXPECT_EQ(found.errors, Texts{});
        ASSERT_NE(found.images, nullptr);
        EXPECT_EQ(found.images->target, "/docker/images/json");
    }
}

TEST_F(RuntimeImages, AnIdWithANameOfItsOwnIsCalledByIt) {
    runs(old_id);
    on_the_host({{.id = old_id, .tags = {"redis:7"}}, {.id = new_id, .tags = {"nginx:1.27"}}});
    EXPECT_EQ(change(), "nginx:1.27 -> redis:7 (sha256:aaaaaaaaaaaa…)");
}

TEST_F(RuntimeImages, AnIdThatTheFilesNameHasIsTheSameImage) {
    runs(std::string(12, 'a'), "");
    for (const std::string name : {"nginx:1.27", "docker.io/library/nginx:1.27", "localhost/nginx:1.27"}) {
        on_the_host({{.id = old_id, .tags = {"quay.io/other", name}}});
        EXPECT_EQ(change(), "") << name;
        EXPECT_EQ(compare().errors, Texts{});
    }
    web().image = "nginx:1.27@sha256:77";
    on_the_host({{.id = old_id, .names = {"nginx@sha256:77"}}});
    EXPECT_EQ(change(), "");
    on_the_host({{.id = new_id, .names = {"nginx@sha256:77"}}});
    EXPECT_EQ(change(), "nginx:1.27@sha256:77 -> an older nginx:1.27@sha256:77 (sha256:aaaaaaaaaaaa)");
}

TEST_F(RuntimeImages, WhatTheyAnswerIsTheSameWithoutBeingArranged) {
    runs(old_id);
    on_the_host({{.id = old_id}, {.id = new_id, .tags = {"nginx:1.27"}}});
    const std::string before = change();
    runtime.arranged = false;
    EXPECT_EQ(change(), before);
}

// Never silence, and never a refusal or an outage of the stack.
TEST_F(RuntimeImages, ImagesThatCannotBeReadTakeTheVerdictOfThoseThatShowAnId) {
    struct Case {
        int status;
        Outcome outcome;
        std::string said;
    };
    for (const auto& [status, outcome, said] : {Case{403, Outcome::denied, "answered 403"},
                                                {404, Outcome::unavailable, "answered 404"},
                                                {500, Outcome::unavailable, "answered 500"},
                                                {0, Outcome::unavailable, "got no answer"},
                                                {0, Outcome::not_asked, "was not asked"}}) {
        runs(old_id);
        runtime.images = {};
        runtime.images.reply = {.call = Call::docker_images, .outcome = outcome, .target = "/images", .status = status};
        Comparison found = compare();
        EXPECT_EQ(paths_of(found.changes), Texts{});
        EXPECT_EQ(found.unread, Texts{"runtime.image"});
        ASSERT_EQ(found.errors.size(), 1U);
        EXPECT_NE(found.errors[0].find(said), std::string::npos) << found.errors[0];
        EXPECT_FALSE(found.refusal);
        runs("nginx:1.27"); // one that shows no id
        found = compare();
        EXPECT_EQ(found.unread, Texts{});
        EXPECT_EQ(found.errors, Texts{});
    }
}

TEST_F(RuntimeImages, ATagThatTheHostHasNotAnyMoreTakesTheVerdict) {
    runs(old_id);
    on_the_host({{.id = old_id, .tags = {"nginx:1.26"}}});
    const Comparison found = compare();
    EXPECT_EQ(paths_of(found.changes), Texts{});
    EXPECT_EQ(found.unread, Texts{"runtime.image"});
    ASSERT_EQ(found.errors.size(), 1U);
    EXPECT_NE(found.errors[0].find("no image of that name"), std::string::npos) << found.errors[0];
}

TEST_F(RuntimeImages, AnIdInTheFileIsTheIdThatRuns) {
    web().image = old_id;
    for (const std::string& shown : {old_id, std::string(12, 'a'), std::string("nginx:1.27")}) {
        runs(shown);
        EXPECT_EQ(change(), "") << shown;
        EXPECT_EQ(compare().images, nullptr);
    }
    runs(new_id, new_id);
    EXPECT_EQ(change(), old_id + " -> sha256:bbbbbbbbbbbb…");
}

TEST_F(RuntimeImages, AFileWithoutALiteralImageAsksNothingOfAnId) {
    web().image = std::nullopt; // built, or with a reference
    runs(old_id);
    const Comparison found = compare();
    EXPECT_EQ(paths_of(found.changes), Texts{});
    EXPECT_EQ(found.unread, Texts{});
}

TEST_F(RuntimeImages, AnEnvValueInTheNameIsShownNowhere) {
    set_env({{"TAG", "s3cr3t-tag"}});
    web().image = "nginx:s3cr3t-tag";
    runs(old_id);
    EXPECT_EQ(all_text(compare()).find("s3cr3t"), std::string::npos); // not asked
    on_the_host({{.id = old_id}, {.id = new_id, .tags = {"nginx:s3cr3t-tag"}}});
    const Comparison found = compare();
    ASSERT_EQ(found.changes.size(), 1U);
    EXPECT_TRUE(found.changes[0].secret);
    EXPECT_EQ(all_text(found).find("s3cr3t"), std::string::npos);
}

} // namespace
} // namespace mooring::runtime
