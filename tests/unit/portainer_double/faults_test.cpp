#include "unit/portainer_double/asking.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

using namespace portainer_double;
using namespace portainer_double::test;

namespace {

Request request(const std::string& method, const std::string& path) {
    Request made;
    made.method = method;
    made.path = path;
    return made;
}

} // namespace

TEST(Faults, HitOnlyWhatTheyName) {
    std::vector<Fault> faults{
        {.kind = FaultKind::drop, .method = "GET", .path_prefix = "/api/stacks", .path_suffix = "/file"}};
    EXPECT_FALSE(take_fault(faults, request("GET", "/api/stacks")));
    EXPECT_FALSE(take_fault(faults, request("PUT", "/api/stacks/1/file")));
    EXPECT_TRUE(take_fault(faults, request("GET", "/api/stacks/1/file")));
}

TEST(Faults, SkipThenCount) {
    std::vector<Fault> faults{{.kind = FaultKind::drop, .skip = 1, .times = 2}};
    std::string hits;
    for (int i = 0; i < 5; ++i) hits += take_fault(faults, request("GET", "/")) ? 'x' : '.';
    EXPECT_EQ(hits, ".xx..");
}

TEST(Faults, ReplaceTheAnswer) {
    Asking asking;
    asking.server.add_fault({.kind = FaultKind::status,
                             .times = 1,
                             .status = 429,
                             .content_type = "text/plain",
                             .body = "slow down",
                             .retry_after = "7"});
    const auto limited = asking.get("/api/stacks");
    EXPECT_EQ(limited.status, 429);
    EXPECT_EQ(limited.headers.at("retry-after"), "7");
    EXPECT_EQ(limited.text, "slow down");
    asking.server.add_fault({.kind = FaultKind::init_timeout, .times = 1});
    const auto redirected = asking.get("/api/stacks");
    EXPECT_EQ(redirected.status, 303);
    EXPECT_EQ(redirected.headers.at("redirect-reason"), "AdminInitTimeout");
    asking.server.add_fault({.kind = FaultKind::content_type, .times = 1, .content_type = "text/html"});
    EXPECT_EQ(asking.get("/api/stacks").headers.at("content-type"), "text/html");
    EXPECT_EQ(asking.get("/api/stacks").status, 200);
}

TEST(Faults, BreakTheConnection) {
    Asking asking;
    for (const FaultKind kind : {FaultKind::drop, FaultKind::truncate, FaultKind::endless}) {
        asking.server.add_fault({.kind = kind, .times = 1});
        EXPECT_THROW(asking.get("/api/stacks"), std::runtime_error) << static_cast<int>(kind);
        EXPECT_EQ(asking.get("/api/stacks").status, 200);
    }
}

TEST(Faults, DelayWithoutChangingTheAnswer) {
    Asking asking;
    const auto right = asking.get("/api/stacks/1");
    for (const FaultKind kind : {FaultKind::latency, FaultKind::drip}) {
        asking.server.add_fault({.kind = kind, .times = 1, .milliseconds = 1});
        EXPECT_EQ(asking.get("/api/stacks/1").json, right.json);
    }
}
