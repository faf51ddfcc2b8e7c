// Every case folder of tests/compose/cases: `equal` and exactly the `changes` of its expect.json.
#include "unit/compose/compose_support.hpp"

#include <nlohmann/json.hpp>

#include <iostream>

namespace mooring::compose {
namespace {

class Oracle : public testing::TestWithParam<std::string> {};

TEST_P(Oracle, Agrees) {
    const auto folder = oracle_folder / "cases" / GetParam();
    const auto expected = nlohmann::json::parse(read_text(folder / "expect.json"));
    const File desired = load_or_fail(read_text(folder / "desired.yaml"));
    const File actual = load_or_fail(read_text(folder / "actual.yaml"));
    const auto changes = expected.at("changes").get<std::vector<std::string>>();
    EXPECT_EQ(paths(compare(desired, actual)), changes) << expected.at("why");
    EXPECT_EQ(compare(desired, actual).empty(), expected.at("equal").get<bool>());
    EXPECT_EQ(paths(compare(actual, desired)), changes) << "a comparison says the same from both sides";
    EXPECT_TRUE(compare(desired, desired).empty());
    EXPECT_TRUE(compare(actual, actual).empty());
}

INSTANTIATE_TEST_SUITE_P(Cases, Oracle, testing::ValuesIn(case_names()), test_name);

TEST(OracleCases, AreAllThere) {
    std::cout << case_names().size() << " cases\n";
    EXPECT_GE(case_names().size(), 503U);
    for (const std::string& name : case_names()) {
        const auto expected = nlohmann::json::parse(read_text(oracle_folder / "cases" / name / "expect.json"));
        const auto oracle = expected.at("oracle").get<std::string>();
        EXPECT_TRUE(oracle == "agrees" || oracle == "stricter" || oracle == "looser" || oracle == "newest") << name;
    }
}

} // namespace
} // namespace mooring::compose
