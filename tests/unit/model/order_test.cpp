#include "model/verdict.hpp"

#include <gtest/gtest.h>

namespace mooring {
namespace {

DesiredStack stack(std::string name, std::string environment, std::vector<std::string> after = {}) {
    DesiredStack out;
    out.name = std::move(name);
    out.server = "main";
    out.environment = EnvironmentRef{.id = std::nullopt, .name = std::move(environment)};
    out.policy.after = std::move(after);
    return out;
}

std::vector<std::string> names(const std::vector<const DesiredStack*>& stacks) {
    std::vector<std::string> out;
    for (const DesiredStack* one : stacks)
        out.push_back(one->name + "/" + std::get<EnvironmentRef>(one->environment).name);
    return out;
}

using Names = std::vector<std::string>;

TEST(DeclaredOrder, ANameMeansTheStackOfTheSameEnvironmentFirst) {
    const std::vector<DesiredStack> stacks{stack("web", "a", {"db"}), stack("db", "a"), stack("db", "b"),
                                           stack("web", "c", {"db"})};
    const DeclaredOrder order(stacks);
    EXPECT_EQ(names(order.before(stacks[0])), (Names{"db/a"}));
    EXPECT_EQ(names(order.before(stacks[3])), (Names{"db/a", "db/b"})); // none there: all of them
}

TEST(DeclaredOrder, NamesAreComparedAsPortainerStoresThemAndNeverAcrossServers) {
    std::vector<DesiredStack> stacks{stack("web", "a", {"My DB"}), stack("mydb", "a"), stack("mydb", "a")};
    stacks[2].server = "other";
    const DeclaredOrder order(stacks);
    EXPECT_EQ(order.before(stacks[0]), (std::vector<const DesiredStack*>{&stacks[1]}));
    EXPECT_TRUE(order.named(stacks[0], "nothing").empty());
}

TEST(DeclaredOrder, AKubernetesNameIsTakenAsWritten) {
    std::vector<DesiredStack> stacks{stack("web", "a"), stack("DB", "a")};
    stacks[1].type = StackType::kubernetes;
    const DeclaredOrder order(stacks);
    EXPECT_EQ(order.named(stacks[0], "DB").size(), 1U);
    EXPECT_TRUE(order.named(stacks[0], "db").empty());
}

TEST(DeclaredOrder, APinnedEnvironmentIsThatOfItsNameAndOfItsId) {
    std::vector<DesiredStack> stacks{stack("web", "a"), stack("db", "a"), stack("db", "b"), stack("db", "")};
    stacks[1].environment = EnvironmentRef{.id = 4, .name = "a"};
    stacks[3].environment = EnvironmentRef{.id = 5, .name = ""};
    EXPECT_TRUE(same_place(stacks[0], stacks[1]));
    EXPECT_FALSE(same_place(stacks[0], stacks[2]));
    EXPECT_FALSE(same_place(stacks[1], stacks[3]));
    EXPECT_FALSE(same_place(stacks[3], stacks[0]));
}

TEST(DeclaredOrder, FindsEveryCircleOnceAndNoneWhereThereIsNone) {
    const std::vector<DesiredStack> chain{stack("a", "x", {"b", "c"}), stack("b", "x", {"c"}), stack("c", "x")};
    EXPECT_TRUE(DeclaredOrder(chain).circles().empty());
    const std::vector<DesiredStack> knot{stack("a", "x", {"b"}), stack("b", "x", {"c"}), stack("c", "x", {"a", "b"}),
                                         stack("d", "x", {"a"}), stack("e", "x", {"e"})};
    const DeclaredOrder order(knot);
    const auto circles = order.circles();
    ASSERT_EQ(circles.size(), 2U);
    EXPECT_EQ(names(circles[0]), (Names{"a/x", "b/x", "c/x"}));
    EXPECT_EQ(names(circles[1]), (Names{"e/x"}));
}

TEST(DeclaredOrder, StacksOfTwoEnvironmentsDoNotMakeACircleByTheirNamesAlone) {
    const std::vector<DesiredStack> stacks{stack("web", "a", {"db"}), stack("db", "a"), stack("web", "b"),
                                           stack("db", "b", {"web"})};
    EXPECT_TRUE(DeclaredOrder(stacks).circles().empty());
}

TEST(DeclaredOrder, AChainOfTwentyThousandNeedsNoDeepStack) {
    std::vector<DesiredStack> stacks;
    for (int i = 0; i < 20'000; ++i)
        stacks.push_back(stack("s" + std::to_string(i), "x", {"s" + std::to_string((i + 1) % 20'000)}));
    EXPECT_EQ(DeclaredOrder(stacks).circles().size(), 1U);
}

} // namespace
} // namespace mooring
