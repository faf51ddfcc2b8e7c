#include "unit/compare/compare_fixture.hpp"

namespace mooring::compare {
namespace {

constexpr const char* commit = "72e6c8a80dc7ac460d30f34f463071cec769840f";

class CompareGit : public CompareFixture {
  protected:
    CompareGit() {
        stack.source = DesiredGit{.url = "http://git.example.test/demo.git",
                                  .reference = "main",
                                  .path = "deploy/compose.yaml",
                                  .additional_files = {},
                                  .commit = std::nullopt,
                                  .tls_skip_verify = std::nullopt,
                                  .line = 11};
        // As 2.43.0 answers it: the URL's `.git` is cut off (recorded: 12-git).
        record.git = GitConfig{.url = "http://git.example.test/demo",
                               .reference = "refs/heads/main",
                               .config_file_path = "deploy/compose.yaml",
                               .commit = commit,
                               .tls_skip_verify = false,
                               .has_authentication = false};
    }
    DesiredGit& desired() { return std::get<DesiredGit>(stack.source); }
};

TEST_F(CompareGit, SettingsCompareByMeaningAndTheHeadIsSaidToBeUnknown) {
    const Comparison found = compare();
    EXPECT_EQ(paths_of(found.changes), Texts{});
    EXPECT_EQ(found.notes, (Texts{"deployed commit 72e6c8a8; the branch's head was not looked up"}));
}

TEST_F(CompareGit, ReportsUrlReferenceAndPath) {
    record.git->url = "http://bob:t0ken@git.example.test/other.git";
    record.git->reference = "";
    record.git->config_file_path = "docker-compose.yml";
    const Comparison found = compare();
    EXPECT_EQ(paths_of(found.changes), (Texts{"record:git.path", "record:git.reference", "record:git.url"}));
    EXPECT_EQ(arrow_at(found.changes, "git.url"),
              "http://git.example.test/demo.git -> http://git.example.test/other.git");
    EXPECT_EQ(arrow_at(found.changes, "git.reference"), "main -> (default branch)");
    EXPECT_EQ(arrow_at(found.changes, "git.path"), "deploy/compose.yaml -> docker-compose.yml");
    EXPECT_EQ(found.changes[0].where.line, 11U);
}

// Portainer's editor detaches a Git stack and leaves its additional files, which every deployment takes
// (portainer-api.md §3.4).
TEST_F(CompareGit, AdditionalFilesThatADetachedStackKeptAreAChange) {
    stack.source = DesiredContent{};
    record.git = std::nullopt;
    EXPECT_EQ(paths_of(compare().changes), Texts{});
    record.additional_files = {"prod.yaml"};
    const Comparison found = compare();
    EXPECT_EQ(paths_of(found.changes), Texts{"record:additionalFiles"});
    EXPECT_EQ(found.changes[0].desired, std::nullopt);
    EXPECT_EQ(found.changes[0].actual, "[prod.yaml]");
}

TEST_F(CompareGit, AnEmptyReferenceIsTheDefaultBranchOnBothSides) {
    desired().reference = "";
    record.git->reference = "";
    EXPECT_EQ(paths_of(compare().changes), Texts{});
}

TEST_F(CompareGit, AdditionalFilesAreASequence) {
    desired().additional_files = {"./a.yaml", "b.yaml"};
    record.additional_files = {"a.yaml", "b.yaml"};
    EXPECT_EQ(paths_of(compare().changes), Texts{});
    record.additional_files = {"b.yaml", "a.yaml"};
    EXPECT_EQ(arrow_at(compare().changes, "git.additionalFiles"), "[a.yaml, b.yaml] -> [b.yaml, a.yaml]");
    desired().additional_files.clear();
    EXPECT_EQ(arrow_at(compare().changes, "git.additionalFiles"), "[] -> [b.yaml, a.yaml]");
}

TEST_F(CompareGit, TlsSkipVerifyIsComparedOnlyWhenDeclared) {
    record.git->tls_skip_verify = true;
    EXPECT_EQ(paths_of(compare().changes), Texts{});
    desired().tls_skip_verify = false;
    EXPECT_EQ(arrow_at(compare().changes, "git.tlsSkipVerify"), "false -> true");
}

TEST_F(CompareGit, TheCommitIsComparedOnlyIfGivenAndInThePlaneGit) {
    desired().commit = "72E6C8A8";
    EXPECT_EQ(paths_of(compare().changes), Texts{});
    desired().commit = "0123456789";
    const Comparison found = compare();
    EXPECT_EQ(paths_of(found.changes), (Texts{"git:commit"}));
    EXPECT_EQ(arrow(found.changes[0]), std::string("0123456789 -> ") + commit);
    desired().commit = "72e6"; // too short to mean one commit
    EXPECT_EQ(paths_of(compare().changes), (Texts{"git:commit"}));
}

TEST_F(CompareGit, AFileDeclaredWhereGitStandsIsAChangeOfTheSource) {
    stack.source = DesiredContent{.text = "", .file = "c.yaml", .line = 1};
    record.git->url = "https://u:p@git.example.test/x";
    const Comparison found = compare();
    EXPECT_EQ(paths_of(found.changes), (Texts{"record:source"}));
    EXPECT_EQ(arrow(found.changes[0]), "file -> git https://git.example.test/x");
}

TEST_F(CompareGit, GitDeclaredWhereAFileStandsIsAChangeOfTheSource) {
    record.git = std::nullopt; // what a plain PUT makes of a Git stack (recorded: 12-git 18)
    const Comparison found = compare();
    EXPECT_EQ(arrow_at(found.changes, "source"), "git http://git.example.test/demo.git -> file");
    EXPECT_EQ(found.notes, Texts{});
}

class CompareAutoUpdate : public CompareFixture {
  protected:
    CompareAutoUpdate() {
        stack.auto_update = DesiredAutoUpdate{.interval = "5m", .webhook = std::nullopt, .line = 14};
        record.auto_update = AutoUpdate{.interval = "300s", .webhook = "", .job_id = "1"};
    }
};

TEST_F(CompareAutoUpdate, IntervalsCompareAsDurations) {
    EXPECT_EQ(paths_of(compare().changes), Texts{});
    record.auto_update->interval = "12h";
    EXPECT_EQ(arrow_at(compare().changes, "autoUpdate.interval"), "5m -> 12h");
    record.auto_update->interval = "";
    EXPECT_EQ(arrow_at(compare().changes, "autoUpdate.interval"), "5m -> (absent)");
    record.auto_update->interval = "soon";
    EXPECT_EQ(arrow_at(compare().changes, "autoUpdate.interval"), "5m -> soon");
}

TEST_F(CompareAutoUpdate, OneThatIsMissingIsOneChange) {
    record.auto_update = std::nullopt;
    stack.auto_update->webhook = true;
    const Comparison found = compare();
    EXPECT_EQ(paths_of(found.changes), (Texts{"record:autoUpdate"}));
    EXPECT_EQ(arrow(found.changes[0]), "interval 5m, webhook -> (absent)");
    EXPECT_EQ(found.changes[0].where.line, 14U);
}

TEST_F(CompareAutoUpdate, WhatIsLeftOutIsNotCompared) {
    record.auto_update->webhook = "6a1f0e6e-0000-4000-8000-000000000000";
    EXPECT_EQ(paths_of(compare().changes), Texts{});
    stack.auto_update = std::nullopt;
    record.auto_update->interval = "1h";
    EXPECT_EQ(paths_of(compare().changes), Texts{});
}

TEST_F(CompareAutoUpdate, AWebhookIsComparedByBeingThereAndItsIdIsNeverShown) {
    stack.auto_update = DesiredAutoUpdate{.interval = std::nullopt, .webhook = false, .line = 1};
    record.auto_update = std::nullopt;
    EXPECT_EQ(paths_of(compare().changes), Texts{});
    record.auto_update = AutoUpdate{.interval = "", .webhook = "6a1f0e6e-0000-4000-8000-000000000000", .job_id = ""};
    const Comparison found = compare();
    EXPECT_EQ(arrow_at(found.changes, "autoUpdate.webhook"), "false -> true");
    EXPECT_EQ(all_text(found).find("6a1f0e6e"), std::string::npos);
}

// Watched: a webhook that starts a stopped stack leaves the interval without its job (portainer-api.md §12).
TEST_F(CompareAutoUpdate, OneThatPollsNothingIsDeadWhetherDeclaredOrNot) {
    record.auto_update->job_id = "";
    record.resource_control = ResourceControl{.id = 1, .administrators_only = true};
    for (const bool declared : {true, false}) {
        if (!declared) stack.auto_update = std::nullopt;
        const Comparison found = compare();
        EXPECT_EQ(paths_of(found.changes), (Texts{"git:autoUpdate.armed"})) << declared;
        EXPECT_EQ(arrow(found.changes[0]), "every 300s -> automatic update is dead");
    }
    record.auto_update->interval = ""; // by webhook alone: there is no job
    EXPECT_EQ(paths_of(compare().changes), Texts{});
}

TEST_F(CompareAutoUpdate, OneIsNotDeadWhileNothingIsToPoll) {
    record.auto_update->job_id = "";
    record.updated_at = 1'000'100;
    EXPECT_EQ(paths_of(compare().changes), (Texts{"git:autoUpdate.armed"}));
    stack.state = DesiredState::any;
    record.status = 2; // stopped
    EXPECT_EQ(paths_of(compare().changes), Texts{});
    record.status = 3; // being deployed
    record.deployment = {{.status = 3, .time = server.now, .message = {}}};
    EXPECT_EQ(paths_of(compare().changes), Texts{});
    record.status = 4; // its failure is said
    EXPECT_EQ(paths_of(compare().changes), (Texts{"runtime:deployment"}));
    record.status = 1; // 2.39.0, 13-swarm 9: a create that failed, whose record stayed
    record.updated_at = 0;
    EXPECT_EQ(paths_of(compare().changes), Texts{});
}

class CompareHiddenGit : public CompareFixture {
  protected:
    CompareHiddenGit() {
        stack.source = DesiredGit{.url = "https://git.example.test/shop", .reference = "main", .path = "a.yaml"};
        record.workflow_id = 7;
    }
};

// Every ordinary user's on 2.43 (portainer-api.md §12).
TEST_F(CompareHiddenGit, ItsDeclaredSettingsAreUnread) {
    EXPECT_EQ(compare().unread, Texts{"git"});
    EXPECT_EQ(paths_of(compare().changes), Texts{});
}

TEST_F(CompareHiddenGit, AnyGitDeclaresNoMoreThanThatItIsFromGit) {
    stack.source = DesiredGit{.any = true};
    EXPECT_EQ(compare().unread, Texts{});
    EXPECT_EQ(paths_of(compare().changes), Texts{});
    record.git = GitConfig{.url = "https://git.example.test/shop"};
    EXPECT_EQ(paths_of(compare().changes), Texts{});
    record.git = std::nullopt;
    record.workflow_id = 0;
    EXPECT_EQ(arrow_at(compare().changes, "source"), "git -> file");
}

TEST_F(CompareHiddenGit, ItIsNeverAFileStack) {
    stack.source = DesiredContent{.text = "services: {}\n", .file = "shop/compose.yaml"};
    EXPECT_EQ(paths_of(compare().changes), (Texts{"record:source"}));
    EXPECT_EQ(arrow_at(compare().changes, "source"), "file -> git");
}

TEST_F(CompareHiddenGit, TheReferenceHeadIsTheDefaultBranch) {
    stack.source = DesiredGit{.url = "https://git.example.test/shop", .reference = "HEAD", .path = "a.yaml"};
    record.git = GitConfig{.url = "https://git.example.test/shop", .reference = "", .config_file_path = "a.yaml"};
    EXPECT_EQ(paths_of(compare().changes), Texts{});
    record.git->reference = "refs/heads/main";
    EXPECT_EQ(arrow_at(compare().changes, "git.reference"), "(default branch) -> refs/heads/main");
}

} // namespace
} // namespace mooring::compare
