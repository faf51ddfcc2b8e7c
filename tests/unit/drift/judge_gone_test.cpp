// The proof `remembered_id_gone` and the names that it asks for (design §3.2): each of its conditions is one test.
#include "drift/predictable.hpp"
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

TEST(Judge, ARememberedIdGoneWithAllItsNamesAbsentIsMissing) {
    World world = gone();
    world.probe_all(Outcome::object_absent);
    EXPECT_TRUE(world.questions().empty());
    const StackResult result = world.judge();
    EXPECT_EQ(result.verdict, Verdict::missing);
    EXPECT_EQ(result.proof, Proof::remembered_id_gone);
    EXPECT_EQ(result.exists, false);
    EXPECT_NE(result.message.find("topped hidden re-creation cannot be excluded"), std::string::npos);
    EXPECT_EQ(result.probes.size(), 3U);
    EXPECT_EQ(result.evidence.back().target, "/api/stacks/12");
}

TEST(Judge, ARememberedIdGoneProvesOnlyAStackDeclaredRunning) {
    World world = gone();
    world.probe_all(Outcome::object_absent);
    world.stack.state = DesiredState::running;
    EXPECT_EQ(world.judge().verdict, Verdict::missing);
    world.stack.state = DesiredState::stopped;
    EXPECT_EQ(world.judge().verdict, Verdict::not_visible);
}

TEST(Judge, ARememberedIdGoneProvesOnlyWithEveryNameAsked) {
    for (const std::size_t left_out : {0U, 1U}) {
        World world = gone();
        world.probe_all(Outcome::object_absent);
        world.facts.probes.erase(world.facts.probes.begin() + static_cast<std::ptrdiff_t>(left_out));
        EXPECT_EQ(world.judge().verdict, Verdict::not_visible) << left_out;
    }
}

TEST(Judge, ARememberedIdGoneNeedsNoNetworkThatTheFileLacks) {
    compose::ProjectFacts file = one_service();
    file.has_default_network = false;
    World world = gone(file);
    world.probe_all(Outcome::object_absent);
    EXPECT_EQ(world.facts.probes.size(), 1U);
    EXPECT_EQ(world.judge().verdict, Verdict::missing);
}

TEST(Judge, ARememberedIdGoneProvesNothingWhereNoServiceHasANameToAsk) {
    compose::ProjectFacts symbolic = one_service();
    symbolic.services[0].container_name_symbolic = true;
    World world = gone(symbolic);
    world.probe_all(Outcome::object_absent);
    EXPECT_EQ(world.judge().verdict, Verdict::not_visible);
    compose::ProjectFacts uncountable = one_service();
    uncountable.services[0].replicas = std::nullopt; // `${N}`: it may be none
    world = gone(uncountable);
    world.probe_all(Outcome::object_absent);
    EXPECT_EQ(world.judge().verdict, Verdict::not_visible);
    world = gone(compose::ProjectFacts{});
    EXPECT_TRUE(world.questions().empty());
    EXPECT_EQ(world.judge().verdict, Verdict::not_visible);
    world.facts.desired = std::nullopt; // Git: the file is not known
    EXPECT_EQ(world.judge().verdict, Verdict::not_visible);
}

TEST(Judge, ServicesThatAreNotExpectedToRunAreNotAskedForTheProof) {
    compose::ProjectFacts file = one_service();
    file.services.push_back(service("tools"));
    file.services[1].in_profile = true;
    file.services.push_back(service("idle"));
    file.services[2].replicas = 0;
    World world = gone(file);
    world.probe_all(Outcome::object_absent);
    EXPECT_EQ(world.facts.probes.size(), 2U);
    EXPECT_EQ(world.judge().verdict, Verdict::missing);
}

TEST(Judge, ANameThatAnswers200MeansNotVisible) {
    World world = gone();
    world.probe_all(Outcome::object_absent);
    world.facts.probes[1].reply = ok(Call::docker_object, "/api/x"); // the default network
    EXPECT_EQ(world.judge().verdict, Verdict::not_visible);
    world = gone();
    world.probe_all(Outcome::ok);
    EXPECT_EQ(world.judge().verdict, Verdict::not_visible);
}

TEST(Judge, VolumesAreAskedAndProveNothing) {
    compose::ProjectFacts file = one_service();
    file.volumes = {"web_data"};
    for (const Outcome outcome : {Outcome::ok, Outcome::denied, Outcome::object_absent}) {
        World world = gone(file);
        world.probe_all(Outcome::object_absent);
        world.facts.probes.pop_back();
        world.probe(DockerKind::volume, "web_data", outcome);
        EXPECT_EQ(world.judge().verdict, Verdict::missing);
        EXPECT_EQ(world.judge().probes.size(), 4U);
    }
    World nobody_remembers = user();
    nobody_remembers.facts.desired = file;
    nobody_remembers.probe_all(Outcome::object_absent);
    nobody_remembers.facts.probes.pop_back();
    nobody_remembers.probe(DockerKind::volume, "web_data", Outcome::denied);
    EXPECT_EQ(nobody_remembers.judge().verdict, Verdict::not_visible);
}

TEST(Judge, SwarmServicesProveAsContainersDo) {
    World world = gone();
    world.stack.type = StackType::swarm;
    world.probe_all(Outcome::object_absent);
    EXPECT_EQ(world.facts.probes.at(0).kind, DockerKind::service);
    EXPECT_EQ(world.judge().verdict, Verdict::missing);
}

} // namespace
} // namespace mooring::drift::test
