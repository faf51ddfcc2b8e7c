#include "report/wording.hpp"

#include "samples.hpp"

#include <gtest/gtest.h>

namespace mooring::report {
namespace {

StackResult stack_with(Verdict verdict, std::string message) {
    StackResult out;
    out.verdict = verdict;
    out.message = std::move(message);
    return out;
}

TEST(Reasons, ProbesAreSaidOnce) {
    StackResult stack = stack_with(Verdict::not_visible, "Not in the list.");
    stack.probes = {{.method = "GET", .target = "/api/endpoints/1/docker/networks/a", .status = 404, .message = {}}};
    EXPECT_EQ(all_reasons(stack), "Not in the list. Tried: network name (404).");
    stack.message = "Not in the list. Tried: network a (404).";
    EXPECT_EQ(all_reasons(stack), "Not in the list. Tried: network a (404).");
}

TEST(Reasons, OfManyFailedRequestsThreeAreListed) {
    StackResult stack = stack_with(Verdict::unreachable, "");
    stack.evidence.assign(5, {.method = "GET", .target = "/api/status", .status = 502, .message = {}});
    const auto reasons = reasons_of(stack);
    ASSERT_EQ(reasons.size(), 4U);
    EXPECT_EQ(reasons[0].text, "GET /api/status -> 502");
    EXPECT_EQ(reasons[3].text, "and 2 more requests");
}

TEST(Brief, OfADriftedStackNamesItsPaths) {
    StackResult stack = stack_with(Verdict::drifted, "The stack differs in 5 places.");
    for (const std::string path : {"a", "b", "c", "d", "e"}) {
        stack.changes.emplace_back();
        stack.changes.back().path = path;
    }
    EXPECT_EQ(brief(stack), "5 changes: a, b, c, ...");
}

TEST(Brief, NamesAPathOnceThatDiffersInTheFileAndInWhatRuns) {
    StackResult stack = stack_with(Verdict::drifted, "The stack differs in 2 places.");
    stack.changes = {{.plane = Plane::content, .path = "services.web.image"},
                     {.plane = Plane::runtime, .path = "services.web.image"}};
    EXPECT_EQ(brief(stack), "2 changes: services.web.image");
}

TEST(Brief, OfAStackReadInPartIsWhyItWasNotReadWhole) {
    StackResult stack = stack_with(Verdict::denied, "Its runtime was refused.");
    stack.changes.emplace_back();
    EXPECT_EQ(brief(stack), "Its runtime was refused.");
}

} // namespace
} // namespace mooring::report
