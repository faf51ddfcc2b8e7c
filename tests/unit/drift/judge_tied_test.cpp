// Records without a name, manifests tied to one record by its id, sources that a token may not see, and their
// neighbours.
#include "unit/drift/judge_world.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace mooring::drift::test {
namespace {

using Kind = Question::Kind;
using Paths = std::vector<std::string>;

constexpr UnixSeconds created = 1631850000;

// The example of Portainer's own documentation, as an administrator is shown it.
StackRecord nameless(StackId id = 5, std::string name_space = "my-namespace") {
    StackRecord made = record(id, "");
    made.type = StackType::kubernetes;
    made.namespace_ = std::move(name_space);
    made.created_at = created;
    made.git = GitConfig{.url = "https://git.example.test/team/wordpress-stack", .reference = "refs/heads/master"};
    return made;
}

World kubernetes(World world) {
    world.stack.type = StackType::kubernetes;
    world.stack.namespace_ = "my-namespace";
    world.stack.runtime = false;
    world.stack.source = DesiredGit{.any = true};
    return world;
}

World tied(World world, StackId id = 5) {
    world.stack.tie = StackTie{.id = id, .created = created};
    world.server.tied[id] = world.stack.where;
    return world;
}

void read_file(World& world) {
    world.file_equal();
    world.facts.file.value->actual = std::nullopt;
}

TEST(JudgeNameless, NeverCallsItsNamespaceMissing) {
    for (World world : {administrator(), user()}) {
        world = kubernetes(std::move(world));
        world.list({nameless()});
        EXPECT_TRUE(world.questions().empty());
        const StackResult result = world.judge();
        EXPECT_EQ(result.verdict, Verdict::error);
        EXPECT_EQ(result.rule, "nameless-in-namespace");
        EXPECT_EQ(result.exists, std::nullopt);
        EXPECT_NE(result.message.find("Stack 5 of this namespace"), std::string::npos) << result.message;
        EXPECT_NE(result.remedy.find("`stack: {id: 5}`"), std::string::npos) << result.remedy;
    }
}

TEST(JudgeNameless, NamesAllOfThem) {
    World world = kubernetes(administrator());
    world.list({nameless(7), nameless(5)});
    EXPECT_NE(world.judge().message.find("Stacks 5, 7 of this namespace"), std::string::npos);
}

TEST(JudgeNameless, SaysNothingOfOtherPlaces) {
    struct Case {
        const char* about;
        void (*change)(StackRecord&);
    };
    for (const Case& one : std::vector<Case>{
             {"another namespace", [](StackRecord& r) { r.namespace_ = "blog"; }},
             {"another environment", [](StackRecord& r) { r.environment = staging; }},
             {"with a name", [](StackRecord& r) { r.name = "other"; }},
             {"no Kubernetes", [](StackRecord& r) { r.type = StackType::standalone; }},
         }) {
        World world = kubernetes(administrator());
        StackRecord other = nameless();
        one.change(other);
        world.list({other});
        world.list_again({other});
        EXPECT_EQ(world.judge().verdict, Verdict::missing) << one.about;
    }
}

TEST(JudgeNameless, IsLeftToTheManifestThatIsTiedToIt) {
    World world = kubernetes(administrator());
    world.server.tied[5] = {.file = "manifests/wordpress.yaml", .line = 3, .column = 1};
    world.list({nameless()});
    world.list_again({nameless()});
    EXPECT_EQ(world.judge().verdict, Verdict::missing);
}

TEST(JudgeTied, TheRecordIsFoundByItsIdAndInSync) {
    for (World world : {administrator(), user()}) {
        world = tied(kubernetes(std::move(world)));
        world.stack.name = "WordPress, as people call it";
        world.list({nameless()});
        read_file(world);
        const StackResult result = world.judge();
        EXPECT_EQ(result.verdict, Verdict::in_sync) << result.message;
        EXPECT_EQ(result.id, 5);
        EXPECT_FALSE(result.runtime_asked);
    }
}

// Kubernetes stacks are in no user's list.
TEST(JudgeTied, ARecordThatNoListHasIsAskedForByItsId) {
    World world = tied(kubernetes(user()));
    ASSERT_EQ(world.questions().size(), 1U);
    EXPECT_EQ(world.questions()[0].kind, Kind::stack_by_id);
    EXPECT_EQ(world.questions()[0].id, 5);
    world.by_id(nameless());
    ASSERT_EQ(world.questions().size(), 1U);
    EXPECT_EQ(world.questions()[0].kind, Kind::file);
    read_file(world);
    EXPECT_EQ(world.judge().verdict, Verdict::in_sync);
}

TEST(JudgeTied, ADockerRecordThatAnswersAndIsNotListedIsListedOnceMore) {
    World world = tied(user(), 12);
    world.stack.tie->created = std::nullopt;
    world.by_id(record(12, "whatever"));
    ASSERT_EQ(world.questions().size(), 1U);
    EXPECT_EQ(world.questions()[0].kind, Kind::list_again);
    world.list_again({});
    world.by_id(record(12, "whatever"));
    EXPECT_EQ(world.judge().verdict, Verdict::error);
}

TEST(JudgeTied, ARefusedIdIsDenied) {
    World world = tied(kubernetes(user()));
    world.by_id(denied(Call::stack, Cause::resource_control, "/api/stacks/5"));
    const StackResult result = world.judge();
    EXPECT_EQ(result.verdict, Verdict::denied);
    EXPECT_EQ(result.exists, true);
    EXPECT_EQ(result.id, 5);
}

TEST(JudgeTied, AnotherEnvironmentIsAChangeAndNotAnAbsence) {
    World world = tied(kubernetes(administrator()));
    StackRecord elsewhere = nameless();
    elsewhere.environment = staging;
    world.list({elsewhere});
    read_file(world);
    const StackResult result = world.judge();
    EXPECT_EQ(result.verdict, Verdict::drifted);
    ASSERT_EQ(result.changes.size(), 1U);
    EXPECT_EQ(result.changes[0].path, "environment");
}

TEST(JudgeTied, ANameThatMeansATiedRecordMeansItTwice) {
    World world = administrator();
    world.list({record(12)});
    world.server.tied[12] = {.file = "manifests/tied.yaml", .line = 4, .column = 1};
    EXPECT_TRUE(world.questions().empty());
    const StackResult result = world.judge();
    EXPECT_EQ(result.verdict, Verdict::error);
    EXPECT_EQ(result.rule, "meant-twice");
    EXPECT_NE(result.message.find("manifests/tied.yaml:4"), std::string::npos) << result.message;
}

TEST(JudgeTied, OfTwoRecordsOfOneNameTheOtherIsMeantByIt) {
    World world = in_sync(administrator());
    world.list({record(12), record(31)});
    EXPECT_EQ(world.judge().rule, "ambiguous");
    world.server.tied[31] = {.file = "manifests/tied.yaml", .line = 4, .column = 1};
    EXPECT_EQ(world.judge().verdict, Verdict::in_sync);
    EXPECT_EQ(world.judge().id, 12);
}

TEST(Judge, TwoRecordsOfOneProjectAreNotToBeRemovedAtWill) {
    World world = administrator();
    StackRecord younger = record(31);
    younger.created_at = noon;
    world.list({younger, record(40)});
    const std::string remedy = world.judge().remedy;
    EXPECT_EQ(remedy.find("Remove"), std::string::npos) << remedy;
    EXPECT_NE(remedy.find("deletes the younger (id 31)"), std::string::npos) << remedy;
    EXPECT_NE(remedy.find("takes the containers of both down; volumes stay"), std::string::npos) << remedy;
}

World hidden_git(World world) {
    world = in_sync(std::move(world));
    StackRecord shown = record(12);
    shown.workflow_id = 3;
    world.list({shown});
    world.stack.source = DesiredGit{.url = "https://git.example.test/web", .path = "docker-compose.yml"};
    return world;
}

TEST(JudgeGit, AHiddenSourceIsDeniedAndWhatElseWasSeenIsShown) {
    World world = hidden_git(user());
    world.stack.state = DesiredState::stopped;
    const StackResult result = world.judge();
    EXPECT_EQ(result.verdict, Verdict::denied);
    EXPECT_EQ(result.cause, Cause::git_source);
    EXPECT_EQ(result.exists, true);
    EXPECT_EQ(result.unread, Paths{"git"});
    EXPECT_TRUE(std::ranges::any_of(result.changes, [](const Change& one) { return one.path == "state"; }));
    EXPECT_NE(result.remedy.find("git: any"), std::string::npos);
}

TEST(JudgeGit, AnyIsInSyncWithAHiddenSource) {
    World world = hidden_git(user());
    world.stack.source = DesiredGit{.any = true};
    EXPECT_EQ(world.judge().verdict, Verdict::in_sync) << world.judge().message;
}

TEST(JudgeGit, AFileThatIsDeclaredThereIsDrift) {
    World world = hidden_git(user());
    world.stack.source = desired().source;
    const StackResult result = world.judge();
    EXPECT_EQ(result.verdict, Verdict::drifted);
    ASSERT_EQ(result.changes.size(), 1U);
    EXPECT_EQ(result.changes[0].path, "source");
    EXPECT_EQ(result.changes[0].actual, "git");
}

// A redeployment with a reference that is not there (2.43.0): the record is untouched, and the clone is gone.
TEST(JudgeGit, ARedeploymentThatLostTheCloneIsAnError) {
    World world = hidden_git(administrator());
    world.file(reply(Call::stack_file, Outcome::file_lost, 500, "/api/stacks/12/file",
                     "Unable to retrieve Compose file from disk"));
    EXPECT_EQ(world.judge().verdict, Verdict::error);
    EXPECT_EQ(world.judge().rule, "file-lost");
}

TEST(Judge, AStoppedStackWithoutADeclaredStateNamesTheCure) {
    World world = in_sync(administrator());
    StackRecord stopped = record(12);
    stopped.status = 2;
    world.list({stopped});
    const StackResult result = world.judge();
    EXPECT_EQ(result.verdict, Verdict::drifted);
    EXPECT_NE(result.remedy.find("`state: stopped`, or `state: any`"), std::string::npos) << result.remedy;
    world.stack.state = DesiredState::running;
    EXPECT_EQ(world.judge().remedy.find("state: any"), std::string::npos);
    world.stack.state = DesiredState::any;
    EXPECT_EQ(world.judge().verdict, Verdict::in_sync) << world.judge().message;
}

constexpr const char* no_manager_text = "This node is not a swarm manager. Use \"docker swarm init\" or \"docker swarm "
                                        "join\" to connect this node to swarm "
                                        "and try again.";

TEST(JudgeSwarm, ANodeThatLeftItsSwarmIsAnErrorNotUnreachable) {
    World world = in_sync(administrator());
    world.stack.type = StackType::swarm;
    StackRecord swarm = record(12);
    swarm.type = StackType::swarm;
    world.list({swarm});
    world.server.runtime[production].services.reply =
        reply(Call::docker_list, Outcome::unavailable, 503, "/api/endpoints/4/docker/services", no_manager_text);
    const StackResult result = world.judge();
    EXPECT_EQ(result.verdict, Verdict::error);
    EXPECT_EQ(result.rule, "swarm-left");
    EXPECT_EQ(result.exists, true);
    world.server.runtime[production].services.reply.message = "Service Unavailable";
    EXPECT_EQ(world.judge().verdict, Verdict::unreachable);
}

TEST(JudgeSwarm, AServiceThatIsAskedForByNameTellsTheSame) {
    World world = user();
    world.stack.type = StackType::swarm;
    world.facts.desired = one_service();
    world.probe(DockerKind::service, "web_web", Outcome::unavailable);
    EXPECT_EQ(world.judge().verdict, Verdict::unreachable);
    world.facts.probes[0].reply.status = 503;
    world.facts.probes[0].reply.message = no_manager_text;
    EXPECT_EQ(world.judge().verdict, Verdict::error);
    EXPECT_EQ(world.judge().exists, std::nullopt);
}

TEST(Judge, AnEnvironmentThatWasAddedAnewNamesTheOrphanOfTheStacksName) {
    constexpr EnvironmentId old = 9;
    World world = administrator();
    world.list({record(12, "web", old)});
    world.list_again({record(12, "web", old)});
    world.environment(old, environment_gone("/api/endpoints/9"));
    const StackResult result = world.judge();
    EXPECT_EQ(result.verdict, Verdict::missing);
    EXPECT_NE(result.message.find("Stack 12 of this name lies in environment 9"), std::string::npos) << result.message;
    EXPECT_NE(result.remedy.find("associate"), std::string::npos) << result.remedy;
    world.list_again({record(12, "other", old)});
    EXPECT_EQ(world.judge().message.find("Stack 12"), std::string::npos);
}

TEST(Judge, AnOrphanThatOnlyMemoryKnowsIsNamedToo) {
    World world = user();
    RememberedStack orphan = remembered(12, "web", 9);
    orphan.environment_name = "production"; // rebuilt under its name
    world.remember(orphan);
    world.environment(9, environment_gone("/api/endpoints/9"));
    world.probe_all(Outcome::object_absent);
    const StackResult result = world.judge();
    EXPECT_EQ(result.verdict, Verdict::not_visible);
    EXPECT_NE(result.message.find("Stack 12, which was seen once,"), std::string::npos) << result.message;
}

} // namespace
} // namespace mooring::drift::test
