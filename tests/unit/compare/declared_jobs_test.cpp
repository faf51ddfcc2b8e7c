// Declared jobs against the file, before anything is asked.
#include "compare/parts.hpp"

#include <gtest/gtest.h>

namespace mooring::compare {
namespace {

DesiredStack declared(std::string services, std::vector<std::string> jobs) {
    DesiredStack stack;
    stack.name = "shop";
    stack.source = DesiredContent{.text = "services: {" + std::move(services) + "}\n", .file = "shop/compose.yaml"};
    stack.jobs = std::move(jobs);
    stack.where = {.file = "shop.yaml", .line = 2, .column = 1};
    stack.jobs_line = 9;
    return stack;
}

Desired judged(DesiredStack stack) {
    Desired desired;
    desired.stacks = {std::move(stack)};
    refuse_wrong_jobs(desired);
    return desired;
}

TEST(DeclaredJobs, WhatCannotBeAJobIsAnErrorAndTakesTheStackOut) {
    struct Case {
        std::string services, message, suggestion;
    };
    for (const auto& [services, message, suggestion] :
         {Case{"migrate: {image: a, restart: always}",
               "`shop` declares the job `migrate`, which cannot end: its file has `restart: always`",
               "do not call it a job, or have it restarted `on-failure` at most"},
          {"migrate: {image: a, restart: unless-stopped}",
           "`shop` declares the job `migrate`, which cannot end: its file has `restart: unless-stopped`",
           "do not call it a job, or have it restarted `on-failure` at most"},
          {"migrat: {image: a}", "`shop` declares the job `migrate`, which its file does not have",
           "did you mean `migrat`?"}}) {
        const Desired desired = judged(declared(services, {"migrate"}));
        EXPECT_TRUE(desired.stacks.empty());
        EXPECT_FALSE(desired.complete);
        ASSERT_EQ(desired.diagnostics.size(), 1U);
        EXPECT_EQ(desired.diagnostics[0].severity, Severity::error);
        EXPECT_EQ(desired.diagnostics[0].message, message);
        EXPECT_EQ(desired.diagnostics[0].suggestion, suggestion);
        EXPECT_EQ(desired.diagnostics[0].where, (SourceLocation{.file = "shop.yaml", .line = 9, .column = 0}));
    }
}

// Each look at all services for a like name costs; the first get one.
TEST(DeclaredJobs, ThousandsOfWrongOnesCostNoMoreThanTheirText) {
    std::string services;
    std::vector<std::string> jobs;
    for (int i = 0; i < 4'000; ++i) {
        services += (i == 0 ? "service" : ", service") + std::to_string(i) + ": {image: a}";
        jobs.push_back("servic-" + std::to_string(i));
    }
    const Desired desired = judged(declared(services, jobs));
    ASSERT_EQ(desired.diagnostics.size(), 4'000U);
    EXPECT_EQ(desired.diagnostics.front().suggestion, "did you mean `service0`?");
    EXPECT_EQ(desired.diagnostics.back().suggestion, "remove it from `jobs`");
}

TEST(DeclaredJobs, ARightOneIsLeftAlone) {
    for (const char* services : {"migrate: {image: a}", "migrate: {image: a, restart: 'no'}",
                                 "migrate: {image: a, restart: on-failure}", "migrate: {image: a, restart: '${R}'}",
                                 "migrate: {image: a, restart: always, deploy: {restart_policy: {condition: none}}}"}) {
        const Desired desired = judged(declared(services, {"migrate"}));
        EXPECT_EQ(desired.stacks.size(), 1U) << services;
        EXPECT_TRUE(desired.complete);
        EXPECT_TRUE(desired.diagnostics.empty());
    }
    DesiredStack included = declared("web: {image: a}", {"migrate"});
    std::get<DesiredContent>(included.source).text += "include: [other.yaml]\n"; // which may have it
    EXPECT_EQ(judged(included).stacks.size(), 1U);
    DesiredStack git = declared("", {"migrate"});
    git.source = DesiredGit{.url = "https://git.example.test/shop"}; // the run says it
    EXPECT_EQ(judged(git).stacks.size(), 1U);
    EXPECT_EQ(judged(declared("web: [", {"migrate"})).stacks.size(), 1U) << "that it does not load is said elsewhere";
}

TEST(DeclaredJobs, WhatTheFileItselfCallsAJobMustEndToo) {
    EXPECT_TRUE(judged(declared("migrate: {image: a, restart: always, x-mooring: {job: true}}", {})).stacks.empty());
    EXPECT_EQ(judged(declared("migrate: {image: a, x-mooring: {job: true}}", {})).stacks.size(), 1U);
}

std::string candidates(const DesiredStack& stack) {
    std::string out;
    for (const Diagnostic& note : job_candidates({stack, stack})) {
        EXPECT_EQ(note.severity, Severity::note);
        out += note.message + "; " + note.suggestion;
    }
    return out;
}

TEST(DeclaredJobs, CandidatesAreWhatNothingRestartsAndNothingNeeds) {
    EXPECT_EQ(
        candidates(declared("migrate: {image: a}", {})),
        "`migrate` of `shop` may be meant to end: nothing restarts it, and it has neither ports nor a healthcheck; "
        "if it is, declare it: `jobs: [migrate]`");
    EXPECT_EQ(candidates(declared("a: {image: a}, b: {image: a, restart: on-failure}", {})),
              "`a`, `b` of `shop` may be meant to end: nothing restarts them, and they have neither ports nor a "
              "healthcheck; declare those that are under `jobs`");
    for (const char* services :
         {"web: {image: a, restart: always}", "web: {image: a, ports: ['80']}",
          "web: {image: a, healthcheck: {test: a}}", "web: {image: a, x-mooring: {job: true}}",
          "web: {image: a, scale: 0}", "db: {image: a}, web: {image: a, restart: always, depends_on: [db]}"}) {
        EXPECT_EQ(candidates(declared(services, {})), "") << services;
    }
    EXPECT_EQ(candidates(declared("migrate: {image: a}", {"migrate"})), "");
    DesiredStack stopped = declared("migrate: {image: a}", {});
    stopped.state = DesiredState::stopped;
    EXPECT_EQ(candidates(stopped), "");
}

} // namespace
} // namespace mooring::compare
