// The verdict `deleted`, the names that are asked for it, and the proof of a tie (design §3.2): each condition is one
// test.
#include "drift/observe.hpp"
#include "unit/drift/judge_world.hpp"

#include <gtest/gtest.h>

namespace mooring::drift::test {
namespace {

using Names = std::vector<std::string>;

compose::ServiceFacts service(std::string name) {
    compose::ServiceFacts facts = one_service().services.at(0);
    facts.name = std::move(name);
    return facts;
}

Names names(const DesiredStack& stack, const compose::ProjectFacts& file) {
    Names found;
    for (const Question& question : predictable_names(stack, file, production)) {
        found.push_back(std::string(to_string(question.docker_kind)) + " " + question.name);
    }
    return found;
}

// Remembered, gone by id, declared in an environment that a user sees.
World gone(compose::ProjectFacts file = one_service()) {
    World world = user();
    world.remember(remembered(12));
    world.by_id(stack_gone("/api/stacks/12"));
    world.facts.desired = std::move(file);
    return world;
}

TEST(PredictableNames, AreThoseThatTheStackWouldCreate) {
    DesiredStack stack = desired("My Web!");
    compose::ProjectFacts file = one_service();
    file.services.push_back(service("db"));
    file.services[1].container_name = "shop-db";
    file.networks = {"myweb_back", "shared"};
    file.volumes = {"myweb_data"};
    EXPECT_EQ(names(stack, file), (Names{"container myweb-web-1", "container shop-db", "network myweb_default",
                                         "network myweb_back", "network shared", "volume myweb_data"}));
    stack.type = StackType::swarm;
    EXPECT_EQ(names(stack, file), (Names{"service myweb_web", "service myweb_db", "network myweb_default",
                                         "network myweb_back", "network shared", "volume myweb_data"}));
    stack.type = StackType::kubernetes;
    EXPECT_TRUE(names(stack, file).empty());
}

TEST(PredictableNames, LeaveOutWhatIsNotExpectedToRunAndWhatCannotBeKnown) {
    compose::ProjectFacts file;
    file.services = {service("tools"), service("idle"), service("symbolic"), service("routed")};
    file.services[0].in_profile = true;
    file.services[1].replicas = 0;
    file.services[2].container_name_symbolic = true;
    file.services[3].container_name = "edge"; // Portainer routes `/edge/` elsewhere
    EXPECT_TRUE(names(desired(), file).empty());
}

TEST(Judge, ARememberedIdGoneIsDeletedAndNeverMissing) {
    World world = gone();
    world.probe_all(Outcome::object_absent);
    EXPECT_TRUE(world.questions().empty());
    const StackResult result = world.judge();
    EXPECT_EQ(result.verdict, Verdict::deleted);
    EXPECT_EQ(result.rule, "deleted");
    EXPECT_EQ(result.proof, std::nullopt);
    EXPECT_EQ(result.exists, std::nullopt);
    EXPECT_EQ(result.id, std::nullopt) << "what has this id is not there";
    EXPECT_EQ(result.unread, (Names{"record", "content", "runtime"}));
    EXPECT_EQ(result.message, "Stack 12, seen on 2026-11-24, is deleted (its id answers 404). Nothing of it runs: "
                              "container web-web-1 (404), network web_default (404). Whether a stack of that name that "
                              "alice may not see took its place cannot be seen.");
    EXPECT_FALSE(result.remedy.empty());
    EXPECT_EQ(result.probes.size(), 3U);
    EXPECT_EQ(result.evidence.back().target, "/api/stacks/12");
}

TEST(Judge, WhatADeletedStackWasDeclaredToDoDoesNotMatter) {
    for (const DesiredState state : {DesiredState::running, DesiredState::stopped, DesiredState::any}) {
        World world = gone();
        world.stack.state = state;
        world.probe_all(Outcome::object_absent);
        EXPECT_EQ(world.judge().verdict, Verdict::deleted);
    }
    World git = gone();
    git.facts.desired = std::nullopt; // its file is not known
    EXPECT_TRUE(git.questions().empty());
    EXPECT_EQ(git.judge().verdict, Verdict::deleted);
    EXPECT_NE(git.judge().message.find("There was no name to ask for."), std::string::npos);
    World kubernetes = gone();
    kubernetes.stack.type = StackType::kubernetes;
    EXPECT_TRUE(kubernetes.questions().empty());
    EXPECT_EQ(kubernetes.judge().verdict, Verdict::deleted);
}

TEST(Judge, NothingRunsIsSaidOnlyWithEveryNameAsked) {
    compose::ProjectFacts file = one_service();
    file.services.push_back(service("symbolic"));
    file.services[1].container_name_symbolic = true;
    World world = gone(file);
    world.probe_all(Outcome::object_absent);
    EXPECT_EQ(world.judge().verdict, Verdict::deleted);
    EXPECT_EQ(world.judge().message.find("Nothing of it runs"), std::string::npos);
    EXPECT_NE(world.judge().message.find("No container, service or network of its name is there: container web-web-1"),
              std::string::npos);
    file.services[1].container_name_symbolic = false;
    file.services[1].replicas = std::nullopt; // `${N}`: it may be none
    world = gone(file);
    world.probe_all(Outcome::object_absent);
    EXPECT_EQ(world.judge().message.find("Nothing of it runs"), std::string::npos);
}

TEST(Judge, OfADeletedStackAVisibleContainerIsSaid) {
    for (const std::size_t index : {0U, 1U}) { // the container, the default network
        World world = gone();
        world.probe_all(Outcome::object_absent);
        world.facts.probes[index].reply = ok(Call::docker_object, "/api/x");
        EXPECT_EQ(world.judge().verdict, Verdict::deleted);
        const std::string name =
            index == 0 ? "The container `web-web-1` is there" : "The network `web_default` is there";
        EXPECT_NE(world.judge().message.find(name), std::string::npos) << world.judge().message;
    }
}

TEST(Judge, AHiddenNameOfADeletedStackIsDeniedFirst) {
    World world = gone();
    world.probe_all(Outcome::object_absent);
    world.facts.probes[0].reply = denied(Call::docker_object, Cause::name_taken, "/api/x");
    EXPECT_EQ(world.judge().verdict, Verdict::denied);
    EXPECT_EQ(world.judge().cause, Cause::name_taken);
}

TEST(Judge, ANameOfADeletedStackThatGotNoAnswerIsUnreachableFirst) {
    World world = gone();
    world.probe_all(Outcome::object_absent);
    world.facts.probes[0].reply = unavailable(Call::docker_object, "/api/x");
    EXPECT_EQ(world.judge().verdict, Verdict::unreachable);
}

TEST(Judge, WithOlderIdsForgottenNothingIsCalledDeleted) {
    for (const bool environment_too : {false, true}) {
        World world = gone();
        world.server.memory.stacks.at(12).older_dropped = true;
        if (environment_too) world.environment(production, environment_gone("/api/endpoints/4"));
        world.probe_all(Outcome::object_absent);
        EXPECT_EQ(world.judge().verdict, Verdict::not_visible);
    }
    World second = gone(); // any id of the place may say so
    second.server.memory.stacks[12].seen_at += 60;
    second.remember(remembered(7));
    second.server.memory.stacks.at(7).older_dropped = true;
    second.facts.older_by_id[7].reply = stack_gone("/api/stacks/7");
    second.probe_all(Outcome::object_absent);
    EXPECT_EQ(second.judge().verdict, Verdict::not_visible);
    EXPECT_NE(second.judge().message.find("more ids stood there than are remembered"), std::string::npos);
}

TEST(Judge, ADeletedStackWhoseEnvironmentIsGoneIsDeleted) {
    World world = user();
    world.remember(remembered(12));
    world.environment(production, environment_gone("/api/endpoints/4"));
    world.by_id(stack_gone("/api/stacks/12"));
    EXPECT_TRUE(world.questions().empty());
    const StackResult result = world.judge();
    EXPECT_EQ(result.verdict, Verdict::deleted);
    EXPECT_EQ(result.rule, "deleted-with-environment");
    EXPECT_EQ(result.exists, std::nullopt);
    EXPECT_EQ(result.message, "Stack 12, seen on 2026-11-24, is deleted (its id answers 404), and its environment "
                              "production does not exist any more. Whether a stack of that name that alice may not see "
                              "was left over from it cannot be seen.");
}

TEST(Judge, OneRememberedIdThatIsNotGoneKeepsTheOthersFromProving) {
    World world = user();
    world.environment(production, environment_gone("/api/endpoints/4"));
    for (const StackId id : {12, 31}) world.remember(remembered(id));
    world.by_id(stack_gone("/api/stacks/31"));
    EXPECT_EQ(world.judge().verdict, Verdict::unreachable) << "not asked to the end";
    world.facts.older_by_id[12].reply = stack_gone("/api/stacks/12");
    EXPECT_EQ(world.judge().verdict, Verdict::deleted);
}

TEST(Judge, ACompleteListStillProvesThatADeletedStackIsMissing) {
    World world = administrator();
    world.remember(remembered(12));
    world.by_id(stack_gone("/api/stacks/12"));
    EXPECT_EQ(world.judge().verdict, Verdict::pending);
    world.list_again({});
    EXPECT_EQ(world.judge().verdict, Verdict::missing);
    EXPECT_EQ(world.judge().proof, Proof::complete_list);
    world.environment(production, environment_gone("/api/endpoints/4"));
    EXPECT_EQ(world.judge().proof, Proof::environment_gone);
}

TEST(Judge, ServicesThatAreNotExpectedToRunAreNotAskedFor) {
    compose::ProjectFacts file = one_service();
    file.services.push_back(service("tools"));
    file.services[1].in_profile = true;
    file.services.push_back(service("idle"));
    file.services[2].replicas = 0;
    World world = gone(file);
    world.probe_all(Outcome::object_absent);
    EXPECT_EQ(world.facts.probes.size(), 2U);
    EXPECT_NE(world.judge().message.find("Nothing of it runs"), std::string::npos);
}

TEST(Judge, VolumesAreAskedAndProveNothing) {
    compose::ProjectFacts file = one_service();
    file.volumes = {"web_data"};
    for (const Outcome outcome : {Outcome::ok, Outcome::denied, Outcome::object_absent}) {
        World world = gone(file);
        world.probe_all(Outcome::object_absent);
        world.facts.probes.pop_back();
        world.probe(DockerKind::volume, "web_data", outcome);
        EXPECT_EQ(world.judge().verdict, Verdict::deleted);
        EXPECT_NE(world.judge().message.find("Nothing of it runs"), std::string::npos);
        EXPECT_EQ(world.judge().probes.size(), 4U);
    }
    World nobody_remembers = user();
    nobody_remembers.facts.desired = file;
    nobody_remembers.probe_all(Outcome::object_absent);
    nobody_remembers.facts.probes.pop_back();
    nobody_remembers.probe(DockerKind::volume, "web_data", Outcome::denied);
    EXPECT_EQ(nobody_remembers.judge().verdict, Verdict::not_visible);
}

TEST(Judge, OfASwarmStackServicesAreAskedAsContainersAre) {
    World world = gone();
    world.stack.type = StackType::swarm;
    world.probe_all(Outcome::object_absent);
    EXPECT_EQ(world.facts.probes.at(0).kind, DockerKind::service);
    EXPECT_NE(world.judge().message.find("Nothing of it runs"), std::string::npos);
}

World tied(World world, std::optional<UnixSeconds> created = {}) {
    world.stack.tie = StackTie{.id = 12, .created = created};
    return world;
}

TEST(Judge, ATiedIdThatIsGoneIsMissingForEveryRole) {
    for (const bool admin : {false, true}) {
        World world = tied(admin ? administrator() : user());
        world.by_id(stack_gone("/api/stacks/12"));
        const StackResult result = world.judge();
        EXPECT_EQ(result.verdict, Verdict::missing);
        EXPECT_EQ(result.proof, Proof::id_gone);
        EXPECT_EQ(result.rule, "tied-id-gone");
        EXPECT_EQ(result.exists, false);
        EXPECT_NE(result.message.find("tied to stack 12"), std::string::npos);
    }
    World unasked = tied(user());
    EXPECT_NE(unasked.judge().verdict, Verdict::missing);
    World refused = tied(user());
    refused.by_id(denied(Call::stack, Cause::resource_control, "/api/stacks/12"));
    EXPECT_NE(refused.judge().verdict, Verdict::missing);
}

// The manifest's id is all that is known of it: there need not be a memory.
TEST(Judge, ATiedRecordThatOnlyItsIdShowsIsExplainedWithoutAMemory) {
    World world = tied(user());
    world.by_id(record(12));
    world.list_again({});
    world.by_id(record(12));
    StackResult result = world.judge();
    EXPECT_EQ(result.rule, "remembered-but-unlisted");
    EXPECT_EQ(result.id, 12);
    EXPECT_NE(result.message.find("stack 12"), std::string::npos);
    world.by_id(denied(Call::stack, Cause::resource_control, "/api/stacks/12"));
    EXPECT_EQ(world.judge().verdict, Verdict::denied);
    EXPECT_EQ(world.judge().id, 12);
    world.environment(production, environment_gone("/api/endpoints/4"));
    world.facts.by_id = {};
    EXPECT_NE(world.judge().verdict, Verdict::missing);
}

TEST(Judge, ATiedRecordOfAnotherCreationDateIsAnError) {
    World world = tied(in_sync(administrator()), record(12).created_at + 1);
    StackResult result = world.judge();
    EXPECT_EQ(result.verdict, Verdict::error);
    EXPECT_EQ(result.rule, "tied-to-another");
    EXPECT_EQ(result.exists, true);
    world.stack.tie->created = record(12).created_at;
    EXPECT_EQ(world.judge().verdict, Verdict::in_sync);
}

TEST(Judge, WithoutADateInTheManifestTheMemorysCountsForATie) {
    World world = tied(in_sync(administrator()));
    EXPECT_EQ(world.judge().verdict, Verdict::in_sync);
    ServerMemory memory;
    memory.instance_id = "database-1";
    memory.stacks[12] = remembered(12);
    memory.stacks[12].created_at -= 86400;
    believe_memory(world.server, memory);
    EXPECT_EQ(world.judge().rule, "tied-to-another");
    world.stack.tie->created = record(12).created_at; // the manifest is right, whatever the memory says
    EXPECT_EQ(world.judge().verdict, Verdict::in_sync);
}

} // namespace
} // namespace mooring::drift::test
