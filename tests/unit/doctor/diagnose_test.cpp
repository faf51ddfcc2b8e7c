// What is said of each state of a server, this machine and its environments.
#include "facts.hpp"

#include <gtest/gtest.h>

namespace mooring::doctor {
namespace {

void expect(const Symptom& finding, Level level, std::string_view part, int exit_code = 0) {
    EXPECT_EQ(to_string(finding.level), to_string(level)) << finding.message;
    EXPECT_TRUE(finding.message.contains(part)) << finding.check << ": " << finding.message;
    EXPECT_EQ(finding.exit_code, exit_code);
    EXPECT_EQ(finding.level == Level::fail, finding.exit_code != 0);
    EXPECT_TRUE(level == Level::ok || !finding.remedy.empty()) << finding.message;
}

TEST(Diagnose, AnAdministratorAndAUserAreBothFine) {
    EXPECT_TRUE(all_well(of(good_server(1))));
    EXPECT_TRUE(all_well(of(good_server(2))));
}

// The documented example.
TEST(Diagnose, AUserWhoMayNotReadTheSettingsIsNoError) {
    const Diagnosis user = of(good_server(2));
    expect(find(user, "role"), Level::ok,
           "alice is not an administrator: fine for checking. It cannot see the settings");
    EXPECT_TRUE(find(user, "role").message.contains("403"));
    expect(find(user, "list"), Level::ok, "never as missing");
    expect(find(of(good_server(1)), "list"), Level::ok, "Complete: 1 stack");
}

TEST(Diagnose, AnEdgeAdministratorIsFiltered) { expect(find(of(good_server(3)), "list"), Level::ok, "Filtered"); }

TEST(Diagnose, ARoleThatChangedUnderWayMakesTheListDoubtful) {
    ServerTrial facts = good_server(1);
    facts.known.identity_after.value->role = 2;
    expect(find(of(facts), "list"), Level::warn, "it is not known whether that is all");
}

TEST(Diagnose, ARefusedTokenEndsIn77AndAnAddedHeaderIn70) {
    ServerTrial facts = good_server(2);
    facts.known.identity_before = {.reply = refusal(Outcome::credentials_refused, 401, "Invalid JWT token")};
    expect(find(of(facts), "token"), Level::fail, "Invalid JWT token", 77);
    facts.known.identity_before = {.reply = refusal(Outcome::header_added, 403, "Forbidden")};
    expect(find(of(facts), "token"), Level::fail, "Forbidden", 70);
}

TEST(Diagnose, EveryFoundationThatIsNotAnsweredEndsIn69) {
    const Reply silent{.outcome = Outcome::unavailable,
                       .failure = Failure::not_the_api,
                       .target = "/api/x",
                       .status = 200,
                       .message = "not Portainer's answer (text/html)"};
    ServerTrial facts = good_server(2);
    facts.known.identity_before = {.reply = silent};
    expect(find(of(facts), "token"), Level::fail, "text/html", 69);
    facts = good_server(2);
    facts.known.environments = {.reply = silent};
    expect(find(of(facts), "environments"), Level::fail, "text/html", 69);
    facts = good_server(2);
    facts.known.list = {.reply = silent};
    expect(find(of(facts), "list"), Level::fail, "text/html", 69);
    facts = good_server(2);
    facts.known.status = {.reply = silent};
    expect(find(of(facts), "version"), Level::warn, "text/html");
    facts.known.identity_before = {.reply = silent};
    expect(find(of(facts), "version"), Level::fail, "text/html", 69);
}

TEST(Diagnose, WhateverEndsACheckFailsHereToo) {
    ServerTrial facts = good_server(2);
    facts.known.teams.reply = refusal(Outcome::credentials_refused, 401, "Invalid JWT token");
    const Diagnosis diagnosis = of(facts);
    EXPECT_TRUE(std::ranges::any_of(diagnosis.findings, [](const Symptom& one) { return one.exit_code == 77; }));
}

TEST(Diagnose, WithoutATokenTheWayAloneIsSaid) {
    ServerTrial facts = good_server(2);
    facts.has_token = false;
    facts.known = {.name = "main", .status = facts.known.status, .now = now};
    facts.settings = {};
    const Diagnosis diagnosis = of(facts);
    EXPECT_TRUE(all_well(diagnosis));
    EXPECT_EQ(find(diagnosis, "token").check, "no such finding");
}

TEST(Diagnose, ClocksThatDifferByMoreThanAMinuteAreWorthAWarning) {
    ServerTrial facts = good_server(2);
    facts.now = now + 30;
    expect(find(of(facts), "clock"), Level::ok, "30 s ahead of the server");
    facts.now = now - 90;
    expect(find(of(facts), "clock"), Level::warn, "90 s behind the server");
}

TEST(Diagnose, AVersionOutsideOfTheTestsIsSaid) {
    ServerTrial facts = good_server(2);
    for (const auto& [version, part] :
         {std::pair("2.19.4", "older than"), std::pair("2.50.0", "newer than"),
          std::pair("2.33.0-rc1", "first generation"), std::pair("2.39.0", "second generation"),
          std::pair("2.43.0", "third generation")}) {
        facts.known.status.value->version = version;
        expect(find(of(facts), "version"), Level::ok, part);
    }
}

TEST(Diagnose, EachDenialHasItsSeedAndItsRemedy) {
    ServerTrial facts = good_server(2);
    facts.trials[1].file = refusal(Outcome::denied, 403, "Stack management is disabled for non-admin users",
                                   Cause::stack_management_disabled);
    Symptom finding = find(of(facts), "environment");
    expect(finding, Level::warn, "Files cannot be read");
    EXPECT_TRUE(finding.remedy.contains("Disable the use of Stacks for non-administrators")) << finding.remedy;

    facts = good_server(2);
    facts.known.environments.value->clear();
    facts.known.environments_by_id[1] = {
        .reply = refusal(Outcome::denied, 403, "Permission denied to access environment", Cause::environment)};
    finding = find(of(facts), "environment");
    expect(finding, Level::warn, "1 stack listed, no access");
    EXPECT_TRUE(finding.remedy.contains("give alice access")) << finding.remedy;
    expect(find(of(facts), "environments"), Level::fail, "sees no environment", 3);

    facts.known.environments_by_id[1] = {.reply = refusal(Outcome::environment_gone, 404, "Unable to find")};
    expect(find(of(facts), "environment"), Level::warn, "no longer has this environment");
}

TEST(Diagnose, StackManagementThatIsOffConcernsUsersAlone) {
    for (const std::int64_t role : {1, 2}) {
        ServerTrial facts = good_server(role);
        facts.known.environments.value->front().stack_management_for_users = false;
        facts.known.list.value->clear();
        facts.trials[1] = {.containers = {.outcome = Outcome::ok}};
        EXPECT_EQ(find(of(facts), "environment").level, role == 1 ? Level::ok : Level::warn);
    }
}

TEST(Diagnose, ANameInAManifestThatStandsForNothingIsSaid) {
    DesiredStack stack;
    stack.name = "shop";
    stack.environment = EnvironmentRef{.id = {}, .name = "prodution"};
    stack.where = {.file = "m/shop.yaml", .line = 1};
    for (const std::int64_t role : {1, 2}) {
        ServerTrial facts = good_server(role);
        facts.declared = {&stack};
        const Diagnosis diagnosis = of(facts);
        const Symptom& last = diagnosis.findings.back();
        expect(last, Level::warn, "prodution");
        EXPECT_TRUE((last.message + last.remedy).contains("did you mean `production`?")) << last.message << last.remedy;
    }
}

TEST(Diagnose, ThisMachineHasItsOwnLines) {
    Facts facts;
    facts.local.remarks = {{.message = "no server is configured", .suggestion = "set PORTAINER_URL"}};
    facts.local.manifest_remarks = {
        {.message = "unknown key `nmae`", .where = {.file = "m/x.yaml", .line = 3, .column = 1}},
        {.severity = Severity::warning, .message = "unused"}};
    facts.local.memory = {.file = "memory.json", .exists = true, .broken = "memory.json is damaged"};
    Diagnosis diagnosis = diagnose(facts);
    expect(find(diagnosis, "configuration"), Level::fail, "no server is configured", 65);
    expect(find(diagnosis, "manifests"), Level::fail, "m/x.yaml:3:1: unknown key `nmae`", 65);
    expect(find(diagnosis, "memory"), Level::fail, "damaged", 65);
    facts.local.memory = {.file = "memory.json", .unwritable = "Permission denied"};
    expect(find(diagnose(facts), "memory"), Level::fail, "Permission denied", 1);
}

Symptom of_ledger(LedgerFacts ledger) {
    Facts facts;
    ledger.file = "ledger.db";
    facts.local.ledger = std::move(ledger);
    const Diagnosis diagnosis = diagnose(facts);
    EXPECT_TRUE(std::ranges::none_of(diagnosis.findings, [](const Symptom& one) { return one.check == "memory"; }));
    return find(diagnosis, "ledger");
}

TEST(Diagnose, ALedgerTakesTheLineOfTheMemory) {
    expect(of_ledger({.exists = true, .runs = 2, .stacks = 1}), Level::ok, "2 runs recorded, 1 stack remembered");
    expect(of_ledger({}), Level::warn, "ledger.db does not exist yet");
    expect(of_ledger({.unwritable = "Permission denied"}), Level::fail, "Permission denied", 1);
    expect(of_ledger({.exists = true, .broken = {.kind = ErrorKind::invalid_input, .message = "it is damaged"}}),
           Level::fail, "it is damaged", 65);
    expect(of_ledger({.exists = true, .broken = {.kind = ErrorKind::io, .message = "it is locked"}}), Level::fail,
           "it is locked", 1);
    expect(of_ledger({.exists = true,
                      .remarks = {{.severity = Severity::warning,
                                   .message = "the key is readable by others",
                                   .suggestion = "chmod 600"}}}),
           Level::warn, "readable by others");
}

} // namespace
} // namespace mooring::doctor
