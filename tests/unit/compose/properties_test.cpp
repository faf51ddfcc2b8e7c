// What holds for every file: spelling says nothing, both directions agree, nothing throws.
#include "unit/compose/compose_support.hpp"
#include "unit/compose/respell.hpp"

namespace mooring::compose {
namespace {

class EveryCase : public testing::TestWithParam<std::string> {};

TEST_P(EveryCase, MeansTheSameInOtherSpellings) {
    for (const char* side : {"desired.yaml", "actual.yaml"}) {
        const std::string text = read_text(oracle_folder / "cases" / GetParam() / side);
        const File file = load_or_fail(text);
        const auto documents = yaml::parse(text);
        ASSERT_TRUE(documents);
        for (unsigned seed = 0; seed < 8; ++seed) {
            const std::string spelt = respell(*documents, seed);
            EXPECT_EQ(paths(compare(file, load_or_fail(spelt))), Paths{}) << "seed " << seed << "\n" << spelt;
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Cases, EveryCase, testing::ValuesIn(case_names()), test_name);

TEST(Compare, SaysTheSameFromBothSidesForAnyTwoFiles) {
    std::vector<File> files;
    for (const std::string& name : case_names()) {
        files.push_back(load_or_fail(read_text(oracle_folder / "cases" / name / "desired.yaml")));
    }
    for (std::size_t i = 0; i < files.size(); ++i) {
        for (const std::size_t step : {1U, 7U, 50U}) {
            const File& other = files[(i + step) % files.size()];
            const auto forth = compare(files[i], other);
            const auto back = compare(other, files[i]);
            ASSERT_EQ(paths(forth), paths(back));
            const Paths found = paths(forth);
            ASSERT_TRUE(std::ranges::is_sorted(found));
            ASSERT_EQ(std::ranges::adjacent_find(found), found.end()) << "a path is reported once";
        }
    }
}

} // namespace
} // namespace mooring::compose
