// Every case folder of tests/compose/cases: `equal` and exactly the `changes` of its expect.json.
#include "base/file.hpp"
#include "compose/compose.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>

namespace mooring::compose {
namespace {

const std::filesystem::path folder = std::filesystem::path(MOORING_SOURCE_DIR) / "tests/compose/cases";

std::vector<std::string> cases() {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) names.push_back(entry.path().filename());
    std::ranges::sort(names);
    return names;
}

std::string text_of(const std::filesystem::path& path) {
    auto text = read_file(path, 1U << 20U);
    EXPECT_TRUE(text) << path;
    return text.value_or("");
}

File load_or_fail(const std::filesystem::path& path) {
    auto file = load(text_of(path));
    EXPECT_TRUE(file) << path << ": " << file.error().message << " in line " << file.error().mark.line;
    return file ? std::move(*file) : *load("services: {}");
}

std::vector<std::string> paths_of(const std::vector<Difference>& differences) {
    std::vector<std::string> paths;
    for (const Difference& difference : differences) paths.push_back(difference.path);
    return paths;
}

class Oracle : public testing::TestWithParam<std::string> {};

TEST_P(Oracle, Agrees) {
    const auto expected = nlohmann::json::parse(text_of(folder / GetParam() / "expect.json"));
    const File desired = load_or_fail(folder / GetParam() / "desired.yaml");
    const File actual = load_or_fail(folder / GetParam() / "actual.yaml");
    const auto changes = expected.at("changes").get<std::vector<std::string>>();
    EXPECT_EQ(paths_of(compare(desired, actual)), changes) << expected.at("why");
    EXPECT_EQ(compare(desired, actual).empty(), expected.at("equal").get<bool>());
    EXPECT_EQ(paths_of(compare(actual, desired)), changes) << "a comparison says the same from both sides";
    EXPECT_TRUE(compare(desired, desired).empty());
    EXPECT_TRUE(compare(actual, actual).empty());
}

std::string to_name(const testing::TestParamInfo<std::string>& info) {
    std::string name = info.param;
    std::ranges::replace_if(name, [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0; }, '_');
    return name;
}

INSTANTIATE_TEST_SUITE_P(Cases, Oracle, testing::ValuesIn(cases()), to_name);

TEST(OracleCases, AreAllThere) {
    std::cout << cases().size() << " cases\n";
    EXPECT_GE(cases().size(), 373U);
}

} // namespace
} // namespace mooring::compose
