#include "drift/judge.hpp"

#include <gtest/gtest.h>

namespace mooring::drift {
namespace {

Waiver waiver(std::string name, std::string reason) {
    Waiver out;
    out.name = std::move(name);
    out.reason = std::move(reason);
    out.owner = "web@example.org";
    out.until = 1800000000;
    return out;
}

TEST(AcceptedWaivers, AreThoseInUseByName) {
    StackResult result;
    result.waivers = {"old-nginx", "frozen"};
    const auto accepted = accepted_waivers({result}, {waiver("old-nginx", "replaced in May"), waiver("unused", "never"),
                                                      waiver("frozen", "until spring")});
    ASSERT_EQ(accepted.size(), 2U);
    EXPECT_EQ(accepted[0].name, "frozen");
    EXPECT_EQ(accepted[1].name, "old-nginx");
    EXPECT_EQ(accepted[1].reason, "replaced in May");
    EXPECT_EQ(accepted[1].owner, "web@example.org");
    EXPECT_EQ(accepted[1].until, 1800000000);
}

} // namespace
} // namespace mooring::drift
