// Rows of design §3.2 about a stack that no list shows, one test a row.
#include "unit/drift/judge_world.hpp"

#include <gtest/gtest.h>

namespace mooring::drift::test {
namespace {

using Kind = Question::Kind;
using KindsAsked = std::vector<Kind>;

KindsAsked kinds_asked(const World& world) {
    KindsAsked found;
    for (const Question& question : world.questions()) found.push_back(question.kind);
    return found;
}

const char* const by_id_target = "/api/stacks/12";
const char* const environment_target = "/api/endpoints/4";

// Declared by id, so that the environment need not be listed.
World in_environment(World world, Reply answer) {
    world.stack.environment = EnvironmentRef{.id = production, .name = ""};
    world.environment(production, std::move(answer));
    return world;
}

World remembering(World world) {
    world.remember(remembered(12));
    return world;
}

TEST(Judge, ARememberedStackThatIsRefusedByIdIsDenied) {
    World world = remembering(user());
    EXPECT_EQ(kinds_asked(world), KindsAsked{Kind::stack_by_id});
    world.by_id(denied(Call::stack, Cause::resource_control, by_id_target));
    EXPECT_TRUE(world.questions().empty());
    const StackResult result = world.judge();
    EXPECT_EQ(result.verdict, Verdict::denied);
    EXPECT_EQ(result.cause, Cause::resource_control);
    EXPECT_EQ(result.exists, true);
    EXPECT_EQ(result.id, 12);
    EXPECT_EQ(result.message, "The stack exists (id 12), but its access control names neither alice nor a team that "
                              "alice is in.");
    EXPECT_EQ(result.remedy, "Ask an administrator to add alice to Stacks > web > Access control.");
    EXPECT_EQ(result.evidence.back().target, by_id_target);
    EXPECT_EQ(result.evidence.back().status, 403);
    EXPECT_EQ(result.probes.at(0).target, by_id_target);
}

TEST(Judge, ARememberedIdInADeniedEnvironmentIsProvenToExist) {
    World world =
        remembering(in_environment(user(), denied(Call::environment, Cause::environment, environment_target)));
    EXPECT_EQ(kinds_asked(world), KindsAsked{Kind::stack_by_id});
    world.by_id(denied(Call::stack, Cause::environment, by_id_target));
    EXPECT_EQ(world.judge().cause, Cause::environment);
    EXPECT_EQ(world.judge().exists, true);
}

TEST(Judge, AnUnknownRefusalByIdLeavesExistenceOpen) {
    World world = remembering(user());
    world.by_id(denied(Call::stack, Cause::unknown, by_id_target));
    const StackResult result = world.judge();
    EXPECT_EQ(result.verdict, Verdict::denied);
    EXPECT_EQ(result.cause, Cause::unknown);
    EXPECT_EQ(result.exists, std::nullopt);
}

TEST(Judge, AnUnknownRefusalOfTheEnvironmentOrAProbeIsDeniedUnknown) {
    World environment = in_environment(user(), denied(Call::environment, Cause::unknown, environment_target));
    EXPECT_TRUE(environment.questions().empty());
    EXPECT_EQ(environment.judge().rule, "refused-unknown");
    EXPECT_EQ(environment.judge().exists, std::nullopt);
    World probe = user();
    probe.probe_all(Outcome::object_absent);
    probe.facts.probes[0].reply = denied(Call::docker_object, Cause::unknown, "/api/x");
    EXPECT_EQ(probe.judge().cause, Cause::unknown);
}

TEST(Judge, ARememberedIdWhoseEnvironmentIsGoneIsOrphaned) {
    World world = remembering(user());
    Reply gone = environment_gone(by_id_target);
    gone.call = Call::stack;
    world.by_id(gone);
    EXPECT_TRUE(world.questions().empty());
    const StackResult result = world.judge();
    EXPECT_EQ(result.verdict, Verdict::orphaned);
    EXPECT_EQ(result.id, 12);
    World readable = remembering(in_environment(administrator(), environment_gone(environment_target)));
    readable.by_id(record(12));
    EXPECT_TRUE(readable.questions().empty());
    EXPECT_EQ(readable.judge().verdict, Verdict::orphaned);
}

TEST(Judge, AnUnlistedStackThatAnswersAsRememberedIsListedOnceMore) {
    for (World world : {remembering(user()), remembering(administrator())}) {
        world.by_id(record(12));
        EXPECT_EQ(kinds_asked(world), KindsAsked{Kind::list_again});
        world.list_again({});
        EXPECT_TRUE(world.questions().empty());
        const StackResult result = world.judge();
        EXPECT_EQ(result.verdict, Verdict::error);
        EXPECT_EQ(result.rule, "remembered-but-unlisted");
    }
}

TEST(Judge, AnUnlistedKubernetesStackThatAnswersAsRememberedIsTakenAsListed) {
    World world = remembering(user());
    world.stack.type = StackType::kubernetes;
    world.stack.runtime = false;
    world.facts.desired = std::nullopt;
    StackRecord answered = record(12);
    answered.type = StackType::kubernetes;
    world.by_id(answered);
    EXPECT_EQ(kinds_asked(world), KindsAsked{Kind::file});
    world.file_equal();
    EXPECT_EQ(world.judge().verdict, Verdict::in_sync) << world.judge().message;
    answered.namespace_ = "other";
    world.by_id(answered);
    EXPECT_EQ(world.judge().verdict, Verdict::not_visible);
}

TEST(Judge, AnotherCreationDateByIdIsJudgedAsWithoutMemory) {
    World world = remembering(user());
    StackRecord other = record(12);
    other.created_at += 5;
    world.by_id(other);
    EXPECT_EQ(kinds_asked(world)[0], Kind::docker_object);
    world.probe_all(Outcome::object_absent);
    EXPECT_EQ(world.judge().verdict, Verdict::not_visible);
}

TEST(Judge, NameAndEnvironmentBothDifferingByIdIsJudgedAsWithoutMemory) {
    World world = remembering(user());
    world.by_id(record(12, "other", staging));
    world.probe_all(Outcome::object_absent);
    EXPECT_EQ(world.judge().verdict, Verdict::not_visible);
}

TEST(Judge, ANeededAnswerThatFailedIsUnreachable) {
    World by_id = remembering(user());
    by_id.by_id(unavailable(Call::stack, by_id_target));
    EXPECT_TRUE(by_id.questions().empty());
    EXPECT_EQ(by_id.judge().verdict, Verdict::unreachable);
    const World environment = in_environment(user(), unavailable(Call::environment, environment_target));
    EXPECT_TRUE(environment.questions().empty());
    EXPECT_EQ(environment.judge().rule, "absent-unreachable");
    World probe = user();
    probe.probe_all(Outcome::object_absent);
    probe.facts.probes[0].reply = unavailable(Call::docker_object, "/api/x");
    EXPECT_EQ(probe.judge().verdict, Verdict::unreachable);
    EXPECT_EQ(probe.judge().exists, std::nullopt);
}

TEST(Judge, ACompleteListProvesAbsenceEvenWhereTheEnvironmentFails) {
    World world = in_environment(administrator(), unavailable(Call::environment, environment_target));
    world.list_again({});
    EXPECT_EQ(world.judge().verdict, Verdict::missing);
}

TEST(Judge, AbsentWithACompleteListInAKnownEnvironmentThatIsGoneIsMissing) {
    World world = in_environment(administrator(), environment_gone(environment_target));
    world.server.has_memory = true;
    world.server.memory.environments[production].name = "production";
    EXPECT_TRUE(world.questions().empty());
    const StackResult result = world.judge();
    EXPECT_EQ(result.verdict, Verdict::missing);
    EXPECT_EQ(result.proof, Proof::environment_gone);
    EXPECT_EQ(result.exists, false);
    EXPECT_FALSE(result.message.contains("cannot be excluded")) << result.message;
}

TEST(Judge, AnUnknownEnvironmentIdIsAnErrorWithACompleteList) {
    const World world = in_environment(administrator(), environment_gone(environment_target));
    EXPECT_EQ(world.judge().verdict, Verdict::error);
    EXPECT_EQ(world.judge().rule, "environment-id-unknown");
    EXPECT_EQ(world.judge().message, "There is no environment 4 on this server, and none is remembered.");
}

TEST(Judge, AnEnvironmentThatIsGoneProvesNothingToAUserAlone) {
    World world = in_environment(user(), environment_gone(environment_target));
    EXPECT_EQ(world.judge().verdict, Verdict::not_visible);
    EXPECT_TRUE(world.judge().message.starts_with("The environment 4 answers 404")) << world.judge().message;
    world.server.memory.environments[production].name = "production";
    EXPECT_EQ(world.judge().verdict, Verdict::not_visible);
    EXPECT_TRUE(world.judge().message.starts_with("The environment production answers 404"));
    EXPECT_EQ(world.judge().rule, "environment-gone-unproven");
}

TEST(Judge, AbsentFromACompleteListTwiceIsMissing) {
    World world = administrator();
    EXPECT_EQ(kinds_asked(world), KindsAsked{Kind::list_again});
    EXPECT_EQ(world.judge().verdict, Verdict::pending); // never after one look
    world.list_again({});
    EXPECT_TRUE(world.questions().empty());
    const StackResult result = world.judge();
    EXPECT_EQ(result.verdict, Verdict::missing);
    EXPECT_EQ(result.proof, Proof::complete_list);
    ASSERT_EQ(result.evidence.size(), 5U); // identity, list, identity, list, identity
    EXPECT_EQ(result.evidence[0].target, "/api/users/me");
    EXPECT_EQ(result.evidence[3].target, "/api/stacks");
}

TEST(Judge, AStackThatTheSecondListShowsIsNotMissing) {
    World world = administrator();
    world.list_again({record(12)});
    world.file_equal();
    world.runs({running_container()});
    EXPECT_EQ(world.judge().verdict, Verdict::in_sync);
}

RememberedAbsence absence(EnvironmentId environment, UnixSeconds last_seen, std::string name_space = {}) {
    return {.environment_id = environment,
            .namespace_ = std::move(name_space),
            .name = "web",
            .first_seen = noon - 600,
            .last_seen = last_seen};
}

TEST(Judge, AnAbsenceCountsOnlyWhereItWasSeenAndOnlyForAWhile) {
    struct Case {
        const char* about;
        RememberedAbsence seen;
        Verdict verdict;
    };
    const std::vector<Case> cases{
        {"in its namespace, a moment ago", absence(production, noon - 60, "shop"), Verdict::missing},
        {"as long ago as it may be", absence(production, noon - 120, "shop"), Verdict::missing},
        {"longer ago", absence(production, noon - 121, "shop"), Verdict::pending},
        {"by a clock that went back", absence(production, noon + 1, "shop"), Verdict::pending},
        {"written by 0.1.0, without a time", absence(production, 0, "shop"), Verdict::pending},
        {"in another namespace", absence(production, noon - 60, "blog"), Verdict::pending},
        {"without a namespace", absence(production, noon - 60), Verdict::pending},
        {"in another environment", absence(staging, noon - 60, "shop"), Verdict::pending},
    };
    for (const Case& one : cases) {
        World world = administrator();
        world.options.absence_in_two_runs = true;
        world.options.absences_apart = std::chrono::seconds(120);
        world.stack.type = StackType::kubernetes;
        world.stack.namespace_ = "shop";
        world.server.memory.absences.push_back(one.seen);
        EXPECT_EQ(world.judge().verdict, one.verdict) << one.about;
    }
}

TEST(Judge, TwoSightingsOfAnAbsenceAreAWindowApart) {
    for (const auto& [age, verdict] : {std::pair{30, Verdict::missing}, {29, Verdict::pending}}) {
        World world = administrator();
        world.options.absence_in_two_runs = true;
        world.options.absence_window = std::chrono::seconds(30);
        world.server.memory.absences.push_back(absence(production, noon - 1));
        world.server.memory.absences.back().first_seen = noon - age;
        EXPECT_EQ(world.judge().verdict, verdict) << age;
    }
}

TEST(Judge, TheAgentSeesAbsenceInTwoRunsWithPendingBetween) {
    World world = administrator();
    world.options.absence_in_two_runs = true;
    EXPECT_TRUE(world.questions().empty());
    EXPECT_EQ(world.judge().verdict, Verdict::pending);
    EXPECT_EQ(world.judge().rule, "absence-seen-once");
    world.server.memory.absences.push_back(absence(staging, noon - 60));
    EXPECT_EQ(world.judge().verdict, Verdict::pending);
    world.server.memory.absences.push_back(absence(production, noon - 60));
    EXPECT_EQ(world.judge().verdict, Verdict::missing);
    EXPECT_EQ(world.judge().proof, Proof::complete_list);
}

TEST(Judge, WhatRunsUnderAMissingStacksNameWasMadeOutsidePortainer) {
    World world = administrator();
    world.runs({running_container(), running_container("web", "db"), running_container("other")});
    world.list_again({});
    const std::string message = world.judge().message;
    EXPECT_NE(message.find("2 containers"), std::string::npos) << message;
    EXPECT_NE(message.find("made outside Portainer"), std::string::npos);
    EXPECT_NE(message.find("adopt"), std::string::npos);
}

TEST(Judge, NeverCallsAFilteredAbsenceMissing) {
    for (const std::int64_t role : {2, 3}) { // 3: a Business Edition edge administrator
        World world = administrator();
        world.role(role);
        world.list_again({});
        world.probe_all(Outcome::object_absent);
        EXPECT_EQ(world.judge().verdict, Verdict::not_visible);
    }
}

TEST(Judge, AnAdministratorDemotedWhileTheListIsReadSawAFilteredList) {
    World before = administrator();
    before.server.identity_after.value->role = 2;
    EXPECT_EQ(kinds_asked(before)[0], Kind::docker_object);
    before.probe_all(Outcome::object_absent);
    EXPECT_EQ(before.judge().verdict, Verdict::not_visible);
    World again = administrator();
    again.list_again({});
    again.server.identity_after_again.value->role = 2;
    again.probe_all(Outcome::object_absent);
    EXPECT_EQ(again.judge().verdict, Verdict::not_visible);
    World unanswered = administrator();
    unanswered.list_again({});
    unanswered.server.identity_after_again = {.reply = unavailable(Call::identity, "/api/users/me"), .value = {}};
    unanswered.probe_all(Outcome::object_absent);
    EXPECT_EQ(unanswered.judge().verdict, Verdict::not_visible);
}

TEST(Judge, AUserPromotedBetweenTheListsHasSeenOneCompleteListOnly) {
    World world = administrator();
    world.server.identity_before.value->role = 2;
    world.list_again({});
    world.probe_all(Outcome::object_absent);
    EXPECT_EQ(world.judge().verdict, Verdict::not_visible);
}

TEST(Judge, AbsentInADeniedEnvironmentIsDeniedWithExistenceUnknown) {
    const World world = in_environment(user(), denied(Call::environment, Cause::environment, environment_target));
    EXPECT_TRUE(world.questions().empty());
    const StackResult result = world.judge();
    EXPECT_EQ(result.verdict, Verdict::denied);
    EXPECT_EQ(result.cause, Cause::environment);
    EXPECT_EQ(result.exists, std::nullopt);
    EXPECT_EQ(result.rule, "environment-refused");
    EXPECT_EQ(result.unread, (std::vector<std::string>{"record", "content", "runtime"}));
}

TEST(Judge, ARememberedIdGoneInADeniedEnvironmentStaysDenied) {
    World world =
        remembering(in_environment(user(), denied(Call::environment, Cause::environment, environment_target)));
    world.by_id(stack_gone(by_id_target));
    EXPECT_TRUE(world.questions().empty());
    EXPECT_EQ(world.judge().verdict, Verdict::denied);
    EXPECT_EQ(world.judge().exists, std::nullopt);
}

TEST(Judge, AHiddenContainerNetworkOrServiceOfItsNameIsDenied) {
    for (const std::size_t index : {0U, 1U}) { // the container, the default network
        World world = user();
        world.probe_all(Outcome::object_absent);
        ASSERT_EQ(world.facts.probes.size(), 2U);
        const std::string target = world.facts.probes[index].reply.target;
        world.facts.probes[index].reply = denied(Call::docker_object, Cause::name_taken, target);
        const StackResult result = world.judge();
        EXPECT_EQ(result.verdict, Verdict::denied);
        EXPECT_EQ(result.cause, Cause::name_taken);
        EXPECT_EQ(result.exists, std::nullopt);
        EXPECT_EQ(result.evidence.back().target, target);
        EXPECT_EQ(result.probes.size(), 2U);
    }
}

TEST(Judge, AProbeRefusedByTheEnvironmentNamesThatCause) {
    World world = user();
    world.probe_all(Outcome::object_absent);
    world.facts.probes[0].reply = denied(Call::docker_object, Cause::environment, "/api/x");
    EXPECT_EQ(world.judge().cause, Cause::environment);
    EXPECT_EQ(world.judge().exists, std::nullopt);
}

TEST(Judge, ANewerHiddenReCreationIsDeniedNotMissing) {
    World world = remembering(user());
    world.by_id(stack_gone(by_id_target));
    world.probe_all(Outcome::denied);
    EXPECT_EQ(world.judge().verdict, Verdict::denied);
    EXPECT_EQ(world.judge().cause, Cause::name_taken);
}

TEST(Judge, WithoutMemoryAllNamesAbsentIsNotVisible) {
    World world = user();
    EXPECT_EQ(world.questions().size(), 2U);
    world.probe_all(Outcome::object_absent);
    const StackResult result = world.judge();
    EXPECT_EQ(result.verdict, Verdict::not_visible);
    EXPECT_EQ(result.exists, std::nullopt);
    EXPECT_EQ(result.message, "Not in the list that alice may see, which proves nothing: no earlier run remembers its "
                              "id. Tried: container web-web-1 (404), network web_default (404).");
}

TEST(Judge, AKubernetesStackThatNobodyRemembersIsNotVisible) {
    World world = user();
    world.stack.type = StackType::kubernetes;
    EXPECT_TRUE(world.questions().empty());
    EXPECT_EQ(world.judge().verdict, Verdict::not_visible);
    world.role(1);
    world.list_again({});
    EXPECT_EQ(world.judge().verdict, Verdict::missing); // an administrator's list has Kubernetes, too
}

// The first list had it: it was seen absent once, and a deletion may be half of a deployment.
TEST(Judge, AStackThatOnlyTheSecondListLacksIsPending) {
    World world = in_sync(administrator());
    world.list_again({});
    world.facts.file = {};
    EXPECT_TRUE(world.questions().empty());
    const StackResult result = world.judge();
    EXPECT_EQ(result.verdict, Verdict::pending);
    EXPECT_EQ(result.rule, "absence-seen-once");
}

// A stack that was made anew has had two ids; that the younger one is gone says nothing of the older one.
TEST(Judge, EveryRememberedIdOfThePlaceMustBeGone) {
    World world = user();
    world.remember(remembered(12));
    world.remember(remembered(31));
    world.by_id(stack_gone("/api/stacks/31"));
    const auto questions = world.questions();
    ASSERT_EQ(questions.size(), 1U);
    EXPECT_EQ(questions[0].id, 12);
    EXPECT_EQ(world.judge().verdict, Verdict::unreachable) << "not asked to the end";

    world.facts.older_by_id[12].reply = denied(Call::stack, Cause::resource_control, by_id_target);
    EXPECT_TRUE(world.questions().empty());
    StackResult result = world.judge();
    EXPECT_EQ(result.verdict, Verdict::denied);
    EXPECT_EQ(result.id, 12);
    EXPECT_EQ(result.probes.size(), 2U);

    world.facts.older_by_id[12].reply = stack_gone(by_id_target);
    world.probe_all(Outcome::object_absent);
    EXPECT_TRUE(world.questions().empty());
    result = world.judge();
    EXPECT_EQ(result.verdict, Verdict::deleted);
    EXPECT_EQ(result.probes.size(), 4U);
}

TEST(Judge, AnOlderIdThatAnswersAsRememberedIsAskedLikeANewOne) {
    World world = user();
    world.stack.type = StackType::kubernetes;
    world.stack.runtime = false;
    for (const StackId id : {12, 31}) world.remember(remembered(id));
    world.by_id(stack_gone("/api/stacks/31"));
    StackRecord older = record(12);
    older.type = StackType::kubernetes;
    world.facts.older_by_id[12] = answered(Call::stack, by_id_target, older);
    EXPECT_EQ(kinds_asked(world), KindsAsked{Kind::file});
    world.file_equal();
    EXPECT_EQ(world.judge().verdict, Verdict::in_sync);
}

TEST(Judge, AnOlderIdThatIsListedElsewhereIsNotAskedFor) {
    World world = user();
    for (const StackId id : {12, 31}) world.remember(remembered(id));
    world.list({record(12, "shop", staging)});
    world.by_id(stack_gone("/api/stacks/31"));
    EXPECT_EQ(kinds_asked(world)[0], Kind::docker_object);
}

TEST(Judge, AListBetweenTheAnswersOfTwoUsersIsNotComplete) {
    World world = administrator();
    world.server.identity_after.value->id = 9; // another administrator: something on the way mixes answers up
    EXPECT_FALSE(world.server.list_complete());
    world.probe_all(Outcome::object_absent);
    EXPECT_EQ(world.judge().verdict, Verdict::not_visible);
}

// A complete list proves an absence by itself: what a remembered id fails to say keeps nobody from listing once more.
TEST(Judge, ACompleteListNeedsNoAnswerOfTheRememberedId) {
    World world = administrator();
    world.remember(remembered(12));
    world.by_id(unavailable(Call::stack, "/api/stacks/12"));
    EXPECT_EQ(kinds_asked(world), KindsAsked{Kind::list_again});
    world.list_again({});
    EXPECT_EQ(world.judge().verdict, Verdict::missing);
    EXPECT_EQ(world.judge().proof, Proof::complete_list);
    World filtered = user();
    filtered.remember(remembered(12));
    filtered.by_id(unavailable(Call::stack, "/api/stacks/12"));
    EXPECT_EQ(kinds_asked(filtered), KindsAsked{});
    EXPECT_EQ(filtered.judge().verdict, Verdict::unreachable);
}

} // namespace
} // namespace mooring::drift::test
