// Verdicts on Kubernetes stacks whose cluster was asked (kubernetes.md §7.3).
#include "unit/drift/judge_world.hpp"

#include <algorithm>
#include <gtest/gtest.h>

namespace mooring::drift {
namespace {

using namespace match::test;
using test::World;
using About = match::ClusterQuestion::About;

constexpr const char* one_map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: conf}\ndata: {a: \"1\"}\n";
constexpr const char* all_maps = "api/v1/configmaps";
constexpr const char* shops_maps = "api/v1/namespaces/shop/configmaps";

std::shared_ptr<const kubernetes::File> objects_of(std::string_view text) {
    auto file = kubernetes::load(text);
    EXPECT_TRUE(file) << text;
    return file ? std::make_shared<const kubernetes::File>(std::move(*file)) : nullptr;
}

// The record 12 `web` in the namespace `shop` of the environment `production`.
StackRecord kubernetes_record() {
    StackRecord made = record(12);
    made.type = StackType::kubernetes;
    made.namespace_ = "shop";
    return made;
}

World declared(World world, std::string_view text = one_map) {
    world.stack.type = StackType::kubernetes;
    world.stack.namespace_ = "shop";
    world.facts.desired = std::nullopt;
    world.facts.objects = objects_of(text);
    world.server.runtime.clear();
    return world;
}

// Its record is listed, and its file equals the declared one.
World known(World world, std::string_view text = one_map) {
    world = declared(std::move(world), text);
    world.list({kubernetes_record()});
    world.facts.file.value->actual = std::nullopt;
    world.facts.file.value->objects = world.facts.objects;
    return world;
}

match::ClusterFacts& cluster(World& world) { return world.server.runtime[production].cluster; }

kubernetes::Item config_map(const std::string& value, const std::string& id = "12", const std::string& name = "web") {
    return {.namespace_ = "shop",
            .name = "conf",
            .stack_id = id,
            .json = R"({"metadata":{"name":"conf","namespace":"shop","labels":{
                "io.portainer.kubernetes.application.stackid":")" +
                    id + R"(","io.portainer.kubernetes.application.stack":")" + name + R"("}},"data":{"a":")" + value +
                    R"("}})"};
}

void lists(World& world, const std::string& path, std::vector<kubernetes::Item> items) {
    cluster(world).lists[path] = {.reply = ok(Call::kubernetes, "/api/endpoints/4/kubernetes/" + path),
                                  .items = std::move(items)};
}

// Without those about what the stack may have left behind, which decide nothing.
std::vector<Question> asked(const World& world) {
    std::vector<Question> questions = world.questions();
    std::erase_if(questions, [](const Question& one) { return one.cluster.what.contains("?labelSelector="); });
    return questions;
}

TEST(JudgeKubernetes, ItsListIsAskedForOnceItsFileIsRead) {
    World world = known(in_sync(test::administrator()));
    const auto questions = asked(world);
    ASSERT_EQ(questions.size(), 1U);
    EXPECT_EQ(questions[0].kind, Question::Kind::cluster);
    EXPECT_EQ(questions[0].cluster.what, all_maps);
    EXPECT_EQ(questions[0].environment, production);
    world.stack.runtime = false;
    EXPECT_TRUE(asked(world).empty());
}

TEST(JudgeKubernetes, WhatIsAsDeclaredIsInSync) {
    World world = known(in_sync(test::administrator()));
    lists(world, all_maps, {config_map("1")});
    EXPECT_TRUE(asked(world).empty());
    const StackResult result = world.judge();
    EXPECT_EQ(result.verdict, Verdict::in_sync);
    EXPECT_TRUE(result.unread.empty());
    EXPECT_TRUE(
        std::ranges::any_of(result.evidence, [](const Evidence& one) { return one.target.contains(all_maps); }));
}

TEST(JudgeKubernetes, WhatDiffersOrIsGoneHasDrifted) {
    World world = known(in_sync(test::administrator()));
    lists(world, all_maps, {config_map("2")});
    StackResult result = world.judge();
    EXPECT_EQ(result.verdict, Verdict::drifted);
    ASSERT_EQ(result.changes.size(), 1U);
    EXPECT_EQ(result.changes[0].path, "ConfigMap/conf:data.a");
    lists(world, all_maps, {});
    result = world.judge();
    EXPECT_EQ(result.verdict, Verdict::drifted);
    ASSERT_EQ(result.changes.size(), 1U);
    EXPECT_EQ(result.changes[0].subject, Subject::object_gone);
}

