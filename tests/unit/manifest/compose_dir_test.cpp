#include "manifest/decode.hpp"
#include "manifest_text.hpp"
#include "temporary_folder.hpp"

#include <gtest/gtest.h>

namespace mooring::manifest {
namespace {

class ComposeDir : public testing::Test {
  protected:
    std::string load_text() {
        options_.root = folder_.path();
        options_.environment.name = "production";
        options_.server = "main";
        std::string text = as_text(load_compose_dir(options_));
        const std::string prefix = folder_.path().string();
        for (std::size_t at = 0; (at = text.find(prefix)) != std::string::npos;)
            text.replace(at, prefix.size(), "ROOT");
        return text;
    }

    TemporaryFolder folder_;
    ComposeDirOptions options_;
};

TEST_F(ComposeDir, EachSubFolderIsAStackNamedByIt) {
    folder_.write("a/compose.yaml", "a");
    folder_.write("b/compose.yml", "b");
    folder_.write("c/docker-compose.yml", "c");
    folder_.write("d/docker-compose.yaml", "d");
    folder_.write(".git/compose.yaml", "hidden");
    EXPECT_EQ(load_text(),
              "-- complete\n"
              "stack a in production on main: standalone, ROOT/a/compose.yaml:1 (1 bytes), from ROOT/a/compose.yaml:1\n"
              "stack b in production on main: standalone, ROOT/b/compose.yml:1 (1 bytes), from ROOT/b/compose.yml:1\n"
              "stack c in production on main: standalone, ROOT/c/docker-compose.yml:1 (1 bytes), from "
              "ROOT/c/docker-compose.yml:1\n"
              "stack d in production on main: standalone, ROOT/d/docker-compose.yaml:1 (1 bytes), from "
              "ROOT/d/docker-compose.yaml:1\n");
}

TEST_F(ComposeDir, TheFileThatDockerComposeWouldTakeIsTaken) {
    folder_.write("a/compose.yaml", "first");
    folder_.write("a/docker-compose.yml", "second one");
    EXPECT_NE(load_text().find("ROOT/a/compose.yaml:1 (5 bytes)"), std::string::npos);
}

TEST_F(ComposeDir, VariablesAndAccessAreNotCompared) {
    folder_.write("a/compose.yaml", "a");
    options_.type = StackType::swarm;
    options_.runtime = false;
    load_text();
    const DesiredStack stack = load_compose_dir(options_).stacks.at(0);
    EXPECT_FALSE(stack.env || stack.access || stack.state || stack.auto_update);
    EXPECT_EQ(stack.type, StackType::swarm);
    EXPECT_FALSE(stack.runtime);
}

TEST_F(ComposeDir, TheStateIsThatOfTheCommandLine) {
    folder_.write("a/compose.yaml", "a");
    options_.state = DesiredState::any;
    EXPECT_NE(load_text().find(", any (line 0)"), std::string::npos) << load_text();
}

TEST_F(ComposeDir, AnEnvFileIsNotReadAndThatIsSaid) {
    folder_.write("a/compose.yaml", "a");
    folder_.write("a/.env", "PASSWORD=hunter2");
    const std::string text = load_text();
    EXPECT_NE(text.find("ROOT/a/.env: note: env-not-read: this file is not read"), std::string::npos);
    EXPECT_EQ(text.find("hunter2"), std::string::npos);
}

TEST_F(ComposeDir, AnOverrideIsNotReadAndThatIsSaid) {
    folder_.write("a/docker-compose.yml", "a");
    folder_.write("a/docker-compose.override.yml", "b");
    folder_.write("a/compose.override.yaml", "of another file");
    const std::string text = load_text();
    EXPECT_NE(text.find("ROOT/a/docker-compose.override.yml: note: override-not-read: this file is not read"),
              std::string::npos)
        << text;
    EXPECT_EQ(text.find("a/compose.override"), std::string::npos);
}

TEST_F(ComposeDir, AFolderWithoutAComposeFileIsAWarning) {
    folder_.write("a/compose.yaml", "a");
    folder_.write("b/readme.txt", "b");
    EXPECT_NE(load_text().find("ROOT/b: warning: no-compose-file: this folder has no compose file and is not a stack"),
              std::string::npos);
}

TEST_F(ComposeDir, NoStackAtAllIsAnError) {
    EXPECT_EQ(load_text(),
              "ROOT: error: no-manifests: no compose files found in the folders of ROOT (each sub-folder with a "
              "compose.yaml is one stack)\n-- not complete\n");
    folder_.write("compose.yaml", "a");
    EXPECT_NE(load_text().find("ROOT: warning: no-stack: the compose file in the folder itself is not a stack"),
              std::string::npos);
    options_.root = folder_ / "compose.yaml";
    EXPECT_EQ(load_compose_dir(options_).diagnostics.at(0).message,
              "the compose folders cannot be read: it is not a folder");
}

TEST_F(ComposeDir, NamesThatPortainerWouldNotKeepApartAreErrors) {
    folder_.write("My App/compose.yaml", "a");
    folder_.write("myapp/compose.yaml", "b");
    folder_.write("%/compose.yaml", "c");
    const std::string text = load_text();
    EXPECT_NE(text.find("ROOT/myapp/compose.yaml:1:0: error: collision"), std::string::npos) << text;
    EXPECT_NE(text.find("ROOT/%: error: empty-name"), std::string::npos) << text;
}

TEST_F(ComposeDir, LinksThatLeadOutAreErrors) {
    folder_.write("in/a/compose.yaml", "a");
    folder_.write("out/compose.yaml", "hidden");
    std::filesystem::create_directory(folder_ / "in/b");
    std::filesystem::create_symlink("../../out/compose.yaml", folder_ / "in/b/compose.yaml");
    std::filesystem::create_symlink("../out", folder_ / "in/c");
    options_.root = folder_ / "in";
    const std::string text = as_text(load_compose_dir(options_));
    EXPECT_NE(
        text.find(
            "in/b/compose.yaml: error: unreadable: this compose file cannot be read: it is a link that leads outside"),
        std::string::npos)
        << text;
    EXPECT_NE(text.find("in/c: error: outside"), std::string::npos) << text;
    EXPECT_NE(text.find("-- not complete"), std::string::npos);
}

TEST_F(ComposeDir, KubernetesNeedsManifests) {
    folder_.write("a/compose.yaml", "a");
    options_.type = StackType::kubernetes;
    EXPECT_NE(load_text().find("compose folders cannot be kubernetes stacks"), std::string::npos);
}

} // namespace
} // namespace mooring::manifest
