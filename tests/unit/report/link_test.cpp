#include "report/wording.hpp"

#include "samples.hpp"

#include <algorithm>
#include <gtest/gtest.h>

namespace mooring::report {
namespace {

StackResult shop() {
    StackResult stack;
    stack.name = "shop";
    stack.environment_id = 1;
    stack.id = 7;
    stack.type = StackType::standalone;
    stack.verdict = Verdict::drifted;
    return stack;
}

TEST(StackUrl, IsThePageOfTheStackInPortainer) {
    EXPECT_EQ(
        stack_url("https://p.example.org/base/", shop()),
        "https://p.example.org/base/#!/1/docker/stacks/shop?id=7&type=2&regular=true&external=false&orphaned=false");
    StackResult swarm = shop();
    swarm.type = StackType::swarm;
    EXPECT_NE(stack_url("https://p", swarm).find("&type=1&"), std::string::npos);
}

TEST(StackUrl, HasNothingThatAFormCouldTakeForSyntax) {
    StackResult stack = shop();
    stack.name = "a b)\"<>\x1b|`";
    const std::string url = stack_url("https://p", stack);
    EXPECT_EQ(url.find_first_of(" )\"<>\x1b|`"), std::string::npos) << url;
    EXPECT_EQ(stack_url("https://p\x1b[31m", shop()), "");
    EXPECT_EQ(stack_url("javascript:alert(1)", shop()), "");
}

TEST(StackUrl, LeadsNowhereWhereThereIsNoPage) {
    for (const Verdict verdict : {Verdict::missing, Verdict::deleted, Verdict::orphaned}) {
        StackResult stack = shop();
        stack.verdict = verdict;
        EXPECT_EQ(stack_url("https://p", stack), "");
    }
    StackResult kubernetes = shop();
    kubernetes.type = StackType::kubernetes;
    EXPECT_EQ(stack_url("https://p", kubernetes), "");
    StackResult unknown = shop();
    unknown.id.reset();
    EXPECT_EQ(stack_url("https://p", unknown), "");
}

} // namespace
} // namespace mooring::report