TEST(JudgeKubernetes, ARefusedNamespaceIsDeniedAndTheStackExists) {
    for (const Cause cause : {Cause::namespace_, Cause::kind, Cause::environment}) {
        World world = known(in_sync(test::user()));
        cluster(world).namespaces["shop"] = ok(Call::kubernetes, "/api/endpoints/4/kubernetes/api/v1/namespaces/shop");
        cluster(world).lists[shops_maps].reply =
            denied(Call::kubernetes, cause, "/api/endpoints/4/kubernetes/api/v1/namespaces/shop/configmaps");
        EXPECT_TRUE(asked(world).empty());
        const StackResult result = world.judge();
        EXPECT_EQ(result.verdict, Verdict::denied);
        EXPECT_EQ(result.cause, cause);
        EXPECT_EQ(result.exists, true);
        EXPECT_EQ(result.unread, (std::vector<std::string>{"runtime", "ConfigMap/conf"}));
        EXPECT_TRUE(result.message.contains("its file was read, but ")) << result.message;
        EXPECT_FALSE(result.message.contains("/kubernetes/") && cause != Cause::environment)
            << "the refusal stands in the evidence: " << result.message;
        EXPECT_FALSE(result.remedy.empty());
    }
}

TEST(JudgeKubernetes, WhatWasSeenBesideARefusalIsShown) {
    World world = known(in_sync(test::administrator()),
                        std::string(one_map) + "---\napiVersion: v1\nkind: Secret\nmetadata: {name: s}\n");
    lists(world, all_maps, {config_map("2")});
    cluster(world).lists["api/v1/secrets"].reply =
        denied(Call::kubernetes, Cause::namespace_, "/api/endpoints/4/kubernetes/api/v1/secrets");
    const StackResult result = world.judge();
    EXPECT_EQ(result.verdict, Verdict::denied);
    EXPECT_EQ(result.changes.size(), 1U);
    EXPECT_EQ(result.unread, (std::vector<std::string>{"runtime", "Secret/s"}));
}

TEST(JudgeKubernetes, AClusterThatDoesNotAnswerIsUnreachable) {
    World world = known(in_sync(test::administrator()));
    cluster(world).lists[all_maps].reply = unavailable(Call::kubernetes, "/api/endpoints/4/kubernetes/x");
    const StackResult result = world.judge();
    EXPECT_EQ(result.verdict, Verdict::unreachable);
    EXPECT_EQ(result.exists, true);
    EXPECT_EQ(result.unread.front(), "runtime");
    EXPECT_TRUE(result.changes.empty());
}

TEST(JudgeKubernetes, AnEnvironmentThatIsGoneOrphansIt) {
    World world = known(in_sync(test::administrator()));
    cluster(world).lists[all_maps].reply = environment_gone("/api/endpoints/4/kubernetes/x");
    EXPECT_EQ(world.judge().verdict, Verdict::orphaned);
}

TEST(JudgeKubernetes, WhatTheClusterDoesNotServeIsAnError) {
    World world = known(in_sync(test::administrator()));
    cluster(world).lists[all_maps].reply = reply(Call::kubernetes, Outcome::not_served, 404, "/x");
    const StackResult result = world.judge();
    EXPECT_EQ(result.verdict, Verdict::error);
    EXPECT_EQ(result.rule, "runtime-not-comparable");
    EXPECT_TRUE(result.changes.empty());
}

constexpr const char* one_deployment = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: conf}\n";

TEST(JudgeKubernetes, ARolloutIsPendingAndDriftBesideItIsDrift) {
    World world = known(in_sync(test::administrator()), std::string(one_deployment) + "spec: {minReadySeconds: 1}\n");
    kubernetes::Item item = config_map("1");
    const auto with = [&](const char* seconds) {
        item.json = R"({"metadata":{"name":"conf","namespace":"shop","generation":2,"labels":{
            "io.portainer.kubernetes.application.stackid":"12"}},"spec":{"replicas":1,"minReadySeconds":)" +
                    std::string(seconds) + R"(},"status":{"observedGeneration":1}})";
        lists(world, "apis/apps/v1/deployments", {item});
        lists(world, "api/v1/namespaces/shop/pods", {});
    };
    with("1");
    EXPECT_TRUE(asked(world).empty());
    StackResult result = world.judge();
    EXPECT_EQ(result.verdict, Verdict::pending);
    EXPECT_EQ(result.rule, "rolling");
    EXPECT_EQ(result.exists, true);
    EXPECT_TRUE(result.message.contains("Deployment/conf")) << result.message;
    with("2");
    result = world.judge();
    EXPECT_EQ(result.verdict, Verdict::drifted);
    EXPECT_TRUE(std::ranges::any_of(result.notes, [](const std::string& note) { return note.contains("ready"); }));
}

