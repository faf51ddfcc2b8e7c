// Every file of tests/compose/invalid loads, or is refused with a place, as expect.json says.
#include "base/file.hpp"
#include "compose/compose.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>

namespace mooring::compose {
namespace {

const std::filesystem::path folder = std::filesystem::path(MOORING_SOURCE_DIR) / "tests/compose/invalid";

// Where Mooring differs from the loader on purpose; each is marked as a limit in expect.json.
// Stricter: UTF-8 only. Looser: correct YAML 1.2, whole cpus, references that do not parse (symbolic), and other files
// (not followed).
constexpr std::string_view stricter[] = {"utf16-le-bom", "utf16-be-bom"};
constexpr std::string_view looser[] = {"yaml-directive-1.2",   "deploy-cpus-int",       "include-missing-file",
                                       "extends-missing-file", "interpolation-invalid", "interpolation-unclosed"};

nlohmann::json expectations() {
    return nlohmann::json::parse(read_file(folder / "expect.json", 1U << 20U).value_or("{}"));
}

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

TEST_P(Invalid, IsAnsweredAsExpected) {
    const std::string& name = GetParam();
    const auto expected = expectations().at(name);
    const bool loads = (expected.at("loads").get<bool>() && !is_in(stricter, name)) || is_in(looser, name);
    const auto text = read_file(folder / (name + ".yaml"), 1U << 20U);
    ASSERT_TRUE(text);
    const auto file = load(*text);
    ASSERT_EQ(file.has_value(), loads) << expected.at("why") << (file ? "" : " / " + file.error().message);
    if (file) {
        EXPECT_TRUE(compare(*file, *file).empty());
        return;
    }
    EXPECT_FALSE(file.error().message.empty());
    EXPECT_FALSE(file.error().code.empty());
    EXPECT_LT(file.error().message.size(), 500U);
    const bool is_about_all = text->empty() || file.error().code == "encoding" || file.error().code == "empty";
    EXPECT_TRUE(is_about_all || file.error().mark.line > 0) << file.error().message;
}

std::string to_name(const testing::TestParamInfo<std::string>& info) {
    std::string name = info.param;
    std::ranges::replace_if(name, [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0; }, '_');
    return name;
}

INSTANTIATE_TEST_SUITE_P(Files, Invalid, testing::ValuesIn(names()), to_name);

} // namespace
} // namespace mooring::compose
