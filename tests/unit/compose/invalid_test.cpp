// Every file of tests/compose/invalid loads, or is refused with a place, as expect.json says.
#include "unit/compose/compose_support.hpp"

#include <nlohmann/json.hpp>

#include <span>

namespace mooring::compose {
namespace {

const std::filesystem::path folder = oracle_folder / "invalid";

// Where Mooring uses what a `limit` of expect.json allows.
// Stricter: UTF-8 only. Looser: correct YAML 1.2, references that do not parse (symbolic), and other files
// (not followed).
constexpr std::string_view stricter[] = {"utf16-le-bom", "utf16-be-bom"};
constexpr std::string_view looser[] = {"yaml-directive-1.2", "include-missing-file", "extends-missing-file",
                                       "interpolation-invalid", "interpolation-unclosed"};

nlohmann::json expectations() { return nlohmann::json::parse(read_text(folder / "expect.json")); }

std::vector<std::string> names() {
    std::vector<std::string> names;
    const nlohmann::json all = expectations(); // items() keeps a reference: a temporary would be gone in the loop
    for (const auto& [name, expected] : all.items()) names.push_back(name);
    return names;
}

bool is_in(std::span<const std::string_view> list, std::string_view name) {
    return std::ranges::find(list, name) != list.end();
}

class Invalid : public testing::TestWithParam<std::string> {};

TEST(InvalidInputs, AreAllThereAndDifferOnlyWhereALimitAllowsIt) {
    EXPECT_GE(names().size(), 136U);
    const nlohmann::json all = expectations();
    for (const std::string_view name : stricter)
        EXPECT_TRUE(all.at(name).at("limit").get<std::string>().starts_with("may be stricter")) << name;
    for (const std::string_view name : looser)
        EXPECT_TRUE(all.at(name).at("limit").get<std::string>().starts_with("may be looser")) << name;
}

TEST_P(Invalid, IsAnsweredAsExpected) {
    const std::string& name = GetParam();
    const auto expected = expectations().at(name);
    const bool loads = (expected.at("loads").get<bool>() && !is_in(stricter, name)) || is_in(looser, name);
    const std::string text = read_text(folder / (name + ".yaml"));
    const auto file = load(text);
    ASSERT_EQ(file.has_value(), loads) << expected.at("why") << (file ? "" : " / " + file.error().message);
    if (file) {
        EXPECT_TRUE(compare(*file, *file).empty());
        return;
    }
    EXPECT_FALSE(file.error().message.empty());
    EXPECT_FALSE(file.error().code.empty());
    EXPECT_LT(file.error().message.size(), 500U);
    const bool is_about_all = text.empty() || file.error().code == "encoding" || file.error().code == "empty";
    EXPECT_TRUE(is_about_all || file.error().mark.line > 0) << file.error().message;
}

INSTANTIATE_TEST_SUITE_P(Files, Invalid, testing::ValuesIn(names()), test_name);

} // namespace
} // namespace mooring::compose