// --- users, to whom no list shows a Kubernetes stack ---

Question holder(StackId id) {
    Question question{.kind = Question::Kind::cluster, .environment = production};
    question.cluster = {.about = About::holder, .id = id};
    return question;
}

World labelled(const std::string& id, const std::string& name) {
    World world = declared(test::user());
    cluster(world).namespaces["shop"] = ok(Call::kubernetes, "/api/endpoints/4/kubernetes/api/v1/namespaces/shop");
    lists(world, shops_maps, {config_map("1", id, name)});
    return world;
}

TEST(JudgeKubernetes, AUsersRecordIsFoundByALabelAndConfirmedByItsId) {
    World world = declared(test::user());
    EXPECT_EQ(asked(world).at(0).cluster.what, "shop");
    world = labelled("12", "web");
    EXPECT_EQ(asked(world), std::vector<Question>{holder(12)});
    cluster(world).holders[12] = answered(Call::stack, "/api/stacks/12", kubernetes_record());
    ASSERT_EQ(asked(world).size(), 1U);
    EXPECT_EQ(asked(world)[0].kind, Question::Kind::file);
    EXPECT_EQ(asked(world)[0].id, 12);
    world.file_equal();
    world.facts.desired = std::nullopt;
    world.facts.file.value->actual = std::nullopt;
    world.facts.file.value->objects = world.facts.objects;
    const StackResult result = world.judge();
    EXPECT_EQ(result.verdict, Verdict::in_sync) << result.message;
    EXPECT_EQ(result.id, 12);
}

TEST(JudgeKubernetes, ALabelAloneProvesNothing) {
    // Another stack's objects.
    World world = labelled("12", "other");
    EXPECT_TRUE(asked(world).empty());
    EXPECT_EQ(world.judge().verdict, Verdict::not_visible);
    // What the id answers must be what is declared.
    for (const int other : {0, 1, 2, 3}) {
        world = labelled("12", "web");
        StackRecord answered_by_id = kubernetes_record();
        if (other == 0) answered_by_id.name = "Web";
        if (other == 1) answered_by_id.namespace_ = "elsewhere";
        if (other == 2) answered_by_id.environment = staging;
        if (other == 3) answered_by_id.type = StackType::standalone;
        cluster(world).holders[12] = answered(Call::stack, "/api/stacks/12", answered_by_id);
        EXPECT_TRUE(asked(world).empty());
        EXPECT_EQ(world.judge().verdict, Verdict::not_visible) << other;
    }
    world = labelled("12", "web");
    cluster(world).holders[12].reply = stack_gone("/api/stacks/12");
    EXPECT_TRUE(asked(world).empty());
    EXPECT_EQ(world.judge().verdict, Verdict::not_visible);
}

TEST(JudgeKubernetes, NeverListedIsNeverMissing) {
    for (const bool gone : {true, false}) {
        World world = declared(test::user());
        cluster(world).namespaces["shop"] =
            gone ? reply(Call::kubernetes, Outcome::object_absent, 404, "/x") : ok(Call::kubernetes, "/x");
        if (!gone) lists(world, shops_maps, {});
        EXPECT_TRUE(asked(world).empty());
        const StackResult result = world.judge();
        EXPECT_EQ(result.verdict, Verdict::not_visible);
        EXPECT_EQ(result.probes.size(), gone ? 1U : 2U) << "what was asked is said";
        EXPECT_FALSE(result.message.contains("Tried: nothing")) << result.message;
    }
}

TEST(JudgeKubernetes, TwoRecordsThatLabelsNameAreAmbiguous) {
    World world =
        declared(test::user(), std::string(one_map) + "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: two}\n");
    cluster(world).namespaces["shop"] = ok(Call::kubernetes, "/x");
    kubernetes::Item two = config_map("1", "13");
    two.name = "two";
    two.json.replace(two.json.find("\"conf\""), 6, "\"two\"");
    lists(world, shops_maps, {config_map("1"), two});
    StackRecord second = kubernetes_record();
    second.id = 13;
    cluster(world).holders[12] = answered(Call::stack, "/api/stacks/12", kubernetes_record());
    cluster(world).holders[13] = answered(Call::stack, "/api/stacks/13", second);
    EXPECT_TRUE(asked(world).empty());
    EXPECT_EQ(world.judge().rule, "ambiguous");
}

} // namespace
} // namespace mooring::drift
